//! Reads the tables of the seed pack (`products/*.toml`, described in `products.md`).
//!
//! They are part of the program: a test holds that each one is read. Not here: what the names lead to.

use serde::Deserialize;

use super::{Edition, Implied, Line, Product};
use crate::inventory::Role;
use component::version::Scheme;

const TABLES: [(&str, &str); 8] = [
    ("cryptography", include_str!("products/cryptography.toml")),
    ("data", include_str!("products/data.toml")),
    ("imaging", include_str!("products/imaging.toml")),
    ("libraries", include_str!("products/libraries.toml")),
    ("network", include_str!("products/network.toml")),
    ("runtimes", include_str!("products/runtimes.toml")),
    ("systems", include_str!("products/systems.toml")),
    ("windows", include_str!("products/windows.toml")),
];
const WAIVERS: &str = include_str!("products/waivers.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    product: Vec<Row>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Row {
    name: String,
    trade: Vec<String>,
    plain: Vec<String>,
    cpe: Vec<String>,
    cve: Vec<String>,
    github: Vec<String>,
    role: Option<String>,
    scheme: Option<String>,
    line: Option<LineRow>,
    edition: Vec<EditionRow>,
    implies: Vec<ImpliedRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRow {
    of: String,
    version: String,
    build: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionRow {
    name: String,
    supported_until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImpliedRow {
    product: String,
    from: Option<String>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiverTable {
    waiver: Vec<Waiver>,
}

/// Names that are listed although no record of the corpus has them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// CPE `part:vendor:product` or CVE `vendor|product`.
    pub names: Vec<String>,
    /// Why.
    pub reason: String,
}

/// Every product of every table, in their order; a table that cannot be read has none.
pub(super) fn products() -> Vec<Product> {
    let rows = TABLES.iter().filter_map(|(_, text)| toml::from_str::<Table>(text).ok());
    rows.flat_map(|table| table.product).map(Product::from).collect()
}

/// The waivers.
pub(super) fn waivers() -> Vec<Waiver> {
    toml::from_str::<WaiverTable>(WAIVERS).map(|table| table.waiver).unwrap_or_default()
}

impl From<Row> for Product {
    fn from(row: Row) -> Self {
        Self {
            name: row.name,
            trade: row.trade,
            plain: row.plain,
            cpes: row.cpe,
            cves: row.cve,
            repositories: row.github,
            role: row.role.as_deref().and_then(role),
            scheme: row.scheme.as_deref().and_then(Scheme::from_name),
            line: row.line.map(|line| Line { of: line.of, version: line.version, build: line.build }),
            editions: row
                .edition
                .into_iter()
                .map(|edition| Edition { name: edition.name, supported_until: edition.supported_until })
                .collect(),
            implies: row
                .implies
                .into_iter()
                .map(|edge| Implied { product: edge.product, from: edge.from, why: edge.why })
                .collect(),
        }
    }
}

fn role(word: &str) -> Option<Role> {
    Some(match word {
        "operating_system" => Role::OperatingSystem,
        "runtime" => Role::Runtime,
        "hardware" => Role::Hardware,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_whole() {
        for (name, text) in TABLES {
            let table = toml::from_str::<Table>(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let names: Vec<&str> = table.product.iter().map(|row| row.name.as_str()).collect();
            assert!(!names.is_empty() && names.iter().all(|name| !name.is_empty()), "{name}");
            for row in &table.product {
                assert!(row.role.as_deref().is_none_or(|word| role(word).is_some()), "{}", row.name);
                let scheme = row.scheme.as_deref();
                assert!(scheme.is_none_or(|name| Scheme::from_name(name).is_some()), "{}", row.name);
            }
        }
        toml::from_str::<WaiverTable>(WAIVERS).unwrap_or_else(|error| panic!("waivers: {error}"));
    }
}
