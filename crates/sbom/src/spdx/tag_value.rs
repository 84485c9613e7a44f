//! SPDX 2 tag-value: one `Tag: value` a line, values of several lines between `<text>` and `</text>`. Hospitals receive
//! these written by hand, so that a line which says nothing costs that line only.

use serde_json::{Map, Value, json};

use super::intake::Intake;
use crate::error::ReadError;
use crate::inventory::{Format, Inventory};
use crate::issue::IssueCode;
use crate::walk::{Walk, quoted};

/// Reads an SPDX 2 tag-value document.
pub(crate) fn read_tag_value(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut document = Sections::default();
    let mut lines = Lines { text, at: 0, line: 0, unclosed: false };
    while let Some((line, written)) = lines.next() {
        let written = written.trim_start();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let tagged =
            written.split_once(':').filter(|(tag, _)| tag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let Some((tag, value)) = tagged else {
            unreadable(line, written, walk);
            continue;
        };
        let value = match value.trim_start().strip_prefix("<text>") {
            Some(begun) => lines.value(begun, line, walk),
            None => value,
        };
        document.take(line, tag, value.trim(), walk)?;
    }
    document.open_next(Section::Other, walk)?;
    let Sections { mut intake, creation, .. } = document;
    intake.member("creationInfo", Value::Object(creation), walk);
    intake.close(Format::SpdxTagValue, walk)
}

fn unreadable(line: usize, written: &str, walk: &mut Walk) {
    walk.report(IssueCode::LineUnreadable, || format!("line {line} is left out: {}", quoted(written)));
}

struct Lines<'a> {
    text: &'a str,
    /// Where the next line begins.
    at: usize,
    line: usize,
    /// No closing tag stands in what is left, so that it need not be looked for again.
    unclosed: bool,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
        self.line += 1;
        self.at += line.len() + 1;
        Some((self.line, line))
    }

    /// The text that began with `begun`, which is the rest of a line, up to its closing tag.
    fn value(&mut self, begun: &'a str, line: usize, walk: &mut Walk) -> &'a str {
        const CLOSING: &str = "</text>";
        if let Some((text, _)) = begun.split_once(CLOSING) {
            return text;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(end) = (if self.unclosed { None } else { rest.find(CLOSING) }) else {
            self.unclosed = true;
            walk.report(IssueCode::LineUnreadable, || {
                format!("the text that begins in line {line} has no end; only that line is read")
            });
            return begun;
        };
        // The line's end stands between the two slices.
        let start = self.at - 1 - begun.len();
        let text = &self.text[start..self.at + end];
        self.line += rest[..end].bytes().filter(|byte| *byte == b'\n').count();
        self.at += end + CLOSING.len();
        text
    }
}

/// What the lines that follow are about.
#[derive(Default, Clone, Copy, PartialEq)]
enum Section {
    #[default]
    Document,
    Package,
    File,
    Snippet,
    Other,
}

#[derive(Default)]
struct Sections {
    intake: Intake,
    creation: Map<String, Value>,
    section: Section,
    /// The package, file or snippet that is open.
    entry: Map<String, Value>,
}

impl Sections {
    fn take(&mut self, line: usize, tag: &str, value: &str, walk: &mut Walk) -> Result<(), ReadError> {
        match tag {
            "PackageName" => {
                self.open_next(Section::Package, walk)?;
                self.put("name", value, walk);
            }
            "FileName" => self.open_next(Section::File, walk)?,
            "SnippetSPDXID" | "SnippetSPDXIdentifier" => {
                self.open_next(Section::Snippet, walk)?;
                self.put("SPDXID", value, walk);
            }
            "LicenseID" => self.open_next(Section::Other, walk)?,
            "SPDXID" if self.section == Section::Document => self.intake.member("SPDXID", value.into(), walk),
            "SPDXID" => self.put("SPDXID", value, walk),
            "SPDXVersion" => self.intake.member("spdxVersion", value.into(), walk),
            "DocumentName" => self.intake.member("name", value.into(), walk),
            "DocumentNamespace" => self.intake.member("documentNamespace", value.into(), walk),
            "ExternalDocumentRef" => self.intake.entry("externalDocumentRefs", value.into(), walk)?,
            "Created" => drop(self.creation.insert("created".to_owned(), value.into())),
            "CreatorComment" => drop(self.creation.insert("comment".to_owned(), value.into())),
            "Creator" => append(&mut self.creation, "creators", value.into()),
            "Relationship" => self.relationship(line, value, walk)?,
            _ if self.section == Section::Package => self.package(line, tag, value, walk),
            _ => {}
        }
        Ok(())
    }

    fn package(&mut self, line: usize, tag: &str, value: &str, walk: &mut Walk) {
        match tag {
            "PackageVersion" => self.put("versionInfo", value, walk),
            "PackageSupplier" => self.put("supplier", value, walk),
            "PackageOriginator" => self.put("originator", value, walk),
            "PrimaryPackagePurpose" => self.put("primaryPackagePurpose", value, walk),
            "PackageLicenseConcluded" => self.put("licenseConcluded", value, walk),
            "PackageLicenseDeclared" => self.put("licenseDeclared", value, walk),
            "PackageSourceInfo" => self.put("sourceInfo", value, walk),
            "ValidUntilDate" => self.put("validUntilDate", value, walk),
            "PackageChecksum" => match value.split_once(':') {
                Some((algorithm, digest)) => {
                    let checksum = json!({ "algorithm": algorithm.trim(), "checksumValue": digest.trim() });
                    append(&mut self.entry, "checksums", checksum);
                }
                None => unreadable(line, value, walk),
            },
            "ExternalRef" => {
                let mut words = value.split_whitespace();
                match (words.next(), words.next(), words.next()) {
                    (Some(_), Some(kind), Some(_)) => {
                        // The locator is the rest of the line: hand-written ones hold spaces.
                        let locator = value.split_once(kind).map_or("", |(_, locator)| locator.trim());
                        let reference = json!({ "referenceType": kind, "referenceLocator": locator });
                        append(&mut self.entry, "externalRefs", reference);
                    }
                    _ => unreadable(line, value, walk),
                }
            }
            _ => {}
        }
    }

    fn relationship(&mut self, line: usize, value: &str, walk: &mut Walk) -> Result<(), ReadError> {
        // Some write `A CONTAINS SPDXID: B`.
        let mut words = value.split_whitespace().filter(|word| *word != "SPDXID:");
        let (Some(element), Some(kind), Some(related)) = (words.next(), words.next(), words.next()) else {
            unreadable(line, value, walk);
            return Ok(());
        };
        let relationship = json!({
            "spdxElementId": element, "relationshipType": kind.to_ascii_uppercase(), "relatedSpdxElement": related,
        });
        self.intake.entry("relationships", relationship, walk)
    }

    /// Puts a member into the open entry.
    fn put(&mut self, key: &str, value: &str, walk: &mut Walk) {
        if self.entry.insert(key.to_owned(), value.into()).is_some() {
            walk.report(IssueCode::DuplicateKey, || {
                format!("{key} of {} is stated more than once; the last one counts", label(&self.entry))
            });
        }
    }

    /// Hands in the open entry and opens the next.
    fn open_next(&mut self, section: Section, walk: &mut Walk) -> Result<(), ReadError> {
        let entry = Value::Object(std::mem::take(&mut self.entry));
        match std::mem::replace(&mut self.section, section) {
            Section::Package => self.intake.entry("packages", entry, walk),
            Section::File => self.intake.entry("files", entry, walk),
            Section::Snippet => self.intake.entry("snippets", entry, walk),
            Section::Document | Section::Other => Ok(()),
        }
    }
}

fn append(members: &mut Map<String, Value>, key: &str, value: Value) {
    match members.get_mut(key) {
        Some(Value::Array(list)) => list.push(value),
        _ => drop(members.insert(key.to_owned(), Value::Array(vec![value]))),
    }
}

fn label(entry: &Map<String, Value>) -> String {
    quoted(entry.get("name").and_then(Value::as_str).unwrap_or_default())
}
