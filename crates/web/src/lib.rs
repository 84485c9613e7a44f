//! The portal and the API: routes with their permissions, sessions, pages as typed views, templates, assets.
//!
//! A view (`view::*`) holds exactly what one page shows; `render` turns it into HTML and knows neither record nor clock nor
//! request. A handler (`portal::*`, `api::*`) extracts, makes one call of `app` and fills a view. Who may ask for what is in
//! one table (`policy`), from which the router is built.

pub mod assets;
mod openapi;
pub mod policy;
pub mod public;
pub mod render;
pub mod server;
pub mod view;

mod answer;
mod api;
mod asked;
mod cookie;
mod frame;
mod gate;
mod headers;
mod integrity;
mod portal;
mod refusal;
mod sought;
mod state;
mod sweeping;

pub use render::render;
pub use server::{ServeError, Settings, router, serve};
