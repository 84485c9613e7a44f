//! Opens one input and streams what is in it to a sink.
//!
//! One thread unpacks while the others parse: documents travel in bounded batches, the records of a batch are parsed in
//! parallel and given to the sink in the order of the file. A broken record costs only itself.

use std::ops::ControlFlow;
use std::sync::mpsc;

use matcher::record::Source;
use rayon::prelude::*;

use crate::input::Input;
use crate::place::Place;
use crate::report::{FileReport, Issue, IssueCode, Item, Kind, Parsed};
use crate::slices::{Cut, Scanner};
use crate::sniff::{Form, sniff};
use crate::unit::{self, Unit};
use crate::unpack::{self, Document};
use crate::{csaf, cve5, cyclonedx_vex, epss, kev, nvd, openvex, osv};

/// Documents in one batch.
const BATCH_DOCUMENTS: usize = 1_024;
/// Bytes in one batch, unless one document alone has more.
const BATCH_BYTES: usize = 8 << 20;
/// Elements of one document parsed before the sink sees them.
const BATCH_ELEMENTS: usize = 1_024;

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The source of every record, whatever its content and place say.
    pub source: Option<Source>,
}

/// Reads `input` and gives what is in it to `sink`, in the order of the file, until it breaks.
pub fn read(input: &Input, options: &Options, sink: &mut dyn FnMut(Item) -> ControlFlow<()>) -> FileReport {
    let mut reading = Reading {
        path: input.path.display().to_string(),
        place: Place::new(&input.path, options.source.clone()),
        report: FileReport::new(input.path.clone()),
        sink,
    };
    if let Some(reason) = reading.place.left_alone() {
        let path = reading.path.clone();
        reading.report.leave(reason, &path);
        return reading.report;
    }
    let opened = std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<Document>>(1);
        let unpacking = scope.spawn(move || send_batches(input, &sender));
        for batch in receiver {
            if reading.batch(batch).is_break() {
                break;
            }
        }
        unpacking.join()
    });
    let failure = match opened {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("cannot be opened: {error}")),
        Err(_) => Some("unpacking failed".to_owned()),
    };
    if let Some(text) = failure {
        let location = reading.path.clone();
        reading.refuse(None, &location, unit::issue("", IssueCode::Damaged, text));
    }
    reading.report
}

fn send_batches(input: &Input, sender: &mpsc::SyncSender<Vec<Document>>) -> std::io::Result<()> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    let outcome = unpack::documents(&input.path, &mut |document| {
        bytes += document.bytes.len();
        batch.push(document);
        if batch.len() < BATCH_DOCUMENTS && bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        bytes = 0;
        match sender.send(std::mem::take(&mut batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    if !batch.is_empty() {
        // A closed channel means that the sink has enough.
        let _ = sender.send(batch);
    }
    outcome
}

struct Reading<'a> {
    path: String,
    place: Place,
    report: FileReport,
    sink: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
}

/// What became of a document on a parsing thread.
enum Outcome {
    Single(Box<Single>),
    Other(Document, Form),
}

/// One record, parsed or refused.
struct Single {
    kind: Kind,
    source: Source,
    location: String,
    raw: Vec<u8>,
    unit: Unit,
}

impl Reading<'_> {
    fn batch(&mut self, batch: Vec<Document>) -> ControlFlow<()> {
        let (place, path) = (&self.place, &self.path);
        let outcomes: Vec<Outcome> =
            batch.into_par_iter().map(|document| parse(document, place, path)).collect();
        for outcome in outcomes {
            match outcome {
                Outcome::Single(single) => self.single(*single)?,
                Outcome::Other(document, form) => self.other(document, form)?,
            }
        }
        ControlFlow::Continue(())
    }

    fn single(&mut self, single: Single) -> ControlFlow<()> {
        let Single { kind, source, location, raw, unit } = single;
        match unit {
            Ok((record, issues)) => {
                for issue in issues {
                    self.report.note(located(&location, issue));
                }
                self.report.took(kind, &source, 1);
                (self.sink)(Item::Record(Box::new(Parsed { record, raw, location })))
            }
            Err(issue) => {
                self.refuse(Some(&source), &location, *issue);
                ControlFlow::Continue(())
            }
        }
    }

    /// Everything that is not one record: collections, score files, what is broken and what is left alone.
    fn other(&mut self, document: Document, form: Form) -> ControlFlow<()> {
        let location = at(&self.path, document.member.as_deref());
        let damaged = document.damage.is_some();
        let source = match form {
            Form::NotRead(_) | Form::Utf16 | Form::Broken | Form::Lines | Form::Array => {
                self.place.likely_source(document.member.as_deref())
            }
            form => Some(self.place.source(form, document.member.as_deref(), &document.bytes)),
        };
        let flow = match form {
            Form::NvdPage => {
                let (elements, cut) = unit::elements(&document.bytes, b"vulnerabilities");
                let source = source.clone().unwrap_or_else(|| Source("nvd".to_owned()));
                let prefix = format!("{location}#/vulnerabilities");
                let flow = self.elements(&elements, &prefix, |raw| {
                    Some((Kind::Nvd, source.clone(), nvd::parse_one(raw, &source)))
                });
                self.cut(cut.filter(|_| !damaged), Some(&source), &location);
                flow
            }
            Form::Lines => {
                let lines: Vec<&[u8]> = document
                    .bytes
                    .split(|byte| *byte == b'\n')
                    .map(<[u8]>::trim_ascii)
                    .filter(|line| !line.is_empty())
                    .collect();
                self.mixed(&lines, &document, &format!("{location}#"))
            }
            Form::Array => {
                let (elements, cut) = array(&document.bytes);
                let flow = self.mixed(&elements, &document, &format!("{location}#"));
                self.cut(cut.filter(|_| !damaged), source.as_ref(), &location);
                flow
            }
            Form::Kev if !damaged => {
                self.whole(Kind::Kev, source.as_ref(), &location, kev::parse(document.bytes))
            }
            Form::Epss if !damaged => {
                self.whole(Kind::Epss, source.as_ref(), &location, epss::parse(&document.bytes))
            }
            Form::NotRead(reason) if !damaged => {
                self.report.leave(reason, &location);
                ControlFlow::Continue(())
            }
            Form::Utf16 => {
                let issue = unit::issue("", IssueCode::Encoding, "UTF-16 text: feeds are UTF-8".to_owned());
                self.refuse(source.as_ref(), &location, issue);
                ControlFlow::Continue(())
            }
            Form::Broken if !damaged => {
                let text = "the JSON breaks before it says what it is".to_owned();
                self.refuse(source.as_ref(), &location, unit::issue("", IssueCode::Malformed, text));
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        };
        if let Some((code, text)) = document.damage {
            self.refuse(source.as_ref(), &location, unit::issue("", code, text));
        }
        flow
    }

    /// Elements of which each says itself what it is.
    fn mixed(&mut self, elements: &[&[u8]], document: &Document, prefix: &str) -> ControlFlow<()> {
        let member = document.member.as_deref();
        let place = Place::new(&self.report.path, self.place.given.clone());
        self.elements(elements, prefix, |raw| {
            let form = sniff(raw, "");
            let source = place.source(form, member, raw);
            single(form, raw, &source, &place.stem(member)).map(|(kind, unit)| (kind, source, unit))
        })
    }

    fn elements(
        &mut self,
        elements: &[&[u8]],
        prefix: &str,
        parse: impl Fn(&[u8]) -> Option<(Kind, Source, Unit)> + Sync,
    ) -> ControlFlow<()> {
        for (chunk_index, chunk) in elements.chunks(BATCH_ELEMENTS).enumerate() {
            let parsed: Vec<_> = chunk.par_iter().map(|raw| parse(raw)).collect();
            for (index, (raw, outcome)) in chunk.iter().zip(parsed).enumerate() {
                let location = format!("{prefix}/{}", chunk_index * BATCH_ELEMENTS + index);
                match outcome {
                    Some((kind, source, unit)) => {
                        let raw = raw.to_vec();
                        self.single(Single { kind, source, location, raw, unit })?;
                    }
                    None => self.report.leave("an element of no known feed", &location),
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn whole(
        &mut self,
        kind: Kind,
        source: Option<&Source>,
        location: &str,
        parsed: Result<(Item, Vec<Issue>), Issue>,
    ) -> ControlFlow<()> {
        match parsed {
            Ok((item, issues)) => {
                let count = match &item {
                    Item::Epss { scores, .. } => scores.len(),
                    Item::Kev { entries, .. } => entries.len(),
                    Item::Record(_) => 1,
                };
                // Every issue of these two is an entry that was left out.
                for issue in issues {
                    self.refuse(source, location, issue);
                }
                if let Some(source) = source {
                    self.report.took(kind, source, count as u64);
                }
                (self.sink)(item)
            }
            Err(issue) => {
                self.refuse(source, location, issue);
                ControlFlow::Continue(())
            }
        }
    }

    fn cut(&mut self, cut: Option<Cut>, source: Option<&Source>, location: &str) {
        if let Some(cut) = cut {
            self.refuse(source, location, unit::issue("", IssueCode::Malformed, cut.text()));
        }
    }

    fn refuse(&mut self, source: Option<&Source>, location: &str, issue: Issue) {
        let issue = located(location, issue);
        self.report.refuse(source, issue);
    }
}

fn parse(mut document: Document, place: &Place, path: &str) -> Outcome {
    if document.bytes.starts_with(b"\xef\xbb\xbf") {
        document.bytes.drain(..3);
    }
    let name = document.member.as_deref().unwrap_or(path);
    let form = sniff(&document.bytes, name);
    if document.damage.is_some() {
        return Outcome::Other(document, form);
    }
    let source = match form {
        Form::Csaf | Form::Cve5 | Form::CycloneDxVex | Form::OpenVex | Form::Osv | Form::NvdRecord(_) => {
            place.source(form, document.member.as_deref(), &document.bytes)
        }
        _ => return Outcome::Other(document, form),
    };
    match single(form, &document.bytes, &source, &place.stem(document.member.as_deref())) {
        Some((kind, unit)) => {
            let location = at(path, document.member.as_deref());
            Outcome::Single(Box::new(Single { kind, source, location, raw: document.bytes, unit }))
        }
        None => Outcome::Other(document, form),
    }
}

/// Reads one record again from the bytes that an earlier reading kept of it ([`Parsed::raw`]): `source` and `id` are those
/// that it got then.
pub fn read_again(raw: &[u8], source: &Source, id: &str) -> Unit {
    let form = sniff(raw, "");
    // The name of the file is gone. It was the id of a document that has none, or stands in the source of one without author.
    let unsigned = || cyclonedx_vex::author(raw).is_none().then(|| source.0.strip_prefix("cyclonedx-vex:"));
    let stem = if form == Form::CycloneDxVex { unsigned().flatten().unwrap_or(id) } else { id };
    single(form, raw, source, stem)
        .map_or_else(|| Err(Box::new(unit::malformed("it is no record of a known feed"))), |(_, unit)| unit)
}

/// Parses a document that is one record.
fn single(form: Form, raw: &[u8], source: &Source, stem: &str) -> Option<(Kind, Unit)> {
    match form {
        Form::Cve5 => Some((Kind::Cve5, cve5::parse_one(raw, source))),
        Form::Csaf => Some((Kind::Csaf, csaf::parse_one(raw, source))),
        Form::OpenVex => Some((Kind::OpenVex, openvex::parse_one(raw, source))),
        Form::CycloneDxVex => Some((Kind::CycloneDxVex, cyclonedx_vex::parse_one(raw, source, stem))),
        Form::Osv => Some((Kind::Osv, osv::parse_one(raw, source))),
        Form::NvdRecord(_) => Some((Kind::NvdRecord, nvd::parse_one(raw, source))),
        Form::Broken => {
            let text = "the JSON breaks before it says what it is";
            Some((Kind::Other, Err(Box::new(unit::malformed(text)))))
        }
        _ => None,
    }
}

fn array(bytes: &[u8]) -> (Vec<&[u8]>, Option<Cut>) {
    let mut elements = Vec::new();
    let mut scanner = Scanner::new(bytes);
    let mut collect = || -> Result<(), Cut> {
        scanner.eat(b'[')?;
        while let Some(element) = scanner.element(elements.is_empty())? {
            elements.push(element);
        }
        Ok(())
    };
    let cut = collect().err();
    (elements, cut)
}

fn at(path: &str, member: Option<&str>) -> String {
    match member {
        Some(member) => format!("{path}!{member}"),
        None => path.to_owned(),
    }
}

fn located(location: &str, mut issue: Issue) -> Issue {
    let separator = if issue.location.is_empty() || location.contains('#') { "" } else { "#" };
    issue.location = format!("{location}{separator}{}", issue.location);
    issue
}
