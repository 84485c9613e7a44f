//! The portal over HTTP: who may ask for what, headers, forms, sessions, the pages of a fresh workspace.

mod http {
    pub(crate) mod policy;
    pub(crate) mod support;
    pub(crate) mod visit;
}
