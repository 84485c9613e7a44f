//! Proposals for parts without an identity: their order, what is at stake, and that they find nothing by themselves.

use matcher::{
    candidate::{Asked, Candidate, Catalogue, Likeness},
    identify::identify,
    inventory::{Inventory, Item},
};

use crate::support::{index, says, statement};

fn proposals(asked: Asked<'_>) -> Vec<Candidate> {
    let nvd = |id: &str, key: &str, spans: &[&str]| says("nvd", id, vec![statement(key, spans)]);
    let index = index(&[
        nvd("CVE-2020-0001", "cpe:a:openssl:openssl", &["=1.0.2k"]),
        nvd("CVE-2020-0002", "cpe:a:openssl:openssl", &["<1.1.1"]),
        says("cve", "CVE-2020-0003", vec![statement("cve:openssl|openssl", &["<3"])]),
        nvd("CVE-2020-0004", "cpe:a:acme:pump_server", &["<7"]),
        says("cve", "CVE-2020-0005", vec![statement("cve:acme|pump server", &["<8"])]),
        nvd("CVE-2020-0006", "cpe:a:other:pump_server", &["<7"]),
        nvd("CVE-2020-0007", "cpe:a:other:mail_server", &["<7"]),
        nvd("CVE-2020-0008", "cpe:a:nextcloud:mail", &["<7"]),
        nvd("CVE-2020-0009", "cpe:o:microsoft:windows_10_1809", &["<10.0.17763.5329"]),
        nvd("CVE-2020-0010", "cpe:a:vendor:frobnicator", &["<7"]),
    ]);
    Catalogue::of(&index).propose(&index, &asked)
}

fn first(name: &str, version: Option<&str>, supplier: Option<&str>) -> Option<(String, Likeness, usize)> {
    let found = proposals(Asked { name, version, supplier });
    found.first().map(|candidate| (candidate.keys[0].clone(), candidate.likeness, candidate.at_stake))
}

#[test]
fn firm_likeness_comes_first_and_names_of_one_thing_are_one_proposal() {
    for (name, version, supplier, expected) in [
        ("OpenSSL 1.0.2k", None, None, ("cpe:a:openssl:openssl", Likeness::Alias, 3)),
        ("pump-server", Some("6"), Some("Acme Inc."), ("cpe:a:acme:pump_server", Likeness::Equal, 2)),
        ("Pump Server", Some("6"), Some("Other GmbH"), ("cpe:a:other:pump_server", Likeness::Equal, 1)),
        ("Frobnicatr", None, None, ("cpe:a:vendor:frobnicator", Likeness::Letters, 1)),
        (
            "Windows 10 IoT Enterprise LTSC 2019",
            None,
            None,
            ("cpe:o:microsoft:windows_10_1809", Likeness::Alias, 1),
        ),
    ] {
        let (key, likeness, at_stake) = expected;
        assert_eq!(first(name, version, supplier), Some((key.to_owned(), likeness, at_stake)), "{name}");
    }
    let found = proposals(Asked { name: "OpenSSL", version: Some("1.0.2k"), supplier: None });
    assert!(found[0].version_known && found[0].sample.is_some());
    assert_eq!(first("", None, None), None);
    assert_eq!(first("zzzzqqqq", None, None), None);
}

#[test]
fn generic_words_alone_propose_little() {
    // `mail server` shares words with two products; the rare word decides.
    let found = proposals(Asked { name: "Frobnicator Server", version: None, supplier: None });
    assert_eq!(found[0].keys[0], "cpe:a:vendor:frobnicator", "{found:?}");
}

#[test]
fn a_proposal_finds_nothing_until_a_person_confirms_it() {
    let item = Item { name: "OpenSSL".into(), version: Some("1.0.2k".into()), ..Item::default() };
    let identity = identify(&item, &Inventory::default());
    assert!(identity.keys.is_empty());
    assert_eq!(identity.gap, Some("no_identity"));
}
