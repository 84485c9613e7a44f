//! Everything that can be computed again from the record: computed and compared, or made anew.
//!
//! Deliberately not here: the chain and the roots (`ledger::verify`), without which none of this means anything.

use std::path::Path;

use domain::person::Permission;
use store::RECORD_TABLES;

use crate::{
    App, AppError, Viewer,
    ledger::{self, Verification},
    sweep,
};

pub use crate::sweep::Recomputed;

/// Verifies the record, and computes again what can be: caches, counters, what sweeps counted and the result digest of the
/// newest ones; reads every file of the corpus that a receipt names. Takes as long as reading all of it.
pub fn verify(
    app: &App,
    viewer: &Viewer,
    checkpoint: Option<&Path>,
) -> Result<(Verification, Recomputed), AppError> {
    let mut verification = ledger::verify_with_caches(app, viewer, checkpoint)?;
    let mut recomputed = Recomputed::default();
    if verification.verified.damage.is_none() {
        recomputed = sweep::recompute(app)?;
        verification.verified.damage = recomputed.damage.take();
    }
    Ok((verification, recomputed))
}

/// Makes the caches anew from the record: counters of units, words of components, where leaves lie. Changes no record, so it
/// is no act, and refuses a damaged record; answers how many rows they have now.
pub fn rebuild(app: &App, viewer: &Viewer) -> Result<u64, AppError> {
    viewer.require(Permission::Administer)?;
    if let Some(damage) = ledger::verify(app, viewer, None)?.verified.damage {
        return Err(AppError::Conflict(format!(
            "the record is damaged, so nothing is made anew from it. {damage}"
        )));
    }
    Ok(app.store.rebuild_caches(RECORD_TABLES)?)
}
