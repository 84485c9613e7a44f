//! Destroying by policy: what would go and what may not, then the act of an administrator who is recognised afresh. Every read
//! that would have shown it says instead by which entry and why it is gone.
//!
//! Deliberately not here: the rules (`domain::purge`), the one DELETE and the leaves it keeps (`store`), contacts (`site::forget`).

use domain::{
    act::Authentication,
    audience::Audience,
    id::SignatureId,
    ledger::AsOf,
    person::Permission,
    purge::{Kind, Policy, Retention, Subject, may_purge},
    signature::{Meaning, Signature},
};
use jiff::{Timestamp, civil::Date};
use sha2::{Digest as _, Sha256};
use store::{PURGED_FILE, RECORD_TABLES, StoreError, Table, Value, View, inventory, purge::Revision};

use crate::{App, AppError, FieldError, Viewer, ledger, password};

pub use store::{PurgeCount, Purged};

/// What a text is called, here and in the ledger.
pub const TEXT: &str = "evidence";

/// What somebody wants destroyed.
#[derive(Clone, Debug)]
pub struct Request {
    /// A record table, [`TEXT`] or `blobs`.
    pub table: String,
    /// The key as `ledger show N` tells it: an id, or a digest.
    pub key: String,
    /// Only the revision that this entry opened; every closed one when left out.
    pub opened: Option<i64>,
    /// Under which policy.
    pub policy: Policy,
}

/// One row, text or file that would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// A record table, `evidence` or `blobs`.
    pub table: String,
    /// Its key.
    pub key: String,
    /// The entry that opened it, or first named it.
    pub opened: i64,
    /// The entry that closed it.
    pub closed: Option<i64>,
    /// Why it may not go; none = it may.
    pub refused: Option<String>,
}

/// What would go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Line by line, but for the components of an SBOM.
    pub lines: Vec<Line>,
    /// Components that go with their SBOM.
    pub parts: usize,
    audience: Audience,
    rows: Vec<(&'static str, Vec<Value>, i64)>,
    texts: Vec<String>,
    files: Vec<(String, i64)>,
}

impl Plan {
    /// Everything in it may go.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.lines.iter().all(|line| line.refused.is_none())
    }
}

/// What went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What it was.
    pub plan: Plan,
    /// The entry.
    pub sequence: i64,
    /// Why the freed pages of the database could not be written anew; none = they were.
    pub unscrubbed: Option<String>,
}

/// What would go, and why some of it may not. Nothing is changed.
pub fn preview(app: &App, viewer: &Viewer, request: &Request) -> Result<Plan, AppError> {
    viewer.require(Permission::Administer)?;
    app.store.read(AsOf::Now, |view| plan(app, view, viewer, request))
}

/// Destroys it: all of it or nothing. Signed by the administrator, whose password is asked for afresh. The leaves stay, the
/// ledger and every bundle prove what they proved before.
pub fn purge(
    app: &App,
    viewer: &Viewer,
    request: &Request,
    secret: &str,
    reason: &str,
) -> Result<Done, AppError> {
    viewer.require(Permission::Administer)?;
    let person = viewer.as_person().ok_or_else(|| {
        AppError::Denied(
            "destroying records needs a person with the role of administrator, not the console".to_owned(),
        )
    })?;
    if reason.trim().is_empty() {
        return Err(AppError::invalid("reason", "say why, without repeating what is destroyed"));
    }
    let plan = preview(app, viewer, request)?;
    if !plan.holds() {
        let refused = |line: &Line| {
            let told = format!("{} {} (entry {})", line.table, line.key, line.opened);
            line.refused.as_ref().map(|why| FieldError::new(told, why.clone()))
        };
        return Err(AppError::Invalid(plan.lines.iter().filter_map(refused).collect()));
    }
    password::authenticate_to_sign(app, person, secret)?;
    let mut act = app.act(viewer, "record.purge", reason);
    act.authentication = Authentication::Password;
    act.audience = plan.audience.clone();
    let signature = signature(app, viewer, request, &plan)?;
    let written = app.store.write_bulk(
        &act,
        "Records destroyed",
        &plan.rows,
        |tx, part| {
            for rows in part.chunk_by(|one, other| one.0 == other.0) {
                let Some(table) = rows.first().and_then(|(name, ..)| table_named(name)) else { continue };
                let rows: Vec<(Vec<Value>, i64)> =
                    rows.iter().map(|(_, key, since)| (key.clone(), *since)).collect();
                tx.purge(table, &rows, request.policy, &plan.audience)?;
            }
            Ok(())
        },
        |tx| {
            for (word, digest) in named(&plan) {
                // Somebody may have named it since it was looked at.
                if tx.revisions_naming(word, digest)?.iter().any(|(_, revision)| revision.until.is_none()) {
                    return Err(AppError::Conflict(format!("a row in force names {digest} by now")));
                }
            }
            tx.purge_evidence(&plan.texts, request.policy, &plan.audience)?;
            for (digest, since) in &plan.files {
                tx.purge_file(digest, *since, request.policy, &plan.audience)?;
            }
            tx.add_signature(&signature, &plan.audience)?;
            tx.receipt("policy", request.policy.as_str())?;
            tx.summary(told(request, &plan));
            Ok::<_, AppError>(())
        },
    )?;
    // After the rows: a crash in between is made good when the workspace is opened next.
    for (digest, _) in &plan.files {
        app.blobs.destroy(digest)?;
    }
    let unscrubbed = scrub(app, viewer).err().map(|error| error.to_string());
    ledger::checkpoint_after(app);
    Ok(Done { plan, sequence: written.sequence, unscrubbed })
}

/// Writes the tables anew in which something was destroyed, so that the database's freed pages no longer hold it.
pub fn scrub(app: &App, viewer: &Viewer) -> Result<(), AppError> {
    viewer.require(Permission::Administer)?;
    let gone = app.store.read(AsOf::Now, |view| view.purged_tables())?;
    let known = |name: &&str| *name == TEXT || table_named(name).is_some();
    let tables: Vec<&str> = gone.iter().map(String::as_str).filter(known).collect();
    if tables.is_empty() { Ok(()) } else { Ok(app.store.scrub(&tables)?) }
}

/// Everything that was destroyed, newest first.
pub fn list(app: &App, viewer: &Viewer, limit: usize) -> Result<Vec<Purged>, AppError> {
    viewer.require(Permission::ReadLedger)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(app.store.read(AsOf::Now, |view| view.purges(&viewer.audiences, limit))?)
}

/// What stood at a past moment and was destroyed since, in a sentence for each act; a page of that moment shows it so.
pub fn told_then(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<Vec<String>, AppError> {
    if as_of == AsOf::Now {
        return Ok(Vec::new());
    }
    let counts = app.store.read(as_of, |view| view.purged_then(&viewer.audiences))?;
    Ok(counts
        .iter()
        .map(|count| {
            let (rows, were) = if count.rows == 1 { ("record", "was") } else { ("records", "were") };
            format!(
                "{} {rows} of that moment {were} purged by entry {} ({}): {}",
                count.rows, count.sequence, count.policy, count.reason
            )
        })
        .collect())
}

/// Why a text or a file is no more; none when it was not destroyed, or this viewer may not know.
pub(crate) fn told_of(
    view: &View<'_>,
    viewer: &Viewer,
    table: &str,
    digest: &str,
) -> Result<Option<String>, AppError> {
    Ok(view.purged(table, digest, &viewer.audiences)?.last().map(Purged::told))
}

/// Removes destroyed files that came back, with a backup or because a process was killed; answers how many.
pub fn apply_purged(app: &App) -> Result<u64, AppError> {
    let mut applied = 0;
    for digest in app.store.read(AsOf::Now, |view| view.purged_files())? {
        applied += u64::from(app.blobs.destroy(&digest)?);
    }
    Ok(applied)
}

fn plan(app: &App, view: &View<'_>, viewer: &Viewer, request: &Request) -> Result<Plan, AppError> {
    let key = request.key.trim();
    let missing = || AppError::not_found("record to destroy", format!("{} {key}", request.table));
    let mut plan = Plan::default();
    let mut labels = Vec::new();
    match request.table.as_str() {
        TEXT | PURGED_FILE => {
            let (line, named_under) =
                by_digest(app, view, request, &request.table, key)?.ok_or_else(missing)?;
            labels.extend(named_under);
            plan.take(line);
        }
        name => {
            let table = table_named(name).ok_or_else(|| {
                let known: Vec<&str> = RECORD_TABLES.iter().map(|table| table.name).collect();
                AppError::invalid(
                    "table",
                    format!("it is one of {}, {TEXT}, {PURGED_FILE}", known.join(", ")),
                )
            })?;
            let revisions = revisions(view, table, key)?;
            let meant = |revision: &&Revision| request.opened.is_none_or(|opened| revision.since == opened);
            let closed = |revision: &&Revision| revision.until.is_some();
            let mut chosen: Vec<&Revision> = revisions.iter().filter(meant).filter(closed).collect();
            if chosen.is_empty() {
                // Only what is in force is there: it is told why that may not go.
                chosen = revisions.iter().filter(meant).collect();
            }
            for revision in chosen {
                labels.push(label_of(table, revision));
                if table.name == inventory::INVENTORY.name {
                    add_document(app, view, request, revision, &mut plan)?;
                }
                let refused = refusal(app, view, request.policy, table, revision)?;
                plan.lines.push(Line {
                    table: table.name.to_owned(),
                    key: revision.name(),
                    opened: revision.since,
                    closed: revision.until,
                    refused,
                });
                plan.rows.push((table.name, revision.key.clone(), revision.since));
            }
        }
    }
    labels.sort();
    labels.dedup();
    if labels.is_empty() || !labels.iter().all(|label| viewer.sees(label)) {
        if let Some(purged) = view.purged(&request.table, key, &viewer.audiences)?.last() {
            return Err(AppError::Conflict(format!("{} {key} was {}", request.table, purged.told())));
        }
        return Err(missing());
    }
    if labels.len() > 1 {
        let message = if [TEXT, PURGED_FILE].contains(&request.table.as_str()) {
            "it is named under different need-to-know labels: purge what names it under all but one first"
        } else {
            "its revisions bear different need-to-know labels: name one with --opened ENTRY"
        };
        return Err(AppError::invalid("opened", message));
    }
    plan.audience = labels.pop().unwrap_or_default();
    Ok(plan)
}

impl Plan {
    fn take(&mut self, line: Line) {
        match line.table.as_str() {
            TEXT => self.texts.push(line.key.clone()),
            _ => self.files.push((line.key.clone(), line.opened)),
        }
        self.lines.push(line);
    }
}

/// What belongs to an SBOM alone: its components, the text of its issues, its file.
fn add_document(
    app: &App,
    view: &View<'_>,
    request: &Request,
    revision: &Revision,
    plan: &mut Plan,
) -> Result<(), AppError> {
    for part in view.revisions_of_parts(&revision.name())?.into_iter().filter(|part| part.until.is_some()) {
        plan.rows.push((inventory::INVENTORY_COMPONENT.name, part.key, part.since));
        plan.parts += 1;
    }
    for (column, word, table) in [("issues_evidence", "evidence", TEXT), ("blob", "blob", PURGED_FILE)] {
        let Some(digest) = revision.text(&inventory::INVENTORY, column) else { continue };
        let others = view.revisions_naming(word, digest)?;
        let alone = others
            .iter()
            .all(|(table, other)| table.name == inventory::INVENTORY.name && other.name() == revision.name());
        if alone && let Some((line, _)) = by_digest(app, view, request, table, digest)? {
            plan.take(line);
        }
    }
    Ok(())
}

/// A text or a file, with every need-to-know label of what names it; none when no row does. What a receipt alone names is proof and not found here.
fn by_digest(
    app: &App,
    view: &View<'_>,
    request: &Request,
    table: &str,
    digest: &str,
) -> Result<Option<(Line, Vec<Audience>)>, AppError> {
    let word = if table == TEXT { "evidence" } else { "blob" };
    let there = if table == TEXT { view.has_evidence(digest)? } else { app.blobs.get(digest)?.is_some() };
    let naming = view.revisions_naming(word, digest)?;
    let (Some(opened), true) = (naming.iter().map(|(_, revision)| revision.since).min(), there) else {
        return Ok(None);
    };
    // The strictest of what names it.
    let mut refused = None;
    let mut labels = Vec::new();
    for (table, revision) in &naming {
        if refused.is_none() {
            refused = refusal_of_named(app, view, request.policy, table, revision)?;
        }
        let other = label_of(table, revision);
        if !other.is_general() {
            labels.push(other);
        }
    }
    if labels.is_empty() {
        labels.push(Audience::general());
    }
    let line = Line { table: table.to_owned(), key: digest.to_owned(), opened, closed: None, refused };
    Ok(Some((line, labels)))
}

fn refusal(
    app: &App,
    view: &View<'_>,
    policy: Policy,
    table: &Table,
    revision: &Revision,
) -> Result<Option<String>, AppError> {
    refused(app, view, policy, table, revision, kind(table))
}

/// The text or file goes, the row that names it stays: a verdict's text is no verdict.
fn refusal_of_named(
    app: &App,
    view: &View<'_>,
    policy: Policy,
    table: &Table,
    revision: &Revision,
) -> Result<Option<String>, AppError> {
    let kind = if kind(table) == Kind::Proof { Kind::Portfolio } else { kind(table) };
    refused(app, view, policy, table, revision, kind)
}

fn refused(
    app: &App,
    view: &View<'_>,
    policy: Policy,
    table: &Table,
    revision: &Revision,
    kind: Kind,
) -> Result<Option<String>, AppError> {
    let key = revision.name();
    let products = match (table.name, revision.text(table, "product")) {
        ("product", _) => vec![key.clone()],
        (_, Some(product)) => vec![product.to_owned()],
        (name, None) => view.products_concerned(name, &key)?,
    };
    let field = view.in_field(products)?;
    let days = [field.last.as_deref(), Some(revision.at.as_str())];
    let last = days.into_iter().flatten().filter_map(|text| day(app, text)).max().unwrap_or(app.today());
    let subject = Subject {
        kind,
        in_force: revision.until.is_none(),
        signed: view.ever_signed(table.name, &key)?,
        labelled: !label_of(table, revision).is_general(),
        retention: Retention::of(field.units, field.supported, last),
    };
    Ok(may_purge(&subject, policy, app.today()).err().map(|error| error.to_string()))
}

fn kind(table: &Table) -> Kind {
    match table.name {
        "product" | "release" | "unit" | "site" | "inventory" | "vulnerability" => Kind::Portfolio,
        "case_record" | "decision" => Kind::Desk,
        "person" | "signature" => Kind::Signature,
        // Components of an SBOM go with it, never alone: accounts count them.
        _ => Kind::Proof,
    }
}

fn label_of(table: &Table, revision: &Revision) -> Audience {
    revision.text(table, "audience").map_or_else(Audience::general, |label| Audience(label.to_owned()))
}

fn table_named(name: &str) -> Option<&'static Table> {
    RECORD_TABLES.iter().copied().find(|table| table.name == name)
}

/// All revisions of a key as it is written for people; tables whose key is several columns hold nothing that may go.
fn revisions(view: &View<'_>, table: &'static Table, key: &str) -> Result<Vec<Revision>, StoreError> {
    if table.key.len() > 1 || kind(table) == Kind::Proof {
        return Ok(Vec::new());
    }
    view.revisions(table, &[key.into()])
}

fn day(app: &App, text: &str) -> Option<Date> {
    let moment = text.parse::<Timestamp>().ok().map(|at| at.to_zoned(app.zone.clone()).date());
    moment.or_else(|| text.get(..10)?.parse().ok())
}

fn named(plan: &Plan) -> impl Iterator<Item = (&'static str, &String)> {
    let texts = plan.texts.iter().map(|digest| ("evidence", digest));
    texts.chain(plan.files.iter().map(|(digest, _)| ("blob", digest)))
}

fn told(request: &Request, plan: &Plan) -> String {
    let rows = plan.rows.len();
    let mut what = Vec::new();
    for (count, one, many) in [
        (rows, "row", "rows"),
        (plan.texts.len(), "evidence text", "evidence texts"),
        (plan.files.len(), "file", "files"),
    ] {
        if count > 0 {
            what.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    format!(
        "Purged {} {} ({}): {}",
        request.table,
        request.key.trim(),
        request.policy.as_str(),
        what.join(", ")
    )
}

/// The administrator's, over the list of what goes.
fn signature(app: &App, viewer: &Viewer, request: &Request, plan: &Plan) -> Result<Signature, AppError> {
    let person =
        viewer.as_person().ok_or_else(|| AppError::Denied("a signature needs a person".to_owned()))?;
    let mut list = Sha256::new();
    for (table, key, since) in &plan.rows {
        list.update(format!("{table} {key:?} {since}\n"));
    }
    for (word, digest) in named(plan) {
        list.update(format!("{word} {digest}\n"));
    }
    let signed_at = app.now().to_zoned(app.zone.clone());
    Ok(Signature {
        id: SignatureId(app.id()),
        noun: "purge".to_owned(),
        record: format!("{} {}", request.table, request.key.trim()),
        digest: password::hex(&list.finalize()),
        person: person.id.clone(),
        printed_name: person.name.clone(),
        meaning: Meaning::Responsibility,
        statement: format!("I am responsible: {}.", told(request, plan)),
        signed_at: signed_at.round(jiff::Unit::Second).unwrap_or(signed_at).to_string(),
        authentication: Authentication::Password.as_str().to_owned(),
    })
}
