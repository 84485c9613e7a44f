//! Receipts by day, so that a day on which nobody looked is seen.

use std::collections::BTreeMap;

use domain::{ledger::AsOf, person::Permission};
use jiff::{Timestamp, civil::Date};
use store::{StoreError, View};

use crate::{App, AppError, Viewer};

/// Receipts that are read in one go.
const CHUNK: i64 = 1_000;

/// A day on which somebody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptDay {
    /// The day on which the sweeps ended, in the workspace's zone.
    pub day: Date,
    /// How many ended.
    pub sweeps: u64,
    /// Verdicts that they opened.
    pub opened: u64,
}

/// The days with a receipt since a day, oldest first, and the day of the very first receipt.
pub fn receipts(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    since: Date,
) -> Result<(Option<Date>, Vec<ReceiptDay>), AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| Ok(receipts_in(app, view, since)?))
}

/// The same for a reader who stands at the moment.
pub(crate) fn receipts_in(
    app: &App,
    view: &View<'_>,
    since: Date,
) -> Result<(Option<Date>, Vec<ReceiptDay>), StoreError> {
    let day = |ended: &str| Some(ended.parse::<Timestamp>().ok()?.to_zoned(app.zone.clone()).date());
    let first = view.first_sweep_ended_at()?.and_then(|ended| day(&ended));
    let mut days: BTreeMap<Date, ReceiptDay> = BTreeMap::new();
    let mut before = i64::MAX;
    loop {
        let rows = view.sweeps(before, CHUNK)?;
        let mut past = rows.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
        for row in &rows {
            before = row.sequence;
            let Some(day) = day(&row.sweep.ended_at) else { continue };
            if day < since {
                past = true;
                continue;
            }
            let entry = days.entry(day).or_insert(ReceiptDay { day, sweeps: 0, opened: 0 });
            entry.sweeps += 1;
            entry.opened += u64::try_from(row.sweep.opened).unwrap_or_default();
        }
        if past {
            return Ok((first, days.into_values().collect()));
        }
    }
}
