//! Who works at the invented manufacturer, and how they sign in.

use domain::person::Role;

/// A person with the password that the demonstration prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignIn {
    /// Printed name, plainly invented.
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    pub(crate) roles: &'static [Role],
}

pub(crate) const PSIRT: SignIn = SignIn {
    name: "PSIRT lead",
    email: "psirt@norrvik.example",
    password: "harm-before-score",
    roles: &[Role::Analyst],
};
pub(crate) const CLINICAL: SignIn = SignIn {
    name: "Clinical safety engineer",
    email: "clinical@norrvik.example",
    password: "patients-come-first",
    roles: &[Role::ClinicalSafety],
};
pub(crate) const QUALITY: SignIn = SignIn {
    name: "Quality approver",
    email: "quality@norrvik.example",
    password: "four-eyes-see-more",
    roles: &[Role::Quality],
};
pub(crate) const ADMINISTRATOR: SignIn = SignIn {
    name: "Administrator",
    email: "admin@norrvik.example",
    password: "keeps-the-lights-on",
    roles: &[Role::Administrator],
};
pub(crate) const AUDITOR: SignIn = SignIn {
    name: "Auditor",
    email: "auditor@norrvik.example",
    password: "reads-every-entry",
    roles: &[Role::Auditor],
};

/// Everybody, the one to begin with first.
pub(crate) const SIGN_INS: [SignIn; 5] = [PSIRT, CLINICAL, QUALITY, ADMINISTRATOR, AUDITOR];
