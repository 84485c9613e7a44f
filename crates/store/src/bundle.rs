//! A ledger in JSON lines that verifies without a server: entries, rows with inclusion proofs, evidence, a checkpoint.
//!
//! What a reader may not see is left out, and its absence can be counted: the proofs of the rest still hold.

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
};

use domain::ledger::AsOf;
use serde_json::{Value as Json, json};

use crate::{
    Checkpoint, CheckpointKey, Damage, RECORD_TABLES, Store, StoreError, Table, View,
    digest::{Hash, Levels, hash_of_hex, hex, leaf, root_from_proof},
    entry::{Claim, Entry, body_hash},
    revision::{Leaves, leaf_hash},
    walk::{Side, walk, walk_evidence},
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
        for table in tables {
            writer.rows(view, table, Side::Opened, audiences)?;
            writer.rows(view, table, Side::Closed, audiences)?;
        }
        writer.evidence(view, audiences.is_some())?;
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
    ) -> Result<(), StoreError> {
        let mut group = Group::default();
        walk(view, table, side, &mut |leaf| {
            if leaf.sequence != group.sequence {
                self.group(table.name, side, std::mem::take(&mut group))?;
                group.sequence = leaf.sequence;
            }
            // A closing is told by its key alone, so with labels it stays out where the table has any.
            let visible = audiences.is_none_or(|audiences| {
                !table.is_labelled() || (side == Side::Opened && table.is_seen(&leaf.values, audiences))
            });
            group.hashes.push(leaf_hash(&leaf.json));
            group.leaves.push(visible.then_some(leaf.json));
            Ok(true)
        })?;
        self.group(table.name, side, group)
    }

    fn evidence(&mut self, view: &View<'_>, only_digests: bool) -> Result<(), StoreError> {
        let mut group = Group::default();
        // Evidence has no label of its own: whoever may see only a part gets no texts, just as no rows name them.
        walk_evidence(view, &mut |since, digest, body| {
            if since != group.sequence {
                self.group("evidence", Side::Opened, std::mem::take(&mut group))?;
                group.sequence = since;
            }
            group.hashes.push(leaf_hash(digest));
            group.leaves.push((!only_digests).then_some(body));
            Ok(true)
        })?;
        self.group("evidence", Side::Opened, group)
    }

    fn group(&mut self, table: &str, side: Side, group: Group) -> Result<(), StoreError> {
        if group.hashes.is_empty() {
            return Ok(());
        }
        let visible = self.visible.get(&group.sequence).copied().unwrap_or(false);
        let levels = Levels::new(group.hashes);
        for (index, leaf) in group.leaves.into_iter().enumerate() {
            let Some(leaf) = leaf.filter(|_| visible) else {
                // Entries that are withheld themselves tell no count.
                self.report.withheld_rows += u64::from(visible);
                continue;
            };
            self.report.rows += 1;
            let proof = hexes(&levels.proof(index));
            self.line(
                &json!({"kind": side.as_str(), "table": table, "sequence": group.sequence, "index": index,
                "leaf": leaf, "proof": proof}),
            )?;
        }
        Ok(())
    }
}

/// The leaves of one entry in one table; `None` = not for this reader.
#[derive(Default)]
struct Group {
    sequence: i64,
    hashes: Vec<Hash>,
    leaves: Vec<Option<String>>,
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
    seen: std::collections::HashSet<(String, &'static str, i64, i64)>,
}

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
            "opened" => {
                let at = (text("table")?, integer("sequence")?, integer("index")?);
                self.row(Side::Opened, at, text("leaf")?, &path(&json["proof"])?)?;
            }
            "closed" => {
                let at = (text("table")?, integer("sequence")?, integer("index")?);
                self.row(Side::Closed, at, text("leaf")?, &path(&json["proof"])?)?;
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

    fn row(
        &mut self,
        side: Side,
        at: (&str, i64, i64),
        json: &str,
        path: &[Hash],
    ) -> Result<(), &'static str> {
        let (table, sequence, index) = at;
        let claim = self.claims.get(&(table.to_owned(), sequence)).ok_or("a row that no entry explains")?;
        let leaves = match side {
            Side::Opened => claim.opened,
            Side::Closed => claim.closed,
        };
        let Leaves { count, root } = leaves.ok_or("a row that no entry explains")?;
        let leaf = if table == "evidence" { leaf_hash(&hex(&body_hash(json))) } else { leaf_hash(json) };
        let index_in_tree = u64::try_from(index).map_err(|_| "a member is out of range")?;
        if root_from_proof(leaf, index_in_tree, count, path) != Some(root) {
            return Err("a row is not what its entry says");
        }
        if !self.seen.insert((table.to_owned(), side.as_str(), sequence, index)) {
            return Err("a row stands here twice");
        }
        self.report.rows += 1;
        self.report.withheld_rows -= 1;
        Ok(())
    }

    fn end(self) -> Result<BundleReport, &'static str> {
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
