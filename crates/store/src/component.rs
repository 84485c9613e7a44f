//! Distinct component identities in the record, and the words they are found by. Components have no label of their own:
//! who asks must come through an inventory that the viewer may know of.

use std::collections::{BTreeSet, HashMap};

use domain::{
    component::Component,
    id::{ComponentId, InventoryId},
};

use crate::{Counter, Row, StoreError, Table, Tx, Value, View};

/// Revisions of components. A component never changes: another identity is another component.
pub const COMPONENT: Table = Table {
    name: "component",
    key: &["id"],
    columns: &[
        "id",
        "name",
        "version",
        "purl",
        "cpes",
        "supplier",
        "source_package",
        "role",
        "patched",
        "identity",
    ],
    sealed: &[],
};

/// Words of components; can be rebuilt.
pub(crate) const COMPONENT_WORD: Table = Table {
    name: "cache_component_word",
    key: &["word", "component"],
    columns: &["word", "component"],
    sealed: &[],
};

/// A list of ids in one statement.
const CHUNK: usize = 5_000;

impl Tx<'_> {
    /// Opens the components that are not there yet (by identity); answers the ids of all, in order. The ids that came
    /// with them are not looked at.
    pub fn add_components(&mut self, components: &[Component]) -> Result<Vec<ComponentId>, StoreError> {
        let mut ids: HashMap<&str, i64> = HashMap::with_capacity(components.len());
        let identities: Vec<String> = components.iter().map(|component| component.identity.clone()).collect();
        let mut known: HashMap<String, i64> = HashMap::new();
        for chunk in identities.chunks(CHUNK) {
            let values = [self.sequence().into(), chunk.into()];
            known.extend(self.rows(BY_IDENTITY, &values, |row| Ok((row.text(1)?, row.integer(0)?)))?);
        }
        let mut fresh = Vec::new();
        for component in components {
            if let Some(id) = known.get(&component.identity) {
                ids.insert(&component.identity, *id);
            } else if !ids.contains_key(component.identity.as_str()) {
                ids.insert(&component.identity, 0);
                fresh.push(component);
            }
        }
        if !fresh.is_empty() {
            let count = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
            let first = self.draw_many(Counter::Component, count)?;
            let mut rows = Vec::with_capacity(fresh.len());
            // In the order of the table's key: many times quicker on a B-tree.
            let mut words = BTreeSet::new();
            for (id, component) in (first..).zip(fresh) {
                ids.insert(&component.identity, id);
                rows.push(values(id, component));
                words.extend(domain::component::words(component).into_iter().map(|word| (word, id)));
            }
            self.bulk(&COMPONENT, rows)?;
            let words: Vec<Vec<Value>> =
                words.into_iter().map(|(word, id)| vec![word.into(), id.into()]).collect();
            self.ops().bulk(&COMPONENT_WORD, &words)?;
        }
        Ok(components
            .iter()
            .map(|component| ComponentId(ids.get(component.identity.as_str()).copied().unwrap_or_default()))
            .collect())
    }
}

impl View<'_> {
    /// A component by id.
    pub fn component(&self, id: ComponentId) -> Result<Option<Component>, StoreError> {
        let values = [self.sequence().into(), id.into()];
        Ok(self.rows_joined(&[SELECT, "AND c.id = $2"], &values, |row| component(row, 0))?.pop())
    }

    /// Components by id, ordered by id.
    pub fn components(&self, ids: &[ComponentId]) -> Result<Vec<Component>, StoreError> {
        let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut components = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let values = [self.sequence().into(), chunk.into()];
            let fragments = [SELECT, "AND c.id IN (LIST $2) ORDER BY c.id"];
            components.extend(self.rows_joined(&fragments, &values, |row| component(row, 0))?);
        }
        Ok(components)
    }

    /// Every component's id and identity, by id.
    pub fn component_identities(&self) -> Result<Vec<(i64, String)>, StoreError> {
        self.rows(IDENTITIES, &[self.sequence().into()], |row| Ok((row.integer(0)?, row.text(1)?)))
    }

    /// The distinct components of inventories the caller may know of, ordered by id.
    pub fn components_of(&self, inventories: &[InventoryId]) -> Result<Vec<Component>, StoreError> {
        let inventories: Vec<String> = inventories.iter().map(|id| id.0.clone()).collect();
        let values = [self.sequence().into(), inventories.into()];
        self.rows_joined(&[SELECT, OF_INVENTORIES], &values, |row| component(row, 0))
    }
}

const SELECT: &str = "SELECT c.id, c.name, c.version, c.purl, c.cpes, c.supplier, c.source_package, c.role, c.patched, c.identity \
    FROM component c WHERE c.since <= $1 AND c.until > $1";
const OF_INVENTORIES: &str = "AND c.id IN (SELECT ic.component FROM inventory_component ic \
    WHERE ic.since <= $1 AND ic.until > $1 AND ic.inventory IN (LIST $2)) ORDER BY c.id";
const IDENTITIES: &str = "SELECT id, identity FROM component WHERE since <= $1 AND until > $1 ORDER BY id";
const BY_IDENTITY: &str = "SELECT c.id, c.identity FROM component c WHERE c.since <= $1 AND c.until > $1 AND c.identity IN (LIST $2)";

fn values(id: i64, component: &Component) -> Vec<Value> {
    vec![
        id.into(),
        (&component.name).into(),
        component.version.as_ref().into(),
        component.purl.as_ref().into(),
        component.cpes.as_ref().into(),
        component.supplier.as_ref().into(),
        component.source_package.as_ref().into(),
        component.role.as_ref().into(),
        component.patched.as_ref().into(),
        (&component.identity).into(),
    ]
}

/// Reads the ten columns of a component from `first` on.
pub(crate) fn component(row: &Row<'_>, first: usize) -> Result<Component, StoreError> {
    Ok(Component {
        id: ComponentId(row.integer(first)?),
        name: row.text(first + 1)?,
        version: row.optional_text(first + 2)?,
        purl: row.optional_text(first + 3)?,
        cpes: row.optional_text(first + 4)?,
        supplier: row.optional_text(first + 5)?,
        source_package: row.optional_text(first + 6)?,
        role: row.optional_text(first + 7)?,
        patched: row.optional_text(first + 8)?,
        identity: row.text(first + 9)?,
    })
}
