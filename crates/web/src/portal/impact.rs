//! "Are we hit?": every unit of the fleet in one part of the answer, by release, by serial number and by country.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    App, AppError,
    case::{self, CaseDetail},
    exposed::ExposedRelease,
    impact::{self, About, Impact, Part as Stands, Stand},
    site,
    unit::{self, Place, UnitLine},
};
use axum::{extract::State, response::Response};
use domain::case::HarmSeverity;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    asked::Asked,
    frame::{Frame, figure, when},
    portal::{case::newest, standing::Standing},
    sought::{self, UNKNOWN},
    state::Portal,
    view::{
        bar::{Bar, Part, Tone},
        chip::{Firmness, Harm, Kev, Status, Threat, Verdict},
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
/// Examples, and the choices of a question that means several things.
const CHOICES: u32 = 20;
/// The part of the address that means affected or in range.
const HIT_ONLY: &str = "hit";
/// What is listed by serial number when no part was chosen.
const HIT: [Stands; 3] = [Stands::Affected, Stands::Open, Stands::Unknown];

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<ImpactPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let question = asked.parameter("q").unwrap_or_default();
    let (source, answer) = if question.is_empty() {
        (String::new(), Answer::Nothing(examples(app, asked, &frame)?))
    } else {
        match impact::impact(app, asked.viewer()?, frame.as_of, question) {
            Ok(found) => {
                let source = format!("Answered from the record as of {}.", when(&found.exposed.as_of));
                (source, Answer::Vulnerability(Box::new(answer(app, asked, &found, &frame)?)))
            }
            Err(AppError::NotFound { .. }) => (String::new(), otherwise(app, asked, question, &frame)?),
            Err(error) => return Err(error),
        }
    };
    Ok(ImpactPage {
        shell: frame.shell(Section::Impact, "Are we hit?", Vec::new()),
        question: question.to_owned(),
        source,
        answer,
    })
}

/// What is known of attackers, as the threat line shows it.
pub(crate) fn threat(about: &About) -> Threat {
    Threat {
        kev: about.exploited.as_ref().map(|exploited| match exploited {
            Some(added) => {
                Kev::Listed { since: added.parse::<Date>().map_or_else(|_| added.clone(), words::day) }
            }
            None => Kev::NotListed,
        }),
        epss_permille: about.epss_ppm.map(|ppm| u16::try_from(ppm / 1_000).unwrap_or(1_000)),
        cvss: about.cvss.as_ref().map(|cvss| format!("CVSS {:.1}", cvss.score)),
    }
}

/// The vulnerabilities that are open in most units.
fn examples(app: &App, asked: &Asked, frame: &Frame) -> Result<Vec<Link>, AppError> {
    use app::watch::{FindingFilter, FindingSort, findings};
    let filter = FindingFilter::default();
    let found = findings(app, asked.viewer()?, frame.as_of, &filter, FindingSort::Units, None, 5)?;
    let link = |group: app::watch::FindingGroup| {
        let units = words::plural(figure(group.units), "unit", "units");
        frame.link_to(format!("{}, {units}", group.shown), &href::impact(&group.shown))
    };
    Ok(found.groups.into_iter().map(link).collect())
}

/// No vulnerability has this name: perhaps a unit or a component has.
fn otherwise(app: &App, asked: &Asked, question: &str, frame: &Frame) -> Result<Answer, AppError> {
    let viewer = asked.viewer()?;
    let page = app::product::Page::first(CHOICES);
    let serial = unit::UnitFilter::Serial(question.to_owned());
    let units = unit::list(app, viewer, frame.as_of, &serial, &page)?.rows;
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
    let places = app::inventory::where_is(app, viewer, frame.as_of, question, CHOICES)?;
    choices.extend(places.into_iter().map(|place| {
        let name = [Some(place.name.as_str()), place.version.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let rows =
            href::with(&format!("{}#components", href::release(&place.release)), &[("q", &place.name)]);
        frame.link_to(format!("{name} in {}", place.release), &rows)
    }));
    if choices.is_empty() {
        return Ok(Answer::NotKnown(
            Empty::new("No source that was taken in, no unit and no inventory has this name.")
                .next(frame.link_to("See how fresh each source is", href::WATCH)),
        ));
    }
    Ok(Answer::Choose(choices))
}

fn answer(app: &App, asked: &Asked, found: &Impact, frame: &Frame) -> Result<VulnerabilityAnswer, AppError> {
    let standing = match &found.case {
        Some(case) => standing(&case::show(app, asked.viewer()?, frame.as_of, &case.label())?),
        None => BTreeMap::new(),
    };
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
    let (serials, serials_total, pager) = serials(app, asked, found, &here)?;
    let not_listed = found.releases_in(Stands::Absent);
    Ok(VulnerabilityAnswer {
        names: found.about.names.clone(),
        summary: found.about.summary.clone(),
        published: published(&found.about),
        case: found.case.as_ref().map(|case| frame.link_to(case.label(), &href::case(&case.label()))),
        harm: found.case.as_ref().map_or(Harm::NotJudged, |case| harm(case.harm)),
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
            not_listed,
            frame.link(&href::with(href::EXPLAIN, &[("vulnerability", here.name)])),
        ),
        serials,
        serials_total,
        pager,
        export: None,
        countries: countries(app, asked, found, &here)?,
        next: Vec::new(),
    })
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

/// The worst harm as clinical safety judged it.
pub(crate) fn harm(judged: Option<HarmSeverity>) -> Harm {
    match judged {
        None => Harm::NotJudged,
        Some(HarmSeverity::Negligible) => Harm::Negligible,
        Some(HarmSeverity::Minor) => Harm::Minor,
        Some(HarmSeverity::Serious) => Harm::Serious,
        Some(HarmSeverity::Critical) => Harm::Critical,
        Some(HarmSeverity::Catastrophic) => Harm::Catastrophic,
    }
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
    let components: Vec<String> = exposed
        .components
        .iter()
        .map(|component| {
            [Some(component.name.as_str()), component.version.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let standing = here.standing.get(&stand.reference).copied().unwrap_or(Standing::NONE);
    let shown = components.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let more = components.len().saturating_sub(3);
    ImpactRelease {
        components: if more > 0 { format!("{shown} and {more} more") } else { shown },
        verdict: Some(if exposed.verdict == "in_range" { Verdict::InRange } else { Verdict::Undecided }),
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

/// A page of the units of the part that was chosen; of all that may be hit when none was.
fn serials(
    app: &App,
    asked: &Asked,
    found: &Impact,
    here: &Here<'_>,
) -> Result<(Vec<Serial>, Count, Pager), AppError> {
    let viewer = asked.viewer()?;
    let parts = match asked.parameter("part") {
        Some(HIT_ONLY) => vec![Stands::Affected, Stands::Open],
        part => part.and_then(Stands::parse).map_or_else(|| HIT.to_vec(), |part| vec![part]),
    };
    let filter = found.filter(&parts, sought::country(asked)?);
    let listed = unit::list(app, viewer, here.frame.as_of, &filter, &sought::page(asked, ROWS)?)?;
    let total = unit::count(app, viewer, here.frame.as_of, &filter)?;
    let again = |after: Option<String>| {
        let mut parameters: Vec<(&str, &str)> =
            ["part", "country"].into_iter().filter_map(|name| Some((name, asked.parameter(name)?))).collect();
        parameters.extend(after.as_deref().map(|after| ("after", after)));
        here.serials(&parameters)
    };
    let pager = Pager {
        shown: listed.rows.len() as u64,
        total,
        first: asked.parameter("after").map(|_| again(None)),
        next: listed.next.as_ref().map(|next| again(Some(sought::place(next)))),
    };
    let rows = listed.rows.into_iter().map(|line| serial(line, found)).collect();
    Ok((rows, Count::new(total, here.serials(&[])), pager))
}

fn serial(line: UnitLine, found: &Impact) -> Serial {
    let reference = line.release.as_ref().map(|version| format!("{}@{version}", line.product));
    let stand = found.releases.iter().find(|stand| Some(&stand.reference) == reference.as_ref());
    let (status, firmness) = match stand.map(|stand| stand.part) {
        Some(Stands::Affected) => (Status::Affected, Firmness::Signed),
        Some(Stands::Fixed) => (Status::Fixed, Firmness::Signed),
        Some(Stands::NotAffected) => (Status::NotAffected, Firmness::Signed),
        Some(Stands::Open | Stands::Unknown | Stands::Absent) | None => {
            (Status::Unknown, Firmness::NoDecision)
        }
    };
    Serial {
        serial: line.serial,
        release: line.release,
        read: line.installed_at.map(|at| at.parse::<Date>().map_or_else(|_| at.clone(), words::day)),
        site: line.site.unwrap_or_else(|| "Site not known".to_owned()),
        country: line.country.unwrap_or_default(),
        status,
        firmness,
    }
}

/// Units affected or in range, and beside them those that cannot be ruled out, by country.
fn countries(app: &App, asked: &Asked, found: &Impact, here: &Here<'_>) -> Result<Countries, AppError> {
    let viewer = asked.viewer()?;
    let hit = [Stands::Affected, Stands::Open];
    let mut ids = Vec::new();
    for stand in found.releases.iter().filter(|stand| hit.contains(&stand.part)) {
        ids.push(stand.release.clone());
    }
    let sites = site::units_by_site(app, viewer, here.frame.as_of, &ids)?;
    let mut units: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for site in sites {
        *units.entry(site.country).or_default() += figure(site.units);
    }
    let mut rows: Vec<Country> = units
        .into_iter()
        .map(|(country, n)| {
            let code = country.as_deref().unwrap_or(UNKNOWN);
            let filter = found.filter(&[Stands::Unknown], place(country.as_deref()));
            let unread = unit::count(app, viewer, here.frame.as_of, &filter)?;
            let unread = (unread > 0).then(|| {
                Count::new(unread, here.serials(&[("part", Stands::Unknown.as_str()), ("country", code)]))
            });
            let known = Count::new(n, here.serials(&[("country", code), ("part", HIT_ONLY)]));
            let name = country.clone().unwrap_or_else(|| "Place not known".to_owned());
            Ok(Country { name, known, unread })
        })
        .collect::<Result<_, AppError>>()?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.known.n));
    // Units that cannot be ruled out may also stand where no other unit is hit: they are counted too, in one line.
    let named: u64 = rows.iter().filter_map(|row| row.unread.as_ref()).map(|unread| unread.n).sum();
    let elsewhere = found.units_in(Stands::Unknown).saturating_sub(named);
    if elsewhere > 0 {
        let all = here.part(Stands::Unknown);
        rows.push(Country {
            name: "Other places".to_owned(),
            known: Count::new(0, all.clone()),
            unread: Some(Count::new(elsewhere, all)),
        });
    }
    let affected = found.units_in(Stands::Affected) > 0;
    Ok(Countries {
        known_words: "Affected or in range".to_owned(),
        tone: if affected { Tone::Affected } else { Tone::Open },
        rows,
    })
}

fn place(country: Option<&str>) -> Place {
    country.map_or(Place::Unknown, |country| Place::Country(country.to_owned()))
}
