//! Turns a view into its HTML text. Which view, and what status and headers go with it, is the handler's matter.

use askama::Template;

/// The page could not be written. A template only fails when a value in it cannot be formatted, so this is a defect of ours.
#[derive(Debug, thiserror::Error)]
#[error(
    "the page could not be rendered; the fault is in the portal, not in the request: report the page's address"
)]
pub struct RenderError(#[source] askama::Error);

/// The whole HTML document of a page.
pub fn render<V: Template>(view: &V) -> Result<String, RenderError> {
    view.render().map_err(RenderError)
}
