//! Text and lists as foreign JSON holds them: borrowed where possible, tolerant of null and of numbers for strings;
//! and the two normal forms every record has, RFC 3339 UTC seconds and one line of summary.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

/// Characters a summary may have.
const SUMMARY_CHARACTERS: usize = 500;

/// A string, borrowed from the document unless it holds escapes. Absent, null and empty are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Text<'_> {
    /// The text without white space around it.
    pub(crate) fn get(&self) -> &str {
        self.0.trim()
    }

    /// The text, if there is any.
    pub(crate) fn some(&self) -> Option<&str> {
        let text = self.get();
        (!text.is_empty()).then_some(text)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(value.to_string())))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(value.to_string())))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(value.to_string())))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(value.to_string())))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

/// A list; absent and null are the empty one.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> std::ops::Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(element) = seq.next_element()? {
                    list.push(element);
                }
                Ok(List(list))
            }
            fn visit_unit<E: Error>(self) -> Result<List<T>, E> {
                Ok(List::default())
            }
        }
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// A time as RFC 3339 UTC to the second. A time without a zone is UTC, a date is its midnight. `None` for text that is
/// no time and for the zero time `0001-01-01`, which stands for "not known".
pub(crate) fn utc(text: &str) -> Option<String> {
    let text = text.trim();
    let civil = match text.parse::<jiff::Timestamp>() {
        Ok(timestamp) => timestamp.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
        Err(_) => text.parse::<jiff::civil::DateTime>().ok()?,
    };
    if civil.year() <= 1 {
        return None;
    }
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second()
    ))
}

/// `text` in one line of at most [`SUMMARY_CHARACTERS`] characters.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(SUMMARY_CHARACTERS));
    let mut characters = 0;
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = characters > 0;
            continue;
        }
        if characters + usize::from(gap) + 1 >= SUMMARY_CHARACTERS {
            line.push('…');
            break;
        }
        if gap {
            line.push(' ');
            characters += 1;
            gap = false;
        }
        line.push(character);
        characters += 1;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_become_utc_seconds() {
        for (text, expected) in [
            ("2023-10-18T12:15:08.123", Some("2023-10-18T12:15:08Z")),
            ("2023-10-18T12:15:08Z", Some("2023-10-18T12:15:08Z")),
            ("2023-10-18T12:15:08.9+02:00", Some("2023-10-18T10:15:08Z")),
            ("2024-02-29T12:14Z", Some("2024-02-29T12:14:00Z")),
            ("2024-02-29", Some("2024-02-29T00:00:00Z")),
            ("0001-01-01T00:00:00Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(utc(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_summary_is_one_line_of_bounded_length() {
        assert_eq!(one_line("  a\n\tb  c\r\n"), "a b c");
        let long = one_line(&"ä b ".repeat(400));
        assert_eq!(long.chars().count(), 500);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn numbers_and_null_are_read_as_text() {
        let texts: Result<List<Text<'_>>, _> = serde_json::from_str(r#"["a", 1, 1.5, null, true]"#);
        let texts = texts.map(|list| list.iter().map(|text| text.get().to_owned()).collect::<Vec<_>>());
        assert_eq!(texts.ok(), Some(["a", "1", "1.5", "", "true"].map(str::to_owned).to_vec()));
        assert_eq!(serde_json::from_str::<List<Text<'_>>>("null").ok().map(|list| list.len()), Some(0));
    }
}
