//! The fleet: sites and units, as the tables that the importer reads, at the moments of the story.
//!
//! Every figure that a page of the design states is met exactly; the rest is shared out by repeatable chance.

use std::fmt::Write as _;

use anyhow::Context as _;

use super::{
    portfolio::Portfolio,
    random::{Random, share},
};

const PLACES: &str = include_str!("../../demo/places.txt");
const SITE_KINDS: [&str; 9] = [
    "Regional clinic",
    "Day clinic",
    "Home-care provider",
    "Dialysis centre",
    "District hospital",
    "Heart clinic",
    "Surgical centre",
    "Rehabilitation clinic",
    "Children's clinic",
];
const SITE_PLACES: [&str; 8] = ["North", "South", "East", "West", "Harbour", "Hill", "Park", "Old Town"];

/// Pumps of this version and of the one after it share what the design says of countries.
const AFFECTED: [&str; 2] = ["corva-4@4.1", "corva-4@4.2"];
const PUMP: &str = "corva-4";
const FIXED: &str = "corva-4@4.2.1";
/// Units whose version is not read, and at how many sites.
const UNREAD: (usize, usize) = (742, 38);
/// Affected and unread units of the countries that the design names; the others share the rest.
const NAMED: [(&str, usize, usize); 6] = [
    ("DE", 3_410, 90),
    ("US", 3_122, 212),
    ("FR", 2_204, 118),
    ("NO", 1_390, 20),
    ("ES", 1_275, 64),
    ("NL", 1_102, 31),
];
const OTHERS: (usize, usize) = (3_192, 207);
/// Countries that got no pump of version 4.2.
const WITHOUT_42: usize = 5;
/// Units that were unread until the import of 14 November.
const READ_LATE: usize = 793;

/// A site.
#[derive(Debug)]
pub(crate) struct DemoSite {
    pub(crate) name: String,
    pub(crate) customer: String,
    pub(crate) country: String,
    pub(crate) city: String,
    pub(crate) contact: String,
}

/// A unit.
#[derive(Debug)]
pub(crate) struct DemoUnit {
    pub(crate) serial: String,
    pub(crate) product: usize,
    /// `slug@version`; `None` = never read.
    pub(crate) release: Option<String>,
    pub(crate) site: usize,
    pub(crate) installed: jiff::civil::Date,
    /// Was not read before 14 November.
    pub(crate) read_late: bool,
}

/// Sites and units.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) sites: Vec<DemoSite>,
    pub(crate) units: Vec<DemoUnit>,
    udi_di: Vec<(String, String)>,
}

/// A table of units at a moment of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// January 2025: all but the pumps of version 4.2 and later, and those never read.
    First,
    /// Autumn 2025: pumps of version 4.2, and pumps that nobody has read yet.
    Pumps,
    /// 2 November: pumps that got 4.2.1.
    Updated,
    /// 14 November: pumps that were read at last.
    Read,
}

impl Fleet {
    /// Builds the fleet.
    pub(crate) fn build(portfolio: &Portfolio) -> anyhow::Result<Self> {
        let countries = countries()?;
        let sites = sites(&countries);
        let mut fill = Fill {
            portfolio,
            countries: &countries,
            used: vec![0; sites.len()],
            serials: vec![0; portfolio.products.len()],
            units: Vec::with_capacity(40_000),
        };
        for release in &portfolio.releases {
            if release.units > 0 {
                let name = release.name();
                let per_country = fill.per_country(&name, release.units);
                fill.place(Some(&name), &per_country, release.sites, &release.released)?;
            }
        }
        let unread: Vec<usize> = with_named(&countries, |(_, _, unread)| *unread, OTHERS.1);
        fill.place(None, &unread, UNREAD.1, "2024-06-03")?;
        let mut units = fill.units;
        mark_read_late(&mut units);
        known_serials(&mut units, &sites);
        let udi_di =
            portfolio.products.iter().map(|product| (product.slug.clone(), product.udi_di.clone())).collect();
        Ok(Self { sites, units, udi_di })
    }

    /// The table of sites.
    pub(crate) fn sites_csv(&self) -> String {
        let mut text = "name,customer,country,city,contact\n".to_owned();
        for site in &self.sites {
            let DemoSite { name, customer, country, city, contact } = site;
            let _ = writeln!(text, "{name},{customer},{country},{city},{contact}");
        }
        text
    }

    /// A table of units.
    pub(crate) fn units_csv(&self, table: Table) -> String {
        let mut text = match table {
            Table::First | Table::Pumps => {
                "serial,udi_di,udi_pi,product,release,site,installed_at\n".to_owned()
            }
            Table::Updated | Table::Read => "serial,product,release,installed_at\n".to_owned(),
        };
        for unit in &self.units {
            let (slug, udi_di) = &self.udi_di[unit.product];
            let release = unit.release.as_deref().unwrap_or_default();
            let newer = slug == PUMP && !matches!(release, "corva-4@4.0" | "corva-4@4.1") || unit.read_late;
            let updated = release == FIXED;
            let installed = unit.installed;
            let serial = &unit.serial;
            match table {
                Table::First | Table::Pumps => {
                    if newer != (table == Table::Pumps) {
                        continue;
                    }
                    let site = &self.sites[unit.site].name;
                    let release = match release {
                        _ if unit.read_late => "",
                        FIXED => "4.2",
                        other => version(other),
                    };
                    let installed = if updated { "2025-06-16".to_owned() } else { installed.to_string() };
                    let _ =
                        writeln!(text, "{serial},{udi_di},(21){serial},{slug},{release},{site},{installed}");
                }
                Table::Updated if updated => {
                    let _ = writeln!(text, "{serial},{slug},4.2.1,{installed}");
                }
                Table::Read if unit.read_late => {
                    let _ = writeln!(text, "{serial},{slug},{},{installed}", version(release));
                }
                Table::Updated | Table::Read => {}
            }
        }
        text
    }
}

fn version(release: &str) -> &str {
    release.split_once('@').map_or("", |(_, version)| version)
}

struct Country {
    code: &'static str,
    sites: usize,
    cities: Vec<&'static str>,
    /// Position of its first site.
    first: usize,
}

fn countries() -> anyhow::Result<Vec<Country>> {
    let mut first = 0;
    let mut countries = Vec::new();
    for line in PLACES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut words = line.split_whitespace();
        let code = words.next().with_context(|| format!("places: {line}"))?;
        let sites = words.next().unwrap_or_default().parse().with_context(|| format!("places: {line}"))?;
        countries.push(Country { code, sites, cities: words.collect(), first });
        first += sites;
    }
    Ok(countries)
}

fn sites(countries: &[Country]) -> Vec<DemoSite> {
    let mut sites: Vec<DemoSite> = Vec::new();
    let mut random = Random::of("sites");
    for country in countries {
        let mut names: Vec<(String, &str)> = Vec::new();
        for kind in SITE_KINDS {
            for city in &country.cities {
                for place in SITE_PLACES {
                    names.push((format!("{kind} {city} {place}"), city));
                }
            }
        }
        random.shuffle(&mut names);
        for (number, (name, city)) in names.into_iter().take(country.sites).enumerate() {
            sites.push(DemoSite {
                contact: format!("biomed.{}@{}.example", number + 1, plain(&name)),
                name,
                customer: format!("Care group {}-{:02}", country.code, number / 4 + 1),
                country: country.code.to_owned(),
                city: city.to_owned(),
            });
        }
    }
    // A place the design speaks of.
    if let Some(site) = sites.first_mut() {
        site.name = format!("Regional clinic {} ward 3", site.city);
    }
    sites
}

/// Letters, digits and hyphens of a name, as a host may have.
fn plain(name: &str) -> String {
    let mut host = String::new();
    for character in name.chars() {
        match character {
            'ø' | 'ö' | 'ó' => host.push('o'),
            'Å' | 'å' | 'ä' => host.push('a'),
            'ü' => host.push('u'),
            'è' | 'é' => host.push('e'),
            'ń' => host.push('n'),
            'ł' => host.push('l'),
            other if other.is_ascii_alphanumeric() => host.push(other.to_ascii_lowercase()),
            ' ' => host.push('-'),
            _ => {}
        }
    }
    host
}

/// A figure for each country: those the design names, and the rest of them by sites.
fn with_named(
    countries: &[Country],
    figure: impl Fn(&(&str, usize, usize)) -> usize,
    others: usize,
) -> Vec<usize> {
    let named = |country: &Country| NAMED.iter().find(|named| named.0 == country.code).map(&figure);
    let weights: Vec<usize> =
        countries.iter().map(|country| if named(country).is_some() { 0 } else { country.sites }).collect();
    let rest = share(others, &weights);
    countries.iter().zip(rest).map(|(country, rest)| named(country).unwrap_or(rest)).collect()
}

struct Fill<'a> {
    portfolio: &'a Portfolio,
    countries: &'a [Country],
    /// How often a site was chosen.
    used: Vec<usize>,
    /// Serial numbers given, by product.
    serials: Vec<usize>,
    units: Vec<DemoUnit>,
}

impl Fill<'_> {
    /// How many units of a version are in each country.
    fn per_country(&self, name: &str, total: usize) -> Vec<usize> {
        let [older, newer] = AFFECTED;
        if name != older && name != newer {
            let mut random = Random::of(name);
            let weights: Vec<usize> =
                self.countries.iter().map(|country| country.sites * (60 + random.below(80))).collect();
            return share(total, &weights);
        }
        let affected = with_named(self.countries, |(_, affected, _)| *affected, OTHERS.0);
        let last = self.countries.len() - WITHOUT_42;
        let of_newer: usize = if name == newer { total } else { affected.iter().sum::<usize>() - total };
        let weights: Vec<usize> =
            affected.iter().enumerate().map(|(index, units)| if index < last { *units } else { 0 }).collect();
        let newer_units = share(of_newer, &weights);
        if name == newer {
            return newer_units;
        }
        affected.iter().zip(newer_units).map(|(all, newer)| all - newer).collect()
    }

    /// Puts units of a version on sites; those used least so far come first.
    fn place(
        &mut self,
        release: Option<&str>,
        per_country: &[usize],
        site_count: usize,
        released: &str,
    ) -> anyhow::Result<()> {
        let slug = release.and_then(|name| name.split_once('@')).map_or(PUMP, |(slug, _)| slug);
        let product = self
            .portfolio
            .products
            .iter()
            .position(|product| product.slug == slug)
            .with_context(|| format!("no product {slug}"))?;
        let prefix = &self.portfolio.products[product].serial;
        let released: jiff::civil::Date = released.parse().with_context(|| format!("date {released}"))?;
        let mut random = Random::of(release.unwrap_or("unread"));
        let sites_in = self.sites_in(per_country, site_count);
        for ((country, &units), sites) in self.countries.iter().zip(per_country).zip(sites_in) {
            let mut order: Vec<usize> = (country.first..country.first + country.sites).collect();
            random.shuffle(&mut order);
            order.sort_by_key(|&site| self.used[site]);
            order.truncate(sites);
            let weights: Vec<usize> = order.iter().map(|_| 20 + random.below(100)).collect();
            let extra = share(units - sites.min(units), &weights);
            for (site, extra) in order.into_iter().zip(extra) {
                self.used[site] += 1;
                for _ in 0..=extra {
                    self.serials[product] += 1;
                    let days = i64::try_from(random.below(270)).unwrap_or_default();
                    let installed = released
                        .saturating_add(jiff::Span::new().days(days))
                        .min(jiff::civil::date(2026, 11, 1));
                    let serial = format!(
                        "{prefix}-{:02}{:02}-{:05}",
                        released.year() % 100,
                        random.below(52) + 1,
                        self.serials[product]
                    );
                    self.units.push(DemoUnit {
                        serial,
                        product,
                        release: release.map(str::to_owned),
                        site,
                        installed,
                        read_late: false,
                    });
                }
            }
        }
        Ok(())
    }

    /// How many sites of each country: at least one where there is a unit, no more than there are of either.
    fn sites_in(&self, per_country: &[usize], total: usize) -> Vec<usize> {
        let most: Vec<usize> = self
            .countries
            .iter()
            .zip(per_country)
            .map(|(country, units)| country.sites.min(*units))
            .collect();
        let mut sites: Vec<usize> = share(total, per_country)
            .into_iter()
            .zip(&most)
            .map(|(sites, most)| sites.clamp(usize::from(*most > 0), *most))
            .collect();
        loop {
            let sum: usize = sites.iter().sum();
            let step = match sum.cmp(&total) {
                std::cmp::Ordering::Equal => break,
                std::cmp::Ordering::Less => (0..sites.len())
                    .filter(|&index| sites[index] < most[index])
                    .max_by_key(|&index| most[index] - sites[index]),
                std::cmp::Ordering::Greater => {
                    (0..sites.len()).filter(|&index| sites[index] > 1).max_by_key(|&index| sites[index])
                }
            };
            let Some(index) = step else { break };
            if sum < total { sites[index] += 1 } else { sites[index] -= 1 }
        }
        sites
    }
}

/// Spreads the units that were read late over the affected versions.
fn mark_read_late(units: &mut [DemoUnit]) {
    let affected: Vec<usize> = units
        .iter()
        .enumerate()
        .filter(|(_, unit)| unit.release.as_deref().is_some_and(|name| AFFECTED.contains(&name)))
        .map(|(index, _)| index)
        .collect();
    let step = (affected.len() / READ_LATE).max(1);
    for &index in affected.iter().step_by(step).take(READ_LATE) {
        units[index].read_late = true;
    }
}

/// Serial numbers that the design shows.
fn known_serials(units: &mut [DemoUnit], sites: &[DemoSite]) {
    for (serial, release, country) in [
        ("C4-2209-01187", Some("corva-4@4.2"), "NO"),
        ("C4-2209-01188", Some("corva-4@4.2"), "NO"),
        ("C4-2114-00410", Some("corva-4@4.1"), "DE"),
        ("C4-2301-00092", Some("corva-4@4.2"), "ES"),
        ("C4-2008-00733", None, "FR"),
    ] {
        if units.iter().any(|unit| unit.serial == serial) {
            continue;
        }
        let fits = |unit: &&mut DemoUnit| {
            unit.release.as_deref() == release
                && sites[unit.site].country == country
                && !unit.read_late
                && !unit.serial.starts_with("C4-22")
        };
        let found = units.iter_mut().filter(|unit| unit.serial.starts_with("C4-")).find(fits);
        if let Some(unit) = found {
            unit.serial = serial.to_owned();
        }
    }
}
