//! One version against one statement: the hot loop of the matcher, and its careful relatives for versions that carry
//! an update, lack an epoch or are only names.

use component::version::{Form, Scheme, Shape, shape, shapes_comparable, split_epoch};

use super::reason::Reason;
use crate::{
    identify::Key,
    index::{
        SpanRow, StatementRow, View, first_number,
        layout::{shape_bits, span as span_bit, statement as bit},
    },
    inventory::Item,
};

/// What a statement says of one version, before anything else is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The version is affected.
    In {
        /// By a heuristic order or for all versions alike.
        heuristic: bool,
    },
    /// It is not. `explicit`: a span says so and not the default. `weak`: does not outweigh a lower authority.
    Out {
        /// A span says so.
        explicit: bool,
        /// Does not outweigh anybody.
        weak: bool,
    },
    /// Something is missing. `strong`: a lower authority cannot answer it instead.
    Undecided {
        /// What it is.
        reason: Reason,
        /// Weighs as much as an answer.
        strong: bool,
    },
    /// Nothing is said of it.
    Silent,
}

/// Rows of schemes that an index may have.
const SCHEMES: usize = 32;

#[derive(Clone, Copy, Debug)]
struct Place {
    position: u32,
    /// Position of the version without its update.
    bare: u32,
    form: Form,
}

/// A version that is looked up, with its places in the orders of the index found on first use.
#[derive(Debug)]
pub(crate) struct Look<'a> {
    pub(crate) key: &'a Key,
    /// The version as it is compared, its update folded in.
    pub(crate) version: Option<String>,
    shape: Shape,
    /// Bit s is set when a bound of shape s can be compared with this version.
    comparable: u32,
    package: bool,
    relation: Relation,
    /// Of the version without its update, see [`first_number`].
    first_number: u32,
    places: [Option<Place>; SCHEMES],
}

impl<'a> Look<'a> {
    pub(crate) fn new(key: &'a Key, item: &Item) -> Self {
        let full = compared(key, item);
        let own = full.as_deref().map_or(Shape::Placeholder, shape);
        let shapes = [
            Shape::Placeholder,
            Shape::Dotted,
            Shape::Year,
            Shape::Date,
            Shape::Build,
            Shape::Hash,
            Shape::Word,
        ];
        let comparable = shapes
            .into_iter()
            .filter(|shape| shapes_comparable(own, *shape))
            .fold(1, |mask, shape| mask | 1 << shape_bits(shape));
        Self {
            key,
            shape: own,
            comparable,
            first_number: first_number(key.version.as_deref().unwrap_or_default()),
            package: key.key.starts_with("purl:") || key.key.starts_with("distro:"),
            relation: Relation::of(key, full.as_deref()),
            places: [None; SCHEMES],
            version: full,
        }
    }

    fn place(&mut self, view: View<'_>, row: usize) -> Option<Place> {
        let cached = self.places.get(row)?;
        if cached.is_some() {
            return *cached;
        }
        let version = self.version.as_deref()?;
        let scheme = view.scheme(row)?;
        let position = view.position(row, scheme.key(version).as_bytes())?;
        let bare = match self.key.version.as_deref() {
            Some(bare) if bare != version => view.position(row, scheme.key(bare).as_bytes())?,
            _ => position,
        };
        let place = Place { position, bare, form: scheme.form(version) };
        self.places[row] = Some(place);
        Some(place)
    }

    /// Whether `statement` says of this version that it is affected, or leaves it open.
    pub(crate) fn is_open(&mut self, view: View<'_>, statement: &StatementRow) -> bool {
        let flags = statement.flags;
        // Most versions are outside of everything a statement names, and then its default holds.
        if flags & (bit::EXACT_ONLY | bit::UPDATE) == 0
            && let Relation::Position = self.relation
            && let Some(Some(place)) = self.places.get(statement.scheme_row())
            && !self.may_hold(view, statement, *place)
        {
            return flags & bit::DEFAULT == AFFECTED;
        }
        matches!(self.ask(view, statement).0, Answer::In { .. } | Answer::Undecided { .. })
    }

    /// What `statement` says of this version, and which of its spans says it.
    pub(crate) fn ask(&mut self, view: View<'_>, statement: &StatementRow) -> (Answer, Option<u32>) {
        match self.compare(view, statement) {
            // `-` as the version of hardware and its firmware means the thing as such (docs/matching.md).
            (Answer::Undecided { reason: Reason::VersionNotApplicable, .. }, span) if self.is_device() => {
                (Answer::In { heuristic: true }, span)
            }
            answer => answer,
        }
    }

    fn is_device(&self) -> bool {
        let key = &self.key.key;
        key.starts_with("cpe:h:") || (key.starts_with("cpe:o:") && key.ends_with("_firmware"))
    }

    fn compare(&mut self, view: View<'_>, statement: &StatementRow) -> (Answer, Option<u32>) {
        let flags = statement.flags;
        if self.version.is_none() {
            return unversioned(view, statement);
        }
        if flags & bit::EXACT_ONLY != 0 {
            return self.ask_names(view, statement);
        }
        if flags & bit::UPDATE != 0 {
            return self.ask_update(view, statement);
        }
        let Some(place) = self.place(view, statement.scheme_row()) else { return (Answer::Silent, None) };
        match self.relation {
            Relation::Position => {}
            Relation::NoRelease => return self.ask_without_release(view, statement, place.form),
            Relation::SameEpoch => return self.ask_same_epoch(view, statement, place.form),
        }
        if flags & bit::ONE_VERSION != 0 {
            return self.ask_one(view, statement, place);
        }
        let generic = flags & bit::GENERIC != 0;
        let mut blocked = false;
        for (at, span) in (0..).zip(view.spans(statement)) {
            let open = span.lower == 0 && span.upper == u32::MAX;
            let sound = open || self.sound(generic, span.flags, place.form);
            let exact = span.flags & span_bit::EXACT != 0;
            let mut heuristic = open;
            let inside = if sound {
                heuristic |= !exact && (span.flags & span_bit::LENIENT != 0 || place.form == Form::Lenient);
                let bare = exact && place.bare == span.lower;
                // A version that the record gives without update covers every update, or means the first release.
                heuristic |= bare && place.position != span.lower;
                (span.lower <= place.position && place.position <= span.upper) || bare
            } else if exact {
                self.version.as_deref() == Some(view.bounds(&span).0)
            } else {
                blocked |= span.flags & span_bit::STATUS == AFFECTED;
                false
            };
            if inside {
                return (said(&span, heuristic, open, flags), Some(at));
            }
        }
        if blocked {
            return (Answer::Undecided { reason: Reason::VersionShape, strong: false }, None);
        }
        (self.default(statement, place.form), None)
    }

    /// Whether a span may hold the version, or cannot be compared with it. Without a branch a span: the next one is guessed
    /// wrongly half of the time.
    fn may_hold(&self, view: View<'_>, statement: &StatementRow, place: Place) -> bool {
        let flags = statement.flags;
        if flags & bit::ONE_VERSION != 0 {
            return statement.place == place.position
                || statement.place == place.bare
                || !self.is_comparable(flags, place.form);
        }
        let generic = flags & bit::GENERIC != 0;
        let comparable = if generic { self.comparable } else { u32::MAX };
        let refused = if generic { 0 } else { span_bit::INVALID };
        let mut may = !generic && place.form == Form::Invalid && flags & bit::NO_SPANS == 0;
        for span in view.spans(statement) {
            let shapes = comparable >> (span.flags >> span_bit::LOWER_SHAPE_SHIFT & span_bit::SHAPE)
                & comparable >> (span.flags >> span_bit::UPPER_SHAPE_SHIFT & span_bit::SHAPE);
            let unsound = (shapes & 1 == 0) | (span.flags & refused != 0);
            let bare = (span.flags & span_bit::EXACT != 0) & (span.lower == place.bare);
            may |= unsound | bare | (span.lower <= place.position) & (place.position <= span.upper);
        }
        may
    }

    /// One exact version, from the row of its statement alone.
    fn ask_one(&self, view: View<'_>, statement: &StatementRow, place: Place) -> (Answer, Option<u32>) {
        let flags = statement.flags;
        let sound = self.is_comparable(flags, place.form);
        let same = statement.place == place.position;
        let inside = if sound {
            same || statement.place == place.bare
        } else {
            self.version.as_deref() == Some(view.bounds(&statement.only_version()).0)
        };
        if inside {
            // A version that the record gives without update covers every update, or means the first release.
            return (said(&statement.only_version(), sound && !same, false, flags), Some(0));
        }
        (self.default(statement, place.form), None)
    }

    /// Whether the position of this version relative to the one that a statement names alone means anything.
    fn is_comparable(&self, flags: u32, form: Form) -> bool {
        if flags & bit::GENERIC != 0 {
            self.comparable >> (flags >> bit::VERSION_SHAPE_SHIFT & span_bit::SHAPE) & 1 != 0
        } else {
            flags & bit::VERSION_INVALID == 0 && form != Form::Invalid
        }
    }

    /// Whether the position of this version relative to a span means anything.
    fn sound(&self, generic: bool, flags: u32, form: Form) -> bool {
        if generic {
            let shapes = 1 << (flags >> span_bit::LOWER_SHAPE_SHIFT & span_bit::SHAPE)
                | 1 << (flags >> span_bit::UPPER_SHAPE_SHIFT & span_bit::SHAPE);
            return self.comparable & shapes == shapes;
        }
        flags & span_bit::INVALID == 0 && form != Form::Invalid
    }

    /// What holds where no span does. "Affected by default" needs a range it is the complement of: alone it makes no
    /// finding (docs/matching.md, P7).
    fn default(&self, statement: &StatementRow, form: Form) -> Answer {
        match statement.flags & bit::DEFAULT {
            AFFECTED if statement.flags & bit::NO_SPANS != 0 => {
                Answer::Undecided { reason: Reason::DefaultOnly, strong: false }
            }
            AFFECTED => Answer::In { heuristic: form == Form::Lenient },
            // Who enumerates versions often means "at least these": that does not outweigh a range elsewhere.
            UNAFFECTED => {
                Answer::Out { explicit: false, weak: statement.flags & bit::ENUMERATED != 0 && !self.package }
            }
            _ => Answer::Silent,
        }
    }

    /// Versions that are only names are the same text or nothing.
    fn ask_names(&self, view: View<'_>, statement: &StatementRow) -> (Answer, Option<u32>) {
        let version = self.version.as_deref().unwrap_or_default();
        for (at, span) in (0..).zip(view.spans(statement)) {
            let including = |shift: u32, text: &str| {
                span.flags >> shift & span_bit::KIND == 1 && text.eq_ignore_ascii_case(version)
            };
            let (lower, upper) = view.bounds(&span);
            if including(span_bit::LOWER_SHIFT, lower) || including(span_bit::UPPER_SHIFT, upper) {
                return (said(&span, false, false, statement.flags), Some(at));
            }
        }
        (Answer::Silent, None)
    }

    /// Exact versions with an update (`1.8.0:update_191`): the update is part of the version (docs/matching.md).
    fn ask_update(&self, view: View<'_>, statement: &StatementRow) -> (Answer, Option<u32>) {
        let scheme = || view.scheme(statement.scheme_row()).unwrap_or(Scheme::Generic);
        let narrowing = || view.detail(statement.detail).and_then(|detail| view.narrowing(detail.qualifiers));
        let mut update = None;
        let version = self.key.version.as_deref().unwrap_or_default();
        let own_update = self.key.update.as_deref();
        for (at, span) in (0..).zip(view.spans(statement)) {
            // Most bounds differ in their first number already.
            if span.upper != self.first_number {
                continue;
            }
            let bound = view.bounds(&span).0;
            let update = *update.get_or_insert_with(|| narrowing().unwrap_or_default().update);
            let bare = bound.strip_suffix(update).and_then(|rest| rest.strip_suffix(':')).unwrap_or(bound);
            let same = version == bare
                || shapes_comparable(self.shape, shape(bare)) && scheme().compare(version, bare).is_eq();
            let written_out = own_update.is_none() && squashed(version) == squashed(bare) + &squashed(update);
            let matches = match (update, own_update) {
                ("-", None | Some("-")) => same,
                ("-", Some(_)) => false,
                (_, Some(own)) => same && squashed(own) == squashed(update),
                _ if written_out => true,
                // A release does not call itself a candidate: what is silent about it is none.
                (_, None) if is_pre_release(update) => false,
                (_, None) if same => {
                    return (Answer::Undecided { reason: Reason::UpdateUnknown, strong: false }, Some(at));
                }
                _ => false,
            };
            if matches {
                return (said(&span, false, false, statement.flags), Some(at));
            }
        }
        (self.default(statement, Form::Exact), None)
    }

    /// A version without its release against bounds that have one: open where nothing else tells them apart.
    fn ask_without_release(
        &self,
        view: View<'_>,
        statement: &StatementRow,
        form: Form,
    ) -> (Answer, Option<u32>) {
        let version = self.version.as_deref().unwrap_or_default();
        for (at, span) in (0..).zip(view.spans(statement)) {
            let (lower, upper) = view.bounds(&span);
            let same = |bound: &str| {
                let bare = bound.rsplit_once('-').map(|(bare, _)| bare);
                bare.is_some_and(|bare| Scheme::Rpm.compare(version, bare).is_eq())
            };
            if same(lower) || same(upper) {
                let reason = Reason::PackageReleaseMissing;
                return (Answer::Undecided { reason, strong: true }, Some(at));
            }
            if holds(Scheme::Rpm, span.flags, lower, upper, version) {
                let open = span.lower == 0 && span.upper == u32::MAX;
                return (said(&span, open, open, statement.flags), Some(at));
            }
        }
        (self.default(statement, form), None)
    }

    /// Bounds with an epoch against a version that never has one.
    fn ask_same_epoch(&self, view: View<'_>, statement: &StatementRow, form: Form) -> (Answer, Option<u32>) {
        let scheme = view.scheme(statement.scheme_row()).unwrap_or(Scheme::Rpm);
        let version = self.version.as_deref().unwrap_or_default();
        for (at, span) in (0..).zip(view.spans(statement)) {
            let (lower, upper) = view.bounds(&span);
            if holds(scheme, span.flags, split_epoch(lower).1, split_epoch(upper).1, version) {
                let open = span.lower == 0 && span.upper == u32::MAX;
                return (said(&span, open, open, statement.flags), Some(at));
            }
        }
        (self.default(statement, form), None)
    }
}

/// How a version is held against bounds.
#[derive(Clone, Copy, Debug)]
enum Relation {
    /// By its position.
    Position,
    /// An rpm version is never without a release: what gives none names a whole series of builds.
    NoRelease,
    /// Bounds have an epoch and it never has.
    SameEpoch,
}

impl Relation {
    fn of(key: &Key, version: Option<&str>) -> Self {
        let is_rpm = key.scheme == Some(Scheme::Rpm) && key.key.starts_with("distro:");
        match version {
            Some(version) if is_rpm && !version.contains('-') => Self::NoRelease,
            _ if key.same_epoch => Self::SameEpoch,
            _ => Self::Position,
        }
    }
}

const AFFECTED: u32 = 0;
const UNAFFECTED: u32 = 1;

/// What a span that holds the version says.
fn said(span: &SpanRow, heuristic: bool, open: bool, flags: u32) -> Answer {
    match span.flags & span_bit::STATUS {
        AFFECTED if open && flags & bit::NOT_APPLICABLE != 0 => {
            Answer::Undecided { reason: Reason::VersionNotApplicable, strong: false }
        }
        AFFECTED => Answer::In { heuristic },
        UNAFFECTED => Answer::Out { explicit: true, weak: false },
        _ => Answer::Undecided { reason: Reason::RangeUnstated, strong: false },
    }
}

/// A part whose version is not known: only a statement about all versions decides.
fn unversioned(view: View<'_>, statement: &StatementRow) -> (Answer, Option<u32>) {
    let mut affected = statement.flags & bit::DEFAULT == AFFECTED;
    for (at, span) in (0..).zip(view.spans(statement)) {
        let open = span.lower == 0 && span.upper == u32::MAX && statement.flags & bit::EXACT_ONLY == 0;
        if open {
            return (said(&span, true, true, statement.flags), Some(at));
        }
        affected |= span.flags & span_bit::STATUS == AFFECTED;
    }
    if affected && statement.flags & bit::EXACT_ONLY == 0 {
        (Answer::Undecided { reason: Reason::VersionMissing, strong: true }, None)
    } else {
        (Answer::Silent, None)
    }
}

/// Whether bounds given as texts hold a version.
pub(super) fn holds(scheme: Scheme, flags: u32, lower: &str, upper: &str, version: &str) -> bool {
    let key = scheme.key(version);
    let above = match flags >> span_bit::LOWER_SHIFT & span_bit::KIND {
        0 => true,
        1 => key >= scheme.key(lower),
        _ => key > scheme.key(lower),
    };
    let below = match flags >> span_bit::UPPER_SHIFT & span_bit::KIND {
        0 => true,
        1 => key <= scheme.key(upper),
        2 => key < scheme.key(upper),
        _ => key < scheme.after_series(upper),
    };
    above && below
}

/// The version as it is compared, its update folded in; `None` when there is none or only a placeholder.
pub(crate) fn compared(key: &Key, item: &Item) -> Option<String> {
    let version = key.version.as_deref().filter(|version| shape(version) != Shape::Placeholder)?;
    Some(with_update(version, key, item))
}

fn with_update(version: &str, key: &Key, item: &Item) -> String {
    let update = key.update.as_deref().filter(|update| *update != "-");
    let cpe = key.cpe.and_then(|cpe| item.cpes.get(cpe as usize));
    match (update, cpe) {
        (Some(_), Some(cpe)) if cpe.version.unquoted().as_deref() == Some(version) => {
            cpe.full_version().map_or_else(|| version.to_owned(), std::borrow::Cow::into_owned)
        }
        (Some(update), _) => format!("{version}.{update}"),
        _ => version.to_owned(),
    }
}

/// Without separators, so that `update_191`, `update191` and `Update-191` are one.
fn squashed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_pre_release(update: &str) -> bool {
    let word: String =
        update.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    matches!(
        word.as_str(),
        "alpha"
            | "a"
            | "beta"
            | "b"
            | "rc"
            | "pre"
            | "preview"
            | "dev"
            | "milestone"
            | "m"
            | "snapshot"
            | "test"
            | "candidate"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        identify::identify,
        index::{Builder, Index, Locator},
        inventory::Inventory,
        record::{Bound, ProductKey, Qualifiers, Record, Source, Span, Statement, Status},
    };

    /// Statements about one product: bounds, status, default, scheme and update drawn from a seed.
    fn drawn(seed: &mut u64) -> Statement {
        let mut draw = |below: u64| {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*seed >> 33) % below
        };
        const VERSIONS: [&str; 10] =
            ["1.0", "1.2", "1.2.3", "2.0", "2.0-rc1", "2024.1", "deadbeefcafe", "x", "1.2:sp1", "-"];
        const STATES: [Status; 3] = [Status::Affected, Status::Unaffected, Status::Unknown];
        let spans = (0..draw(4))
            .map(|_| {
                let mut version = || VERSIONS[draw(10) as usize].to_owned();
                let (low, high) = (version(), version());
                let (lower, upper) = match draw(6) {
                    0 => (Bound::Open, Bound::Excluding(high)),
                    1 => (Bound::Including(low), Bound::Including(high)),
                    2 => (Bound::Excluding(low), Bound::Series(high)),
                    3 => (Bound::Open, Bound::Open),
                    _ => (Bound::Including(low.clone()), Bound::Including(low)),
                };
                Span { lower, upper, status: STATES[draw(3) as usize] }
            })
            .collect();
        Statement {
            pointer: "/s".to_owned(),
            key: ProductKey("cpe:a:acme:pump".to_owned()),
            scheme: [None, Some(Scheme::Generic), Some(Scheme::Semver)][draw(3) as usize],
            spans,
            default: STATES[draw(3) as usize],
            fixed_in: Vec::new(),
            qualifiers: Qualifiers {
                update: (draw(8) == 0).then(|| "sp1".to_owned()),
                version_not_applicable: draw(8) == 0,
                ..Qualifiers::default()
            },
            condition: None,
            exact_only: draw(8) == 0,
            flaw: None,
        }
    }

    #[test]
    fn the_quick_look_finds_open_what_the_long_way_finds_open() {
        let mut seed = 4;
        let statements: Vec<Statement> = (0..4_000).map(|_| drawn(&mut seed)).collect();
        let record =
            Record { source: Source("nvd".into()), id: "CVE-2024-1".into(), statements, ..Record::default() };
        let mut builder = Builder::new();
        builder.add(&record, Locator::default());
        let index = Index::open(builder.finish()).expect("an index");
        let view = index.view();
        let number = view.key("cpe:a:acme:pump").expect("the product");
        for version in
            ["1.0", "1.2", "1.2.3", "1.9", "2.0", "2024.1", "deadbeefcafe", "x", "0", "1.2:sp1", "-"]
        {
            let text = format!("cpe:2.3:a:acme:pump:{}:*:*:*:*:*:*:*", version.replace(':', r"\:"));
            let item = Item {
                name: "pump".into(),
                version: Some(version.into()),
                cpes: text.parse().into_iter().collect(),
                ..Item::default()
            };
            let inventory = Inventory { items: vec![item], ..Inventory::default() };
            let identity = identify(&inventory.items[0], &inventory);
            let key = identity.keys.first().expect("a key");
            let (mut quick, mut long) =
                (Look::new(key, &inventory.items[0]), Look::new(key, &inventory.items[0]));
            let mut open = 0;
            for statement in view.statements(number) {
                let answer = long.ask(view, &statement);
                let expected = matches!(answer.0, Answer::In { .. } | Answer::Undecided { .. });
                assert_eq!(quick.is_open(view, &statement), expected, "{version}: {statement:?} {answer:?}");
                open += usize::from(expected);
            }
            assert!(open > 100 && open < 3_900, "{version}: {open}");
        }
    }
}
