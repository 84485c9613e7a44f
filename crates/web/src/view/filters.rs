//! The two filters that templates use: `"pen"|icon` draws an icon of the sprite, `n|number` groups thousands.

use std::fmt::Display;

use askama::filters::Safe;

use super::words;

/// An icon, hidden from readers: the word is always beside it.
#[askama::filter_fn]
pub fn icon(name: impl Display, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    Ok(Safe(format!(r##"<svg class="i" aria-hidden="true"><use href="#i-{name}"/></svg>"##)))
}

#[askama::filter_fn]
pub fn number(n: &u64, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(words::thousands(*n))
}
