//! Configuration facts, `key=value` a line: what a build or a device was set to. For people.

use super::{Lines, shown};
use crate::{Issue, IssueCode};

/// Most facts of one file.
const MOST: usize = 10_000;
/// Longest key and value, in characters.
const LONGEST: (usize, usize) = (200, 4_000);

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// As written, without white space around it.
    pub key: String,
    /// The same.
    pub value: String,
}

/// Reads facts, in the order of the file.
pub fn facts(bytes: &[u8]) -> (Vec<Fact>, Vec<Issue>) {
    let mut lines = Lines::of(bytes);
    let mut facts: Vec<Fact> = Vec::new();
    let mut more = 0;
    lines.each(|lines, number, line| {
        if line.starts_with(['#', ';']) {
            return;
        }
        let place = format!("line {number}");
        let fact = line.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
        match fact.filter(|(key, _)| !key.is_empty()) {
            Some(_) if facts.len() >= MOST => more += 1,
            Some((key, value)) if key.chars().count() > LONGEST.0 || value.chars().count() > LONGEST.1 => {
                lines.lost(&place, IssueCode::Limit, format!("`{}` is too long", shown(line)));
            }
            Some((key, value)) => facts.push(Fact { key: key.to_owned(), value: value.to_owned() }),
            None => lines.lost(&place, IssueCode::Malformed, format!("`{}` is not key=value", shown(line))),
        }
    });
    if more > 0 {
        lines.lost("", IssueCode::Limit, format!("more than {MOST} facts: {more} are not read"));
    }
    (facts, lines.issues())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_facts() {
        let (found, issues) = facts(b"# sshd\nPermitRootLogin = no\nopt=a=b\nempty=\n");
        assert_eq!(issues, Vec::new());
        let found: Vec<(&str, &str)> =
            found.iter().map(|fact| (fact.key.as_str(), fact.value.as_str())).collect();
        assert_eq!(found, [("PermitRootLogin", "no"), ("opt", "a=b"), ("empty", "")]);
        let (found, issues) = facts(b"=x\nno fact\n");
        assert_eq!((found.len(), issues.len()), (0, 2));
    }
}
