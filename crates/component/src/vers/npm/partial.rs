//! The versions inside npm's ranges: of one to three numbers (`1.x`), and whole ones.
use std::fmt::{self, Display, Formatter};

use crate::version::{Scheme, VersionKey};

/// `Number.MAX_SAFE_INTEGER`: npm knows no greater number.
const GREATEST: u64 = 9_007_199_254_740_991;

/// A version whose last numbers may be missing or `x`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Partial<'text> {
    numbers: [Option<u64>; 3],
    /// Only where all numbers are known.
    pub(super) pre_release: &'text str,
}

/// A whole version without build metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Full {
    pub(super) numbers: [u64; 3],
    /// Without its hyphen; empty when there is none.
    pub(super) pre_release: String,
}

impl<'text> Partial<'text> {
    /// `None` when it breaks the grammar, which is wider when `loose`.
    pub(super) fn parse(text: &'text str, loose: bool) -> Option<Self> {
        let text = text.trim_start_matches(['v', '=', ' ']);
        let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
        let mut numbers = [None; 3];
        let (mut rest, mut read) = (text, 0);
        let mut wildcard = false;
        while read < 3 {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let end = if end == 0 && rest.starts_with(['x', 'X', '*']) { 1 } else { end };
            let (number, after) = rest.split_at(end);
            match number {
                "x" | "X" | "*" => wildcard = true,
                // `*` for "any" is the empty text too, but only alone.
                "" if read == 0 && text.is_empty() => return build.is_none().then_some(Self::any()),
                // A number behind an `x` means nothing.
                _ if wildcard => return None,
                digits => numbers[read] = Some(parse_number(digits, loose)?),
            }
            read += 1;
            rest = after;
            match after.strip_prefix('.') {
                Some(after) if read < 3 => rest = after,
                _ => break,
            }
        }
        let pre_release = match rest.strip_prefix('-') {
            Some(pre_release) => pre_release,
            None if loose && read == 3 => rest,
            None if rest.is_empty() => "",
            None => return None,
        };
        let has_none = pre_release.is_empty() && rest.is_empty();
        if (!has_none && (read < 3 || !is_pre_release(pre_release, loose)))
            || !build.is_none_or(|build| build.split('.').all(is_word))
        {
            return None;
        }
        let pre_release = if numbers.contains(&None) { "" } else { pre_release };
        Some(Self { numbers, pre_release })
    }

    fn any() -> Self {
        Self { numbers: [None; 3], pre_release: "" }
    }

    /// How many numbers are known.
    pub(super) fn known(&self) -> usize {
        self.numbers.iter().take_while(|number| number.is_some()).count()
    }

    /// How many numbers `^` keeps: up to the first that is not zero.
    pub(super) fn leading(&self) -> usize {
        let zeros = self.numbers.iter().take_while(|number| **number == Some(0)).count();
        (zeros + 1).min(self.known())
    }

    /// The lowest version it stands for; of a partial one that is a pre-release when `include_prerelease`.
    pub(super) fn lowest(&self, include_prerelease: bool) -> Full {
        let partial = self.known() < 3;
        let pre_release = if partial && include_prerelease { "0" } else { self.pre_release };
        Full { numbers: self.numbers.map(Option::unwrap_or_default), pre_release: pre_release.to_owned() }
    }

    /// The end of the versions that have the first `kept` numbers in common; `None` beyond the greatest number.
    pub(super) fn raised(&self, kept: usize) -> Option<Full> {
        let mut numbers = [0; 3];
        for (index, number) in numbers.iter_mut().enumerate().take(kept) {
            *number = self.numbers[index].unwrap_or_default() + u64::from(index + 1 == kept);
        }
        let pre_release = "0".to_owned();
        numbers.iter().all(|number| *number <= GREATEST).then_some(Full { numbers, pre_release })
    }
}

impl Full {
    /// Whether it is `0.0.0-0`, below which there is nothing.
    pub(super) fn is_lowest(&self) -> bool {
        self.numbers == [0; 3] && self.pre_release == "0"
    }

    /// `0.0.0-0`
    pub(super) fn lowest() -> Self {
        Self { numbers: [0; 3], pre_release: "0".to_owned() }
    }

    pub(super) fn parse(text: &str, loose: bool) -> Option<Self> {
        let partial = Partial::parse(text.trim(), loose)?;
        (partial.known() == 3).then(|| partial.lowest(false))
    }

    pub(super) fn key(&self) -> VersionKey {
        Scheme::Semver.key(&self.to_string())
    }
}

impl Display for Full {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        let hyphen = if self.pre_release.is_empty() { "" } else { "-" };
        write!(f, "{major}.{minor}.{patch}{hyphen}{}", self.pre_release)
    }
}

fn parse_number(digits: &str, loose: bool) -> Option<u64> {
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    digits.parse().ok().filter(|number| *number <= GREATEST && (loose || !leading_zero))
}

fn is_pre_release(text: &str, loose: bool) -> bool {
    let leading_zero = |part: &str| {
        part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split('.').all(|part| is_word(part) && (loose || !leading_zero(part)))
}

fn is_word(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
