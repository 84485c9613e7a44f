//! What was asked: path, parameters, form fields, and who asks. The gate makes it, handlers read it.

use std::sync::Arc;

use app::{AppError, FieldError, Viewer, session::Session};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use jiff::civil::Date;

use crate::{integrity::Checked, view::shell::Section};

/// A request as its handler sees it. Exists only behind the gate.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) fields: Fields,
    /// The file that came with the form.
    pub(crate) file: Option<Arc<Upload>>,
    /// The session's token, for signing out.
    pub(crate) token: Option<String>,
    /// The door's token, before anybody is signed in.
    pub(crate) door: Option<String>,
    pub(crate) session: Option<Session>,
    /// The pages of the menu that this person may open.
    pub(crate) menu: Vec<Section>,
    pub(crate) checked: Option<Arc<Checked>>,
}

/// A file that came with a form.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Names and values of a form, in order; a name may come again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The first value of a name; empty when there is none.
    pub(crate) fn value(&self, name: &str) -> &str {
        value(&self.0, name).unwrap_or_default()
    }

    /// The first value of a name without the blanks around it; none when nothing is left.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        Some(self.value(name).trim()).filter(|text| !text.is_empty())
    }

    /// A day of the calendar; what is none is told as the problem of `field`, the use case's own name.
    pub(crate) fn day(&self, name: &str, field: &str) -> Result<Option<Date>, FieldError> {
        let day = |text: &str| {
            text.parse().map_err(|_| {
                let told = format!("`{text}` is no day of the calendar: write it as 2027-01-04");
                FieldError::new(field, told)
            })
        };
        self.text(name).map(day).transpose()
    }

    /// Every value of a name, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect()
    }
}

impl Asked {
    /// Who asks.
    pub(crate) fn session(&self) -> Result<&Session, AppError> {
        self.session.as_ref().ok_or_else(|| AppError::Unauthenticated("nobody is signed in".to_owned()))
    }

    pub(crate) fn viewer(&self) -> Result<&Viewer, AppError> {
        Ok(&self.session()?.viewer)
    }

    /// A parameter that was given and is not blank.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        value(&self.query, name).map(str::trim).filter(|text| !text.is_empty())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.remove::<Self>().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Names and values of a query or a form.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| unescaped(&text.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

/// Percent-encoding undone; what is not UTF-8 or holds U+0000 is replaced, a lone `%` stays.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let escaped =
            (*byte == b'%').then(|| bytes.get(index + 1..index + 3)).flatten().and_then(hexadecimal);
        plain.push(escaped.unwrap_or(*byte));
        index += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).replace('\0', "\u{fffd}")
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    match digits {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        for (text, expected) in [
            ("", vec![]),
            ("a=1&b=2", vec![("a", "1"), ("b", "2")]),
            ("q=open+ssl%20%26%20co", vec![("q", "open ssl & co")]),
            ("a=1&a=2&c", vec![("a", "1"), ("a", "2"), ("c", "")]),
            ("a=100%&b=%zz&c=%4", vec![("a", "100%"), ("b", "%zz"), ("c", "%4")]),
            ("a=%00%ff", vec![("a", "\u{fffd}\u{fffd}")]),
            ("a=%C3%A9=b", vec![("a", "é=b")]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
            assert_eq!(pairs(text), expected, "{text}");
        }
    }
}
