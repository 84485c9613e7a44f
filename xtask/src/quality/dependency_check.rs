//! dependency-check-base: identifications that users reported as wrong (`truth/dependency-check-base`).
//!
//! For each rule a part is made that its selector describes, once as it is and, for a package of an ecosystem, once with the
//! wrong CPE beside it as a scanner would write it. A CPE beside a `pkg:generic` is the author's own word and not a guess. A violation is an identity that finds by that CPE, or the reported vulnerability in range.

use std::{collections::BTreeSet, path::Path};

use component::{cpe::Cpe, purl::Purl};
use matcher::{identify::identify, inventory::Item, verdict::State};
use serde_json::Value;

use super::{
    Tell,
    corpus::Feeds,
    found::Found,
    row::Row,
    sample::sample,
    truth::{inventory, lines, text, texts},
};

pub(super) fn measure(corpus: &Path, feeds: &Feeds, tell: &mut Tell) -> anyhow::Result<Row> {
    let path = corpus.join("truth/dependency-check-base/false-positives.jsonl");
    let (mut rules, mut violations, mut unreadable) = (0_u32, 0_u32, 0_u32);
    for rule in lines(&path)? {
        rules += 1;
        let parts = parts(&rule);
        if parts.is_empty() {
            unreadable += 1;
            tell.say(|| format!("dependency-check-base unreadable {}", text(&rule, "/selector")));
        }
        let broken = parts.iter().find_map(|part| violation(part, &rule, feeds));
        if let Some(what) = broken {
            violations += 1;
            tell.say(|| format!("dependency-check-base violated {}: {what}", text(&rule, "/selector")));
        }
    }
    Ok(Row::new("dependency-check-base")
        .with("passed", rules - violations - unreadable)
        .with("failed", violations)
        .with("waived", unreadable)
        .with("n", rules)
        .with("violations", violations)
        .with("snapshot", "corpus 2026-11-21"))
}

fn violation(part: &Item, rule: &Value, feeds: &Feeds) -> Option<String> {
    let inventory = inventory(vec![part.clone()]);
    let wrong = wrong_keys(rule);
    let identity = identify(part, &inventory);
    if let Some(key) = identity.keys.iter().filter(|key| key.finds).find(|key| wrong.contains(&key.key)) {
        return Some(format!("identified as {}", key.key));
    }
    let found = Found::of(&feeds.index, &inventory);
    let flaws = texts(rule, "/cve").into_iter().chain(texts(rule, "/vulnerability_name"));
    flaws
        .into_iter()
        .find(|flaw| found.state(0, flaw) == Some(State::InRange))
        .map(|flaw| format!("{flaw} in range"))
}

/// The parts that the selector describes.
fn parts(rule: &Value) -> Vec<Item> {
    let selector = text(rule, "/selector");
    // Both of the two ways in which the list writes one rule.
    let both = ["generic", "nuget"].map(|ty| selector.replace("(generic|nuget)", ty));
    let selectors = if both[0] == both[1] { &both[..1] } else { &both[..] };
    selectors.iter().flat_map(|selector| parts_of(rule, selector)).collect()
}

fn parts_of(rule: &Value, selector: &str) -> Vec<Item> {
    let regex = rule["regex"].as_bool().unwrap_or_default();
    let text_of = if regex { sample(selector) } else { Some(selector.to_owned()) };
    let Some(described) = text_of else { return Vec::new() };
    let plain = match text(rule, "/selector_kind") {
        // Anything at all, or anything but one package.
        "packageUrl" if !described.contains(':') => {
            Purl::parse("pkg:maven/org.example/example@1").ok().map(of_purl)
        }
        "packageUrl" => Purl::parse(&described).ok().map(of_purl).or_else(|| Some(of_name(&described))),
        "gav" => {
            let mut words = described.split(':').filter(|word| !word.is_empty());
            let (group, artifact) = (words.next().unwrap_or("group"), words.next().unwrap_or("artifact"));
            let version = words.next().unwrap_or("1.0.0");
            Purl::parse(&format!("pkg:maven/{group}/{artifact}@{version}")).ok().map(of_purl)
        }
        _ => Some(of_name(described.rsplit(['/', '\\']).next().unwrap_or(&described))),
    };
    let Some(plain) = plain else { return Vec::new() };
    let mut parts = vec![plain.clone()];
    // A scanner's guess beside a package URL: it must not find anything.
    let guesses = cpes(rule).into_iter().filter_map(|cpe| Cpe::parse(&cpe).ok()).collect::<Vec<_>>();
    let ecosystem = plain.purl.as_ref().is_some_and(|purl| purl.ty != "generic");
    if ecosystem && !guesses.is_empty() {
        parts.push(Item { cpes: guesses, ..plain });
    }
    parts
}

/// A part of which only the name is known, as for a file, or for a package URL that is none.
fn of_name(name: &str) -> Item {
    Item { name: name.to_owned(), version: Some("1.0.0".to_owned()), ..Item::default() }
}

fn of_purl(purl: Purl) -> Item {
    Item { name: purl.name.clone(), version: purl.version.clone(), purl: Some(purl), ..Item::default() }
}

fn cpes(rule: &Value) -> Vec<String> {
    let list = rule["cpe"].as_array();
    list.into_iter()
        .flatten()
        .filter(|cpe| !cpe["regex"].as_bool().unwrap_or_default())
        .map(|cpe| text(cpe, "/value").to_owned())
        .collect()
}

fn wrong_keys(rule: &Value) -> BTreeSet<String> {
    let keys = cpes(rule).into_iter().filter_map(|cpe| Cpe::parse(&cpe).ok());
    keys.filter_map(|cpe| {
        let (vendor, product) = (cpe.vendor.unquoted()?, cpe.product.unquoted()?);
        Some(format!("cpe:{}:{}:{}", cpe.part.as_str(), vendor.to_lowercase(), product.to_lowercase()))
    })
    .collect()
}
