//! The form that signs the proposals of a case: every record with its exact statement, and the signer recognised afresh by
//! password. Whether the signature holds is not known here.

use askama::Template;

use super::field::Problems;
use super::filters;

#[derive(Debug, Clone, Template)]
#[template(path = "parts/sign.html")]
pub struct SigningForm {
    /// Where it is posted.
    pub action: String,
    pub form_token: String,
    pub lines: Vec<SigningLine>,
    pub meanings: Vec<MeaningChoice>,
    pub reason: String,
    /// Printed name of the signer.
    pub name: String,
    pub role: String,
    pub problems: Problems,
    /// What belongs to no field: somebody changed a record meanwhile.
    pub refused: Option<String>,
}

/// One record that waits.
#[derive(Debug, Clone)]
pub struct SigningLine {
    /// The decision with the digest of the version that is shown: `id:digest`.
    pub value: String,
    /// The statement after what the signature means: "Corva 4.2 is affected with regard to CVE-2025-15467."
    pub statement: String,
    /// Why this person cannot sign it.
    pub refused: Option<String>,
    pub chosen: bool,
}

/// What a signature can mean, in the words that are signed.
#[derive(Debug, Clone)]
pub struct MeaningChoice {
    pub value: String,
    pub words: String,
    pub chosen: bool,
}

impl askama::filters::HtmlSafe for SigningForm {}

impl SigningForm {
    /// Nothing is left that this person may sign.
    pub(crate) fn closed(&self) -> bool {
        self.lines.iter().all(|line| line.refused.is_some())
    }
}
