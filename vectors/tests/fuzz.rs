//! Damage of every kind, the same in every run, breaks no law; neither does what is built to hurt.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use vectors::fuzz::TARGETS;
use vectors::mutate::Mutator;

/// Damaged texts a target.
const RUNS: usize = 4_000;

/// Well-formed texts, of every grammar some.
const SEEDS: [&str; 34] = [
    "pkg:npm/%40scope/name@1.0.0?arch=x86#sub/path",
    "pkg:pypi/Foo_Bar@1.0",
    "pkg:deb/debian/openssl@1:1.1.1n-0%2Bdeb11u3?distro=bullseye",
    "pkg:golang/github.com/x/y/v2@v2.0.0+incompatible",
    "cpe:2.3:a:micro\\$oft:exp*:8.0\\:1:beta:*:en-us:online:win2003:x64:*",
    "cpe:/a:hp:insight%24:7.4.0.1570:-:~~online~win2003~x64~:de",
    "cpe:2.3:o:linux:linux_kernel:6.1:*:*:*:*:*:*:*",
    "1.2.3-alpha.1+build",
    "1!2.0.0rc1.post2.dev3+local.7",
    "2:1.0~rc1-3.fc40",
    "v0.0.0-20200101000000-abcdefabcdef",
    "4.0.0.beta1",
    "1.0.0-BETA.X.y.5.77.0+AA",
    "v4.0-alpha-2",
    "1-pre1+b1",
    "1.06_p2-r6",
    "1.0.0_pre20191002222144-r0",
    "1:1.0rc.1-2",
    "1.0.2zh",
    "3.0.0-alpha1",
    "6.11-rc1",
    "10.0.17763.4737",
    "2024-01-01T12:00:00.900-05:00",
    "1.0-0",
    "vers:npm/>=1.0.0|<2.0.0|!=1.5.0",
    "vers:deb/1%3A2.0",
    "^1.2.3 || ~2.x || >=3.0.0-0 <4",
    "1.2 - 2.3.4 || 5 || *",
    "~>2.0.8 || <1.5.5, >=1.0a1",
    "[1.0,2.0),(,0.5],[3]",
    "~2.5.1 || ^0.1.2-, include_prerelease=True",
    "0.7.52-0.8.39, 1.5.0+",
    "1.0.2ck, 3.1.2",
    "==1.0,!=1.1,~=1.2",
];

#[test]
fn no_damage_breaks_a_law() {
    for (name, target) in TARGETS {
        let mut mutator = Mutator::new(SEEDS.map(str::to_owned).into_iter().chain(from_corpus()));
        eprintln!("{name}");
        for _ in 0..RUNS {
            target(&mutator.next_bytes());
        }
    }
}

/// Versions that people wrote by hand to break comparators; none without the corpus.
fn from_corpus() -> Vec<String> {
    let root = std::env::var_os("AFTERCARE_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), PathBuf::from);
    let mut versions = Vec::new();
    for name in ["alpine", "packagist", "pub", "rubygems", "redhat", "maven", "nuget"] {
        let path = root.join(format!("vectors/versions/osv-scalibr/{name}-versions.txt"));
        if path.exists() {
            let text = std::fs::read_to_string(path).unwrap();
            versions
                .extend(text.split_whitespace().filter(|word| word.len() > 1).step_by(5).map(str::to_owned));
        }
    }
    versions
}

/// Texts of 10 kB and far beyond: whatever is not linear in time or memory shows at once.
#[test]
fn hostile_texts_are_read_in_linear_time() {
    const PATTERNS: [&str; 22] = [
        "1", "0", "9", "1.", "0.", "a", "a1", "-", "~", "1-a.", "0-", "a.0", "\u{e9}", "0.a.", "_p", "\0",
        "|", "||", "<1|", ">=1 <2||", "1,", "%25",
    ];
    const STARTS: [&str; 6] = ["", "1.0", "vers:npm/", "pkg:npm/a@", "cpe:2.3:a:b:", "["];
    for pattern in PATTERNS {
        for (start, length) in
            STARTS.iter().map(|start| (*start, 10_000)).chain([("", 200_000), ("1.0", 200_000)])
        {
            let long = pattern.repeat(length / pattern.len());
            let text = format!("{start}{long}\n{long}");
            TARGETS.iter().for_each(|(_name, target)| target(text.as_bytes()));
        }
    }
}
