//! What must hold of every scheme for any text: the order is total and transitive, the byte order of the keys
//! is the order of an independently written comparator, a series ends above all its versions, and a key stays
//! small. What must hold of any bytes is in `vectors::fuzz`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cmp::Ordering;

use component::version::{Form, Scheme, VersionKey};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngSeed, TestRunner};

use oracle::{packages, systems};

mod oracle;

/// Texts made of what versions are made of, so that pairs are often close to each other.
fn version() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        4 => "[0-9]{1,2}",
        1 => "0{1,3}",
        1 => "[1-9][0-9]{17,21}",
        4 => Just(".".to_owned()),
        3 => "[-_+~^:!]",
        3 => "(alpha|beta|a|b|m|milestone|rc|cr|c|pre|preview|snapshot|final|ga|release|sp|post|rev|r|dev|patch|pl|errata|v|x|xyz|FOO|go)",
        1 => "[ -~é]",
    ];
    prop::collection::vec(token, 0..9).prop_map(|tokens| tokens.concat())
}

/// The comparator of each scheme, and whether it speaks about a text at all.
type Oracle = (Scheme, fn(&str, &str) -> Ordering, fn(&str) -> bool);

const ORACLES: [Oracle; 22] = [
    (Scheme::Semver, oracle::semver, |text| is_exact(Scheme::Semver, text)),
    (Scheme::Pub, packages::dart, |text| is_exact(Scheme::Pub, text)),
    (Scheme::Go, oracle::semver, |text| is_exact(Scheme::Go, text)),
    (Scheme::NuGet, packages::nuget, |text| is_exact(Scheme::NuGet, text)),
    (Scheme::Pep440, oracle::pep440, |text| is_exact(Scheme::Pep440, text)),
    (Scheme::Gem, packages::gem, |_text| true),
    (Scheme::Composer, packages::composer, |_text| true),
    (Scheme::Conan, packages::conan, speaks_conan),
    (Scheme::Cran, packages::row, |text| is_exact(Scheme::Cran, text)),
    (Scheme::Hackage, packages::row, |text| is_exact(Scheme::Hackage, text)),
    (Scheme::Maven, oracle::maven, |text| is_exact(Scheme::Maven, text)),
    (Scheme::Debian, oracle::debian, |_text| true),
    (Scheme::Rpm, oracle::rpm, |_text| true),
    (Scheme::Apk, systems::apk, |text| is_exact(Scheme::Apk, text)),
    (Scheme::Alpm, systems::alpm, speaks_vercmp),
    (Scheme::Gentoo, systems::gentoo, |text| is_exact(Scheme::Gentoo, text)),
    (Scheme::OpenSsl, systems::openssl, |text| is_exact(Scheme::OpenSsl, text)),
    (Scheme::Linux, systems::linux, |text| is_exact(Scheme::Linux, text)),
    (Scheme::Windows, systems::windows, |text| is_exact(Scheme::Windows, text)),
    (Scheme::Datetime, systems::datetime, |text| is_exact(Scheme::Datetime, text)),
    (Scheme::Lexicographic, Ord::cmp, |_text| true),
    (Scheme::Generic, oracle::generic, |_text| true),
];

fn is_exact(scheme: Scheme, text: &str) -> bool {
    scheme.form(text) == Form::Exact
}

/// Items that are numbers or start with a letter: on others Conan's own order has circles.
fn speaks_conan(text: &str) -> bool {
    let item = |item: &str| {
        item.bytes().all(|b| b.is_ascii_digit()) || !item.starts_with(|c: char| c.is_ascii_digit())
    };
    is_exact(Scheme::Conan, text)
        && text.split(['.', '-', '+']).all(item)
        && text.matches(['-', '+']).count()
            == usize::from(text.contains('-')) + usize::from(text.contains('+'))
        && text.find('+').is_none_or(|plus| !text[plus..].contains('-'))
}

/// With a release, and no separator at an end: without, vercmp has circles.
fn speaks_vercmp(text: &str) -> bool {
    let ends = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    let (_epoch, version) = component::version::split_epoch(text);
    is_exact(Scheme::Alpm, text) && version.contains('-') && version.split('-').all(ends)
}

/// Texts in the grammar of the schemes whose oracle knows nothing else, four of one grammar.
fn well_formed() -> impl Strategy<Value = Vec<String>> {
    let number = "(0|[1-9][0-9]?)";
    let semver =
        format!("v?{number}\\.{number}\\.{number}(-(0|[1-9]|a|rc|-|1a)(\\.(0|[1-9][0-9]?|b|B))?)?(\\+b1)?");
    let pep440 = "(1!)?[0-3](\\.[0-2]){0,3}([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?[0-2]?)?(-[0-2]|[-_.]?(post|rev|r)[-_.]?[0-2]?)?([-_.]?dev[-_.]?[0-2]?)?(\\+[a-c0-2]{1,2}([-_.][a-c0-2]{1,2}){0,2})?";
    let maven = "[0-3](\\.[0-2]){0,3}([-.]?(alpha|beta|milestone|rc|cr|snapshot|SNAPSHOT|ga|final|sp|jre|x|a|b|m)([-.]?[0-2])?)?";
    let others = [
        // Gentoo and Alpine
        "[0-2](\\.0?[0-2]0?){0,2}[ab]?(_(alpha|beta|pre|rc|p|cvs|svn|git|hg)[0-2]?){0,2}(-r[0-2])?",
        // Arch Linux
        "(1:)?[0-2]([._+]{0,2}([a-b]{1,2}|[0-2])){0,4}-[0-2](\\.1)?",
        // Conan
        "[0-2](\\.([0-2]|a|ab)){0,3}(-(rc|[0-2])(\\.[0-2]){0,2})?(\\+(b|[0-2])(\\.[0-2])?)?",
        // OpenSSL and Linux
        "[0-2]\\.[0-1]\\.[0-2](([a-b]|za?)?(-dev|-(alpha|beta|pre)[0-2])?|-(rc|test|pre)[0-2]{1,2}|\\.[0-2])",
        // RubyGems, Composer, NuGet
        "v?[0-2](\\.[0-2]){0,4}[-.]?(dev|a|alpha|b|beta|rc|RC|pl|p|stable|x)?[-.]?[0-2]?(\\.[ab0-2])?",
        // Windows
        "(6|10)\\.[0-3]\\.1[0-1]{3,4}\\.[0-9]{1,4}",
        // points in time
        "20(00|23|24)-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-2]{1,3})?(Z|[+-]0[0-9]:[03]0)",
    ];
    let all: Vec<String> =
        others.map(str::to_owned).into_iter().chain([semver, pep440.to_owned(), maven.to_owned()]).collect();
    prop::sample::select(all)
        .prop_flat_map(|pattern| prop::collection::vec(proptest::string::string_regex(&pattern).unwrap(), 4))
}

fn check_laws(texts: [&str; 3]) -> Result<(), TestCaseError> {
    for scheme in Scheme::all() {
        let [a, b, c] = texts.map(|text| scheme.key(text));
        prop_assert_eq!(scheme.compare(texts[0], texts[1]), a.cmp(&b));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
        prop_assert!(VersionKey::MIN < a);
        if a.prefix() != b.prefix() {
            prop_assert_eq!(a.prefix().cmp(&b.prefix()), a.cmp(&b));
        }
        let mut appended = vec![7];
        scheme.write_key(texts[0], &mut appended);
        prop_assert_eq!(&appended[1..], a.as_bytes());
    }
    Ok(())
}

fn check_oracles(left: &str, right: &str) -> Result<(), TestCaseError> {
    for (scheme, compare, speaks_about) in ORACLES {
        if speaks_about(left) && speaks_about(right) {
            let expected = compare(left, right);
            prop_assert_eq!(scheme.compare(left, right), expected, "{} {:?} {:?}", scheme, left, right);
        }
    }
    Ok(())
}

/// 1,024 cases each, always the same; with `PROPTEST_CASES` that many new ones.
fn config() -> ProptestConfig {
    let repeated =
        ProptestConfig { cases: 1024, rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::default() };
    let chosen =
        if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default() } else { repeated };
    ProptestConfig { failure_persistence: None, ..chosen }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn order_is_total_and_transitive(a in version(), b in version(), c in version()) {
        check_laws([&a, &b, &c])?;
    }

    #[test]
    fn keys_agree_with_the_comparator(a in version(), b in version()) {
        check_oracles(&a, &b)?;
    }

    #[test]
    fn keys_agree_with_the_comparator_on_well_formed(texts in well_formed()) {
        for (index, left) in texts.iter().enumerate() {
            texts[index + 1..].iter().try_for_each(|right| check_oracles(left, right))?;
        }
        check_laws([&texts[0], &texts[1], &texts[2]])?;
    }

    #[test]
    fn a_series_ends_above_its_versions(
        major in 0_u32..300,
        minor in 0_u32..300,
        rest in "(\\.[0-9]{1,4}){0,3}([-.+~]?[a-z]{1,4}[0-9]{0,2})?",
    ) {
        // Text and time have no series of numbers.
        for scheme in Scheme::all().filter(|scheme| *scheme != Scheme::Lexicographic) {
            let end = scheme.after_series(&format!("{major}.{minor}.*"));
            prop_assert_eq!(&end, &scheme.after_series(&format!("{major}.{minor}")));
            for inside in [format!("{major}.{minor}"), format!("{major}.{minor}.7{rest}"), format!("{major}.{minor}.0")] {
                prop_assert!(scheme.key(&inside) < end, "{} {}", scheme, inside);
            }
            prop_assert!(end < scheme.key(&format!("{major}.{}", minor + 1)), "{} {major}.{minor}", scheme);
            prop_assert!(end < scheme.key(&format!("{}.0", major + 1)), "{} {major}.{minor}", scheme);
        }
    }
}

/// An oracle that never speaks checks nothing.
#[test]
fn every_oracle_speaks_of_many_unequal_pairs() {
    let config = ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    let mut spoke = [0; ORACLES.len()];
    for _ in 0..2_000 {
        let texts = well_formed().new_tree(&mut runner).unwrap().current();
        for (index, (_scheme, compare, speaks_about)) in ORACLES.iter().enumerate() {
            let [left, right, ..] = texts.as_slice() else { continue };
            spoke[index] +=
                usize::from(speaks_about(left) && speaks_about(right) && compare(left, right).is_ne());
        }
    }
    for ((scheme, ..), count) in ORACLES.iter().zip(spoke) {
        assert!(count >= 50, "{scheme}: {count}");
    }
}

/// Counts bytes instead of time: a key grows with its text by a small factor, and a text long enough to make
/// anything quadratic visible is read at once.
#[test]
fn long_versions_are_linear() {
    for pattern in ["1", "0", "1.", "0.", "a", "a1", "-", "~", "1-a.", "0-", "a.0", "é", "0.a."] {
        let long = pattern.repeat(10_000 / pattern.len());
        let huge = pattern.repeat(1_000_000 / pattern.len());
        for scheme in Scheme::all() {
            assert!(scheme.key(&long).as_bytes().len() <= long.len() * 6 + 64, "{scheme} {pattern}");
            assert!(scheme.key(&huge).as_bytes().len() <= huge.len() * 6 + 64, "{scheme} {pattern}");
            scheme.form(&huge);
        }
    }
}
