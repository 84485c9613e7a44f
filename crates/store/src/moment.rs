//! How a moment is written: RFC 3339 UTC with six digits of fraction, so that text order is time order.

use jiff::Timestamp;

/// `2026-11-24T09:00:00.000000Z`. A fixed width, because `…00.5Z` would sort before `…00Z`.
#[must_use]
pub fn moment(timestamp: Timestamp) -> String {
    format!("{timestamp:.6}")
}
