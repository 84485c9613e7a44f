//! esp-idf: how the maker of an embedded SDK identified its parts and what it decided (`truth/esp-idf`).
//!
//! Three questions. Does a part known by name or repository alone get the CPE that the maker gave it (`:mapping`)? Are the
//! pairs that the maker had to answer listed when the CPE is given (recall)? Are flaws that the maker calls unrelated to
//! anything in the SDK, and those whose fix is in the version itself, left alone (precision)?

use std::{collections::BTreeSet, path::Path};

use component::{cpe::Cpe, purl::Purl};
use matcher::{identify::identify, inventory::Item, verdict::State};
use serde_json::Value;

use super::{
    Tell,
    corpus::Feeds,
    found::Found,
    row::{Row, Tally},
    truth::{encoded, inventory, lines, text, texts},
};

pub(super) fn measure(corpus: &Path, feeds: &Feeds, tell: &mut Tell) -> anyhow::Result<Vec<Row>> {
    let folder = corpus.join("truth/esp-idf");
    let unrelated = unrelated(&std::fs::read_to_string(folder.join("excluded_cves.yaml"))?);
    let (mut triage, mut mapping) = (Tally::default(), Tally::default());
    let (mut unnamed, mut unrecorded) = (0_u32, 0_u32);
    for row in lines(&folder.join("components.jsonl"))? {
        let cpes: Vec<Cpe> = texts(&row, "/cpe").iter().filter_map(|cpe| Cpe::parse(cpe).ok()).collect();
        if cpes.is_empty() {
            unnamed += 1;
            continue;
        }
        mapping.add(&map(&row, &cpes, tell));
        let part_keys: Vec<String> = cpes.iter().filter_map(key).collect();
        let version = text(&row, "/version");
        let part = Item {
            name: text(&row, "/name").to_owned(),
            version: Some(version.to_owned()),
            cpes,
            ..Item::default()
        };
        let found = Found::of(&feeds.index, &inventory(vec![part]));
        for said in row["not_affected"].as_array().into_iter().flatten() {
            let (flaw, reason) = (text(said, "/cve"), text(said, "/reason"));
            if !is_recorded(feeds, flaw, &part_keys) {
                unrecorded += 1;
                continue;
            }
            let state = found.state(0, flaw);
            let told = || format!("{} {version} {flaw} {state:?}: {reason}", text(&row, "/name"));
            triage.labels += 1;
            let fixed_in_version = reason.starts_with("Resolved in v");
            match (fixed_in_version, state) {
                (true, Some(State::InRange)) => {
                    triage.false_found += 1;
                    tell.say(|| format!("esp-idf found wrongly {}", told()));
                }
                (true, _) => {}
                (false, Some(State::InRange)) => triage.true_found += 1,
                (false, state) => {
                    triage.missed += 1;
                    triage.indeterminate += u32::from(state == Some(State::Undecided));
                    tell.say(|| format!("esp-idf missed {}", told()));
                }
            }
        }
        for flaw in &unrelated {
            if found.state(0, flaw) == Some(State::InRange) {
                triage.false_found += 1;
                triage.labels += 1;
                tell.say(|| format!("esp-idf unrelated {} {version} {flaw}", text(&row, "/name")));
            }
        }
    }
    Ok(vec![
        triage.row("esp-idf", &feeds.snapshot).with("without_record", unrecorded),
        mapping.row("esp-idf:mapping", "").with("without_cpe", unnamed),
    ])
}

/// Whether name, version and repository alone lead to the maker's CPE.
fn map(row: &Value, cpes: &[Cpe], tell: &mut Tell) -> Tally {
    let (name, version, url) = (text(row, "/name"), text(row, "/version"), text(row, "/url"));
    let purl = match url.strip_prefix("https://github.com/") {
        Some(path) => format!("pkg:github/{}@{}", path.trim_end_matches('/'), encoded(version)),
        None => format!("pkg:generic/{}@{}", encoded(&name.to_lowercase()), encoded(version)),
    };
    let part = Item {
        name: name.to_owned(),
        version: Some(version.to_owned()),
        purl: Purl::parse(&purl).ok(),
        ..Item::default()
    };
    let identity = identify(&part, &inventory(vec![part.clone()]));
    let own: Vec<&str> =
        identity.keys.iter().filter(|key| key.finds).filter_map(|key| key.key.strip_prefix("cpe:")).collect();
    let mut tally = Tally { labels: 1, ..Tally::default() };
    let hit = cpes.iter().filter_map(key).any(|cpe| own.contains(&cpe.as_str()));
    if hit {
        tally.true_found = 1;
    } else {
        tally.missed = 1;
        tally.false_found = u32::from(!own.is_empty());
        tally.indeterminate = u32::from(own.is_empty());
        tell.say(|| {
            format!(
                "esp-idf:mapping {name} {purl} is {own:?}, the maker says {}",
                texts(row, "/cpe").join(" ")
            )
        });
    }
    tally
}

/// `part:vendor:product`.
fn key(cpe: &Cpe) -> Option<String> {
    let (vendor, product) = (cpe.vendor.unquoted()?, cpe.product.unquoted()?);
    Some(format!("{}:{vendor}:{product}", cpe.part.as_str()))
}

/// Whether a loaded record of the flaw names the maker's product.
fn is_recorded(feeds: &Feeds, flaw: &str, keys: &[String]) -> bool {
    let groups = feeds.index.find_all(flaw);
    let mut products = groups.into_iter().flat_map(|group| feeds.index.products(group));
    products.any(|product| keys.iter().any(|key| product.strip_prefix("cpe:") == Some(key)))
}

/// Flaws that the list gives one reason for and no product: unrelated to all of them.
fn unrelated(yaml: &str) -> BTreeSet<String> {
    yaml.lines()
        .filter(|line| line.starts_with("CVE-"))
        .filter_map(|line| line.split_once(':'))
        .filter(|(_, reason)| !reason.trim().is_empty())
        .map(|(flaw, _)| flaw.to_owned())
        .collect()
}
