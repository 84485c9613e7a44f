//! The built-in intelligence as facts: ids, dates, scores, weaknesses, products and ranges. Sentences are our own.
//!
//! Not here: the forms in which the live services deliver such facts (`feeds`).

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::Timestamp;

const FILES: [(Origin, &str); 6] = [
    (Origin::Nvd, include_str!("../../demo/intelligence/nvd.tsv")),
    (Origin::Overrides, include_str!("../../demo/intelligence/nvd-overrides.tsv")),
    (Origin::Vulnrichment, include_str!("../../demo/intelligence/vulnrichment.tsv")),
    (Origin::Kernel, include_str!("../../demo/intelligence/kernel-cna.tsv")),
    (Origin::Openssl, include_str!("../../demo/intelligence/openssl-cna.tsv")),
    (Origin::Osv, include_str!("../../demo/intelligence/osv.tsv")),
];
const KEV: &str = include_str!("../../demo/intelligence/kev.tsv");
const EPSS: &str = include_str!("../../demo/intelligence/epss.tsv");
const TITLES: &str = include_str!("../../demo/titles.tsv");
const WEAKNESSES: &str = include_str!("../../demo/weaknesses.tsv");

/// Whose record a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Origin {
    Nvd,
    Overrides,
    Vulnrichment,
    Kernel,
    Openssl,
    Osv,
}

/// What one source says about one vulnerability.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) origin: Origin,
    pub(crate) id: &'static str,
    pub(crate) aliases: Vec<&'static str>,
    pub(crate) published: Timestamp,
    pub(crate) modified: Timestamp,
    /// Base score as written (`9.8`), when stated, and vector.
    pub(crate) score: Option<(Option<&'static str>, &'static str)>,
    /// CWE numbers.
    pub(crate) weaknesses: Vec<&'static str>,
    pub(crate) products: Vec<Affected>,
    /// One sentence of our own.
    pub(crate) title: String,
}

/// A product and its affected versions.
#[derive(Debug)]
pub(crate) struct Affected {
    /// `a:vendor:product`, or `ecosystem:name`.
    pub(crate) key: &'static str,
    pub(crate) ranges: Vec<Range>,
}

/// A range of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// `[lower,upper)` and its kin; an empty bound is open.
    Between { lower: &'static str, lower_in: bool, upper: &'static str, upper_in: bool },
    /// This version alone.
    Exactly(&'static str),
}

/// An entry of the catalogue of known exploited vulnerabilities.
#[derive(Debug)]
pub(crate) struct Exploited {
    pub(crate) id: &'static str,
    pub(crate) added: &'static str,
    pub(crate) due: &'static str,
    pub(crate) ransomware: bool,
}

/// All facts.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) facts: Vec<Fact>,
    pub(crate) exploited: Vec<Exploited>,
    /// Id, probability, percentile.
    pub(crate) scores: Vec<[&'static str; 3]>,
}

impl Facts {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let titles: BTreeMap<&str, &str> = rows(TITLES).filter_map(|row| row.split_once('\t')).collect();
        let words: BTreeMap<&str, &str> = rows(WEAKNESSES).filter_map(|row| row.split_once('\t')).collect();
        let mut facts = Vec::new();
        for (origin, text) in FILES {
            for row in rows(text) {
                facts.push(fact(origin, row, &titles, &words).with_context(|| format!("facts: {row}"))?);
            }
        }
        let exploited = rows(KEV)
            .filter_map(|row| {
                let [id, added, due, ransomware] = cells(row)?;
                Some(Exploited { id, added, due, ransomware: ransomware == "yes" })
            })
            .collect();
        Ok(Self { facts, exploited, scores: rows(EPSS).filter_map(cells).collect() })
    }
}

fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn cells<const N: usize>(row: &'static str) -> Option<[&'static str; N]> {
    row.split('\t').collect::<Vec<_>>().try_into().ok()
}

fn fact(
    origin: Origin,
    row: &'static str,
    titles: &BTreeMap<&str, &str>,
    words: &BTreeMap<&str, &str>,
) -> anyhow::Result<Fact> {
    let mut columns = row.split('\t');
    let mut next = || columns.next().context("too few columns");
    let (id, aliases, published, modified, score, weaknesses) =
        (next()?, next()?, next()?, next()?, next()?, next()?);
    let products: Vec<Affected> = columns.map(affected).collect::<anyhow::Result<_>>()?;
    let aliases: Vec<&str> = aliases.split_whitespace().collect();
    let weaknesses: Vec<&str> = weaknesses.split_whitespace().collect();
    let title = std::iter::once(&id)
        .chain(&aliases)
        .find_map(|name| titles.get(name))
        .map_or_else(|| made_title(&weaknesses, &products, words), |title| (*title).to_owned());
    Ok(Fact {
        origin,
        id,
        aliases,
        published: published.parse()?,
        modified: modified.parse()?,
        score: score.split_once(' ').map(|(base, vector)| (Some(base).filter(|base| *base != "-"), vector)),
        weaknesses,
        products,
        title,
    })
}

fn affected(column: &'static str) -> anyhow::Result<Affected> {
    let mut words = column.split(' ');
    let key = words.next().context("no product")?;
    Ok(Affected { key, ranges: words.map(range).collect::<anyhow::Result<_>>()? })
}

fn range(text: &'static str) -> anyhow::Result<Range> {
    if let Some(version) = text.strip_prefix('=') {
        return Ok(Range::Exactly(version));
    }
    let inner = text.strip_prefix(['[', '(']).and_then(|rest| rest.strip_suffix([']', ')']));
    let (lower, upper) =
        inner.and_then(|inner| inner.split_once(',')).with_context(|| format!("range {text}"))?;
    Ok(Range::Between { lower, lower_in: text.starts_with('['), upper, upper_in: text.ends_with(']') })
}

/// A sentence from the weakness and the component.
fn made_title(weaknesses: &[&str], products: &[Affected], words: &BTreeMap<&str, &str>) -> String {
    let what = weaknesses.iter().find_map(|number| words.get(number)).copied().unwrap_or("Flaw");
    let component = products.first().map_or_else(String::new, |product| component(product.key));
    format!("{what} in {component}")
}

/// The name of a component as people write it.
fn component(key: &str) -> String {
    let name = match key.split_once(':') {
        Some(("a" | "o" | "h", rest)) => rest.split_once(':').map_or(rest, |(_, product)| product),
        Some((_, name)) => name.rsplit(['/', ':']).next().unwrap_or(name),
        None => key,
    };
    match name {
        "linux_kernel" => "the Linux kernel".to_owned(),
        "windows_10_1809" => "Windows 10 version 1809".to_owned(),
        "openssl" => "OpenSSL".to_owned(),
        "openssh" => "OpenSSH".to_owned(),
        "libcurl" => "curl".to_owned(),
        ".net" => ".NET".to_owned(),
        "libexpat" => "Expat".to_owned(),
        "mbed_tls" => "Mbed TLS".to_owned(),
        "v4" | "v2" | "v8" => key.rsplit('/').nth(1).unwrap_or(name).to_owned(),
        other => other.replace('\\', "").replace('_', " "),
    }
}
