//! Files as life delivers them: cut off, mislabelled, far too large inside, damaged at random. Each names what is wrong,
//! costs only itself, and never panics.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::Path;

use feeds::{FileReport, Input, IssueCode, Item, Kind, Options};
use matcher::record::Source;

/// Reads one file of these bytes; ids of the records, and the report.
fn read(name: &str, bytes: &[u8]) -> (Vec<String>, FileReport) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    read_path(&path)
}

fn read_path(path: &Path) -> (Vec<String>, FileReport) {
    let mut ids = Vec::new();
    let report = feeds::read(&Input { path: path.to_owned() }, &Options::default(), &mut |item| {
        match item {
            Item::Record(parsed) => ids.push(parsed.record.id),
            Item::Kev { entries, .. } => ids.extend(entries.into_iter().map(|entry| entry.id)),
            Item::Epss { scores, .. } => ids.extend(scores.into_iter().map(|score| score.id)),
        }
        ControlFlow::Continue(())
    });
    (ids, report)
}

fn codes(report: &FileReport) -> Vec<IssueCode> {
    report.refused.iter().map(|issue| issue.code).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // Written past the library, which would refuse a name that leaves the folder.
        header.as_ustar_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const PAGE: &str = r#"{"format":"NVD_CVE","vulnerabilities":[
{"cve":{"id":"CVE-1","lastModified":"2020-01-01T00:00:00"}},
{"cve":{"id":["wrong"]}},
{"cve":{"id":"CVE-3","descriptions":[{"lang":"en","value":"third"}]}}]}"#;
const CVE: &str = r#"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-1"},"containers":{"cna":{"affected":[{"vendor":"a","product":"b","versions":[{"version":"1.0","lessThan":"2.0","status":"affected","versionType":"semver","changes":[{"at":"1.5","status":"unaffected"}]}]}]}}}"#;
const OSV: &str = r#"{"schema_version":"1.6","id":"GO-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"Go","name":"a.b/c"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"}]}],"versions":["1.0.0"]}]}"#;
const KEV: &str = r#"{"catalogVersion":"2026.01.01","dateReleased":"2026-01-01T00:00:00Z","vulnerabilities":[{"cveID":"CVE-9","dateAdded":"2026-01-01","knownRansomwareCampaignUse":"Known"},{"dateAdded":"2026-01-01"}]}"#;
const CSAF: &str = r#"{"document":{"csaf_version":"2.0","tracking":{"id":"A-1"},"publisher":{"name":"A"}},"product_tree":{"branches":[{"category":"vendor","name":"a","branches":[{"category":"product_version_range","name":"vers:all/<1.0|>=2","product":{"product_id":"p","product_identification_helper":{"purl":"pkg:npm/a@1.0.0","cpe":"cpe:/a:a:b:1"}}}]}],"relationships":[{"product_reference":"p","relates_to_product_reference":"q","full_product_name":{"product_id":"q"}}]},"vulnerabilities":[{"cve":"CVE-2024-1","product_status":{"known_affected":["p","q"],"fixed":["p"]},"remediations":[{"category":"vendor_fix","details":"x","product_ids":["p"]}],"scores":[{"cvss_v3":{"vectorString":"CVSS:3.1/AV:N","baseScore":9.8}}]}]}"#;
const OPENVEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"A","statements":[{"vulnerability":{"name":"CVE-2024-1","aliases":["GHSA-1"]},"products":[{"@id":"pkg:oci/a?tag=1","subcomponents":[{"@id":"pkg:npm/b@1.0.0"}]}],"status":"not_affected","justification":"x"}]}"#;
const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","serialNumber":"urn:uuid:1","metadata":{"component":{"bom-ref":"p","purl":"pkg:generic/p@1"}},"components":[{"bom-ref":"a","purl":"pkg:npm/a@1.0.0"}],"vulnerabilities":[{"id":"CVE-2024-1","analysis":{"state":"not_affected"},"affects":[{"ref":"urn:cdx:1/1#%61"}]}]}"#;
const EPSS: &str = "#model_version:v1,score_date:2026-01-30T00:00:00Z\ncve,epss,percentile\nCVE-1,0.1,0.2\n";

#[test]
fn a_wrong_record_costs_only_itself() {
    let (ids, report) = read("nvdcve-2.0-2020.json", PAGE.as_bytes());
    assert_eq!(ids, ["CVE-1", "CVE-3"]);
    assert_eq!((report.read, report.refused_total, report.kind), (2, 1, Kind::Nvd));
    assert!(
        report.refused[0].location.ends_with("nvdcve-2.0-2020.json#/vulnerabilities/1"),
        "{:?}",
        report.refused
    );
    let count = report.by_source[&Source("nvd".to_owned())];
    assert_eq!((count.read, count.refused), (2, 1));
}

#[test]
fn a_cut_file_gives_what_stands_before_the_cut() {
    let cut = PAGE.find("\"third\"").unwrap();
    let (ids, report) = read("x.json", &PAGE.as_bytes()[..cut]);
    assert_eq!(
        (ids, codes(&report)),
        (vec!["CVE-1".to_owned()], vec![IssueCode::Malformed, IssueCode::Malformed])
    );
    // Cut in the packing: noise that does not compress, so that the cut falls behind the first record.
    let noise: String = (0..200_000_u32).map(|n| format!("{:x}", n.wrapping_mul(2_654_435_761))).collect();
    let long = PAGE.replace("\"third\"", &format!("\"{noise}\""));
    let packed = gzip(long.as_bytes());
    let (ids, report) = read("x.json.gz", &packed[..packed.len() / 2]);
    assert_eq!(ids, ["CVE-1"]);
    assert_eq!(codes(&report), [IssueCode::Malformed, IssueCode::Damaged]);
}

#[test]
fn archives_give_their_good_members() {
    let members: &[(&str, &[u8])] = &[
        ("Go/GO-1.json", OSV.as_bytes()),
        ("../../etc/CVE-2024-1.json", CVE.as_bytes()),
        ("broken.json", b"{\"id\":"),
        ("README.md", b"# hello"),
        ("utf16.json", b"\xff\xfe{\0}\0"),
        ("latin1.json", b"{\"schema_version\":\"1\",\"id\":\"\xe4\"}"),
        ("bom.json", "\u{feff}{\"schema_version\":\"1\",\"id\":\"BOM-1\"}".as_bytes()),
        ("inner.json.gz", &gzip(KEV.as_bytes())),
    ];
    let expected_ids = ["GO-1", "CVE-2024-1", "BOM-1", "CVE-9"];
    let expected = [IssueCode::Malformed, IssueCode::Encoding, IssueCode::Encoding, IssueCode::NoId];
    let packed = tar(members);
    for (name, bytes) in [
        ("a.zip", zip(members)),
        ("a.tar", packed.clone()),
        ("a.tar.gz", gzip(&packed)),
        ("a.tar.zst", zstd::encode_all(packed.as_slice(), 1).unwrap()),
        ("mislabelled.json", gzip(&packed)),
    ] {
        let (ids, report) = read(name, &bytes);
        assert_eq!(ids, expected_ids, "{name}");
        assert_eq!(codes(&report), expected, "{name}");
        assert_eq!((report.read, report.refused_total), (4, 4), "{name}");
        assert_eq!(report.not_read.len(), 1, "{name}");
        assert!(
            report.refused[0].location.ends_with(&format!("{name}!broken.json")),
            "{:?}",
            report.refused[0]
        );
    }
    let (ids, report) = read("cut.tar", &packed[..1_100]);
    assert_eq!((ids, codes(&report)), (vec!["GO-1".to_owned()], vec![IssueCode::Damaged]));
    let whole = zip(members);
    let (ids, report) = read("osv/Go/all.zip", &whole[..whole.len() - 100]);
    assert_eq!((ids.len(), codes(&report)), (0, vec![IssueCode::Damaged]));
    assert_eq!(report.by_source[&Source("osv:Go".to_owned())].refused, 1);
}

#[test]
fn what_unpacks_without_end_is_stopped() {
    let bomb = zstd::encode_all(std::io::repeat(b' ').take(200 << 20), 1).unwrap();
    let (ids, report) = read("nvdcve-2.0-2020.json.zst", &bomb);
    assert_eq!((ids.len(), codes(&report)), (0, vec![IssueCode::Limit]));
    let mut member = Vec::from("{\"cve\":{\"id\":\"");
    member.resize(300 << 20, b' ');
    let (ids, report) = read("a.zip", &zip(&[("big.json", &member), ("GO-1.json", OSV.as_bytes())]));
    assert_eq!((ids, codes(&report)), (vec!["GO-1".to_owned()], vec![IssueCode::Limit]));
}

#[test]
fn text_that_is_no_feed_is_named() {
    let deep = "[".repeat(1_000_000);
    let nested = format!(r#"{{"schema_version":"1","id":"X","affected":{}"#, "{\"a\":".repeat(500_000));
    for (name, bytes, refused, left) in [
        ("deep.json", deep.as_bytes(), 1, 0),
        ("nested.json", nested.as_bytes(), 1, 0),
        ("empty.json", b"".as_slice(), 1, 0),
        ("empty", b"", 0, 1),
        ("array.json", b"[]", 0, 0),
        ("numbers.json", b"[1,2]", 0, 2),
        ("notes.txt", b"hello", 0, 1),
        ("page.html", b"<html>", 0, 1),
        ("csaf.json", br#"{"document":{},"vulnerabilities":[]}"#, 1, 0),
        ("rolie.json", br#"{"feed":{"entry":[]}}"#, 0, 1),
        ("a.json.asc", b"-----BEGIN PGP SIGNATURE-----", 0, 1),
        ("vex.json", br#"{"@context":"https://openvex.dev/ns","statements":7}"#, 1, 0),
        ("sbom.json", br#"{"bomFormat":"CycloneDX"}"#, 0, 1),
        ("null.json", br#"{"vulnerabilities":null}"#, 0, 0),
        ("wrong.json", br#"{"cveMetadata":7,"containers":[]}"#, 1, 0),
        ("kev.json", br#"{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE"#, 1, 0),
        ("epss.csv", b"cve,epss,percentile\nCVE-1,0,0\n", 1, 0),
        ("no-zip.zip", b"PK\x03\x04 nothing of the kind", 1, 0),
        ("no-gzip.gz", b"\x1f\x8b nothing of the kind", 1, 0),
    ] {
        let (ids, report) = read(name, bytes);
        let left_alone: u64 = report.not_read.iter().map(|not_read| not_read.files).sum();
        assert_eq!((ids.len(), report.refused_total, left_alone), (0, refused, left), "{name}: {report:?}");
    }
    let (_, report) = read_path(Path::new("/does/not/exist.json"));
    assert_eq!(codes(&report), [IssueCode::Damaged]);
}

#[test]
fn the_sink_can_stop_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    let records: Vec<String> = (0..5_000).map(|n| format!(r#"{{"cve":{{"id":"CVE-{n}"}}}}"#)).collect();
    std::fs::write(&path, format!(r#"{{"format":"NVD_CVE","vulnerabilities":[{}]}}"#, records.join(",")))
        .unwrap();
    let mut seen = 0;
    feeds::read(&Input { path }, &Options::default(), &mut |_| {
        seen += 1;
        if seen == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(seen, 10);
}

#[test]
fn an_override_names_the_source_of_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, format!("{CVE}\n{OSV}\n")).unwrap();
    let options = Options { source: Some(Source("mine".to_owned())) };
    let mut sources = Vec::new();
    feeds::read(&Input { path }, &options, &mut |item| {
        if let Item::Record(parsed) = item {
            sources.push((parsed.record.source.0, parsed.raw));
        }
        ControlFlow::Continue(())
    });
    assert_eq!(sources, [("mine".to_owned(), CVE.into()), ("mine".to_owned(), OSV.into())]);
}

/// Deterministic noise (xorshift), so that a failure repeats.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn damage_anywhere_never_panics() {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let source = Source("x".to_owned());
    let override_record = r#"{"_annotation":{"cve_id":"CVE-1"},"cve":{"configurations":[{"operator":"AND","negate":true,"nodes":[{"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:a:b:1.*:sp1:*:*:*:x:*:*","versionEndExcluding":"2"}]},{"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:o:a:c:-:*:*:*:*:*:*:*"}]}]}]}}"#;
    let tokens: [&[u8]; 12] = [
        b"\"",
        b"\\",
        b"{",
        b"]",
        b"null",
        b"\\u0000",
        b"\xff",
        b"*",
        b"99999999999999999999",
        b"-",
        b"\\ud800",
        b"before 1, 2.x",
    ];
    for round in 0..40_000 {
        let seed = [PAGE, CVE, OSV, KEV, EPSS, override_record, CSAF, OPENVEX, CYCLONEDX][round % 9];
        let mut bytes = seed.as_bytes().to_vec();
        for _ in 0..=noise.below(4) {
            let at = noise.below(bytes.len());
            match noise.below(4) {
                0 => bytes[at] = noise.below(256) as u8,
                1 => bytes.truncate(at.max(1)),
                2 => {
                    let token = tokens[noise.below(tokens.len())];
                    bytes.splice(at..at, token.iter().copied());
                }
                _ => {
                    let end = (at + noise.below(30)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        let _ = feeds::nvd::parse(&bytes, &source);
        let _ = feeds::nvd::parse_one(&bytes, &source);
        let _ = feeds::cve5::parse_one(&bytes, &source);
        let _ = feeds::osv::parse_one(&bytes, &source);
        let _ = feeds::csaf::parse_one(&bytes, &source);
        let _ = feeds::openvex::parse_one(&bytes, &source);
        let _ = feeds::cyclonedx_vex::parse_one(&bytes, &source, "x");
        let _ = feeds::epss::parse(&bytes);
        let _ = feeds::kev::parse(bytes);
    }
    let archive = gzip(&tar(&[("Go/GO-1.json", OSV.as_bytes()), ("kev.json", KEV.as_bytes())]));
    let zipped = zip(&[("Go/GO-1.json", OSV.as_bytes()), ("kev.json", KEV.as_bytes())]);
    for round in 0..600 {
        let mut bytes = if round % 2 == 0 { archive.clone() } else { zipped.clone() };
        let at = noise.below(bytes.len());
        bytes[at] ^= 1 << noise.below(8);
        let (ids, report) = read("a.bin", &bytes);
        assert!(ids.len() <= 2 && report.read == ids.len() as u64);
    }
}
