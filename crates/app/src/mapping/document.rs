//! Mappings as a file: what leaves a workspace, comes into another, or goes with a check that has no record.
//!
//! The file is foreign data: bounded in size and number, every line that does not hold is named, and nothing is taken in when
//! one does not. Whoever takes it in says what it says, now: the acts of another workspace are told, not copied.

use std::io::Read;

use domain::{
    act::Act,
    audience::Audience,
    id::MappingId,
    ledger::AsOf,
    mapping::{LONGEST, LONGEST_REASON, Mapping, RawPart, Ruling, Scope, VersionRule, is_target},
    person::Permission,
};
use serde::{Deserialize, Serialize};
use store::{StoreError, View};

use super::{MappingLine, Mappings, contradiction, list, part_errors};
use crate::{
    App, AppError, FieldError, Viewer, product, release,
    table_import::{Mode, TableReport},
};

/// What the file is.
const FORMAT: &str = "aftercare mappings";
/// Its version.
const VERSION: u32 = 1;
/// Largest file, in bytes.
const LARGEST: u64 = 64 << 20;
/// Most mappings of one file.
const MOST: usize = 100_000;
/// Errors of one file that are told one by one.
const TOLD: usize = 20;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingFile {
    /// `aftercare mappings`.
    format: String,
    /// 1.
    version: u32,
    /// In the order of names.
    mappings: Vec<Entry>,
}

/// One mapping.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    name: String,
    #[serde(rename = "part_version", skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    ruling: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    version_rule: String,
    why: String,
    by: String,
    at: String,
}

/// Writes the mappings that everybody may know of, as JSON; the same mappings give the same bytes.
pub fn export(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<String, AppError> {
    let mut lines = list(app, viewer, as_of, None)?;
    // A file goes where nobody asks for labels.
    lines.retain(|line| line.audience == Audience::GENERAL);
    let mut mappings: Vec<Entry> = lines.into_iter().map(entry).collect();
    mappings.sort_by_cached_key(Entry::key);
    let file = MappingFile { format: FORMAT.to_owned(), version: VERSION, mappings };
    let text = serde_json::to_string_pretty(&file).map_err(|error| AppError::Defect(error.to_string()))?;
    Ok(text + "\n")
}

/// Takes a file in, all of it or nothing. What is there already is left; what contradicts it is wrong.
pub fn import(
    app: &App,
    viewer: &Viewer,
    input: impl Read,
    mode: Mode,
    reason: &str,
) -> Result<TableReport, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let file = read(input)?;
    let mut report = TableReport { rows: file.mappings.len() as u64, ..TableReport::default() };
    let mut new: Vec<Mapping> = Vec::new();
    app.store.read(AsOf::Now, |view| {
        let mut there = view.all_mappings()?;
        for (line, entry) in (1..).zip(&file.mappings) {
            let place = |scope: &str| placed(view, viewer, entry, scope);
            let mapping = match mapping(app, viewer, entry, place)? {
                Ok(mapping) => mapping,
                Err(errors) => {
                    for error in errors {
                        report.wrong(line, &error.field, &entry.name, error.message);
                    }
                    continue;
                }
            };
            match contradiction(&there, &mapping) {
                Some(old) if old.ruling == mapping.ruling && old.version_rule == mapping.version_rule => {
                    report.unchanged += 1;
                }
                Some(old) => {
                    let message =
                        format!("{} holds already; withdraw it first when it is wrong", super::summary(old));
                    report.wrong(line, "ruling", &entry.name, message);
                }
                None if !mapping.audience.is_general() => {
                    let message = "a file is known to everybody: say what is need-to-know one by one";
                    report.wrong(line, "scope", &entry.name, message.to_owned());
                }
                None => {
                    report.example(line, "add", || super::summary(&mapping));
                    there.push(mapping.clone());
                    new.push(mapping);
                }
            }
        }
        Ok::<_, AppError>(())
    })?;
    report.added = new.len() as u64;
    if mode == Mode::Preview || report.failed() || new.is_empty() {
        return Ok(report);
    }
    let act: Act = app.act(viewer, "mapping.import", reason);
    let (added, unchanged) = (report.added, report.unchanged);
    let written = app.store.write_bulk(
        &act,
        "Mappings of a file",
        &new,
        |tx, part| tx.add_mappings(part),
        |tx| {
            tx.receipt("added", i64::try_from(added).unwrap_or(i64::MAX))?;
            tx.summary(format!("Took mappings in: {added} added, {unchanged} there already"));
            Ok::<_, StoreError>(())
        },
    )?;
    report.written = true;
    report.sequence = Some(written.sequence);
    Ok(report)
}

/// A file for a check without a record, and how many of its mappings hold for a release or product line and are left out.
pub fn for_check(input: impl Read) -> Result<(Mappings, usize), AppError> {
    let file = read(input)?;
    let mut errors = Vec::new();
    let mut mappings = Vec::new();
    let mut left_out = 0;
    for (line, entry) in (1..).zip(&file.mappings) {
        if ["release", "product_line"].contains(&entry.scope.as_str()) {
            left_out += 1;
            continue;
        }
        match parsed(entry, scope_of_everybody(&entry.scope)) {
            Ok(mapping) => mappings.push(Mapping { id: MappingId(line.to_string()), ..mapping }),
            Err(wrong) => errors.extend(
                wrong
                    .into_iter()
                    .map(|error| FieldError { field: format!("mapping {line} {}", error.field), ..error }),
            ),
        }
    }
    if !errors.is_empty() {
        let more = errors.len().saturating_sub(TOLD);
        errors.truncate(TOLD);
        if more > 0 {
            errors.push(FieldError {
                field: "mappings".to_owned(),
                message: format!("{more} more do not hold"),
            });
        }
        return Err(AppError::Invalid(errors));
    }
    Ok((Mappings::of(mappings), left_out))
}

fn read(input: impl Read) -> Result<MappingFile, AppError> {
    let mut bytes = Vec::new();
    let unreadable =
        |error: std::io::Error| AppError::invalid("mappings", format!("cannot be read: {error}"));
    input.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(AppError::invalid("mappings", format!("the file is larger than {} MiB", LARGEST >> 20)));
    }
    let file: MappingFile = serde_json::from_slice(&bytes)
        .map_err(|error| AppError::invalid("mappings", format!("no file of mappings: {error}")))?;
    if file.format != FORMAT || file.version != VERSION {
        let message = format!(
            "it says `{}` version {}; `{FORMAT}` version {VERSION} is read",
            file.format, file.version
        );
        return Err(AppError::invalid("mappings", message));
    }
    if file.mappings.len() > MOST {
        return Err(AppError::invalid(
            "mappings",
            format!("more than {MOST} mappings; take them in in parts"),
        ));
    }
    Ok(file)
}

impl Entry {
    fn key(&self) -> [Option<String>; 7] {
        let Self { name, version, scope, release, product, target, at, .. } = self.clone();
        [Some(name), version, Some(scope), release, product, target, Some(at)]
    }
}

fn entry(line: MappingLine) -> Entry {
    Entry {
        name: line.name,
        version: line.version,
        supplier: line.supplier,
        purl: line.purl,
        scope: line.scope.to_owned(),
        release: line.release,
        product: line.product,
        ruling: line.ruling.to_owned(),
        target: line.target,
        version_rule: line.version_rule,
        why: line.why,
        by: line.by,
        at: line.at,
    }
}

/// What the file says, as it says it.
fn parsed(entry: &Entry, scope: Option<Scope>) -> Result<Mapping, Vec<FieldError>> {
    let part = RawPart {
        name: entry.name.clone(),
        version: entry.version.clone(),
        supplier: entry.supplier.clone(),
        purl: entry.purl.clone(),
    };
    let mut errors = part_errors(&part);
    let ruling = Ruling::of(&entry.ruling, entry.target.as_deref())
        .filter(|ruling| ruling.target().is_none_or(is_target));
    if ruling.is_none() {
        let message = "confirmed or rejected with a target such as cpe:a:vendor:product, or no_public_identity without one";
        errors.push(FieldError::new("ruling", message));
    }
    let version_rule = VersionRule::parse(&entry.version_rule);
    if version_rule.is_none() {
        errors.push(FieldError::new("version_rule", super::RULES));
    }
    let texts = [("why", &entry.why, LONGEST_REASON), ("by", &entry.by, LONGEST), ("at", &entry.at, LONGEST)];
    for (field, text, longest) in texts {
        if text.trim().is_empty() || text.chars().count() > longest || text.contains('\0') {
            errors.push(FieldError::new(field, format!("1 to {longest} characters")));
        }
    }
    if scope.is_none() {
        errors.push(FieldError::new("scope", format!("one of: {}", Scope::WORDS.join(", "))));
    }
    match (ruling, version_rule, scope) {
        (Some(ruling), Some(version_rule), Some(scope)) if errors.is_empty() => Ok(Mapping {
            id: MappingId(String::new()),
            part,
            scope,
            ruling,
            version_rule,
            why: entry.why.trim().to_owned(),
            decided_by: "file".to_owned(),
            decided_name: entry.by.trim().to_owned(),
            decided_at: entry.at.trim().to_owned(),
            audience: Audience::general(),
        }),
        _ => Err(errors),
    }
}

/// The same as something that is said here and now by whoever takes it in.
fn mapping(
    app: &App,
    viewer: &Viewer,
    entry: &Entry,
    placed: impl Fn(&str) -> Result<Result<(Scope, Audience), FieldError>, AppError>,
) -> Result<Result<Mapping, Vec<FieldError>>, AppError> {
    let (scope, audience) = match placed(&entry.scope)? {
        Ok(placed) => placed,
        Err(error) => return Ok(Err(vec![error])),
    };
    Ok(parsed(entry, Some(scope)).map(|mapping| Mapping {
        id: MappingId(app.id()),
        why: format!("{} (a file says: by {}, {})", mapping.why, mapping.decided_name, mapping.decided_at),
        decided_by: viewer.actor.key(),
        decided_name: viewer.actor.printed(),
        decided_at: store::moment(app.now()),
        audience,
        ..mapping
    }))
}

fn scope_of_everybody(word: &str) -> Option<Scope> {
    match word {
        "component" => Some(Scope::Component),
        "organisation" => Some(Scope::Organisation),
        _ => None,
    }
}

/// The place that the file names, which has to be one of this workspace.
fn placed(
    view: &View<'_>,
    viewer: &Viewer,
    entry: &Entry,
    scope: &str,
) -> Result<Result<(Scope, Audience), FieldError>, AppError> {
    let missing = |field: &str, error: AppError| match error {
        AppError::NotFound { .. } | AppError::Invalid(_) => Ok(FieldError::new(field, error.to_string())),
        error => Err(error),
    };
    Ok(match (scope, &entry.release, &entry.product) {
        ("release", Some(reference), _) => match release::resolve(view, viewer, reference) {
            Ok(release) => Ok((Scope::Release(release.id), release.audience)),
            Err(error) => Err(missing("release", error)?),
        },
        ("product_line", _, Some(reference)) => match product::resolve(view, viewer, reference) {
            Ok(product) => Ok((Scope::ProductLine(product.id), product.audience)),
            Err(error) => Err(missing("product", error)?),
        },
        ("release", None, _) => Err(FieldError::new("release", "name the release it holds for")),
        ("product_line", _, None) => Err(FieldError::new("product", "name the product it holds for")),
        _ => scope_of_everybody(scope)
            .map(|scope| (scope, Audience::general()))
            .ok_or_else(|| FieldError::new("scope", format!("one of: {}", Scope::WORDS.join(", ")))),
    })
}
