//! What people and files get wrong, through the binary: each answer says what, where and what to do, and exits as promised.
//!
//! Deliberately not here: what the parsers make of foreign data in detail (`sbom`, `feeds`, `app::table_import`).
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

const DONE: i32 = 0;
const FAILED: i32 = 1;
const USAGE: i32 = 2;
const NO: i32 = 3;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A workspace `w` with a product, two releases, a site and intelligence.
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.file("password", b"correct horse battery staple\n");
        place.run(&["init", "w", "--admin", "lead@example.org", "--password-file", "password"], DONE);
        place.run(&["-w", "w", "product", "add", "--name", "Pump"], DONE);
        place.run(&["-w", "w", "release", "add", "--product", "pump", "--version", "1.0"], DONE);
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guide");
        place.run(&["-w", "w", "feeds", "import", text(&guide.join("feeds"))], DONE);
        place.run(
            &["-w", "w", "sbom", "add", text(&guide.join("pump-4.2.cdx.json")), "--release", "pump@1.0"],
            DONE,
        );
        place.run(&["-w", "w", "sweep"], DONE);
        place
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn run(&self, arguments: &[&str], code: i32) -> Output {
        let output = Command::new(env!("CARGO_BIN_EXE_aftercare"))
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env_remove("DATABASE_URL")
            .env_remove("AFTERCARE_AS")
            .env_remove("AFTERCARE_WORKSPACE")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", both(&output));
        assert!(!both(&output).contains("panicked"), "{arguments:?}: {}", both(&output));
        output
    }

    /// The answer holds every part; a failure has a hint or says itself what to do.
    fn check(&self, arguments: &str, code: i32, parts: &[&str]) {
        // `''` stands for an empty word.
        let words = arguments.split(' ').map(|word| if word == "''" { "" } else { word });
        let words: Vec<&str> = ["-w", "w"].into_iter().chain(words).collect();
        let output = self.run(&words, code);
        for part in parts {
            assert!(both(&output).contains(part), "{arguments} does not say `{part}`: {}", both(&output));
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn every_mistake_gets_an_answer() {
    let place = Place::new();
    fs::create_dir(place.folder.path().join("dir")).unwrap();
    place.file("empty", b"");
    place.file("utf16.csv", b"\xff\xfes\0e\0r\0i\0a\0l\0");
    place.file("latin.csv", b"serial,product\n\xe9\xe9,pump\n");
    place.file("twice.csv", b"serial,product\nX1,pump\nX1,pump\n");
    place.file("head.csv", b"foo,bar\n1,2\n");
    place.file("rows.csv", b"serial,product,release,site,installed-at\nX1,nix,9,Nowhere,x\nX2,pump,9,,\n");
    place.file("dates.csv", b"serial,product,installed_at\nX1,pump,31.12.2024\n");
    place.file("quote.csv", b"serial,product\n\"X1,pump\nX2,pump\n");
    place.file("short.csv", b"serial,product,release\nX1,pump\n");
    place.file("deep.json", "[".repeat(1_000_000).as_bytes());
    let nested = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":".to_owned()
        + &"[{\"components\":".repeat(100_000);
    place.file("nested.json", nested.as_bytes());
    place.file(
        "cut.json",
        b"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[{\"name\":\"a",
    );
    place.file("other.json", b"{\"hello\":1}");

    for (arguments, code, parts) in [
        // usage
        ("frobnicate", USAGE, &["unrecognized subcommand"][..]),
        ("--format yaml product list", USAGE, &["table, json"]),
        ("--as-of soon ledger show", USAGE, &["2026-03-03T12:00:00Z"]),
        ("--as-of 2026-02-30 ledger show", USAGE, &["2026-03-03"]),
        ("--as-of 9999-12-31 product list", DONE, &["pump"]),
        ("release add --product pump --version 9 --released-on 31.12.2024", USAGE, &["2026-03-03"]),
        ("person add --name A --email a@b.example --role king", USAGE, &["field_service"]),
        ("case decide CASE-0001 --status maybe --rationale x", USAGE, &["not_affected"]),
        (
            "case decide CVE-2024-1086 --status not_affected --justification because --rationale x",
            USAGE,
            &["vulnerable_code_not_present"],
        ),
        ("explain CVE-2024-1086", USAGE, &["--sbom"]),
        ("serve --listen nonsense", USAGE, &["socket address"]),
        ("feeds import", USAGE, &["PATHS"]),
        // things that are not there
        ("exposed CVE-1999-99999", FAILED, &["CVE-1999-99999", "hint: ", "feeds status"]),
        ("exposed ''", FAILED, &["hint: "]),
        ("explain CVE-2024-1086 --release nope@1", FAILED, &["product `nope`", "aftercare product list"]),
        ("account --release nope", FAILED, &["release `nope`", "aftercare release list"]),
        ("case show CASE-9999", FAILED, &["CASE-9999", "aftercare case list"]),
        ("case open CVE-1999-99999", FAILED, &["CVE-1999-99999", "hint: "]),
        ("ledger show 99999999", FAILED, &["99999999", "aftercare ledger show"]),
        ("release add --product nope --version 1", FAILED, &["product `nope`"]),
        ("release add --product pump --version 2 --parent nope", FAILED, &["parent", "slug@version"]),
        ("sbom add dir --release pump@1.0", FAILED, &["cannot read dir", "hint: "]),
        ("case sign CVE-2024-1086 --as nobody@example.org", FAILED, &["nobody@example.org"]),
        ("case sign CVE-2024-1086", FAILED, &["needs a person", "--as EMAIL"]),
        // what is there already, what does not hold
        ("product add --name Pump", FAILED, &["already", "--slug"]),
        ("product add --name ''", FAILED, &["name"]),
        ("release add --product pump --version 1.0", FAILED, &["pump@1.0"]),
        ("site add --name X --country Norway", FAILED, &["Norway", "two letters"]),
        ("case decide CVE-2024-1086 --status affected --rationale x", FAILED, &["action"]),
        ("case decide CVE-2024-1086 --status not_affected --rationale x", FAILED, &["justification"]),
        ("person add --name A --email nomail --role viewer --password-file password", FAILED, &["nomail"]),
        ("person add --name A --email a@b.example --role viewer --password-file empty", FAILED, &["12"]),
        (
            "person add --name A --email a@b.example --role viewer --password-file dir",
            FAILED,
            &["dir", "hint: "],
        ),
        (
            "person add --name A --email a@b.example --role viewer --password-file none",
            FAILED,
            &["none", "hint: "],
        ),
        ("person add --name A --email a@b.example --role viewer", FAILED, &["--password-file"]),
        // tables
        ("unit import empty", FAILED, &["empty", "serial"]),
        ("unit import dir", FAILED, &["cannot read dir", "hint: "]),
        ("unit import none", FAILED, &["cannot read none"]),
        ("unit import utf16.csv", FAILED, &["UTF-16", "UTF-8"]),
        ("unit import latin.csv", FAILED, &["2", "serial", "UTF-8", "nothing was imported"]),
        ("unit import twice.csv", FAILED, &["3", "X1", "nothing was imported"]),
        ("unit import head.csv", FAILED, &["foo,bar", "serial,udi_di"]),
        ("unit import rows.csv", FAILED, &["nix", "nothing was imported: "]),
        ("unit import dates.csv", FAILED, &["31.12.2024", "installed_at"]),
        ("unit import quote.csv", FAILED, &["never closed"]),
        ("unit import short.csv", FAILED, &["2 fields", "names 3"]),
        ("site import head.csv", FAILED, &["name,customer,country"]),
        // SBOMs
        ("check none", FAILED, &["cannot read none", "hint: "]),
        ("check dir", FAILED, &["cannot read dir"]),
        ("check empty", FAILED, &["empty: ", "export the SBOM again"]),
        ("check deep.json", FAILED, &["deep.json: ", "bomFormat"]),
        ("check nested.json", FAILED, &["nested.json: ", "128 levels", "line 1, column"]),
        ("check cut.json", FAILED, &["cut.json: ", "line 1, column"]),
        ("check other.json", FAILED, &["other.json: ", "spdxVersion"]),
        ("explain CVE-2024-1086 --sbom other.json", FAILED, &["other.json: "]),
        ("sbom add cut.json --release pump@1.0", FAILED, &["cut.json: "]),
        // feeds
        ("feeds import none", FAILED, &["none", "hint: "]),
        ("feeds import dir", FAILED, &["no file to read"]),
        ("feeds import other.json", NO, &["other.json", "Nothing was taken in"]),
        ("feeds import cut.json", NO, &["cut.json", "Nothing was taken in"]),
        // files of the ledger
        ("ledger verify --checkpoint none", FAILED, &["cannot read none"]),
        ("ledger verify --checkpoint empty", FAILED, &["empty is no checkpoint"]),
        ("ledger export dir", FAILED, &["cannot write dir"]),
        ("verify none", FAILED, &["cannot read none"]),
        ("verify empty", NO, &["does not hold"]),
    ] {
        place.check(arguments, code, parts);
    }
    place.run(&["-w", "nowhere", "product", "list"], FAILED);
    place.run(&["init", "w"], FAILED);
    place.run(&["init", "empty"], FAILED);
    // Nothing of all this is in the record.
    let output = place.run(&["-w", "w", "unit", "list", "--format", "json"], DONE);
    assert!(!both(&output).contains("X1"), "{}", both(&output));
    place.run(&["-w", "w", "ledger", "verify"], DONE);
}

/// A line of 50 MB is one mistake, and is not kept.
#[test]
fn a_line_without_end_is_one_mistake() {
    let place = Place::new();
    let mut table = b"serial,product\n".to_vec();
    table.resize(table.len() + 50_000_000, b'x');
    table.extend_from_slice(b",pump\nX2,pump\n");
    place.file("long.csv", &table);
    let output = place.run(&["-w", "w", "unit", "import", "long.csv"], FAILED);
    let said = both(&output);
    assert!(said.contains("1 mistake") && said.len() < 10_000, "{}", said.len());
}

/// The hostile documents of the corpus: taken, or refused by name with a mend.
#[test]
fn every_hostile_document_is_answered() {
    let near = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let corpus = std::env::var_os("AFTERCARE_CORPUS").map_or_else(near, PathBuf::from).join("sboms/hostile");
    if !corpus.is_dir() {
        eprintln!("skipped: no corpus at {} (set AFTERCARE_CORPUS)", corpus.display());
        return;
    }
    let place = Place::new();
    let (mut folders, mut documents) = (vec![corpus], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            documents += 1;
            let output = Command::new(env!("CARGO_BIN_EXE_aftercare"))
                .args(["-w", "w", "check", text(&path), "--format", "json"])
                .current_dir(place.folder.path())
                .output()
                .unwrap();
            let said = both(&output);
            match output.status.code() {
                Some(DONE) => {
                    serde_json::from_slice::<serde_json::Value>(&output.stdout)
                        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                }
                Some(FAILED) => {
                    let named = said.starts_with(&format!("error: {}: ", path.display()));
                    assert!(named && said.contains("hint: "), "{}: {said}", path.display());
                }
                code => panic!("{}: {code:?} {said}", path.display()),
            }
        }
    }
    assert!(documents >= 366, "{documents}");
}
