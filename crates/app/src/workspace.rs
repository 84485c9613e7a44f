//! The folder of a workspace.
