//! Open findings by vulnerability: what the inbox lists. One flaw is one row, over all releases.
//!
//! The grouping of one moment is computed once, kept beside the corpus it was joined with, and paged by key. Not here: the
//! verdicts of one vulnerability (`exposed`).

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, PoisonError},
};

use domain::{
    id::{ComponentId, ReleaseId, VulnerabilityId},
    ledger::AsOf,
    person::Permission,
    verdict::VerdictState,
    work::Precedence,
};
use serde::Serialize;
use store::{StoreError, View};

use crate::{
    App, AppError, Viewer,
    corpus::{Corpora, has_exploited_catalogue},
    cvss::cvss_of,
    finding_group::{FindingGroup, Groups},
};

/// What to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Part of the shown name or the summary, any case.
    pub text: Option<String>,
    /// Only `in_range` or only `undecided`.
    pub verdict: Option<VerdictState>,
    /// Only with (`true`) or without (`false`) a release that waits for a decision.
    pub waiting: Option<bool>,
    /// Only those in the catalogue of exploited vulnerabilities.
    pub kev: bool,
    /// Only those of one release.
    pub release: Option<ReleaseId>,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingSort {
    /// Exploited first, then probability of exploitation, then base score.
    #[default]
    Urgency,
    /// Newest verdict first.
    Newest,
    /// Most units first.
    Units,
    /// Highest base score first.
    Severity,
    /// By shown name.
    Name,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingPage {
    /// The rows.
    pub groups: Vec<FindingGroup>,
    /// How many the filter leaves.
    pub total: u64,
    /// The last row's vulnerability, to go on after; none on the last page.
    pub next: Option<String>,
}

impl FindingSort {
    /// All.
    pub const ALL: [Self; 5] = [Self::Urgency, Self::Newest, Self::Units, Self::Severity, Self::Name];

    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Newest => "newest",
            Self::Units => "units",
            Self::Severity => "severity",
            Self::Name => "name",
        }
    }

    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }

    fn key(self, group: &FindingGroup) -> (Reverse<i64>, Reverse<i64>, Reverse<i64>, String, String) {
        let ppm = group.epss.map_or(-1, |epss| (epss * 1_000_000.0) as i64);
        let tenths = group.cvss.as_ref().map_or(-1, |cvss| (cvss.score * 10.0).round() as i64);
        let (first, second, third) = match self {
            Self::Urgency => (i64::from(group.kev), ppm, tenths),
            Self::Newest => (group.since, i64::from(group.kev), ppm),
            Self::Units => (group.units, i64::from(group.kev), ppm),
            Self::Severity => (tenths, i64::from(group.kev), ppm),
            Self::Name => (0, 0, 0),
        };
        let name = name_key(&group.shown);
        (Reverse(first), Reverse(second), Reverse(third), name, group.vulnerability.clone())
    }
}

/// A page of open findings by vulnerability; `after` is the vulnerability of the last row shown.
pub fn findings(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    filter: &FindingFilter,
    sort: FindingSort,
    after: Option<&str>,
    limit: usize,
) -> Result<FindingPage, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    let groups = app.store.read(as_of, |view| grouped(view, viewer, &corpora))?;
    let page = groups.page(filter.wanted(), sort, |_| Precedence::Rest, after, limit);
    Ok(FindingPage { groups: page.rows.into_iter().cloned().collect(), total: page.total, next: page.next })
}

impl FindingFilter {
    /// Whether a group is one of those to list.
    pub(crate) fn wanted(&self) -> impl Fn(&FindingGroup) -> bool + '_ {
        let text = self.text.as_ref().map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        move |group| {
            text.as_ref().is_none_or(|text| {
                group.shown.to_lowercase().contains(text) || group.summary.to_lowercase().contains(text)
            }) && self.verdict.is_none_or(|verdict| verdict.as_str() == group.verdict)
                && self.waiting.is_none_or(|waiting| waiting == (group.releases_decided < group.releases))
                && (!self.kev || group.kev)
                && self.release.as_ref().is_none_or(|release| group.release_ids.contains(release))
        }
    }
}

/// A page of groups that are held elsewhere.
pub(crate) struct Rows<'g> {
    pub(crate) rows: Vec<&'g FindingGroup>,
    pub(crate) total: u64,
    pub(crate) next: Option<String>,
}

impl Groups {
    /// Those that are wanted, by precedence and then as sorted, after a vulnerability.
    pub(crate) fn page(
        &self,
        wanted: impl Fn(&FindingGroup) -> bool,
        sort: FindingSort,
        precedence: impl Fn(&FindingGroup) -> Precedence,
        after: Option<&str>,
        limit: usize,
    ) -> Rows<'_> {
        let key = |group: &FindingGroup| (precedence(group), sort.key(group));
        let mut rows: Vec<_> =
            self.list.iter().filter(|group| wanted(group)).map(|group| (key(group), group)).collect();
        let total = rows.len() as u64;
        // The row may have left the list since; its key still says where to go on.
        if let Some(last) = after.and_then(|after| self.list.iter().find(|one| one.vulnerability == after)) {
            let last = key(last);
            rows.retain(|row| row.0 > last);
        }
        let left = rows.len();
        if left > limit {
            // Only what is shown has to stand in order.
            rows.select_nth_unstable_by(limit, |one, other| one.0.cmp(&other.0));
            rows.truncate(limit);
        }
        rows.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let rows: Vec<&FindingGroup> = rows.into_iter().map(|(_, group)| group).collect();
        let next = rows.last().filter(|_| rows.len() < left).map(|group| group.vulnerability.clone());
        Rows { rows, total, next }
    }

    /// How many are wanted.
    pub(crate) fn count(&self, wanted: impl Fn(&FindingGroup) -> bool) -> u64 {
        self.list.iter().filter(|group| wanted(group)).count() as u64
    }
}

/// The grouping of a moment: the one that is held, or made anew.
pub(crate) fn grouped(view: &View<'_>, viewer: &Viewer, corpora: &Corpora) -> Result<Arc<Groups>, AppError> {
    let sequence = view.sequence();
    let corpus = corpora.public.as_deref();
    let held = corpus.and_then(|corpus| corpus.groups.lock().unwrap_or_else(PoisonError::into_inner).clone());
    if let Some(held) = held
        && held.sequence == sequence
        && held.audiences == viewer.audiences
    {
        return Ok(held);
    }
    let list = group(view, &viewer.audiences, corpora)?;
    let groups = Arc::new(Groups { sequence, audiences: viewer.audiences.clone(), list });
    if let Some(corpus) = corpus {
        *corpus.groups.lock().unwrap_or_else(PoisonError::into_inner) = Some(groups.clone());
    }
    Ok(groups)
}

#[derive(Default)]
struct Draft {
    in_range: bool,
    class: Option<String>,
    releases: BTreeSet<ReleaseId>,
    components: BTreeSet<ComponentId>,
    since: i64,
}

fn group(view: &View<'_>, audiences: &[String], corpora: &Corpora) -> Result<Vec<FindingGroup>, StoreError> {
    let mut drafts: HashMap<VulnerabilityId, Draft> = HashMap::new();
    view.each_open_exposure(audiences, |open| {
        let draft = drafts.entry(open.vulnerability).or_default();
        draft.in_range |= open.state == VerdictState::InRange;
        if let Some(class) = open.class
            && draft.class.as_ref().is_none_or(|best| class < *best)
        {
            draft.class = Some(class);
        }
        draft.releases.insert(open.release);
        draft.components.insert(open.component);
        draft.since = draft.since.max(open.since);
        Ok(())
    })?;
    let units: BTreeMap<ReleaseId, i64> = view.count_units_by_release(audiences)?.into_iter().collect();
    let mut signed: HashMap<VulnerabilityId, BTreeSet<ReleaseId>> = HashMap::new();
    for mark in view.decision_marks(None, audiences)? {
        if mark.state == "signed" {
            signed.entry(mark.vulnerability).or_default().insert(mark.release);
        }
    }
    let catalogued = has_exploited_catalogue(view, audiences)?;
    let mut list = Vec::with_capacity(drafts.len());
    for vulnerability in view.all_vulnerabilities()? {
        let Some(draft) = drafts.remove(&vulnerability.id) else { continue };
        if audiences.binary_search(&vulnerability.audience.0).is_err() {
            continue;
        }
        // Its own corpus: a private flaw never borrows what is said in public of a name, nor the other way round.
        let corpus = corpora.of(&vulnerability.corpus);
        let known = corpus.and_then(|corpus| corpus.index.group(corpus.index.find(&vulnerability.shown)?));
        let decided = signed.get(&vulnerability.id);
        list.push(FindingGroup {
            verdict: if draft.in_range { VerdictState::InRange } else { VerdictState::Undecided }.as_str(),
            class: draft.class,
            releases: draft.releases.len() as u64,
            releases_decided: draft
                .releases
                .iter()
                .filter(|release| decided.is_some_and(|decided| decided.contains(*release)))
                .count() as u64,
            components: draft.components.len() as u64,
            units: draft.releases.iter().filter_map(|release| units.get(release)).sum(),
            kev: known.as_ref().is_some_and(|known| known.kev.is_some()),
            exploited: known
                .as_ref()
                .filter(|_| catalogued)
                .map(|known| known.kev.as_ref().map(|kev| kev.added.to_owned())),
            epss: known
                .as_ref()
                .and_then(|known| known.epss)
                .map(|epss| f64::from(epss.probability_ppm) / 1_000_000.0),
            cvss: known.as_ref().and_then(cvss_of),
            published: known.as_ref().and_then(|known| known.published.map(str::to_owned)),
            since: draft.since,
            release_ids: draft.releases.into_iter().collect(),
            vulnerability: vulnerability.id.0,
            shown: vulnerability.shown,
            summary: vulnerability.summary,
        });
    }
    Ok(list)
}

/// CVE ids by year and number, newest first would hide order: `CVE-2024-1086` sorts before `CVE-2024-10086`.
fn name_key(name: &str) -> String {
    match name.rsplit_once('-') {
        Some((head, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{head}-{number:0>12}")
        }
        _ => name.to_owned(),
    }
}
