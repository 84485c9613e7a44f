//! The door: sign-in with password and code, and beside it what the record can say of itself to anybody.

use askama::Template;

use super::field::Problems;
use super::{filters, href};

#[derive(Debug, Clone, Template)]
#[template(path = "signin.html")]
pub struct SignInPage {
    pub manufacturer: String,
    pub form_token: String,
    /// As typed before; a password is never sent back.
    pub email: String,
    /// Where to go afterwards; a path of this portal.
    pub next: String,
    pub problems: Problems,
    /// A refusal that belongs to no field: "E-mail or password is wrong. After 5 more tries this account waits 15 minutes."
    pub refused: Option<String>,
}
