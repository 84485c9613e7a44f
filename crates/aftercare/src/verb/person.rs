//! `aftercare person add | list`.

use app::person::{self, NewPerson};
use serde_json::json;

use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, Person},
    place,
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
        Person::List => {
            let people = person::list(&place.app, &place.viewer, place.as_of, None, PEOPLE)?;
            let mut table = Table::new(&["Name", "Mail address", "Roles", "Active"]);
            let mut rows = Vec::new();
            for person in &people {
                let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
                let active = if person.active { "yes" } else { "no" };
                table.row(vec![
                    person.name.clone(),
                    person.email.clone(),
                    roles.join(", "),
                    active.to_owned(),
                ]);
                rows.push(json!({
                    "id": person.id.0, "name": person.name, "email": person.email, "roles": roles,
                    "active": person.active,
                }));
            }
            let closing = answer::listed(people.len(), people.len() >= PEOPLE, "person", "people");
            answer::print(global.format, &json!({ "people": rows }), &table, &closing)?;
        }
    }
    Ok(Outcome::Done)
}
