//! Receipts by day, so that a day on which nobody looked is seen.

use std::collections::BTreeMap;

use domain::{ledger::AsOf, person::Permission};
use jiff::{Timestamp, civil::Date};

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
    let mut days: BTreeMap<Date, ReceiptDay> = BTreeMap::new();
    let mut first = None;
    app.store.read(as_of, |view| {
        let mut before = i64::MAX;
        loop {
            let rows = view.sweeps(before, CHUNK)?;
            for row in &rows {
                before = row.sequence;
                let Ok(ended) = row.sweep.ended_at.parse::<Timestamp>() else { continue };
                let day = ended.to_zoned(app.zone.clone()).date();
                first = Some(first.map_or(day, |first: Date| first.min(day)));
                if day < since {
                    continue;
                }
                let entry = days.entry(day).or_insert(ReceiptDay { day, sweeps: 0, opened: 0 });
                entry.sweeps += 1;
                entry.opened += u64::try_from(row.sweep.opened).unwrap_or_default();
            }
            if rows.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX) {
                return Ok::<_, AppError>(());
            }
        }
    })?;
    Ok((first, days.into_values().collect()))
}
