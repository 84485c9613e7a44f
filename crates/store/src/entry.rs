//! A ledger entry: what it says, how it is encoded and hashed, how it is read back from its body.

use std::collections::BTreeMap;

use crate::{
    canonical::Json,
    digest::{Hash, hash_of_hex, hex, sha256},
    revision::Leaves,
};

/// `previous` of the first entry.
pub(crate) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What an entry did to one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) opened: Option<Leaves>,
    pub(crate) closed: Option<Leaves>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) sequence: i64,
    pub(crate) at: String,
    pub(crate) actor: String,
    pub(crate) actor_name: String,
    pub(crate) authentication: String,
    pub(crate) action: String,
    pub(crate) reason: String,
    pub(crate) summary: String,
    pub(crate) audience: String,
    pub(crate) previous: String,
    /// `(k, n)` when the act was too large for one transaction.
    pub(crate) part: Option<(i64, i64)>,
    /// Results of the act that no row holds.
    pub(crate) receipt: BTreeMap<String, Json>,
    pub(crate) tables: BTreeMap<String, Claim>,
}

impl Entry {
    /// The canonical JSON that is hashed.
    pub(crate) fn body(&self) -> String {
        let text = |value: &String| Json::Text(value.clone());
        let mut members = BTreeMap::from([
            ("action".to_owned(), text(&self.action)),
            ("actor".to_owned(), text(&self.actor)),
            ("actor_name".to_owned(), text(&self.actor_name)),
            ("at".to_owned(), text(&self.at)),
            ("audience".to_owned(), text(&self.audience)),
            ("authentication".to_owned(), text(&self.authentication)),
            ("previous".to_owned(), text(&self.previous)),
            ("reason".to_owned(), text(&self.reason)),
            ("sequence".to_owned(), Json::Integer(self.sequence)),
            ("summary".to_owned(), text(&self.summary)),
            (
                "tables".to_owned(),
                Json::Object(self.tables.iter().map(|(k, v)| (k.clone(), v.json())).collect()),
            ),
        ]);
        if let Some((part, parts)) = self.part {
            members.insert("part".to_owned(), Json::Integer(part));
            members.insert("parts".to_owned(), Json::Integer(parts));
        }
        if !self.receipt.is_empty() {
            members.insert("receipt".to_owned(), Json::Object(self.receipt.clone()));
        }
        Json::Object(members).encode()
    }

    /// Reads a body; none unless it is exactly what [`Entry::body`] writes.
    pub(crate) fn from_body(body: &str) -> Option<Self> {
        let json = Json::decode(body)?;
        let text = |name: &str| json.get(name)?.text().map(str::to_owned);
        let part = match (json.get("part"), json.get("parts")) {
            (None, None) => None,
            (Some(part), Some(parts)) => Some((part.integer()?, parts.integer()?)),
            _ => return None,
        };
        let object = |name: &str| match json.get(name) {
            None => Some(BTreeMap::new()),
            Some(Json::Object(members)) => Some(members.clone()),
            Some(_) => None,
        };
        let entry = Self {
            sequence: json.get("sequence")?.integer()?,
            at: text("at")?,
            actor: text("actor")?,
            actor_name: text("actor_name")?,
            authentication: text("authentication")?,
            action: text("action")?,
            reason: text("reason")?,
            summary: text("summary")?,
            audience: text("audience")?,
            previous: text("previous")?,
            part,
            receipt: object("receipt")?,
            tables: object("tables")?
                .into_iter()
                .map(|(name, claim)| Some((name, Claim::from_json(&claim)?)))
                .collect::<Option<_>>()?,
        };
        (entry.body() == body).then_some(entry)
    }
}

/// The hash of an entry's body.
pub(crate) fn body_hash(body: &str) -> Hash {
    sha256(body.as_bytes())
}

impl Claim {
    fn json(&self) -> Json {
        let side = |leaves: Leaves| {
            Json::Object(BTreeMap::from([
                ("count".to_owned(), Json::Integer(i64::try_from(leaves.count).unwrap_or(i64::MAX))),
                ("root".to_owned(), Json::Text(hex(&leaves.root))),
            ]))
        };
        let sides = [("opened", self.opened), ("closed", self.closed)];
        Json::Object(
            sides.into_iter().filter_map(|(name, leaves)| Some((name.to_owned(), side(leaves?)))).collect(),
        )
    }

    fn from_json(json: &Json) -> Option<Self> {
        let side = |name: &str| match json.get(name) {
            None => Some(None),
            Some(leaves) => Some(Some(Leaves {
                count: u64::try_from(leaves.get("count")?.integer()?).ok()?,
                root: hash_of_hex(leaves.get("root")?.text()?)?,
            })),
        };
        Some(Self { opened: side("opened")?, closed: side("closed")? })
    }
}
