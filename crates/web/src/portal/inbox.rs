//! The inbox: groups of findings that wait, in sections by what is known of harm, and the pane of the selected one.

use app::{
    App, AppError, Viewer,
    case::CaseDetail,
    exposed::ExposedRelease,
    page::inbox::{self, Inbox, Kept, Question, Selected},
    watch::FindingSort,
};
use axum::{extract::State, response::Response};
use domain::{person::Permission, work::Precedence};

use super::{case, explain, standing::Standing, work};
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

/// Components of a release named at most.
const NAMED: usize = 4;

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<InboxPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let accepted = asked.parameter("case").filter(|_| asked.parameter("done") == Some("proposed"));
    let question = Question {
        kept: asked.parameter("view").and_then(Kept::parse).unwrap_or_default(),
        text: asked.parameter("filter").unwrap_or_default(),
        sort: asked.parameter("sort").and_then(FindingSort::parse).unwrap_or_default(),
        after: asked.parameter("after"),
        group: asked.parameter("group"),
        accepted: accepted.filter(|_| frame.acting()),
    };
    let inbox = inbox::inbox(app, asked.viewer()?, frame.as_of, question)?;
    let here = Here { frame: &frame, question };
    let mut shell = frame.shell(Menu::Inbox, "Inbox", Vec::new());
    shell.notice = inbox.accepted.as_ref().map(|detail| notice(asked, detail));
    let tabs = inbox.tabs.iter().map(|(kept, n)| {
        let address = frame.link(&href::with(href::INBOX, &[("view", kept.as_str())]));
        Tab { name: name(*kept).to_owned(), count: Count::new(*n, address), current: *kept == question.kept }
    });
    let next = here.following(&inbox);
    let sections = sections(&inbox, &here);
    Ok(InboxPage {
        shell,
        tabs: tabs.collect(),
        filter: question.text.to_owned(),
        pager: Pager {
            shown: sections.iter().map(|section| section.rows.len() as u64).sum(),
            total: inbox.total,
            first: question.after.map(|_| here.list(&[])),
            next: inbox.next.as_ref().map(|next| here.list(&[("after", next)])),
        },
        sections,
        pane: inbox.selected.map(|selected| pane(asked.viewer(), &selected, next, &frame)),
        empty: Empty::new("No group of this view is open.")
            .next(frame.link_to("See when we last looked", href::WATCH)),
    })
}

/// The addresses of this list.
struct Here<'h> {
    frame: &'h Frame,
    question: Question<'h>,
}

impl Here<'_> {
    fn list(&self, more: &[(&str, &str)]) -> String {
        let Question { kept, sort, text, .. } = self.question;
        let mut parameters = vec![("view", kept.as_str()), ("sort", sort.as_str())];
        parameters.extend((!text.is_empty()).then_some(("filter", text)));
        parameters.extend_from_slice(more);
        self.frame.link(&href::with(href::INBOX, &parameters))
    }

    /// This page with another group open.
    fn group(&self, shown: &str) -> String {
        match self.question.after {
            Some(after) => self.list(&[("after", after), ("group", shown)]),
            None => self.list(&[("group", shown)]),
        }
    }

    /// Where an act leads: the row that follows the selected one opens.
    fn following(&self, inbox: &Inbox) -> String {
        let mut rows = inbox.sections.iter().flat_map(|section| &section.rows);
        let selected = inbox.selected.as_ref().map(|selected| &selected.row.group.vulnerability);
        rows.find(|row| Some(&row.group.vulnerability) == selected);
        rows.next().map_or_else(|| self.list(&[]), |row| self.group(&row.group.shown))
    }
}

fn name(kept: Kept) -> &'static str {
    match kept {
        Kept::Waiting => "Needs you",
        Kept::InRange => "In range",
        Kept::Undecided => "Undecided",
        Kept::Exploited => "Exploited",
        Kept::Decided => "Decided",
    }
}

fn sections(inbox: &Inbox, here: &Here<'_>) -> Vec<Section> {
    let selected = inbox.selected.as_ref().map(|selected| selected.row.group.vulnerability.as_str());
    let whole = here.question.kept == Kept::Waiting && here.question.text.is_empty();
    let sections = inbox.sections.iter().map(|section| Section {
        name: match section.precedence {
            Precedence::Patient(_) => "May reach a patient",
            Precedence::WokeUp => "A signed decision woke up",
            Precedence::Rest if whole => "Harm not judged, or lower",
            Precedence::Rest => name(here.question.kept),
        }
        .to_owned(),
        groups: section.total,
        rows: section
            .rows
            .iter()
            .map(|row| {
                let mut shown = work::row(row, String::new(), here.frame);
                shown.href = here.group(&row.group.shown);
                shown.current = selected == Some(row.group.vulnerability.as_str());
                shown
            })
            .collect(),
    });
    sections.collect()
}

/// What was accepted last, with its way back.
fn notice(asked: &Asked, detail: &CaseDetail) -> Notice {
    let undo = case::undo(asked, detail).map(|mut undo| {
        let back = href::with(href::INBOX, &[("group", &detail.subject.vulnerability.shown)]);
        undo.fields.push(("next".to_owned(), back));
        undo
    });
    let text = format!("Accepted: under investigation is proposed in {}.", detail.case.label());
    Notice { text, undo }
}

fn pane(viewer: Result<&Viewer, AppError>, selected: &Selected, next: String, frame: &Frame) -> Pane {
    let (group, case) = (&selected.row.group, selected.row.case.as_ref());
    let decides = frame.acting() && viewer.is_ok_and(|viewer| viewer.may(Permission::Decide));
    let here = frame.link(&href::impact(&group.shown));
    let releases: Vec<GroupRelease> =
        selected.exposed.releases.iter().map(|release| exposed(release, selected, frame)).collect();
    let components = selected.exposed.releases.iter().flat_map(|release| &release.components);
    let in_range = components.clone().filter(|component| component.verdict == "in_range").count() as u64;
    let findings = components.count() as u64;
    let undecided_in: Vec<&ExposedRelease> =
        selected.exposed.releases.iter().filter(|release| standing(release, selected).is_none()).collect();
    let first = selected.exposed.first();
    Pane {
        title: work::title(group, case),
        names: group.shown.clone(),
        meta: format!(
            "newest match {} ago · {}",
            work::age(selected.row.since, frame),
            words::plural(group.releases, "release", "releases")
        ),
        summary: group.summary.clone(),
        threat: work::threat(group),
        evidence: selected.gates.iter().map(explain::gate).collect(),
        explain: frame.link_to("In full", &href::explain(&group.shown, first.as_deref().unwrap_or_default())),
        impact: frame.link_to("Are we hit?", &href::impact(&group.shown)),
        findings: Bar {
            label: "Findings".to_owned(),
            total: findings,
            parts: vec![
                Part::new(Tone::Open, Count::new(in_range, here.clone()), "in range"),
                Part::new(Tone::Unknown, Count::new(findings - in_range, here), "undecided"),
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
            releases: undecided_in.iter().map(|release| release.reference()).collect(),
            findings: undecided_in.iter().map(|release| release.components.len() as u64).sum(),
            next,
        }),
        then: decides.then(|| (href::CASES.to_owned(), group.shown.clone())),
    }
}

fn exposed(release: &ExposedRelease, selected: &Selected, frame: &Frame) -> GroupRelease {
    let reference = release.reference();
    let shown = &selected.row.group.shown;
    let standing = standing(release, selected).unwrap_or(Standing::NONE);
    GroupRelease {
        components: case::listed(release.components.iter().map(case::named).collect(), NAMED),
        findings: Count::new(release.components.len() as u64, frame.link(&href::explain(shown, &reference))),
        units: Count::new(figure(release.units.total), frame.link(&href::impact(shown))),
        verdict: explain::verdict(release.verdict),
        status: standing.status,
        firmness: standing.firmness,
        release: case::release_link(&release.product_name, &release.release, &reference, frame),
    }
}

/// What stands for a release; none when nobody has proposed anything.
fn standing(release: &ExposedRelease, selected: &Selected) -> Option<Standing> {
    let newest = case::newest(selected.detail.as_ref()?, &release.reference())?;
    Some(Standing::of(&newest.row.decision))
}
