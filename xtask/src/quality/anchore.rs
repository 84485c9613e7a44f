//! anchore-dev: what people said of findings in container images (`truth/anchore-dev`).
//!
//! A label is *decidable* when a loaded record names its vulnerability with its package in its ecosystem (in its
//! distribution, for a distribution's package); that is read from the records and not from the matcher. Where the truth
//! guessed a part's ecosystem from its name or its image, the labels are a row of their own (`-weak`). Only parts that
//! somebody labelled are there; distribution, architecture, module stream and CPEs of the original SBOMs are missing.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use anyhow::Context as _;
use component::purl::Purl;
use matcher::{inventory::Item, verdict::State};
use serde_json::Value;

use super::{
    Tell,
    corpus::Feeds,
    found::Found,
    row::{Row, Tally, round},
    truth::{encoded, inventory, lines, text},
};

/// Newest year that is labelled in full.
const LAST_YEAR: u32 = 2021;

/// The labels that count, by image.
pub(super) struct Labels {
    images: BTreeMap<String, Image>,
    /// Left out before anything is matched, by cause.
    left_out: BTreeMap<&'static str, u32>,
}

#[derive(Default)]
struct Image {
    name: String,
    distribution: String,
    parts: Vec<Part>,
    labels: Vec<Label>,
}

struct Part {
    name: String,
    version: String,
    ty: String,
    basis: String,
    source: String,
    purl: String,
}

struct Label {
    /// Position in `Image::parts`.
    part: usize,
    name: String,
    truth: bool,
}

impl Labels {
    pub(super) fn read(corpus: &Path) -> anyhow::Result<Self> {
        let folder = corpus.join("truth/anchore-dev");
        let mut images = read_images(&folder)?;
        let mut places: HashMap<(String, String, String), usize> = HashMap::new();
        for value in lines(&folder.join("components.jsonl"))? {
            let digest = text(&value, "/image_digest").to_owned();
            let image = images.entry(digest.clone()).or_default();
            let part = part(&value, &image.distribution);
            places.insert((digest, part.name.clone(), part.version.clone()), image.parts.len());
            image.parts.push(part);
        }
        let mut left_out: BTreeMap<&'static str, u32> = BTreeMap::new();
        let mut said: BTreeMap<(String, usize, String), BTreeSet<String>> = BTreeMap::new();
        for value in lines(&folder.join("labels.jsonl"))? {
            let digest = text(&value, "/image").rsplit('@').next().unwrap_or_default().to_owned();
            let name = match text(&value, "/effective_cve") {
                "" => text(&value, "/vulnerability_id"),
                cve => cve,
            };
            let key = (
                digest.clone(),
                text(&value, "/package/name").to_owned(),
                text(&value, "/package/version").to_owned(),
            );
            let cause = if key.1.is_empty() {
                Some("without a package")
            } else if year(name).is_some_and(|year| year > LAST_YEAR) {
                Some("of a year that is not labelled in full")
            } else if text(&value, "/label") == "??" {
                Some("unclear by its own word")
            } else {
                None
            };
            match (cause, places.get(&key)) {
                (Some(cause), _) => *left_out.entry(cause).or_default() += 1,
                (None, None) => *left_out.entry("of a part that is not listed").or_default() += 1,
                (None, Some(part)) => {
                    let labels = said.entry((digest, *part, name.to_owned())).or_default();
                    labels.insert(text(&value, "/label").to_owned());
                }
            }
        }
        for ((digest, part, name), labels) in said {
            if labels.len() > 1 {
                *left_out.entry("labelled both ways").or_default() += 1;
            } else if let Some(image) = images.get_mut(&digest) {
                image.labels.push(Label { part, name, truth: labels.contains("TP") });
            }
        }
        Ok(Self { images, left_out })
    }

    /// Every vulnerability that a label names.
    pub(super) fn vulnerabilities(&self) -> BTreeSet<String> {
        self.images.values().flat_map(|image| &image.labels).map(|label| label.name.clone()).collect()
    }

    pub(super) fn measure(&self, feeds: &Feeds, tell: &mut Tell) -> anyhow::Result<Vec<Row>> {
        let (mut all, mut decidable, mut weak) = (Tally::default(), Tally::default(), Tally::default());
        let mut by_image: BTreeMap<&str, Tally> = BTreeMap::new();
        let mut by_type: BTreeMap<String, Tally> = BTreeMap::new();
        let mut causes: BTreeMap<String, u32> = BTreeMap::new();
        for image in self.images.values() {
            let items = image.parts.iter().map(Part::item).collect::<anyhow::Result<Vec<_>>>()?;
            let found = Found::of(&feeds.index, &inventory(items));
            for label in &image.labels {
                let part = &image.parts[label.part];
                let item = label.part as u32;
                let state = found.state(item, &label.name);
                let tally = tally(label.truth, state);
                all.add(&tally);
                match undecidable(part, &label.name, image, feeds) {
                    Some(cause) => {
                        *causes.entry(cause).or_default() += 1;
                        if state == Some(State::InRange) {
                            tell.say(|| told("found though undecidable", image, part, label));
                        }
                    }
                    None => {
                        if part.is_weak() {
                            weak.add(&tally);
                        } else {
                            decidable.add(&tally);
                            by_image.entry(&image.name).or_default().add(&tally);
                            by_type.entry(part.ty.clone()).or_default().add(&tally);
                        }
                        if tally.missed > 0 {
                            tell.say(|| {
                                told(
                                    &format!("missed ({})", state.map_or("out", State::word)),
                                    image,
                                    part,
                                    label,
                                )
                            });
                        } else if tally.false_found > 0 {
                            tell.say(|| told("found wrongly", image, part, label));
                        }
                    }
                }
            }
        }
        let snapshot = &feeds.snapshot;
        let mut rows = vec![
            all.row("anchore-dev", snapshot),
            decidable.row("anchore-dev:decidable", snapshot),
            weak.row("anchore-dev:decidable-weak", ""),
        ];
        for (ty, tally) in by_type {
            rows.push(tally.row(format!("anchore-dev:decidable:{ty}"), ""));
        }
        rows.push(over_images(&by_image));
        for (image, tally) in by_image {
            rows.push(tally.row(format!("anchore-dev:{image}"), ""));
        }
        let mut left = Row::new("anchore-dev:undecidable");
        let total: u32 = causes.values().sum();
        left = left.with("total", total);
        for (cause, labels) in causes {
            left = left.with(&cause, labels);
        }
        rows.push(left);
        let mut out = Row::new("anchore-dev:left-out");
        for (cause, labels) in &self.left_out {
            out = out.with(cause, *labels);
        }
        rows.push(out);
        Ok(rows)
    }
}

/// The unweighted mean over images, and the worst of them.
fn over_images(by_image: &BTreeMap<&str, Tally>) -> Row {
    let mut row = Row::new("anchore-dev:images").with("n", by_image.len());
    let figures_of = |name: &str, tally: &Tally| {
        if name == "precision" { tally.precision() } else { tally.recall() }
    };
    for name in ["precision", "recall"] {
        let figures: Vec<(f64, &str)> =
            by_image.iter().filter_map(|(image, tally)| Some((figures_of(name, tally)?, *image))).collect();
        let mean = figures.iter().map(|(figure, _)| figure).sum::<f64>() / figures.len().max(1) as f64;
        let worst = figures.iter().min_by(|left, right| left.0.total_cmp(&right.0));
        row = row.with(&format!("mean_{name}"), round(mean));
        if let Some((figure, image)) = worst {
            row =
                row.with(&format!("worst_{name}"), round(*figure)).with(&format!("worst_{name}_of"), *image);
        }
    }
    row
}

fn told(what: &str, image: &Image, part: &Part, label: &Label) -> String {
    format!(
        "anchore-dev {what}: {} {} {} {} [{}]",
        image.name, part.purl, label.name, label.truth, part.basis
    )
}

fn tally(truth: bool, state: Option<State>) -> Tally {
    let mut tally = Tally { labels: 1, ..Tally::default() };
    match (truth, state) {
        (true, Some(State::InRange)) => tally.true_found = 1,
        (true, state) => {
            tally.missed = 1;
            tally.indeterminate = u32::from(state == Some(State::Undecided));
        }
        (false, Some(State::InRange)) => tally.false_found = 1,
        (false, Some(State::Undecided)) => tally.indeterminate = 1,
        (false, _) => {}
    }
    tally
}

/// Why no loaded record can decide a label; `None` when one can.
fn undecidable(part: &Part, name: &str, image: &Image, feeds: &Feeds) -> Option<String> {
    if matches!(part.basis.as_str(), "unknown" | "name-ambiguous") {
        return Some("its kind of package is not known".to_owned());
    }
    let keys = feeds.named.get(name);
    let named = |test: &dyn Fn(&str) -> bool| keys.is_some_and(|keys| keys.iter().any(|key| test(key)));
    if let "deb" | "rpm" | "apk" = part.ty.as_str() {
        let (id, release) = image.distribution.split_once(':').unwrap_or((&image.distribution, ""));
        let place = format!("distro:{id}:{}/", major(id, release));
        if !feeds.releases.contains(&place) {
            return Some(format!(
                "no source for {}",
                if id.is_empty() { "an unnamed distribution" } else { id }
            ));
        }
        let own = [format!("{place}{}", part.name), format!("{place}{}", part.source)];
        return (!named(&|key| own.iter().any(|own| own == key)))
            .then(|| format!("no record of {id} names it with the package"));
    }
    let Ok(purl) = Purl::parse(&part.purl) else {
        return Some("its kind of package is not known".to_owned());
    };
    if part.ty == "generic" {
        let own = part.name.to_lowercase();
        // `node` is the product `node.js`.
        let is_own = |product: &str| product == own || product.split('.').next() == Some(&own);
        return (!named(&|key| key.starts_with("cpe:") && key.rsplit(':').next().is_some_and(is_own)))
            .then(|| "no CVE record names the product".to_owned());
    }
    let own = format!("purl:{}", purl.canonical_key());
    if named(&|key| key == own) {
        return None;
    }
    if part.ty == "maven" && purl.namespace.is_none() {
        return Some("the label gives no group id".to_owned());
    }
    Some(format!("no record of {} names it with the package", part.ty))
}

fn year(name: &str) -> Option<u32> {
    name.strip_prefix("CVE-")?.split('-').next()?.parse().ok()
}

/// The release as records write it.
fn major(id: &str, release: &str) -> String {
    match id {
        "almalinux" | "rocky" | "rhel" | "ol" | "centos" | "amzn" | "debian" => {
            release.split(['.', '-']).next().unwrap_or_default().to_owned()
        }
        _ => release.to_owned(),
    }
}

fn read_images(folder: &Path) -> anyhow::Result<BTreeMap<String, Image>> {
    let text = std::fs::read_to_string(folder.join("images.csv")).context("images.csv")?;
    let mut images = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [digest, repository, tag, _, distribution, release, ..] = cells.as_slice() else {
            anyhow::bail!("images.csv: {line}");
        };
        let id = match *distribution {
            "amazonlinux" => "amzn",
            "rockylinux" => "rocky",
            "oraclelinux" => "ol",
            other => other,
        };
        let repository = repository.trim_start_matches("docker.io/");
        let short = digest.get(7..15).unwrap_or_default();
        let tag = if tag.is_empty() { short } else { tag };
        let distribution = if release.is_empty() {
            id.to_owned()
        } else {
            format!("{id}:{}", release.replace("rolling", ""))
        };
        images.insert(
            (*digest).to_owned(),
            Image { name: format!("{repository}:{tag}"), distribution, ..Image::default() },
        );
    }
    Ok(images)
}

fn part(value: &Value, distribution: &str) -> Part {
    let field = |name: &str| text(value, &format!("/{name}")).to_owned();
    let mut part = Part {
        name: field("name"),
        version: field("version"),
        ty: field("type"),
        basis: field("type_basis"),
        source: field("source_package"),
        purl: String::new(),
    };
    let (id, release) = distribution.split_once(':').unwrap_or((distribution, ""));
    let (name, version) = (encoded(&part.name), encoded(&part.version));
    part.purl = match part.ty.as_str() {
        "deb" | "rpm" | "apk" => {
            let release = if release.is_empty() { String::new() } else { format!("-{release}") };
            let distro = if id.is_empty() { String::new() } else { format!("?distro={id}{release}") };
            format!("pkg:{}/{id}/{name}@{version}{distro}", part.ty)
        }
        "" => String::new(),
        ty => match field("example_purl") {
            given if !given.is_empty() => given,
            _ => format!("pkg:{ty}/{name}@{version}"),
        },
    };
    part
}

impl Part {
    /// Its ecosystem was guessed from its name or from the image, so the label may speak of something else.
    fn is_weak(&self) -> bool {
        matches!(self.basis.as_str(), "name" | "image-hint") && self.ty != "generic"
    }

    fn item(&self) -> anyhow::Result<Item> {
        let purl = if self.purl.is_empty() {
            None
        } else {
            Some(Purl::parse(&self.purl).with_context(|| self.purl.clone())?)
        };
        Ok(Item {
            name: self.name.clone(),
            version: Some(self.version.clone()),
            purl,
            source_package: (!self.source.is_empty()).then(|| (self.source.clone(), None)),
            ..Item::default()
        })
    }
}
