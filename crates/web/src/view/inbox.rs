//! The inbox: one group per vulnerability with findings over releases, in sections by what is known of harm, and the pane
//! of the selected group. Deciding happens on the case.

use askama::Template;

use super::bar::Bar;
use super::chip::{Firmness, Status, Threat, Verdict};
use super::count::{Count, Link};
use super::empty::Empty;
use super::evidence::Evidence;
use super::queue::QueueRow;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "inbox.html")]
pub struct InboxPage {
    pub shell: Shell,
    pub tabs: Vec<Tab>,
    pub filter: String,
    pub sections: Vec<Section>,
    pub pager: Pager,
    pub pane: Option<Pane>,
    /// What stands in the pane when no group is selected.
    pub empty: Empty,
}

/// A saved view in the address.
#[derive(Debug, Clone)]
pub struct Tab {
    pub name: String,
    pub count: Count,
    pub current: bool,
}

#[derive(Debug, Clone)]
pub struct Section {
    /// "May reach a patient"
    pub name: String,
    pub groups: u64,
    pub rows: Vec<QueueRow>,
}

/// Keyset paging: a place to go on from, never a page number.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/pager.html")]
pub struct Pager {
    pub shown: u64,
    pub total: u64,
    pub first: Option<String>,
    pub next: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Pane {
    pub title: String,
    /// "CVE-2024-1086"
    pub names: String,
    /// "newest match 2 d ago · 7 releases"
    pub meta: String,
    pub summary: String,
    pub threat: Threat,
    pub evidence: Vec<Evidence>,
    /// Its explanation for one release, in full.
    pub explain: Link,
    pub impact: Link,
    /// What a decision would cover: findings by verdict.
    pub findings: Bar,
    pub releases: Vec<GroupRelease>,
    pub case: GroupCase,
    /// Absent where everything is proposed or signed already, and for people who may not decide.
    pub accept: Option<Accept>,
    /// Where the buttons that open the case are posted, with the group's shown name; absent for people who may not decide.
    pub then: Option<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct GroupRelease {
    pub release: Link,
    pub components: String,
    pub findings: Count,
    pub units: Count,
    pub verdict: Verdict,
    pub status: Status,
    pub firmness: Firmness,
}

/// The group's case, or the address that opens one.
#[derive(Debug, Clone)]
pub enum GroupCase {
    Open(Link),
    Openable,
}

/// Takes the match on: "under investigation" is proposed for every release that nobody decided on yet.
#[derive(Debug, Clone)]
pub struct Accept {
    /// Where it is posted.
    pub action: String,
    /// `slug@version` of the releases.
    pub releases: Vec<String>,
    pub findings: u64,
    /// Back to this list, at the row that follows.
    pub next: String,
}

impl askama::filters::HtmlSafe for Pager {}
