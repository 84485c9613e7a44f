//! Which releases and units have it.
