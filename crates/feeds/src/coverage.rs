//! What each source declares to cover: only inside it is the absence of a record an answer.
//!
//! Language and CPE sources cover whole prefixes of product keys. Distributions are covered release by release, as far as
//! their records speak of a release: a source that is silent about a release says nothing about it.

use std::collections::BTreeSet;

use matcher::index::Coverage;
use matcher::record::{Record, Source};

/// Collects what the loaded sources cover.
#[derive(Clone, Debug, Default)]
pub struct Coverages {
    sources: BTreeSet<Source>,
    releases: BTreeSet<(String, String)>,
}

impl Coverages {
    /// Takes note of a loaded source.
    pub fn source(&mut self, source: &Source) {
        if !self.sources.contains(source) {
            self.sources.insert(source.clone());
        }
    }

    /// Takes note of the releases of a distribution that a record of its source speaks of.
    pub fn record(&mut self, record: &Record) {
        let source = record.source.0.as_str();
        if !DISTRIBUTIONS.contains(&base(source)) {
            return;
        }
        for statement in &record.statements {
            let key = statement.key.0.as_str();
            let prefix = key.split_inclusive('/').next().filter(|prefix| prefix.starts_with("distro:"));
            if let Some(prefix) = prefix
                && !self.releases.iter().any(|(known, what)| known == source && what == prefix)
            {
                self.releases.insert((source.to_owned(), prefix.to_owned()));
            }
        }
    }

    /// Everything that is covered.
    pub fn declared(self) -> impl Iterator<Item = Coverage> {
        let prefixes = self.sources.into_iter().flat_map(|source| {
            let what = covered(&source.0);
            what.iter().map(move |what| Coverage { source: source.clone(), what: (*what).to_owned() })
        });
        let releases =
            self.releases.into_iter().map(|(source, what)| Coverage { source: Source(source), what });
        prefixes.chain(releases)
    }
}

/// Prefixes of product keys. A source that is not named here (suppliers' CSAF and VEX, fixtures, overrides, vulnrichment)
/// covers nothing: absence of a record in it is no answer.
fn covered(source: &str) -> &'static [&'static str] {
    match source {
        "nvd" => &["cpe:"],
        "cve" => &["cve:"],
        "kernel-cna" => &["cve:linux|linux"],
        "openssl-cna" => &["cve:openssl|openssl"],
        "osv:Bitnami" => &["purl:bitnami/"],
        "osv:crates.io" => &["purl:cargo/"],
        "osv:Go" => &["purl:golang/"],
        "osv:Hex" => &["purl:hex/"],
        "osv:Maven" => &["purl:maven/"],
        "osv:npm" => &["purl:npm/"],
        "osv:NuGet" => &["purl:nuget/"],
        "osv:Packagist" => &["purl:composer/"],
        "osv:Pub" => &["purl:pub/"],
        "osv:PyPI" => &["purl:pypi/"],
        "osv:RubyGems" => &["purl:gem/"],
        _ => &[],
    }
}

/// Sources whose records speak for whole releases of a distribution.
const DISTRIBUTIONS: [&str; 11] = [
    "osv:AlmaLinux",
    "osv:Alpine",
    "osv:Chainguard",
    "osv:Debian",
    "osv:Mageia",
    "osv:openEuler",
    "osv:openSUSE",
    "osv:Rocky Linux",
    "osv:SUSE",
    "osv:Ubuntu",
    "osv:Wolfi",
];

/// `osv:Debian` of `osv:Debian:12`, the folder of one release.
fn base(source: &str) -> &str {
    match source.match_indices(':').nth(1) {
        Some((at, _)) => &source[..at],
        None => source,
    }
}
