//! Whose word counts more about one product (docs/matching.md).

/// Rank of a statement's source for the product it speaks of; greater is heard first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Authority {
    /// Somebody who added a CPE to another's CVE record (ADP).
    Annotator = 1,
    /// NVD and its overrides.
    Nvd = 2,
    /// An upstream range by commit or by a fuzzing project; a CVE record that names a package.
    Upstream = 3,
    /// The one who assigned the CVE; the home database of an ecosystem or a distribution.
    First = 4,
    /// The product's own maker where the list carries a copy too (Linux kernel, OpenSSL).
    Maker = 5,
}

impl Authority {
    /// The rank of a source speaking at `pointer` of `key`.
    pub(crate) fn of(source: &str, key: &str, pointer: &str) -> Self {
        let package = key.starts_with("purl:") || key.starts_with("distro:");
        match source {
            _ if pointer.starts_with("/containers/adp/") => Self::Annotator,
            "kernel-cna" | "openssl-cna" => Self::Maker,
            "nvd" | "nvd-overrides" => Self::Nvd,
            "cve" | "vulnrichment" if package => Self::Upstream,
            source if source.starts_with("osv:") && !package => Self::Upstream,
            _ => Self::First,
        }
    }

    /// Three bits of a statement's flags back.
    pub(crate) fn from_bits(bits: u32) -> Self {
        match bits {
            5 => Self::Maker,
            4 => Self::First,
            3 => Self::Upstream,
            2 => Self::Nvd,
            _ => Self::Annotator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        for (source, key, pointer, expected) in [
            ("kernel-cna", "cve:linux|linux", "/containers/cna/affected/0", Authority::Maker),
            ("vulnrichment", "cve:linux|linux", "/containers/cna/affected/0", Authority::First),
            ("vulnrichment", "cpe:a:x:y", "/containers/adp/0/affected/0", Authority::Annotator),
            ("nvd", "cpe:a:x:y", "/cve/configurations/0", Authority::Nvd),
            ("cve", "purl:npm/x", "/containers/cna/affected/0", Authority::Upstream),
            ("osv:npm", "purl:npm/x", "/affected/0", Authority::First),
            ("osv:OSS-Fuzz", "git:github.com/x/y", "/affected/0/ranges/0", Authority::Upstream),
            ("osv:AlmaLinux", "distro:almalinux:8/x", "/affected/0", Authority::First),
        ] {
            let found = Authority::of(source, key, pointer);
            assert_eq!(found, expected, "{source} {key}");
            assert_eq!(Authority::from_bits(found as u32), expected);
        }
        assert!(Authority::Maker > Authority::First && Authority::First > Authority::Nvd);
    }
}
