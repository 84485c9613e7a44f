//! Distributions, kernels and the like: Gentoo, Alpine, Arch Linux, OpenSSL, Linux, Windows, points in time.
use std::cmp::Ordering;

use super::{Digits, epoch, is_number, number};

/// Package Manager Specification, algorithms 3.1 to 3.7, for valid versions.
pub(crate) fn gentoo(left: &str, right: &str) -> Ordering {
    by_suffixes(left, right, &["alpha", "beta", "pre", "rc", "", "p"])
}

/// apk-package(5): the same with more suffixes.
pub(crate) fn apk(left: &str, right: &str) -> Ordering {
    by_suffixes(left, right, &["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"])
}

fn by_suffixes(left: &str, right: &str, ranks: &[&str]) -> Ordering {
    /// Numbers, letter, suffixes, revision.
    fn split(text: &str) -> (Vec<&str>, &str, Vec<&str>, &str) {
        let (text, revision) = text.rsplit_once("-r").unwrap_or((text, ""));
        let mut parts = text.split('_');
        let numbers = parts.next().unwrap();
        let bare = numbers.trim_end_matches(|c: char| c.is_ascii_lowercase());
        (bare.split('.').collect(), &numbers[bare.len()..], parts.collect(), revision)
    }
    fn component(index: usize, left: &str, right: &str) -> Ordering {
        if index > 0 && (left.starts_with('0') || right.starts_with('0')) {
            left.trim_end_matches('0').cmp(right.trim_end_matches('0'))
        } else {
            number(left).cmp(&number(right))
        }
    }
    let rank = |suffix: Option<&&str>| {
        let suffix = suffix.copied().unwrap_or_default();
        let name = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
        (ranks.iter().position(|known| *known == name).unwrap(), number(&suffix[name.len()..]))
    };
    let (
        (left, left_letter, left_suffixes, left_revision),
        (right, right_letter, right_suffixes, right_revision),
    ) = (split(left), split(right));
    let mut order = Ordering::Equal;
    for (index, (left, right)) in left.iter().zip(&right).enumerate() {
        order = order.then_with(|| component(index, left, right));
    }
    order = order.then(left.len().cmp(&right.len())).then(left_letter.cmp(right_letter));
    for index in 0..left_suffixes.len().max(right_suffixes.len()) {
        order = order.then_with(|| rank(left_suffixes.get(index)).cmp(&rank(right_suffixes.get(index))));
    }
    order.then_with(|| number(left_revision).cmp(&number(right_revision)))
}

/// vercmp(8), for versions that begin and end with a segment and of which both or none have a release.
pub(crate) fn alpm(left: &str, right: &str) -> Ordering {
    /// Each run with how many separators are in front of it.
    fn segments(text: &str) -> Vec<(usize, String)> {
        let (mut segments, mut separators, mut last): (Vec<(usize, String)>, usize, char) =
            (Vec::new(), 0, '.');
        for c in text.chars() {
            let same = (c.is_ascii_digit() && last.is_ascii_digit())
                || (c.is_ascii_alphabetic() && last.is_ascii_alphabetic());
            match segments.last_mut() {
                _ if !c.is_ascii_alphanumeric() => separators += 1,
                Some((_separators, run)) if same => run.push(c),
                _ => segments.push((std::mem::take(&mut separators), c.to_string())),
            }
            last = c;
        }
        segments
    }
    fn compare(left: &str, right: &str) -> Ordering {
        let (left, right) = (segments(left), segments(right));
        for ((left_separators, left), (right_separators, right)) in left.iter().zip(&right) {
            let order = left_separators.cmp(right_separators).then_with(|| {
                match (is_number(left), is_number(right)) {
                    (true, true) => number(left).cmp(&number(right)),
                    (false, false) => left.cmp(right),
                    (left, right) => left.cmp(&right),
                }
            });
            if order != Ordering::Equal {
                return order;
            }
        }
        // "1.0rc" is older than "1.0", which is older than "1.0.a" and "1.0.1".
        let rest = |longer: &[(usize, String)], at: usize| match &longer[at] {
            (0, word) if !is_number(word) => Ordering::Less,
            _ => Ordering::Greater,
        };
        match left.len().cmp(&right.len()) {
            Ordering::Equal => Ordering::Equal,
            Ordering::Greater => rest(&left, right.len()),
            Ordering::Less => rest(&right, left.len()).reverse(),
        }
    }
    let ((left_epoch, left), (right_epoch, right)) = (epoch(left), epoch(right));
    let split = |text: &str| {
        let (version, release) = text.split_once('-').unwrap_or((text, ""));
        (version.to_owned(), release.to_owned())
    };
    let (left, right) = (split(left), split(right));
    left_epoch
        .cmp(&right_epoch)
        .then_with(|| compare(&left.0, &right.0))
        .then_with(|| compare(&left.1, &right.1))
}

/// `OPENSSL_VERSION_NUMBER`: numbers, letters, status (development, alpha, beta, release).
pub(crate) fn openssl(left: &str, right: &str) -> Ordering {
    fn split(text: &str) -> (Vec<Digits>, String, (usize, Digits)) {
        let text = text.trim().to_ascii_lowercase();
        let cpe = text.find(|c: char| c.is_ascii_alphabetic()).filter(|at| text[..*at].ends_with('.'));
        let text = cpe.map_or(text.clone(), |at| format!("{}-{}", &text[..at - 1], &text[at..]));
        let (text, status) = text.split_once('-').unwrap_or((&text, ""));
        let numbers = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let word = status.trim_end_matches(|c: char| c.is_ascii_digit());
        let rank = ["dev", "alpha", "beta", "pre", ""].iter().position(|known| *known == word).unwrap();
        // Both words were used for the same.
        let rank = if word == "pre" { 2 } else { rank };
        (
            numbers.split('.').map(number).collect(),
            text[numbers.len()..].to_owned(),
            (rank, number(&status[word.len()..])),
        )
    }
    split(left).cmp(&split(right))
}

/// The kernel's own numbering.
pub(crate) fn linux(left: &str, right: &str) -> Ordering {
    fn split(text: &str) -> (Vec<Digits>, (usize, Digits)) {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (numbers, candidate) = text.split_at(digits);
        let mut numbers: Vec<Digits> = numbers.trim_end_matches('.').split('.').map(number).collect();
        numbers.resize(4, number("0"));
        let candidate = candidate.trim_start_matches('-');
        let word = candidate.trim_end_matches(|c: char| c.is_ascii_digit());
        let rank = ["test", "pre", "rc", ""].iter().position(|known| *known == word).unwrap();
        (numbers, (rank, number(&candidate[word.len()..])))
    }
    split(left).cmp(&split(right))
}

/// Builds of four numbers.
pub(crate) fn windows(left: &str, right: &str) -> Ordering {
    let numbers = |text: &str| -> Vec<Digits> { text.split('.').map(number).collect() };
    numbers(left).cmp(&numbers(right))
}

/// Instants, by counting days one year and one month at a time.
pub(crate) fn datetime(left: &str, right: &str) -> Ordering {
    fn instant(text: &str) -> (i64, String) {
        let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
        let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let (year, month) = (number(0..4), number(5..7));
        let mut days: i64 = (0..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
        let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        days += lengths.iter().take(usize::try_from(month - 1).unwrap()).sum::<i64>() + number(8..10);
        let rest = &text[19..];
        let zone = rest.find(['Z', '+', '-']).unwrap();
        let fraction = rest[..zone].trim_start_matches('.').trim_end_matches('0').to_owned();
        let offset = match rest[zone..].split_at(1) {
            ("Z", _) => 0,
            (sign, clock) => {
                let (hours, minutes) = clock.split_once(':').unwrap();
                let seconds = hours.parse::<i64>().unwrap() * 3600 + minutes.parse::<i64>().unwrap() * 60;
                if sign == "+" { seconds } else { -seconds }
            }
        };
        (days * 86_400 + number(11..13) * 3600 + number(14..16) * 60 + number(17..19) - offset, fraction)
    }
    instant(left).cmp(&instant(right))
}
