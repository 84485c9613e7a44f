//! Who may ask for what: every route with its permission. The router is built from this table, so a route that is not in it
//! does not exist. Deliberately not here: which rows a person may know of (`app`, need-to-know labels).

use axum::routing::{MethodFilter, MethodRouter, on};
use domain::person::Permission;

use crate::{api, portal, state::Portal, view::href};

/// One route.
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// In the notation of the router: `/cases/{case}`.
    pub path: &'static str,
    pub access: Access,
    pub(crate) handler: fn(MethodFilter) -> MethodRouter<Portal>,
}

/// What a caller needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody has to be signed in.
    Public,
    /// A signed-in person whose roles permit it.
    Needs(Permission),
    /// A signed-in person, whatever their roles: their own session.
    SignedIn,
}

/// The two verbs of a portal that works without scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

const READ: Access = Access::Needs(Permission::Read);
const EDIT: Access = Access::Needs(Permission::EditPortfolio);
const DECIDE: Access = Access::Needs(Permission::Decide);
const SIGN: Access = Access::Needs(Permission::Sign);
const READ_LEDGER: Access = Access::Needs(Permission::ReadLedger);
const RUN_WATCH: Access = Access::Needs(Permission::RunWatch);
const ADMINISTER: Access = Access::Needs(Permission::Administer);

/// The one form that comes with a file.
const EVIDENCE: &str = "/releases/{release}/evidence";

/// All routes.
pub const ROUTES: &[Route] = &[
    // The door.
    get("/health", Access::Public, |m| on(m, api::health::get)),
    get("/assets/{file}", Access::Public, |m| on(m, portal::asset::get)),
    get(href::SIGN_IN, Access::Public, |m| on(m, portal::sign_in::get)),
    post(href::SIGN_IN, Access::Public, |m| on(m, portal::sign_in::post)),
    post(href::SIGN_OUT, Access::SignedIn, |m| on(m, portal::sign_out::post)),
    get(href::SETUP, Access::Public, |m| on(m, portal::setup::get)),
    post(href::SETUP, Access::Public, |m| on(m, portal::setup::post)),
    get(href::TODAY, Access::SignedIn, |m| on(m, portal::today::get)),
    // Work.
    get(href::INBOX, READ, |m| on(m, portal::inbox::get)),
    get(href::CASES, READ, |m| on(m, portal::cases::get)),
    post(href::CASES, DECIDE, |m| on(m, portal::open_case::post)),
    get("/cases/{case}", READ, |m| on(m, portal::case::get)),
    post("/cases/{case}/propose", DECIDE, |m| on(m, portal::propose::post)),
    post("/cases/{case}/assess", DECIDE, |m| on(m, portal::assess::post)),
    post("/cases/{case}/stage", DECIDE, |m| on(m, portal::stage::post)),
    post("/cases/{case}/withdraw", DECIDE, |m| on(m, portal::take_back::withdraw)),
    post("/cases/{case}/reopen", DECIDE, |m| on(m, portal::take_back::reopen)),
    post("/cases/{case}/sign", SIGN, |m| on(m, portal::sign::post)),
    // Portfolio.
    get(href::IMPACT, READ, |m| on(m, portal::impact::get)),
    get(href::PRODUCTS, READ, |m| on(m, portal::products::get)),
    get("/releases/{release}", READ, |m| on(m, portal::release::get)),
    get("/releases/{release}/sbom", READ, |m| on(m, portal::sbom::get)),
    post(EVIDENCE, EDIT, |m| on(m, portal::build_evidence::post)),
    post("/releases/{release}/evidence/withdraw", EDIT, |m| on(m, portal::build_evidence::withdraw)),
    get("/releases/{release}/evidence/{evidence}", READ, |m| on(m, portal::build_evidence::get)),
    get("/releases/{release}/blind-spots", READ, |m| on(m, portal::mapping::get)),
    post("/releases/{release}/blind-spots", EDIT, |m| on(m, portal::mapping::post)),
    get(href::UNITS, READ, |m| on(m, portal::units::get)),
    // Assurance.
    get(href::EXPLAIN, READ, |m| on(m, portal::explain::get)),
    get(href::WATCH, READ, |m| on(m, portal::watch::get)),
    post(href::SWEEP, RUN_WATCH, |m| on(m, portal::watch::post)),
    get(href::LEDGER, READ_LEDGER, |m| on(m, portal::ledger::get)),
    get("/ledger/{entry}", READ_LEDGER, |m| on(m, portal::ledger_entry::get)),
    // Access.
    get(href::PEOPLE, ADMINISTER, |m| on(m, portal::people::get)),
    post(href::PEOPLE, ADMINISTER, |m| on(m, portal::people::post)),
    // The API.
    get("/api/v1/openapi.json", Access::Public, |m| on(m, api::openapi::get)),
    get("/api/v1/sources", READ, |m| on(m, api::sources::get)),
    get("/api/v1/exposed", READ, |m| on(m, api::exposed::get)),
    get("/api/v1/account", READ, |m| on(m, api::account::get)),
    get("/api/v1/products", READ, |m| on(m, api::products::get)),
    get("/api/v1/releases", READ, |m| on(m, api::releases::get)),
    get("/api/v1/evidence", READ, |m| on(m, api::evidence::get)),
    get("/api/v1/units", READ, |m| on(m, api::units::get)),
    get("/api/v1/cases", READ, |m| on(m, api::cases::get)),
    get("/api/v1/blind-spots", READ, |m| on(m, api::mappings::blind_spots)),
    get("/api/v1/mappings", READ, |m| on(m, api::mappings::get)),
    post("/api/v1/mappings", EDIT, |m| on(m, api::mappings::post)),
    get("/api/v1/ledger", READ_LEDGER, |m| on(m, api::ledger::get)),
];

impl Route {
    /// Whether a form of it comes with a file.
    pub(crate) fn takes_file(&self) -> bool {
        self.path == EVIDENCE
    }
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }

    pub(crate) fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
        }
    }
}

impl Access {
    pub fn words(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::SignedIn => "signed in",
            Self::Needs(permission) => permission.as_str(),
        }
    }
}

/// What the page at this path needs; `None` when there is no such page.
pub fn page(path: &str) -> Option<Access> {
    ROUTES.iter().find(|route| route.method == Method::Get && route.path == path).map(|route| route.access)
}

const fn get(path: &'static str, access: Access, handler: fn(MethodFilter) -> MethodRouter<Portal>) -> Route {
    Route { method: Method::Get, path, access, handler }
}

const fn post(
    path: &'static str,
    access: Access,
    handler: fn(MethodFilter) -> MethodRouter<Portal>,
) -> Route {
    Route { method: Method::Post, path, access, handler }
}
