//! How build evidence comes into a sweep: as a part of what surrounds a component, beside the distribution and the roles that are
//! declared complete. So what it settles is a settlement of one inventory, and a change of it dirties that release alone.

use domain::audience::Audience;
use matcher::inventory::Inventory;
use store::sweep::Swept;

use crate::build_evidence::Builds;

/// The inventory with the evidence of its release.
pub(super) fn with_build(
    builds: &Builds,
    swept: &Swept,
    audience: &Audience,
    inventory: Inventory,
) -> Inventory {
    Inventory { build: builds.of(&swept.release, audience), ..inventory }
}

/// What the digest of the portfolio and of a settlement says of it; nothing where there is none.
pub(super) fn word(builds: &Builds, swept: &Swept, audience: &Audience) -> String {
    let word = builds.word(&swept.release, audience);
    if word.is_empty() { word } else { format!("|{word}") }
}
