//! Snapshots: a manifest that names the corpus exactly. Its id is the SHA-256 of its bytes; what it names is never changed.
//!
//! Not here: the files it names (`pack`, `corpus`), and the index, which is derived and never named.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    StoreError,
    digest::{hex, sha256},
};

/// A manifest. It holds no time of its own: the same files in the same order give the same id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Version of the matching rules it was made for.
    pub engine: String,
    /// Packs of records, oldest first; a record's locator counts in this list.
    pub packs: Vec<PackName>,
    /// Records, by (pack, ordinal), that lost although the rule (newest, then greatest locator) would let them win.
    pub dropped: Vec<(u32, u32)>,
    /// Score packs in force.
    pub scores: Vec<ScoreName>,
    /// Digests of the lists of files taken in, one per import.
    pub files: Vec<String>,
    /// What each source stands at.
    pub sources: BTreeMap<String, SourceState>,
}

/// A pack in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackName {
    /// SHA-256 (hex).
    pub digest: String,
    /// Whose records.
    pub source: String,
    /// How many.
    pub records: u64,
    /// Need-to-know label of its statements.
    pub audience: String,
}

/// A score pack in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreName {
    /// SHA-256 (hex).
    pub digest: String,
    /// `epss` or `kev`.
    pub source: String,
    /// Date of the scores, version of the catalogue.
    pub version: String,
    /// How many.
    pub records: u64,
}

/// What a source stands at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceState {
    /// Records that count, superseded ones apart.
    pub records: u64,
    /// The newest change that the source states: its watermark.
    pub watermark: Option<String>,
    /// Records refused in the files that were last taken in.
    pub refused: u64,
}

impl Snapshot {
    /// The bytes of the manifest and its id.
    #[must_use]
    pub fn encode(&self) -> (String, String) {
        let packs: Vec<Value> = self
            .packs
            .iter()
            .map(|pack| {
                json!({"digest": pack.digest, "source": pack.source, "records": pack.records, "audience": pack.audience})
            })
            .collect();
        let scores: Vec<Value> = self
            .scores
            .iter()
            .map(|score| {
                json!({"digest": score.digest, "source": score.source, "version": score.version,
                    "records": score.records})
            })
            .collect();
        let sources: serde_json::Map<String, Value> = self
            .sources
            .iter()
            .map(|(name, state)| {
                let value =
                    json!({"records": state.records, "watermark": state.watermark, "refused": state.refused});
                (name.clone(), value)
            })
            .collect();
        let manifest = json!({"format": FORMAT, "engine": self.engine, "packs": packs, "dropped": self.dropped,
            "scores": scores, "files": self.files, "sources": sources});
        let text = format!("{manifest:#}\n");
        let id = hex(&sha256(text.as_bytes()));
        (text, id)
    }

    /// Reads a manifest and checks it against its id.
    pub fn decode(text: &str, id: &str) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged { what: format!("corpus manifest {id} {what}") };
        if hex(&sha256(text.as_bytes())) != id {
            return Err(damaged("is not what its name says"));
        }
        let value: Value = serde_json::from_str(text).map_err(|_| damaged("is no JSON"))?;
        if value["format"] != json!(FORMAT) {
            return Err(damaged("is of a format that this program does not know"));
        }
        Self::read(&value).ok_or_else(|| damaged("lacks a field"))
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
        let packs = value["packs"].as_array()?.iter().map(|pack| {
            Some(PackName {
                digest: text(pack, "digest")?,
                source: text(pack, "source")?,
                records: pack["records"].as_u64()?,
                audience: text(pack, "audience")?,
            })
        });
        let scores = value["scores"].as_array()?.iter().map(|score| {
            Some(ScoreName {
                digest: text(score, "digest")?,
                source: text(score, "source")?,
                version: text(score, "version")?,
                records: score["records"].as_u64()?,
            })
        });
        let dropped = value["dropped"].as_array()?.iter().map(|pair| {
            let number = |at: usize| u32::try_from(pair[at].as_u64()?).ok();
            Some((number(0)?, number(1)?))
        });
        let sources = value["sources"].as_object()?.iter().map(|(name, state)| {
            let state = SourceState {
                records: state["records"].as_u64()?,
                watermark: text(state, "watermark"),
                refused: state["refused"].as_u64()?,
            };
            Some((name.clone(), state))
        });
        Some(Self {
            engine: text(value, "engine")?,
            packs: packs.collect::<Option<_>>()?,
            dropped: dropped.collect::<Option<_>>()?,
            scores: scores.collect::<Option<_>>()?,
            files: value["files"]
                .as_array()?
                .iter()
                .map(|d| Some(d.as_str()?.to_owned()))
                .collect::<Option<_>>()?,
            sources: sources.collect::<Option<_>>()?,
        })
    }
}

const FORMAT: u32 = 1;
