//! "Are we hit?": every unit of the fleet in one part of the answer, by release, by serial number and by country.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    App, AppError,
    case::CaseDetail,
    exposed::ExposedRelease,
    impact::{self, About, Answer as Found, Hit, Impact, Part as Stands, Question, Stand},
    inventory::PlaceLine,
    unit::UnitLine,
    watch::FindingGroup,
};
use axum::{extract::State, response::Response};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    asked::Asked,
    frame::{Frame, figure, when},
    portal::{
        case::{named, newest},
        explain::verdict,
        standing::{Standing, threat},
    },
    sought::{self, UNKNOWN},
    state::Portal,
    view::{
        bar::{Bar, Part, Tone},
        chip::{Firmness, Harm, Status},
        count::{Count, Link},
        empty::Empty,
        href,
        impact::{Answer, Countries, Country, ImpactPage, ImpactRelease, Serial, VulnerabilityAnswer},
        inbox::Pager,
        shell::Section,
        words,
    },
};

/// Serial numbers on a page.
const ROWS: u32 = 25;
/// The part of the address that means affected or in range.
const HIT_ONLY: &str = "hit";

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<ImpactPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let text = asked.parameter("q").unwrap_or_default();
    let question = Question {
        text,
        parts: match asked.parameter("part") {
            Some(HIT_ONLY) => Some(vec![Stands::Affected, Stands::Open]),
            part => part.and_then(Stands::parse).map(|part| vec![part]),
        },
        place: sought::country(asked)?,
        page: sought::page(asked, ROWS)?,
    };
    let (source, answer) = match impact::answer(app, asked.viewer()?, frame.as_of, &question)? {
        Found::Nothing(groups) => (String::new(), Answer::Nothing(examples(groups, &frame))),
        Found::Vulnerability(hit) => (
            format!("Answered from the record as of {}.", when(&hit.impact.exposed.as_of)),
            Answer::Vulnerability(Box::new(answer(asked, &hit, &frame))),
        ),
        Found::Otherwise { units, places } => (String::new(), otherwise(units, places, &frame)),
    };
    Ok(ImpactPage {
        shell: frame.shell(Section::Impact, "Are we hit?", Vec::new()),
        question: text.to_owned(),
        source,
        answer,
    })
}

/// The vulnerabilities that are open in most units.
fn examples(groups: Vec<FindingGroup>, frame: &Frame) -> Vec<Link> {
    let link = |group: FindingGroup| {
        let units = words::plural(figure(group.units), "unit", "units");
        frame.link_to(format!("{}, {units}", group.shown), &href::impact(&group.shown))
    };
    groups.into_iter().map(link).collect()
}

/// No vulnerability has this name: perhaps a unit or a component has.
fn otherwise(units: Vec<UnitLine>, places: Vec<PlaceLine>, frame: &Frame) -> Answer {
    let mut choices: Vec<Link> = units
        .into_iter()
        .map(|unit| match unit.release {
            Some(version) => {
                let release = format!("{}@{version}", unit.product);
                let label = format!("Unit {}, which has {release}", unit.serial);
                frame.link_to(label, &format!("{}#open", href::release(&release)))
            }
            None => frame.link_to(
                format!("Unit {} of {}, which was never read", unit.serial, unit.product),
                &href::with(href::UNITS, &[("serial", &unit.serial)]),
            ),
        })
        .collect();
    choices.extend(places.into_iter().map(|place| {
        let name = [Some(place.name.as_str()), place.version.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let rows =
            href::with(&format!("{}#components", href::release(&place.release)), &[("q", &place.name)]);
        frame.link_to(format!("{name} in {}", place.release), &rows)
    }));
    if choices.is_empty() {
        return Answer::NotKnown(
            Empty::new("No source that was taken in, no unit and no inventory has this name.")
                .next(frame.link_to("See how fresh each source is", href::WATCH)),
        );
    }
    Answer::Choose(choices)
}

fn answer(asked: &Asked, hit: &Hit, frame: &Frame) -> VulnerabilityAnswer {
    let found = &hit.impact;
    let standing = hit.case.as_ref().map(standing).unwrap_or_default();
    let here = Here { frame, name: &found.exposed.vulnerability, standing };
    let count = |part: Stands| Count::new(found.units_in(part), here.part(part));
    let parts = [
        (Tone::Affected, Stands::Affected, "affected"),
        (Tone::Open, Stands::Open, "in range, not decided"),
        (Tone::Unknown, Stands::Unknown, "cannot be ruled out"),
        (Tone::Fixed, Stands::Fixed, "fixed"),
        (Tone::NotAffected, Stands::NotAffected, "not affected"),
        (Tone::Absent, Stands::Absent, "not in range by their inventory"),
    ];
    let bar = parts.into_iter().map(|(tone, part, label)| Part::new(tone, count(part), label));
    VulnerabilityAnswer {
        names: found.about.names.clone(),
        summary: found.about.summary.clone(),
        published: published(&found.about),
        case: found.case.as_ref().map(|case| frame.link_to(case.label(), &href::case(&case.label()))),
        harm: found.case.as_ref().map_or(Harm::NotJudged, |case| case.harm.into()),
        threat: threat(&found.about),
        affected: count(Stands::Affected),
        affected_releases: found.releases_in(Stands::Affected),
        open: count(Stands::Open),
        open_releases: found.releases_in(Stands::Open),
        not_ruled_out: count(Stands::Unknown),
        units: Bar {
            label: "Units by answer".to_owned(),
            total: found.units,
            parts: bar.filter(|part| part.count.n > 0).collect(),
            total_words: Some("units in all".to_owned()),
        },
        releases_asked: found.releases.len() as u64,
        releases: rows(found, &here),
        not_listed: Count::new(
            found.releases_in(Stands::Absent),
            frame.link(&href::with(href::EXPLAIN, &[("vulnerability", here.name)])),
        ),
        serials: hit.units.rows.iter().map(|line| serial(line, found, &here)).collect(),
        serials_total: Count::new(hit.units_total, here.serials(&[])),
        pager: pager(asked, hit, &here),
        countries: countries(hit, &here),
    }
}

/// The addresses of this answer.
struct Here<'f> {
    frame: &'f Frame,
    name: &'f str,
    /// Where the case stands on each release, by `slug@version`: also what is proposed and not signed.
    standing: BTreeMap<String, Standing>,
}

impl Here<'_> {
    fn serials(&self, parameters: &[(&str, &str)]) -> String {
        let page = format!("{}#serials", href::impact(self.name));
        self.frame.link(&href::with(&page, parameters))
    }

    fn part(&self, part: Stands) -> String {
        self.serials(&[("part", part.as_str())])
    }

    fn units(&self, release: &str) -> String {
        self.frame.link(&href::with(href::UNITS, &[("release", release)]))
    }
}

fn published(about: &About) -> Option<String> {
    let at = about.published.as_deref()?;
    let day = at.parse::<Timestamp>().map(|at| at.to_zoned(TimeZone::UTC).date());
    let day = day.or_else(|_| at.parse::<Date>());
    Some(format!("published {}", day.map_or_else(|_| at.to_owned(), words::day)))
}

/// The exposed releases and those that could not be asked, worst part and most units first; then units never read.
fn rows(found: &Impact, here: &Here<'_>) -> Vec<ImpactRelease> {
    let mut stands: Vec<&Stand> =
        found.releases.iter().filter(|stand| stand.part != Stands::Absent).collect();
    stands.sort_by_key(|stand| (stand.part, std::cmp::Reverse(stand.units)));
    let mut rows: Vec<ImpactRelease> = stands
        .into_iter()
        .map(|stand| {
            let exposed = found.exposed.releases.iter().find(|release| release.release_id == stand.release);
            match exposed {
                Some(exposed) => exposed_row(stand, exposed, here),
                None => blind_row(stand, here),
            }
        })
        .collect();
    for unread in found.unread.iter().filter(|unread| unread.part == Stands::Unknown) {
        let units = here.frame.link(&href::with(href::UNITS, &[("release", UNKNOWN)]));
        rows.push(ImpactRelease {
            release: None,
            name: format!("{}, release not known", unread.name),
            components: "not known".to_owned(),
            units: Count::new(unread.units, units.clone()),
            sites: None,
            verdict: None,
            status: Status::Unknown,
            firmness: Firmness::NoDecision,
            why: "these units were never read".to_owned(),
            explain: None,
        });
    }
    rows
}

fn exposed_row(stand: &Stand, exposed: &ExposedRelease, here: &Here<'_>) -> ImpactRelease {
    let components: Vec<String> = exposed.components.iter().map(named).collect();
    let standing = here.standing.get(&stand.reference).copied().unwrap_or(Standing::NONE);
    let shown = components.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let more = components.len().saturating_sub(3);
    ImpactRelease {
        components: if more > 0 { format!("{shown} and {more} more") } else { shown },
        verdict: Some(verdict(exposed.verdict)),
        status: standing.status,
        firmness: standing.firmness,
        why: exposed
            .components
            .first()
            .map(|component| component.reason.replace('_', " "))
            .unwrap_or_default(),
        explain: Some(here.frame.link_to("why", &href::explain(here.name, &stand.reference))),
        ..blind_row(stand, here)
    }
}

/// The newest decision in force on each release.
fn standing(detail: &CaseDetail) -> BTreeMap<String, Standing> {
    let names: BTreeSet<&str> = detail.decisions.iter().map(|one| one.release.name.as_str()).collect();
    names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), Standing::of(&newest(detail, name)?.row.decision))))
        .collect()
}

fn blind_row(stand: &Stand, here: &Here<'_>) -> ImpactRelease {
    let page = href::release(&stand.reference);
    ImpactRelease {
        release: Some(here.frame.link_to(stand.name.clone(), &page)),
        name: stand.name.clone(),
        components: "not known".to_owned(),
        units: Count::new(stand.units, here.units(&stand.reference)),
        sites: Some(Count::new(stand.sites, here.frame.link(&format!("{page}#sites")))),
        verdict: None,
        status: Status::Unknown,
        firmness: Firmness::NoDecision,
        // The command that mends it is for the desk, not for the answer.
        why: stand
            .blind
            .as_deref()
            .and_then(|why| why.split(": ").next())
            .map(str::to_owned)
            .unwrap_or_default(),
        explain: None,
    }
}

fn pager(asked: &Asked, hit: &Hit, here: &Here<'_>) -> Pager {
    let again = |after: Option<String>| {
        let mut parameters: Vec<(&str, &str)> =
            ["part", "country"].into_iter().filter_map(|name| Some((name, asked.parameter(name)?))).collect();
        parameters.extend(after.as_deref().map(|after| ("after", after)));
        here.serials(&parameters)
    };
    Pager {
        shown: hit.units.rows.len() as u64,
        total: hit.units_total,
        first: asked.parameter("after").map(|_| again(None)),
        next: hit.units.next.as_ref().map(|next| again(Some(sought::place(next)))),
    }
}

fn serial(line: &UnitLine, found: &Impact, here: &Here<'_>) -> Serial {
    let reference = line.release.as_ref().map(|version| format!("{}@{version}", line.product));
    let stand = found.releases.iter().find(|stand| Some(&stand.reference) == reference.as_ref());
    let (status, firmness) = match stand.map(|stand| stand.part) {
        Some(Stands::Affected) => (Status::Affected, Firmness::Signed),
        Some(Stands::Fixed) => (Status::Fixed, Firmness::Signed),
        Some(Stands::NotAffected) => (Status::NotAffected, Firmness::Signed),
        // What is proposed for its release is shown as that, like in the table above.
        Some(Stands::Open) => reference
            .as_ref()
            .and_then(|reference| here.standing.get(reference))
            .map_or((Status::Unknown, Firmness::NoDecision), |standing| (standing.status, standing.firmness)),
        Some(Stands::Unknown | Stands::Absent) | None => (Status::Unknown, Firmness::NoDecision),
    };
    Serial {
        serial: line.serial.clone(),
        release: line.release.clone(),
        read: line.installed_at.as_ref().map(|at| at.parse::<Date>().map_or_else(|_| at.clone(), words::day)),
        site: line.site.clone().unwrap_or_else(|| "Site not known".to_owned()),
        country: line.country.clone().unwrap_or_default(),
        status,
        firmness,
    }
}

/// Units affected or in range, and beside them those that cannot be ruled out, by country.
fn countries(hit: &Hit, here: &Here<'_>) -> Countries {
    let unknown = Stands::Unknown.as_str();
    let mut rows: Vec<Country> = hit
        .countries
        .iter()
        .map(|country| {
            let code = country.code.as_deref().unwrap_or(UNKNOWN);
            let unread = (country.unknown > 0)
                .then(|| Count::new(country.unknown, here.serials(&[("part", unknown), ("country", code)])));
            Country {
                name: country.code.clone().unwrap_or_else(|| "Place not known".to_owned()),
                known: Count::new(country.hit, here.serials(&[("country", code), ("part", HIT_ONLY)])),
                unread,
            }
        })
        .collect();
    if hit.unknown_elsewhere > 0 {
        let all = here.part(Stands::Unknown);
        rows.push(Country {
            name: "Other places".to_owned(),
            known: Count::new(0, all.clone()),
            unread: Some(Count::new(hit.unknown_elsewhere, all)),
        });
    }
    let affected = hit.impact.units_in(Stands::Affected) > 0;
    Countries {
        known_words: "Affected or in range".to_owned(),
        tone: if affected { Tone::Affected } else { Tone::Open },
        rows,
    }
}
