//! The portal over HTTP: who may ask for what, headers, forms, sessions, the pages of a fresh workspace.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod http {
    pub(crate) mod api;
    pub(crate) mod build_evidence;
    pub(crate) mod case;
    pub(crate) mod explain;
    pub(crate) mod fielded;
    pub(crate) mod fleet;
    pub(crate) mod labelled_product;
    pub(crate) mod mapping;
    pub(crate) mod need_to_know;
    pub(crate) mod policy;
    pub(crate) mod public;
    pub(crate) mod support;
    pub(crate) mod visit;
    pub(crate) mod watch;
}
