//! The record's tables: what a revision table is, and the list of all of them. Each noun file owns its own constant.

use crate::Value;

/// Columns that hold need-to-know labels.
const LABELS: [&str; 2] = ["audience", "audiences"];

/// The value of `until` in an open revision.
pub const OPEN: i64 = i64::MAX;

/// A table of revisions. In SQL its columns are followed by `since INTEGER NOT NULL, until INTEGER NOT NULL`, with
/// `PRIMARY KEY (key…, since)`, `UNIQUE (key…, until)` and `CHECK (since < until)`.
///
/// Conventions that `verify` follows: a column named `blob` or `…_blob` holds the SHA-256 (hex) of a file in `blobs/`; a
/// column named `evidence` or `…_evidence` holds a digest of the table `evidence`.
#[derive(Debug)]
pub struct Table {
    /// Name in SQL.
    pub name: &'static str,
    /// The columns that name the thing over its revisions; part of `columns`, never null.
    pub key: &'static [&'static str],
    /// All columns but `since` and `until`, in the order values are given.
    pub columns: &'static [&'static str],
    /// Columns that hold contact data: only what `Vault::seal` returned is accepted.
    pub sealed: &'static [&'static str],
}

/// Every record table there is; `verify` walks this list, and a test compares it with the schema.
pub const RECORD_TABLES: &[&Table] = &[
    // portfolio
    &crate::build_evidence::BUILD_EVIDENCE,
    &crate::component::COMPONENT,
    &crate::forgotten::FORGOTTEN,
    &crate::inventory::INVENTORY,
    &crate::inventory::INVENTORY_COMPONENT,
    &crate::product::PRODUCT,
    &crate::release::RELEASE,
    &crate::site::SITE,
    &crate::unit::UNIT,
    // watch
    &crate::mapping::MAPPING,
    &crate::placement::PLACEMENT,
    &crate::source::SNAPSHOT,
    &crate::source::SOURCE,
    &crate::labelled_account::LABELLED_ACCOUNT,
    &crate::sweep::ACCOUNT,
    &crate::sweep::SWEEP,
    &crate::verdict::SETTLEMENT,
    &crate::verdict::VERDICT,
    &crate::vulnerability::VULNERABILITY,
    &crate::vulnerability::VULNERABILITY_NAME,
    // what is left of destroyed rows
    &crate::purged::PURGE,
    // desk
    &crate::case::CASE,
    &crate::decision::DECISION,
    &crate::person::PERSON,
    &crate::signature::SIGNATURE,
];

/// Numbers drawn under the head lock, see [`crate::Tx::draw`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// `CASE-0147`.
    CaseNumber,
    /// Distinct components.
    Component,
    /// Components in inventories.
    InventoryComponent,
    /// Verdicts.
    Verdict,
    /// Settlements of conditional verdicts.
    Settlement,
}

impl Counter {
    /// Its row in `ops_counter`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CaseNumber => "case_number",
            Self::Component => "component",
            Self::InventoryComponent => "inventory_component",
            Self::Verdict => "verdict",
            Self::Settlement => "settlement",
        }
    }
}

impl Table {
    /// Positions of the key columns within `columns`.
    pub(crate) fn key_positions(&self) -> Vec<usize> {
        self.key.iter().filter_map(|key| self.columns.iter().position(|column| column == key)).collect()
    }

    /// Whether rows say who may know of them.
    pub(crate) fn is_labelled(&self) -> bool {
        self.columns.iter().any(|column| LABELS.contains(column))
    }

    /// Whether a reader with these labels may see a row: its own label, and for a person every list they are on.
    pub(crate) fn is_seen(&self, values: &[Value], audiences: &[String]) -> bool {
        self.columns.iter().zip(values).filter(|(column, _)| LABELS.contains(column)).all(|(_, value)| {
            let Value::Text(text) = value else { return false };
            text.split(' ').all(|label| label.is_empty() || audiences.iter().any(|held| held == label))
        })
    }

    /// `id, slug, since, until`
    pub(crate) fn column_list(&self) -> String {
        format!("{}, since, until", self.columns.join(", "))
    }
}
