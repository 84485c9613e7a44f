//! "Are we hit?": which releases and units are exposed to a vulnerability, and which cannot be ruled out.

use std::collections::BTreeMap;

use app::{
    App, AppError, Viewer, account, exposed,
    exposed::{ExposedRelease, ExposedReport},
    release,
};
use axum::{extract::State, response::Response};
use domain::{id::ReleaseId, ledger::AsOf};

use crate::{
    asked::Asked,
    frame::{Frame, figure},
    state::Portal,
    view::{
        bar::{Bar, Part, Tone},
        chip::{Firmness, Harm, Status, Threat, Verdict},
        count::Count,
        empty::Empty,
        href,
        impact::{Answer, Countries, Country, ImpactPage, ImpactRelease, VulnerabilityAnswer},
        inbox::Pager,
        shell::Section,
    },
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<ImpactPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let question = asked.parameter("q").unwrap_or_default();
    let (source, answer) = if question.is_empty() {
        (String::new(), Answer::Nothing(Vec::new()))
    } else {
        match exposed::exposed(app, asked.viewer()?, frame.as_of, question) {
            Ok(report) => {
                let blind = blind(app, asked.viewer()?, frame.as_of)?;
                let source = format!("Answered from the record as of {}.", crate::frame::when(&report.as_of));
                (source, Answer::Vulnerability(Box::new(answer(&report, &blind, &frame))))
            }
            Err(AppError::NotFound { .. }) => {
                (String::new(), Answer::NotKnown(Empty::new("No source that was taken in has this name.")))
            }
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

/// Releases that were asked, and those that nothing could tell of.
struct Blind {
    asked: u64,
    /// Name, why, units.
    releases: Vec<(String, String, u64)>,
}

/// Releases without an SBOM or not swept since: a vulnerability cannot be ruled out there.
fn blind(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<Blind, AppError> {
    let account = account::account(app, viewer, as_of, None)?;
    let mut blind = Blind { asked: account.releases.len() as u64, releases: Vec::new() };
    for row in account.releases {
        let Some(note) = row.note else { continue };
        let name = format!("{}@{}", row.product, row.release);
        let ids: [ReleaseId; 1] = [release::resolve_release(app, viewer, as_of, &name)?.id];
        let units = app.store.read(as_of, |view| {
            let sites = view.units_by_site(&ids, &viewer.audiences)?;
            Ok::<_, AppError>(sites.iter().map(|site| figure(site.units)).sum())
        })?;
        blind.releases.push((name, note, units));
    }
    Ok(blind)
}

fn answer(report: &ExposedReport, blind: &Blind, frame: &Frame) -> VulnerabilityAnswer {
    let here = frame.link(&href::impact(&report.vulnerability));
    let count = |n: u64| Count::new(n, here.clone());
    let units = |tone: Tone| -> u64 {
        let of = report.releases.iter().filter(|release| tone_of(release) == tone);
        of.map(|release| figure(release.units.total)).sum()
    };
    let releases =
        |tone: Tone| report.releases.iter().filter(|release| tone_of(release) == tone).count() as u64;
    let exposed = |name: &str| report.releases.iter().any(|release| reference(release) == name);
    let unread = figure(report.units_with_unknown_release);
    let mut rows: Vec<ImpactRelease> = report.releases.iter().map(|release| row(release, &here)).collect();
    let mut unknown = units(Tone::Unknown) + unread;
    for (name, why, units) in blind.releases.iter().filter(|(name, ..)| !exposed(name)) {
        unknown += units;
        rows.push(untold(name, why, count(*units), count(0)));
    }
    if unread > 0 {
        rows.push(untold("Release not known", "These units were never read.", count(unread), count(0)));
    }
    let parts = [
        (Tone::Affected, units(Tone::Affected), "affected"),
        (Tone::Open, units(Tone::Open), "in range, not decided"),
        (Tone::Fixed, units(Tone::Fixed), "fixed"),
        (Tone::NotAffected, units(Tone::NotAffected), "not affected"),
        (Tone::Unknown, unknown, "cannot be ruled out"),
    ];
    VulnerabilityAnswer {
        names: vec![report.vulnerability.clone()],
        summary: String::new(),
        published: None,
        case: None,
        harm: Harm::NotJudged,
        threat: Threat { kev: None, epss_permille: None, cvss: None },
        affected: count(units(Tone::Affected)),
        affected_releases: releases(Tone::Affected),
        open: count(units(Tone::Open)),
        open_releases: releases(Tone::Open),
        not_ruled_out: count(unknown),
        units: Bar {
            label: "Units by answer".to_owned(),
            total: parts.iter().map(|(_, n, _)| n).sum(),
            parts: parts.into_iter().map(|(tone, n, label)| Part::new(tone, count(n), label)).collect(),
            total_words: Some("units that it could concern".to_owned()),
        },
        releases_asked: blind.asked,
        releases: rows,
        not_listed: count(0),
        serials: Vec::new(),
        serials_total: count(0),
        pager: Pager::default(),
        export: None,
        countries: countries(report, &here),
        next: Vec::new(),
    }
}

/// Where the units of a release stand: what a person signed counts, else what was matched.
fn tone_of(release: &ExposedRelease) -> Tone {
    match (release.decision.as_deref(), release.verdict) {
        (Some("affected"), _) => Tone::Affected,
        (Some("fixed"), _) => Tone::Fixed,
        (Some("not_affected"), _) => Tone::NotAffected,
        (_, "in_range") => Tone::Open,
        _ => Tone::Unknown,
    }
}

fn reference(release: &ExposedRelease) -> String {
    format!("{}@{}", release.product, release.release)
}

fn row(release: &ExposedRelease, here: &str) -> ImpactRelease {
    let components: Vec<String> = release
        .components
        .iter()
        .map(|component| format!("{} {}", component.name, component.version.as_deref().unwrap_or_default()))
        .collect();
    let sites = release.units.by_site.iter().filter(|site| site.site.is_some()).count() as u64;
    ImpactRelease {
        release: None,
        name: format!("{} {}", release.product_name, release.release),
        components: components.join(", "),
        units: Count::new(figure(release.units.total), here),
        sites: Count::new(sites, here),
        verdict: Some(if release.verdict == "in_range" { Verdict::InRange } else { Verdict::Undecided }),
        status: match release.decision.as_deref() {
            Some("affected") => Status::Affected,
            Some("fixed") => Status::Fixed,
            Some("not_affected") => Status::NotAffected,
            Some("under_investigation") => Status::UnderInvestigation,
            _ => Status::Unknown,
        },
        firmness: if release.decision.is_some() { Firmness::Signed } else { Firmness::NoDecision },
        why: release
            .components
            .first()
            .map(|component| component.reason.replace('_', " "))
            .unwrap_or_default(),
        explain: None,
    }
}

fn untold(name: &str, why: &str, units: Count, sites: Count) -> ImpactRelease {
    ImpactRelease {
        release: None,
        name: name.to_owned(),
        components: String::new(),
        units,
        sites,
        verdict: None,
        status: Status::Unknown,
        firmness: Firmness::NoDecision,
        why: why.to_owned(),
        explain: None,
    }
}

/// Units in range or decided as affected, by country.
fn countries(report: &ExposedReport, here: &str) -> Countries {
    let mut units: BTreeMap<String, u64> = BTreeMap::new();
    let counted =
        report.releases.iter().filter(|release| matches!(tone_of(release), Tone::Affected | Tone::Open));
    for site in counted.flat_map(|release| &release.units.by_site) {
        *units.entry(site.country.clone().unwrap_or_else(|| "Place not known".to_owned())).or_default() +=
            figure(site.units);
    }
    Countries {
        known_words: "Affected or in range".to_owned(),
        tone: Tone::Open,
        rows: units
            .into_iter()
            .map(|(name, n)| Country { name, known: Count::new(n, here), unread: None })
            .collect(),
    }
}
