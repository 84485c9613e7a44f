//! Passwords: rules, argon2id, counting failures, and recognising somebody by one. Hashes stay out of the ledger.
//!
//! Whether a sign-in name exists cannot be told from the answer, from the back-off or from how long it takes.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _},
};
use domain::{
    act::{Act, Actor, Authentication},
    audience::Audience,
    person::Person,
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use store::{StoreError, moment};

use crate::{App, AppError};

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most bytes of one: more only costs us time.
const LONGEST: usize = 1024;
/// Failures in a row that cost nothing but the time of hashing.
const FREE_FAILURES: i64 = 5;
const FIRST_WAIT: i64 = 30;
const LONGEST_WAIT: i64 = 15 * 60;
/// The action under which refused signatures stand in the ledger.
pub const SIGNING_REFUSED: &str = "security.signing_refused";

/// Recognises a person by sign-in name and password. Counts failures; after five in a row each costs a longer wait.
pub fn authenticate(app: &App, email: &str, password: &str) -> Result<Person, AppError> {
    let email = email.trim().to_lowercase();
    let name = hex(&Sha256::digest(email.as_bytes()));
    let now = app.now();
    // Counted before it is tried, so that many tries at once do not pass as one.
    app.store.operate(|ops| {
        let attempts = ops.attempts(&name)?;
        if let Some(until) = locked_until(attempts.failures, &attempts.last_at)
            && until > now
        {
            let until = until.to_zoned(app.zone.clone()).strftime("%H:%M:%S %Z");
            return Err(AppError::Unauthenticated(format!(
                "there were {} wrong attempts in a row for this mail address: try again after {until}",
                attempts.failures
            )));
        }
        ops.prune_attempts(&moment(a_day_before(now)))?;
        Ok(ops.count_attempt(&name, &moment(now))?)
    })?;
    let found = app.store.read(domain::ledger::AsOf::Now, |view| {
        let Some(person) = view.person_by_email(&email)? else { return Ok(None) };
        let password = view.password(&person.id)?;
        Ok::<_, StoreError>(password.map(|password| (person, password)))
    })?;
    let hash = found.as_ref().map(|(_, password)| password.hash.as_str());
    let right = verify(hash, password)?;
    match found {
        Some((person, _)) if right && person.active => {
            app.store.operate(|ops| ops.forget_attempts(&name))?;
            Ok(person)
        }
        _ => Err(AppError::Unauthenticated("the mail address or the password is wrong".to_owned())),
    }
}

/// Recognises a person afresh for a signature (21 CFR 11.200(a)). A refusal is put into the ledger at once and logged as an
/// error, because somebody has to look (21 CFR 11.300(d)).
pub(crate) fn authenticate_to_sign(app: &App, person: &Person, password: &str) -> Result<(), AppError> {
    let refused = match authenticate(app, &person.email, password) {
        Ok(found) if found.id == person.id => {
            let password = app.store.read(domain::ledger::AsOf::Now, |view| view.password(&person.id))?;
            if password.is_some_and(|password| password.temporary) {
                return Err(AppError::Denied(
                    "this password was set by somebody else: change it before you sign with it".to_owned(),
                ));
            }
            return Ok(());
        }
        Ok(_) => AppError::Unauthenticated("the password is not that of the signer".to_owned()),
        Err(refused @ AppError::Unauthenticated(_)) => refused,
        Err(other) => return Err(other),
    };
    tracing::error!(person = %person.id, reason = %refused, "a signature was refused: wrong authentication");
    let act = Act {
        actor: Actor::System("security"),
        authentication: Authentication::None,
        action: SIGNING_REFUSED,
        reason: refused.to_string(),
        at: app.now(),
        audience: Audience::general(),
    };
    app.store.write(&act, |tx| {
        tx.summary(format!("A signature in the name of {} was refused", person.name));
        tx.receipt("person", person.id.0.as_str())?;
        tx.receipt("urgent", 1)
    })?;
    Err(refused)
}

/// Refuses passwords that are too short, too long or the person's own mail address or name.
pub(crate) fn check_rules(password: &str, email: &str, name: &str) -> Result<(), AppError> {
    let bad = |message: String| Err(AppError::invalid("password", message));
    if password.chars().count() < SHORTEST {
        return bad(format!("a password has at least {SHORTEST} characters"));
    }
    if password.len() > LONGEST {
        return bad(format!("a password has at most {LONGEST} bytes"));
    }
    let first = password.chars().next();
    if password.chars().all(|character| Some(character) == first) {
        return bad("a password is not one character over and over".to_owned());
    }
    let lower = password.to_lowercase();
    if lower == email.to_lowercase() || lower == name.to_lowercase() {
        return bad("a password is not one's own name or mail address".to_owned());
    }
    Ok(())
}

/// The PHC string of a password: argon2id, 19 MiB, two passes, a fresh salt.
pub(crate) fn hash(app: &App, password: &str) -> Result<String, AppError> {
    let salt: [u8; 16] = app.random();
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| AppError::Defect(format!("a password could not be hashed: {error}")))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether it is the password of the hash. Without a hash it takes as long and is not.
fn verify(hash: Option<&str>, password: &str) -> Result<bool, AppError> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let Some(hash) = hash else {
        let made = Argon2::default().hash_password_with_salt(password.as_bytes(), &[0; 16]);
        return made.map(|_| false).map_err(|error| AppError::Defect(error.to_string()));
    };
    Ok(Argon2::default().verify_password(password.as_bytes(), hash).is_ok())
}

fn a_day_before(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN)
}

fn locked_until(failures: i64, last_at: &str) -> Option<Timestamp> {
    if failures < FREE_FAILURES {
        return None;
    }
    let doublings = u32::try_from(failures - FREE_FAILURES).unwrap_or(u32::MAX).min(10);
    let wait = (FIRST_WAIT << doublings).min(LONGEST_WAIT);
    last_at.parse::<Timestamp>().ok()?.checked_add(SignedDuration::from_secs(wait)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let check = |password: &str, ok: bool| {
            assert_eq!(
                check_rules(password, "ana@example.org", "Ana Example Person").is_ok(),
                ok,
                "{password}"
            );
        };
        check("correct horse battery", true);
        check("elevenchars", false);
        check("twelvechars!", true);
        check("ÄÖÜäöüßéèêëñ", true);
        check("aaaaaaaaaaaaaaaa", false);
        check("ANA@example.org", false);
        check("ana example person", false);
        check(&"long".repeat(257), false);
    }

    #[test]
    fn waits() {
        let wait = |failures| {
            locked_until(failures, "2026-01-01T00:00:00Z").map(|until| until.as_second() - 1_767_225_600)
        };
        let waits: Vec<_> = (3..=12).map(wait).collect();
        let expected = [
            None,
            None,
            Some(30),
            Some(60),
            Some(120),
            Some(240),
            Some(480),
            Some(900),
            Some(900),
            Some(900),
        ];
        assert_eq!(waits, expected);
        assert_eq!(wait(i64::MAX), Some(900));
    }
}
