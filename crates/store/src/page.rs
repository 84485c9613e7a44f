//! A page of a list: lists go on after the last row shown, never by offset. The order is each list's own closed enum.

/// Where a list goes on, and how long a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The last row shown; none at the start.
    pub after: Option<Cursor>,
    /// Most rows of this page.
    pub limit: u32,
}

/// The place of a row in the order of its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The value sorted by.
    pub key: String,
    /// The row's id, which decides between equal values.
    pub id: String,
}

impl Page {
    /// The first rows.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    /// The rows after one.
    #[must_use]
    pub fn after(key: impl Into<String>, id: impl Into<String>, limit: u32) -> Self {
        Self { after: Some(Cursor { key: key.into(), id: id.into() }), limit }
    }

    /// Sort value and id to start after, going up: nothing sorts before two empty texts, and no id is empty.
    pub(crate) fn start(&self) -> (&str, &str) {
        self.after.as_ref().map_or(("", ""), |cursor| (&cursor.key, &cursor.id))
    }
}
