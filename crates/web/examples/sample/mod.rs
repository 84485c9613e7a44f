//! Sample pages of an invented manufacturer, for the gallery and the page tests. People, sites and figures are invented.

mod assurance;
mod case;
mod mapping;
mod people;
pub(crate) mod portfolio;
mod shell;
mod work;

use web::render::RenderError;

/// The page as it was known a week before.
macro_rules! in_the_past {
    ($page:expr) => {{
        let mut page = $page;
        page.shell = shell::past(page.shell);
        page
    }};
}

/// Every page in each state worth looking at, with the name of its file.
pub(crate) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    Ok(vec![
        ("signin", web::render(&assurance::signin())?),
        ("signin-problems", web::render(&assurance::signin_problems())?),
        ("today", web::render(&work::today())?),
        ("today-past", web::render(&in_the_past!(work::today()))?),
        ("today-quiet", web::render(&work::today_quiet())?),
        ("inbox", web::render(&work::inbox())?),
        ("inbox-past", web::render(&in_the_past!(work::inbox()))?),
        ("inbox-empty", web::render(&work::inbox_empty())?),
        ("cases", web::render(&work::cases())?),
        ("cases-past", web::render(&in_the_past!(work::cases()))?),
        ("case", web::render(&case::case())?),
        ("case-new", web::render(&case::case_new())?),
        ("case-problems", web::render(&case::case_problems())?),
        ("case-past", web::render(&case::case_past())?),
        ("impact", web::render(&portfolio::impact())?),
        ("impact-past", web::render(&in_the_past!(portfolio::impact()))?),
        ("impact-ask", web::render(&portfolio::impact_ask())?),
        ("impact-unknown", web::render(&portfolio::impact_unknown())?),
        ("products", web::render(&portfolio::products())?),
        ("products-past", web::render(&in_the_past!(portfolio::products()))?),
        ("release", web::render(&portfolio::release())?),
        ("release-past", web::render(&in_the_past!(portfolio::release_read_only()))?),
        ("release-no-inventory", web::render(&portfolio::release_no_inventory())?),
        ("mapping", web::render(&mapping::mapping())?),
        ("mapping-past", web::render(&in_the_past!(mapping::mapping()))?),
        ("mapping-problems", web::render(&mapping::mapping_problems())?),
        ("explain", web::render(&portfolio::explain())?),
        ("explain-past", web::render(&in_the_past!(portfolio::explain()))?),
        ("explain-ask", web::render(&portfolio::explain_ask())?),
        ("ledger", web::render(&assurance::ledger())?),
        ("ledger-past", web::render(&assurance::ledger_past())?),
        ("ledger-broken", web::render(&assurance::ledger_broken())?),
        ("ledger-entry", web::render(&assurance::ledger_entry())?),
        ("watch", web::render(&assurance::watch())?),
        ("watch-past", web::render(&in_the_past!(assurance::watch()))?),
        ("people", web::render(&people::people())?),
        ("watch-running", web::render(&assurance::watch_running())?),
        ("watch-new", web::render(&assurance::watch_new())?),
        ("error", web::render(&assurance::error())?),
    ])
}
