//! Documents of a case. Nothing unsigned leaves, and nothing that is need-to-know.
//!
//! Deliberately not here: how a document is written (`documents`), bundles of the ledger (`ledger`).

use documents::openvex::{VexComponent, VexDocument, VexError, VexStatement, render};
use domain::{audience::Audience, decision::Decision, ledger::AsOf, person::Permission};
use jiff::Timestamp;
use store::{View, subject::MatchedComponent};

use crate::{
    App, AppError, Viewer,
    case::{self, DecisionDetail},
};

/// A rendered OpenVEX document and what it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VexExport {
    /// The document, UTF-8 JSON.
    pub text: String,
    /// How many statements it has.
    pub statements: usize,
    /// Matching releases that it is silent about, because no decision on them is signed.
    pub unsigned: Vec<String>,
    /// Signed decisions that are need-to-know and therefore left out.
    pub withheld: usize,
}

/// The signed decisions of a case as OpenVEX 0.2.0. The bytes depend on the record alone.
pub fn export_vex(app: &App, viewer: &Viewer, as_of: AsOf, name: &str) -> Result<VexExport, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let detail = case::detail(view, viewer, case::resolve(view, viewer, name)?)?;
        if detail.case.audience.0 != Audience::GENERAL {
            return Err(AppError::Denied(format!(
                "{} is need-to-know ({}): it is not exported before its label is lifted",
                detail.case.label(),
                detail.case.audience.0
            )));
        }
        let signed: Vec<&DecisionDetail> =
            detail.decisions.iter().filter(|one| one.signature_valid()).collect();
        let (open, labelled): (Vec<&DecisionDetail>, Vec<&DecisionDetail>) =
            signed.iter().copied().partition(|one| is_general(&one.row.decision, one));
        let statements = open.iter().map(|one| statement(view, one)).collect::<Result<Vec<_>, _>>()?;
        let count = statements.len();
        let text = render(&VexDocument {
            author: &app.name,
            case: &detail.case,
            version: view.count_signed_changes(&detail.case.id)?,
            statements,
        })
        .map_err(|error| refused(&error))?;
        let silent = |release: &&store::subject::DecidedRelease| {
            !signed.iter().any(|one| one.release.release == release.release)
        };
        Ok(VexExport {
            text,
            statements: count,
            unsigned: detail.releases.iter().filter(silent).map(|release| release.name.clone()).collect(),
            withheld: labelled.len(),
        })
    })
}

fn is_general(decision: &Decision, detail: &DecisionDetail) -> bool {
    decision.audience.0 == Audience::GENERAL
        && detail.release.audiences.iter().all(|label| label == Audience::GENERAL)
}

fn statement<'a>(view: &View<'_>, detail: &'a DecisionDetail) -> Result<VexStatement<'a>, AppError> {
    let decision = &detail.row.decision;
    // As they matched when it was signed, so that a later SBOM changes no document without a signature.
    let components = view.matched_components(&decision.vulnerability, &decision.release, detail.row.since)?;
    Ok(VexStatement {
        decision,
        signature_valid: detail.signature_valid(),
        signed_at: detail.at.parse::<Timestamp>().map_err(|error| AppError::Defect(error.to_string()))?,
        slug: &detail.release.slug,
        release: &detail.release.version,
        udi_di: detail.release.udi_di.as_deref(),
        components: components.into_iter().map(component).collect(),
    })
}

fn component(matched: MatchedComponent) -> VexComponent {
    VexComponent {
        purl: matched.purl,
        cpe: matched.cpes.and_then(|cpes| cpes.split(' ').next().map(str::to_owned)),
        name: matched.name,
        version: matched.version,
    }
}

fn refused(error: &VexError) -> AppError {
    match error {
        VexError::Incomplete(..) => AppError::Defect(error.to_string()),
        VexError::Empty(_) | VexError::Unsigned(_) => AppError::Conflict(error.to_string()),
    }
}
