//! People: who they are, what they may, their passwords, and how the first administrator comes to be.

use domain::{
    act::{Act, Actor, Authentication},
    audience::Audience,
    id::PersonId,
    ledger::AsOf,
    person::{Permission, Person, Role},
};
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx, moment, person::Password};

use crate::{
    App, AppError, FieldError, Viewer,
    password::{self, hex},
};

pub use crate::password::authenticate;

/// A person to add.
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    /// Printed name.
    pub name: String,
    /// Mail address, the sign-in name.
    pub email: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Need-to-know labels.
    pub audiences: Vec<String>,
    /// First password; without one the person cannot sign in yet.
    pub password: Option<String>,
}

/// What to change; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    /// Printed name.
    pub name: Option<String>,
    /// Roles.
    pub roles: Option<Vec<Role>>,
    /// May sign in.
    pub active: Option<bool>,
    /// Need-to-know labels.
    pub audiences: Option<Vec<String>>,
}

/// A one-time link is good for this long.
const SETUP_HOURS: i64 = 24;

/// Adds a person.
pub fn add(app: &App, viewer: &Viewer, new: NewPerson, reason: &str) -> Result<Person, AppError> {
    viewer.require(Permission::Administer)?;
    let (person, password) = checked(app, new)?;
    let temporary = viewer.as_person().is_some();
    let act = app.act(viewer, "person.add", reason);
    insert(app, &act, &person, password, temporary)?;
    Ok(person)
}

/// Changes a person. Whoever is no longer active is signed out everywhere; one active administrator always remains.
pub fn change(
    app: &App,
    viewer: &Viewer,
    id: &PersonId,
    change: PersonChange,
    reason: &str,
) -> Result<Person, AppError> {
    viewer.require(Permission::Administer)?;
    let act = app.act(viewer, "person.change", reason);
    let written = app.store.write(&act, |tx| {
        let before = tx.person(id)?.ok_or_else(|| AppError::not_found("person", &id.0))?;
        let mut person = before.clone();
        if let Some(name) = change.name {
            person.name = name.trim().to_owned();
        }
        if let Some(roles) = change.roles {
            person.roles = sorted(roles);
        }
        if let Some(active) = change.active {
            person.active = active;
        }
        if let Some(audiences) = change.audiences {
            person.audiences = sorted(audiences);
        }
        let errors = errors_in(&person);
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        if person == before {
            return Err(AppError::Conflict(format!("{} is so already", person.name)));
        }
        if administers(&before) && !administers(&person) && count_administrators(tx)? == 1 {
            return Err(AppError::Conflict(format!(
                "{} is the only active administrator: make another one first",
                before.name
            )));
        }
        if !person.active {
            tx.ops().end_sessions_of(id)?;
        }
        tx.change_person(&person)?;
        tx.summary(format!("{} was changed: {}", before.name, difference(&before, &person)));
        Ok(person)
    })?;
    Ok(written.value)
}

/// Sets somebody's password. Set by another person it is good to sign in with, never to sign with: an administrator who
/// can reset a password cannot sign as its owner.
pub fn set_password(
    app: &App,
    viewer: &Viewer,
    id: &PersonId,
    new: &str,
    reason: &str,
) -> Result<(), AppError> {
    viewer.require(Permission::Administer)?;
    let temporary = viewer.as_person().is_some();
    write_password(app, &app.act(viewer, "person.set_password", reason), id, new, temporary)
}

/// Changes one's own password, which asks for the old one.
pub fn change_password(app: &App, viewer: &Viewer, old: &str, new: &str) -> Result<(), AppError> {
    let person = viewer
        .as_person()
        .ok_or_else(|| AppError::Denied("only a person has a password of their own".to_owned()))?;
    authenticate(app, &person.email, old)?;
    if old == new {
        return Err(AppError::invalid("password", "the new password is the old one"));
    }
    let mut act = app.act(viewer, "person.change_password", "changed by its owner");
    act.authentication = Authentication::Password;
    write_password(app, &act, &person.id, new, false)
}

/// People by name, after (name, id).
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    after: Option<(&str, &str)>,
    limit: usize,
) -> Result<Vec<Person>, AppError> {
    viewer.require(Permission::Read)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(app.store.read(as_of, |view| view.people(after.unwrap_or(("", "")), limit))?)
}

/// A person by mail address or id.
pub fn find(app: &App, viewer: &Viewer, as_of: AsOf, name: &str) -> Result<Person, AppError> {
    viewer.require(Permission::Read)?;
    app.store
        .read(as_of, |view| {
            let by_email = view.person_by_email(&name.trim().to_lowercase())?;
            by_email.map_or_else(|| view.person(&PersonId(name.to_owned())), |person| Ok(Some(person)))
        })?
        .ok_or_else(|| AppError::not_found("person", name))
}

/// A person as the one who acts at the console (`--as`): recognised by access to the workspace, not by a password.
pub fn acting_as(app: &App, email: &str) -> Result<Viewer, AppError> {
    let console = Viewer::console(Vec::new());
    let person = find(app, &console, AsOf::Now, email)?;
    if !person.active {
        return Err(AppError::Denied(format!("{} is no longer active", person.name)));
    }
    Ok(Viewer::person(person, Authentication::Console))
}

/// Makes the first administrator; refused once there is anybody.
pub fn first_administrator(app: &App, name: &str, email: &str, password: &str) -> Result<Person, AppError> {
    let act = app.act(&Viewer::console(Vec::new()), "person.first_administrator", "workspace set up");
    first(app, &act, name, email, password)
}

/// A one-time link's token, with which the first administrator sets the workspace up from the browser. Good for a day.
pub fn setup_token(app: &App) -> Result<String, AppError> {
    let token = hex(&app.random::<32>());
    let expires =
        app.now().checked_add(SignedDuration::from_hours(SETUP_HOURS)).unwrap_or(jiff::Timestamp::MAX);
    app.store.operate(|ops| ops.add_setup(&digest(&token), &moment(expires)))?;
    Ok(token)
}

/// Uses a one-time link up: makes the first administrator.
pub fn redeem_setup(
    app: &App,
    token: &str,
    name: &str,
    email: &str,
    password: &str,
) -> Result<Person, AppError> {
    let act = Act {
        actor: Actor::System("setup"),
        authentication: Authentication::None,
        action: "person.first_administrator",
        reason: "one-time setup link used".to_owned(),
        at: app.now(),
        audience: Audience::general(),
    };
    // What is typed is checked before the link is used up.
    checked(app, administrator(name, email, password))?;
    let now = moment(app.now());
    if !app.store.operate(|ops| ops.take_setup(&digest(token), &now))? {
        return Err(AppError::Unauthenticated(
            "this link was used before or is older than a day: `aftercare init` prints a new one".to_owned(),
        ));
    }
    first(app, &act, name, email, password)
}

fn first(app: &App, act: &Act, name: &str, email: &str, password: &str) -> Result<Person, AppError> {
    let (person, password) = checked(app, administrator(name, email, password))?;
    app.store.read(AsOf::Now, |view| {
        if view.count_people()? > 0 {
            let message = "this workspace has people already: sign in as an administrator";
            return Err(AppError::Conflict(message.to_owned()));
        }
        Ok(())
    })?;
    insert(app, act, &person, password, false)?;
    Ok(person)
}

fn administrator(name: &str, email: &str, password: &str) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        email: email.to_owned(),
        roles: vec![Role::Administrator],
        audiences: Vec::new(),
        password: Some(password.to_owned()),
    }
}

fn checked(app: &App, new: NewPerson) -> Result<(Person, Option<String>), AppError> {
    let person = Person {
        id: PersonId(app.id()),
        name: new.name.trim().to_owned(),
        email: new.email.trim().to_lowercase(),
        active: true,
        roles: sorted(new.roles),
        audiences: sorted(new.audiences),
    };
    let mut errors = errors_in(&person);
    if let Some(password) = &new.password
        && let Err(error) = password::check_rules(password, &person.email, &person.name)
    {
        errors.extend(error.fields().to_vec());
    }
    if errors.is_empty() { Ok((person, new.password)) } else { Err(AppError::Invalid(errors)) }
}

fn insert(
    app: &App,
    act: &Act,
    person: &Person,
    password: Option<String>,
    temporary: bool,
) -> Result<(), AppError> {
    // Hashing is slow on purpose and stays outside the transaction.
    let hash = password.map(|password| password::hash(app, &password)).transpose()?;
    app.store.write(act, |tx| {
        if tx.first_owner_of_email(&person.email)?.is_some() {
            return Err(AppError::Conflict(format!(
                "{} is or was the sign-in name of somebody; it is not given to anybody else",
                person.email
            )));
        }
        tx.add_person(person)?;
        if let Some(hash) = hash {
            let at = tx.at().to_owned();
            tx.ops().set_password(&person.id, &Password { hash, temporary }, &at)?;
        }
        let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
        tx.summary(format!("{} was added as {}", person.name, roles.join(", ")));
        Ok(())
    })?;
    Ok(())
}

fn write_password(app: &App, act: &Act, id: &PersonId, new: &str, temporary: bool) -> Result<(), AppError> {
    let person = app
        .store
        .read(AsOf::Now, |view| view.person(id))?
        .ok_or_else(|| AppError::not_found("person", &id.0))?;
    password::check_rules(new, &person.email, &person.name)?;
    let hash = password::hash(app, new)?;
    app.store.write(act, |tx| {
        let at = tx.at().to_owned();
        let mut ops = tx.ops();
        ops.set_password(id, &Password { hash, temporary }, &at)?;
        ops.end_sessions_of(id)?;
        let whose =
            if temporary { " by an administrator; it does not sign until its owner changes it" } else { "" };
        tx.summary(format!("The password of {} was set{whose}", person.name));
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

fn errors_in(person: &Person) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if person.name.is_empty()
        || person.name.chars().count() > 200
        || person.name.chars().any(char::is_control)
    {
        errors.push(FieldError::new("name", "a printed name has 1 to 200 characters"));
    }
    let parts: Vec<&str> = person.email.split('@').collect();
    let plain = |c: char| !c.is_whitespace() && !c.is_control();
    if person.email.len() > 254
        || parts.len() != 2
        || parts.iter().any(|part| part.is_empty())
        || !person.email.chars().all(plain)
    {
        errors.push(FieldError::new("email", format!("`{}` is no mail address", person.email)));
    }
    if person.roles.is_empty() {
        errors.push(FieldError::new("roles", "at least one role is needed"));
    }
    for label in &person.audiences {
        if Audience::label(label).is_none() {
            let message =
                format!("`{label}` is no label: lower-case letters, digits, - and _, and not `general`");
            errors.push(FieldError::new("audiences", message));
        }
    }
    errors
}

fn difference(before: &Person, after: &Person) -> String {
    let mut parts = Vec::new();
    if before.name != after.name {
        parts.push(format!("name now {}", after.name));
    }
    if before.roles != after.roles {
        let words =
            |person: &Person| person.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
        parts.push(format!("roles {} → {}", words(before), words(after)));
    }
    if before.active != after.active {
        parts.push(if after.active { "active again" } else { "no longer active" }.to_owned());
    }
    if before.audiences != after.audiences {
        // Which lists there are is itself need-to-know.
        parts.push("need-to-know lists".to_owned());
    }
    parts.join("; ")
}

fn administers(person: &Person) -> bool {
    person.may(Permission::Administer)
}

fn count_administrators(tx: &Tx<'_>) -> Result<usize, StoreError> {
    Ok(tx.people(("", ""), i64::MAX)?.iter().filter(|person| administers(person)).count())
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}

fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}
