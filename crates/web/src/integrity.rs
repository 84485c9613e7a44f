//! The recurring check of the whole record while the portal serves. What is checked is the store's matter.

use app::ledger::{self, Verification};
use jiff::{SignedDuration, Timestamp};

use crate::state::Portal;

/// What a check found, and when.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) at: Timestamp,
    pub(crate) took: SignedDuration,
    pub(crate) verification: Verification,
}

/// Checks the record and notes what was found. A check that fails is an alarm in the log and leaves the last finding.
pub(crate) async fn check(portal: &Portal) {
    let found = portal
        .run(|app| {
            let began = app.now();
            let verification = ledger::verify(app, &app.system("verify")?, None)?;
            let at = app.now();
            Ok(Checked { at, took: at.duration_since(began), verification })
        })
        .await;
    match found {
        Ok(checked) => {
            if let Some(damage) = &checked.verification.verified.damage {
                tracing::error!(%damage, "the record is not as it was written");
            }
            portal.note_checked(checked);
        }
        Err(error) => tracing::error!(%error, "the record could not be checked"),
    }
}
