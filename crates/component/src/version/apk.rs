//! Alpine: numbers, a letter, suffixes and a revision as Gentoo has them, with suffixes for snapshots of a
//! repository (`_cvs`, `_svn`, `_git`, `_hg`) above the release. apk-tools stops comparing where the grammar breaks;
//! what stands there is ordered all the same, so that the order stays total.
use super::gentoo::{form_of_parts, write_parts, write_series};
use super::{Definition, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Apk,
    name: "apk",
    aliases: &["alpine", "alpaquita", "chainguard", "minimos", "wolfi"],
    purl_types: &["apk"],
    write_key: |version, out| write_parts(version.trim(), &SUFFIXES, out),
    form: |version| form_of_parts(version, &SUFFIXES),
    write_series,
    canonical: as_written,
};

/// In the order of the marks: alpha, beta, pre, rc, *none*, cvs, svn, git, hg, p.
const SUFFIXES: [(&str, u8); 9] = [
    ("alpha", 0x02),
    ("beta", 0x03),
    ("pre", 0x04),
    ("rc", 0x05),
    ("cvs", 0x07),
    ("svn", 0x08),
    ("git", 0x09),
    ("hg", 0x0A),
    ("p", 0x0B),
];
