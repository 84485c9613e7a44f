//! What must hold of any bytes: functions for cargo-fuzz (`fuzz/`) and for the seeded mutator of the tests.
//!
//! Each panics when its law is broken: nothing read makes a reader panic, printing what was read and reading it again
//! gives the same, the order of versions is total and transitive, and a key is not much longer than its version.
use component::cpe::{Cpe, CpeError};
use component::purl::{Purl, PurlError};
use component::vers::{NpmRange, NpmReading, Vers, VersError};
use component::version::{Form, Scheme, shape, shapes_comparable, split_epoch};

/// A law that any bytes must keep.
pub type Target = fn(&[u8]);

/// Every target by its name in `fuzz/`.
pub const TARGETS: [(&str, Target); 5] = [
    ("purl", fuzz_purl),
    ("cpe", fuzz_cpe),
    ("version", fuzz_version),
    ("vers", fuzz_vers),
    ("npm_range", fuzz_npm_range),
];

/// Package URLs.
pub fn fuzz_purl(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(purl) = Purl::parse(&text) {
        match Purl::parse(&purl.to_string()) {
            // Percent codes are longer than what they stand for.
            Err(PurlError::Length(_)) => {}
            again => assert!(again.as_ref() == Ok(&purl), "{}", short(&text)),
        }
        assert!(!purl.canonical_key().is_empty());
    }
}

/// CPE names in both bindings, and their relation.
pub fn fuzz_cpe(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    if let Ok(cpe) = Cpe::parse_lenient(first) {
        for bound in [cpe.to_formatted_string(), cpe.to_uri()] {
            match Cpe::parse(&bound) {
                Err(CpeError::Length(_)) => {}
                again => assert!(again.as_ref() == Ok(&cpe), "{} {}", short(&text), short(&bound)),
            }
        }
        cpe.full_version();
        if let Ok(other) = Cpe::parse_lenient(second) {
            cpe.compare(&other);
        }
    }
}

/// Three versions on three lines, in every scheme.
pub fn fuzz_version(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let versions = [(); 3].map(|()| lines.next().unwrap_or_default());
    for scheme in Scheme::all() {
        let [a, b, c] = versions.map(|version| scheme.key(version));
        assert_eq!(a.cmp(&b), b.cmp(&a).reverse(), "{scheme} {}", short(&text));
        assert!(!(a <= b && b <= c) || a <= c, "{scheme} {}", short(&text));
        for (version, key) in versions.iter().zip([&a, &b, &c]) {
            assert!(key.as_bytes().len() <= version.len() * 6 + 64, "{scheme} {}", short(version));
            let canonical = scheme.canonical(version);
            if scheme.form(version) == Form::Exact {
                assert!(scheme.key(&canonical) == *key, "{scheme} {} {}", short(version), short(&canonical));
            }
            scheme.after_series(version);
        }
    }
    for version in versions {
        split_epoch(version);
        Scheme::from_name(version);
        shapes_comparable(shape(version), shape(versions[0]));
    }
}

/// A range on the first line, a version on the second; as `vers` and in every native notation.
pub fn fuzz_vers(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let (range, version) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let native = Scheme::all().filter_map(|scheme| Vers::from_native(vers_type(scheme), range).ok());
    for vers in Vers::parse(range).ok().into_iter().chain(native) {
        match Vers::parse(&vers.to_string()) {
            // Percent codes are longer than what they stand for.
            Err(VersError::Length(_)) => {}
            again => assert!(again.as_ref() == Ok(&vers), "{}", short(&text)),
        }
        vers.contains(version);
    }
}

/// A range of npm on the first line, a version on the second.
pub fn fuzz_npm_range(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let (range, version) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    for loose in [false, true] {
        for include_prerelease in [false, true] {
            let reading = NpmReading { loose, include_prerelease };
            let Some(parsed) = NpmRange::parse(range, reading) else { continue };
            let printed = parsed.to_string();
            let again = NpmRange::parse(&printed, reading);
            let reprinted = again.as_ref().map(ToString::to_string);
            assert!(reprinted.as_deref() == Some(printed.as_str()), "{}", short(&text));
            let holds = again.is_some_and(|again| again.contains(version));
            assert_eq!(holds, parsed.contains(version), "{}", short(&text));
        }
    }
}

/// Enough of a text to know it by.
fn short(text: &str) -> String {
    format!("{:?}", text.chars().take(200).collect::<String>())
}

/// The type under which vers knows a scheme, where the two names differ.
fn vers_type(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Semver => "npm",
        Scheme::Go => "golang",
        Scheme::Pep440 => "pypi",
        Scheme::Generic => "nginx",
        other => other.name(),
    }
}
