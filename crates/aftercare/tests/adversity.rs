//! A second server, a second import, a newer database, a full disk, a killed process: what the real binary says and leaves.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use store::{Location, Lock, Store};

/// A workspace in a temporary folder, driven by the binary alone.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let output = place.command(&["init", place.workspace().to_str().unwrap()]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        place
    }

    fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftercare"));
        command.args(arguments).current_dir(self.folder.path());
        for name in ["DATABASE_URL", "AFTERCARE_AS", "AFTERCARE_WORKSPACE"] {
            command.env_remove(name);
        }
        command
    }

    fn verb(&self, arguments: &[&str]) -> Command {
        let workspace = self.workspace();
        self.command(&[&["-w", workspace.to_str().unwrap()], arguments].concat())
    }

    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.verb(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
        output
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat(), 0);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The same with a limit on the size of files, in KiB; a write beyond it fails instead of ending the process.
    fn run_within(&self, kibibytes: u32, arguments: &[&str]) -> Output {
        let plain = self.verb(arguments);
        let mut shell = Command::new("sh");
        // `ulimit -f` counts 512 bytes in some shells and 1,024 in others; both are small enough.
        let script = format!("trap '' XFSZ; ulimit -f {kibibytes}; exec \"$@\"");
        shell.arg("-c").arg(script).arg("sh").arg(plain.get_program()).args(plain.get_args());
        shell.current_dir(self.folder.path()).output().unwrap()
    }

    /// Many records in the form of OSV.
    fn feeds(&self, records: usize) -> PathBuf {
        let folder = self.folder.path().join("feeds/osv/npm");
        fs::create_dir_all(&folder).unwrap();
        for number in 0..records {
            let id = format!("GHSA-{number:04}-aaaa-bbbb");
            let name = format!("module-{}", number.wrapping_mul(2_654_435_761) % 1_000_003);
            let record = json!({
                "schema_version": "1.6.0", "id": id, "modified": "2024-05-03T00:00:00Z",
                "published": "2024-05-01T00:00:00Z", "aliases": [format!("CVE-2024-{}", 100_000 + number)],
                "summary": format!("A flaw in {name}, seen {} times.", number.wrapping_mul(40_503) % 65_537),
                "affected": [{
                    "package": { "ecosystem": "npm", "name": name },
                    "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.3.0" }] }],
                }],
            });
            fs::write(folder.join(format!("{id}.json")), record.to_string()).unwrap();
        }
        self.folder.path().join("feeds")
    }

    #[track_caller]
    fn is_whole(&self) {
        let verified = self.json(&["ledger", "verify", "--deep"]);
        assert_eq!(verified["holds"], json!(true), "{verified}");
    }
}

/// Ends a child that a failing test leaves behind.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn check_says(output: &Output, words: &[&str]) {
    let said = said(output);
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_second_server_is_refused_and_told_who_serves() {
    let place = Place::new();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let mut first = Running(place.verb(&serve).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(first.0.stderr.take().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().contains("Serving")), "the first one serves");
    let pid = first.0.id().to_string();
    let refused = place.run(&serve, 1);
    check_says(&refused, &["another serve is running", &pid, "since 20", " on ", "hint:"]);
    // Other verbs work beside it.
    place.run(&["product", "add", "--name", "Pump"], 0);
    drop(first);
    // The lock went with the process, however it ended.
    let mut next = Running(place.verb(&serve).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(next.0.stderr.take().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().contains("Serving")), "the next one serves");
}

#[test]
fn a_second_import_is_refused_and_told_who_imports() {
    let place = Place::new();
    let feeds = place.feeds(3);
    let now = "2026-03-01T09:00:00Z".parse().unwrap();
    let lock = Lock::acquire(&place.workspace().join("run"), "import", now).unwrap();
    let refused = place.run(&["feeds", "import", text(&feeds)], 1);
    check_says(&refused, &["another import", &std::process::id().to_string(), "2026-03-01T09:00:00"]);
    drop(lock);
    place.run(&["feeds", "import", text(&feeds)], 0);
    place.is_whole();
}

#[test]
fn a_newer_database_is_refused_with_the_version_it_needs() {
    let place = Place::new();
    let store = Store::open(&Location::Sqlite(place.workspace().join("record.db"))).unwrap();
    const LATER: &str = "INSERT INTO ops_schema (number, name, needs) VALUES (9999, 'later', '7.2.0')";
    store.operate(|ops| ops.execute(LATER, &[])).unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    drop(store);
    for verb in [&["product", "list"][..], &["serve"], &["ledger", "verify"]] {
        check_says(&place.run(verb, 1), &["9999", "use aftercare 7.2.0 or later"]);
    }
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let place = Place::new();
    place.run(&["product", "add", "--name", "Pump"], 0);
    let units = place.folder.path().join("units.csv");
    let rows: String = (0..20_000).map(|n| format!("SERIAL-{n:06},pump\n")).collect();
    fs::write(&units, format!("serial,product\n{rows}")).unwrap();
    let feeds = place.feeds(1_500);
    let refused = place.run_within(1_024, &["unit", "import", text(&units)]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    check_says(&refused, &["no room", "Make room"]);
    assert_eq!(place.json(&["unit", "list"])["units"], json!([]));
    place.is_whole();

    let refused = place.run_within(64, &["feeds", "import", text(&feeds)]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    check_says(&refused, &["cannot write", "File too large", "Make room"]);
    assert!(!place.workspace().join("corpus/CURRENT").exists());
    assert_eq!(place.json(&["feeds", "list"])["sources"], json!([]));
    place.is_whole();

    assert_eq!(place.json(&["unit", "import", text(&units)])["added"], json!(20_000));
    place.run(&["feeds", "import", text(&feeds)], 0);
    place.is_whole();
}

/// When an import is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// After about so many milliseconds.
    After(u64),
    /// As soon as this folder of the corpus holds something, or this file is there.
    Once(&'static str),
}

impl Moment {
    fn has_come(self, corpus: &Path, milliseconds: u64) -> bool {
        match self {
            Self::After(moment) => milliseconds >= moment,
            Self::Once(name) => {
                let path = corpus.join(name);
                if path.is_dir() { fs::read_dir(path).unwrap().next().is_some() } else { path.exists() }
            }
        }
    }
}

#[test]
fn an_import_killed_at_any_moment_is_made_good_by_the_next() {
    use Moment::{After, Once};
    let reference = Place::new();
    let feeds = reference.feeds(2_000);
    let import = ["feeds", "import", text(&feeds)];
    let expected = reference.json(&import)["snapshot"].clone();
    assert!(expected.is_string());

    // A little otherwise every time the test runs.
    let jitter = u64::from(std::process::id() % 13);
    let moments = [
        Once("packs"),
        Once("snapshots"),
        Once("index"),
        Once("CURRENT"),
        After(1),
        After(20 + jitter),
        After(60 + jitter),
        After(150 + jitter),
        After(400 + jitter),
    ];
    let mut killed = 0;
    for moment in moments {
        let place = Place::new();
        let corpus = place.workspace().join("corpus");
        let mut child =
            Running(place.verb(&import).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let mut milliseconds = 0;
        while !moment.has_come(&corpus, milliseconds) && child.0.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
            milliseconds += 1;
        }
        child.0.kill().unwrap();
        killed += u32::from(!child.0.wait().unwrap().success());
        place.is_whole();
        assert_eq!(place.json(&import)["snapshot"], expected, "{moment:?}");
        place.is_whole();
        let sources = place.json(&["feeds", "status"]);
        assert_eq!(sources["sources"][0]["records"], json!(2_000), "{moment:?}: {sources}");
    }
    assert!(killed > 0, "every import was done before it was killed");
}
