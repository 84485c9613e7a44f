//! Which distribution package holds a language package: the same software in the same version under the distribution's
//! name for it (`python3-urllib3` 1.24.2-5.el8 for `pkg:pypi/urllib3@1.24.2`).
//!
//! Such a package carries the distribution's fixes under the upstream version number, so the distribution's word counts
//! (docs/matching.md, P4). Version and name must both agree; a package installed beside it in another version is its own.

use std::{cell::OnceCell, collections::HashMap};

use component::version::split_epoch;

use crate::inventory::{Inventory, Item};

/// Purl type (empty = any) and normalised name to the distribution packages that may hold it.
type Table = HashMap<(&'static str, String), Vec<u32>>;

/// The distribution packages of one inventory, listed when the first language package is asked about.
pub(crate) struct Owners<'a> {
    inventory: &'a Inventory,
    table: OnceCell<Table>,
}

impl<'a> Owners<'a> {
    pub(crate) fn new(inventory: &'a Inventory) -> Self {
        Self { inventory, table: OnceCell::new() }
    }

    /// The distribution package that holds a language package.
    pub(crate) fn of(&self, item: &Item) -> Option<u32> {
        let purl = item.purl.as_ref()?;
        let ty = LANGUAGES.iter().find(|ty| **ty == purl.ty)?;
        let version = purl.version.as_deref().or(item.version.as_deref())?;
        let name = normal(&purl.name);
        let table = self.table.get_or_init(|| table(self.inventory));
        let named = table.get(&(*ty, name.clone())).into_iter().chain(table.get(&("", name))).flatten();
        named.copied().find(|owner| {
            let owner = self.inventory.items.get(*owner as usize);
            owner.and_then(version_of).is_some_and(|own| upstream(own) == version)
        })
    }
}

/// Languages whose packages distributions build.
const LANGUAGES: [&str; 5] = ["pypi", "gem", "npm", "cpan", "maven"];

fn table(inventory: &Inventory) -> Table {
    let mut table = Table::new();
    for (at, item) in (0..).zip(&inventory.items) {
        let Some(purl) = item.purl.as_ref().filter(|purl| matches!(purl.ty.as_str(), "deb" | "rpm" | "apk"))
        else {
            continue;
        };
        let name = normal(&purl.name);
        for (ty, name) in contents(&name) {
            table.entry((ty, name.to_owned())).or_default().push(at);
        }
    }
    table
}

/// What a distribution's package of that name can hold.
fn contents(name: &str) -> Vec<(&'static str, &str)> {
    let mut found = vec![("", name)];
    let numbered = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if numbered != name && !numbered.is_empty() {
        // Kept beside other versions: `guava20`.
        found.push(("maven", numbered));
    }
    let python = name.strip_prefix("platform-").unwrap_or(name);
    if let Some(rest) = python.strip_prefix("python").or_else(|| python.strip_prefix("py")) {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        // A dot in `python3.11-` became a dash.
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let rest = match rest.split_once('-') {
            Some((digits, rest)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => rest,
            _ => rest,
        };
        found.push(("pypi", rest));
    }
    for (prefix, suffix, ty) in [
        ("rubygem-", "", "gem"),
        ("ruby-", "", "gem"),
        ("nodejs-", "", "npm"),
        ("node-", "", "npm"),
        ("perl-", "", "cpan"),
        ("lib", "-perl", "cpan"),
        ("lib", "-java", "maven"),
    ] {
        if let Some(rest) = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix)) {
            found.push((ty, rest));
        }
    }
    found.retain(|(_, name)| !name.is_empty());
    found
}

fn normal(name: &str) -> String {
    name.to_lowercase().replace("::", "-").replace(['_', '.'], "-")
}

fn version_of(item: &Item) -> Option<&str> {
    item.purl.as_ref()?.version.as_deref().or(item.version.as_deref())
}

/// The upstream version within a distribution's: without epoch, release and what was repackaged (`+dfsg`).
fn upstream(version: &str) -> &str {
    let version = split_epoch(version).1;
    let version = version.rsplit_once('-').map_or(version, |(version, _)| version);
    version.split_once('+').map_or(version, |(version, _)| version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use component::purl::Purl;

    fn check(distribution: &str, language: &str, expected: bool) {
        let item = |purl: &str| Item { purl: Purl::parse(purl).ok(), ..Item::default() };
        let inventory = Inventory { items: vec![item(distribution)], ..Inventory::default() };
        let owned = Owners::new(&inventory).of(&item(language)).is_some();
        assert_eq!(owned, expected, "{distribution} {language}");
    }

    #[test]
    fn p4_a_distribution_holds_what_it_built() {
        check("pkg:rpm/rhel/python3-urllib3@1.24.2-5.el8", "pkg:pypi/urllib3@1.24.2", true);
        check("pkg:rpm/rhel/python3-urllib3@1.24.2-5.el8", "pkg:pypi/urllib3@1.26.0", false);
        check("pkg:rpm/rhel/python3.11-urllib3@1.24.2-5.el8", "pkg:pypi/urllib3@1.24.2", true);
        check("pkg:rpm/suse/python311-Werkzeug@2.3.6-1", "pkg:pypi/werkzeug@2.3.6", true);
        check("pkg:apk/alpine/py3-urllib3@1.26.5-r0", "pkg:pypi/urllib3@1.26.5", true);
        check("pkg:deb/debian/python3-yaml@5.3.1-5", "pkg:pypi/pyyaml@5.3.1", false);
        check("pkg:rpm/rhel/guava20@20.0-8.module_el8", "pkg:maven/com.google.guava/guava@20.0", true);
        check("pkg:rpm/rhel/rubygem-rack@2.2.3-1", "pkg:gem/rack@2.2.3", true);
        check("pkg:deb/debian/ruby-rack@2.2.3+dfsg-1", "pkg:gem/rack@2.2.3", true);
        check("pkg:deb/debian/libjackson2-core-java@2.12.1-1", "pkg:maven/x/jackson2-core@2.12.1", true);
        check("pkg:rpm/rhel/npm@1:8.19.2-1.el9", "pkg:npm/npm@8.19.2", true);
        check("pkg:generic/python3-urllib3@1.24.2-5", "pkg:pypi/urllib3@1.24.2", false);
        check("pkg:rpm/rhel/zlib@1.2.11-17.el8", "pkg:cargo/zlib@1.2.11", false);
    }
}
