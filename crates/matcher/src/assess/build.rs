//! The files that the records of a flaw name, put to the evidence of how the device was built.
//!
//! A record that names files (CVE v5 `programFiles`) has to name them in everything it says of the part that is positive or
//! open: else the flaw may be in what it does not name. Records that name none, such as NVD's, speak of the same flaw and
//! are covered by the one that does. Not here: what the evidence shows (`crate::build`).

use super::{decide::Candidate, inquiry::Inquiry, version::Answer};
use crate::{
    build::{Finding, Part},
    identify::Identity,
    inventory::Item,
};

/// The product key of the Linux kernel, of which build evidence speaks when it names no component.
const KERNEL: &str = "cpe:o:linux:linux_kernel";
/// Reason code of what is excluded so.
pub(crate) const REASON: &str = "not_compiled";

/// What the evidence shows of one part in one group; `None` when there is none, or no record names files.
pub(crate) fn asked(inquiry: &Inquiry<'_>, item: u32, group: u32) -> Option<Finding> {
    let build = &inquiry.inventory.build;
    if build.pieces.is_empty() {
        return None;
    }
    let (found, identity) = inquiry.part(item)?;
    let part = part(found, identity);
    if !build.speaks_of(&part) {
        return None;
    }
    let mut whole = Vec::new();
    inquiry.candidates(item, group, &mut whole);
    build.ask(&part, &files(inquiry, &whole)?)
}

/// A part as evidence speaks of it. Only a key that is given or in the dictionary makes it the kernel: a distribution's package
/// is not, and what an operating system is said to contain is not either.
pub(crate) fn part<'a>(item: &'a Item, identity: &'a Identity) -> Part<'a> {
    let kernel =
        identity.keys.iter().find(|key| key.key == KERNEL && key.finds && key.obtained != "inferred");
    Part {
        name: &item.name,
        package: item.purl.as_ref().map(|purl| format!("pkg:{}", purl.canonical_key())),
        is_kernel: kernel.is_some(),
        version: kernel.and_then(|key| key.version.as_deref()),
    }
}

/// The files that all records together name, sorted; `None` when none names any, or one does so only for a part of what it
/// says.
fn files<'a>(inquiry: &Inquiry<'a>, candidates: &[Candidate]) -> Option<Vec<&'a str>> {
    let named: Vec<Vec<&str>> = candidates.iter().map(|candidate| named(inquiry, candidate)).collect();
    let naming = |record: u32| {
        candidates
            .iter()
            .zip(&named)
            .any(|(candidate, files)| candidate.record == record && !files.is_empty())
    };
    let open =
        |candidate: &Candidate| matches!(candidate.answer, Answer::In { .. } | Answer::Undecided { .. });
    let leaves_open = candidates
        .iter()
        .zip(&named)
        .any(|(candidate, files)| open(candidate) && files.is_empty() && naming(candidate.record));
    if leaves_open {
        return None;
    }
    let mut files: Vec<&str> = named.into_iter().flatten().collect();
    files.sort_unstable();
    files.dedup();
    (!files.is_empty()).then_some(files)
}

fn named<'a>(inquiry: &Inquiry<'a>, candidate: &Candidate) -> Vec<&'a str> {
    let view = inquiry.view;
    let narrowing = view
        .statement(candidate.statement)
        .and_then(|statement| view.detail(statement.detail))
        .and_then(|detail| view.narrowing(detail.qualifiers));
    narrowing.map_or_else(Vec::new, |narrowing| {
        view.list(narrowing.program_files).map(|file| view.text(file)).collect()
    })
}
