//! A person and what their roles permit. Deny by default; an administrator cannot sign as somebody else.

use crate::id::PersonId;

/// A member of staff or a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// Printed name.
    pub name: String,
    /// Mail address, the sign-in name, lower case, unique.
    pub email: String,
    /// May sign in.
    pub active: bool,
    /// Roles, sorted.
    pub roles: Vec<Role>,
    /// Need-to-know lists this person is on, beside `general`, sorted.
    pub audiences: Vec<String>,
}

/// Roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Assesses and decides (PSIRT).
    Analyst,
    /// Judges patient harm.
    ClinicalSafety,
    /// Approves, runs CAPA.
    Quality,
    /// Regulatory affairs.
    Regulatory,
    /// Field service.
    FieldService,
    /// Administers accounts and sources.
    Administrator,
    /// Reads everything, also the ledger.
    Auditor,
}

/// What may be done. Each route and use case names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Read the portfolio, cases, watch.
    Read,
    /// Read the ledger and verify it.
    ReadLedger,
    /// Change products, releases, units, sites, SBOMs.
    EditPortfolio,
    /// Open and assess cases, draft and propose decisions.
    Decide,
    /// Sign decisions.
    Sign,
    /// Import feeds, start sweeps.
    RunWatch,
    /// Manage people, forget contacts.
    Administer,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::ReadLedger,
        Self::EditPortfolio,
        Self::Decide,
        Self::Sign,
        Self::RunWatch,
        Self::Administer,
    ];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadLedger => "read_ledger",
            Self::EditPortfolio => "edit_portfolio",
            Self::Decide => "decide",
            Self::Sign => "sign",
            Self::RunWatch => "run_watch",
            Self::Administer => "administer",
        }
    }
    /// What it lets somebody do, after “may”.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Read => "read the portfolio, cases and watch",
            Self::ReadLedger => "read the ledger",
            Self::EditPortfolio => "change products, releases, units, sites and SBOMs",
            Self::Decide => "assess cases and propose decisions",
            Self::Sign => "sign decisions",
            Self::RunWatch => "import feeds and start sweeps",
            Self::Administer => "manage people and forget contacts",
        }
    }
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 8] = [
        Self::Viewer,
        Self::Analyst,
        Self::ClinicalSafety,
        Self::Quality,
        Self::Regulatory,
        Self::FieldService,
        Self::Administrator,
        Self::Auditor,
    ];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::ClinicalSafety => "clinical_safety",
            Self::Quality => "quality",
            Self::Regulatory => "regulatory",
            Self::FieldService => "field_service",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
    /// From the stable word; `-` and `_` are the same.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
    /// What the role permits.
    #[must_use]
    pub fn permits(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Viewer => permission == P::Read,
            Self::Analyst => matches!(
                permission,
                P::Read | P::ReadLedger | P::EditPortfolio | P::Decide | P::Sign | P::RunWatch
            ),
            Self::ClinicalSafety | Self::Quality | Self::Regulatory => {
                matches!(permission, P::Read | P::ReadLedger | P::Decide | P::Sign)
            }
            Self::FieldService => matches!(permission, P::Read),
            Self::Administrator => {
                matches!(permission, P::Read | P::ReadLedger | P::EditPortfolio | P::RunWatch | P::Administer)
            }
            Self::Auditor => matches!(permission, P::Read | P::ReadLedger),
        }
    }
}

impl Person {
    /// Whether one of the roles permits it. An inactive person may do nothing.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.active && self.roles.iter().any(|role| role.permits(permission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who may do what, in full. A change here is a change of access control: say so in CHANGELOG.
    const TABLE: &str = "
                 read  read_ledger  edit_portfolio  decide  sign  run_watch  administer
viewer           yes   -            -               -       -     -          -
analyst          yes   yes          yes             yes     yes   yes        -
clinical_safety  yes   yes          -               yes     yes   -          -
quality          yes   yes          -               yes     yes   -          -
regulatory       yes   yes          -               yes     yes   -          -
field_service    yes   -            -               -       -     -          -
administrator    yes   yes          yes             -       -     yes        yes
auditor          yes   yes          -               -       -     -          -
";

    fn table() -> String {
        let mut lines = vec![String::new(), " ".repeat(17)];
        for permission in Permission::ALL {
            lines[1] += &format!("{}  ", permission.as_str());
        }
        for role in Role::ALL {
            let mut line = format!("{:17}", role.as_str());
            for permission in Permission::ALL {
                let word = if role.permits(permission) { "yes" } else { "-" };
                line += &format!("{word:width$}  ", width = permission.as_str().len());
            }
            lines.push(line);
        }
        lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    #[test]
    fn roles_and_permissions() {
        assert_eq!(table(), TABLE);
    }

    #[test]
    fn an_inactive_person_may_nothing() {
        let mut person = Person {
            id: PersonId("p".to_owned()),
            name: "P".to_owned(),
            email: "p@example.org".to_owned(),
            active: true,
            roles: Role::ALL.to_vec(),
            audiences: Vec::new(),
        };
        assert!(Permission::ALL.into_iter().all(|permission| person.may(permission)));
        person.active = false;
        assert!(!Permission::ALL.into_iter().any(|permission| person.may(permission)));
        person.active = true;
        person.roles.clear();
        assert!(!Permission::ALL.into_iter().any(|permission| person.may(permission)));
    }

    #[test]
    fn words_come_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(Role::parse(&role.as_str().to_uppercase().replace('_', "-")), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
