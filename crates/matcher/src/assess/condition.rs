//! Condition trees over the whole inventory, three-valued (docs/matching.md).
//!
//! Unknown never turns into false by itself: a leaf is false only when the inventory names something else in the same
//! role, has the product in another version, or is declared complete for that role.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
};

use component::version::{Scheme, Shape, shape, shapes_comparable};

use super::{
    narrow::{self, Fit},
    platform::{Family, Platform, role_of_key},
    version::{Look, holds},
};
use crate::{
    dictionary,
    identify::Identity,
    index::{View, layout::condition as word},
    inventory::{Inventory, Role},
};

/// Yes, no, or not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
        }
    }
}

/// Which parts are present under which keys; made when the first condition is asked.
type Presence<'a> = HashMap<&'a str, Vec<(u32, u32)>>;

/// Evaluates the conditions of one inventory, each once.
pub(crate) struct Conditions<'a> {
    view: View<'a>,
    inventory: &'a Inventory,
    identities: &'a [Identity],
    pub(crate) platform: Platform<'a>,
    presence: OnceCell<Presence<'a>>,
    known: RefCell<HashMap<u32, Truth>>,
}

/// Lines of a report with their depth, children before their operator.
type Lines = Vec<(usize, String)>;

/// One leaf as it lies in the index.
struct Leaf<'a> {
    key: &'a str,
    lower: &'a str,
    upper: &'a str,
    qualifiers: u32,
    flags: u32,
}

impl<'a> Conditions<'a> {
    pub(crate) fn new(view: View<'a>, inventory: &'a Inventory, identities: &'a [Identity]) -> Self {
        Self {
            view,
            inventory,
            identities,
            platform: Platform::of(inventory),
            presence: OnceCell::new(),
            known: RefCell::default(),
        }
    }

    /// The value of a condition by its number + 1; a damaged one is unknown.
    pub(crate) fn value(&self, condition: u32) -> Truth {
        if let Some(known) = self.known.borrow().get(&condition) {
            return *known;
        }
        let mut at = condition as usize - usize::from(condition > 0);
        let value = self.tree(&mut at, 0, true, &mut None).unwrap_or(Truth::Unknown);
        self.known.borrow_mut().insert(condition, value);
        value
    }

    /// The tree with every leaf answered, outermost first, indented by depth.
    pub(crate) fn lines(&self, condition: u32) -> Vec<String> {
        let mut report = Some(Lines::new());
        let mut at = condition as usize - usize::from(condition > 0);
        let _ = self.tree(&mut at, 0, true, &mut report);
        outermost_first(report.unwrap_or_default())
    }

    /// The value of the tree at `at`, which moves behind it. Without a report, what cannot change the value any more is
    /// walked over (`asked` is false) and not asked.
    fn tree(&self, at: &mut usize, depth: usize, asked: bool, report: &mut Option<Lines>) -> Option<Truth> {
        if depth > crate::segment::DEEPEST + 1 {
            return None;
        }
        let operator = self.view.condition_word(*at)?;
        *at += 1;
        let children = operator & word::CHILDREN;
        let (name, value) = match operator >> word::OPERATOR_SHIFT {
            word::LEAF => {
                let first = *at;
                *at += word::LEAF_WORDS;
                return if asked || report.is_some() {
                    self.ask(first, depth, report)
                } else {
                    Some(Truth::Unknown)
                };
            }
            word::NOT => {
                let value = match self.tree(at, depth + 1, asked, report)? {
                    Truth::True => Truth::False,
                    Truth::False => Truth::True,
                    Truth::Unknown => Truth::Unknown,
                };
                ("not", value)
            }
            operator @ (word::ALL | word::ANY) => {
                let (neutral, strong, name) = if operator == word::ALL {
                    (Truth::True, Truth::False, "all of")
                } else {
                    (Truth::False, Truth::True, "one of")
                };
                let mut value = neutral;
                for _ in 0..children {
                    let child = self.tree(at, depth + 1, asked && value != strong, report)?;
                    value = match (value, child) {
                        (value, _) if value == strong => strong,
                        (_, child) if child == strong => strong,
                        (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
                        _ => neutral,
                    };
                }
                (name, value)
            }
            _ => return None,
        };
        if let Some(lines) = report {
            lines.push((depth, format!("{name}: {}", value.word())));
        }
        Some(value)
    }

    /// The value of the leaf whose words begin at `first`.
    fn ask(&self, first: usize, depth: usize, report: &mut Option<Lines>) -> Option<Truth> {
        let mut words = [0; word::LEAF_WORDS];
        for (offset, slot) in words.iter_mut().enumerate() {
            *slot = self.view.condition_word(first + offset)?;
        }
        let [key, pointer, lower, upper, qualifiers, flags] = words;
        let text = |number| self.view.text(number);
        let leaf = Leaf { key: text(key), lower: text(lower), upper: text(upper), qualifiers, flags };
        let (value, why) = self.leaf(&leaf);
        if let Some(lines) = report {
            let role = if flags & word::VULNERABLE == 0 { "on or with " } else { "" };
            let range = range_text(flags, leaf.lower, leaf.upper);
            let line = format!("{role}{}{range}: {} ({why}) {}", leaf.key, value.word(), text(pointer));
            lines.push((depth, line));
        }
        Some(value)
    }

    fn presence(&self) -> &Presence<'a> {
        self.presence.get_or_init(|| {
            let mut presence = Presence::new();
            for (item, identity) in (0..).zip(self.identities) {
                for (at, key) in (0..).zip(&identity.keys) {
                    presence.entry(&key.key).or_default().push((item, at));
                }
            }
            presence
        })
    }

    /// A leaf's value and why, for a person.
    fn leaf(&self, leaf: &Leaf<'_>) -> (Truth, &'a str) {
        if let Some(hits) = self.presence().get(leaf.key) {
            let mut value = Truth::False;
            for (item, key) in hits {
                match self.present(leaf, *item, *key) {
                    Truth::True => return (Truth::True, self.item_name(*item)),
                    Truth::Unknown => value = Truth::Unknown,
                    Truth::False => {}
                }
            }
            let why = if value == Truth::False {
                "present in another version or edition"
            } else {
                "present, version not known"
            };
            return (value, why);
        }
        if let Some(hardware) = leaf.key.strip_prefix("cpe:h:")
            && let Some(hits) = self.presence().get(format!("cpe:o:{hardware}_firmware").as_str())
        {
            return (Truth::True, hits.first().map_or("", |(item, _)| self.item_name(*item)));
        }
        let Some(role) = role_of_key(leaf.key) else { return (Truth::Unknown, "not in the inventory") };
        if role == Role::OperatingSystem
            && let Some(answer) = self.system(leaf)
        {
            return answer;
        }
        let occupant = match role {
            Role::OperatingSystem => self.platform.system,
            Role::Hardware => self.platform.hardware,
            Role::Runtime => self.platform.runtime,
        };
        match occupant {
            Some(occupant) => (Truth::False, occupant),
            None if self.inventory.complete.contains(&role) => {
                (Truth::False, "the inventory is declared complete for this role")
            }
            None => (Truth::Unknown, "not in the inventory, which does not say that it is complete"),
        }
    }

    fn item_name(&self, item: u32) -> &'a str {
        self.inventory.items.get(item as usize).map_or("", |item| &item.name)
    }

    /// Whether one part that bears the leaf's key satisfies its version and attributes.
    fn present(&self, leaf: &Leaf<'_>, item: u32, key: u32) -> Truth {
        let parts = || {
            let part = self.inventory.items.get(item as usize)?;
            Some((part, self.identities.get(item as usize)?.keys.get(key as usize)?))
        };
        let Some((part, key)) = parts() else { return Truth::Unknown };
        let narrowing = self.view.narrowing(leaf.qualifiers).unwrap_or_default();
        let exact = leaf.flags & crate::index::layout::span::EXACT != 0;
        if let Fit::Rejected(_) = narrow::fit(self.view, &narrowing, key, part, &self.platform, !exact) {
            return Truth::False;
        }
        if leaf.flags & word::HAS_SPAN == 0 {
            return Truth::True;
        }
        let look = Look::new(key, part);
        let Some(version) = look.version.as_deref() else { return Truth::Unknown };
        let strip = |bound| if exact { without_update(bound, narrowing.update) } else { bound };
        let (lower, upper) = (strip(leaf.lower), strip(leaf.upper));
        let version = if exact { key.version.as_deref().unwrap_or(version) } else { version };
        let comparable = |bound: &str| {
            bound.is_empty() || shapes_comparable(shape(version), shape(bound)) || bound == version
        };
        let scheme = dictionary::scheme_of_key(leaf.key, None);
        if scheme == Scheme::Generic && !(comparable(lower) && comparable(upper)) {
            let same_kind = shape(version) == Shape::Word && exact;
            return if same_kind { Truth::False } else { Truth::Unknown };
        }
        if !holds(scheme, leaf.flags, lower, upper, version) {
            return Truth::False;
        }
        match (exact, narrowing.update, key.update.as_deref()) {
            (false, ..) | (_, "" | "-", None | Some("-")) | (_, "", _) => Truth::True,
            (_, asked, Some(own)) => {
                if asked == own {
                    Truth::True
                } else {
                    Truth::False
                }
            }
            (_, _, None) => Truth::Unknown,
        }
    }

    /// What the distribution and the families of operating systems say of a leaf that no part bears.
    fn system(&self, leaf: &Leaf<'_>) -> Option<(Truth, &'a str)> {
        let product = leaf.key.rsplit(':').next().unwrap_or_default();
        if let Some(distribution) = self.platform.distribution
            && is_distribution(product, &distribution.id)
        {
            let release = distribution.release.as_deref();
            let value = match release {
                _ if leaf.flags & word::HAS_SPAN == 0 => Truth::True,
                Some(release) if holds(Scheme::Generic, leaf.flags, leaf.lower, leaf.upper, release) => {
                    Truth::True
                }
                Some(_) => Truth::False,
                None => Truth::Unknown,
            };
            return Some((value, &distribution.id));
        }
        let family = Family::of(product)?;
        if !self.platform.families.contains(&family) {
            return None;
        }
        let system = self.platform.system.unwrap_or_default();
        if product == "linux_kernel" {
            let value = if leaf.flags & word::HAS_SPAN == 0 { Truth::True } else { Truth::Unknown };
            return Some((value, system));
        }
        // One of the family: the same under another name, or not. A distribution that is known is the answer.
        let other = self.platform.distribution.is_some() && family == Family::Linux;
        Some((if other { Truth::False } else { Truth::Unknown }, system))
    }
}

/// CPE products of a distribution.
fn is_distribution(product: &str, id: &str) -> bool {
    let product = product.strip_suffix("_linux").unwrap_or(product);
    match id {
        "rhel" => matches!(product, "enterprise" | "enterprise_linux"),
        "suse" => product.contains("suse"),
        "opensuse" => matches!(product, "leap" | "opensuse"),
        _ => product == id,
    }
}

fn without_update<'b>(bound: &'b str, update: &str) -> &'b str {
    bound.strip_suffix(update).and_then(|rest| rest.strip_suffix(':')).unwrap_or(bound)
}

/// A range for a person, with a space in front; nothing when it is open.
fn range_text(flags: u32, lower: &str, upper: &str) -> String {
    if flags & word::HAS_SPAN == 0 {
        return String::new();
    }
    format!(" {}", super::range::range(flags, lower, upper))
}

/// Turns lines in which every operator follows its children into lines in which it stands in front of them.
fn outermost_first(lines: Lines) -> Vec<String> {
    let mut blocks: Vec<(usize, Vec<String>)> = Vec::new();
    for (depth, line) in lines {
        let mut block = vec![format!("{}{line}", "  ".repeat(depth))];
        let first = blocks.iter().rposition(|(of, _)| *of <= depth).map_or(0, |at| at + 1);
        for (_, child) in blocks.drain(first..) {
            block.extend(child);
        }
        blocks.push((depth, block));
    }
    blocks.into_iter().flat_map(|(_, block)| block).collect()
}
