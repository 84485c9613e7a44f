//! What a device runs on, as far as records name it: families of operating systems and the ecosystems that CPE
//! `target_sw` speaks of.

use component::cpe::Part;

use crate::{
    dictionary::{self, Name},
    inventory::{Distribution, Inventory, Item, Role},
};

/// Operating systems that exclude one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    Linux,
    Windows,
    Apple,
    Android,
    Bsd,
    /// Something that is none of the others (VxWorks, QNX, FreeRTOS).
    Other,
}

impl Family {
    /// The family a word of a record belongs to; `None` when it is no operating system that we know.
    pub(crate) fn of(text: &str) -> Option<Self> {
        const WORDS: [(&str, Family); 29] = [
            ("windows", Family::Windows),
            ("linux", Family::Linux),
            ("ubuntu", Family::Linux),
            ("debian", Family::Linux),
            ("fedora", Family::Linux),
            ("centos", Family::Linux),
            ("red hat", Family::Linux),
            ("redhat", Family::Linux),
            ("opensuse", Family::Linux),
            ("suse", Family::Linux),
            ("rocky", Family::Linux),
            ("alpine", Family::Linux),
            ("yocto", Family::Linux),
            ("macos", Family::Apple),
            ("mac os", Family::Apple),
            ("mac_os", Family::Apple),
            ("iphone", Family::Apple),
            ("ipados", Family::Apple),
            ("ios", Family::Apple),
            ("android", Family::Android),
            ("freebsd", Family::Bsd),
            ("openbsd", Family::Bsd),
            ("netbsd", Family::Bsd),
            ("vxworks", Family::Other),
            ("qnx", Family::Other),
            ("freertos", Family::Other),
            ("threadx", Family::Other),
            ("zephyr", Family::Other),
            ("solaris", Family::Other),
        ];
        let lower = |at: usize, word: &str| {
            text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
        };
        let names = |word: &str| {
            // Short words are found in too many others.
            lower(0, word) || (word.len() > 3 && (1..text.len()).any(|at| lower(at, word)))
        };
        WORDS.iter().find(|(word, _)| names(word)).map(|(_, family)| *family)
    }
}

/// Package ecosystem (purl type) or host application that a `target_sw` names.
pub(crate) fn is_foreign_host(target_sw: &str) -> bool {
    const HOSTS: [&str; 20] = [
        "node.js",
        "nodejs",
        "python",
        "ruby",
        "rails",
        "rust",
        "go",
        "golang",
        "perl",
        ".net",
        "wordpress",
        "drupal",
        "joomla",
        "jenkins",
        "typo3",
        "magento",
        "moodle",
        "maven",
        "php",
        "chrome",
    ];
    HOSTS.contains(&target_sw) || target_sw.starts_with("joomla")
}

/// The operating systems of one inventory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Platform<'a> {
    pub(crate) families: Vec<Family>,
    pub(crate) distribution: Option<&'a Distribution>,
    /// Another item holds the role of the operating system, in words for a person.
    pub(crate) system: Option<&'a str>,
    pub(crate) hardware: Option<&'a str>,
    pub(crate) runtime: Option<&'a str>,
}

impl<'a> Platform<'a> {
    pub(crate) fn of(inventory: &'a Inventory) -> Self {
        let mut platform = Self { distribution: inventory.distribution.as_ref(), ..Self::default() };
        if let Some(distribution) = platform.distribution {
            platform.system = Some(&distribution.id);
            platform.families.push(Family::of(&distribution.id).unwrap_or(Family::Linux));
        }
        for item in &inventory.items {
            // A name alone may be the very thing that a record asks for, called otherwise: it occupies nothing.
            let identified = !item.cpes.is_empty() || item.purl.is_some();
            let name = Some(item.name.as_str()).filter(|_name| identified);
            match role(item) {
                Some(Role::OperatingSystem) => {
                    let product = item.cpes.iter().find_map(|cpe| cpe.product.unquoted());
                    let family =
                        product.and_then(|product| Family::of(&product)).or_else(|| Family::of(&item.name));
                    platform.families.extend(family.or(identified.then_some(Family::Other)));
                    platform.system = platform.system.or(family.map(|_family| item.name.as_str())).or(name);
                }
                Some(Role::Hardware) => platform.hardware = platform.hardware.or(name),
                Some(Role::Runtime) => platform.runtime = platform.runtime.or(name),
                None => {}
            }
        }
        platform
    }
}

/// What an item does in the device: declared, or plain from what it is.
fn role(item: &Item) -> Option<Role> {
    if item.role.is_some() {
        return item.role;
    }
    for cpe in &item.cpes {
        let product = cpe.product.unquoted().unwrap_or_default();
        match cpe.part {
            Part::OperatingSystem if !product.ends_with("_firmware") => return Some(Role::OperatingSystem),
            Part::Hardware => return Some(Role::Hardware),
            _ => {}
        }
    }
    let purl = item.purl.as_ref().filter(|purl| purl.ty == "generic")?;
    dictionary::product(Name::Plain, &purl.name.to_ascii_lowercase())?.role
}

/// The role that a leaf of a condition asks about.
pub(crate) fn role_of_key(key: &str) -> Option<Role> {
    let name = key.strip_prefix("cpe:")?;
    if name.starts_with("h:") {
        return Some(Role::Hardware);
    }
    if name.starts_with("o:") {
        return (!name.ends_with("_firmware")).then_some(Role::OperatingSystem);
    }
    dictionary::product(Name::Cpe, name)?.role
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        for (text, expected) in [
            ("windows_10_1809", Some(Family::Windows)),
            ("linux_kernel", Some(Family::Linux)),
            ("debian_linux", Some(Family::Linux)),
            ("iphone_os", Some(Family::Apple)),
            ("ios", Some(Family::Apple)),
            ("mac_os_x", Some(Family::Apple)),
            ("vxworks", Some(Family::Other)),
            ("node.js", None),
            ("wordpress", None),
        ] {
            assert_eq!(Family::of(text), expected, "{text}");
        }
    }

    #[test]
    fn roles_of_leaves() {
        for (key, expected) in [
            ("cpe:o:microsoft:windows_10", Some(Role::OperatingSystem)),
            ("cpe:o:acme:pump_firmware", None),
            ("cpe:h:acme:pump", Some(Role::Hardware)),
            ("cpe:a:oracle:jre", Some(Role::Runtime)),
            ("cpe:a:acme:reader", None),
        ] {
            assert_eq!(role_of_key(key), expected, "{key}");
        }
    }
}
