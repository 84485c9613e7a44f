//! One release: whether anything could warn us about its parts, whether its account closes, what is open, where its units are.

use std::collections::BTreeMap;

use app::{
    App, AppError,
    account::{CoverageLine, ReleaseAccount},
    inventory::InventorySummary,
    page::release::{self, Inventory as Read, Question},
    part::{self, PartPage, PartSearch, Watch, WatchedPart},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;

use super::{build_evidence, products, work};
use crate::{
    asked::Asked,
    frame::{Frame, figure},
    sought::UNKNOWN,
    state::Portal,
    view::{
        bar::{Bar, Part, Tone},
        build_evidence::EvidenceForm,
        count::Count,
        empty::Empty,
        href,
        impact::{Countries, Country},
        inbox::Pager,
        release::{
            BlindSpot, Change, Changes, ComponentRow, FieldedSite, Inventory, ReadingIssue, ReleasePage,
        },
        shell::Section,
        sum::{Line, Sum},
        words,
    },
};

/// Blind spots that are named; the rest is a figure that leads to the list.
const BLIND_SPOTS: usize = 5;
/// Sites that are named.
const SITES: usize = 10;
/// Reading issues that are listed.
const ISSUES: usize = 200;
/// Changes that are named.
const CHANGES: usize = 8;

pub(crate) async fn get(State(portal): State<Portal>, Path(release): Path<String>, asked: Asked) -> Response {
    portal.page(asked, move |app, asked| page(app, asked, &release, EvidenceForm::default())).await
}

/// The page; `form` is that of build evidence as it was sent.
pub(super) fn page(
    app: &App,
    asked: &Asked,
    reference: &str,
    form: EvidenceForm,
) -> Result<ReleasePage, AppError> {
    let frame = Frame::read(app, asked)?;
    let question = Question {
        reference,
        search: PartSearch {
            text: asked.parameter("q").unwrap_or_default().to_owned(),
            watch: asked.parameter("watched").and_then(Watch::parse),
            open: asked.parameter("open").is_some(),
        },
        after: asked.parameter("after").and_then(|after| after.parse().ok()),
        issues: asked.parameter("issues").is_some(),
    };
    let file = release::release(app, asked.viewer()?, frame.as_of, &question)?;
    let (release, product) = (file.release, file.product);
    let reference = format!("{}@{}", product.slug, release.version);
    let here = Here { frame: &frame, page: href::release(&reference), reference };
    let units = file.sites.iter().map(|site| figure(site.units)).sum();
    let sites = file.sites.iter().filter(|site| site.site.is_some()).count() as u64;
    let mut countries: BTreeMap<Option<String>, u64> = BTreeMap::new();
    let mut fielded = Vec::new();
    for site in file.sites {
        *countries.entry(site.country.clone()).or_default() += figure(site.units);
        if let Some(name) = site.site_name {
            let units = Count::new(figure(site.units), here.units(&[("site", &name)]));
            fielded.push(FieldedSite { units, country: site.country.unwrap_or_default(), name });
        }
    }
    fielded.sort_by_key(|site| std::cmp::Reverse(site.units.n));
    fielded.truncate(SITES);
    let crumbs = vec![
        frame.link_to("Products", href::PRODUCTS),
        frame.link_to(product.name.clone(), &format!("{}#{}", href::PRODUCTS, product.slug)),
    ];
    let name = format!("{} {}", product.name, release.version);
    let meta = [
        Some(product.family.unwrap_or(product.name)),
        release.configuration,
        release.released_on.map(|day| format!("released {}", words::day(day))),
        file.parent.as_ref().map(|parent| format!("after {}", parent.version)),
    ];
    let coverage = file.coverage.as_ref();
    Ok(ReleasePage {
        name,
        meta: meta.into_iter().flatten().collect(),
        units: Count::new(units, here.units(&[])),
        sites: Count::new(sites, here.at("sites")),
        chips: vec![products::support(release.stage.as_str())],
        inventory: file.inventory.map(|read| inventory(read, app, asked, &here, coverage)),
        no_inventory: Empty::new("No inventory is on file, so nothing can warn us about this release.")
            .last(format!("`aftercare sbom add FILE --release {}` attaches one.", here.reference)),
        open: file.open.iter().map(|row| work::row(row, work::place(row), &frame)).collect(),
        open_total: Count::new(figure(file.account.open), here.with(&[("open", "only")], "components")),
        account: coverage.map(|_| sum(&file.account, &here)),
        build_evidence: build_evidence::card(app, asked, &frame, &here.reference, form)?,
        changes: file.changes.zip(file.parent).map(|(found, parent)| changes(found, parent.version)),
        countries: places(countries, &here),
        fielded,
        shell: frame.shell(Section::Products, release.version, crumbs),
    })
}

/// The addresses of this page.
struct Here<'f> {
    frame: &'f Frame,
    page: String,
    reference: String,
}

impl Here<'_> {
    fn at(&self, fragment: &str) -> String {
        self.frame.link(&format!("{}#{fragment}", self.page))
    }

    fn with(&self, parameters: &[(&str, &str)], fragment: &str) -> String {
        self.frame.link(&href::with(&format!("{}#{fragment}", self.page), parameters))
    }

    fn units<'a>(&'a self, place: &[(&'a str, &'a str)]) -> String {
        let mut parameters = vec![("release", self.reference.as_str())];
        parameters.extend(place);
        self.frame.link(&href::with(href::UNITS, &parameters))
    }

    /// Why something is not listed is told one vulnerability at a time.
    fn explain(&self) -> String {
        self.frame.link(&href::with(href::EXPLAIN, &[("release", &self.reference)]))
    }
}

fn inventory(
    read: Read,
    app: &App,
    asked: &Asked,
    here: &Here<'_>,
    coverage: Option<&CoverageLine>,
) -> Inventory {
    let Read { summary, received_at, parts, issues } = read;
    let received = received_at.and_then(|at| at.parse::<Timestamp>().ok());
    let received =
        received.map(|at| format!(", received {}", words::day(at.to_zoned(app.zone.clone()).date())));
    let blind = coverage.map_or(0, |coverage| figure(coverage.blind_spots));
    let nothing = here.with(&[("watched", Watch::Nothing.as_str())], "components");
    let issue =
        |issue: app::inventory::InventoryIssue| ReadingIssue { place: issue.pointer, text: issue.text };
    Inventory {
        words: format!("{}{}", summary.format, received.unwrap_or_default()),
        download: here.frame.link_to("SBOM as received", &format!("{}/sbom", here.page)),
        issues: Count::new(figure(summary.issues), here.with(&[("issues", "show")], "issues")),
        share: coverage.map_or_else(|| "not swept yet".to_owned(), products::watched),
        coverage: bar(&summary, coverage, &parts, here),
        blind_spots: parts.blind.iter().take(BLIND_SPOTS).map(blind_spot).collect(),
        blind_total: Count::new(blind, nothing),
        proposals: here.frame.link_to("What they may be", &href::blind_spots(&here.reference)),
        search: asked.parameter("q").unwrap_or_default().to_owned(),
        pager: pager(asked, &parts, here),
        reading_issues: issues.into_iter().take(ISSUES).map(issue).collect(),
        components: parts.rows.into_iter().map(|row| component(row, here)).collect(),
    }
}

fn bar(
    summary: &InventorySummary,
    coverage: Option<&CoverageLine>,
    parts: &PartPage,
    here: &Here<'_>,
) -> Bar {
    let rows = |watch: Watch| {
        if parts.watched {
            here.with(&[("watched", watch.as_str())], "components")
        } else {
            here.at("components")
        }
    };
    let figures = coverage.map_or_else(Vec::new, |coverage| {
        vec![
            (Tone::Sure, Watch::Identity, coverage.class_a, "exact identity"),
            (Tone::Likely, Watch::Indirect, coverage.class_b, "by its source or a second list"),
            (Tone::Likely, Watch::Dictionary, coverage.class_c, "confirmed name and range"),
            (Tone::Weak, Watch::Heuristic, coverage.class_d, "name only"),
            (Tone::Absent, Watch::Undecided, coverage.undecided, "looked up, not settled"),
            (Tone::Unknown, Watch::Nothing, coverage.blind_spots, "blind"),
        ]
    });
    let mut parts: Vec<Part> = figures
        .into_iter()
        .filter(|(_, _, n, _)| *n > 0)
        .map(|(tone, watch, n, label)| Part::new(tone, Count::new(figure(n), rows(watch)), label))
        .collect();
    if coverage.is_none() {
        let all = Count::new(figure(summary.components), here.at("components"));
        parts.push(Part::new(Tone::Unknown, all, "not swept yet"));
    }
    Bar {
        label: "Components".to_owned(),
        total: coverage.map_or_else(|| figure(summary.components), |coverage| figure(coverage.components)),
        parts,
        total_words: Some("components".to_owned()),
    }
}

fn pager(asked: &Asked, parts: &PartPage, here: &Here<'_>) -> Pager {
    let again = |after: Option<&str>| {
        let mut parameters: Vec<(&str, &str)> = ["q", "watched", "open"]
            .into_iter()
            .filter_map(|name| Some((name, asked.parameter(name)?)))
            .collect();
        parameters.extend(after.map(|after| ("after", after)));
        here.with(&parameters, "components")
    };
    Pager {
        shown: parts.rows.len() as u64,
        total: parts.total,
        first: asked.parameter("after").map(|_| again(None)),
        next: parts.next.map(|next| again(Some(&next.to_string()))),
    }
}

fn blind_spot(row: &WatchedPart) -> BlindSpot {
    BlindSpot {
        component: [Some(row.part.name.as_str()), row.part.version.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        note: row.part.supplier.clone(),
        place: row.part.path.clone().unwrap_or_else(|| "in the device itself".to_owned()),
        why: row.why.clone().unwrap_or_default(),
    }
}

fn component(row: WatchedPart, here: &Here<'_>) -> ComponentRow {
    let watched = match row.watch {
        Some(Watch::Identity) => Some("exact identity"),
        Some(Watch::Indirect) => Some("its source or a second list"),
        Some(Watch::Dictionary) => Some("confirmed name and range"),
        Some(Watch::Heuristic) => Some("name only"),
        Some(Watch::Undecided) => Some("looked up, not settled"),
        Some(Watch::Nothing) => None,
        None => Some("not known for this moment"),
    };
    let open = here.with(&[("q", &row.part.name), ("open", "only")], "components");
    ComponentRow {
        name: row.part.name,
        identity: row.part.purl.or_else(|| row.part.cpes.first().cloned()),
        version: row.part.version,
        supplier: row.part.supplier,
        supported_until: row.supported_until.map(|day| day.parse().map_or(day, words::day)),
        watched: watched.map(str::to_owned),
        open: Count::new(row.open, open),
    }
}

fn sum(account: &ReleaseAccount, here: &Here<'_>) -> Sum {
    let explain = here.explain();
    let excluded = |n: i64| Count::new(figure(n), explain.clone());
    Sum {
        label: "Vulnerabilities known".to_owned(),
        total: excluded(account.known),
        lines: vec![
            Line::new(Tone::Affected, "Open", Count::new(figure(account.open), here.at("open"))),
            Line::new(Tone::Sure, "Decided", Count::new(figure(account.decided), here.at("open"))),
            Line::new(Tone::NotAffected, "Excluded by statement", excluded(account.excluded.statement)),
            Line::new(Tone::Fixed, "Excluded by a fix", excluded(account.excluded.fixed)),
            Line::new(Tone::Likely, "Excluded by version", excluded(account.excluded.version)),
            Line::new(Tone::Weak, "No such component", excluded(account.excluded.no_such_component)),
            Line::new(Tone::Unknown, "Not assessable", excluded(account.not_assessable)),
        ],
        beside: Some((
            "Blind spots, beside the sum".to_owned(),
            Count::new(
                figure(account.blind_spots),
                here.with(&[("watched", Watch::Nothing.as_str())], "components"),
            ),
        )),
    }
}

fn changes(found: part::Changes, parent: String) -> Changes {
    Changes {
        parent,
        more: found.rows.len().saturating_sub(CHANGES) as u64,
        unchanged: found.unchanged,
        rows: found.rows.into_iter().take(CHANGES).map(change).collect(),
    }
}

fn change(change: part::Change) -> Change {
    let (name, before, now) = (change.name, change.open_before, change.open_now);
    let consequence = match before.cmp(&now) {
        std::cmp::Ordering::Greater => format!("{} fewer open", words::thousands(before - now)),
        std::cmp::Ordering::Less => format!("{} more open", words::thousands(now - before)),
        std::cmp::Ordering::Equal => String::new(),
    };
    match (change.before, change.now) {
        (Some(from), Some(to)) => Change::Changed { name, from, to, consequence },
        (None, to) => Change::Added { name, version: to.unwrap_or_default(), consequence },
        (Some(version), None) => Change::Removed { name, version, consequence },
    }
}

fn places(countries: BTreeMap<Option<String>, u64>, here: &Here<'_>) -> Countries {
    let mut rows: Vec<Country> = countries
        .into_iter()
        .map(|(country, units)| Country {
            known: Count::new(units, here.units(&[("country", country.as_deref().unwrap_or(UNKNOWN))])),
            name: country.unwrap_or_else(|| "Place not known".to_owned()),
            unread: None,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.known.n));
    Countries { known_words: "Units".to_owned(), tone: Tone::Sure, rows }
}
