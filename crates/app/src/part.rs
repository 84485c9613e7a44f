//! The components of a release as its page lists them: how each is watched, and what is open in it.
//!
//! How a component is watched is computed from the corpus that is mapped now, the same way as a sweep counts it; of a moment
//! whose corpus is another one, nothing is said. Not here: the counts of the last sweep (`account`).

use std::collections::{BTreeMap, BTreeSet};

use domain::id::ReleaseId;
use matcher::{
    assess::{Coverage, assess},
    support,
    verdict::Class,
};
use serde::Serialize;
use store::View;

use crate::{
    AppError, Viewer,
    conversion::matcher_inventory,
    corpus::Corpus,
    inventory::{PartLine, part_line},
    mapping::Mappings,
};

/// Open exposures that are read in one go.
const CHUNK: i64 = 10_000;

/// How firmly a component is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Watch {
    /// Class A.
    Identity,
    /// Class B.
    Indirect,
    /// Class C.
    Dictionary,
    /// Class D.
    Heuristic,
    /// A record may concern it and does not settle it.
    Undecided,
    /// Nothing can warn us about it.
    Nothing,
}

impl Watch {
    /// All.
    pub const ALL: [Self; 6] =
        [Self::Identity, Self::Indirect, Self::Dictionary, Self::Heuristic, Self::Undecided, Self::Nothing];

    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Indirect => "indirect",
            Self::Dictionary => "dictionary",
            Self::Heuristic => "heuristic",
            Self::Undecided => "undecided",
            Self::Nothing => "nothing",
        }
    }

    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|watch| watch.as_str() == text)
    }
}

/// Which components to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartSearch {
    /// Words that name, version, package URL, CPE or path hold, any case, all of them.
    pub text: String,
    /// Only those watched like this.
    pub watch: Option<Watch>,
    /// Only those with something open.
    pub open: bool,
}

/// A component with how it is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WatchedPart {
    /// The component at its place.
    #[serde(flatten)]
    pub part: PartLine,
    /// How it is watched; none when the corpus of the moment is not the one that is mapped.
    pub watch: Option<Watch>,
    /// Why nothing can warn us, or why it is not settled.
    pub why: Option<String>,
    /// ISO date on which its maker's support of this edition ends, where the dictionary knows.
    pub supported_until: Option<String>,
    /// Vulnerabilities open in it: matched, without a signed decision for this release.
    pub open: u64,
}

/// A page of components, most open first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartPage {
    /// The rows.
    pub rows: Vec<WatchedPart>,
    /// How many the search leaves.
    pub total: u64,
    /// Position of the last row, to go on after; none on the last page.
    pub next: Option<i64>,
    /// The first blind spots of the release, whatever the search.
    pub blind: Vec<WatchedPart>,
    /// Whether it is known how the components are watched.
    pub watched: bool,
}

/// How a release differs from the one it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Components that differ, by name.
    pub rows: Vec<Change>,
    /// Names whose versions are the same.
    pub unchanged: u64,
}

/// A component name that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name.
    pub name: String,
    /// Versions before, joined by commas; none = it was not there.
    pub before: Option<String>,
    /// Versions now; none = it is gone.
    pub now: Option<String>,
    /// Vulnerabilities open in it before.
    pub open_before: u64,
    /// Vulnerabilities open in it now.
    pub open_now: u64,
}

/// How parts differ from those of another release; none when one of them has no inventory.
pub(crate) fn changes(now: &[WatchedPart], before: &[WatchedPart]) -> Option<Changes> {
    let (now, before) = (by_name(now), by_name(before));
    if now.is_empty() || before.is_empty() {
        return None;
    }
    let names: BTreeSet<&str> = now.keys().chain(before.keys()).copied().collect();
    let mut changes = Changes::default();
    for name in names {
        let (here, there) = (now.get(name), before.get(name));
        let versions = |side: Option<&(BTreeSet<&str>, u64)>| {
            side.map(|(versions, _)| versions.iter().copied().collect::<Vec<_>>().join(", "))
        };
        let (before, now) = (versions(there), versions(here));
        if before == now {
            changes.unchanged += 1;
            continue;
        }
        changes.rows.push(Change {
            name: name.to_owned(),
            before,
            now,
            open_before: there.map_or(0, |side| side.1),
            open_now: here.map_or(0, |side| side.1),
        });
    }
    // What changes the open work most comes first.
    changes.rows.sort_by_key(|change| std::cmp::Reverse(change.open_before.abs_diff(change.open_now)));
    Some(changes)
}

fn by_name(parts: &[WatchedPart]) -> BTreeMap<&str, (BTreeSet<&str>, u64)> {
    let mut names: BTreeMap<&str, (BTreeSet<&str>, u64)> = BTreeMap::new();
    for part in parts {
        let entry = names.entry(&part.part.name).or_default();
        entry.0.insert(part.part.version.as_deref().unwrap_or("no version"));
        entry.1 = entry.1.max(part.open);
    }
    names
}

/// A page of parts.
pub(crate) fn page(
    mut parts: Vec<WatchedPart>,
    search: &PartSearch,
    after: Option<i64>,
    limit: usize,
) -> PartPage {
    parts.sort_by(|left, right| {
        right.open.cmp(&left.open).then_with(|| left.part.position.cmp(&right.part.position))
    });
    let watched = parts.iter().all(|part| part.watch.is_some());
    let blind = parts.iter().filter(|part| part.watch == Some(Watch::Nothing)).take(limit).cloned().collect();
    let words: Vec<String> = search.text.split_whitespace().map(str::to_lowercase).collect();
    parts.retain(|part| {
        search.watch.is_none_or(|watch| part.watch == Some(watch))
            && (!search.open || part.open > 0)
            && (words.is_empty() || has_words(&part.part, &words))
    });
    let start = after
        .and_then(|after| parts.iter().position(|part| part.part.position == after))
        .map_or(0, |last| last + 1);
    let total = parts.len();
    let rows: Vec<_> = parts.into_iter().skip(start).take(limit).collect();
    let next = rows.last().filter(|_| start + rows.len() < total).map(|last| last.part.position);
    PartPage { rows, total: total as u64, next, blind, watched }
}

/// The components of a release in the order of its document; none when it has no inventory.
pub(crate) fn parts_of(
    view: &View<'_>,
    viewer: &Viewer,
    corpus: Option<&Corpus>,
    release: &ReleaseId,
) -> Result<Vec<WatchedPart>, AppError> {
    let audiences = &viewer.audiences;
    let Some(inventory) = view.inventory_of_release(release, audiences)? else {
        return Ok(Vec::new());
    };
    let Some(found) = view.release(release, audiences)? else { return Ok(Vec::new()) };
    let parts = view.inventory_components(&inventory.id)?;
    let decided: BTreeSet<_> = view
        .decision_marks(None, audiences)?
        .into_iter()
        .filter(|mark| mark.release == *release && mark.state == "signed")
        .map(|mark| mark.vulnerability)
        .collect();
    let mut open: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let positions: BTreeMap<_, _> =
        parts.iter().rev().map(|part| (part.component.id, part.place.position)).collect();
    let mut after = (String::new(), -1);
    loop {
        let page = view.exposures_of_release(release, true, audiences, (&after.0, after.1), CHUNK)?;
        let full = i64::try_from(page.len()).is_ok_and(|length| length == CHUNK);
        // The first place of the last row's component: a row that is read twice counts once.
        if let Some(last) = page.last() {
            let position = positions.get(&last.component).copied().unwrap_or(i64::MAX);
            after = (last.shown.clone(), position);
        }
        for exposure in page.into_iter().filter(|row| !decided.contains(&row.vulnerability)) {
            open.entry(exposure.component).or_default().insert(exposure.vulnerability);
        }
        if !full {
            break;
        }
    }
    // What was swept is what can be told; a corpus that came later may say otherwise.
    let last = view.last_sweep()?.map(|last| last.sweep.snapshot);
    let mappings = Mappings::read(view)?;
    let corpus = corpus.filter(|corpus| last.as_deref() == Some(corpus.id.as_str()));
    let states: Vec<_> = corpus.map_or_else(Vec::new, |corpus| {
        let components: Vec<_> = parts.iter().map(|part| part.component.clone()).collect();
        let mut asked =
            matcher_inventory(&components, inventory.distribution.as_deref(), &found.complete_roles);
        mappings.apply(&components, Some(release), &mut asked);
        let assessment = assess(&corpus.index, &asked);
        let supported = assessment.identities.iter().zip(&asked.items).map(|(identity, item)| {
            support::of(identity, &item.name).map(|support| support.ends_on.to_owned())
        });
        assessment.items.into_iter().zip(supported.collect::<Vec<_>>()).collect()
    });
    let mut parts: Vec<_> = parts
        .into_iter()
        .map(|part| {
            let open = open.get(&part.component.id).map_or(0, |open| open.len() as u64);
            WatchedPart { part: part_line(part), watch: None, why: None, supported_until: None, open }
        })
        .collect();
    for (part, (state, supported_until)) in parts.iter_mut().zip(states) {
        part.supported_until = supported_until;
        let (watch, why) = match (state.coverage, state.class) {
            (Coverage::NotAssessed { reason, text }, _) => {
                (Watch::Nothing, Some(if text.is_empty() { reason.replace('_', " ") } else { text }))
            }
            (Coverage::Undecided { reason }, _) => (Watch::Undecided, Some(reason.replace('_', " "))),
            (Coverage::Assessed, Some(Class::A)) => (Watch::Identity, None),
            (Coverage::Assessed, Some(Class::B)) => (Watch::Indirect, None),
            (Coverage::Assessed, Some(Class::C)) => (Watch::Dictionary, None),
            (Coverage::Assessed, Some(Class::D) | None) => (Watch::Heuristic, None),
        };
        part.watch = Some(watch);
        part.why = why;
    }
    Ok(parts)
}

fn has_words(part: &PartLine, words: &[String]) -> bool {
    let fields = [
        Some(part.name.as_str()),
        part.version.as_deref(),
        part.purl.as_deref(),
        part.supplier.as_deref(),
        part.path.as_deref(),
    ];
    let text: Vec<String> = fields
        .into_iter()
        .flatten()
        .chain(part.cpes.iter().map(String::as_str))
        .map(str::to_lowercase)
        .collect();
    words.iter().all(|word| text.iter().any(|text| text.contains(word)))
}
