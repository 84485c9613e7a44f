//! Aftercare watches itself: what it is made of ([`document`]), what is known against that ([`mod@watch`]), and the signed
//! reasons for which a finding may stand ([`reason`]).

mod document;
mod reason;
mod watch;

use std::path::Path;

use anyhow::bail;

/// `cargo xtask sbom [FILE]`: the document, to a file or to standard output.
pub(crate) fn sbom(arguments: &[String]) -> anyhow::Result<()> {
    let text = document::write()?;
    match arguments {
        [] => crate::print(&text),
        [file] => std::fs::write(file, text)?,
        _ => bail!("usage: cargo xtask sbom [FILE]"),
    }
    Ok(())
}

/// `cargo xtask watch`: fails on what is in range, or undecided, without a signed reason. `watch --sign KEY` prints the
/// signatures that are missing in `own-reasons.toml`.
pub(crate) fn watch(arguments: &[String]) -> anyhow::Result<()> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => watch::run(),
        ["--sign", key] => reason::sign(Path::new(key)),
        _ => bail!("usage: cargo xtask watch [--sign KEY]"),
    }
}

/// Whether the advisories are there to watch against.
pub(crate) fn is_watchable() -> bool {
    watch::advisories().is_some()
}
