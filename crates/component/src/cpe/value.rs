//! One attribute value of a CPE name.
use std::borrow::Cow;

/// One attribute value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Any value (`*`).
    #[default]
    Any,
    /// Not applicable (`-`).
    Na,
    /// Lower-case text quoted as in the formatted string: letters, digits, `.`, `-` and `_` stand for
    /// themselves, other characters have a backslash before them, and `*` or `?` without one are wildcards.
    Text(String),
}

impl Value {
    /// A literal value from plain text: lower-cased, special characters quoted. Empty text is ANY.
    pub fn literal(text: &str) -> Self {
        if text.is_empty() {
            return Self::Any;
        }
        let mut quoted = String::with_capacity(text.len());
        for character in text.chars() {
            push_quoted(&mut quoted, character);
        }
        // A lone hyphen would read as NA.
        if quoted == "-" {
            quoted.insert(0, '\\');
        }
        Self::Text(quoted)
    }

    /// The text in the quoting of the formatted string; `None` for ANY and NA.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Any | Self::Na => None,
        }
    }

    /// The text as people write it, without quoting; `None` for ANY and NA.
    pub fn unquoted(&self) -> Option<Cow<'_, str>> {
        let text = self.text()?;
        if !text.contains('\\') {
            return Some(Cow::Borrowed(text));
        }
        Some(Cow::Owned(tokens(text).map(|token| token.character).collect()))
    }

    /// Whether an unquoted `*` or `?` is part of the text.
    pub fn has_wildcard(&self) -> bool {
        self.text().is_some_and(|text| tokens(text).any(Token::is_wildcard))
    }
}

/// One character of a text, with what stood before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) character: char,
    pub(super) quoted: bool,
}

impl Token {
    pub(super) fn is_wildcard(self) -> bool {
        !self.quoted && matches!(self.character, '*' | '?')
    }
}

/// The characters of a quoted text. A backslash at the very end stands for itself.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut characters = text.chars();
    std::iter::from_fn(move || {
        let character = characters.next()?;
        if character != '\\' {
            return Some(Token { character, quoted: false });
        }
        Some(Token { character: characters.next().unwrap_or('\\'), quoted: true })
    })
}

/// Appends one literal character in lower case, quoted where the formatted string needs it.
pub(super) fn push_quoted(text: &mut String, character: char) {
    if character.is_ascii() && !character.is_ascii_alphanumeric() && !matches!(character, '.' | '-' | '_') {
        text.push('\\');
    }
    text.push(character.to_ascii_lowercase());
}

/// Whether wildcards stand only where NISTIR 7695 5.3.2 has them: one `*` or several `?` at either end.
pub(super) fn wildcards_are_at_the_ends(text: &str) -> bool {
    let tokens: Vec<Token> = tokens(text).collect();
    let run =
        |tokens: &mut dyn Iterator<Item = &Token>| tokens.take_while(|token| token.is_wildcard()).count();
    let front = run(&mut tokens.iter());
    let back = run(&mut tokens[front..].iter().rev());
    let of_one_kind = |run: &[Token]| run.len() <= 1 || run.iter().all(|token| token.character == '?');
    of_one_kind(&tokens[..front])
        && of_one_kind(&tokens[tokens.len() - back..])
        && !tokens[front..tokens.len() - back].iter().any(|token| token.is_wildcard())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_goes_both_ways() {
        for plain in ["openssl", "c++", "a*b?", "foo\\bar", "-", "1.0_2-3", "größe"] {
            let value = Value::literal(plain);
            assert_eq!(value.unquoted().as_deref(), Some(plain));
            assert!(!value.has_wildcard(), "{plain}");
        }
        assert!(Value::Text("5.*".into()).has_wildcard());
        assert_eq!(Value::literal(""), Value::Any);
    }
}
