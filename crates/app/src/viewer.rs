//! Who looks or acts, and what they may. Deny by default; today's permissions apply, also as of a past date.

use domain::{
    act::{Actor, Authentication},
    audience::Audience,
    person::{Permission, Person},
};

use crate::AppError;

/// Who looks or acts. Every use case takes one.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// As acts record it.
    pub actor: Actor,
    /// How they were recognised.
    pub authentication: Authentication,
    /// Need-to-know labels that queries may show, sorted; always holds `general`.
    pub audiences: Vec<String>,
    standing: Standing,
}

/// What permissions come from.
#[derive(Clone, Debug)]
enum Standing {
    Person(Box<Person>),
    /// All but sign.
    Machine,
}

impl Viewer {
    /// A person with the roles they have now.
    #[must_use]
    pub fn person(person: Person, authentication: Authentication) -> Self {
        let actor = Actor::Person { id: person.id.clone(), name: person.name.clone() };
        let audiences = with_general(person.audiences.clone());
        Self { actor, authentication, audiences, standing: Standing::Person(Box::new(person)) }
    }

    /// The local console: may do all but sign. Sees `general` and the labels given; [`crate::App::console`] gives all.
    #[must_use]
    pub fn console(audiences: Vec<String>) -> Self {
        Self {
            actor: Actor::LocalConsole,
            authentication: Authentication::Console,
            audiences: with_general(audiences),
            standing: Standing::Machine,
        }
    }

    /// A part of the system, such as `sweep`: may do all but sign.
    #[must_use]
    pub fn system(part: &'static str, audiences: Vec<String>) -> Self {
        Self {
            actor: Actor::System(part),
            authentication: Authentication::None,
            audiences: with_general(audiences),
            standing: Standing::Machine,
        }
    }

    /// The person, unless it is the console or the system.
    #[must_use]
    pub fn as_person(&self) -> Option<&Person> {
        match &self.standing {
            Standing::Person(person) => Some(person),
            Standing::Machine => None,
        }
    }

    /// Whether it is permitted.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match &self.standing {
            Standing::Person(person) => person.may(permission),
            Standing::Machine => permission != Permission::Sign,
        }
    }

    /// Refuses what is not permitted.
    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(AppError::Denied(match &self.standing {
            Standing::Person(person) if !person.active => format!("{} is no longer active", person.name),
            Standing::Person(person) => format!("{} has no role that may {}", person.name, permission.verb()),
            Standing::Machine => {
                format!("{} may not {}: a signature needs a person", self.actor.printed(), permission.verb())
            }
        }))
    }

    /// Whether the viewer may give something this label. The console may make a label before anybody holds it.
    #[must_use]
    pub fn may_label(&self, audience: &Audience) -> bool {
        self.sees(audience) || matches!(self.standing, Standing::Machine)
    }

    /// Whether a record with this label may be known to the viewer.
    #[must_use]
    pub fn sees(&self, audience: &Audience) -> bool {
        self.audiences.binary_search(&audience.0).is_ok()
    }
}

fn with_general(mut audiences: Vec<String>) -> Vec<String> {
    audiences.push(Audience::GENERAL.to_owned());
    audiences.sort_unstable();
    audiences.dedup();
    audiences
}
