//! The inbox: the groups of one view, what may reach a patient before everything else, and all of the selected one.

use domain::{ledger::AsOf, person::Permission, verdict::VerdictState, work::Precedence};
use store::View;

use super::work::{self, Lead, WorkRow};
use crate::{
    App, AppError, Viewer,
    account::moment_of,
    case::{self, CaseDetail},
    corpus::Corpora,
    explain::{StepLine, gates_in},
    exposed::{ExposedReport, exposed_in},
    finding_group::{FindingGroup, Groups},
    release,
    watch::{FindingFilter, FindingSort, grouped},
};

/// Rows of a page.
pub const ROWS: usize = 25;

/// A view that is kept for everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// With a release that waits for a decision.
    #[default]
    Waiting,
    /// Of these, those in range.
    InRange,
    /// Of these, those that are undecided.
    Undecided,
    /// Of these, those in the catalogue of exploited vulnerabilities.
    Exploited,
    /// Every release is decided.
    Decided,
}

impl Kept {
    /// All, in their order.
    pub const ALL: [Self; 5] =
        [Self::Waiting, Self::InRange, Self::Undecided, Self::Exploited, Self::Decided];

    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InRange => "in-range",
            Self::Undecided => "undecided",
            Self::Exploited => "exploited",
            Self::Decided => "decided",
        }
    }

    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kept| kept.as_str() == text)
    }

    fn filter(self) -> FindingFilter {
        let waiting = FindingFilter { waiting: Some(true), ..FindingFilter::default() };
        match self {
            Self::Waiting => waiting,
            Self::InRange => FindingFilter { verdict: Some(VerdictState::InRange), ..waiting },
            Self::Undecided => FindingFilter { verdict: Some(VerdictState::Undecided), ..waiting },
            Self::Exploited => FindingFilter { kev: true, ..waiting },
            Self::Decided => FindingFilter { waiting: Some(false), ..FindingFilter::default() },
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'q> {
    /// Which view.
    pub kept: Kept,
    /// A release, or part of a name or a summary.
    pub text: &'q str,
    /// In which order, after what comes first.
    pub sort: FindingSort,
    /// The vulnerability of the last row of the page before.
    pub after: Option<&'q str>,
    /// Shown name of the selected group; the first row when left out.
    pub group: Option<&'q str>,
    /// A case that was proposed in just now.
    pub accepted: Option<&'q str>,
}

/// What the page shows.
#[derive(Debug)]
pub struct Inbox {
    /// How many groups each view has.
    pub tabs: Vec<(Kept, u64)>,
    /// The rows in their sections; only the view of what waits has more than one.
    pub sections: Vec<Section>,
    /// How many the view has.
    pub total: u64,
    /// The last row's vulnerability, to go on after; none on the last page.
    pub next: Option<String>,
    /// The selected group; none when nothing is listed.
    pub selected: Option<Selected>,
    /// The case that was proposed in just now.
    pub accepted: Option<CaseDetail>,
}

/// Rows of one rank.
#[derive(Debug)]
pub struct Section {
    /// Which; the harm tells nothing here.
    pub precedence: Precedence,
    /// How many groups have it, over all pages.
    pub total: u64,
    /// Those of this page.
    pub rows: Vec<WorkRow>,
}

/// All of one group.
#[derive(Debug)]
pub struct Selected {
    /// The group with its case.
    pub row: WorkRow,
    /// Where it is exposed.
    pub exposed: ExposedReport,
    /// Everything of its case.
    pub detail: Option<CaseDetail>,
    /// Why the first exposed release matched; empty when that moment cannot be asked any more.
    pub gates: Vec<StepLine>,
}

/// The page as of a moment.
pub fn inbox(app: &App, viewer: &Viewer, as_of: AsOf, question: Question<'_>) -> Result<Inbox, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    app.store.read(as_of, |view| {
        let groups = grouped(view, viewer, &corpora)?;
        let mut filter = question.kept.filter();
        match release::resolve(view, viewer, question.text) {
            Ok(release) if !question.text.is_empty() => filter.release = Some(release.id),
            _ => filter.text = Some(question.text.to_owned()),
        }
        let wanted = filter.wanted();
        // Harm comes before every other order in the list that all work from.
        let leads = question.kept == Kept::Waiting && question.text.is_empty();
        let lead = if leads { Some(Lead::read(view, viewer)?) } else { None };
        let place = |group: &FindingGroup| lead.as_ref().map_or(Precedence::Rest, |lead| lead.of(group));
        let found = groups.page(&wanted, question.sort, place, question.after, ROWS);
        let rows = work::rows(view, viewer, &found.rows)?;
        let selected = match (question.group, rows.first()) {
            (Some(name), first) => match rows.iter().find(|row| row.group.shown == name) {
                Some(row) => Some(row.clone()),
                None => named(view, viewer, &groups, name)?.or_else(|| first.cloned()),
            },
            (None, first) => first.cloned(),
        };
        let reader = Reader { app, view, viewer, as_of, corpora: &corpora };
        let selected = selected.map(|row| reader.selected(row)).transpose()?;
        let mut sections: Vec<Section> = Vec::new();
        for row in rows {
            let precedence = place(&row.group);
            let same = |one: Precedence| std::mem::discriminant(&one) == std::mem::discriminant(&precedence);
            match sections.last_mut().filter(|last| same(last.precedence)) {
                Some(last) => last.rows.push(row),
                None => {
                    let total = groups.count(|group| wanted(group) && same(place(group)));
                    sections.push(Section { precedence, total, rows: vec![row] });
                }
            }
        }
        Ok(Inbox {
            tabs: Kept::ALL.map(|kept| (kept, groups.count(kept.filter().wanted()))).to_vec(),
            sections,
            total: found.total,
            next: found.next,
            selected,
            accepted: match question.accepted {
                Some(name) => {
                    let case = case::resolve(view, viewer, name)?;
                    Some(case::detail(view, viewer, case)?)
                }
                None => None,
            },
        })
    })
}

/// A group by its shown name, wherever it stands in the order.
fn named(view: &View<'_>, viewer: &Viewer, groups: &Groups, name: &str) -> Result<Option<WorkRow>, AppError> {
    let found: Vec<&FindingGroup> = groups.list.iter().filter(|group| group.shown == name).take(1).collect();
    Ok(work::rows(view, viewer, &found)?.pop())
}

struct Reader<'r> {
    app: &'r App,
    view: &'r View<'r>,
    viewer: &'r Viewer,
    as_of: AsOf,
    corpora: &'r Corpora,
}

impl Reader<'_> {
    fn selected(&self, row: WorkRow) -> Result<Selected, AppError> {
        let Self { app, view, viewer, as_of, corpora } = *self;
        let shown = &row.group.shown;
        let exposed = exposed_in(view, viewer, corpora, moment_of(app, as_of), shown)?;
        let gates = match exposed.first() {
            Some(first) => gates_in(app, view, viewer, as_of, &first, shown)?,
            None => Vec::new(),
        };
        let detail = row.case.clone().map(|case| case::detail(view, viewer, case)).transpose()?;
        Ok(Selected { exposed, detail, gates, row })
    }
}
