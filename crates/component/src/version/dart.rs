//! Pub (Dart): semver in which build metadata counts: none sorts first, then its identifiers as those of a
//! pre-release do.
use super::semver::{self, END_OF_IDENTIFIERS};
use super::{Definition, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Pub,
    name: "pub",
    aliases: &["dart"],
    purl_types: &["pub"],
    write_key,
    form: semver::form,
    write_series: semver::write_series,
    canonical: as_written,
};

const NO_BUILD: u8 = 0x01;
const BUILD: u8 = 0x02;

fn write_key(version: &str, out: &mut Vec<u8>) {
    match semver::write_stripped(semver::strip_prefix(version), semver::write_identifier, out) {
        None => out.push(NO_BUILD),
        Some(build) => {
            out.push(BUILD);
            build
                .split(|byte| *byte == b'.')
                .for_each(|identifier| semver::write_identifier(identifier, out));
            out.push(END_OF_IDENTIFIERS);
        }
    }
}
