//! The open workspace: the record, the files beside it, the corpus that is mapped now, clock, randomness and zone.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use arc_swap::ArcSwapOption;
use domain::{act::Act, audience::Audience, ledger::AsOf};
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use store::{Blobs, Store, Vault};

use crate::{AppError, Clock, Entropy, Viewer, corpus::Corpus, import::Progress};

/// An open workspace. Cheap to clone; its calls block, so never on an async thread.
#[derive(Clone)]
pub struct App {
    /// The record.
    pub store: Store,
    /// Original bytes by digest.
    pub blobs: Blobs,
    /// Keys of sealed columns.
    pub vault: Vault,
    /// Whose workspace it is: the manufacturer's name, the author of documents.
    pub name: String,
    /// The folder of the workspace.
    pub folder: PathBuf,
    /// The corpus that is mapped now; none before the first import.
    pub corpus: Arc<ArcSwapOption<Corpus>>,
    /// The private corpora that are mapped now, by label.
    pub(crate) private: Arc<Mutex<BTreeMap<Audience, Arc<Corpus>>>>,
    /// Where it is told how far an index is that has to be built anew; nowhere unless it is set.
    pub renewing: Arc<dyn Fn(Progress) + Send + Sync>,
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The workspace's time zone: bare dates mean its days.
    pub zone: TimeZone,
}

impl App {
    /// Puts an app together over an open record; `blobs/` and `keys/` are made in the folder when they are not there.
    pub fn new(
        store: Store,
        folder: &Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        zone: TimeZone,
    ) -> Result<Self, AppError> {
        Ok(Self {
            store,
            blobs: Blobs::open(&folder.join("blobs"))?,
            vault: Vault::open(&folder.join("keys"))?,
            name: "aftercare".to_owned(),
            folder: folder.to_owned(),
            corpus: Arc::new(ArcSwapOption::empty()),
            private: Arc::default(),
            renewing: Arc::new(|_| {}),
            clock,
            entropy,
            zone,
        })
    }

    /// An act of a viewer, now. Its summary is for everybody; narrow `audience` when the record it touches is labelled.
    #[must_use]
    pub fn act(&self, viewer: &Viewer, action: &'static str, reason: impl Into<String>) -> Act {
        Act {
            actor: viewer.actor.clone(),
            authentication: viewer.authentication,
            action,
            reason: reason.into(),
            at: self.now(),
            audience: Audience::general(),
        }
    }

    /// The moment of now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Today in the workspace's zone.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now().to_zoned(self.zone.clone()).date()
    }

    /// A fresh id.
    #[must_use]
    pub fn id(&self) -> String {
        self.clock.id()
    }

    /// Random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// Seals contact data, each text under the key of its subject, such as `site:<id>`.
    pub fn seal_all(&self, texts: &[(String, String)]) -> Result<Vec<String>, AppError> {
        Ok(self.vault.seal_all(texts, &mut |bytes| self.entropy.fill(bytes))?)
    }

    /// Reads an as-of: nothing = the head, a bare date = the end of that day in the workspace's zone, else RFC 3339.
    pub fn as_of(&self, text: Option<&str>) -> Result<AsOf, AppError> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(AsOf::Now) };
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(AsOf::At(timestamp));
        }
        text.parse::<Date>()
            .map(|date| {
                let end = date.to_datetime(Time::MAX).to_zoned(self.zone.clone());
                // The last days there are end after the last moment there is.
                AsOf::At(end.map_or(Timestamp::MAX, |zoned| zoned.timestamp()))
            })
            .map_err(|_| {
                AppError::invalid(
                    "as_of",
                    format!(
                        "`{text}` is neither a date like 2026-03-03 nor a moment like 2026-03-03T12:00:00Z"
                    ),
                )
            })
    }
}
