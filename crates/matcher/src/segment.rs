//! Compact binary form of a list of records: the derived companion of a raw pack, so that an index can be rebuilt
//! without parsing JSON again.
//!
//! A segment is a header of eight bytes, then records, each as a length (u32, little-endian) and its payload. Owned
//! here: framing and the reader. The payload is in `write` and `read`, field by field in the order of
//! [`Record`]. Deliberately not here: files, compression, digests.

mod read;
pub(crate) mod write;

use crate::record::Record;

const HEADER: &[u8; 8] = b"AFTSEG\0\x02";

/// Longest payload of one record that is read, in bytes.
const LONGEST: usize = 256 << 20;

/// Conditions nested deeper than this are cut: what lies below stays unanswerable.
pub(crate) const DEEPEST: usize = 48;

/// Appends one record to a segment; an empty `out` gets the header first.
pub fn encode(record: &Record, out: &mut Vec<u8>) {
    if out.is_empty() {
        out.extend_from_slice(HEADER);
    }
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    write::record(record, out);
    let length = u32::try_from(out.len() - at - 4).unwrap_or(u32::MAX);
    out[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Whether bytes begin as a segment of this version does; what comes after is not looked at.
pub fn is_current(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER)
}

/// Why a segment cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// Not a segment, or of another version.
    #[error("not a record segment of this version")]
    Header,
    /// The bytes end early or a length is wrong.
    #[error("record segment is damaged at byte {at}")]
    Damaged {
        /// Offset of the record that could not be read.
        at: usize,
    },
}

/// Iterates the records of a segment; stops after the first error. Empty bytes are an empty segment.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the header on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn stop(&mut self, error: SegmentError) -> Option<Result<Record, SegmentError>> {
        self.bytes = &[];
        self.at = 0;
        Some(Err(error))
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Record, SegmentError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == 0 {
            if self.bytes.is_empty() {
                return None;
            }
            if !self.bytes.starts_with(HEADER) {
                return self.stop(SegmentError::Header);
            }
            self.at = HEADER.len();
        }
        let at = self.at;
        let rest = self.bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let payload = rest.split_first_chunk::<4>().and_then(|(length, rest)| {
            let length = u32::from_le_bytes(*length) as usize;
            rest.get(..length).filter(|_payload| length <= LONGEST)
        });
        let Some((payload, record)) = payload.and_then(|payload| Some((payload, read::record(payload)?)))
        else {
            return self.stop(SegmentError::Damaged { at });
        };
        self.at = at + 4 + payload.len();
        Some(Ok(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::*;
    use component::version::Scheme;

    fn sample() -> Record {
        let leaf = |key: &str, vulnerable| {
            Condition::Has(Leaf {
                pointer: "/c/0".into(),
                key: ProductKey(key.into()),
                span: Some(Span {
                    lower: Bound::Open,
                    upper: Bound::Series("6.10".into()),
                    status: Status::Affected,
                }),
                qualifiers: Qualifiers::default(),
                vulnerable,
            })
        };
        Record {
            source: Source("nvd".into()),
            id: "CVE-2024-1".into(),
            modified: Some("2024-01-02T03:04:05Z".into()),
            published: None,
            withdrawn: false,
            aliases: vec!["GHSA-1".into()],
            upstream: vec!["CVE-2024-1".into()],
            summary: "one line, with ü".into(),
            scores: vec![Score {
                version: "3.1".into(),
                tenths: 98,
                vector: "AV:N".into(),
                provider: "x".into(),
                flaw: Some(0),
            }],
            weaknesses: vec!["CWE-79".into()],
            statements: vec![Statement {
                pointer: "/a".into(),
                key: ProductKey("cpe:a:v:p".into()),
                scheme: Some(Scheme::Rpm),
                spans: vec![Span {
                    lower: Bound::Including("1".into()),
                    upper: Bound::Excluding("2".into()),
                    status: Status::Unaffected,
                }],
                default: Status::Unknown,
                fixed_in: vec!["2".into()],
                qualifiers: Qualifiers {
                    update: Some("sp1".into()),
                    target_sw: Some("windows".into()),
                    version_not_applicable: true,
                    program_files: vec!["net/a.c".into()],
                    purl: vec!["arch=x86_64".into()],
                    exclusion: Some(Exclusion { fixed: true, reason: "built with it".into() }),
                    remedies: vec!["vendor_fix: update".into()],
                    ..Qualifiers::default()
                },
                condition: Some(0),
                exact_only: true,
                flaw: Some(0),
            }],
            conditions: vec![Condition::All(vec![
                Condition::Any(vec![leaf("cpe:a:v:p", true)]),
                Condition::Not(Box::new(leaf("cpe:o:m:w", false))),
            ])],
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut bytes = Vec::new();
        let second = Record { id: "CVE-2024-2".into(), statements: vec![], ..sample() };
        encode(&sample(), &mut bytes);
        encode(&second, &mut bytes);
        let records: Result<Vec<_>, _> = Reader::new(&bytes).collect();
        assert_eq!(records, Ok(vec![sample(), second]));
        assert_eq!(Reader::new(&[]).count(), 0);
    }

    #[test]
    fn another_header_is_refused() {
        let mut bytes = Vec::new();
        encode(&sample(), &mut bytes);
        assert!(is_current(&bytes));
        bytes[7] = 1;
        assert!(!is_current(&bytes));
        assert_eq!(Reader::new(&bytes).next(), Some(Err(SegmentError::Header)));
    }

    #[test]
    fn a_condition_too_deep_is_cut_not_followed() {
        let mut condition = Condition::Any(vec![]);
        for _ in 0..200 {
            condition = Condition::Not(Box::new(condition));
        }
        let mut bytes = Vec::new();
        encode(&Record { conditions: vec![condition], ..sample() }, &mut bytes);
        let record = Reader::new(&bytes).next().and_then(Result::ok).expect("a record");
        let mut depth = 0;
        let mut condition = &record.conditions[0];
        while let Condition::Not(inner) = condition {
            depth += 1;
            condition = inner;
        }
        assert_eq!(depth, DEEPEST);
        assert!(matches!(condition, Condition::Has(_)), "the rest is a leaf that nothing answers");
    }

    #[test]
    fn damaged_bytes_are_an_error_and_never_a_panic() {
        let mut whole = Vec::new();
        encode(&sample(), &mut whole);
        encode(&sample(), &mut whole);
        for length in HEADER.len() + 1..whole.len() {
            let last = Reader::new(&whole[..length]).last();
            let at_boundary = length == HEADER.len() + (whole.len() - HEADER.len()) / 2;
            assert_eq!(last.is_some_and(|last| last.is_ok()), at_boundary, "cut at {length}");
        }
        let mut seed = 7_u64;
        for _ in 0..4000 {
            let mut bytes = whole.clone();
            for _ in 0..3 {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let at = (seed >> 33) as usize % bytes.len();
                bytes[at] = (seed >> 17) as u8;
            }
            assert!(Reader::new(&bytes).count() <= 3);
        }
    }
}
