//! The inbox: groups of findings that wait, in sections by what is known of harm, and the pane of the selected one.

use app::{
    App, AppError, Viewer, explain, exposed, release,
    watch::{self, FindingFilter, FindingGroup, FindingSort},
};
use axum::{extract::State, response::Response};
use domain::{person::Permission, verdict::VerdictState};

use super::{
    standing::Standing,
    work::{self, Work},
};
use crate::{
    asked::Asked,
    frame::{Frame, figure},
    state::Portal,
    view::{
        bar::{Bar, Part, Tone},
        count::{Count, Link},
        empty::Empty,
        href,
        inbox::{Accept, GroupCase, GroupRelease, InboxPage, Pager, Pane, Section, Tab},
        shell::{Notice, Section as Menu},
        words,
    },
};

const ROWS: usize = 25;

/// The saved views; the first is the one without a word in the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Waiting,
    InRange,
    Undecided,
    Exploited,
    Decided,
}

impl Kept {
    const ALL: [Self; 5] = [Self::Waiting, Self::InRange, Self::Undecided, Self::Exploited, Self::Decided];

    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InRange => "in-range",
            Self::Undecided => "undecided",
            Self::Exploited => "exploited",
            Self::Decided => "decided",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "Needs you",
            Self::InRange => "In range",
            Self::Undecided => "Undecided",
            Self::Exploited => "Exploited",
            Self::Decided => "Decided",
        }
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

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<InboxPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let viewer = asked.viewer()?;
    let word = asked.parameter("view").unwrap_or_default();
    let kept = Kept::ALL.into_iter().find(|kept| kept.word() == word).unwrap_or(Kept::Waiting);
    let sort = asked.parameter("sort").and_then(FindingSort::parse).unwrap_or_default();
    let typed = asked.parameter("filter").unwrap_or_default();
    let after = asked.parameter("after");
    let mut filter = kept.filter();
    match release::resolve_release(app, viewer, frame.as_of, typed) {
        Ok(release) if !typed.is_empty() => filter.release = Some(release.id),
        _ => filter.text = Some(typed.to_owned()),
    }
    let found = watch::findings(app, viewer, frame.as_of, &filter, sort, after, ROWS)?;
    let work = Work::read(app, viewer, frame.as_of)?;
    let here = |more: &[(&str, &str)]| {
        let mut parameters = vec![("view", kept.word()), ("sort", sort.as_str())];
        parameters.extend((!typed.is_empty()).then_some(("filter", typed)));
        parameters.extend_from_slice(more);
        frame.link(&href::with(href::INBOX, &parameters))
    };
    // Harm comes before every other order, so what may reach a patient leads the first page and is left out of the rest.
    let leads = kept == Kept::Waiting && typed.is_empty();
    let (patient, woke) = if leads { work.first() } else { (Vec::new(), Vec::new()) };
    let led = |group: &FindingGroup| {
        patient.iter().chain(&woke).any(|other| other.vulnerability == group.vulnerability)
    };
    let rest: Vec<&FindingGroup> = found.groups.iter().filter(|group| !led(group)).collect();
    let (shown_patient, shown_woke) =
        if after.is_none() { (patient.clone(), woke.clone()) } else { (Vec::new(), Vec::new()) };
    let wanted = asked.parameter("group");
    let every = shown_patient.iter().chain(&shown_woke).chain(&rest);
    let first = every.clone().next().copied();
    let by_name = wanted.and_then(|name| every.clone().find(|group| group.shown == name).copied());
    let looked_up = match (by_name, wanted) {
        (None, Some(name)) => named(app, viewer, name, &frame)?,
        _ => None,
    };
    let selected = by_name.or(looked_up.as_ref()).or(first);
    // After an act the next row opens.
    let at =
        selected.and_then(|one| every.clone().position(|group| group.vulnerability == one.vulnerability));
    let next = at.and_then(|at| every.clone().nth(at + 1)).map(|group| match after {
        Some(after) => here(&[("after", after), ("group", &group.shown)]),
        None => here(&[("group", &group.shown)]),
    });
    let next = next.unwrap_or_else(|| here(&[]));
    let mut sections = Vec::new();
    for (name, groups) in [
        ("May reach a patient", shown_patient),
        ("A signed decision woke up", shown_woke),
        (if leads { "Harm not judged, or lower" } else { kept.name() }, rest),
    ] {
        let mut rows = Vec::with_capacity(groups.len());
        for group in &groups {
            let address = match after {
                Some(after) => here(&[("after", after), ("group", &group.shown)]),
                None => here(&[("group", &group.shown)]),
            };
            let mut row = work.row(app, viewer, group, String::new(), &frame)?;
            row.href = address;
            row.current = selected.is_some_and(|selected| selected.vulnerability == group.vulnerability);
            rows.push(row);
        }
        if !rows.is_empty() {
            sections.push(Section { name: name.to_owned(), groups: rows.len() as u64, rows });
        }
    }
    let shown = sections.iter().map(|section| section.groups).sum();
    let mut tabs = Vec::new();
    for one in Kept::ALL {
        let n = watch::findings(app, viewer, frame.as_of, &one.filter(), sort, None, 0)?.total;
        let address = frame.link(&href::with(href::INBOX, &[("view", one.word())]));
        tabs.push(Tab { name: one.name().to_owned(), count: Count::new(n, address), current: one == kept });
    }
    let pane = selected.map(|group| pane(app, asked, group, &work, next, &frame)).transpose()?;
    let mut shell = frame.shell(Menu::Inbox, "Inbox", Vec::new());
    shell.notice = notice(app, asked, &frame)?;
    Ok(InboxPage {
        shell,
        tabs,
        filter: typed.to_owned(),
        sections,
        hidden: None,
        pager: Pager {
            shown,
            total: found.total,
            first: after.map(|_| here(&[])),
            next: found.next.map(|next| here(&[("after", &next)])),
        },
        pane,
        empty: Empty::new("No group of this view is open.")
            .next(frame.link_to("See when we last looked", href::WATCH)),
    })
}

/// What was accepted last, with its way back.
fn notice(app: &App, asked: &Asked, frame: &Frame) -> Result<Option<Notice>, AppError> {
    let (Some("proposed"), Some(case), true) =
        (asked.parameter("done"), asked.parameter("case"), frame.acting())
    else {
        return Ok(None);
    };
    let detail = app::case::show(app, asked.viewer()?, frame.as_of, case)?;
    let undo = super::case::undo(asked, &detail).map(|mut undo| {
        undo.fields.push((
            "next".to_owned(),
            href::with(href::INBOX, &[("group", &detail.subject.vulnerability.shown)]),
        ));
        undo
    });
    Ok(Some(Notice {
        text: format!("Accepted: under investigation is proposed in {}.", detail.case.label()),
        undo,
    }))
}

/// A group by its shown name, wherever it stands in the order.
fn named(app: &App, viewer: &Viewer, name: &str, frame: &Frame) -> Result<Option<FindingGroup>, AppError> {
    let filter = FindingFilter { text: Some(name.to_owned()), ..FindingFilter::default() };
    let page = watch::findings(app, viewer, frame.as_of, &filter, FindingSort::Name, None, ROWS)?;
    Ok(page.groups.into_iter().find(|group| group.shown == name))
}

fn pane(
    app: &App,
    asked: &Asked,
    group: &FindingGroup,
    work: &Work,
    next: String,
    frame: &Frame,
) -> Result<Pane, AppError> {
    let viewer = asked.viewer()?;
    let case = work.case(group);
    let report = exposed::exposed(app, viewer, frame.as_of, &group.shown)?;
    let detail = case.map(|case| app::case::show(app, viewer, frame.as_of, &case.label())).transpose()?;
    let here = frame.link(&href::impact(&group.shown));
    let mut open = 0;
    let mut undecided = 0;
    let mut releases = Vec::with_capacity(report.releases.len());
    let decides = frame.acting() && viewer.may(Permission::Decide);
    let (mut undecided_in, mut accepted) = (Vec::new(), 0);
    for release in &report.releases {
        let reference = format!("{}@{}", release.product, release.release);
        let findings = release.components.len() as u64;
        let in_range =
            release.components.iter().filter(|component| component.verdict == "in_range").count() as u64;
        open += in_range;
        undecided += findings - in_range;
        let standing = detail
            .as_ref()
            .and_then(|detail| super::case::newest(detail, &reference))
            .map_or(Standing::NONE, |one| Standing::of(&one.row.decision));
        if standing == Standing::NONE {
            undecided_in.push(reference.clone());
            accepted += findings;
        }
        let mut names: Vec<String> = release.components.iter().map(super::case::named).collect();
        names.dedup();
        names.truncate(4);
        releases.push(GroupRelease {
            release: super::case::release_link(&release.product_name, &release.release, &reference, frame),
            note: None,
            components: names.join(", "),
            findings: Count::new(findings, frame.link(&href::explain(&group.shown, &reference))),
            units: Count::new(figure(release.units.total), here.clone()),
            verdict: super::explain::verdict(release.verdict),
            status: standing.status,
            firmness: standing.firmness,
        });
    }
    let first = report.releases.first().map(|release| format!("{}@{}", release.product, release.release));
    let gates = match &first {
        Some(first) => match explain::explain_release(app, viewer, frame.as_of, first, &group.shown, None) {
            Ok(report) => report.steps.iter().map(super::explain::gate).collect(),
            Err(AppError::Missing { .. } | AppError::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(error),
        },
        None => Vec::new(),
    };
    Ok(Pane {
        title: work::title(group, case),
        names: group.shown.clone(),
        meta: format!(
            "newest match {} ago · {}",
            work::age(app, group.since, frame)?,
            words::plural(group.releases, "release", "releases")
        ),
        summary: group.summary.clone(),
        threat: work::threat(group),
        suggestion: None,
        evidence: gates,
        explain: frame.link_to("In full", &href::explain(&group.shown, first.as_deref().unwrap_or_default())),
        impact: frame.link_to("Are we hit?", &href::impact(&group.shown)),
        findings: Bar {
            label: "Findings".to_owned(),
            total: open + undecided,
            parts: vec![
                Part::new(Tone::Open, Count::new(open, here.clone()), "in range"),
                Part::new(Tone::Unknown, Count::new(undecided, here.clone()), "undecided"),
            ],
            total_words: Some("findings".to_owned()),
        },
        releases,
        case: match case {
            Some(case) => GroupCase::Open(frame.link_to(case.label(), &href::case(&case.label()))),
            None if decides => GroupCase::Openable,
            None => GroupCase::Open(Link::new("the list of cases", frame.link(href::CASES))),
        },
        accept: (decides && !undecided_in.is_empty()).then(|| Accept {
            // A case is opened by its first proposal, so any name of the flaw leads there.
            action: format!("{}/propose", href::case(&group.shown)),
            releases: undecided_in,
            findings: accepted,
            next,
        }),
        then: decides.then(|| (href::CASES.to_owned(), group.shown.clone())),
    })
}
