//! A portfolio of full size, made from a seed: families of releases that drift, packages whose use has a heavy tail, units
//! on sites. The same numbers give the same portfolio on every machine.

use component::{cpe::Cpe, purl::Purl, version::Scheme};
use matcher::{
    inventory::{Inventory, Item},
    portfolio::Builder,
    record::{Bound, ProductKey, Qualifiers, Record, Source, Span, Statement, Status},
};

/// How large.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) families: u32,
    pub(super) releases: u32,
    /// In each release.
    pub(super) parts: u32,
    pub(super) packages: u32,
    pub(super) units: u32,
    pub(super) sites: u32,
}

impl Size {
    /// Ten million parts, ten thousand releases, a million units.
    pub(super) const FULL: Self = Self {
        families: 300,
        releases: 10_000,
        parts: 1_000,
        packages: 57_000,
        units: 1_000_000,
        sites: 2_000,
    };

    /// Twice the releases, families, packages, units and sites.
    pub(super) fn doubled(self) -> Self {
        Self {
            families: self.families * 2,
            releases: self.releases * 2,
            packages: self.packages * 2,
            units: self.units * 2,
            sites: self.sites * 2,
            ..self
        }
    }
}

/// Packages that every device holds: the kernel among them.
pub(super) const EVERYWHERE: u32 = 20;

/// The generated portfolio.
pub(super) struct Fleet {
    /// Distinct (package, version).
    pub(super) parts: Vec<(u32, u32)>,
    /// Numbers of `parts`, by release.
    pub(super) releases: Vec<Vec<u32>>,
    /// (site, units), by release.
    pub(super) sites: Vec<Vec<(u32, u32)>>,
}

impl Fleet {
    pub(super) fn of(size: Size) -> Self {
        let mut random = Random(20_261_124);
        let mut numbers = std::collections::HashMap::new();
        let mut fleet = Self { parts: Vec::new(), releases: Vec::new(), sites: Vec::new() };
        let each = size.releases / size.families;
        let more = size.releases % size.families;
        for family in 0..size.families {
            let mut held: Vec<(u32, u32)> = Vec::with_capacity(size.parts as usize);
            let mut taken = std::collections::HashSet::new();
            for at in 0..size.parts {
                let mut package = if at < EVERYWHERE { at } else { random.rank(size.packages) };
                while !taken.insert(package) {
                    package = random.rank(size.packages);
                }
                held.push((package, random.below(40)));
            }
            for _ in 0..each + u32::from(family < more) {
                for part in &mut held {
                    if random.below(20) == 0 {
                        part.1 += 1 + random.below(3);
                    }
                }
                let release = held.iter().map(|part| {
                    *numbers.entry(*part).or_insert_with(|| {
                        fleet.parts.push(*part);
                        (fleet.parts.len() - 1) as u32
                    })
                });
                fleet.releases.push(release.collect());
            }
        }
        let mut units = vec![0_u32; size.releases as usize];
        (0..size.units).for_each(|_| units[random.rank(size.releases) as usize] += 1);
        for units in units {
            let mut sites = std::collections::BTreeMap::new();
            (0..units).for_each(|_| *sites.entry(random.rank(size.sites)).or_insert(0) += 1);
            fleet.sites.push(sites.into_iter().collect());
        }
        fleet
    }

    pub(super) fn instances(&self) -> usize {
        self.releases.iter().map(Vec::len).sum()
    }

    /// The bytes of its portfolio index.
    pub(super) fn index(&self) -> Vec<u8> {
        let mut builder = Builder::new();
        let device = Inventory::default();
        for (number, part) in (0..).zip(&self.parts) {
            builder.component(number, &item(*part), &device);
        }
        let names: Vec<String> = (0..).map(|site| format!("site {site}")).take(self.most_sites()).collect();
        for (number, (parts, sites)) in self.releases.iter().zip(&self.sites).enumerate() {
            let named = sites.iter().map(|(site, units)| (names[*site as usize].as_str(), *units));
            let release = builder.release(&format!("release {number}"), named);
            parts.iter().for_each(|part| builder.holds(release, *part));
        }
        builder.finish()
    }

    fn most_sites(&self) -> usize {
        self.sites.iter().flatten().map(|(site, _)| *site as usize + 1).max().unwrap_or(0)
    }
}

/// The part of a device that is a package in a version.
pub(super) fn item((package, version): (u32, u32)) -> Item {
    let text = version_text(package, version);
    let name = name(package);
    let purl = match package % 10 {
        0..4 => format!("pkg:rpm/almalinux/{name}@{text}?distro=almalinux-8.6"),
        4..6 => format!("pkg:npm/{name}@{text}"),
        6..8 => format!("pkg:pypi/{name}@{text}"),
        8 => format!("pkg:deb/debian/{name}@{text}?distro=debian-12"),
        _ => {
            let cpe = Cpe::parse(&format!("cpe:2.3:a:acme:{name}:{text}:*:*:*:*:*:*:*"));
            return Item { name, version: Some(text), cpes: cpe.into_iter().collect(), ..Item::default() };
        }
    };
    Item { name, version: Some(text), purl: Purl::parse(&purl).ok(), ..Item::default() }
}

fn name(package: u32) -> String {
    format!("package-{package}")
}

fn version_text(package: u32, version: u32) -> String {
    let text = format!("1.{}.{}", version / 10, version % 10);
    match package % 10 {
        0..4 => format!("{text}-1.el8"),
        8 => format!("{text}-1"),
        _ => text,
    }
}

/// A record that says: these packages are affected from a version on until it is fixed.
pub(super) fn record(id: &str, packages: &[u32], from: u32, fixed: u32) -> Record {
    let statements = packages.iter().map(|package| {
        let (key, scheme) = match package % 10 {
            0..4 => (format!("distro:almalinux:8/{}", name(*package)), Scheme::Rpm),
            4..6 => (format!("purl:npm/{}", name(*package)), Scheme::Semver),
            6..8 => (format!("purl:pypi/{}", name(*package)), Scheme::Pep440),
            8 => (format!("distro:debian:12/{}", name(*package)), Scheme::Debian),
            _ => (format!("cpe:a:acme:{}", name(*package)), Scheme::Generic),
        };
        Statement {
            pointer: "/affected/0".to_owned(),
            key: ProductKey(key),
            scheme: Some(scheme),
            spans: vec![Span {
                lower: Bound::Including(version_text(*package, from)),
                upper: Bound::Excluding(version_text(*package, fixed)),
                status: Status::Affected,
            }],
            default: Status::Unaffected,
            fixed_in: vec![version_text(*package, fixed)],
            qualifiers: Qualifiers::default(),
            condition: None,
            exact_only: false,
            flaw: None,
        }
    });
    Record {
        source: Source("osv:generated".to_owned()),
        id: id.to_owned(),
        modified: None,
        published: None,
        withdrawn: false,
        aliases: Vec::new(),
        upstream: Vec::new(),
        summary: String::new(),
        scores: Vec::new(),
        weaknesses: Vec::new(),
        statements: statements.collect(),
        conditions: Vec::new(),
    }
}

/// A generator without surprises (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: u32) -> u32 {
        (((self.next() >> 32) * u64::from(limit)) >> 32) as u32
    }

    /// A rank below `limit`, the lower the likelier: the chance falls as one over the rank.
    pub(super) fn rank(&mut self, limit: u32) -> u32 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits of chance")]
        let chance = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (f64::from(limit).powf(chance) as u32 - 1).min(limit - 1)
    }
}
