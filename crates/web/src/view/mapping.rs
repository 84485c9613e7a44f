//! The blind spots of one release: what each may be, what is at stake, and the forms that say what it is.

use askama::Template;

use super::count::{Headline, Link};
use super::field::Problems;
use super::inbox::Pager;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "mapping.html")]
pub struct MappingPage {
    pub shell: Shell,
    /// Where the forms go.
    pub action: String,
    /// Parts that nothing can warn us about and that nobody has said anything final of.
    pub open: u64,
    pub without_public_identity: u64,
    /// Vulnerabilities that name the first proposals.
    pub at_stake: u64,
    /// None: not known for this moment.
    pub known: bool,
    /// What was said since the last sweep waits for the next.
    pub waits_for_sweep: bool,
    pub spots: Vec<SpotForm>,
    pub pager: Pager,
    pub mapped: Vec<MappedRow>,
    /// How many more there are.
    pub mapped_more: u64,
    /// `slug@version`, for the command that lists them all.
    pub reference: String,
    /// Only who may change the portfolio says what parts are.
    pub may_say: bool,
}

/// A part, what it may be, and the form beside it.
#[derive(Debug, Clone, Default)]
pub struct SpotForm {
    /// Number of the component: tells the controls of the page apart.
    pub number: i64,
    pub name: String,
    pub version: Option<String>,
    pub supplier: Option<String>,
    /// Dependency path or place.
    pub place: String,
    pub why_blind: String,
    pub proposals: Vec<ProposalRow>,
    pub at_stake: u64,
    pub rejected: u64,
    /// Open: it was sent and did not hold.
    pub open: bool,
    pub target: String,
    pub other: String,
    pub scope: String,
    pub version_rule: String,
    pub why: String,
    pub problems: Problems,
    pub refused: Option<String>,
}

#[derive(Debug, Clone)]
pub struct ProposalRow {
    /// Product key.
    pub target: String,
    /// The dictionary's name, else the key.
    pub name: String,
    /// "same name"
    pub likeness: &'static str,
    pub at_stake: u64,
    /// One of them.
    pub sample: Option<Link>,
}

/// A part whose identity is somebody's word.
#[derive(Debug, Clone)]
pub struct MappedRow {
    pub name: String,
    pub version: Option<String>,
    /// "OpenSSL (cpe:a:openssl:openssl)" or "no public identity".
    pub is: String,
    /// "1.0.2k"; none: not known.
    pub looked_up_as: Option<String>,
    /// "Jo Doe, Tue 24 Nov 2026, for this release"
    pub by: String,
    pub why: String,
    /// Id of the mapping; none: not to be withdrawn here.
    pub mapping: Option<String>,
    /// What was sent and did not hold.
    pub refused: Option<String>,
}

/// The places where it may hold, with their words.
pub const SCOPES: [(&str, &str); 4] = [
    ("component", "this part in this version, wherever it is"),
    ("release", "parts of this name in this release"),
    ("product_line", "parts of this name in this product line"),
    ("organisation", "parts of this name wherever they are"),
];

impl MappingPage {
    fn headline(&self) -> Headline {
        if !self.known {
            return Headline::default().text("What could not warn us then is not known any more.");
        }
        let spots = words::plural(self.open, "part", "parts");
        let verb = words::verb(self.open, "has", "have");
        let stake = words::plural(self.at_stake, "vulnerability", "vulnerabilities");
        Headline::default().text(match self.open {
            0 => "Every part has an identity, or somebody looked for one.".to_owned(),
            _ => format!("{spots} {verb} no identity; {stake} at stake if the first proposals hold."),
        })
    }
}

impl SpotForm {
    fn is_scope(&self, scope: &str) -> bool {
        if self.scope.is_empty() { scope == "component" } else { self.scope == scope }
    }

    fn is_target(&self, target: &str) -> bool {
        self.target == target
    }

    fn label(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.clone(),
        }
    }
}
