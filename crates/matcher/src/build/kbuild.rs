//! Which option of a Linux kernel governs which files: a table that a person can read and extend (`kbuild.txt`).
//!
//! A row says that files whose path begins so are compiled *only if* the option is set, in every version that has both. It
//! does not say that they are compiled then. Folders with several entries, and options that have no prompt, are left out.

use std::sync::LazyLock;

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    /// Beginning of a path; a folder ends in `/`.
    pub(super) prefix: &'static str,
    /// Name without `CONFIG_`.
    pub(super) option: &'static str,
}

static GATES: LazyLock<Vec<Gate>> = LazyLock::new(|| {
    let rows = include_str!("kbuild.txt").lines().filter(|line| !line.starts_with('#'));
    let mut gates: Vec<Gate> = rows
        .filter_map(|line| line.split_once(' '))
        .map(|(prefix, option)| Gate { prefix, option: option.trim() })
        .collect();
    gates.sort_unstable_by_key(|gate| gate.prefix);
    gates
});

/// Architectures as the kernel's folders name them.
const ARCHITECTURES: [&str; 28] = [
    "alpha",
    "arc",
    "arm",
    "arm64",
    "avr32",
    "blackfin",
    "c6x",
    "cris",
    "csky",
    "h8300",
    "hexagon",
    "ia64",
    "loongarch",
    "m68k",
    "microblaze",
    "mips",
    "nds32",
    "nios2",
    "openrisc",
    "parisc",
    "powerpc",
    "riscv",
    "s390",
    "sh",
    "sparc",
    "um",
    "x86",
    "xtensa",
];

/// Names that a configuration's head may give for a folder.
const ALSO: [(&str, &str); 7] = [
    ("x86_64", "x86"),
    ("i386", "x86"),
    ("sparc32", "sparc"),
    ("sparc64", "sparc"),
    ("parisc64", "parisc"),
    ("sh64", "sh"),
    ("arm64be", "arm64"),
];

/// Architectures that compile files of another one's folder.
const BORROWS: [(&str, &str); 3] = [("arm64", "arm"), ("um", "x86"), ("um", "arm64")];

/// Every row that speaks of a file: all of them have to be set for it to be compiled.
pub(super) fn gates(file: &str) -> impl Iterator<Item = Gate> {
    // The table is short, and asked only where there is evidence.
    GATES.iter().copied().filter(move |gate| file.starts_with(gate.prefix))
}

/// The architecture whose code a file is; none when it is no one's alone.
pub(super) fn architecture(file: &str) -> Option<&'static str> {
    let (architecture, _) = file.strip_prefix("arch/")?.split_once('/')?;
    ARCHITECTURES.into_iter().find(|known| *known == architecture)
}

/// Whether a kernel that is configured for `configured` may compile code of `other`. One that is not known may.
pub(super) fn builds_from(configured: &str, other: &str) -> bool {
    let folder = ALSO.iter().find(|(name, _)| *name == configured).map_or(configured, |(_, folder)| folder);
    !ARCHITECTURES.contains(&folder) || folder == other || BORROWS.contains(&(folder, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        assert!(GATES.len() > 150, "{}", GATES.len());
        for gate in GATES.iter() {
            assert!(!gate.prefix.starts_with('/') && gate.prefix.contains('/'), "{gate:?}");
            assert!(
                gate.option
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
                    && !gate.option.starts_with("CONFIG_")
                    && !gate.option.is_empty(),
                "{gate:?}"
            );
        }
        for pair in GATES.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }

    #[test]
    fn architectures() {
        assert_eq!(architecture("arch/x86/kvm/x86.c"), Some("x86"));
        assert_eq!(architecture("arch/Kconfig"), None);
        assert!(builds_from("x86_64", "x86"));
        assert!(!builds_from("x86_64", "arm64"));
        assert!(builds_from("arm64", "arm"));
        assert!(!builds_from("arm", "arm64"));
        assert!(builds_from("somethingnew", "x86"));
    }
}
