//! One text that a selector's regular expression describes: literals as they are, one choice of each alternative.
//!
//! Only what the selectors use is understood; a negative look-ahead is left out, which makes a sample that it may not
//! forbid. `None` for what cannot be read.

/// A sample of `pattern`.
pub(super) fn sample(pattern: &str) -> Option<String> {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    let out = alternatives(&pattern, &mut at)?;
    (at == pattern.len()).then_some(out)
}

/// The first alternative; the others are walked over.
fn alternatives(pattern: &[char], at: &mut usize) -> Option<String> {
    let first = sequence(pattern, at)?;
    while pattern.get(*at) == Some(&'|') {
        *at += 1;
        sequence(pattern, at)?;
    }
    Some(first)
}

fn sequence(pattern: &[char], at: &mut usize) -> Option<String> {
    let mut out = String::new();
    while let Some(next) = pattern.get(*at) {
        let atom = match next {
            '|' | ')' => break,
            '^' | '$' => {
                *at += 1;
                continue;
            }
            '(' => group(pattern, at)?,
            '[' => class(pattern, at)?,
            '\\' => {
                *at += 2;
                match pattern.get(*at - 1)? {
                    'd' => "1".to_owned(),
                    'w' => "a".to_owned(),
                    'b' => String::new(),
                    literal => literal.to_string(),
                }
            }
            '.' => {
                *at += 1;
                "1".to_owned()
            }
            literal => {
                *at += 1;
                literal.to_string()
            }
        };
        out.push_str(&repeated(pattern, at, atom)?);
    }
    Some(out)
}

fn group(pattern: &[char], at: &mut usize) -> Option<String> {
    *at += 1;
    let ahead = pattern.get(*at..*at + 2) == Some(&['?', '!']);
    if pattern.get(*at) == Some(&'?') {
        *at += 2;
    }
    let inner = alternatives(pattern, at)?;
    if pattern.get(*at) != Some(&')') {
        return None;
    }
    *at += 1;
    Some(if ahead { String::new() } else { inner })
}

fn class(pattern: &[char], at: &mut usize) -> Option<String> {
    *at += 1;
    let negated = pattern.get(*at) == Some(&'^');
    if negated {
        *at += 1;
    }
    let start = *at;
    while *pattern.get(*at)? != ']' || *at == start {
        *at += if pattern.get(*at) == Some(&'\\') { 2 } else { 1 };
    }
    let first = pattern.get(start)?;
    let literal = if *first == '\\' { pattern.get(start + 1)? } else { first };
    *at += 1;
    Some(if negated { "a".to_owned() } else { literal.to_string() })
}

/// Once where any number is allowed, so that names are not empty; none for `?`.
fn repeated(pattern: &[char], at: &mut usize, atom: String) -> Option<String> {
    match pattern.get(*at) {
        Some('*' | '+') => {
            *at += 1;
            // Lazy or greedy: the same sample.
            *at += usize::from(pattern.get(*at) == Some(&'?'));
            Some(atom)
        }
        Some('?') => {
            *at += 1;
            Some(String::new())
        }
        Some('{') => {
            while *pattern.get(*at)? != '}' {
                *at += 1;
            }
            *at += 1;
            *at += usize::from(pattern.get(*at) == Some(&'?'));
            Some(atom)
        }
        _ => Some(atom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_fit_their_pattern() {
        for (pattern, expected) in [
            (r"^pkg:maven/commons\-cli/commons\-cli@.*$", Some("pkg:maven/commons-cli/commons-cli@1")),
            (r"^pkg:maven/a/(b|c(-d)?)@.*$", Some("pkg:maven/a/b@1")),
            (r"^pkg:maven/(?!io\.x).*/y[^/]*@1$", Some("pkg:maven/1/ya@1")),
            (r"a\d{1,3}[xyz]+", Some("a1x")),
            (r"(a", None),
        ] {
            assert_eq!(sample(pattern).as_deref(), expected, "{pattern}");
        }
    }
}
