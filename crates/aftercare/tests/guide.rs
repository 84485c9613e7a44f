//! The user guide's commands, run in order as a person would type them, so that the guide cannot rot. Commands that cannot run
//! here (a server, a database) are checked against the program's own help.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A fenced block: the word after the fence, its text.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(word) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((word.to_owned(), body.join("\n") + "\n"));
        }
    }
    blocks
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn every_command_of_the_guide_runs() {
    let guide = fs::read_to_string(root().join("docs/guide.md")).unwrap();
    let mut script = String::from("set -eu\n");
    for (number, (word, body)) in blocks(&guide).into_iter().enumerate() {
        assert!(
            ["sh", "console"].contains(&word.as_str()),
            "block {number} is neither sh nor console: {word}"
        );
        if word == "sh" {
            // The last line that is printed says in which block it stopped.
            script += &format!("echo '== block {number}' >&2\n{body}");
        }
    }
    let home = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guide"), home.path());
    fs::create_dir(home.path().join("work")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_aftercare")).parent().unwrap();
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(home.path().join("work"))
        .env("HOME", home.path())
        .env("PATH", format!("{}:{}", program.display(), std::env::var("PATH").unwrap()))
        .env_remove("DATABASE_URL")
        .env_remove("AFTERCARE_AS")
        .env_remove("AFTERCARE_WORKSPACE")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
    // What the text around the commands promises.
    for promise in [
        "is attached",
        "CVE-2024-1086",
        "1 decision signed by Quality as approval",
        "The record is whole",
        "It extends the checkpoint",
        "The bundle of",
    ] {
        assert!(out.contains(promise), "nothing says `{promise}`:\n{out}\n{err}");
    }
}

#[test]
fn every_command_and_flag_that_is_written_down_is_known() {
    let mut helps: BTreeMap<String, String> = BTreeMap::new();
    for name in ["README.md", "docs/guide.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(name)).unwrap();
        for (_, body) in blocks(&text) {
            for line in body.replace("\\\n", " ").lines() {
                let line = line.split(" #").next().unwrap_or_default();
                for part in line.split(['|', ';', '&']) {
                    check(part.trim(), name, &mut helps);
                }
            }
        }
    }
    assert!(helps.len() > 20, "few commands were found: {:?}", helps.keys());
}

/// One command: its verbs have a help, and its flags are in it.
fn check(command: &str, file: &str, helps: &mut BTreeMap<String, String>) {
    let Some(rest) = command.strip_prefix("aftercare ") else { return };
    let words: Vec<&str> = rest.split_whitespace().collect();
    let verbs: Vec<&str> = words
        .iter()
        .scan(false, |value, word| {
            let skip = std::mem::take(value);
            *value = *word == "-w";
            Some((*word, skip))
        })
        .filter(|(word, skip)| !skip && !word.starts_with('-'))
        .map(|(word, _)| word)
        .take(2)
        .collect();
    let help = |verbs: &[&str], helps: &mut BTreeMap<String, String>| -> Option<String> {
        if let Some(help) = helps.get(&verbs.join(" ")) {
            return Some(help.clone());
        }
        let output =
            Command::new(env!("CARGO_BIN_EXE_aftercare")).args(verbs).arg("--help").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // A word that is no verb is shown the help of the verb before it.
        let usage = format!("Usage: aftercare {}", verbs.join(" "));
        (output.status.success() && text.contains(&usage)).then(|| {
            helps.insert(verbs.join(" "), text.clone());
            text
        })
    };
    let found = help(&verbs, helps).or_else(|| help(&verbs[..1.min(verbs.len())], helps));
    let Some(found) = found else { panic!("{file}: `{command}`: there is no such command") };
    for flag in words.iter().filter(|word| word.starts_with("--")) {
        let flag = flag.split('=').next().unwrap_or(flag);
        assert!(found.contains(flag), "{file}: `{command}`: {flag} is not in its help");
    }
}
