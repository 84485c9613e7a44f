//! From the flaw to the patient as far as the case tells it, and why the flaw matched at all.

use app::{
    exposed::{ExposedComponent, ExposedReport},
    page::case::CaseFile,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    frame::{Frame, when},
    portal::explain::gate,
    view::{
        chip::Harm,
        count::Link,
        evidence::{Evidence, Grade, Mark},
        harm::{HarmPath, Station},
        href, words,
    },
};

/// Components named at most.
const NAMED: usize = 3;

/// Why it matched.
pub(super) struct Matched {
    pub(super) matcher: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) explain: Link,
    pub(super) swept: String,
}

/// The five stations: written in the case, else told by the record, else a question.
pub(super) fn path(file: &CaseFile, frame: &Frame) -> HarmPath {
    let CaseFile { detail, exposed: report, .. } = file;
    let shown = &detail.subject.vulnerability.shown;
    let written = detail.case.harm_path.as_deref().unwrap_or_default();
    let mut written = written.lines().map(str::trim);
    let mut next = || written.next().filter(|text| !text.is_empty()).map(str::to_owned);
    let stations = [next(), next(), next(), next(), next()];
    let [flaw, component, function, situation, harm] = stations;
    let from_case = |text: Option<String>, basis: &str, question: &str| match text {
        Some(what) => Station::Known { what, basis: basis.to_owned(), link: None },
        None => Station::Unknown { question: question.to_owned() },
    };
    let summary = &detail.subject.vulnerability.summary;
    let judged = Harm::from(detail.case.harm);
    HarmPath {
        flaw: Station::Known {
            what: flaw.unwrap_or_else(|| first_words(summary, shown)),
            basis: "as the sources tell it".to_owned(),
            link: Some(frame.link_to(shown.clone(), &href::impact(shown))),
        },
        component: match (component, components(report)) {
            (Some(what), _) | (None, Some(what)) => Station::Known {
                what,
                basis: format!(
                    "matched in {}",
                    words::plural(report.releases.len() as u64, "release", "releases")
                ),
                link: report.first().map(|name| frame.link_to("match proof", &href::explain(shown, &name))),
            },
            (None, None) => Station::Unknown { question: "Nothing matches now.".to_owned() },
        },
        device_function: from_case(function, "written in the case", "Which function of the device uses it?"),
        hazardous_situation: from_case(situation, "written in the case", "What goes wrong for the patient?"),
        harm: match (harm, judged) {
            (what, Harm::NotJudged) => {
                from_case(what, "not judged yet", "Clinical safety judges how bad that is.")
            }
            (what, judged) => Station::Known {
                what: what.unwrap_or_else(|| format!("{} harm", judged.word())),
                basis: format!("judged {}", judged.word()),
                link: None,
            },
        },
    }
}

/// The gates of the first exposed release, or the recorded verdicts when they cannot be recomputed.
pub(super) fn matched(file: &CaseFile, frame: &Frame) -> Matched {
    let CaseFile { detail, exposed: report, swept: last, .. } = file;
    let shown = &detail.subject.vulnerability.shown;
    let release = report.first();
    let gates: Vec<Evidence> = file.gates.iter().map(gate).collect();
    let recorded = report.releases.iter().flat_map(|release| &release.components).map(recorded);
    let mut evidence: Vec<Evidence> = if gates.is_empty() { recorded.take(NAMED).collect() } else { gates };
    if evidence.is_empty() {
        evidence.push(Evidence::new(Mark::Note, "No release matches at this moment."));
    }
    Matched {
        matcher: last
            .as_ref()
            .map_or_else(|| "never swept".to_owned(), |last| format!("matcher {}", last.engine)),
        swept: last.as_ref().map_or_else(|| "no sweep".to_owned(), |last| when(&last.ended_at)),
        explain: frame.link_to(
            release
                .as_ref()
                .map_or_else(|| "Why is it listed?".to_owned(), |name| format!("In full for {name}")),
            &href::explain(shown, release.as_deref().unwrap_or_default()),
        ),
        evidence,
    }
}

/// Two moments that differ by more than a day: known to the world, and known here.
pub(super) fn knowable(file: &CaseFile) -> Option<(String, String)> {
    let published = file.about.published.as_deref()?.parse::<Timestamp>().ok()?;
    let learned = file.detail.case.learned_at;
    (learned.duration_since(published) > SignedDuration::from_hours(24)).then(|| {
        let day = |at: Timestamp| at.strftime("%-d %b %Y").to_string();
        (
            format!("Published {}, known to us since {}.", day(published), day(learned)),
            "The record proves possession from then on.".to_owned(),
        )
    })
}

fn recorded(component: &ExposedComponent) -> Evidence {
    let name = component.purl.clone().unwrap_or_else(|| named(component));
    let mark = if component.verdict == "in_range" { Mark::Yes } else { Mark::Open };
    let evidence = Evidence::new(mark, name).basis(component.reason.replace('_', " "));
    match component.class.as_deref() {
        Some("A") => evidence.grade(Grade::A),
        Some("B") => evidence.grade(Grade::B),
        Some(_) => evidence.grade(Grade::C),
        None => evidence,
    }
}

/// The components that matched, each once: "openssl 3.0.13, openssl 3.0.9".
fn components(report: &ExposedReport) -> Option<String> {
    let names = report.releases.iter().flat_map(|release| &release.components).map(named);
    Some(listed(names.collect(), NAMED)).filter(|text| !text.is_empty())
}

/// Each name once, in order; those beyond `most` are counted.
pub(in crate::portal) fn listed(mut names: Vec<String>, most: usize) -> String {
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(most);
    names.truncate(most);
    let text = names.join(", ");
    if more == 0 { text } else { format!("{text} and {more} more") }
}

pub(in crate::portal) fn named(component: &ExposedComponent) -> String {
    format!("{} {}", component.name, component.version.as_deref().unwrap_or_default()).trim().to_owned()
}

/// The first sentence of a summary, at most about a dozen words.
fn first_words(summary: &str, name: &str) -> String {
    let sentence = summary.split(". ").next().unwrap_or_default().trim().trim_end_matches('.');
    if sentence.is_empty() {
        return name.to_owned();
    }
    let words: Vec<&str> = sentence.split_whitespace().collect();
    match words.get(..14) {
        Some(first) if words.len() > 14 => format!("{}…", first.join(" ")),
        _ => words.join(" "),
    }
}
