//! A kernel's `.config`: which options are off, and whether that shows that a file was not compiled.
//!
//! An option shows something only when the file says that it *is not set*: then this version has it, and it is off. One that
//! is not named may have another name here, or hang on another option, and shows nothing. A fragment or a defconfig leaves
//! out what another option selects, so only the configuration that a build writes itself is heard.

use super::{Said, kbuild};

/// The value of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `=y`
    Yes,
    /// `=m`: a loadable module. It is compiled; whether a device loads it is not known.
    Module,
    /// `# … is not set`
    Off,
    /// A text or a number.
    Value,
    /// Given twice, and differently.
    Contradictory,
}

/// The options of one kernel build.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KernelConfig {
    /// As the head of the file names it (`arm64`); empty = not a configuration that a build wrote.
    pub architecture: String,
    /// Version of the kernel in the head, `5.10.168`.
    pub version: String,
    /// Name without `CONFIG_`, and value. Sorted.
    options: Vec<(Box<str>, Setting)>,
    /// Something was left out.
    partial: bool,
}

impl KernelConfig {
    /// From options in any order; one that comes twice differently is contradictory.
    pub fn new(architecture: &str, version: &str, options: Vec<(Box<str>, Setting)>, partial: bool) -> Self {
        let mut options = options;
        options.sort_by(|(left, _), (right, _)| left.cmp(right));
        options.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same && later.1 != kept.1 {
                kept.1 = Setting::Contradictory;
            }
            same
        });
        Self { architecture: architecture.to_owned(), version: version.to_owned(), options, partial }
    }

    /// Options that are named.
    pub fn len(&self) -> usize {
        self.options.len()
    }

    /// No option at all.
    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// The value of an option, without `CONFIG_`.
    pub fn setting(&self, option: &str) -> Option<Setting> {
        let at = self.options.binary_search_by(|(name, _)| (**name).cmp(option)).ok()?;
        self.options.get(at).map(|(_, setting)| *setting)
    }

    /// What it says of one file of a kernel of this version.
    pub(super) fn said(&self, file: &str, version: Option<&str>) -> Said {
        if self.architecture.is_empty() || self.version.is_empty() {
            return Said::Unknown(
                "it is no configuration that a build wrote (a fragment or a defconfig leaves options out)"
                    .to_owned(),
            );
        }
        if self.partial {
            return Said::Unknown("parts of it could not be read".to_owned());
        }
        let Some(version) = version.filter(|version| same_version(version, &self.version)) else {
            return Said::Unknown(format!(
                "it is of kernel {}, and the inventory lists {}",
                self.version,
                version.unwrap_or("no version")
            ));
        };
        let file = file.trim_start_matches("./");
        if !file.ends_with(".c") && !file.ends_with(".S") && !file.ends_with(".rs") {
            return Said::Unknown("which file includes it is no matter of one option".to_owned());
        }
        if let Some(other) = kbuild::architecture(file)
            && !kbuild::builds_from(&self.architecture, other)
        {
            return Said::Absent(format!(
                "it is code of {other}, and the kernel {version} is configured for {}",
                self.architecture
            ));
        }
        let mut told = Vec::new();
        for gate in kbuild::gates(file) {
            let option = gate.option;
            match self.setting(option) {
                Some(Setting::Off) => {
                    let what =
                        if gate.prefix == file { file.to_owned() } else { format!("{}*", gate.prefix) };
                    return Said::Absent(format!(
                        "CONFIG_{option} is not set, and {what} is built only with it"
                    ));
                }
                Some(Setting::Yes) => told.push(format!("CONFIG_{option}=y")),
                Some(Setting::Module) => {
                    told.push(format!("CONFIG_{option}=m, a loadable module, which counts as compiled"));
                }
                Some(Setting::Value | Setting::Contradictory) => {
                    told.push(format!("CONFIG_{option} has no clear value"));
                }
                None => told.push(format!("CONFIG_{option} is not named, so it may have another name here")),
            }
        }
        if told.is_empty() {
            Said::Unknown("which option governs it is not known".to_owned())
        } else {
            Said::Unknown(told.join(", "))
        }
    }
}

/// Whether two versions are of one release: `5.15.32-yocto-standard` and `5.15.32` are, `6.1-rc3` and `6.1` are not.
fn same_version(one: &str, other: &str) -> bool {
    let bare = |version: &str| -> String {
        version.chars().take_while(|character| character.is_ascii_digit() || *character == '.').collect()
    };
    let parts = |version: &str| -> Vec<u64> {
        let bare = bare(version);
        let mut parts: Vec<u64> = bare.split('.').filter_map(|part| part.parse().ok()).collect();
        // 5.15 and 5.15.0 are one.
        while parts.len() > 2 && parts.last() == Some(&0) {
            parts.pop();
        }
        parts
    };
    let candidate = |version: &str| version.split_once("-rc").map(|(_, number)| number.to_owned());
    let (same, one, other) = (candidate(one) == candidate(other), parts(one), parts(other));
    same && one.len() >= 2 && one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(options: &[(&str, Setting)]) -> KernelConfig {
        let options = options.iter().map(|(name, setting)| ((*name).into(), *setting)).collect();
        KernelConfig::new("arm64", "5.10.168", options, false)
    }

    fn check(options: &[(&str, Setting)], file: &str, version: Option<&str>, expected: Option<&str>) {
        let said = config(options).said(file, version);
        let (absent, why) = match said {
            Said::Absent(why) => (true, why),
            Said::Compiled(why) | Said::Unknown(why) => (false, why),
        };
        assert_eq!(absent, expected.is_some(), "{file}: {why}");
        assert!(why.contains(expected.unwrap_or_default()), "{file}: {why}");
    }

    #[test]
    fn only_an_option_that_is_not_set_shows_something() {
        let here = Some("5.10.168-yocto-standard");
        check(&[("TIPC", Setting::Off)], "net/tipc/link.c", here, Some("CONFIG_TIPC"));
        check(&[("TIPC", Setting::Module)], "net/tipc/link.c", here, None);
        check(&[("TIPC", Setting::Yes)], "net/tipc/link.c", here, None);
        check(&[], "net/tipc/link.c", here, None);
        check(&[("TIPC", Setting::Off), ("TIPC", Setting::Yes)], "net/tipc/link.c", here, None);
        // The folder above.
        check(&[("BT", Setting::Off)], "net/bluetooth/hidp/core.c", here, Some("CONFIG_BT"));
        check(
            &[("NF_TABLES", Setting::Off)],
            "net/netfilter/nf_tables_api.c",
            here,
            Some("CONFIG_NF_TABLES"),
        );
        // A folder whose name only begins so.
        check(&[("TIPC", Setting::Off)], "net/tipcx/link.c", here, None);
        check(&[("TIPC", Setting::Off)], "net/tipc/link.h", here, None);
        check(&[("TIPC", Setting::Off)], "net/tipc/link.c", Some("5.10.200"), None);
        check(&[("TIPC", Setting::Off)], "net/tipc/link.c", None, None);
    }

    #[test]
    fn code_of_another_architecture() {
        let here = Some("5.10.168");
        check(&[], "arch/x86/kvm/svm/sev.c", here, Some("code of x86"));
        check(&[], "arch/arm64/kvm/arm.c", here, None);
        // arm64 builds some of it.
        check(&[], "arch/arm/xen/mm.c", here, None);
        check(&[], "arch/unheard/of.c", here, None);
    }

    #[test]
    fn a_fragment_is_not_heard() {
        let fragment = KernelConfig::new("", "", vec![("TIPC".into(), Setting::Off)], false);
        assert!(matches!(fragment.said("net/tipc/link.c", Some("5.10.168")), Said::Unknown(_)));
        let partial = KernelConfig::new("arm64", "5.10.168", vec![("TIPC".into(), Setting::Off)], true);
        assert!(matches!(partial.said("net/tipc/link.c", Some("5.10.168")), Said::Unknown(_)));
    }

    #[test]
    fn versions_of_one_release() {
        assert!(same_version("5.15.32-yocto-standard", "5.15.32"));
        assert!(same_version("5.15", "5.15.0"));
        assert!(same_version("6.1-rc3", "6.1.0-rc3"));
        assert!(!same_version("6.1-rc3", "6.1"));
        assert!(!same_version("6", "6"));
    }
}
