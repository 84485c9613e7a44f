//! P9: what was not compiled into the image is excluded by build, and only that; however the evidence came about.

use std::{collections::BTreeMap, sync::Arc};

use matcher::{
    account::{Bucket, Placing, account},
    assess::assess,
    build::{Body, Build, CompiledFiles, KernelConfig, Piece, Setting},
    delta::Delta,
    explain::explain_name,
    index::Index,
    inventory::{Inventory, Item},
    record::{Record, Statement},
    standing::Standing,
    verdict::State,
};
use proptest::{collection::vec, prelude::*};

use crate::support::{application, index, inventory, named, package, says, statement};

const CVE: &str = "CVE-2024-1086";
const IMAGE: &str = "sha256:11";
/// What every kernel compiles, with the sign of a list made from the compiler's dependencies.
const WHOLE: [&str; 5] =
    ["init/main.c", "kernel/fork.c", "mm/page_alloc.c", "lib/vsprintf.c", "include/linux/kconfig.h"];

fn kernel() -> Item {
    named("cpe:2.3:o:linux:linux_kernel:5.10.100:*:*:*:*:*:*:*")
}

/// The kernel's CNA: versions, and the files that hold the flaw.
fn flaw(files: &[&str]) -> Statement {
    let mut statement = statement("cve:linux|linux", &[">=5.4 <5.10.209"]);
    statement.qualifiers.program_files = files.iter().map(|file| (*file).to_owned()).collect();
    statement
}

fn piece(body: Body) -> Arc<Piece> {
    Arc::new(Piece { digest: "ab".repeat(32), image: IMAGE.to_owned(), component: None, body })
}

fn compiled(more: &[&str]) -> Arc<Piece> {
    piece(Body::CompiledFiles(CompiledFiles::new(WHOLE.iter().chain(more).copied(), false)))
}

fn configured(options: &[(&str, Setting)]) -> Arc<Piece> {
    let options = options.iter().map(|(name, setting)| ((*name).into(), *setting)).collect();
    piece(Body::KernelConfig(KernelConfig::new("arm64", "5.10.100", options, false)))
}

fn device(build: &[Arc<Piece>]) -> Inventory {
    Inventory { build: Build { pieces: build.to_vec() }, ..inventory(&[kernel()]) }
}

/// The state, and that the verdict, its explanation and the account say the same.
fn check(records: &[Record], device: &Inventory, expected: State, word: &str) {
    let index = index(records);
    let assessment = assess(&index, device);
    let core = assessment.cores.first().expect("a stored verdict");
    assert_eq!(core.state, expected, "{word}");
    let excluded = expected == State::ExcludedByBuild;
    assert_eq!(core.conditional, excluded, "what hangs on one image is settled per inventory");
    let explanation = explain_name(&index, device, CVE, None);
    assert_eq!(explanation.state, Some(expected));
    assert_eq!(explanation.stopped_at, excluded.then_some("build"));
    let told = explanation.steps.iter().any(|step| step.gate == "build" && step.text.contains(word));
    assert!(told || word.is_empty(), "{word}: {:#?}", explanation.steps);
    let verdicts = assessment.verdicts(&index, device);
    let evidence = &verdicts[0].evidence;
    if excluded {
        let leaf = evidence.condition.join("; ");
        assert!(leaf.contains(word) && leaf.contains(&"ab".repeat(32)) && leaf.contains("limits"), "{leaf}");
        assert!(evidence.text.contains("none of the files"), "{}", evidence.text);
    }
    let buckets = account(&index, device, &assessment);
    assert!(buckets.closes());
    assert_eq!(buckets.stored.excluded, u32::from(excluded));
    let bucket = Placing::new(&index, device, &assessment).bucket(0);
    assert_eq!(bucket, Some(if excluded { Bucket::Excluded } else { Bucket::InRange }));
}

#[test]
fn a_file_that_was_not_compiled_is_excluded() {
    use State::{ExcludedByBuild, InRange};
    let records = [says("cve", CVE, vec![flaw(&["net/netfilter/nf_tables_api.c"])])];
    check(&records, &device(&[]), InRange, "");
    check(&records, &device(&[compiled(&[])]), ExcludedByBuild, "nf_tables_api.c is not compiled");
    check(
        &records,
        &device(&[compiled(&["/b/linux/net/netfilter/nf_tables_api.c"])]),
        InRange,
        "is compiled",
    );
    check(&records, &device(&[compiled(&["old/nf_tables_api.c"])]), InRange, "moved or copied");
    check(
        &records,
        &device(&[configured(&[("NF_TABLES", Setting::Off)])]),
        ExcludedByBuild,
        "CONFIG_NF_TABLES",
    );
    check(&records, &device(&[configured(&[("NF_TABLES", Setting::Module)])]), InRange, "loadable module");
    check(&records, &device(&[configured(&[])]), InRange, "not named");
    // What one piece leaves open another one settles; what one shows to be compiled no other takes back.
    let off = configured(&[("NF_TABLES", Setting::Off)]);
    check(
        &records,
        &device(&[configured(&[]), compiled(&[])]),
        ExcludedByBuild,
        "nf_tables_api.c is not compiled",
    );
    check(&records, &device(&[off, compiled(&["net/netfilter/nf_tables_api.o"])]), InRange, "is compiled");
}

#[test]
fn all_files_of_all_records_have_to_be_absent() {
    use State::{ExcludedByBuild, InRange};
    let both = flaw(&["net/netfilter/nf_tables_api.c", "net/tipc/link.c"]);
    let tipc = compiled(&["net/tipc/link.c"]);
    check(
        &[says("cve", CVE, vec![both.clone()])],
        &device(std::slice::from_ref(&tipc)),
        InRange,
        "link.c is compiled",
    );
    check(&[says("cve", CVE, vec![both.clone()])], &device(&[compiled(&[])]), ExcludedByBuild, "link.c");
    // A record that names files for one statement only leaves open where the other one is.
    let bare = statement("cpe:o:linux:linux_kernel", &["<6.0"]);
    check(&[says("cve", CVE, vec![both.clone(), bare.clone()])], &device(&[compiled(&[])]), InRange, "");
    // One that names none speaks of the same flaw.
    let nvd = says("nvd", CVE, vec![bare]);
    check(&[says("cve", CVE, vec![both]), nvd.clone()], &device(&[compiled(&[])]), ExcludedByBuild, "link.c");
    check(&[nvd], &device(&[compiled(&[])]), InRange, "");
    let text = flaw(&["Documentation/x.rst"]);
    check(&[says("cve", CVE, vec![text])], &device(&[compiled(&[])]), InRange, "documentation");
}

#[test]
fn evidence_speaks_of_what_it_is_bound_to() {
    let records = [says("cve", CVE, vec![flaw(&["net/tipc/link.c"])])];
    let other = Arc::new(Piece { image: "sha256:22".to_owned(), ..(*compiled(&[])).clone() });
    check(&records, &device(&[compiled(&[]), other]), State::InRange, "more than one image");
    let elsewhere = Arc::new(Piece { component: Some("zlib".to_owned()), ..(*compiled(&[])).clone() });
    check(&records, &device(&[elsewhere]), State::InRange, "");
    // A distribution's kernel is judged by the distribution (P9); nothing of mainline's files is asked of it.
    let debian = says("osv:Debian", "DSA-1", vec![statement("distro:debian:12/linux", &["<6.1.76-1"])]);
    let records = [Record { aliases: vec![CVE.to_owned()], ..debian }, records[0].clone()];
    let package = package("pkg:deb/debian/linux-image-amd64@6.1.0-1?distro=debian-12&upstream=linux");
    let build = Build { pieces: vec![compiled(&[])] };
    let assessment = assess(&index(&records), &Inventory { build, ..inventory(&[package]) });
    assert!(assessment.cores.iter().all(|core| core.state == State::InRange), "{:?}", assessment.cores);
}

#[test]
fn a_component_with_a_list_of_its_own() {
    let mut said = statement("cpe:a:acme:reader", &["<2.0"]);
    said.qualifiers.program_files = vec!["src/png.c".to_owned()];
    let index = index(&[says("cve", CVE, vec![said])]);
    let state = |files: &[&str], component: &str| {
        let list = CompiledFiles::new(files.iter().copied(), false);
        let piece =
            Piece { component: Some(component.to_owned()), ..(*piece(Body::CompiledFiles(list))).clone() };
        let build = Build { pieces: vec![Arc::new(piece)] };
        let device = Inventory { build, ..inventory(&[application("acme", "reader", "1.0")]) };
        assess(&index, &device).cores[0].state
    };
    assert_eq!(state(&["src/jpeg.c", "src/reader.h"], "Reader"), State::ExcludedByBuild);
    assert_eq!(state(&["src/jpeg.c", "src/reader.h"], "writer"), State::InRange);
    // Objects of other builds bear any name, and a list without included files shows nothing.
    assert_eq!(state(&["src/jpeg.o"], "reader"), State::InRange);
    assert_eq!(state(&["src/png.c", "src/reader.h"], "reader"), State::InRange);
}

/// What happens to the world.
#[derive(Clone, Debug)]
enum Edit {
    Said(u8, Vec<u8>),
    Built(u8, Vec<u8>),
}

const FILES: [&str; 4] =
    ["net/tipc/link.c", "net/netfilter/nf_tables_api.c", "fs/btrfs/super.c", "kernel/sys.c"];

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..5_u8, vec(0..4_u8, 0..3)).prop_map(|(flaw, files)| Edit::Said(flaw, files)),
        (0..3_u8, vec(0..8_u8, 0..3)).prop_map(|(device, pieces)| Edit::Built(device, pieces)),
    ]
}

fn pieces(numbers: &[u8]) -> Build {
    let pieces = numbers.iter().map(|number| match number {
        0..4 => compiled(&FILES[usize::from(*number)..]),
        4 => configured(&[("TIPC", Setting::Off), ("BTRFS_FS", Setting::Module)]),
        5 => configured(&[("NF_TABLES", Setting::Off), ("BTRFS_FS", Setting::Off)]),
        6 => Arc::new(Piece { image: "sha256:22".to_owned(), ..(*compiled(&[])).clone() }),
        _ => Arc::new(Piece { component: Some("n0".to_owned()), ..(*compiled(&[])).clone() }),
    });
    Build { pieces: pieces.collect() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_evidence_and_records_gives_what_a_full_rebuild_gives(edits in vec(edits(), 1..12)) {
        let mut records: BTreeMap<u8, Record> = BTreeMap::new();
        let corpus = |records: &BTreeMap<u8, Record>| -> Index<Vec<u8>> {
            index(&records.values().cloned().collect::<Vec<_>>())
        };
        let mut devices: BTreeMap<String, Inventory> = (0..3)
            .map(|id| (id.to_string(), inventory(&[kernel(), package("pkg:npm/n0@1.0.0")])))
            .collect();
        let mut before = corpus(&records);
        let mut standing = Standing::new();
        devices.iter().for_each(|(id, inventory)| standing.place(&before, id, inventory.clone()));
        for edit in edits {
            match edit {
                Edit::Said(number, files) => {
                    let files: Vec<&str> = files.iter().map(|file| FILES[usize::from(*file)]).collect();
                    let plain = statement("purl:npm/n0", &["<2.0.0"]);
                    let record = says("cve", &format!("CVE-2024-{number}"), vec![flaw(&files), plain]);
                    records.insert(number, record);
                    let after = corpus(&records);
                    standing.renew(&Delta::between(&before, &after), &after);
                    before = after;
                }
                Edit::Built(id, numbers) => {
                    let (id, build) = (id.to_string(), pieces(&numbers));
                    standing.settle(&before, &id, build.clone());
                    devices.get_mut(&id).expect("a device").build = build;
                }
            }
            let mut full = Standing::new();
            devices.iter().for_each(|(id, inventory)| full.place(&before, id, inventory.clone()));
            prop_assert_eq!(standing.verdicts(), full.verdicts());
            prop_assert_eq!(standing.digest(), full.digest());
        }
    }
}

#[test]
fn evidence_asks_the_verdicts_of_its_release_alone() {
    let index = index(&[
        says("cve", CVE, vec![flaw(&["net/tipc/link.c"])]),
        says("cve", "CVE-2024-2", vec![statement("purl:npm/n0", &["<2.0.0"])]),
    ]);
    let mut standing = Standing::new();
    for id in ["one", "two"] {
        standing.place(&index, id, inventory(&[kernel(), package("pkg:npm/n0@1.0.0")]));
    }
    let before = standing.digest();
    assert_eq!(standing.settle(&index, "one", Build { pieces: vec![compiled(&[])] }), 1);
    assert_ne!(standing.digest(), before);
    assert_eq!(standing.settle(&index, "one", Build::default()), 1);
    assert_eq!(standing.digest(), before);
    assert_eq!(standing.settle(&index, "nowhere", Build::default()), 0);
}
