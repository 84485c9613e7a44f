//! Until when the maker of a part supports it, as far as the dictionary knows: a fact beside the verdicts, never one of them.
//!
//! Editions of one version end on different days, so a part that does not tell its edition has none here. Not here: whether
//! the day has come (who asks has the clock), and what a supplier says in an SBOM.

use crate::{
    dictionary::{self, Edition},
    identify::Identity,
    raw_name::normalised,
};

/// An edition and the day on which its maker's support ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Name of the edition.
    pub edition: &'static str,
    /// ISO date.
    pub ends_on: &'static str,
}

/// The end of support of a part that is called `name`; none when it names no edition of which the dictionary knows one.
pub fn of(identity: &Identity, name: &str) -> Option<Support> {
    let name = normalised(name);
    let keys = identity.keys.iter().filter(|key| key.obtained != "inferred");
    let editions = keys.filter_map(|key| dictionary::of_key(&key.key)).flat_map(|product| &product.editions);
    let is_named = |edition: &&'static Edition| name.contains(&normalised(&edition.name));
    let edition = editions.filter(is_named).max_by_key(|edition| edition.name.len())?;
    Some(Support { edition: &edition.name, ends_on: edition.supported_until.as_deref()? })
}

#[cfg(test)]
mod tests {
    use component::cpe::Cpe;

    use super::*;
    use crate::{
        identify::identify,
        inventory::{Inventory, Item},
    };

    #[test]
    fn the_edition_tells_the_day() {
        let line = "cpe:2.3:o:microsoft:windows_10_1809:10.0.17763.1:*:*:*:*:*:*:*";
        for (cpe, name, expected) in [
            (line, "Microsoft Windows 10 IoT Enterprise LTSC 2019", Some("2029-01-09")),
            (line, "Windows 10", None),
            ("cpe:2.3:a:acme:pump:1:*:*:*:*:*:*:*", "Windows 10 IoT Enterprise LTSC 2019", None),
        ] {
            let item = Item { cpes: Cpe::parse(cpe).into_iter().collect(), ..Item::default() };
            let found = of(&identify(&item, &Inventory::default()), name);
            assert_eq!(found.map(|support| support.ends_on), expected, "{name}");
        }
    }
}
