//! CSV import with a preview.
