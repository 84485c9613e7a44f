//! People in the record, and their password hashes, failed attempts and setup links beside it (`ops_*`).

use domain::{
    id::PersonId,
    person::{Person, Role},
};

use crate::{Ops, Row, StoreError, Table, Tx, Value, View};

/// People.
pub const PERSON: Table = Table {
    name: "person",
    key: &["id"],
    columns: &["id", "name", "email", "active", "roles", "audiences", "audience"],
    sealed: &[],
};

/// What stands beside a person, out of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password {
    /// PHC string.
    pub hash: String,
    /// Set by somebody else than its owner.
    pub temporary: bool,
}

/// Failures in a row of one sign-in name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// How many.
    pub failures: i64,
    /// When the last one was; empty = never.
    pub last_at: String,
}

impl Tx<'_> {
    /// Adds a person.
    pub fn add_person(&mut self, person: &Person) -> Result<(), StoreError> {
        self.open(&PERSON, &values(person))
    }

    /// Gives a person a new revision.
    pub fn change_person(&mut self, person: &Person) -> Result<(), StoreError> {
        self.replace(&PERSON, &values(person))
    }
}

impl View<'_> {
    /// A person by id.
    pub fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        self.row(BY_ID, &[self.sequence().into(), id.into()], read)
    }

    /// A person by sign-in name (lower case).
    pub fn person_by_email(&self, email: &str) -> Result<Option<Person>, StoreError> {
        self.row(BY_EMAIL, &[self.sequence().into(), email.into()], read)
    }

    /// Whoever had this sign-in name first, now or ever: names are not given to somebody else (21 CFR 11.100).
    pub fn first_owner_of_email(&self, email: &str) -> Result<Option<PersonId>, StoreError> {
        self.row(FIRST_OWNER, &[email.into()], |row| Ok(PersonId(row.text(0)?)))
    }

    /// People by name, after (name, id).
    pub fn people(&self, after: (&str, &str), limit: i64) -> Result<Vec<Person>, StoreError> {
        let values = [self.sequence().into(), after.0.into(), after.1.into(), limit.into()];
        self.rows(LIST, &values, read)
    }

    /// The need-to-know labels that somebody is on, sorted.
    pub fn audiences(&self) -> Result<Vec<String>, StoreError> {
        let lists = self.rows(AUDIENCES, &[self.sequence().into()], |row| row.text(0))?;
        let mut labels: Vec<String> = lists
            .iter()
            .flat_map(|list| list.split(' '))
            .filter(|l| !l.is_empty())
            .map(str::to_owned)
            .collect();
        labels.sort_unstable();
        labels.dedup();
        Ok(labels)
    }

    /// How many people there are; 0 = nobody has set this workspace up.
    pub fn count_people(&self) -> Result<i64, StoreError> {
        Ok(self.row(COUNT, &[self.sequence().into()], |row| row.integer(0))?.unwrap_or(0))
    }

    /// The password of a person; always of now.
    pub fn password(&self, person: &PersonId) -> Result<Option<Password>, StoreError> {
        self.row(PASSWORD, &[person.into()], |row| {
            Ok(Password { hash: row.text(0)?, temporary: row.boolean(1)? })
        })
    }
}

impl Ops<'_> {
    /// Sets a password.
    pub fn set_password(
        &mut self,
        person: &PersonId,
        password: &Password,
        at: &str,
    ) -> Result<(), StoreError> {
        let values = [person.into(), Value::from(&password.hash), password.temporary.into(), at.into()];
        self.execute(SET_PASSWORD, &values).map(drop)
    }

    /// Failures in a row of a sign-in name, given by digest.
    pub fn attempts(&self, name: &str) -> Result<Attempts, StoreError> {
        let found = self.row(ATTEMPTS, &[name.into()], |row| {
            Ok(Attempts { failures: row.integer(0)?, last_at: row.text(1)? })
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Counts an attempt as failed, until [`Ops::forget_attempts`] says it was not.
    pub fn count_attempt(&mut self, name: &str, at: &str) -> Result<(), StoreError> {
        self.execute(COUNT_ATTEMPT, &[name.into(), at.into()]).map(drop)
    }

    /// Takes the failures of a sign-in name away.
    pub fn forget_attempts(&mut self, name: &str) -> Result<(), StoreError> {
        self.execute(FORGET_ATTEMPTS, &[name.into()]).map(drop)
    }

    /// Takes away failures older than a moment.
    pub fn prune_attempts(&mut self, before: &str) -> Result<(), StoreError> {
        self.execute(PRUNE_ATTEMPTS, &[before.into()]).map(drop)
    }

    /// Lays down a one-time link, by the digest of its token.
    pub fn add_setup(&mut self, token: &str, expires_at: &str) -> Result<(), StoreError> {
        self.execute(ADD_SETUP, &[token.into(), expires_at.into()]).map(drop)
    }

    /// Uses a one-time link up; answers whether it was there and not expired.
    pub fn take_setup(&mut self, token: &str, now: &str) -> Result<bool, StoreError> {
        Ok(self.execute(TAKE_SETUP, &[token.into(), now.into()])? == 1)
    }
}

fn values(person: &Person) -> Vec<Value> {
    let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
    vec![
        (&person.id).into(),
        (&person.name).into(),
        (&person.email).into(),
        person.active.into(),
        roles.join(" ").into(),
        person.audiences.join(" ").into(),
        domain::audience::Audience::GENERAL.into(),
    ]
}

fn read(row: &Row<'_>) -> Result<Person, StoreError> {
    let words = |text: String| -> Vec<String> {
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let roles = words(row.text(4)?)
        .iter()
        .map(|word| Role::parse(word).ok_or_else(|| StoreError::unreadable(4, "a role", word)))
        .collect::<Result<_, _>>()?;
    Ok(Person {
        id: PersonId(row.text(0)?),
        name: row.text(1)?,
        email: row.text(2)?,
        active: row.boolean(3)?,
        roles,
        audiences: words(row.text(5)?),
    })
}

const BY_ID: &str = "SELECT id, name, email, active, roles, audiences FROM person \
    WHERE id = $2 AND since <= $1 AND until > $1";
const BY_EMAIL: &str = "SELECT id, name, email, active, roles, audiences FROM person \
    WHERE email = $2 AND since <= $1 AND until > $1";
const FIRST_OWNER: &str = "SELECT id FROM person WHERE email = $1 ORDER BY since LIMIT 1";
const LIST: &str = "SELECT id, name, email, active, roles, audiences FROM person WHERE since <= $1 AND until > $1 \
    AND (name > $2 OR (name = $2 AND id > $3)) ORDER BY name, id LIMIT $4";
const AUDIENCES: &str = "SELECT DISTINCT audiences FROM person WHERE since <= $1 AND until > $1";
const COUNT: &str = "SELECT COUNT(*) FROM person WHERE since <= $1 AND until > $1";
const PASSWORD: &str = "SELECT hash, temporary FROM ops_password WHERE person = $1";
const SET_PASSWORD: &str = "INSERT INTO ops_password (person, hash, temporary, changed_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, temporary = excluded.temporary, \
    changed_at = excluded.changed_at";
const ATTEMPTS: &str = "SELECT failures, last_at FROM ops_attempt WHERE name = $1";
const COUNT_ATTEMPT: &str = "INSERT INTO ops_attempt (name, failures, last_at) VALUES ($1, 1, $2) \
    ON CONFLICT (name) DO UPDATE SET failures = ops_attempt.failures + 1, last_at = excluded.last_at";
const FORGET_ATTEMPTS: &str = "DELETE FROM ops_attempt WHERE name = $1";
const PRUNE_ATTEMPTS: &str = "DELETE FROM ops_attempt WHERE last_at < $1";
const ADD_SETUP: &str = "INSERT INTO ops_setup (token, expires_at) VALUES ($1, $2)";
const TAKE_SETUP: &str = "DELETE FROM ops_setup WHERE token = $1 AND expires_at > $2";
