//! Cuts JSON text into raw slices without understanding it, so that records can be parsed one by one and in parallel,
//! and a broken one costs only itself.
//!
//! It only looks at strings and brackets; whether a slice is JSON is for the parser of the slice. Never recursive.

use memchr::memchr2;

/// Brackets inside brackets; deeper text is refused before a parser sees it.
const MAX_DEPTH: usize = 100;

/// Why no slice could be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The text ends inside a value.
    Truncated,
    /// Something stands where JSON has something else.
    Unexpected(usize),
    /// More than [`MAX_DEPTH`] levels.
    TooDeep,
}

impl Cut {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Truncated => "the text ends in the middle of a value".to_owned(),
            Self::Unexpected(at) => format!("not JSON at byte {at}"),
            Self::TooDeep => format!("brackets are nested deeper than {MAX_DEPTH} levels"),
        }
    }
}

/// A position in JSON text.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next byte that is not white space.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !byte.is_ascii_whitespace() {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Steps over `byte`.
    pub(crate) fn eat(&mut self, byte: u8) -> Result<(), Cut> {
        match self.peek() {
            Some(found) if found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(Cut::Unexpected(self.at)),
            None => Err(Cut::Truncated),
        }
    }

    /// The raw text of the next value.
    pub(crate) fn value(&mut self) -> Result<&'a [u8], Cut> {
        let first = self.peek().ok_or(Cut::Truncated)?;
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.brackets()?,
            b',' | b'}' | b']' | b':' => return Err(Cut::Unexpected(self.at)),
            _ => {
                while let Some(byte) = self.bytes.get(self.at) {
                    if matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace() {
                        break;
                    }
                    self.at += 1;
                }
            }
        }
        Ok(&self.bytes[start..self.at])
    }

    /// Steps to the next member of an object that was entered: its key without quotes. `None` at the closing bracket.
    pub(crate) fn key(&mut self, first: bool) -> Result<Option<&'a [u8]>, Cut> {
        if !self.more(b'}', first)? {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return Err(Cut::Unexpected(self.at));
        }
        let key = self.value()?;
        self.eat(b':')?;
        Ok(Some(&key[1..key.len() - 1]))
    }

    /// Steps to the next element of an array that was entered. `None` at the closing bracket.
    pub(crate) fn element(&mut self, first: bool) -> Result<Option<&'a [u8]>, Cut> {
        if !self.more(b']', first)? {
            return Ok(None);
        }
        self.value().map(Some)
    }

    fn more(&mut self, close: u8, first: bool) -> Result<bool, Cut> {
        match self.peek() {
            None => Err(Cut::Truncated),
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !first => {
                self.at += 1;
                Ok(true)
            }
            Some(_) if first => Ok(true),
            Some(_) => Err(Cut::Unexpected(self.at)),
        }
    }

    fn string(&mut self) -> Result<(), Cut> {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).ok_or(Cut::Truncated)?;
            let found = memchr2(b'"', b'\\', rest).ok_or(Cut::Truncated)?;
            if rest[found] == b'"' {
                self.at += found + 1;
                return Ok(());
            }
            self.at += found + 2;
        }
    }

    fn brackets(&mut self) -> Result<(), Cut> {
        let mut depth = 0_usize;
        loop {
            match *self.bytes.get(self.at).ok_or(Cut::Truncated)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => {
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err(Cut::TooDeep);
                    }
                }
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> (Vec<&str>, Option<Cut>) {
        let mut scanner = Scanner::new(text.as_bytes());
        let mut found = Vec::new();
        if let Err(cut) = scanner.eat(b'[') {
            return (found, Some(cut));
        }
        loop {
            match scanner.element(found.is_empty()) {
                Ok(Some(slice)) => found.push(std::str::from_utf8(slice).unwrap_or("?")),
                Ok(None) => return (found, None),
                Err(cut) => return (found, Some(cut)),
            }
        }
    }

    #[test]
    fn elements_are_cut_whatever_is_in_them() {
        for (text, expected, cut) in [
            ("[]", vec![], None),
            (r#"[ 1 , "a,]" ]"#, vec!["1", r#""a,]""#], None),
            (r#"[{"a":"\"}"},[[]]]"#, vec![r#"{"a":"\"}"}"#, "[[]]"], None),
            (r#"[{"a":1},{"b":"#, vec![r#"{"a":1}"#], Some(Cut::Truncated)),
            (r#"[1 2]"#, vec!["1"], Some(Cut::Unexpected(3))),
            (r#"["\"#, vec![], Some(Cut::Truncated)),
            ("{}", vec![], Some(Cut::Unexpected(0))),
        ] {
            assert_eq!(elements(text), (expected, cut), "{text}");
        }
        let deep = format!("[{}", "[".repeat(100_000));
        assert_eq!(elements(&deep).1, Some(Cut::TooDeep));
    }
}
