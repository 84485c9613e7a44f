//! The whole answer of a page: the vulnerability with its units by serial number and by country, or what else the question
//! may mean. One call, so that a page needs no second thought about what belongs together.

use std::collections::BTreeMap;

use domain::ledger::AsOf;

use super::{Impact, Part, impact};
use crate::{
    App, AppError, Viewer,
    case::{self, CaseDetail},
    finding_group::FindingGroup,
    inventory::{self, PlaceLine},
    product::{Listed, Page},
    site,
    unit::{self, Place, UnitFilter, UnitLine},
    watch::{FindingFilter, FindingSort, findings},
};

/// What is listed by serial number when no part was chosen.
const HIT: [Part; 3] = [Part::Affected, Part::Open, Part::Unknown];
/// Examples, and the choices of a question that means several things.
const EXAMPLES: usize = 5;
const CHOICES: u32 = 20;

/// A question as a page asks it.
#[derive(Clone, Debug)]
pub struct Question<'q> {
    /// A vulnerability by any name, a serial number, or words of a component; empty: nothing was asked.
    pub text: &'q str,
    /// The parts whose units are listed; none: all that may be hit.
    pub parts: Option<Vec<Part>>,
    /// Units there only.
    pub place: Place,
    /// Which of them.
    pub page: Page,
}

/// What a question comes to.
#[derive(Debug)]
pub enum Answer {
    /// Nothing was asked: the vulnerabilities that are open in most units.
    Nothing(Vec<FindingGroup>),
    /// It is a vulnerability.
    Vulnerability(Box<Hit>),
    /// No vulnerability has this name: units and components that have it, perhaps none.
    Otherwise {
        /// Units with this serial number.
        units: Vec<UnitLine>,
        /// Components all of whose words match.
        places: Vec<PlaceLine>,
    },
}

/// A vulnerability over the whole fleet.
#[derive(Debug)]
pub struct Hit {
    /// Every unit in one part.
    pub impact: Impact,
    /// Its case, with what is proposed and signed.
    pub case: Option<CaseDetail>,
    /// The units that were asked for.
    pub units: Listed<UnitLine>,
    /// How many they are on all pages.
    pub units_total: u64,
    /// Units affected or in range, most first.
    pub countries: Vec<Country>,
    /// Units that cannot be ruled out, where no other unit is hit.
    pub unknown_elsewhere: u64,
}

/// Units of a vulnerability in a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2; none = place not known.
    pub code: Option<String>,
    /// Affected or in range.
    pub hit: u64,
    /// Cannot be ruled out.
    pub unknown: u64,
}

/// Answers a page.
pub fn answer(app: &App, viewer: &Viewer, as_of: AsOf, question: &Question<'_>) -> Result<Answer, AppError> {
    if question.text.is_empty() {
        let all = FindingFilter::default();
        return Ok(Answer::Nothing(
            findings(app, viewer, as_of, &all, FindingSort::Units, None, EXAMPLES)?.groups,
        ));
    }
    match impact(app, viewer, as_of, question.text) {
        Ok(impact) => Ok(Answer::Vulnerability(Box::new(hit(app, viewer, as_of, question, impact)?))),
        Err(AppError::NotFound { .. }) => {
            let serial = UnitFilter::Serial(question.text.to_owned());
            Ok(Answer::Otherwise {
                units: unit::list(app, viewer, as_of, &serial, &Page::first(CHOICES))?.rows,
                places: inventory::where_is(app, viewer, as_of, question.text, CHOICES)?,
            })
        }
        Err(error) => Err(error),
    }
}

fn hit(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    question: &Question<'_>,
    impact: Impact,
) -> Result<Hit, AppError> {
    let case = impact.case.as_ref().map(|case| case::show(app, viewer, as_of, &case.label())).transpose()?;
    let parts = question.parts.as_deref().unwrap_or(&HIT);
    let filter = impact.filter(parts, question.place.clone());
    let units = unit::list(app, viewer, as_of, &filter, &question.page)?;
    let units_total = unit::count(app, viewer, as_of, &filter)?;
    let countries = countries(app, viewer, as_of, &impact)?;
    // Units that cannot be ruled out may also stand where no other unit is hit.
    let named: u64 = countries.iter().map(|country| country.unknown).sum();
    let unknown_elsewhere = impact.units_in(Part::Unknown).saturating_sub(named);
    Ok(Hit { impact, case, units, units_total, countries, unknown_elsewhere })
}

fn countries(app: &App, viewer: &Viewer, as_of: AsOf, impact: &Impact) -> Result<Vec<Country>, AppError> {
    let hit = impact.releases.iter().filter(|stand| matches!(stand.part, Part::Affected | Part::Open));
    let releases: Vec<_> = hit.map(|stand| stand.release.clone()).collect();
    let mut units: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for site in site::units_by_site(app, viewer, as_of, &releases)? {
        *units.entry(site.country).or_default() += u64::try_from(site.units).unwrap_or_default();
    }
    let mut rows = Vec::with_capacity(units.len());
    for (code, hit) in units {
        let place = code.clone().map_or(Place::Unknown, Place::Country);
        let unknown = unit::count(app, viewer, as_of, &impact.filter(&[Part::Unknown], place))?;
        rows.push(Country { code, hit, unknown });
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.hit));
    Ok(rows)
}
