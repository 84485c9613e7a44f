//! The API over HTTP: its description, and lists that are filtered and paged by key.

use axum::http::StatusCode;
use domain::person::Role;
use serde_json::Value;

use super::{
    fielded::{METER, fielded},
    support::{Portal, Seat},
};

async fn answer(portal: &Portal, seat: &Seat, path: &str) -> Value {
    let answer = portal.get(path, Some(seat)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json", "{path}");
    serde_json::from_str(&answer.text).unwrap()
}

/// A field of every row of a list.
fn column<'a>(list: &'a Value, rows: &str, field: &str) -> Vec<&'a str> {
    list[rows].as_array().unwrap().iter().map(|row| row[field].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_api_describes_itself() {
    let portal = Portal::new();
    let described = portal.get("/api/v1/openapi.json", None).await;
    let mut described: Value = serde_json::from_str(&described.text).unwrap();
    described["info"]["version"] = "the version".into();
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&described).unwrap());
}

#[tokio::test]
async fn lists_are_filtered() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    for (path, rows, field, expected) in [
        ("/api/v1/products", "products", "slug", &["lamp", "pump"][..]),
        ("/api/v1/releases?product=pump", "releases", "reference", &["pump@1", "pump@2"]),
        ("/api/v1/releases?inventory=none", "releases", "reference", &["lamp@1"]),
        ("/api/v1/units?release=pump@1", "units", "serial", &["P-1", "P-2", "P-3"]),
        ("/api/v1/units?release=unknown", "units", "serial", &["P-5"]),
        ("/api/v1/units?country=ES", "units", "serial", &["L-2", "P-2", "P-5"]),
        ("/api/v1/units?product=lamp", "units", "serial", &["L-1", "L-2"]),
        ("/api/v1/products?as_of=2026-11-17T08:00:00Z", "products", "slug", &[]),
    ] {
        let list = answer(&portal, &seat, path).await;
        assert_eq!(column(&list, rows, field), expected, "{path}");
        assert_eq!(list["next"], Value::Null, "{path}");
    }
}

#[tokio::test]
async fn lists_go_on_where_they_stopped() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    for (path, rows, field, expected) in [
        ("/api/v1/units", "units", "serial", &["L-1", "L-2", "P-1", "P-2", "P-3", "P-4", "P-5"][..]),
        ("/api/v1/units?country=NO", "units", "serial", &["L-1", "P-1", "P-4"]),
        ("/api/v1/products?sort=slug", "products", "slug", &["lamp", "pump"]),
        ("/api/v1/releases?product=pump", "releases", "version", &["1", "2"]),
    ] {
        let (mut found, mut after) = (Vec::new(), None);
        for _ in 0..10 {
            let mut parameters = vec![("limit", "2")];
            parameters.extend(after.as_deref().map(|after| ("after", after)));
            let list = answer(&portal, &seat, &web::view::href::with(path, &parameters)).await;
            found.extend(column(&list, rows, field).into_iter().map(str::to_owned));
            after = list["next"].as_str().map(str::to_owned);
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{path}");
    }
}

#[tokio::test]
async fn cases_are_listed_by_stage() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    let console = portal.app.console().unwrap();
    let new = app::case::NewCase { vulnerability: METER.to_owned(), ..Default::default() };
    app::case::open(&portal.app, &console, new, "for the test").unwrap();
    let list = answer(&portal, &seat, "/api/v1/cases?stage=triage&owner=nobody&sort=harm").await;
    assert_eq!(column(&list, "cases", "vulnerability"), [METER]);
    assert_eq!(list["cases"][0]["harm"], Value::Null);
    let closed = answer(&portal, &seat, "/api/v1/cases?stage=closed").await;
    assert_eq!(closed["cases"], Value::Array(Vec::new()));
    let first = answer(&portal, &seat, "/api/v1/cases?limit=1").await;
    let next = first["next"].as_str().unwrap();
    let second = web::view::href::with("/api/v1/cases", &[("limit", "1"), ("after", next)]);
    assert_eq!(answer(&portal, &seat, &second).await["cases"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_field() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    for (path, field) in [
        ("/api/v1/units?limit=0", "limit"),
        ("/api/v1/units?after=nothing", "after"),
        ("/api/v1/units?country=Norway", "country"),
        ("/api/v1/products?sort=colour", "sort"),
        ("/api/v1/releases?inventory=some", "inventory"),
        ("/api/v1/cases?stage=lost", "stage"),
        ("/api/v1/cases?after=1,x", "after"),
        ("/api/v1/products?as_of=yesterday", "as_of"),
    ] {
        let refused = portal.get(path, Some(&seat)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert_eq!(refused.header("content-type"), "application/problem+json", "{path}");
        let problem: Value = serde_json::from_str(&refused.text).unwrap();
        assert_eq!(problem["errors"][0]["field"], field, "{path}");
    }
    let unknown = portal.get("/api/v1/units?product=none", Some(&seat)).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
