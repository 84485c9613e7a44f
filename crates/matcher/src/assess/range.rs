//! A range in words.

use crate::index::layout::span as span_bit;

/// `>= 1.0.2, < 1.0.2zh`.
pub(super) fn range(flags: u32, lower: &str, upper: &str) -> String {
    if flags & span_bit::EXACT != 0 {
        return format!("= {lower}");
    }
    let lower = match flags >> span_bit::LOWER_SHIFT & span_bit::KIND {
        0 => None,
        1 => Some(format!(">= {lower}")),
        _ => Some(format!("> {lower}")),
    };
    let upper = match flags >> span_bit::UPPER_SHIFT & span_bit::KIND {
        0 => None,
        1 => Some(format!("<= {upper}")),
        2 => Some(format!("< {upper}")),
        _ => Some(format!("<= {upper}.*")),
    };
    match (lower, upper) {
        (Some(lower), Some(upper)) => format!("{lower}, {upper}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => "all versions".to_owned(),
    }
}
