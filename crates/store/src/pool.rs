//! A few connections, opened when needed and given back.

use std::{
    ops::Deref,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{StoreError, connection::Connection};

/// Longer than the slowest part of a bulk write; a write inside a write waits for itself and ends here.
const WAIT: Duration = Duration::from_secs(60);

pub(crate) struct Pool {
    open: Box<dyn Fn() -> Result<Connection, StoreError> + Send + Sync>,
    limit: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    lent: usize,
}

impl Pool {
    pub(crate) fn new(
        limit: usize,
        open: impl Fn() -> Result<Connection, StoreError> + Send + Sync + 'static,
    ) -> Self {
        Self { open: Box::new(open), limit, state: Mutex::default(), returned: Condvar::new() }
    }

    pub(crate) fn lend(&self) -> Result<Lent<'_>, StoreError> {
        let mut state = self.state();
        while state.lent >= self.limit {
            let (next, timeout) =
                self.returned.wait_timeout(state, WAIT).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if timeout.timed_out() {
                return Err(StoreError::Busy { seconds: WAIT.as_secs() });
            }
        }
        state.lent += 1;
        let idle = state.idle.pop();
        drop(state);
        let mut lent = Lent { pool: self, connection: idle };
        if lent.connection.as_ref().is_none_or(Connection::is_broken) {
            lent.connection = Some((self.open)()?);
        }
        Ok(lent)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection out of the pool; goes back when dropped.
pub(crate) struct Lent<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Deref for Lent<'_> {
    type Target = Connection;
    #[expect(clippy::expect_used, reason = "lend() fills it before anybody sees it, only drop takes it")]
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a lent connection")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let connection = self.connection.take().filter(|connection| !connection.is_broken());
        let mut state = self.pool.state();
        state.lent -= 1;
        state.idle.extend(connection);
        drop(state);
        self.pool.returned.notify_one();
    }
}
