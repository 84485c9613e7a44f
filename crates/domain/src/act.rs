//! An act: who changes the record, when, why and how they were recognised. No write exists without one.

use jiff::Timestamp;

use crate::{audience::Audience, id::PersonId};

/// Who, when, why, with what authentication.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// How they were recognised.
    pub authentication: Authentication,
    /// The verb and noun, `case.decide`; lower case, a closed list of the use cases.
    pub action: &'static str,
    /// Why, in the actor's words or the rule's. Never repeats sealed contact data.
    pub reason: String,
    /// When the clock says it happens. The ledger takes `max(this, time of the previous entry)`.
    pub at: Timestamp,
    /// Need-to-know label of the entry's summary.
    pub audience: Audience,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person with their printed name at the time.
    Person {
        /// Who.
        id: PersonId,
        /// Printed name.
        name: String,
    },
    /// The local operator at the console of the workspace. May do all but sign.
    LocalConsole,
    /// A part of the system, such as `sweep` or `import`.
    System(&'static str),
}

impl Actor {
    /// `person:<id>`, `console` or `system:<part>`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Person { id, .. } => format!("person:{id}"),
            Self::LocalConsole => "console".to_owned(),
            Self::System(part) => format!("system:{part}"),
        }
    }
    /// As it is printed.
    #[must_use]
    pub fn printed(&self) -> String {
        match self {
            Self::Person { name, .. } => name.clone(),
            Self::LocalConsole => "local console".to_owned(),
            Self::System(part) => format!("system ({part})"),
        }
    }
}

/// How the actor was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// Password, fresh for this act (21 CFR 11.200(a)).
    Password,
    /// A session begun with a password.
    Session,
    /// Access to the workspace on this machine.
    Console,
    /// The system itself.
    None,
}

impl Authentication {
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Session => "session",
            Self::Console => "console",
            Self::None => "none",
        }
    }
}
