//! A small portfolio with one matched vulnerability, people of several roles, and a clock that stands still.

use std::sync::Arc;

use app::{App, AppError, FixedClock, FixedEntropy, Viewer, person, person::NewPerson};
use domain::{
    act::Authentication,
    audience::Audience,
    decision::VexStatus,
    id::{ProductId, ReleaseId},
    person::{Person, Role},
    product::Product,
    release::{Release, Stage},
};
use jiff::tz::TimeZone;
use store::{Location, Store, StoreError, Table, Tx, Value};
use tempfile::TempDir;
use testkit::Engine;

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const CVE: &str = "CVE-2024-1086";
pub(crate) const SECRET_CVE: &str = "CVE-2026-0001";

/// An app over a fresh record, with the hands of its clock.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) clock: Arc<FixedClock>,
    _folder: TempDir,
}

pub(crate) fn empty(engine: &Engine) -> Desk {
    let location = match engine {
        Engine::Sqlite(path) => Location::Sqlite(path.clone()),
        Engine::Postgres(url) => Location::Postgres(url.clone()),
    };
    let store = Store::open(&location).unwrap();
    store.claim("0197-desk").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FixedClock::at("2026-11-17T08:00:00Z".parse().unwrap()));
    let entropy = Arc::new(FixedEntropy::default());
    let mut app = App::new(
        store,
        folder.path(),
        Arc::<FixedClock>::clone(&clock),
        entropy,
        TimeZone::fixed(jiff::tz::offset(1)),
    )
    .unwrap();
    app.name = "Nordmed Example AS".to_owned();
    Desk { app, clock, _folder: folder }
}

/// `pump@1`, `pump@2` and, asking for four eyes, `programmer@1` match [`CVE`]; `pump@3` has a clean inventory. [`SECRET_CVE`]
/// carries the label `embargo` and touches `pump@1`.
pub(crate) fn filled(engine: &Engine) -> Desk {
    let desk = empty(engine);
    let viewer = Viewer::console(Vec::new());
    let blob = desk.app.blobs.put(b"{}").unwrap();
    desk.clock.set("2026-11-05T08:00:00Z".parse().unwrap());
    let act = desk.app.act(&viewer, "test.fill", "a test");
    desk.app
        .store
        .write(&act, |tx| {
            tx.summary("A small portfolio");
            product(tx, "pump", false)?;
            product(tx, "programmer", true)?;
            for (slug, version, component) in
                [("pump", "1", 1), ("pump", "2", 1), ("programmer", "1", 1), ("pump", "3", 2)]
            {
                release(tx, slug, version, component, &blob)?;
            }
            tx.draw_many(store::Counter::Component, 2)?;
            for (number, purl) in [(1, "pkg:deb/debian/linux@6.1.55"), (2, "pkg:generic/zlib@1.3")] {
                tx.open(&COMPONENT, &component(number, purl))?;
            }
            vulnerability(tx, "v1", CVE, "general", 1)?;
            tx.open(&NAME, &["v1".into(), "GHSA-aaaa-bbbb-cccc".into()])?;
            vulnerability(tx, "v2", SECRET_CVE, "embargo", 2)
        })
        .unwrap();
    desk.clock.set("2026-11-17T08:00:00Z".parse().unwrap());
    desk
}

pub(crate) fn add(desk: &Desk, name: &str, roles: &[Role]) -> Person {
    let new = NewPerson {
        name: name.to_owned(),
        email: format!("{}@example.org", name.to_lowercase().replace(' ', ".")),
        roles: roles.to_vec(),
        audiences: Vec::new(),
        password: Some(PASSWORD.to_owned()),
    };
    person::add(&desk.app, &Viewer::console(Vec::new()), new, "a test").unwrap()
}

pub(crate) fn viewer(person: &Person) -> Viewer {
    Viewer::person(person.clone(), Authentication::Session)
}

pub(crate) fn proposal(case: &str, releases: &[&str], status: VexStatus) -> app::decision::Proposal {
    app::decision::Proposal {
        case: case.to_owned(),
        releases: releases.iter().map(|&name| name.to_owned()).collect(),
        status,
        justification: (status == VexStatus::NotAffected)
            .then_some(domain::decision::Justification::VulnerableCodeNotPresent),
        impact_statement: None,
        action_statement: (status == VexStatus::Affected).then(|| "Install 4.3.".to_owned()),
        risk: (status == VexStatus::Affected).then_some(domain::decision::Risk::Controlled),
        rationale: "nf_tables is not compiled.".to_owned(),
        preconditions: vec!["machine: CONFIG_NF_TABLES is not set".to_owned()],
        review_on: None,
    }
}

/// The fields an answer says do not hold.
pub(crate) fn fields<T: std::fmt::Debug>(answer: Result<T, AppError>) -> Vec<String> {
    let error = answer.unwrap_err();
    assert!(matches!(error, AppError::Invalid(_)), "{error:?}");
    assert!(!error.hint().is_empty());
    error.fields().iter().map(|field| field.field.clone()).collect()
}

fn product(tx: &mut Tx<'_>, slug: &str, four_eyes: bool) -> Result<(), StoreError> {
    tx.add_product(&Product {
        id: ProductId(slug.to_owned()),
        slug: slug.to_owned(),
        name: format!("The {slug}"),
        family: None,
        intended_use: None,
        udi_di: Some("04012345678901".to_owned()),
        software_class: None,
        four_eyes,
        audience: Audience::general(),
    })
}

fn release(tx: &mut Tx<'_>, slug: &str, version: &str, component: i64, blob: &str) -> Result<(), StoreError> {
    let id = format!("{slug}-{version}");
    tx.add_release(&Release {
        id: ReleaseId(id.clone()),
        product: ProductId(slug.to_owned()),
        version: version.to_owned(),
        parent: None,
        configuration: None,
        released_on: None,
        stage: Stage::Support,
        complete_roles: String::new(),
        audience: Audience::general(),
    })?;
    let text = |text: &str| Value::from(text);
    let inventory = format!("i-{id}");
    tx.open(
        &INVENTORY,
        &[
            text(&inventory),
            text(&id),
            text(blob),
            text("CycloneDX JSON"),
            text("1.5"),
            text("bom.json"),
            1.into(),
            0.into(),
            Value::Null,
            Value::Null,
            text("general"),
        ],
    )?;
    let number = tx.draw(store::Counter::InventoryComponent)?;
    tx.open(
        &INVENTORY_COMPONENT,
        &[number.into(), text(&inventory), 0.into(), component.into(), text("ref"), Value::Null],
    )
}

fn component(number: i64, purl: &str) -> Vec<Value> {
    let mut row = vec![Value::Null; 10];
    row[0] = number.into();
    row[1] = purl.into();
    row[3] = purl.into();
    row[9] = format!("identity-{number}").into();
    row
}

pub(crate) fn vulnerability(
    tx: &mut Tx<'_>,
    id: &str,
    name: &str,
    audience: &str,
    component: i64,
) -> Result<(), StoreError> {
    tx.open(&VULNERABILITY, &[id.into(), name.into(), "A use after free.".into(), audience.into()])?;
    tx.open(&NAME, &[id.into(), name.into()])?;
    let evidence = tx.evidence("in range")?;
    let number = tx.draw(store::Counter::Verdict)?;
    tx.open(
        &VERDICT,
        &[
            number.into(),
            component.into(),
            id.into(),
            "in_range".into(),
            "A".into(),
            "range".into(),
            0.into(),
            Value::Null,
            evidence.into(),
            audience.into(),
        ],
    )
}

// The watch's and portfolio's tables as the schema has them: these tests write what sweeps and imports write.
const INVENTORY: Table = table(
    "inventory",
    &["id"],
    &[
        "id",
        "release",
        "blob",
        "format",
        "spec_version",
        "file_name",
        "components",
        "issues",
        "issues_evidence",
        "distribution",
        "audience",
    ],
);
const INVENTORY_COMPONENT: Table =
    table("inventory_component", &["id"], &["id", "inventory", "position", "component", "reference", "path"]);
const COMPONENT: Table = table(
    "component",
    &["id"],
    &["id", "name", "version", "purl", "cpes", "supplier", "source_package", "role", "patched", "identity"],
);
const VULNERABILITY: Table = table("vulnerability", &["id"], &["id", "shown", "summary", "audience"]);
const NAME: Table = table("vulnerability_name", &["vulnerability", "name"], &["vulnerability", "name"]);
const VERDICT: Table = table(
    "verdict",
    &["id"],
    &[
        "id",
        "component",
        "vulnerability",
        "state",
        "class",
        "reason",
        "conditional",
        "statement",
        "evidence",
        "audience",
    ],
);

const fn table(name: &'static str, key: &'static [&'static str], columns: &'static [&'static str]) -> Table {
    Table { name, key, columns, sealed: &[] }
}
