//! The catalogue of known exploited vulnerabilities. It is taken whole or not at all: from a part of it, absence would
//! be read as "not known to be exploited".

use matcher::record::Kev;
use serde::Deserialize;

use crate::report::{Issue, IssueCode, Item};
use crate::text::{List, Text, utc};
use crate::unit;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Catalogue<'a> {
    #[serde(borrow)]
    catalog_version: Text<'a>,
    #[serde(default, borrow)]
    date_released: Text<'a>,
    #[serde(borrow)]
    vulnerabilities: List<Entry<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(default, borrow, rename = "cveID")]
    cve_id: Text<'a>,
    #[serde(default, borrow)]
    date_added: Text<'a>,
    #[serde(default, borrow)]
    due_date: Text<'a>,
    #[serde(default, borrow)]
    known_ransomware_campaign_use: Text<'a>,
}

/// Reads one catalogue; entries without an id are listed and left out.
pub fn parse(raw: Vec<u8>) -> Result<(Item, Vec<Issue>), Issue> {
    let catalogue: Catalogue<'_> = serde_json::from_slice(&raw).map_err(unit::malformed)?;
    let mut issues = Vec::new();
    let mut entries = Vec::with_capacity(catalogue.vulnerabilities.len());
    for (index, entry) in catalogue.vulnerabilities.iter().enumerate() {
        let Some(id) = entry.cve_id.some().filter(|id| !id.contains('\0')) else {
            let pointer = format!("/vulnerabilities/{index}/cveID");
            issues.push(unit::issue(&pointer, IssueCode::NoId, "the entry has no CVE id".to_owned()));
            continue;
        };
        entries.push(Kev {
            id: id.to_owned(),
            added: entry.date_added.get().to_owned(),
            due: entry.due_date.some().map(str::to_owned),
            ransomware: entry.known_ransomware_campaign_use.get().eq_ignore_ascii_case("known"),
        });
    }
    let catalog_version = catalogue.catalog_version.get().to_owned();
    let released = utc(catalogue.date_released.get()).unwrap_or_default();
    drop(catalogue);
    Ok((Item::Kev { catalog_version, released, entries, raw }, issues))
}
