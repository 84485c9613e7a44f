//! What was built into the image of a release, and what that proves of the source files that hold a flaw.
//!
//! Evidence only ever takes away what it proves: when every file that a record names (CVE v5 `programFiles`) is shown not to
//! be compiled, the pair is excluded by build; in any other case the verdict stays as it was and the open question is told
//! beside it. Three values, and unknown never becomes "not compiled". Not here: reading the files (`feeds`), which release
//! they belong to (the record), what a person decides on them.

mod compiled;
mod config;
mod kbuild;

use std::sync::Arc;

pub use compiled::CompiledFiles;
pub use config::{KernelConfig, Setting};

/// Files of one flaw that are told one by one; all are asked.
const TOLD: usize = 12;

/// The evidence that stands for one release. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// In the order of the record.
    pub pieces: Vec<Arc<Piece>>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// SHA-256 of the original bytes, hex.
    pub digest: String,
    /// Digest of the shipped image that it was made with, `sha256:…`.
    pub image: String,
    /// Name or package URL (without version) of the component it speaks of; `None` = the Linux kernel.
    pub component: Option<String>,
    /// What it says.
    pub body: Body,
}

/// What a piece says. Other kinds of evidence are kept for people and prove nothing here.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Files that went through the compiler.
    CompiledFiles(CompiledFiles),
    /// A kernel's `.config`.
    KernelConfig(KernelConfig),
}

/// A part as evidence speaks of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part<'a> {
    /// As the inventory names it.
    pub name: &'a str,
    /// Its package URL without version.
    pub package: Option<String>,
    /// It is the Linux kernel as kernel.org releases it.
    pub is_kernel: bool,
    /// Its version, when it is one.
    pub version: Option<&'a str>,
}

/// Whether the files of a flaw were compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// One of them was.
    Compiled,
    /// None of them was.
    NotCompiled,
    /// It cannot be shown either way.
    Unknown,
}

/// The answer for one flaw in one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub built: Built,
    /// One line a file with what shows it, then the limits; for a person.
    pub lines: Vec<String>,
}

/// What one piece, or all of them, say of one file.
enum Said {
    Compiled(String),
    Absent(String),
    Unknown(String),
}

impl Build {
    /// Whether anything is known of how the part was built.
    pub fn speaks_of(&self, part: &Part<'_>) -> bool {
        self.pieces.iter().any(|piece| piece.speaks_of(part))
    }

    /// Whether these source files were compiled into the part; `None` when no evidence speaks of it or no file is named.
    pub fn ask(&self, part: &Part<'_>, files: &[&str]) -> Option<Finding> {
        let about: Vec<&Piece> =
            self.pieces.iter().map(Arc::as_ref).filter(|piece| piece.speaks_of(part)).collect();
        let first = *about.first().filter(|_| !files.is_empty())?;
        if about.iter().any(|piece| piece.image != first.image) {
            let line = "build: undecided, the evidence speaks of more than one image".to_owned();
            return Some(Finding { built: Built::Unknown, lines: vec![line] });
        }
        let mut built = Built::NotCompiled;
        let (mut told, mut code) = (Vec::new(), 0);
        for file in files {
            if is_text(file) {
                continue;
            }
            code += 1;
            let (found, line) = match asked(&about, file, part.version) {
                Said::Compiled(why) => (Built::Compiled, format!("build: {file} is compiled: {why}")),
                Said::Absent(why) => (Built::NotCompiled, format!("build: {file} is not compiled: {why}")),
                Said::Unknown(why) => (Built::Unknown, format!("build: {file} is undecided: {why}")),
            };
            built = worse(built, found);
            told.push((found, line));
        }
        if code == 0 {
            let line = "build: undecided, the record names documentation and tests only".to_owned();
            return Some(Finding { built: Built::Unknown, lines: vec![line] });
        }
        // What keeps it from being excluded comes first.
        told.sort_by_key(|(found, _)| *found != built);
        let more = told.len().saturating_sub(TOLD);
        let mut lines: Vec<String> = told.into_iter().take(TOLD).map(|(_, line)| line).collect();
        if more > 0 {
            lines.push(format!("build: and {more} more files"));
        }
        if built == Built::NotCompiled {
            lines.push(format!("build: limits: {}", limits(&about)));
        }
        Some(Finding { built, lines })
    }
}

impl Piece {
    fn speaks_of(&self, part: &Part<'_>) -> bool {
        let Some(component) = &self.component else { return part.is_kernel };
        component.eq_ignore_ascii_case(part.name)
            || part.package.as_ref().is_some_and(|package| package.eq_ignore_ascii_case(component))
    }

    /// `compiled-files sha256:… of image sha256:…`
    fn named(&self) -> String {
        let kind = match self.body {
            Body::CompiledFiles(_) => "compiled-files",
            Body::KernelConfig(_) => "kernel-config",
        };
        format!("{kind} sha256:{} of image {}", self.digest, self.image)
    }
}

/// One that is compiled settles it; one that is unknown keeps it open.
fn worse(one: Built, other: Built) -> Built {
    match (one, other) {
        (Built::Compiled, _) | (_, Built::Compiled) => Built::Compiled,
        (Built::Unknown, _) | (_, Built::Unknown) => Built::Unknown,
        _ => Built::NotCompiled,
    }
}

/// Files that are never part of an image.
fn is_text(file: &str) -> bool {
    [".rst", ".md", ".txt"].iter().any(|extension| file.ends_with(extension))
        || ["Documentation/", "tools/testing/"].iter().any(|folder| file.starts_with(folder))
}

/// What all pieces together say of one file.
fn asked(about: &[&Piece], file: &str, version: Option<&str>) -> Said {
    if file.contains(['*', '?']) {
        return Said::Unknown("the record gives a pattern, not a file".to_owned());
    }
    let (mut absent, mut open) = (Vec::new(), Vec::new());
    for piece in about {
        let said = match &piece.body {
            Body::CompiledFiles(list) => list.said(file, piece.component.is_none()),
            Body::KernelConfig(config) => config.said(file, version),
        };
        match said {
            Said::Compiled(why) => return Said::Compiled(format!("{why} ({})", piece.named())),
            Said::Absent(why) => absent.push(format!("{why} ({})", piece.named())),
            Said::Unknown(why) => open.push(format!("{why} ({})", piece.named())),
        }
    }
    // Each piece that shows it is told: one may be withdrawn.
    if absent.is_empty() { Said::Unknown(open.join("; ")) } else { Said::Absent(absent.join("; ")) }
}

/// What even a good answer does not show.
fn limits(about: &[&Piece]) -> String {
    let mut limits = vec![
        "this is evidence for a person and no decision",
        "modules that were built elsewhere and code copied under another file name are not seen",
        "where the inventory lists several parts of one name, it is taken to speak of each",
    ];
    if about.iter().any(|piece| matches!(piece.body, Body::CompiledFiles(_))) {
        limits.push("the list is taken to name all that was compiled");
        limits.push("code that stood in another file in this version is not seen");
    }
    if about.iter().any(|piece| matches!(piece.body, Body::KernelConfig(_))) {
        limits.push("which option governs a file is taken from mainline, not from this source tree");
    }
    limits.join("; ")
}
