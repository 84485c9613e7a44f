//! The portal: pages as typed views, their templates and their assets.
//!
//! A view (`view::*`) holds exactly what one page shows; `render` turns it into HTML. Nothing in this half reads the
//! record, the clock or the request: handlers fill the views and answer with the text.

pub mod assets;
pub mod render;
pub mod view;

pub use render::render;
