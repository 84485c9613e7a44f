//! "Why is this (not) listed?": for one vulnerability and one release, each gate up to the one that said no.

use askama::Template;

use super::chip::Verdict;
use super::count::{Headline, Link};
use super::empty::Empty;
use super::evidence::Evidence;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "explain.html")]
pub struct ExplainPage {
    pub shell: Shell,
    /// As typed.
    pub vulnerability: String,
    /// Every release, as `slug@version` and its name; the chosen one is `release`.
    pub releases: Vec<(String, String)>,
    pub release: String,
    pub explanation: Explained,
}

#[derive(Debug, Clone)]
pub enum Explained {
    NotAsked,
    /// The vulnerability or the release is not known.
    NotKnown(Empty),
    Found(Box<Explanation>),
}

#[derive(Debug, Clone)]
pub struct Explanation {
    pub vulnerability: String,
    pub release: Link,
    /// The verdict that counts for the release.
    pub verdict: Verdict,
    /// "recomputed now from snapshot 41d0 c7be with matcher 0.1.0", or "as stored by the sweep of …".
    pub source: String,
    /// What has to be said aloud about it, with the way to the other answer.
    pub basis: Option<(String, String, Option<Link>)>,
    /// In the order in which the matcher asks them.
    pub gates: Vec<Evidence>,
    pub components: Vec<ComponentVerdict>,
    pub components_asked: u64,
    pub statements: Vec<StatementRow>,
    pub impact: Link,
    /// What private records add, and what became of them.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct ComponentVerdict {
    pub name: String,
    pub version: String,
    pub verdict: Verdict,
    /// "A" to "D", how sure the identity is.
    pub class: Option<String>,
    /// The first gate that said no, or why it is in range.
    pub reason: String,
    /// "nvd, CVE-2024-1086"
    pub source: String,
}

/// What the sources say of the vulnerability, with the deciding one marked.
#[derive(Debug, Clone)]
pub struct StatementRow {
    pub source: String,
    pub says: String,
    pub modified: String,
    pub decided: bool,
}

impl Explanation {
    fn headline(&self) -> Headline {
        let headline = Headline::default();
        let (name, release) = (&self.vulnerability, &self.release.label);
        match self.verdict {
            Verdict::InRange => {
                headline.text(format!("{name} is listed for {release}: a component is in range."))
            }
            Verdict::Undecided => headline
                .text(format!("{name} is listed for {release}, because the records do not settle it.")),
            Verdict::Patched => {
                headline.text(format!("{name} is not listed for {release}: the fix is in the build."))
            }
            Verdict::ExcludedBySupplier => headline
                .text(format!("{name} is not listed for {release}: a supplier's statement excludes it.")),
            Verdict::ExcludedByBuild => {
                headline.text(format!("{name} is not listed for {release}: build evidence excludes it."))
            }
            Verdict::OutOfRange | Verdict::NoMatch => {
                headline.text(format!("{name} is not listed for {release}: no version is in range."))
            }
            Verdict::NoSuchComponent => headline
                .text(format!("{name} is not listed for {release}: it names no component we know of there.")),
            Verdict::NotAssessed => headline.text(format!(
                "{name} cannot be assessed for {release}: its record names no usable product."
            )),
        }
    }
}
