//! The recurring check of the whole record while the portal serves. What is checked is the store's matter; when, the server's.

use app::{
    App, AppError,
    ledger::{self, Verification},
};
use jiff::{SignedDuration, Timestamp};

/// What a check found, and when.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) at: Timestamp,
    pub(crate) took: SignedDuration,
    pub(crate) verification: Verification,
}

/// Checks the record. Damage is an alarm in the log as well.
pub(crate) fn check(app: &App) -> Result<Checked, AppError> {
    let began = app.now();
    let verification = ledger::verify(app, &app.system("verify")?, None)?;
    let at = app.now();
    if let Some(damage) = &verification.verified.damage {
        tracing::error!(%damage, "the record is not as it was written");
    }
    Ok(Checked { at, took: at.duration_since(began), verification })
}
