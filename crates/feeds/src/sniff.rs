//! What a document is, by its content: the top-level keys decide, as early as possible.
//!
//! Not here: which source it comes from (`place`).

use memchr::memmem;

use crate::slices::Scanner;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An NVD 2.0 API page or yearly file.
    NvdPage,
    /// One NVD record, `{"cve":..}`; with `true` it carries an `_annotation`.
    NvdRecord(bool),
    /// One CVE 5 record.
    Cve5,
    /// One OSV record.
    Osv,
    /// One CSAF document.
    Csaf,
    /// One OpenVEX document.
    OpenVex,
    /// A CycloneDX document with analysed vulnerabilities.
    CycloneDxVex,
    /// A KEV catalogue.
    Kev,
    /// EPSS scores.
    Epss,
    /// Documents one after another, each on a line.
    Lines,
    /// An array of documents.
    Array,
    /// Something else, with the reason why it is not read.
    NotRead(&'static str),
    /// Text that should be UTF-8 and is not.
    Utf16,
    /// JSON that ends or breaks before it says what it is.
    Broken,
}

/// Recognises `bytes`; `name` (the file or member) helps only where the content says nothing.
pub(crate) fn sniff(bytes: &[u8], name: &str) -> Form {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Form::Utf16;
    }
    let lower = name.to_ascii_lowercase();
    if bytes.first().is_some_and(|byte| matches!(byte, b'{' | b'[')) || json_name(&lower) {
        return sniff_json(bytes, &lower);
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => sniff_json(bytes, &lower),
        _ if bytes.starts_with(b"#model_version") || bytes.starts_with(b"cve,epss,percentile") => Form::Epss,
        _ if bytes.starts_with(b"cveID,") || bytes.starts_with(b"\"cveID\",") => {
            Form::NotRead("KEV in CSV form: the JSON catalogue is read")
        }
        _ if lower.ends_with(".meta") => Form::NotRead("description of a feed file"),
        _ if lower.ends_with(".toml") || lower.ends_with(".md") => {
            Form::NotRead("advisories and notes in Markdown or TOML")
        }
        _ if lower.ends_with(".asc") || lower.ends_with(".sha512") || lower.ends_with(".sha256") => {
            Form::NotRead("signatures and checksums")
        }
        _ if lower.ends_with("index.txt") || lower.ends_with("changes.csv") => {
            Form::NotRead("lists of files in a folder")
        }
        _ if lower.contains("dyad") => Form::NotRead("kernel commit pairs (dyad)"),
        _ => Form::NotRead("no format of a feed"),
    }
}

fn json_name(lower: &str) -> bool {
    lower.ends_with(".json") || lower.ends_with(".jsonl")
}

fn sniff_json(bytes: &[u8], lower: &str) -> Form {
    let mut scanner = Scanner::new(bytes);
    match scanner.peek() {
        Some(b'[') => return Form::Array,
        Some(b'{') => {}
        _ => return Form::Broken,
    }
    if lower.contains(".jsonl") {
        return Form::Lines;
    }
    let _ = scanner.eat(b'{');
    let mut analysed = false;
    let (mut vulnerabilities, mut cve, mut annotation) = (false, false, false);
    let mut bom = false;
    let (mut id, mut modified, mut schema) = (false, false, false);
    let mut first = true;
    loop {
        let key = match scanner.key(first) {
            Ok(Some(key)) => key,
            Ok(None) => break,
            Err(_) if cve => break,
            Err(_) => return Form::Broken,
        };
        first = false;
        match key {
            b"containers" | b"cveMetadata" => return Form::Cve5,
            b"schema_version" | b"affected" => return Form::Osv,
            b"catalogVersion" => return Form::Kev,
            b"document" => return Form::Csaf,
            b"aggregator" => return Form::NotRead("a list of CSAF providers"),
            b"canonical_url" => return Form::NotRead("the description of a CSAF provider"),
            b"feed" => return Form::NotRead("a list of documents (ROLIE)"),
            b"spdxVersion" | b"SPDXID" => {
                return Form::NotRead("a software bill of materials, not a feed");
            }
            b"cveChanges" => return Form::NotRead("NVD change history is not read yet"),
            b"matchStrings" => return Form::NotRead("NVD match criteria are not read yet"),
            b"products" => return Form::NotRead("the CPE dictionary is not read yet"),
            b"sources" => return Form::NotRead("the list of NVD sources is not read yet"),
            b"CVE_Items" => return Form::NotRead("NVD JSON 1.1: download the 2.0 feed"),
            _ => {}
        }
        let Ok(value) = scanner.value() else {
            // Cut off inside the records: what stands before is still good.
            return if key == b"vulnerabilities" {
                Form::NvdPage
            } else if key == b"cve" {
                Form::NvdRecord(annotation)
            } else {
                Form::Broken
            };
        };
        match (key, value) {
            (b"dataType", b"\"CVE_RECORD\"") => return Form::Cve5,
            (b"format", b"\"NVD_CVE\"") => return Form::NvdPage,
            (b"@context", context) if memmem::find(context, b"openvex").is_some() => return Form::OpenVex,
            (b"bomFormat", _) => bom = true,
            (b"vulnerabilities", list) => {
                vulnerabilities = true;
                analysed = memmem::find(list, b"\"analysis\"").is_some();
            }
            (b"cve", _) => cve = true,
            (b"_annotation", _) => annotation = true,
            (b"id", _) => id = true,
            (b"modified", _) => modified = true,
            (b"$schema", _) => schema = true,
            _ => {}
        }
    }
    if bom && analysed {
        return Form::CycloneDxVex;
    }
    if bom {
        return Form::NotRead("a software bill of materials, not a feed");
    }
    if cve && scanner.peek() == Some(b'{') {
        return Form::Lines;
    }
    if cve {
        Form::NvdRecord(annotation)
    } else if vulnerabilities {
        Form::NvdPage
    } else if id && modified {
        Form::Osv
    } else if schema {
        Form::NotRead("a JSON schema")
    } else {
        Form::NotRead("JSON of no known feed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (text, name, expected) in [
            (r#"{"format":"NVD_CVE","vulnerabilities":[]}"#, "x", Form::NvdPage),
            (r#"{"vulnerabilities":[],"format":"NVD_CVE"}"#, "x", Form::NvdPage),
            (r#"{"vulnerabilities":[{"cve":{"id":"#, "x", Form::NvdPage),
            (r#"{"title":"t","catalogVersion":"1","vulnerabilities":[]}"#, "x", Form::Kev),
            (r#"{"dataType":"CVE_RECORD"}"#, "x", Form::Cve5),
            (r#"{"containers":{}}"#, "GHSA.json", Form::Cve5),
            (r#"{"id":"X","modified":"2020"}"#, "x", Form::Osv),
            (r#"{"id":"X","affected":[]}"#, "x", Form::Osv),
            (r#"{"_annotation":{},"cve":{}}"#, "x", Form::NvdRecord(true)),
            (r#"{"cve":{}}"#, "x", Form::NvdRecord(false)),
            ("{\"cve\":{}}\n{\"cve\":{}}", "x", Form::Lines),
            ("{\"cve\":{}}", "records.jsonl", Form::Lines),
            ("[]", "x", Form::Array),
            ("#model_version:v1,score_date:2020-01-01T00:00:00Z\n", "x", Form::Epss),
            ("\u{feff}x", "x.txt", Form::NotRead("no format of a feed")),
            (r#"{"a"#, "x", Form::Broken),
            ("", "x.json", Form::Broken),
            (r#"{"document":{}"#, "x", Form::Csaf),
            (r#"{"@context":"https://openvex.dev/ns/v0.2.0"}"#, "x", Form::OpenVex),
            (r#"{"bomFormat":"CycloneDX","vulnerabilities":[{"analysis":{}}]}"#, "x", Form::CycloneDxVex),
            (
                r#"{"bomFormat":"CycloneDX","vulnerabilities":[]}"#,
                "x",
                Form::NotRead("a software bill of materials, not a feed"),
            ),
            (r#"{"feed":{}}"#, "x", Form::NotRead("a list of documents (ROLIE)")),
        ] {
            assert_eq!(sniff(text.as_bytes(), name), expected, "{text}");
        }
        assert_eq!(sniff(b"\xff\xfe{\0", "x.json"), Form::Utf16);
    }
}
