//! A ledger in JSON lines that verifies without a server: entries, rows with inclusion proofs, evidence, a checkpoint.
//!
//! What a reader may not see is left out, and its absence can be counted: the proofs of the rest still hold.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Write,
};

use domain::ledger::AsOf;
use serde_json::{Value as Json, json};

use crate::{
    Checkpoint, CheckpointKey, Damage, RECORD_TABLES, Store, StoreError, Table, View,
    digest::{Hash, Levels, hash_of_hex, hex, leaf, root_from_proof},
    entry::{Claim, Entry, body_hash},
    purged::{PURGE, PurgeCount, PurgedLeaves},
    revision::{Leaves, leaf_hash},
    walk::{EVIDENCE_TABLE, Found, Side, walk},
};

/// What a bundle holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BundleReport {
    /// `aftercare/<workspace id>`.
    pub origin: String,
    /// Entries with their text.
    pub entries: u64,
    /// Entries of which only the hash is there.
    pub withheld_entries: u64,
    /// Rows opened or closed, with their proofs.
    pub rows: u64,
    /// Rows that the entries count and the bundle does not hold.
    pub withheld_rows: u64,
    /// Rows, texts and files that were destroyed, act by act; of the rows and texts the leaves are there with their proofs.
    pub purged: Vec<PurgeCount>,
    /// The public key (hex) that signed the checkpoint.
    pub public: String,
    /// The checkpoint that all of it hangs on.
    pub checkpoint: Option<Checkpoint>,
}

/// Writes the whole ledger as a bundle. With `audiences`, only what those labels may see.
pub fn export(
    store: &Store,
    key: &CheckpointKey,
    audiences: Option<&[String]>,
    out: &mut dyn Write,
) -> Result<BundleReport, StoreError> {
    export_tables(store, RECORD_TABLES, key, audiences, out)
}

/// The same over a given list of tables: for tests of the store.
#[doc(hidden)]
pub fn export_tables(
    store: &Store,
    tables: &[&Table],
    key: &CheckpointKey,
    audiences: Option<&[String]>,
    out: &mut dyn Write,
) -> Result<BundleReport, StoreError> {
    let workspace = store.workspace()?.unwrap_or_default();
    store.read(AsOf::Now, |view| {
        let checkpoint = Checkpoint::make_in(view, &workspace, key)?;
        let mut writer = Writer {
            out,
            report: BundleReport {
                origin: checkpoint.origin.clone(),
                public: key.public(),
                ..BundleReport::default()
            },
            visible: HashMap::new(),
        };
        let header =
            json!({"kind": "bundle", "version": 1, "origin": checkpoint.origin, "public": key.public()});
        writer.line(&header)?;
        writer.entries(view, audiences)?;
        let purged = PurgedLeaves::read(view)?;
        for table in tables {
            writer.rows(view, table, Side::Opened, audiences, &purged)?;
            writer.rows(view, table, Side::Closed, audiences, &purged)?;
        }
        writer.rows(view, &EVIDENCE_TABLE, Side::Opened, audiences, &purged)?;
        writer.report.purged = view.purge_counts()?;
        let seen = |label: &String| audiences.is_none_or(|audiences| audiences.contains(label));
        writer.report.purged.retain(|purge| seen(&purge.audience));
        writer.line(&json!({"kind": "checkpoint", "text": checkpoint.text()}))?;
        writer.report.checkpoint = Some(checkpoint);
        Ok(writer.report)
    })
}

struct Writer<'a> {
    out: &'a mut dyn Write,
    report: BundleReport,
    /// Whether the entry's text is in the bundle; rows of others cannot be proved and stay out.
    visible: HashMap<i64, bool>,
}

impl Writer<'_> {
    fn line(&mut self, line: &Json) -> Result<(), StoreError> {
        writeln!(self.out, "{line}").map_err(|source| StoreError::File {
            what: "cannot write",
            path: "the export".to_owned(),
            source,
        })
    }

    fn entries(&mut self, view: &View<'_>, audiences: Option<&[String]>) -> Result<(), StoreError> {
        let mut hashes = Vec::new();
        view.each(HASHES, &[], |row| {
            hashes.push(leaf(&body_hash(&row.text(0)?)));
            Ok(())
        })?;
        let levels = Levels::new(hashes);
        let mut index = 0;
        let mut failed = Ok(());
        view.each(ENTRIES, &[], |row| {
            let (sequence, audience, body, hash) =
                (row.integer(0)?, row.text(1)?, row.text(2)?, row.text(3)?);
            let visible = audiences.is_none_or(|audiences| audiences.contains(&audience));
            self.visible.insert(sequence, visible);
            let proof = hexes(&levels.proof(index));
            index += 1;
            let mut line = json!({"kind": "entry", "sequence": sequence, "hash": hash, "proof": proof});
            if visible {
                line["body"] = Json::String(body);
                self.report.entries += 1;
            } else {
                self.report.withheld_entries += 1;
            }
            if failed.is_ok() {
                failed = self.line(&line);
            }
            Ok(())
        })?;
        failed
    }

    fn rows(
        &mut self,
        view: &View<'_>,
        table: &Table,
        side: Side,
        audiences: Option<&[String]>,
        purged: &PurgedLeaves,
    ) -> Result<(), StoreError> {
        let mut group = Group::default();
        walk(view, table, side, None, purged, &mut |found| {
            let sequence = match &found {
                Found::Row(leaf) => leaf.sequence,
                Found::Purged(sequence, _) => *sequence,
            };
            if sequence != group.sequence {
                self.group(table.name, side, std::mem::take(&mut group))?;
                group.sequence = sequence;
            }
            // A closing is told by its key alone, so with labels it stays out where the table has any. Evidence has no label
            // of its own: whoever may see only a part gets no texts, just as no rows name them.
            let told = side == Side::Opened || !table.is_labelled();
            let (hash, shown) = match found {
                Found::Row(leaf) => {
                    let visible = audiences.is_none_or(|audiences| {
                        table.name != EVIDENCE_TABLE.name
                            && told
                            && (!table.is_labelled() || table.is_seen(&leaf.values, audiences))
                    });
                    (leaf.hash, if visible { Shown::Row(leaf.text) } else { Shown::Withheld })
                }
                Found::Purged(_, leaf) => {
                    let visible =
                        audiences.is_none_or(|audiences| told && audiences.contains(&leaf.audience));
                    (leaf.hash, if visible { Shown::Purged } else { Shown::Withheld })
                }
            };
            group.hashes.push(hash);
            group.leaves.push(shown);
            Ok(true)
        })?;
        self.group(table.name, side, group)
    }

    fn group(&mut self, table: &str, side: Side, group: Group) -> Result<(), StoreError> {
        if group.hashes.is_empty() {
            return Ok(());
        }
        // Entries that are withheld themselves tell no count.
        if !self.visible.get(&group.sequence).copied().unwrap_or(false) {
            return Ok(());
        }
        let hashes = group.hashes.clone();
        let levels = Levels::new(group.hashes);
        for (index, (leaf, hash)) in group.leaves.into_iter().zip(hashes).enumerate() {
            let place = json!({"table": table, "sequence": group.sequence, "index": index});
            let mut line = match leaf {
                Shown::Withheld => {
                    self.report.withheld_rows += 1;
                    continue;
                }
                Shown::Row(leaf) => {
                    self.report.rows += 1;
                    json!({"kind": side.as_str(), "leaf": leaf})
                }
                Shown::Purged => json!({"kind": "purged", "side": side.as_str(), "hash": hex(&hash)}),
            };
            line["proof"] = json!(hexes(&levels.proof(index)));
            if let (Json::Object(line), Json::Object(place)) = (&mut line, place) {
                line.extend(place);
            }
            self.line(&line)?;
        }
        Ok(())
    }
}

/// The leaves of one entry in one table.
#[derive(Default)]
struct Group {
    sequence: i64,
    hashes: Vec<Hash>,
    leaves: Vec<Shown>,
}

/// What a bundle shows of a leaf.
enum Shown {
    Row(String),
    /// Its hash alone: the row was destroyed.
    Purged,
    /// Not for this reader.
    Withheld,
}

/// Verifies a bundle with nothing but its bytes. The public key in it is the bundle's own claim: compare it with one
/// that came another way.
pub fn verify_bundle(bytes: &[u8]) -> Result<BundleReport, Damage> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken(0, "it is not UTF-8"))?;
    let mut reader = Reader::default();
    for (number, line) in text.lines().enumerate() {
        reader.line(line).map_err(|what| broken(number + 1, what))?;
    }
    reader.end().map_err(|what| broken(text.lines().count(), what))
}

#[derive(Default)]
struct Reader {
    report: BundleReport,
    claims: BTreeMap<(String, i64), Claim>,
    /// Sequence, hash, audit path.
    entries: Vec<(i64, Hash, Vec<Hash>)>,
    seen: HashSet<Place>,
    /// Why the entries that destroyed something did.
    reasons: HashMap<i64, String>,
    /// Leaves without a row, by where they lie, and what the rows of [`PURGE`] say of them.
    gone: HashMap<Place, Hash>,
    explained: HashMap<Place, Hash>,
}

/// Table, side, entry, place.
type Place = (String, &'static str, i64, i64);

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        if self.report.checkpoint.is_some() {
            return Err("there is something after the checkpoint");
        }
        let json: Json = serde_json::from_str(line).map_err(|_| "it is not JSON")?;
        let text = |name: &str| json[name].as_str().ok_or("a member is missing");
        let integer = |name: &str| json[name].as_i64().ok_or("a member is missing");
        match text("kind")? {
            "bundle" => {
                if integer("version")? != 1 {
                    return Err("this form of bundle is newer than this program");
                }
                self.report.origin = text("origin")?.to_owned();
                self.report.public = text("public")?.to_owned();
            }
            "entry" => {
                let hash = hash_of_hex(text("hash")?).ok_or("a hash is no hash")?;
                let body = if json["body"].is_null() { None } else { Some(text("body")?) };
                self.entry(integer("sequence")?, hash, body, path(&json["proof"])?)?;
            }
            kind @ ("opened" | "closed") => {
                let at = place(text("table")?, kind, integer("sequence")?, integer("index")?)?;
                let leaf = text("leaf")?;
                let hash = match at.0.as_str() {
                    "evidence" => leaf_hash(&hex(&body_hash(leaf))),
                    _ => leaf_hash(leaf),
                };
                if at.0 == PURGE.name && at.1 == Side::Opened.as_str() {
                    self.purge(at.2, leaf)?;
                }
                self.leaf(at, hash, &path(&json["proof"])?)?;
                self.report.rows += 1;
            }
            "purged" => {
                let at = place(text("table")?, text("side")?, integer("sequence")?, integer("index")?)?;
                let hash = hash_of_hex(text("hash")?).ok_or("a hash is no hash")?;
                self.leaf(at.clone(), hash, &path(&json["proof"])?)?;
                self.gone.insert(at, hash);
            }
            "checkpoint" => {
                let checkpoint =
                    Checkpoint::parse(text("text")?).ok_or("the checkpoint is not in its form")?;
                self.report.checkpoint = Some(checkpoint);
            }
            _ => return Err("an unknown kind of line"),
        }
        Ok(())
    }

    fn entry(
        &mut self,
        sequence: i64,
        hash: Hash,
        body: Option<&str>,
        path: Vec<Hash>,
    ) -> Result<(), &'static str> {
        let previous = self.entries.last().map(|(sequence, hash, _)| (*sequence, hex(hash)));
        if previous.as_ref().is_some_and(|previous| sequence <= previous.0) {
            return Err("entries are out of order");
        }
        if let Some(body) = body {
            if body_hash(body) != hash {
                return Err("an entry is not what its hash says");
            }
            let entry = Entry::from_body(body).ok_or("an entry is not in canonical form")?;
            if entry.sequence != sequence {
                return Err("an entry stands at another's place");
            }
            if previous.is_some_and(|(number, hash)| number + 1 == sequence && hash != entry.previous) {
                return Err("an entry does not follow from the one before it");
            }
            if entry.tables.contains_key(PURGE.name) {
                self.reasons.insert(sequence, entry.reason);
            }
            for (table, claim) in entry.tables {
                let leaves = [claim.opened, claim.closed].into_iter().flatten();
                self.report.withheld_rows += leaves.map(|leaves| leaves.count).sum::<u64>();
                self.claims.insert((table, sequence), claim);
            }
            self.report.entries += 1;
        } else {
            self.report.withheld_entries += 1;
        }
        self.entries.push((sequence, hash, path));
        Ok(())
    }

    fn leaf(&mut self, at: Place, hash: Hash, path: &[Hash]) -> Result<(), &'static str> {
        let claim = self.claims.get(&(at.0.clone(), at.2)).ok_or("a row that no entry explains")?;
        let leaves = if at.1 == Side::Opened.as_str() { claim.opened } else { claim.closed };
        let Leaves { count, root } = leaves.ok_or("a row that no entry explains")?;
        let index = u64::try_from(at.3).map_err(|_| "a member is out of range")?;
        if root_from_proof(hash, index, count, path) != Some(root) {
            return Err("a row is not what its entry says");
        }
        if !self.seen.insert(at) {
            return Err("a row stands here twice");
        }
        self.report.withheld_rows -= 1;
        Ok(())
    }

    /// Takes in what a row of [`PURGE`] says was destroyed.
    fn purge(&mut self, sequence: i64, leaf: &str) -> Result<(), &'static str> {
        let json: Json = serde_json::from_str(leaf).map_err(|_| "a row is not JSON")?;
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        for (side, place) in [(Side::Opened, "opened_place"), (Side::Closed, "closed_place")] {
            let side = side.as_str();
            let (entry, place) = (json[side].as_i64(), json[place].as_i64());
            let hash = json[format!("{side}_leaf")].as_str().and_then(hash_of_hex);
            if let (Some(entry), Some(place), Some(hash)) = (entry, place, hash) {
                self.explained.insert((text("of_table"), side, entry, place), hash);
            }
        }
        let reason = self.reasons.get(&sequence).cloned().unwrap_or_default();
        let (policy, audience) = (text("policy"), text("audience"));
        match self.report.purged.last_mut() {
            Some(last) if last.sequence == sequence && last.policy == policy => last.rows += 1,
            _ => self.report.purged.push(PurgeCount { sequence, policy, audience, reason, rows: 1 }),
        }
        Ok(())
    }

    fn end(self) -> Result<BundleReport, &'static str> {
        if self.gone.iter().any(|(place, hash)| self.explained.get(place) != Some(hash)) {
            return Err("a row is missing, and no act says that it was destroyed");
        }
        let checkpoint =
            self.report.checkpoint.as_ref().ok_or("the end is missing: there is no checkpoint")?;
        if checkpoint.origin != self.report.origin || !checkpoint.is_signed_by(&self.report.public) {
            return Err("the checkpoint is not signed by the bundle's key");
        }
        let root = hash_of_hex(&checkpoint.root).ok_or("the checkpoint has no root")?;
        let size = u64::try_from(checkpoint.size).unwrap_or_default();
        for (sequence, hash, path) in &self.entries {
            let index = u64::try_from(*sequence - 1).map_err(|_| "an entry without a number")?;
            if root_from_proof(leaf(hash), index, size, path) != Some(root) {
                return Err("an entry is not in the checkpoint's ledger");
            }
        }
        Ok(self.report)
    }
}

fn place(table: &str, side: &str, sequence: i64, index: i64) -> Result<Place, &'static str> {
    let sides = [Side::Opened.as_str(), Side::Closed.as_str()];
    let side = sides.into_iter().find(|known| *known == side).ok_or("a side that is none")?;
    Ok((table.to_owned(), side, sequence, index))
}

fn path(json: &Json) -> Result<Vec<Hash>, &'static str> {
    let array = json.as_array().ok_or("a proof is missing")?;
    array.iter().map(|hash| hash.as_str().and_then(hash_of_hex).ok_or("a hash is no hash")).collect()
}

fn hexes(path: &[Hash]) -> Vec<String> {
    path.iter().map(|hash| hex(hash)).collect()
}

fn broken(line: usize, what: &str) -> Damage {
    Damage {
        table: "bundle".to_owned(),
        key: Some(format!("line {line}")),
        sequence: None,
        what: what.to_owned(),
    }
}

const HASHES: &str = "SELECT body FROM ledger ORDER BY sequence";
const ENTRIES: &str = "SELECT sequence, audience, body, hash FROM ledger ORDER BY sequence";
