//! The first page of a new workspace: its first administrator, by a link that works once.

use askama::Template;

use super::field::Problems;
use super::{filters, href};

#[derive(Debug, Clone, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    pub manufacturer: String,
    pub form_token: String,
    /// The link's own token, sent along.
    pub token: String,
    pub name: String,
    pub email: String,
    pub problems: Problems,
    /// A refusal that belongs to no field.
    pub refused: Option<String>,
}
