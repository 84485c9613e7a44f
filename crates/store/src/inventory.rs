//! SBOMs attached to releases, and which component stands where in them. An inventory is visible to whoever may know of it,
//! its release and its product. The original bytes lie in [`crate::Blobs`].

use domain::{
    audience::Audience,
    component::Component,
    id::{ComponentId, InventoryId, ProductId, ReleaseId},
    inventory::{Inventory, InventoryComponent},
};

use crate::{Counter, Row, StoreError, Table, Tx, Value, View, component};

/// Revisions of inventories; one open per release.
pub const INVENTORY: Table = Table {
    name: "inventory",
    key: &["id"],
    columns: &[
        "id",
        "release",
        "blob",
        "format",
        "spec_version",
        "file_name",
        "components",
        "issues",
        "issues_evidence",
        "distribution",
        "audience",
    ],
    sealed: &[],
};

/// Revisions of components in inventories; they end with their inventory.
pub const INVENTORY_COMPONENT: Table = Table {
    name: "inventory_component",
    key: &["id"],
    columns: &["id", "inventory", "position", "component", "reference", "path"],
    sealed: &[],
};

/// What a list of the components of one inventory shows; always in document order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartFilter {
    /// All.
    #[default]
    All,
    /// Those with neither package URL nor CPE: nothing can warn us about them.
    WithoutIdentity,
}

/// A component at its place in an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The place.
    pub place: InventoryComponent,
    /// The component.
    pub component: Component,
}

/// Where a component is: in which release of which product, and how it came there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The product.
    pub product: ProductId,
    /// Its slug.
    pub product_slug: String,
    /// Its name.
    pub product_name: String,
    /// The release.
    pub release: ReleaseId,
    /// Its version.
    pub version: String,
    /// The inventory.
    pub inventory: InventoryId,
    /// Position in the document.
    pub position: i64,
    /// The component.
    pub component: ComponentId,
    /// Dependency path, component names joined by ` > `.
    pub path: Option<String>,
}

impl Tx<'_> {
    /// Opens an inventory and the places of its components.
    pub fn add_inventory(
        &mut self,
        inventory: &Inventory,
        places: &[InventoryComponent],
    ) -> Result<(), StoreError> {
        self.open(&INVENTORY, &values(inventory))?;
        let count = i64::try_from(places.len()).unwrap_or(i64::MAX);
        let first = self.draw_many(Counter::InventoryComponent, count)?;
        let rows = (first..).zip(places).map(|(id, place)| place_values(id, place)).collect();
        self.bulk(&INVENTORY_COMPONENT, rows)
    }

    /// Closes an inventory and the places of its components.
    pub fn close_inventory(&mut self, id: &InventoryId) -> Result<(), StoreError> {
        self.close(&INVENTORY, &[id.into()])?;
        let keys =
            self.rows(PLACE_IDS, &[self.sequence().into(), id.into()], |row| Ok(vec![row.value(0)?]))?;
        self.close_bulk(&INVENTORY_COMPONENT, &keys)
    }
}

impl View<'_> {
    /// An inventory by id.
    pub fn inventory(&self, id: &InventoryId, audiences: &[String]) -> Result<Option<Inventory>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), id.into()];
        Ok(self.rows_joined(&[SELECT, VISIBLE, "AND i.id = $3"], &values, inventory)?.pop())
    }

    /// The inventory of a release.
    pub fn inventory_of_release(
        &self,
        release: &ReleaseId,
        audiences: &[String],
    ) -> Result<Option<Inventory>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), release.into()];
        Ok(self.rows_joined(&[SELECT, VISIBLE, "AND i.release = $3"], &values, inventory)?.pop())
    }

    /// All inventories, by product and version of their releases.
    pub fn current_inventories(&self, audiences: &[String]) -> Result<Vec<Inventory>, StoreError> {
        let values = [self.sequence().into(), audiences.into()];
        self.rows_joined(&[SELECT, VISIBLE, "ORDER BY p.slug, r.version"], &values, inventory)
    }

    /// The open inventory of a release, whoever may know of it; for replacing it.
    pub fn inventory_to_replace(&self, release: &ReleaseId) -> Result<Option<Inventory>, StoreError> {
        let values = [self.sequence().into(), release.into()];
        Ok(self.rows(TO_REPLACE, &values, inventory)?.pop())
    }

    /// All components of an inventory the caller may know of, in document order.
    pub fn inventory_components(&self, inventory: &InventoryId) -> Result<Vec<Part>, StoreError> {
        let values = [self.sequence().into(), inventory.into()];
        self.rows_joined(&[PARTS, "ORDER BY ic.position"], &values, part)
    }

    /// A page of the components of an inventory, after a position (0 is the first; -1 starts).
    pub fn inventory_components_page(
        &self,
        inventory: &InventoryId,
        filter: PartFilter,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Part>, StoreError> {
        let values = [self.sequence().into(), inventory.into(), after.into(), i64::from(limit).into()];
        let filter = match filter {
            PartFilter::All => "",
            PartFilter::WithoutIdentity => "AND c.purl IS NULL AND c.cpes IS NULL",
        };
        let fragments = [PARTS, filter, "AND ic.position > $3 ORDER BY ic.position LIMIT $4"];
        self.rows_joined(&fragments, &values, part)
    }

    /// When an inventory was attached, RFC 3339.
    pub fn inventory_received_at(&self, inventory: &InventoryId) -> Result<Option<String>, StoreError> {
        self.row(RECEIVED_AT, &[self.sequence().into(), inventory.into()], |row| row.text(0))
    }

    /// The component ids of an inventory, in document order.
    pub fn component_ids_of(&self, inventory: &InventoryId) -> Result<Vec<ComponentId>, StoreError> {
        let values = [self.sequence().into(), inventory.into()];
        self.rows(COMPONENT_IDS, &values, |row| Ok(ComponentId(row.integer(0)?)))
    }

    /// Number of components of an inventory that have neither package URL nor CPE.
    pub fn count_without_identity(&self, inventory: &InventoryId) -> Result<i64, StoreError> {
        let values = [self.sequence().into(), inventory.into()];
        Ok(self.row(WITHOUT_IDENTITY, &values, |row| row.integer(0))?.unwrap_or_default())
    }

    /// Where components are, by product, version and position.
    pub fn places_of(
        &self,
        components: &[ComponentId],
        audiences: &[String],
    ) -> Result<Vec<Place>, StoreError> {
        let ids: Vec<i64> = components.iter().map(|id| id.0).collect();
        let values = [self.sequence().into(), audiences.into(), ids.into()];
        let fragments =
            [PLACES, VISIBLE_PLACE, "AND ic.component IN (LIST $3) ORDER BY p.slug, r.version, ic.position"];
        self.rows_joined(&fragments, &values, place)
    }

    /// "Where is log4j": components all of whose words match (as [`domain::component::search_words`] makes them), at their
    /// places, by name, version, product. No words match nothing; words beyond the fourth are not looked at.
    pub fn where_is(
        &self,
        words: &[String],
        audiences: &[String],
        limit: u32,
    ) -> Result<Vec<(Component, Place)>, StoreError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = vec![self.sequence().into(), audiences.into(), i64::from(limit).into()];
        let mut fragments = vec![PLACES_WITH_COMPONENT, VISIBLE_PLACE];
        for (word, clause) in words.iter().zip(WORDS) {
            values.extend([word.into(), format!("{word}\u{10ffff}").into()]);
            fragments.push(clause);
        }
        fragments.push("ORDER BY c.name, c.version, p.slug, r.version, ic.position LIMIT $3");
        self.rows_joined(&fragments, &values, |row| Ok((component::component(row, 9)?, place(row)?)))
    }
}

const SELECT: &str = "SELECT i.id, i.release, i.blob, i.format, i.spec_version, i.file_name, i.components, i.issues, i.issues_evidence, \
    i.distribution, i.audience FROM inventory i \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2)";
const VISIBLE: &str = "WHERE i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2)";
const TO_REPLACE: &str = "SELECT i.id, i.release, i.blob, i.format, i.spec_version, i.file_name, i.components, i.issues, i.issues_evidence, \
    i.distribution, i.audience FROM inventory i WHERE i.since <= $1 AND i.until > $1 AND i.release = $2";
const PLACE_IDS: &str =
    "SELECT ic.id FROM inventory_component ic WHERE ic.since <= $1 AND ic.until > $1 AND ic.inventory = $2";
const RECEIVED_AT: &str = "SELECT l.at FROM inventory i JOIN ledger l ON l.sequence = i.since \
    WHERE i.since <= $1 AND i.until > $1 AND i.id = $2";
const COMPONENT_IDS: &str = "SELECT ic.component FROM inventory_component ic \
    WHERE ic.since <= $1 AND ic.until > $1 AND ic.inventory = $2 ORDER BY ic.position";
const WITHOUT_IDENTITY: &str = "SELECT COUNT(*) FROM inventory_component ic \
    JOIN component c ON c.id = ic.component AND c.since <= $1 AND c.until > $1 \
    WHERE ic.since <= $1 AND ic.until > $1 AND ic.inventory = $2 AND c.purl IS NULL AND c.cpes IS NULL";
const PARTS: &str = "SELECT ic.inventory, ic.position, ic.component, ic.reference, ic.path, \
    c.id, c.name, c.version, c.purl, c.cpes, c.supplier, c.source_package, c.role, c.patched, c.identity \
    FROM inventory_component ic JOIN component c ON c.id = ic.component AND c.since <= $1 AND c.until > $1 \
    WHERE ic.since <= $1 AND ic.until > $1 AND ic.inventory = $2";
const PLACES: &str = "SELECT p.id, p.slug, p.name, r.id, r.version, i.id, ic.position, ic.component, ic.path \
    FROM inventory_component ic \
    JOIN inventory i ON i.id = ic.inventory AND i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2) \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2)";
const PLACES_WITH_COMPONENT: &str = "SELECT p.id, p.slug, p.name, r.id, r.version, i.id, ic.position, ic.component, ic.path, \
    c.id, c.name, c.version, c.purl, c.cpes, c.supplier, c.source_package, c.role, c.patched, c.identity \
    FROM inventory_component ic \
    JOIN component c ON c.id = ic.component AND c.since <= $1 AND c.until > $1 \
    JOIN inventory i ON i.id = ic.inventory AND i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2) \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2)";
const VISIBLE_PLACE: &str = "WHERE ic.since <= $1 AND ic.until > $1";
const WORDS: [&str; 4] = [
    "AND ic.component IN (SELECT w.component FROM cache_component_word w WHERE w.word >= $4 AND w.word < $5)",
    "AND ic.component IN (SELECT w.component FROM cache_component_word w WHERE w.word >= $6 AND w.word < $7)",
    "AND ic.component IN (SELECT w.component FROM cache_component_word w WHERE w.word >= $8 AND w.word < $9)",
    "AND ic.component IN (SELECT w.component FROM cache_component_word w WHERE w.word >= $10 AND w.word < $11)",
];

fn values(inventory: &Inventory) -> Vec<Value> {
    vec![
        (&inventory.id).into(),
        (&inventory.release).into(),
        (&inventory.blob).into(),
        (&inventory.format).into(),
        (&inventory.spec_version).into(),
        (&inventory.file_name).into(),
        inventory.components.into(),
        inventory.issues.into(),
        inventory.issues_evidence.as_ref().into(),
        inventory.distribution.as_ref().into(),
        (&inventory.audience).into(),
    ]
}

fn inventory(row: &Row<'_>) -> Result<Inventory, StoreError> {
    Ok(Inventory {
        id: InventoryId(row.text(0)?),
        release: ReleaseId(row.text(1)?),
        blob: row.text(2)?,
        format: row.text(3)?,
        spec_version: row.text(4)?,
        file_name: row.text(5)?,
        components: row.integer(6)?,
        issues: row.integer(7)?,
        issues_evidence: row.optional_text(8)?,
        distribution: row.optional_text(9)?,
        audience: Audience(row.text(10)?),
    })
}

fn place_values(id: i64, place: &InventoryComponent) -> Vec<Value> {
    vec![
        id.into(),
        (&place.inventory).into(),
        place.position.into(),
        place.component.into(),
        (&place.reference).into(),
        place.path.as_ref().into(),
    ]
}

fn part(row: &Row<'_>) -> Result<Part, StoreError> {
    Ok(Part {
        place: InventoryComponent {
            inventory: InventoryId(row.text(0)?),
            position: row.integer(1)?,
            component: ComponentId(row.integer(2)?),
            reference: row.text(3)?,
            path: row.optional_text(4)?,
        },
        component: component::component(row, 5)?,
    })
}

fn place(row: &Row<'_>) -> Result<Place, StoreError> {
    Ok(Place {
        product: ProductId(row.text(0)?),
        product_slug: row.text(1)?,
        product_name: row.text(2)?,
        release: ReleaseId(row.text(3)?),
        version: row.text(4)?,
        inventory: InventoryId(row.text(5)?),
        position: row.integer(6)?,
        component: ComponentId(row.integer(7)?),
        path: row.optional_text(8)?,
    })
}
