//! How complete an inventory is against the element lists of authorities, element by element. It counts what the
//! document states; whether it is true, and whether a missing element matters, is for a person to judge.

mod profile;

use serde::Serialize;

use crate::inventory::{Completeness, Component, Format, Inventory};

pub use profile::Profile;

/// One list of elements with what the document has of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Whose list.
    pub profile: Profile,
    /// The list's title and date.
    pub title: &'static str,
    /// Each element, in the order of the list.
    pub elements: Vec<Element>,
}

impl Score {
    /// Number of elements that are there in full.
    pub fn complete(&self) -> usize {
        self.elements.iter().filter(|element| element.state == State::Present).count()
    }
}

/// One element of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Element {
    /// What the list calls it.
    pub name: &'static str,
    /// Where the list asks for it.
    pub source: &'static str,
    /// What was looked at to tell.
    pub looked_at: &'static str,
    /// How many have it: of components, or of the one document.
    pub present: usize,
    /// How many there are.
    pub of: usize,
    /// Asked of every component, not of the document.
    pub per_component: bool,
    /// How much of it is there.
    pub state: State,
}

/// How much of an element is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All of it.
    Present,
    /// Some components have it.
    Partial,
    /// None of it, or there is nothing to have it.
    Missing,
}

impl State {
    fn of(present: usize, of: usize) -> Self {
        match present {
            0 => State::Missing,
            present if present == of => State::Present,
            _ => State::Partial,
        }
    }

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Present => "present",
            State::Partial => "partial",
            State::Missing => "missing",
        }
    }
}

/// Scores an inventory against every profile.
pub fn score(inventory: &Inventory) -> Vec<Score> {
    let facts = Facts::of(inventory);
    Profile::ALL
        .into_iter()
        .map(|profile| Score {
            profile,
            title: profile.title(),
            elements: profile.asks().iter().map(|ask| facts.element(ask)).collect(),
        })
        .collect()
}

/// One line of a profile: name, source and what answers it.
pub(crate) struct Ask {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) about: About,
}

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Author,
    Tool,
    Timestamp,
    Context,
    Format,
    Subject,
    KnownUnknowns,
    TopLevel,
    Transitive,
    Supplier,
    Name,
    Version,
    Identifier,
    Hash,
    License,
    Relationship,
    SupportLevel,
    SupportEnd,
}

impl About {
    fn looked_at(self) -> &'static str {
        match self {
            About::Author => "people and organisations that made the document",
            About::Tool => "tools that made the document",
            About::Timestamp => "time of creation",
            About::Context => "life-cycle phase, SBOM type, or a creator comment that names one",
            About::Format => "the format it was read from",
            About::Subject => "name and version of the described product",
            About::KnownUnknowns => "a statement about completeness",
            About::TopLevel => "what the described product depends on directly",
            About::Transitive => "dependencies of dependencies",
            About::Supplier => "supplier, manufacturer, publisher or originator",
            About::Name => "name",
            About::Version => "version",
            About::Identifier => "package URL, CPE or SWID tag",
            About::Hash => "digest of the artefact",
            About::License => "licence",
            About::Relationship => "a dependency or containment in either direction",
            About::SupportLevel => "level of support",
            About::SupportEnd => "end of support",
        }
    }
}

/// What is looked up once for all profiles.
struct Facts<'a> {
    inventory: &'a Inventory,
    /// Whether something depends on or contains the component.
    needed: Vec<bool>,
}

impl<'a> Facts<'a> {
    fn of(inventory: &'a Inventory) -> Self {
        let mut needed = vec![false; inventory.components.len()];
        for target in inventory.components.iter().flat_map(|component| &component.depends_on) {
            needed[*target] = true;
        }
        Facts { inventory, needed }
    }

    fn element(&self, ask: &Ask) -> Element {
        let (present, of, per_component) = match self.document(ask.about) {
            Some(there) => (usize::from(there), 1, false),
            None => {
                // The device is no component of itself: its support is promised elsewhere.
                let own = |index: &usize| {
                    !matches!(ask.about, About::SupportLevel | About::SupportEnd)
                        || self.inventory.subject != Some(*index)
                };
                let asked = || (0..self.inventory.components.len()).filter(own);
                (asked().filter(|index| self.component(ask.about, *index)).count(), asked().count(), true)
            }
        };
        Element {
            name: ask.name,
            source: ask.source,
            looked_at: ask.about.looked_at(),
            present,
            of,
            per_component,
            state: State::of(present, of),
        }
    }

    /// Whether the document has it; none for what is asked of components.
    fn document(&self, about: About) -> Option<bool> {
        let Inventory { provenance, created, complete, format, name, version, subject, components, .. } =
            self.inventory;
        Some(match about {
            About::Author => !provenance.authors.is_empty(),
            About::Tool => !provenance.tools.is_empty(),
            About::Timestamp => created.is_some(),
            About::Context => provenance.contexts.iter().any(|context| names_a_phase(context)),
            // XML of SPDX was never published.
            About::Format => *format != Format::SpdxXml,
            About::Subject => name.is_some() && version.is_some(),
            About::KnownUnknowns => *complete != Completeness::NotStated,
            About::TopLevel => subject.is_some_and(|subject| !components[subject].depends_on.is_empty()),
            About::Transitive => subject.is_some_and(|subject| {
                let direct = &components[subject].depends_on;
                direct.iter().any(|direct| !components[*direct].depends_on.is_empty())
            }),
            _ => return None,
        })
    }

    fn component(&self, about: About, index: usize) -> bool {
        let component: &Component = &self.inventory.components[index];
        match about {
            About::Supplier => component.supplier.is_some(),
            About::Name => !component.name.is_empty(),
            About::Version => component.version.is_some(),
            About::Identifier => {
                let tag = |name: &str| component.properties.contains_key(name);
                component.purl.is_some()
                    || !component.cpes.is_empty()
                    || tag("swid:tagId")
                    || tag("spdx:swid")
            }
            About::Hash => !component.hashes.is_empty(),
            About::License => !component.licenses.is_empty(),
            About::Relationship => self.needed[index] || !component.depends_on.is_empty(),
            About::SupportLevel => component.support.level.is_some(),
            About::SupportEnd => component.support.ends.is_some(),
            _ => false,
        }
    }
}

/// Whether a text tells when in the life of the product the document was made. SPDX 2 has only a free comment for it.
fn names_a_phase(context: &str) -> bool {
    const PHASES: [&str; 10] = [
        "design",
        "source",
        "build",
        "analyzed",
        "deployed",
        "runtime",
        "operations",
        "discovery",
        "decommission",
        "binary",
    ];
    let context = context.to_ascii_lowercase();
    PHASES.iter().any(|phase| context.contains(phase))
}
