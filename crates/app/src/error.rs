//! What a use case answers when it does not do what was asked: which kind of no, to what, and what to do next.

use std::io::ErrorKind;

use store::StoreError;

/// Why a use case did not happen. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or this viewer may not know of it.
    #[error("there is no {noun} `{name}`")]
    NotFound {
        /// `product`, `case`.
        noun: &'static str,
        /// As it was asked for.
        name: String,
    },
    /// The viewer may not do this.
    #[error("{0}")]
    Denied(String),
    /// Who is asking could not be established: wrong password, expired session, locked account.
    #[error("{0}")]
    Unauthenticated(String),
    /// What was given does not hold; every failure at once.
    #[error("{}", joined(.0))]
    Invalid(Vec<FieldError>),
    /// It does not fit what is there: it exists already, or somebody was faster.
    #[error("{0}")]
    Conflict(String),
    /// The record or its files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file outside the record.
    #[error("{what} {path}")]
    File {
        /// `cannot read`.
        what: &'static str,
        /// Which.
        path: String,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// Something that has to be there first is not: no corpus, no snapshot, no workspace.
    #[error("{what}")]
    Missing {
        /// What is missing.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A defect of this program.
    #[error("this is a defect of aftercare: {0}")]
    Defect(String),
}

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Which field, as the form and the API call it; empty = the whole.
    pub field: String,
    /// What does not hold and what would.
    pub message: String,
}

impl AppError {
    /// Not there.
    #[must_use]
    pub fn not_found(noun: &'static str, name: impl Into<String>) -> Self {
        Self::NotFound { noun, name: name.into() }
    }
    /// One field does not hold.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }
    /// A file could not be read or written.
    #[must_use]
    pub fn file(what: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { what, path: path.display().to_string(), source }
    }
    /// What the person can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotFound { noun: "vulnerability", .. } => {
                "Check the spelling; it may also be unknown to the sources that were taken in (aftercare feeds status)"
                    .to_owned()
            }
            Self::NotFound { noun: "ledger entry", .. } => {
                "Look at what there is: aftercare ledger show".to_owned()
            }
            Self::NotFound { noun: noun @ ("product" | "release" | "unit" | "site" | "person" | "case"), .. } => {
                format!("Check the spelling, or list what there is: aftercare {noun} list")
            }
            Self::NotFound { .. } => "Check the spelling".to_owned(),
            Self::Denied(_) => {
                "Ask an administrator for the role, or act as somebody who has it (--as EMAIL)".to_owned()
            }
            Self::Unauthenticated(_) => {
                "Sign in again; after several failures wait as long as the message says".to_owned()
            }
            Self::Invalid(_) => "Correct what is named and try again; nothing was changed".to_owned(),
            Self::Conflict(_) => {
                "Look at what is there now, then decide again; nothing was changed".to_owned()
            }
            Self::Store(StoreError::Busy { .. }) => "Try again in a moment; nothing was changed".to_owned(),
            Self::Store(StoreError::Full { .. }) => {
                "Make room on the disk of the record and run it again; the ledger has the parts of a large act that are in"
                    .to_owned()
            }
            Self::Store(StoreError::Ended { .. }) => {
                "See why in the database server's log, then run it again; `aftercare ledger show` tells whether it is in already"
                    .to_owned()
            }
            Self::Store(StoreError::Crowded { .. }) => {
                "Try again in a moment, or raise max_connections of the database server; nothing was changed".to_owned()
            }
            Self::Store(StoreError::File { source, .. }) | Self::File { source, .. }
                if matches!(
                    source.kind(),
                    ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded
                ) =>
            {
                "Make room on the disk of the workspace and run it again".to_owned()
            }
            Self::Store(StoreError::Exists { .. }) => {
                "Use the one that is there, or another name; nothing was changed".to_owned()
            }
            Self::Store(StoreError::Locked { .. }) => {
                "End the other one, or wait until it is done; nothing was changed".to_owned()
            }
            Self::Store(StoreError::Address(_)) => {
                "Correct the variable DATABASE_URL; docs/guide.md has examples under PostgreSQL".to_owned()
            }
            Self::Store(_) => {
                "Nothing was changed; `aftercare ledger verify` tells whether the record is whole".to_owned()
            }
            Self::File { .. } => "Check that the file is there and may be read and written".to_owned(),
            Self::Missing { hint, .. } => hint.clone(),
            Self::Defect(_) => "Please report it with the log; nothing was changed".to_owned(),
        }
    }
    /// The failed fields of [`AppError::Invalid`]; none otherwise.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        if let Self::Invalid(fields) = self { fields } else { &[] }
    }
}

impl FieldError {
    /// One failure.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

fn joined(fields: &[FieldError]) -> String {
    let one = |error: &FieldError| {
        if error.field.is_empty() {
            error.message.clone()
        } else {
            format!("{}: {}", error.field, error.message)
        }
    };
    fields.iter().map(one).collect::<Vec<_>>().join("; ")
}
