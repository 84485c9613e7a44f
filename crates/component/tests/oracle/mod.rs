//! Comparators written from the ecosystems' own definitions, step by step and without keys: what the byte
//! order of the keys is held to.
use std::cmp::Ordering;

pub(crate) mod packages;
pub(crate) mod systems;

/// semver.org, item 11, for valid versions with or without `v`.
pub(crate) fn semver(left: &str, right: &str) -> Ordering {
    fn split(text: &str) -> (Vec<&str>, Option<Vec<&str>>) {
        let text = text.trim().trim_start_matches('v').split('+').next().unwrap();
        match text.split_once('-') {
            Some((core, pre)) => (core.split('.').collect(), Some(pre.split('.').collect())),
            None => (text.split('.').collect(), None),
        }
    }
    let ((left_core, left_pre), (right_core, right_pre)) = (split(left), split(right));
    for (left, right) in left_core.iter().zip(&right_core) {
        match number(left).cmp(&number(right)) {
            Ordering::Equal => {}
            decided => return decided,
        }
    }
    match (left_pre, right_pre) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(left), Some(right)) => {
            for (left, right) in left.iter().zip(&right) {
                let order = match (is_number(left), is_number(right)) {
                    (true, true) => number(left).cmp(&number(right)),
                    (true, false) => Ordering::Less,
                    (false, true) => Ordering::Greater,
                    (false, false) => left.cmp(right),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
            left.len().cmp(&right.len())
        }
    }
}

/// PEP 440 as `packaging.version` compares: a tuple of the parts with infinities for absent ones.
pub(crate) fn pep440(left: &str, right: &str) -> Ordering {
    tuple(left).cmp(&tuple(right))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Or<T> {
    Below,
    Just(T),
    Above,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Text(String),
    Number((usize, String)),
}

type Digits = (usize, String);
type Tuple = (Digits, Vec<Digits>, Or<(u8, Digits)>, Or<Digits>, Or<Digits>, Vec<Segment>);

fn tuple(text: &str) -> Tuple {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_prefix('v').unwrap_or(&text);
    let (public, local) = text.split_once('+').unwrap_or((text, ""));
    let (epoch, public) = public.split_once('!').unwrap_or(("0", public));
    let end = public.char_indices().find(|(at, c)| {
        let next = public[at + 1..].chars().next();
        !(c.is_ascii_digit() || (*c == '.' && next.is_some_and(|next| next.is_ascii_digit())))
    });
    let (release, suffix) = public.split_at(end.map_or(public.len(), |(at, _)| at));
    let mut release: Vec<Digits> = release.split('.').map(number).collect();
    while release.last().is_some_and(|last| *last == number("0")) {
        release.pop();
    }
    let (mut pre, mut post, mut dev) = (None, None, None);
    let mut rest = suffix;
    while !rest.is_empty() {
        // `-1` directly is a post-release.
        let implicit = rest.starts_with('-') && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        rest = rest.trim_start_matches(['-', '_', '.']);
        let names = ["alpha", "a", "beta", "b", "preview", "pre", "c", "rc", "post", "rev", "r", "dev"];
        let name = if implicit { "" } else { names.into_iter().find(|name| rest.starts_with(name)).unwrap() };
        rest = &rest[name.len()..];
        if let Some(after) = rest.strip_prefix(['-', '_', '.']) {
            // Before a letter it belongs to the next part.
            if !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
                rest = after;
            }
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let value = number(&rest[..digits]);
        rest = &rest[digits..];
        match name {
            "alpha" | "a" => pre = Some((0, value)),
            "beta" | "b" => pre = Some((1, value)),
            "preview" | "pre" | "c" | "rc" => pre = Some((2, value)),
            "dev" => dev = Some(value),
            _ => post = Some(value),
        }
    }
    let pre = match pre {
        Some(pre) => Or::Just(pre),
        None if post.is_none() && dev.is_some() => Or::Below,
        None => Or::Above,
    };
    let local = local.split(['-', '_', '.']).filter(|segment| !segment.is_empty());
    let local = local.map(|segment| {
        if is_number(segment) { Segment::Number(number(segment)) } else { Segment::Text(segment.to_owned()) }
    });
    (
        number(epoch),
        release,
        pre,
        post.map_or(Or::Below, Or::Just),
        dev.map_or(Or::Above, Or::Just),
        local.collect(),
    )
}

/// deb-version(7), after verrevcmp of dpkg.
pub(crate) fn debian(left: &str, right: &str) -> Ordering {
    fn split(text: &str) -> (Digits, &str, &str) {
        let (epoch, rest) = epoch(text.trim());
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        (epoch, upstream, revision)
    }
    fn order(byte: Option<&u8>) -> i32 {
        match byte {
            None | Some(b'0'..=b'9') => 0,
            Some(b'~') => -1,
            Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
            Some(byte) => i32::from(*byte) + 256,
        }
    }
    fn compare(left: &str, right: &str) -> Ordering {
        let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
        while !left.is_empty() || !right.is_empty() {
            while left.first().is_some_and(|byte| !byte.is_ascii_digit())
                || right.first().is_some_and(|byte| !byte.is_ascii_digit())
            {
                match order(left.first()).cmp(&order(right.first())) {
                    Ordering::Equal => {
                        (left, right) =
                            (left.get(1..).unwrap_or_default(), right.get(1..).unwrap_or_default());
                    }
                    decided => return decided,
                }
            }
            let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let ((left_number, left_rest), (right_number, right_rest)) =
                (left.split_at(digits(left)), right.split_at(digits(right)));
            let value = |digits: &[u8]| number(std::str::from_utf8(digits).unwrap());
            match value(left_number).cmp(&value(right_number)) {
                Ordering::Equal => (left, right) = (left_rest, right_rest),
                decided => return decided,
            }
        }
        Ordering::Equal
    }
    let (left, right) = (split(left), split(right));
    left.0.cmp(&right.0).then_with(|| compare(left.1, right.1)).then_with(|| compare(left.2, right.2))
}

/// The procedural comparator of the crate, which shares no code with its sort key.
pub(crate) fn rpm(left: &str, right: &str) -> Ordering {
    fn split(text: &str) -> (Digits, &str, Option<&str>) {
        let (epoch, rest) = epoch(text.trim());
        match rest.rsplit_once('-') {
            Some((version, release)) => (epoch, version, Some(release)),
            None => (epoch, rest, None),
        }
    }
    fn part<'text>(text: &'text str) -> rpm_version::Evr<'text> {
        rpm_version::Evr::new("", text, "")
    }
    let (left, right) = (split(left), split(right));
    left.0.cmp(&right.0).then_with(|| part(left.1).cmp(&part(right.1))).then_with(|| {
        match (left.2, right.2) {
            (Some(left), Some(right)) => part(left).cmp(&part(right)),
            (left, right) => left.is_some().cmp(&right.is_some()),
        }
    })
}

/// ComparableVersion for the usual form: numbers, then at most one qualifier, then at most one number.
pub(crate) fn maven(left: &str, right: &str) -> Ordering {
    /// The numbers, the rank of the qualifier and its text, and the number behind it, with whether behind a dot.
    type Parts = (Vec<Digits>, (usize, String), Option<(bool, Digits)>);
    fn split(text: &str) -> Parts {
        let text = text.trim().to_ascii_lowercase();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let mut numbers: Vec<Digits> = numbers.trim_end_matches('.').split('.').map(number).collect();
        while numbers.last().is_some_and(|last| *last == number("0")) {
            numbers.pop();
        }
        let rest = rest.trim_start_matches(['-', '.']);
        let (word, tail) = rest.split_at(rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()));
        let at_once = tail.starts_with(|c: char| c.is_ascii_digit());
        let word = match word {
            "a" if at_once => "alpha",
            "b" if at_once => "beta",
            "m" if at_once => "milestone",
            "cr" => "rc",
            "ga" | "final" | "release" => "",
            word => word,
        };
        let value = number(tail.trim_start_matches(['-', '.']));
        let tail = (value != number("0")).then(|| (tail.starts_with('.'), value));
        let ranks = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
        let rank = ranks.iter().position(|known| *known == word);
        let qualifier = match &tail {
            // `1-1` and `1-ga-1`: a number behind a hyphen, above every qualifier.
            Some((false, _value)) if word.is_empty() => (ranks.len() + 1, String::new()),
            _ => (rank.unwrap_or(ranks.len()), if rank.is_some() { String::new() } else { word.to_owned() }),
        };
        (numbers, qualifier, tail)
    }
    let (left, right) = (split(left), split(right));
    // Numbers outweigh any qualifier at their place.
    let numbers = left.0.cmp(&right.0);
    numbers.then_with(|| left.1.cmp(&right.1)).then_with(|| left.2.cmp(&right.2))
}

/// libversion itself.
pub(crate) fn generic(left: &str, right: &str) -> Ordering {
    libversion::version_compare2(left, right)
}

fn epoch(text: &str) -> (Digits, &str) {
    match text.split_once(':') {
        Some((epoch, rest)) if is_number(epoch) => (number(epoch), rest),
        _ => (number("0"), text),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of any length, as something that compares by value.
fn number(digits: &str) -> Digits {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits.to_owned())
}
