//! RPM: `epoch:version-release`, each part keyed by the crate `rpm-version`.
//!
//! A missing release sorts below any, an empty one too. Whether a missing epoch equals 0 or any depends on
//! the path by which the version came (see [`split_epoch`]); here it is 0.
use super::epoch::split_epoch;
use super::key::push_number;
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Rpm,
    name: "rpm",
    aliases: &[
        "almalinux",
        "amazon linux",
        "azure linux",
        "fedora",
        "mageia",
        "openeuler",
        "opensuse",
        "oracle linux",
        "photon os",
        "red hat",
        "redhat",
        "rocky linux",
        "suse",
    ],
    purl_types: &["rpm"],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

/// The key of the crate holds the length of a number in one byte.
const LONGEST_NUMBER: usize = 255;

fn write_key(version: &str, out: &mut Vec<u8>) {
    let (epoch, rest) = split_epoch(version.trim());
    push_number(out, epoch.unwrap_or_default().as_bytes());
    let (version, release) =
        rest.rsplit_once('-').map_or((rest, None), |(version, release)| (version, Some(release)));
    out.extend_from_slice(&rpm_version::version_sortkey(version));
    if let Some(release) = release {
        out.extend_from_slice(&rpm_version::version_sortkey(release));
    }
}

fn form(version: &str) -> Form {
    let (_epoch, rest) = split_epoch(version);
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'~' | b'^' | b'-');
    let longest = rest.split(|character: char| !character.is_ascii_digit()).map(str::len).max();
    if longest.is_some_and(|digits| digits > LONGEST_NUMBER)
        || !rest.bytes().any(|byte| byte.is_ascii_digit())
        || !rest.bytes().all(|byte| byte.is_ascii_graphic())
    {
        Form::Invalid
    } else if rest.bytes().all(allowed) && rest.bytes().filter(|byte| *byte == b'-').count() <= 1 {
        Form::Exact
    } else {
        Form::Lenient
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    let (epoch, version) = split_epoch(series);
    push_number(out, epoch.unwrap_or_default().as_bytes());
    out.extend_from_slice(&rpm_version::version_sortkey(version));
    // The mark that ends a version: a longer one has something else here.
    out.pop();
}
