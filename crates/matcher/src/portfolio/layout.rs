//! How the bytes of a portfolio index are laid out, for the writer and the reader alike.
//!
//! All numbers are little-endian. Header: magic, version, number of sections, SHA-256 over everything from the table on,
//! total length; then the table of sections (offset and length each), then the sections. Bump [`VERSION`] with every
//! change: the bytes are derived and are simply built again.

pub(super) const MAGIC: &[u8; 8] = b"AFTPARTS";
pub(super) const VERSION: u32 = 1;
/// Where the digest stands.
pub(super) const DIGEST: usize = 16;
/// Magic, version, number of sections, digest, length.
pub(super) const HEADER: usize = DIGEST + 32 + 8;
/// Where the table stands.
pub(super) const TABLE: usize = HEADER;

/// The sections, in the order of the table. Rows of `u32` unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// End of each string in `StringBytes`.
    StringEnds,
    /// UTF-8.
    StringBytes,
    /// [name, units, first row of `Sites`]; one row more at the end.
    Releases,
    /// [name of the site, units].
    Sites,
    /// [end in `Bitmaps` and the caller's number, both `u64`]; the number first.
    Components,
    /// A serialised roaring bitmap of release ordinals for each component version.
    Bitmaps,
    /// [key, name of the scheme, first of `Places`, places without an order]; sorted by the key, one row more at the end.
    Keys,
    /// [first eight bytes of the version key as `u64`, component version, version key, text of the version]: those whose
    /// order means nothing first, then the rest sorted by version key.
    Places,
    /// End of each version key in `VersionBytes`.
    VersionEnds,
    /// Version keys.
    VersionBytes,
}

pub(super) const SECTIONS: usize = 10;

/// Widths of rows in bytes.
pub(super) mod width {
    pub(in crate::portfolio) const RELEASE: usize = 12;
    pub(in crate::portfolio) const SITE: usize = 8;
    pub(in crate::portfolio) const COMPONENT: usize = 16;
    pub(in crate::portfolio) const KEY: usize = 16;
    pub(in crate::portfolio) const PLACE: usize = 20;
}
