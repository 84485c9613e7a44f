//! Need-to-know labels: which there are, who holds each, giving and taking them. Administrators see that a label is there, on
//! how many records and who holds it, never what it covers unless they hold it themselves; a label that nobody holds is told.

use std::collections::BTreeMap;

use domain::{
    audience::Audience,
    ledger::AsOf,
    person::{Permission, Person},
};
use serde::Serialize;

use crate::{
    App, AppError, Viewer,
    person::{self, PersonChange},
};

/// A label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelLine {
    /// The label.
    pub label: String,
    /// Printed names of the active people who hold it.
    pub holders: Vec<String>,
    /// Open records that bear it.
    pub records: i64,
}

impl App {
    /// The local console with every need-to-know label there is, also those that nobody holds.
    pub fn console(&self) -> Result<Viewer, AppError> {
        Ok(Viewer::console(all(self)?))
    }

    /// A part of the system with every need-to-know label there is, also those that nobody holds.
    pub fn system(&self, part: &'static str) -> Result<Viewer, AppError> {
        Ok(Viewer::system(part, all(self)?))
    }
}

impl LabelLine {
    /// What an administrator has to be told; none when somebody who can look holds it.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let records =
            if self.records == 1 { "1 record".to_owned() } else { format!("{} records", self.records) };
        self.holders.is_empty().then(|| format!("label {}: nobody holds it, {records}", self.label))
    }
}

/// Every label there is: on records, on people, on private corpora.
pub fn list(app: &App, viewer: &Viewer) -> Result<Vec<LabelLine>, AppError> {
    viewer.require(Permission::Administer)?;
    let mut lines: BTreeMap<String, LabelLine> = BTreeMap::new();
    for corpus in app.private_labels()? {
        lines.entry(corpus.0).or_default();
    }
    app.store.read(AsOf::Now, |view| {
        for (label, records) in view.labels()? {
            lines.entry(label).or_default().records = records;
        }
        for person in view.people(("", ""), i64::MAX)? {
            for label in person.audiences {
                let line = lines.entry(label).or_default();
                if person.active {
                    line.holders.push(person.name.clone());
                }
            }
        }
        Ok::<_, AppError>(())
    })?;
    // A label that was on somebody once, and on nothing, is no label any more.
    lines.retain(|_, line| line.records > 0 || !line.holders.is_empty());
    Ok(lines.into_iter().map(|(label, line)| LabelLine { label, ..line }).collect())
}

/// Labels that bear records and that nobody holds.
pub fn unheld(app: &App, viewer: &Viewer) -> Result<Vec<LabelLine>, AppError> {
    let mut lines = list(app, viewer)?;
    lines.retain(|line| line.holders.is_empty());
    Ok(lines)
}

/// Puts a person on a need-to-know list.
pub fn grant(
    app: &App,
    viewer: &Viewer,
    person: &str,
    label: &str,
    reason: &str,
) -> Result<Person, AppError> {
    change(app, viewer, person, label, reason, |held, label| {
        if held.contains(&label) {
            return false;
        }
        held.push(label);
        true
    })
}

/// Takes a person off a need-to-know list.
pub fn revoke(
    app: &App,
    viewer: &Viewer,
    person: &str,
    label: &str,
    reason: &str,
) -> Result<Person, AppError> {
    change(app, viewer, person, label, reason, |held, label| {
        let before = held.len();
        held.retain(|other| *other != label);
        held.len() < before
    })
}

/// A need-to-know label as somebody wrote it.
pub(crate) fn read(text: &str) -> Result<Audience, AppError> {
    Audience::label(text.trim()).ok_or_else(|| {
        let message = format!(
            "`{text}` is no label: lower-case letters, digits, - and _, at most 60, and not `general`"
        );
        AppError::invalid("audience", message)
    })
}

/// Every label that any record, person or private corpus bears.
fn all(app: &App) -> Result<Vec<String>, AppError> {
    let mut labels: Vec<String> = app.private_labels()?.into_iter().map(|label| label.0).collect();
    app.store.read(AsOf::Now, |view| {
        labels.extend(view.labels()?.into_keys());
        labels.extend(view.audiences()?);
        Ok::<_, AppError>(())
    })?;
    Ok(labels)
}

fn change(
    app: &App,
    viewer: &Viewer,
    name: &str,
    label: &str,
    reason: &str,
    edit: impl FnOnce(&mut Vec<String>, String) -> bool,
) -> Result<Person, AppError> {
    viewer.require(Permission::Administer)?;
    let label = read(label)?;
    if reason.trim().is_empty() {
        return Err(AppError::invalid("reason", "say why: who may know what is asked about later"));
    }
    let found = person::find(app, viewer, AsOf::Now, name)?;
    let mut audiences = found.audiences.clone();
    if !edit(&mut audiences, label.0) {
        return Err(AppError::Conflict(format!("the need-to-know lists of {} say that already", found.name)));
    }
    let to = PersonChange { audiences: Some(audiences), ..PersonChange::default() };
    person::change(app, viewer, &found.id, to, reason)
}
