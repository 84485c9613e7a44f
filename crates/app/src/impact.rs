//! "Are we hit?" over the whole fleet: every unit in exactly one part of the answer.
//!
//! What a person signed counts before what was matched. A unit whose release is not known cannot be ruled out as long as any
//! release of its product is exposed, or could not be asked. Not here: the exposed releases alone (`exposed`).

mod answer;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    case::Case,
    id::{ProductId, ReleaseId},
    ledger::AsOf,
    person::Permission,
};
use store::{View, page::Page};

use crate::{
    App, AppError, Viewer,
    account::account,
    case,
    corpus::{Corpora, has_exploited_catalogue},
    cvss::{Cvss, cvss_of},
    exposed::{ExposedRelease, ExposedReport, exposed, find_vulnerabilities},
    product::{self, ProductSort},
    release::{self, ReleaseFilter, ReleaseSort},
    unit::{Place, UnitFilter},
};

pub use answer::{Answer, Country, Hit, Question, answer};

/// Rows that are read in one go.
const CHUNK: u32 = 1_000;

/// Where a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Signed: affected.
    Affected,
    /// In range, without a decision.
    Open,
    /// Signed: fixed.
    Fixed,
    /// Signed: not affected.
    NotAffected,
    /// It cannot be ruled out.
    Unknown,
    /// Its release was asked and is not in range.
    Absent,
}

/// The whole answer.
#[derive(Clone, Debug)]
pub struct Impact {
    /// The exposed releases.
    pub exposed: ExposedReport,
    /// What is known of the vulnerability.
    pub about: About,
    /// Its case, as far as the viewer may know of it.
    pub case: Option<Case>,
    /// Every release, by product and version.
    pub releases: Vec<Stand>,
    /// Units whose release is not known, by product.
    pub unread: Vec<Unread>,
    /// All units, counted on their own.
    pub units: u64,
}

/// What is known of a vulnerability.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The shown name first.
    pub names: Vec<String>,
    /// One line.
    pub summary: String,
    /// RFC 3339.
    pub published: Option<String>,
    /// When it entered the catalogue of exploited vulnerabilities; `Some(None)` = it is not in it; none = no catalogue.
    pub exploited: Option<Option<String>>,
    /// Probability of exploitation in millionths.
    pub epss_ppm: Option<u32>,
    /// Base score.
    pub cvss: Option<Cvss>,
}

/// A release in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// Id.
    pub release: ReleaseId,
    /// `slug@version`.
    pub reference: String,
    /// Name of the product and version.
    pub name: String,
    /// Where its units stand.
    pub part: Part,
    /// Its units.
    pub units: u64,
    /// Known sites where they are.
    pub sites: u64,
    /// Why it could not be asked, for a person.
    pub blind: Option<String>,
}

/// Units of a product whose release is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Id.
    pub product: ProductId,
    /// Name.
    pub name: String,
    /// Unknown, or absent where every release of the product was asked and none is in range.
    pub part: Part,
    /// How many.
    pub units: u64,
}

impl Part {
    /// All.
    pub const ALL: [Self; 6] =
        [Self::Affected, Self::Open, Self::Fixed, Self::NotAffected, Self::Unknown, Self::Absent];

    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::Open => "open",
            Self::Fixed => "fixed",
            Self::NotAffected => "not_affected",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }

    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }

    fn of(release: &ExposedRelease) -> Self {
        match (release.signed(), release.verdict) {
            (Some("affected"), _) => Self::Affected,
            (Some("fixed"), _) => Self::Fixed,
            (Some("not_affected"), _) => Self::NotAffected,
            (_, "in_range") => Self::Open,
            _ => Self::Unknown,
        }
    }
}

impl Impact {
    /// Units in a part.
    #[must_use]
    pub fn units_in(&self, part: Part) -> u64 {
        let releases = self.releases.iter().filter(|stand| stand.part == part).map(|stand| stand.units);
        let unread = self.unread.iter().filter(|unread| unread.part == part).map(|unread| unread.units);
        releases.chain(unread).sum()
    }

    /// Releases in a part.
    #[must_use]
    pub fn releases_in(&self, part: Part) -> u64 {
        self.releases.iter().filter(|stand| stand.part == part).count() as u64
    }

    /// The units of these parts, as a list asks for them.
    #[must_use]
    pub fn filter(&self, parts: &[Part], place: Place) -> UnitFilter {
        let releases = self.releases.iter().filter(|stand| parts.contains(&stand.part));
        let unread = self.unread.iter().filter(|unread| parts.contains(&unread.part));
        UnitFilter::Releases {
            releases: releases.map(|stand| stand.release.clone()).collect(),
            unread: unread.map(|unread| unread.product.clone()).collect(),
            place,
        }
    }
}

/// Answers for a vulnerability, given by any of its names.
pub fn impact(app: &App, viewer: &Viewer, as_of: AsOf, name: &str) -> Result<Impact, AppError> {
    viewer.require(Permission::Read)?;
    let exposed = exposed(app, viewer, as_of, name)?;
    let blind: BTreeMap<String, String> = account(app, viewer, as_of, None)?
        .releases
        .into_iter()
        .filter_map(|row| Some((format!("{}@{}", row.product, row.release), row.note?)))
        .collect();
    let hit: BTreeMap<&ReleaseId, Part> =
        exposed.releases.iter().map(|release| (&release.release_id, Part::of(release))).collect();
    let mut releases = Vec::new();
    // Products of which a release is hit, or could not be asked.
    let mut suspected = BTreeSet::new();
    each_release(app, viewer, as_of, |line| {
        let id = ReleaseId(line.id);
        let blind = blind.get(&line.reference).cloned();
        let part = match (hit.get(&id), &blind) {
            (Some(part), _) => *part,
            (None, Some(_)) => Part::Unknown,
            (None, None) => Part::Absent,
        };
        if part != Part::Absent {
            suspected.insert(line.product.clone());
        }
        releases.push(Stand {
            release: id,
            name: format!("{} {}", line.product_name, line.version),
            reference: line.reference,
            part,
            units: count(line.units),
            sites: count(line.sites),
            blind: blind.filter(|_| part == Part::Unknown),
        });
    })?;
    releases.sort_by(|left, right| left.reference.cmp(&right.reference));
    let mut unread = Vec::new();
    each_product(app, viewer, as_of, |line| {
        if line.units_with_unknown_release > 0 {
            // A product without any release is as little known as one that could not be asked.
            let unknown = line.releases == 0 || suspected.contains(&line.slug);
            unread.push(Unread {
                product: ProductId(line.id),
                name: line.name,
                part: if unknown { Part::Unknown } else { Part::Absent },
                units: count(line.units_with_unknown_release),
            });
        }
    })?;
    let (case, units, recorded) = app.store.read(as_of, |view| {
        let units = count(view.count_units(&viewer.audiences)?);
        let known = find_vulnerabilities(view, viewer, &exposed.vulnerability)?;
        let case = case::of_flaw(view, viewer, &known)?;
        let summary = known.into_iter().next().map_or_else(String::new, |first| first.summary);
        Ok::<_, AppError>((case, units, summary))
    })?;
    let about = about(app, viewer, &exposed.vulnerability, recorded)?;
    Ok(Impact { exposed, about, case, releases, unread, units })
}

/// Calls for every release, page by page.
pub fn each_release(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    mut take: impl FnMut(release::ReleaseLine),
) -> Result<(), AppError> {
    let mut page = Page::first(CHUNK);
    loop {
        let listed = release::list(app, viewer, as_of, &ReleaseFilter::All, ReleaseSort::Version, &page)?;
        listed.rows.into_iter().for_each(&mut take);
        let Some(next) = listed.next else { return Ok(()) };
        page.after = Some(next);
    }
}

/// Calls for every product, by name, page by page.
pub fn each_product(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    mut take: impl FnMut(product::ProductLine),
) -> Result<(), AppError> {
    let mut page = Page::first(CHUNK);
    loop {
        let listed = product::list(app, viewer, as_of, ProductSort::Name, &page)?;
        listed.rows.into_iter().for_each(&mut take);
        let Some(next) = listed.next else { return Ok(()) };
        page.after = Some(next);
    }
}

/// What the corpora that are mapped now tell of a vulnerability, the public one first; without one, what the record keeps.
pub fn about(app: &App, viewer: &Viewer, name: &str, recorded: String) -> Result<About, AppError> {
    let corpora = app.corpora(viewer)?;
    app.store.read(AsOf::Now, |view| about_in(view, viewer, &corpora, name, recorded))
}

/// The same for a reader who stands at a moment: whether a catalogue of exploited vulnerabilities was there by then.
pub(crate) fn about_in(
    view: &View<'_>,
    viewer: &Viewer,
    corpora: &Corpora,
    name: &str,
    recorded: String,
) -> Result<About, AppError> {
    let bare = About { names: vec![name.to_owned()], summary: recorded, ..About::default() };
    let found = corpora.iter().find_map(|corpus| corpus.index.group(corpus.index.find(name)?));
    let Some(group) = found else { return Ok(bare) };
    let catalogued = has_exploited_catalogue(view, &viewer.audiences)?;
    Ok(About {
        names: group.names.iter().map(|name| (*name).to_owned()).collect(),
        summary: if bare.summary.is_empty() { group.summary.to_owned() } else { bare.summary },
        published: group.published.map(str::to_owned),
        exploited: catalogued.then(|| group.kev.map(|kev| kev.added.to_owned())),
        epss_ppm: group.epss.map(|epss| epss.probability_ppm),
        cvss: cvss_of(&group),
    })
}

/// A figure of the store.
pub(crate) fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}
