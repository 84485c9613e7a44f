//! Package managers of languages: RubyGems, NuGet, Composer, Conan, Pub, CRAN, Hackage.
use std::cmp::Ordering;

use super::{Digits, is_number, number, semver};

/// `Gem::Version#<=>`: segments after dropping zeros at the end of the numbers in front and of the rest; an absent
/// segment is 0, a word is below a number.
pub(crate) fn gem(left: &str, right: &str) -> Ordering {
    let (left, right) = (gem_segments(left), gem_segments(right));
    let zero = "0".to_owned();
    for index in 0..left.len().max(right.len()) {
        let (left, right) = (left.get(index).unwrap_or(&zero), right.get(index).unwrap_or(&zero));
        let order = match (is_number(left), is_number(right)) {
            (true, true) => number(left).cmp(&number(right)),
            (false, true) => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, false) => left.cmp(right),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn gem_segments(text: &str) -> Vec<String> {
    let segments = runs(&text.replace('-', ".pre."));
    let first_word = segments.iter().position(|segment| !is_number(segment)).unwrap_or(segments.len());
    let (numbers, rest) = segments.split_at(first_word);
    let trim = |part: &[String]| -> Vec<String> {
        let end = part.iter().rposition(|segment| !is_number(segment) || number(segment) != number("0"));
        part[..end.map_or(0, |end| end + 1)].to_vec()
    };
    [trim(numbers), trim(rest)].concat()
}

/// Runs of digits and of letters; whatever stands between them is dropped.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars() {
        let goes_on = (c.is_ascii_digit() && last.is_ascii_digit())
            || (c.is_ascii_alphabetic() && last.is_ascii_alphabetic());
        match runs.last_mut() {
            Some(run) if goes_on => run.push(c),
            _ if c.is_ascii_alphanumeric() => runs.push(c.to_string()),
            _ => {}
        }
        last = c;
    }
    runs
}

/// NuGet's versions: four numbers, then semver's pre-release without regard to case.
pub(crate) fn nuget(left: &str, right: &str) -> Ordering {
    fn split(text: &str) -> (Vec<Digits>, String) {
        let text = text.split('+').next().unwrap().to_ascii_lowercase();
        let (numbers, pre) = text.split_once('-').unwrap_or((&text, ""));
        let mut numbers: Vec<Digits> = numbers.split('.').map(number).collect();
        numbers.resize(4, number("0"));
        // The pre-release on a fixed version, for semver to compare.
        (numbers, if pre.is_empty() { "0.0.0".to_owned() } else { format!("0.0.0-{pre}") })
    }
    let (left, right) = (split(left), split(right));
    left.0.cmp(&right.0).then_with(|| semver(&left.1, &right.1))
}

/// The PHP manual on `version_compare`, on what Composer has normalised: four numbers, small letters, no
/// `stable`, no build metadata.
pub(crate) fn composer(left: &str, right: &str) -> Ordering {
    fn parts(text: &str) -> Vec<String> {
        let text = text.trim().trim_start_matches('=').trim_start().to_ascii_lowercase();
        let bare = text.trim_start_matches('v').trim_start();
        let text = if bare.starts_with(|c: char| c.is_ascii_digit()) { bare } else { &text };
        let text = text.split('+').next().unwrap();
        // The numbers in front end where no number follows a dot.
        let mut end = 0;
        for (index, number) in text.split('.').enumerate() {
            let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            if digits == 0 {
                break;
            }
            end += digits + usize::from(index > 0);
            if digits < number.len() {
                break;
            }
        }
        let mut parts = runs(&text[..end]);
        if !parts.is_empty() {
            parts.resize(parts.len().max(4), "0".to_owned());
        }
        parts.extend(runs(&text[end..]).into_iter().filter(|part| part != "stable"));
        parts
    }
    /// Absent is the release itself; a number is above it, though equal to it for the words around.
    fn rank(part: Option<&String>) -> usize {
        let words = ["dev", "a", "b", "rc"];
        match part {
            None => 5,
            Some(part) if is_number(part) => 6,
            Some(part) if part.starts_with('p') => 7,
            Some(part) => words.iter().position(|word| part.starts_with(word)).map_or(0, |at| at + 1),
        }
    }
    let (left, right) = (parts(left), parts(right));
    for index in 0..left.len().max(right.len()) {
        let (left, right) = (left.get(index), right.get(index));
        let order = rank(left).cmp(&rank(right)).then_with(|| match (left, right) {
            (Some(left), Some(right)) if is_number(left) => number(left).cmp(&number(right)),
            _ => Ordering::Equal,
        });
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// Conan 2 for items that are numbers or start with a letter.
pub(crate) fn conan(left: &str, right: &str) -> Ordering {
    type Items = Vec<String>;
    fn items(text: &str) -> Items {
        let mut items: Items = text.split('.').map(str::to_owned).collect();
        while items.last().is_some_and(|last| is_number(last) && number(last) == number("0")) {
            items.pop();
        }
        items
    }
    fn compare(left: &Items, right: &Items) -> Ordering {
        for (left, right) in left.iter().zip(right) {
            let order = if is_number(left) && is_number(right) {
                number(left).cmp(&number(right))
            } else {
                left.cmp(right)
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        left.len().cmp(&right.len())
    }
    /// The main items, the pre-release and the build.
    fn split(text: &str) -> (Items, Option<Items>, Option<Items>) {
        let (text, build) =
            text.rsplit_once('+').map_or((text, None), |(text, build)| (text, Some(items(build))));
        let (text, pre) = text.rsplit_once('-').map_or((text, None), |(text, pre)| (text, Some(items(pre))));
        (items(text), pre, build)
    }
    let ((left, left_pre, left_build), (right, right_pre, right_build)) = (split(left), split(right));
    compare(&left, &right)
        .then_with(|| match (&left_pre, &right_pre) {
            (Some(left), Some(right)) => compare(left, right),
            (left, right) => right.is_some().cmp(&left.is_some()),
        })
        .then_with(|| match (&left_build, &right_build) {
            (Some(left), Some(right)) => compare(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        })
}

/// pub.dev: semver, then the build identifiers by the same rules, none first.
pub(crate) fn dart(left: &str, right: &str) -> Ordering {
    fn build(text: &str) -> Option<String> {
        text.split_once('+').map(|(_version, build)| format!("0.0.0-{build}"))
    }
    semver(left, right).then_with(|| match (build(left), build(right)) {
        (Some(left), Some(right)) => semver(&left, &right),
        (left, right) => left.is_some().cmp(&right.is_some()),
    })
}

/// `package_version` of R and `Data.Version` of Haskell: lists of numbers.
pub(crate) fn row(left: &str, right: &str) -> Ordering {
    let row = |text: &str| -> Vec<Digits> { text.split(['.', '-']).map(number).collect() };
    row(left).cmp(&row(right))
}
