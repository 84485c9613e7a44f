//! Units by serial number: what every count of units on other pages leads to.

use askama::Template;

use super::count::Link;
use super::empty::Empty;
use super::inbox::Pager;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "units.html")]
pub struct UnitsPage {
    pub shell: Shell,
    /// Serial number as typed.
    pub search: String,
    /// What is listed: "Units of Corva 4.2 in NO".
    pub title: String,
    /// All units that the filter leaves; `None` when they were not counted.
    pub total: Option<u64>,
    pub rows: Vec<UnitRow>,
    pub pager: Pager,
    pub empty: Empty,
}

#[derive(Debug, Clone)]
pub struct UnitRow {
    pub serial: String,
    pub product: Link,
    /// `None`: never read.
    pub release: Option<Link>,
    /// "3 Mar 2026"
    pub installed: Option<String>,
    pub site: Option<String>,
    pub country: Option<Link>,
}
