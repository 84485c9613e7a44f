//! `aftercare person add | list | grant | revoke`.

use app::{
    label,
    person::{self, NewPerson},
};
use domain::person::Permission;
use serde_json::json;

use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, Person},
    place::{self, Place},
};

/// Most people printed.
const PEOPLE: usize = 10_000;

/// Runs a verb of people.
pub(crate) fn run(global: &Global, command: Person) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    match command {
        Person::Add { name, email, role } => {
            let password = Some(place::password(global, &email)?);
            let reason = global.reason.as_deref().unwrap_or("added at the console");
            let new = NewPerson { name, email, roles: role, audiences: Vec::new(), password };
            let person = person::add(&place.app, &place.viewer, new, reason)?;
            let answer = json!({ "id": person.id.0, "email": person.email });
            answer::say(global.format, &answer, &format!("{} can sign in.", person.email))?;
        }
        Person::Grant(listing) => {
            let reason = global.reason.as_deref().unwrap_or_default();
            let person = label::grant(&place.app, &place.viewer, &listing.email, &listing.audience, reason)?;
            let answer = json!({ "id": person.id.0, "email": person.email, "audiences": person.audiences });
            let sentence = format!("{} may know what is labelled {}.", person.email, listing.audience);
            answer::say(global.format, &answer, &sentence)?;
        }
        Person::Revoke(listing) => {
            let reason = global.reason.as_deref().unwrap_or_default();
            let person = label::revoke(&place.app, &place.viewer, &listing.email, &listing.audience, reason)?;
            let answer = json!({ "id": person.id.0, "email": person.email, "audiences": person.audiences });
            let sentence =
                format!("{} may no longer know what is labelled {}.", person.email, listing.audience);
            answer::say(global.format, &answer, &sentence)?;
            warn(&place)?;
        }
        Person::List => {
            let people = person::list(&place.app, &place.viewer, place.as_of, None, PEOPLE)?;
            let administers = place.viewer.may(Permission::Administer);
            let labels = if administers { label::list(&place.app, &place.viewer)? } else { Vec::new() };
            let mut table = Table::new(&["Name", "Mail address", "Roles", "Active", "Need to know"]);
            let mut rows = Vec::new();
            for person in &people {
                let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
                let active = if person.active { "yes" } else { "no" };
                table.row(vec![
                    person.name.clone(),
                    person.email.clone(),
                    roles.join(", "),
                    active.to_owned(),
                    // Which lists there are is need-to-know itself.
                    if administers { person.audiences.join(", ") } else { String::new() },
                ]);
                let mut row = json!({
                    "id": person.id.0, "name": person.name, "email": person.email, "roles": roles,
                    "active": person.active,
                });
                if administers {
                    row["audiences"] = json!(person.audiences);
                }
                rows.push(row);
            }
            let closing = answer::listed(people.len(), people.len() >= PEOPLE, "person", "people");
            let mut answer = json!({ "people": rows });
            if administers {
                answer["labels"] = serde_json::to_value(&labels)?;
            }
            answer::print(global.format, &answer, &table, &closing)?;
            warn(&place)?;
        }
    }
    Ok(Outcome::Done)
}

/// Tells whoever administers of labels that nobody holds: what bears them is swept, and nobody looks at it.
pub(crate) fn warn(place: &Place) -> anyhow::Result<()> {
    if place.viewer.may(Permission::Administer) {
        for line in label::unheld(&place.app, &place.viewer)? {
            if let Some(warning) = line.warning() {
                eprintln!("warning: {warning}: aftercare person grant EMAIL --audience {}", line.label);
            }
        }
    }
    Ok(())
}
