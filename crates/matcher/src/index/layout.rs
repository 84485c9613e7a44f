//! How the bytes of an index are laid out: sections, rows and flag bits, for the writer and the reader alike.
//!
//! All numbers are little-endian. After the header come the sections, each aligned to eight bytes, then the table of
//! sections and the total length: so an index is written front to back without being held. Bump [`VERSION`] with every change: an index is derived and is simply built again.

pub(super) const MAGIC: &[u8; 8] = b"AFTINDEX";
pub(super) const VERSION: u32 = 7;
/// Magic, version, number of sections.
pub(super) const HEADER: usize = 16;
/// Offset and length of each section, total length.
pub(super) const TRAILER: usize = SECTIONS * 16 + 8;

/// The sections, in the order of the table. Rows of `u32` unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// [known groups].
    Meta,
    /// End of each string in `StringBytes`.
    StringEnds,
    /// UTF-8.
    StringBytes,
    /// Open addressing by hash of the product key: [upper half of the hash, number of the key + 1], 0 = free. The half
    /// hash keeps a lookup that fails away from `Keys` and from the strings.
    KeyTable,
    /// [string, first statement]; one row more at the end.
    Keys,
    /// [group, flags, place, detail]; sorted by (key, group, record, position in the record). The place is the first span, or
    /// of an only exact version what stands for that version: its position, with an update its first number. Most statements
    /// name one version, and the hot loop answers them from this row.
    Statements,
    /// [pointer, fixed-in list, qualifiers + 1, condition + 1, record, text of an only exact version, digest × 4].
    Details,
    /// [lower position, upper position, flags]; of exact versions with an update, [position, first number, flags]. Those of
    /// one statement follow one another up to the one that is marked as the last.
    Spans,
    /// [lower text, upper text] of each span: what only evidence and names of versions need.
    SpanTexts,
    /// [name of the scheme, first version key, version keys].
    Schemes,
    /// End of each version key in `VersionBytes`.
    VersionEnds,
    /// The first eight bytes of each version key (`u64`).
    VersionPrefixes,
    /// Version keys, ascending within a scheme.
    VersionBytes,
    /// Lists: length, then elements.
    Lists,
    /// [update, edition, target_sw, target_hw, lists of program files, modules, purl qualifiers and remedies, reason of an
    /// exclusion].
    Qualifiers,
    /// Condition trees in prefix form.
    Conditions,
    /// See `group::ROW`.
    Groups,
    /// [source, id, modified, flags, pack, ordinal].
    Records,
    /// [name, group]; sorted by the name without regard to ASCII case, then by group.
    Names,
    /// [source, what].
    Coverage,
}

pub(super) const SECTIONS: usize = 20;

/// Widths of rows in bytes.
pub(super) mod width {
    pub(in crate::index) const KEY_SLOT: usize = 8;
    pub(in crate::index) const KEY: usize = 8;
    pub(in crate::index) const STATEMENT: usize = 16;
    pub(in crate::index) const DETAIL: usize = 40;
    pub(in crate::index) const SPAN: usize = 12;
    pub(in crate::index) const SPAN_TEXTS: usize = 8;
    pub(in crate::index) const SCHEME: usize = 12;
    pub(in crate::index) const QUALIFIERS: usize = 36;
    pub(in crate::index) const GROUP: usize = 64;
    pub(in crate::index) const RECORD: usize = 24;
    pub(in crate::index) const NAME: usize = 8;
    pub(in crate::index) const COVERAGE: usize = 8;
}

/// Bits of a statement's flags.
pub(crate) mod statement {
    /// Two bits: [`Status`](crate::record::Status) of the default.
    pub(crate) const DEFAULT: u32 = 0b11;
    pub(crate) const EXACT_ONLY: u32 = 1 << 2;
    pub(crate) const CONDITION: u32 = 1 << 3;
    pub(crate) const QUALIFIED: u32 = 1 << 4;
    /// The exact versions carry an update (`7.0:sp1`).
    pub(crate) const UPDATE: u32 = 1 << 5;
    pub(crate) const NOT_APPLICABLE: u32 = 1 << 6;
    /// No span is a range: the versions are enumerated.
    pub(crate) const ENUMERATED: u32 = 1 << 7;
    /// The versions are in the generic order, so shapes are guarded.
    pub(crate) const GENERIC: u32 = 1 << 8;
    /// Its unaffected spans are a supplier's word about exactly this product.
    pub(crate) const EXCLUSION: u32 = 1 << 9;
    /// That word is *fixed*.
    pub(crate) const FIXED: u32 = 1 << 10;
    /// One exact version is all it names: there is no row among the spans, `VERSION_*` say what would stand in it.
    pub(crate) const ONE_VERSION: u32 = 1 << 11;
    /// Three bits: [`Authority`](crate::authority::Authority).
    pub(crate) const AUTHORITY_SHIFT: u32 = 12;
    pub(crate) const AUTHORITY: u32 = 0b111;
    /// It names no versions.
    pub(crate) const NO_SPANS: u32 = 1 << 15;
    /// Eight bits: row of the scheme.
    pub(crate) const SCHEME_SHIFT: u32 = 16;
    pub(crate) const SCHEME: u32 = 0xFF;
    /// Three bits: its shape.
    pub(crate) const VERSION_SHAPE_SHIFT: u32 = 24;
    /// It is no version of its scheme.
    pub(crate) const VERSION_INVALID: u32 = 1 << 27;
    /// Two bits: status.
    pub(crate) const VERSION_STATUS_SHIFT: u32 = 28;
}

/// Bits of a span's flags.
pub(crate) mod span {
    /// Two bits: status.
    pub(crate) const STATUS: u32 = 0b11;
    /// Two bits: kind of the lower bound (open, including, excluding, series).
    pub(crate) const LOWER_SHIFT: u32 = 2;
    /// Two bits: kind of the upper bound.
    pub(crate) const UPPER_SHIFT: u32 = 4;
    pub(crate) const KIND: u32 = 0b11;
    /// Both bounds are the same version.
    pub(crate) const EXACT: u32 = 1 << 6;
    /// A bound is outside the grammar of its scheme.
    pub(crate) const LENIENT: u32 = 1 << 7;
    /// A bound is no version of its scheme: the position means nothing.
    pub(crate) const INVALID: u32 = 1 << 8;
    /// Three bits each: shape of the bound; 0 = open.
    pub(crate) const LOWER_SHAPE_SHIFT: u32 = 9;
    pub(crate) const UPPER_SHAPE_SHIFT: u32 = 12;
    pub(crate) const SHAPE: u32 = 0b111;
    /// The last of its statement.
    pub(crate) const LAST: u32 = 1 << 15;
    /// Never in the bytes: it was made from the row of its statement.
    pub(crate) const OF_ROW: u32 = 1 << 16;
}

/// Words of a condition: the operator in the upper byte, the number of children in the rest. A leaf is followed by
/// [key, pointer, lower text, upper text, qualifiers + 1, leaf flags].
pub(crate) mod condition {
    pub(crate) const ALL: u32 = 0;
    pub(crate) const ANY: u32 = 1;
    pub(crate) const NOT: u32 = 2;
    pub(crate) const LEAF: u32 = 3;
    pub(crate) const OPERATOR_SHIFT: u32 = 24;
    pub(crate) const CHILDREN: u32 = 0x00FF_FFFF;
    pub(crate) const LEAF_WORDS: usize = 6;
    /// Leaf flags: bounds as in a span's flags, and these.
    pub(crate) const VULNERABLE: u32 = 1 << 16;
    pub(crate) const HAS_SPAN: u32 = 1 << 17;
    pub(crate) const NOT_APPLICABLE: u32 = 1 << 18;
}

/// Bits of a record's flags.
pub(super) mod record {
    pub(in crate::index) const WITHDRAWN: u32 = 1;
    pub(in crate::index) const ADVISORY: u32 = 2;
}

/// Bits of a group's flags.
pub(super) mod group {
    pub(in crate::index) const KNOWN: u32 = 1;
    pub(in crate::index) const USABLE: u32 = 2;
    pub(in crate::index) const SCORED: u32 = 4;
    pub(in crate::index) const EXPLOITED: u32 = 8;
    pub(in crate::index) const RANSOMWARE: u32 = 16;
    pub(in crate::index) const CVSS: u32 = 32;
}

/// Shape as three bits, 0 is left for an open bound.
pub(crate) fn shape_bits(shape: component::version::Shape) -> u32 {
    use component::version::Shape;
    match shape {
        Shape::Placeholder => 1,
        Shape::Dotted => 2,
        Shape::Year => 3,
        Shape::Date => 4,
        Shape::Build => 5,
        Shape::Hash => 6,
        _ => 7,
    }
}
