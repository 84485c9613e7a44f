//! Build evidence as an attacker or an accident delivers it: whatever the bytes, an answer within limits, and nothing that was
//! not read ever proves anything.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;

use feeds::{
    IssueCode,
    build_evidence::{MAX_LINES, compiled_files, facts, kernel_config, open_ports},
};
use matcher::{
    assess::assess,
    build::{Body, Build, Part, Piece},
    index::{Builder, Index, Locator},
    inventory::{Inventory, Item},
    record::{Bound, ProductKey, Qualifiers, Record, Source, Span, Statement, Status},
    verdict::State,
};

const RUNS: usize = 3_000;

const CONFIG: &str = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/arm64 5.10.100 Kernel Configuration\n#\n\
    CONFIG_NET=y\nCONFIG_HZ=250\nCONFIG_LOCALVERSION=\"-x\"\n# CONFIG_TIPC is not set\nCONFIG_BT=m\n";
const LIST: &str = "init/main.c\nkernel/fork.c\nmm/page_alloc.c\nlib/vsprintf.c\ninclude/linux/kconfig.h\n";
const DEPENDENCIES: &str = "savedcmd_init/main.o := gcc -c -o init/main.o init/main.c\nsource_init/main.o := init/main.c\n\
    deps_init/main.o := \\\n  include/linux/kconfig.h \\\n    $(wildcard include/config/NET) \\\n  include/linux/types.h \\\n\n\
    init/main.o: $(deps_init/main.o)\n";
const DATABASE: &str =
    r#"[{"directory":"/b","file":"init/main.c","command":"gcc"},{"directory":"/b","file":"/b/net/x.c"}]"#;

/// The target: any bytes, read as every kind, and asked.
fn any(bytes: &[u8]) {
    let (config, issues) = kernel_config(bytes);
    assert!(issues.iter().all(|issue| !issue.text.is_empty()));
    let (files, issues) = compiled_files(bytes);
    assert!(issues.iter().all(|issue| !issue.text.is_empty()));
    facts(bytes);
    open_ports(bytes);
    for body in [Body::KernelConfig(config), Body::CompiledFiles(files)] {
        let piece = Piece { digest: String::new(), image: String::new(), component: None, body };
        let part = Part { name: "linux", is_kernel: true, version: Some("5.10.100"), ..Part::default() };
        let build = Build { pieces: vec![std::sync::Arc::new(piece)] };
        for file in ["net/tipc/link.c", "include/net/tcp.h", "", "/", "..", "a\u{0}"] {
            assert!(build.ask(&part, &[file]).is_some());
        }
    }
}

/// Damage that is the same in every run.
struct Mutator(u64);

impl Mutator {
    fn draw(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }

    fn damaged(&mut self, text: &[u8]) -> Vec<u8> {
        const PIECES: [&[u8]; 12] = [
            b"\0",
            b"\n",
            b"=",
            b"CONFIG_",
            b" is not set",
            b"\\",
            b"[",
            b"{",
            b"../",
            b"\xff\xfe",
            b": ",
            b"$(",
        ];
        let mut bytes = text.to_vec();
        for _ in 0..=self.draw(6) {
            let at = self.draw(bytes.len() + 1);
            match self.draw(5) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] = u8::try_from(self.draw(256)).unwrap(),
                2 => {
                    let piece = PIECES[self.draw(PIECES.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
                3 => {
                    let end = (at + self.draw(40)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    bytes.extend(copy);
                }
                _ => {
                    let end = (at + self.draw(20)).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
        }
        bytes
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn no_damage_makes_a_reader_panic() {
    let packed = gzip(CONFIG.as_bytes());
    let mut mutator = Mutator(0x9E37_79B9_7F4A_7C15);
    for seed in [CONFIG.as_bytes(), LIST.as_bytes(), DEPENDENCIES.as_bytes(), DATABASE.as_bytes(), &packed] {
        any(seed);
        for _ in 0..RUNS {
            any(&mutator.damaged(seed));
        }
    }
    for bytes in [&b""[..], b"\0\0\0", b"\x7fELF\x02\x01", &[0xff; 4096]] {
        any(bytes);
    }
}

/// Whether a flaw in TIPC is excluded by this body.
fn excluded(body: Body) -> bool {
    let statement = Statement {
        pointer: String::new(),
        key: ProductKey("cve:linux|linux".to_owned()),
        scheme: None,
        spans: vec![Span {
            lower: Bound::Open,
            upper: Bound::Excluding("6.0".to_owned()),
            status: Status::Affected,
        }],
        default: Status::Unaffected,
        fixed_in: Vec::new(),
        qualifiers: Qualifiers { program_files: vec!["net/tipc/link.c".to_owned()], ..Qualifiers::default() },
        condition: None,
        exact_only: false,
        flaw: None,
    };
    let record = Record {
        source: Source("cve".to_owned()),
        id: "CVE-2024-1".to_owned(),
        modified: None,
        published: None,
        withdrawn: false,
        aliases: Vec::new(),
        upstream: Vec::new(),
        summary: String::new(),
        scores: Vec::new(),
        weaknesses: Vec::new(),
        statements: vec![statement],
        conditions: Vec::new(),
    };
    let mut builder = Builder::new();
    builder.add(&record, Locator::default());
    let index = Index::open(builder.finish()).unwrap();
    let cpe = component::cpe::Cpe::parse("cpe:2.3:o:linux:linux_kernel:5.10.100:*:*:*:*:*:*:*").unwrap();
    let item = Item { name: "linux".to_owned(), cpes: vec![cpe], ..Item::default() };
    let piece = Piece { digest: "ab".to_owned(), image: "sha256:cd".to_owned(), component: None, body };
    let build = Build { pieces: vec![std::sync::Arc::new(piece)] };
    let device = Inventory { items: vec![item], build, ..Inventory::default() };
    assess(&index, &device).cores[0].state == State::ExcludedByBuild
}

fn by_list(bytes: &[u8]) -> (bool, Vec<IssueCode>) {
    let (files, issues) = compiled_files(bytes);
    (excluded(Body::CompiledFiles(files)), issues.into_iter().map(|issue| issue.code).collect())
}

fn by_config(bytes: &[u8]) -> (bool, Vec<IssueCode>) {
    let (config, issues) = kernel_config(bytes);
    (excluded(Body::KernelConfig(config)), issues.into_iter().map(|issue| issue.code).collect())
}

#[test]
fn what_was_not_read_excludes_nothing() {
    assert_eq!(by_list(LIST.as_bytes()), (true, vec![]));
    assert_eq!(by_config(CONFIG.as_bytes()), (true, vec![]));
    assert_eq!(by_config(&gzip(CONFIG.as_bytes())), (true, vec![]));
    let with = |text: &str, more: &[u8]| [text.as_bytes(), more].concat();
    assert_eq!(by_list(&with(LIST, b"a\0b.c\n")), (false, vec![IssueCode::NullReplaced]));
    assert_eq!(by_list(&with(LIST, b"\xff.c\n")), (false, vec![IssueCode::Encoding]));
    assert_eq!(by_list(&with(LIST, &b"x".repeat(20_000))), (false, vec![IssueCode::Limit]));
    assert_eq!(by_config(&with(CONFIG, b"no option\n")), (false, vec![IssueCode::Malformed]));
    assert!(!by_config(CONFIG.lines().skip(3).collect::<Vec<_>>().join("\n").as_bytes()).0);
    let packed = gzip(CONFIG.as_bytes());
    assert!(!by_config(&packed[..packed.len() - 12]).0);
}

#[test]
fn ten_million_lines_are_cut_and_told() {
    let mut text = LIST.to_owned();
    text.push_str(&"a.c\n".repeat(10_000_000));
    let (proves, codes) = by_list(text.as_bytes());
    assert_eq!((proves, codes), (false, vec![IssueCode::Limit]));
    let entries = format!("[{}]", vec![r#"{"file":"a.c"}"#; MAX_LINES + 10].join(","));
    assert_eq!(by_list(entries.as_bytes()).1, [IssueCode::Limit]);
    // A gzip of 200 MiB of one letter.
    let bomb = gzip(&vec![b'a'; 200 << 20]);
    assert!(by_list(&bomb).1.contains(&IssueCode::Limit));
    // Deep nesting, and a folder that goes up for ever.
    assert!(!by_list("[".repeat(1_000_000).as_bytes()).0);
    assert!(!by_list(format!("[{{\"file\":{}1{}}}]", "[".repeat(100_000), "]".repeat(100_000)).as_bytes()).0);
    assert!(by_list(format!("{LIST}{}a.c\n", "../".repeat(4_000)).as_bytes()).0);
}
