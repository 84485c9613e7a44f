//! Mappings in the record: what people said of parts without an identity. One that is withdrawn is closed.

use std::collections::{HashMap, HashSet};

use domain::{
    audience::Audience,
    id::{MappingId, ProductId, ReleaseId},
    mapping::{Mapping, RawPart, Ruling, Scope, VersionRule},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Mappings.
pub const MAPPING: Table = Table {
    name: "mapping",
    key: &["id"],
    columns: &[
        "id",
        "name",
        "version",
        "supplier",
        "purl",
        "scope",
        "release",
        "product",
        "ruling",
        "target",
        "version_rule",
        "why",
        "decided_by",
        "decided_name",
        "decided_at",
        "audience",
    ],
    sealed: &[],
};

impl Tx<'_> {
    /// Writes mappings down.
    pub fn add_mappings(&mut self, mappings: &[Mapping]) -> Result<(), StoreError> {
        self.bulk(&MAPPING, mappings.iter().map(values).collect())
    }

    /// Withdraws a mapping.
    pub fn close_mapping(&mut self, id: &MappingId) -> Result<(), StoreError> {
        self.close(&MAPPING, &[id.into()])
    }
}

impl View<'_> {
    /// Mappings under these labels, in the order of names, then of when they were made.
    pub fn mappings(&self, audiences: &[String]) -> Result<Vec<Mapping>, StoreError> {
        self.rows_joined(
            &[SELECT, "AND audience IN (LIST $2)", ORDER],
            &[self.sequence().into(), audiences.into()],
            read,
        )
    }

    /// Every mapping, whoever may know of it: what a sweep and a page apply where it holds.
    pub fn all_mappings(&self) -> Result<Vec<Mapping>, StoreError> {
        self.rows_joined(&[SELECT, ORDER], &[self.sequence().into()], read)
    }

    /// A mapping by id.
    pub fn mapping(&self, id: &MappingId, audiences: &[String]) -> Result<Option<Mapping>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), id.into()];
        let found = self.rows_joined(&[SELECT, "AND audience IN (LIST $2) AND id = $3"], &values, read)?;
        Ok(found.into_iter().next())
    }

    /// Mappings that were made after an entry.
    pub fn mappings_made_after(&self, sequence: i64) -> Result<HashSet<MappingId>, StoreError> {
        let values = [self.sequence().into(), sequence.into()];
        Ok(self.rows(MADE_AFTER, &values, |row| Ok(MappingId(row.text(0)?)))?.into_iter().collect())
    }

    /// The product of every release, whoever may know of it.
    pub fn products_of_releases(&self) -> Result<HashMap<ReleaseId, ProductId>, StoreError> {
        let rows = self.rows(PRODUCTS, &[self.sequence().into()], |row| {
            Ok((ReleaseId(row.text(0)?), ProductId(row.text(1)?)))
        })?;
        Ok(rows.into_iter().collect())
    }
}

const SELECT: &str = "SELECT id, name, version, supplier, purl, scope, release, product, ruling, target, version_rule, why, \
    decided_by, decided_name, decided_at, audience FROM mapping WHERE since <= $1 AND until > $1";
const ORDER: &str = "ORDER BY name, since, id";
const MADE_AFTER: &str = "SELECT id FROM mapping WHERE since <= $1 AND until > $1 AND since > $2";
const PRODUCTS: &str = "SELECT id, product FROM release WHERE since <= $1 AND until > $1";

fn values(mapping: &Mapping) -> Vec<Value> {
    let (release, product) = match &mapping.scope {
        Scope::Release(release) => (Some(&release.0), None),
        Scope::ProductLine(product) => (None, Some(&product.0)),
        Scope::Component | Scope::Organisation => (None, None),
    };
    let part = &mapping.part;
    vec![
        (&mapping.id).into(),
        (&part.name).into(),
        part.version.as_ref().into(),
        part.supplier.as_ref().into(),
        part.purl.as_ref().into(),
        mapping.scope.as_str().into(),
        release.into(),
        product.into(),
        mapping.ruling.as_str().into(),
        mapping.ruling.target().map(str::to_owned).as_ref().into(),
        mapping.version_rule.to_string().into(),
        (&mapping.why).into(),
        (&mapping.decided_by).into(),
        (&mapping.decided_name).into(),
        (&mapping.decided_at).into(),
        (&mapping.audience).into(),
    ]
}

fn read(row: &Row<'_>) -> Result<Mapping, StoreError> {
    let (scope, ruling, rule) = (row.text(5)?, row.text(8)?, row.text(10)?);
    let scope = match (scope.as_str(), row.optional_text(6)?, row.optional_text(7)?) {
        ("component", None, None) => Scope::Component,
        ("release", Some(release), None) => Scope::Release(ReleaseId(release)),
        ("product_line", None, Some(product)) => Scope::ProductLine(ProductId(product)),
        ("organisation", None, None) => Scope::Organisation,
        _ => return Err(StoreError::unreadable(5, "a scope", &scope)),
    };
    let target = row.optional_text(9)?;
    Ok(Mapping {
        id: MappingId(row.text(0)?),
        part: RawPart {
            name: row.text(1)?,
            version: row.optional_text(2)?,
            supplier: row.optional_text(3)?,
            purl: row.optional_text(4)?,
        },
        scope,
        ruling: Ruling::of(&ruling, target.as_deref())
            .ok_or_else(|| StoreError::unreadable(8, "a ruling", &ruling))?,
        version_rule: VersionRule::parse(&rule)
            .ok_or_else(|| StoreError::unreadable(10, "a version rule", &rule))?,
        why: row.text(11)?,
        decided_by: row.text(12)?,
        decided_name: row.text(13)?,
        decided_at: row.text(14)?,
        audience: Audience(row.text(15)?),
    })
}
