//! The only ambient clock of the program, and the maker of ids. Everything else takes time as an argument.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// What time it is, and the next id.
pub trait Clock: Send + Sync {
    /// The moment of now.
    fn now(&self) -> Timestamp;
    /// A fresh UUIDv7 as text; later ids sort after earlier ones.
    fn id(&self) -> String;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one ambient clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one maker of ids")]
    fn id(&self) -> String {
        uuid::Uuid::now_v7().to_string()
    }
}

/// A clock that stands still until it is moved; its ids count up. For tests and for the demonstration, which repeat.
#[derive(Debug)]
pub struct FixedClock {
    now: Mutex<Timestamp>,
    drawn: AtomicU64,
}

impl FixedClock {
    /// A clock that stands at a moment.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now: Mutex::new(now), drawn: AtomicU64::new(0) }
    }
    /// Sets the hands.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
    /// Moves the hands on; at the end of time they stop.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn id(&self) -> String {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        let millisecond = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        let mut rest = [0; 10];
        rest[2..].copy_from_slice(&number.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millisecond, &rest).into_uuid().to_string()
    }
}
