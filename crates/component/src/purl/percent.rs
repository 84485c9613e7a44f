//! Percent-encoding as package URLs use it.
use std::fmt::{self, Display, Formatter};

use super::PurlError;

/// Decodes percent codes; a `%` without two hexadecimal digits stands for itself.
pub(super) fn decode(text: &str) -> Result<String, PurlError> {
    if !text.contains(['%', '\0']) {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = match after {
            [high, low, ..] if *first == b'%' => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(decoded) if !decoded.contains('\0') => Ok(decoded),
        _ => Err(PurlError::Encoding(text.to_owned())),
    }
}

/// Prints a part with everything but letters, digits and `.-_~:` encoded.
pub(super) fn encoded(text: &str) -> impl Display + '_ {
    Encoded(text)
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
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':')
}

fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
