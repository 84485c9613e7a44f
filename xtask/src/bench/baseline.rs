//! The yardstick of the import: one thread that decodes the same files with the same decoders and parses every document that
//! is JSON into `serde_json::Value`. That is less than the import does: of JSON lines only the first is parsed, and tables are
//! decoded alone. And the SBOM that `check` is measured with.

use std::{
    fs::File,
    io::{BufReader, Read as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Time to decode and parse what is under the feeds' folders.
#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
pub(super) fn parse(folder: &Path) -> anyhow::Result<Duration> {
    let mut files = Vec::new();
    // What the import leaves alone is not here: native inputs of distributions.
    for kind in ["nvd", "nvd-overrides", "cve5", "csaf", "osv", "kev", "epss"] {
        walk(&folder.join(kind), &mut files)?;
    }
    let start = Instant::now();
    let mut records = 0_usize;
    for path in &files {
        records += parse_file(path)?;
    }
    eprintln!("baseline: {records} documents in {} files", files.len());
    Ok(start.elapsed())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { walk(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn parse_file(path: &Path) -> anyhow::Result<usize> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let open = || File::open(path).map(BufReader::new);
    if name.ends_with(".tar.zst") {
        let mut archive = tar::Archive::new(zstd::Decoder::new(open()?)?);
        let mut count = 0;
        for entry in archive.entries()? {
            let mut entry = entry?;
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            count += usize::from(serde_json::from_slice::<Value>(&bytes).is_ok());
        }
        return Ok(count);
    }
    if name.ends_with(".zip") {
        let mut archive = zip::ZipArchive::new(open()?)?;
        let mut count = 0;
        for member in 0..archive.len() {
            let mut bytes = Vec::new();
            archive.by_index(member)?.read_to_end(&mut bytes)?;
            count += usize::from(serde_json::from_slice::<Value>(&bytes).is_ok());
        }
        return Ok(count);
    }
    let mut bytes = Vec::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(open()?).read_to_end(&mut bytes)?;
    } else {
        open()?.read_to_end(&mut bytes)?;
    }
    Ok(usize::from(serde_json::from_slice::<Value>(&bytes).is_ok()))
}

/// A CycloneDX document of `count` distinct components: eight of upstream software with many known flaws, an own Linux
/// kernel among them, eight from ecosystems and distributions with sources, the rest without known flaws.
pub(super) fn sbom_of(count: usize) -> Value {
    const UPSTREAM: [(&str, &str, &str); 8] = [
        ("linux_kernel", "o:linux", "5.10.120"),
        ("openssl", "a:openssl", "3.0.7"),
        ("curl", "a:haxx", "7.79.1"),
        ("busybox", "a:busybox", "1.34.1"),
        ("sqlite", "a:sqlite", "3.36.0"),
        ("libxml2", "a:xmlsoft", "2.9.12"),
        ("glibc", "a:gnu", "2.33"),
        ("mbed_tls", "a:arm", "2.16.9"),
    ];
    const LANGUAGE: [(&str, &str); 8] = [
        ("pypi/django", "3.2.10"),
        ("pypi/pillow", "8.3.1"),
        ("golang/golang.org/x/net", "v0.5.0"),
        ("golang/golang.org/x/crypto", "v0.1.0"),
        ("cargo/tokio", "1.8.0"),
        ("cargo/hyper", "0.14.2"),
        ("npm/lodash", "4.17.20"),
        ("rpm/almalinux/openssl-libs", "1.1.1k-5.el8_5?distro=almalinux-8.5"),
    ];
    let components: Vec<Value> = (0..count)
        .map(|number| match number % 2 {
            0 if number / 2 < UPSTREAM.len() => {
                let (name, vendor, version) = UPSTREAM[number / 2];
                json!({ "type": "library", "bom-ref": format!("c{number}"), "name": name, "version": version,
                    "cpe": format!("cpe:2.3:{vendor}:{name}:{version}:*:*:*:*:*:*:*") })
            }
            1 if number / 2 < LANGUAGE.len() => {
                let (name, version) = LANGUAGE[number / 2];
                json!({ "type": "library", "bom-ref": format!("c{number}"), "name": name, "version": version,
                    "purl": format!("pkg:{name}@{version}") })
            }
            _ => {
                json!({ "type": "library", "bom-ref": format!("c{number}"), "name": format!("part-{number}"),
                "version": "1.0.0", "purl": format!("pkg:pypi/part-{number}@1.0.0") })
            }
        })
        .collect();
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components })
}
