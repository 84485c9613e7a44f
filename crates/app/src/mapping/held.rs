//! The mappings in force at a moment, applied to what is asked of the matcher: of those that fit a part the narrowest is heard.
//!
//! A mapping for one release or product line is applied in inventories there and nowhere else, so one that is need-to-know
//! (it bears the label of that release or product) reaches nothing else. Not here: who may make one (`mapping`).

use std::collections::HashMap;

use component::purl::Purl;
use domain::{
    audience::Audience,
    component::Component,
    id::{ComponentId, ProductId, ReleaseId},
    mapping::{Mapping, RawPart, Ruling, Scope},
};
use matcher::{
    identify::is_mappable,
    inventory::{Inventory, Item},
    raw_name::{self, normalised},
};
use store::{StoreError, View};

/// Mappings that say what parts are.
#[derive(Clone, Debug, Default)]
pub struct Mappings {
    held: Vec<Mapping>,
    by_part: HashMap<Fingerprint, Vec<usize>>,
    /// Only of those that were asked for: see [`Mappings::prepared`].
    prepared: Option<HashMap<ComponentId, Vec<usize>>>,
    products: HashMap<ReleaseId, ProductId>,
}

/// What two parts that are called alike have in common, whatever their versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint {
    name: String,
    supplier: String,
    purl: String,
}

impl Mappings {
    /// Those of a moment, whoever may know of them.
    pub(crate) fn read(view: &View<'_>) -> Result<Self, StoreError> {
        let mappings = view.all_mappings()?;
        if mappings.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self { products: view.products_of_releases()?, ..Self::of(mappings) })
    }

    /// Those given; ones for a release or a product line hold nowhere without the record.
    pub(crate) fn of(mappings: Vec<Mapping>) -> Self {
        let held: Vec<Mapping> = mappings.into_iter().filter(|mapping| mapping.ruling.settles()).collect();
        let mut by_part: HashMap<Fingerprint, Vec<usize>> = HashMap::new();
        for (at, mapping) in held.iter().enumerate() {
            by_part.entry(fingerprint(&mapping.part)).or_default().push(at);
        }
        Self { held, by_part, ..Self::default() }
    }

    /// Whether those on one need-to-know list may know of all of them.
    pub(crate) fn are_known_to(&self, label: &Audience) -> bool {
        self.held.iter().all(|mapping| is_known_to(mapping, label))
    }

    /// Those of everybody and of one need-to-know list: what is made of others would tell of them.
    pub(crate) fn known_to(&self, label: &Audience) -> Self {
        let held = self.held.iter().filter(|mapping| is_known_to(mapping, label)).cloned().collect();
        Self { products: self.products.clone(), ..Self::of(held) }
    }

    /// With the names of these components read once, however many inventories hold them.
    pub(crate) fn prepared<'c>(mut self, components: impl Iterator<Item = &'c Component>) -> Self {
        if !self.held.is_empty() {
            let fitting = components.filter_map(|component| {
                let fitting = self.fitting(component);
                (!fitting.is_empty()).then_some((component.id, fitting))
            });
            self.prepared = Some(fitting.collect());
        }
        self
    }

    /// Puts into an inventory what was said of its parts: everywhere, and in `release` when there is one. The items stand
    /// where the components stand.
    pub(crate) fn apply(
        &self,
        components: &[Component],
        release: Option<&ReleaseId>,
        inventory: &mut Inventory,
    ) {
        if self.held.is_empty() {
            return;
        }
        for (component, item) in components.iter().zip(&mut inventory.items) {
            item.mapping = self.heard(component, release).map(|mapping| told(mapping, component));
        }
    }

    /// The mapping that is heard of a part; none when nothing was said.
    pub(crate) fn heard(&self, component: &Component, release: Option<&ReleaseId>) -> Option<&Mapping> {
        let found;
        let fitting = match &self.prepared {
            Some(prepared) => prepared.get(&component.id).map(Vec::as_slice).unwrap_or_default(),
            None if self.held.is_empty() => return None,
            None => {
                found = self.fitting(component);
                &found
            }
        };
        let fitting = fitting.iter().filter_map(|at| self.held.get(*at));
        fitting
            .filter(|mapping| self.holds(&mapping.scope, release))
            .min_by_key(|mapping| rank(&mapping.scope))
    }

    /// Whether what is said of a scope holds in a release.
    pub(super) fn holds(&self, scope: &Scope, release: Option<&ReleaseId>) -> bool {
        match scope {
            Scope::Component | Scope::Organisation => true,
            Scope::Release(of) => release == Some(of),
            Scope::ProductLine(of) => release.and_then(|release| self.products.get(release)) == Some(of),
        }
    }

    /// What tells these mappings from others in the digest of what is swept.
    pub(crate) fn marks(&self) -> impl Iterator<Item = String> {
        self.held.iter().map(|mapping| format!("mapping {}\n", mapping.id))
    }

    fn fitting(&self, component: &Component) -> Vec<usize> {
        let Some(part) = raw_part(component) else { return Vec::new() };
        let fitting = self.by_part.get(&fingerprint(&part)).map(Vec::as_slice).unwrap_or_default();
        let fits = |mapping: &Mapping| fits(mapping, &part);
        fitting.iter().copied().filter(|at| self.held.get(*at).is_some_and(fits)).collect()
    }
}

/// The part as a mapping names it; none where a package URL already says what it is.
pub(crate) fn raw_part(component: &Component) -> Option<RawPart> {
    let purl = component.purl.as_deref().and_then(|text| Purl::parse(text).ok());
    let item = Item { purl, ..Item::default() };
    is_mappable(&item).then(|| RawPart {
        name: component.name.clone(),
        version: component.version.clone().or_else(|| item.purl.as_ref()?.version.clone()),
        supplier: component.supplier.clone(),
        purl: item.purl.as_ref().map(|purl| format!("pkg:{}", purl.canonical_key())),
    })
}

pub(super) fn fingerprint(part: &RawPart) -> Fingerprint {
    Fingerprint {
        name: normalised(&raw_name::parse(&part.name, part.version.as_deref()).name),
        supplier: normalised(part.supplier.as_deref().unwrap_or_default()),
        purl: part.purl.clone().unwrap_or_default(),
    }
}

/// Whether what was said of a part holds for one that is called alike: where it was said of a version, only for that one.
pub(super) fn fits(mapping: &Mapping, part: &RawPart) -> bool {
    mapping.scope != Scope::Component || stated(&mapping.part) == stated(part)
}

/// The version that a part states, beside its name or in it.
fn stated(part: &RawPart) -> Option<String> {
    raw_name::parse(&part.name, part.version.as_deref()).version
}

fn is_known_to(mapping: &Mapping, label: &Audience) -> bool {
    mapping.audience.is_general() || mapping.audience == *label
}

fn rank(scope: &Scope) -> u8 {
    match scope {
        Scope::Component => 0,
        Scope::Release(_) => 1,
        Scope::ProductLine(_) => 2,
        Scope::Organisation => 3,
    }
}

/// The mapping as the matcher takes it, for a part of any version.
fn told(mapping: &Mapping, component: &Component) -> matcher::inventory::Mapping {
    let part = raw_part(component).unwrap_or_default();
    let target = match &mapping.ruling {
        Ruling::Is(target) => Some(target.clone()),
        Ruling::IsNot(_) | Ruling::NoPublicIdentity => None,
    };
    matcher::inventory::Mapping {
        target,
        version: mapping.version_rule.apply(stated(&part).as_deref()),
        note: note(mapping),
    }
}

/// Whose word it is: `confirmed by Jo Doe on 2026-11-24 for this release: why`.
pub(crate) fn note(mapping: &Mapping) -> String {
    let day = mapping.decided_at.get(..10).unwrap_or(&mapping.decided_at);
    let place = match mapping.scope {
        Scope::Component => "for this part in this version",
        Scope::Release(_) => "for this release",
        Scope::ProductLine(_) => "for this product line",
        Scope::Organisation => "wherever it is",
    };
    format!("confirmed by {} on {day} {place}: {}", mapping.decided_name, mapping.why)
}
