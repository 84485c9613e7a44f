//! Signed-in sessions: a random token in the browser, its digest in `ops_session`, an idle and an absolute end.
//!
//! Deliberately not here: cookies (`web`), passwords (`password`).

use domain::{act::Authentication, ledger::AsOf, person::Person};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use store::{StoreError, moment, session::SessionRow};
use subtle::ConstantTimeEq as _;

use crate::{App, AppError, Viewer, password, password::hex};

/// A session ends when it was not used for this long.
pub const IDLE_MINUTES: i64 = 60;
/// And this long after it began, whatever happens.
pub const ABSOLUTE_HOURS: i64 = 12;
/// Uses closer together than this are noted once.
const NOTE_SECONDS: i64 = 60;

/// A session that holds now.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who looks.
    pub viewer: Viewer,
    /// What forms send back; compare with [`Session::sent_by_our_form`].
    pub csrf: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The password was set by somebody else: it does not sign until it is changed.
    pub password_is_temporary: bool,
}

/// Signs in; answers the token for the browser, which is told to nobody else, and the session.
pub fn sign_in(app: &App, email: &str, given: &str) -> Result<(String, Session), AppError> {
    let person = password::authenticate(app, email, given)?;
    let token = hex(&app.random::<32>());
    let now = app.now();
    let row = SessionRow {
        token: digest(&token),
        person: person.id.clone(),
        csrf: hex(&app.random::<32>()),
        created_at: moment(now),
        seen_at: moment(now),
    };
    app.store.operate(|ops| {
        ops.prune_sessions(&moment(before(now, absolute())), &moment(before(now, idle())))?;
        ops.add_session(&row)
    })?;
    let temporary = app.store.read(AsOf::Now, |view| view.password(&person.id))?.is_some_and(|p| p.temporary);
    Ok((token, session(person, row, now, temporary)))
}

/// The session of a token, with the roles its person has now. `None` when it ended.
pub fn resume(app: &App, token: &str) -> Result<Option<Session>, AppError> {
    let now = app.now();
    let found = app.store.read(AsOf::Now, |view| {
        let Some(row) = view.session(&digest(token))? else { return Ok(None) };
        let Some(person) = view.person(&row.person)? else { return Ok(None) };
        let temporary = view.password(&person.id)?.is_some_and(|password| password.temporary);
        Ok::<_, StoreError>(Some((row, person, temporary)))
    })?;
    let Some((row, person, temporary)) = found else { return Ok(None) };
    let parse = |text: &str| text.parse::<Timestamp>().unwrap_or(Timestamp::MIN);
    let (created_at, seen_at) = (parse(&row.created_at), parse(&row.seen_at));
    if !person.active || created_at < before(now, absolute()) || seen_at < before(now, idle()) {
        app.store.operate(|ops| ops.end_session(&row.token))?;
        return Ok(None);
    }
    if seen_at < before(now, SignedDuration::from_secs(NOTE_SECONDS)) {
        app.store.operate(|ops| ops.touch_session(&row.token, &moment(now)))?;
    }
    Ok(Some(session(person, row, created_at, temporary)))
}

/// Ends a session; one that ended before is no error.
pub fn sign_out(app: &App, token: &str) -> Result<(), AppError> {
    app.store.operate(|ops| ops.end_session(&digest(token)))?;
    Ok(())
}

impl Session {
    /// Whether a form came from a page of this session. Compared in constant time.
    #[must_use]
    pub fn sent_by_our_form(&self, sent: &str) -> bool {
        self.csrf.as_bytes().ct_eq(sent.as_bytes()).into()
    }
}

fn session(person: Person, row: SessionRow, created_at: Timestamp, password_is_temporary: bool) -> Session {
    Session {
        viewer: Viewer::person(person, Authentication::Session),
        csrf: row.csrf,
        created_at,
        expires_at: created_at.checked_add(absolute()).unwrap_or(Timestamp::MAX),
        password_is_temporary,
    }
}

fn idle() -> SignedDuration {
    SignedDuration::from_mins(IDLE_MINUTES)
}

fn absolute() -> SignedDuration {
    SignedDuration::from_hours(ABSOLUTE_HOURS)
}

fn before(now: Timestamp, duration: SignedDuration) -> Timestamp {
    now.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}
