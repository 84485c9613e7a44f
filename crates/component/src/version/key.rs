//! The sortable key and the encodings that every scheme builds it from.
//!
//! The bytes of a key are a sequence of marks and values. A scheme chooses its marks below
//! [`NUMBER_FIRST`] or above `NUMBER_LAST`, so that "nothing more", "pre-release" and "a number"
//! sort as its rules demand; no value is a prefix of another, so comparing bytes compares fields.

/// The smallest first byte of an encoded number: zero is exactly this one byte.
pub(super) const NUMBER_FIRST: u8 = 0x20;
/// The largest first byte of an encoded number; marks above the numbers start after it.
#[cfg(test)]
pub(super) const NUMBER_LAST: u8 = HUGE;
/// Above every byte that can follow the common start of a series.
pub(super) const ABOVE_SERIES: u8 = 0xFF;

/// Numbers below this take one byte.
const ONE_BYTE: u64 = 0xE0 - NUMBER_FIRST as u64;
/// First byte of a number of more than 19 digits: four bytes of length and the digits follow.
const HUGE: u8 = 0xE8;

/// A sortable key: for two versions of one scheme the order of the bytes is the order of the versions.
/// Keys of different schemes must not be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionKey(Vec<u8>);

impl VersionKey {
    /// Below every version of every scheme (OSV `introduced: "0"`).
    pub const MIN: Self = Self(Vec::new());

    /// A key whose bytes were taken from [`VersionKey::as_bytes`] or [`Scheme::write_key`](super::Scheme::write_key).
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, to be compared as they are.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The first eight bytes as a big-endian number. `a.prefix() < b.prefix()` implies `a < b`; equal
    /// prefixes decide nothing.
    pub fn prefix(&self) -> u64 {
        let mut first = [0; 8];
        let length = self.0.len().min(8);
        first[..length].copy_from_slice(&self.0[..length]);
        u64::from_be_bytes(first)
    }
}

impl AsRef<[u8]> for VersionKey {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Appends a decimal number of any length: leading zeros do not count.
pub(super) fn push_number(out: &mut Vec<u8>, digits: &[u8]) {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let digits = &digits[zeros..];
    if digits.len() > 19 {
        out.push(HUGE);
        // A digit string longer than 4 GiB cannot occur: no caller holds one.
        out.extend_from_slice(&u32::try_from(digits.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(digits);
        return;
    }
    let value = digits.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
    if value < ONE_BYTE {
        out.push(NUMBER_FIRST + value.to_be_bytes()[7]);
        return;
    }
    let skipped = (value.leading_zeros() / 8) as usize;
    let bytes = &value.to_be_bytes()[skipped..];
    out.push(HUGE - 1 - skipped.to_be_bytes()[7]);
    out.extend_from_slice(bytes);
}

/// Appends text compared byte by byte, shorter first. The bytes 00 and 01 are escaped so that the closing
/// 00 sorts below any content.
pub(super) fn push_text(out: &mut Vec<u8>, text: impl IntoIterator<Item = u8>) {
    for byte in text {
        if byte <= 1 {
            out.push(1);
            out.push(byte + 1);
        } else {
            out.push(byte);
        }
    }
    out.push(0);
}

/// Splits the digits off the front.
pub(super) fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Splits the letters off the front.
pub(super) fn split_letters(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count())
}

/// Appends a row of numbers in which nothing is implied: a longer row is above its beginning. What is no number
/// any more is compared as text, above the end and below a number. Without `end`, the row may go on.
pub(super) fn push_row(out: &mut Vec<u8>, text: &str, separators: &[u8], end: bool) {
    const END: u8 = 0x01;
    const OTHER: u8 = 0x02;
    let (mut digits, mut rest) = split_digits(text.as_bytes());
    while !digits.is_empty() {
        push_number(out, digits);
        let after = match rest {
            [separator, after @ ..] if separators.contains(separator) => after,
            _ => break,
        };
        let (next, after) = split_digits(after);
        if next.is_empty() {
            break;
        }
        (digits, rest) = (next, after);
    }
    if rest.is_empty() && end {
        out.push(END);
    } else if !rest.is_empty() {
        out.push(OTHER);
        push_text(out, rest.iter().copied());
    }
}

/// Appends the numbers of `1.2.3` and gives back what follows them; the second value is the length of
/// `out` without trailing zeros, for schemes where `1.0` equals `1`. `None` when no digit is in front.
pub(super) fn push_release<'text>(out: &mut Vec<u8>, text: &'text [u8]) -> Option<(&'text [u8], usize)> {
    let mut significant = out.len();
    let (mut digits, mut rest) = split_digits(text);
    if digits.is_empty() {
        return None;
    }
    loop {
        push_number(out, digits);
        if digits.iter().any(|digit| *digit != b'0') {
            significant = out.len();
        }
        let [b'.', after @ ..] = rest else { break };
        let (next, after) = split_digits(after);
        if next.is_empty() {
            break;
        }
        (digits, rest) = (next, after);
    }
    Some((rest, significant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(digits: &str) -> Vec<u8> {
        let mut out = Vec::new();
        push_number(&mut out, digits.as_bytes());
        out
    }

    #[test]
    fn numbers_sort_by_value() {
        let ascending = [
            "0",
            "1",
            "9",
            "10",
            "191",
            "192",
            "193",
            "255",
            "256",
            "65535",
            "65536",
            "16777216",
            "4294967295",
            "4294967296",
            "1099511627776",
            "281474976710656",
            "72057594037927936",
            "9999999999999999999",
            "10000000000000000000",
            "18446744073709551616",
            "99999999999999999999",
            "100000000000000000000",
        ];
        for pair in ascending.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
            assert_eq!(number(pair[0]), number(&format!("000{}", pair[0])));
        }
        for digits in ascending {
            assert!((NUMBER_FIRST..=NUMBER_LAST).contains(&number(digits)[0]), "{digits}");
        }
    }

    #[test]
    fn prefix_agrees_with_the_bytes() {
        let short = VersionKey::from_bytes(vec![1, 2]);
        let long = VersionKey::from_bytes(vec![1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(short < long && short.prefix() < long.prefix());
        assert_eq!(VersionKey::MIN.prefix(), 0);
    }
}
