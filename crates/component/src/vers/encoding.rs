//! Percent-encoding as `vers` uses it: only what would be read as something else is encoded.
use std::fmt::{self, Display, Formatter};

/// Decodes percent codes; `None` for a `%` without two hexadecimal digits and for what is no text.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let byte = match after {
            [high, low, after @ ..] if *first == b'%' => {
                rest = after;
                digit(*high)? * 16 + digit(*low)?
            }
            _ if *first == b'%' => return None,
            _ => {
                rest = after;
                *first
            }
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// Prints a version with everything but letters, digits and `.-_~:+` encoded.
pub(super) fn encoded(version: &str) -> impl Display + '_ {
    Encoded(version)
}

struct Encoded<'text>(&'text str);

impl Display for Encoded<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for chunk in self.0.as_bytes().chunk_by(|left, right| is_plain(*left) == is_plain(*right)) {
            match std::str::from_utf8(chunk) {
                Ok(plain) if is_plain(chunk[0]) => f.write_str(plain)?,
                _ => chunk.iter().try_for_each(|byte| write!(f, "%{byte:02X}"))?,
            }
        }
        Ok(())
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':' | b'+')
}

fn digit(hexadecimal: u8) -> Option<u8> {
    char::from(hexadecimal).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
