//! Signed-in sessions (`ops_session`), by the SHA-256 of their token: who reads the database cannot take one over.

use domain::id::PersonId;

use crate::{Ops, Row, StoreError, View};

/// A session as stored. Moments are RFC 3339 UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token, hex.
    pub token: String,
    /// Whose.
    pub person: PersonId,
    /// The token that forms send back.
    pub csrf: String,
    /// When it began.
    pub created_at: String,
    /// When it was last used.
    pub seen_at: String,
}

impl View<'_> {
    /// A session by the digest of its token.
    pub fn session(&self, token: &str) -> Result<Option<SessionRow>, StoreError> {
        self.row(BY_TOKEN, &[token.into()], read)
    }
}

impl Ops<'_> {
    /// Begins a session.
    pub fn add_session(&mut self, session: &SessionRow) -> Result<(), StoreError> {
        let values = [
            (&session.token).into(),
            (&session.person).into(),
            (&session.csrf).into(),
            (&session.created_at).into(),
            (&session.seen_at).into(),
        ];
        self.execute(ADD, &values).map(drop)
    }

    /// Notes that a session was used.
    pub fn touch_session(&mut self, token: &str, at: &str) -> Result<(), StoreError> {
        self.execute(TOUCH, &[token.into(), at.into()]).map(drop)
    }

    /// Ends a session; answers whether there was one.
    pub fn end_session(&mut self, token: &str) -> Result<bool, StoreError> {
        Ok(self.execute(END, &[token.into()])? == 1)
    }

    /// Ends every session of a person; answers how many.
    pub fn end_sessions_of(&mut self, person: &PersonId) -> Result<u64, StoreError> {
        self.execute(END_OF, &[person.into()])
    }

    /// Removes sessions begun or last used before these moments.
    pub fn prune_sessions(&mut self, created_before: &str, seen_before: &str) -> Result<u64, StoreError> {
        self.execute(PRUNE, &[created_before.into(), seen_before.into()])
    }
}

fn read(row: &Row<'_>) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        token: row.text(0)?,
        person: PersonId(row.text(1)?),
        csrf: row.text(2)?,
        created_at: row.text(3)?,
        seen_at: row.text(4)?,
    })
}

const BY_TOKEN: &str = "SELECT token, person, csrf, created_at, seen_at FROM ops_session WHERE token = $1";
const ADD: &str =
    "INSERT INTO ops_session (token, person, csrf, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)";
const TOUCH: &str = "UPDATE ops_session SET seen_at = $2 WHERE token = $1";
const END: &str = "DELETE FROM ops_session WHERE token = $1";
const END_OF: &str = "DELETE FROM ops_session WHERE person = $1";
const PRUNE: &str = "DELETE FROM ops_session WHERE created_at < $1 OR seen_at < $2";
