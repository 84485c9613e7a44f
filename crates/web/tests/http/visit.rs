//! Visits: what every answer carries, how forms are held to their page, how a session begins and ends.

use axum::http::{Request, StatusCode, header};
use domain::person::Role;
use jiff::SignedDuration;
use web::policy::{Access, Method, ROUTES};

use super::support::{PASSWORD, Portal, Seat, form};

const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; \
                   frame-ancestors 'none'; base-uri 'none'";

#[tokio::test]
async fn every_answer_is_protected() {
    let portal = Portal::new();
    let seat = portal.seat(Role::Analyst);
    for path in
        ["/", "/sign-in", "/ledger", "/ledger/1", "/ledger/none", "/nowhere", "/health", "/assets/x.css"]
    {
        for seat in [None, Some(&seat)] {
            let answer = portal.get(path, seat).await;
            assert_eq!(answer.header("content-security-policy"), CSP, "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
    let asset = portal.get(&web::assets::STYLE.path, None).await;
    assert_eq!(asset.status, StatusCode::OK);
    assert_eq!(asset.header("content-security-policy"), CSP);
    assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let portal = Portal::new();
    let seat = portal.seat(Role::Analyst);
    let other = portal.seat(Role::Quality);
    for route in ROUTES.iter().filter(|route| route.method == Method::Post) {
        let stranger = Seat { token: seat.token.clone(), form_token: other.form_token.clone() };
        let path = route.path.replace("{case}", "CASE-0001");
        let answer = portal.post(&path, &stranger, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} took another session's token");
        let answer = portal.send(form(&path, Some(&seat), &[])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} took a form without a token");
        if route.access == Access::Public {
            let answer = portal.send(form(&path, None, &[("form_token", &"0".repeat(64))])).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} took a token that no door gave");
        }
        let mut crossing = form(&path, Some(&seat), &[("form_token", &seat.form_token)]);
        crossing.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert_eq!(
            portal.send(crossing).await.status,
            StatusCode::FORBIDDEN,
            "{path} took another site's form"
        );
    }
}

#[tokio::test]
async fn a_session_begins_at_the_door_and_ends_there() {
    let portal = Portal::new();
    portal.seat(Role::Analyst);
    let away = portal.get("/ledger?below=9", None).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert_eq!(away.header("location"), "/sign-in?next=%2Fledger%3Fbelow%3D9");

    let door = portal.get(away.header("location"), None).await;
    assert_eq!(door.status, StatusCode::OK);
    let token = door.cookies()[0].split(['=', ';']).nth(1).unwrap().to_owned();
    assert!(door.text.contains(&format!("name=\"form_token\" value=\"{token}\"")));
    let knock = |password: &str| {
        let fields = [
            ("form_token", token.as_str()),
            ("email", "analyst@example.org"),
            ("password", password),
            ("next", "/ledger?below=9"),
        ];
        let mut request = form("/sign-in", None, &fields);
        request.headers_mut().insert(header::COOKIE, format!("aftercare-door={token}").parse().unwrap());
        request
    };
    let wrong = portal.send(knock("something else entirely")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text.contains("the mail address or the password is wrong"));
    assert!(!wrong.text.contains("something else entirely"));
    assert!(wrong.cookies().is_empty());

    let right = portal.send(knock(PASSWORD)).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER);
    assert_eq!(right.header("location"), "/ledger?below=9");
    let cookie = right.cookies()[0];
    assert!(cookie.starts_with("aftercare-session="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");

    let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let session = app::session::resume(&portal.app, &token).unwrap().unwrap();
    let seat = Seat { token, form_token: session.csrf };
    assert_eq!(portal.get("/ledger", Some(&seat)).await.status, StatusCode::OK);
    assert_eq!(portal.post("/sign-out", &seat, &[]).await.header("location"), "/sign-in");
    assert_eq!(portal.get("/ledger", Some(&seat)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_that_rests_ends() {
    let portal = Portal::new();
    let seat = portal.seat(Role::Auditor);
    assert_eq!(portal.get("/ledger", Some(&seat)).await.status, StatusCode::OK);
    portal.clock.advance(SignedDuration::from_mins(app::session::IDLE_MINUTES + 1));
    assert_eq!(portal.get("/ledger", Some(&seat)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_setup_link_makes_the_first_administrator_once() {
    let portal = Portal::new();
    let token = app::person::setup_token(&portal.app).unwrap();
    let page = portal.get(&format!("/setup?token={token}"), None).await;
    assert_eq!(page.status, StatusCode::OK);
    let door = page.cookies()[0].split(['=', ';']).nth(1).unwrap().to_owned();
    let send = |email: &str| {
        let fields = [
            ("form_token", door.as_str()),
            ("token", token.as_str()),
            ("name", "Administrator"),
            ("email", email),
            ("password", PASSWORD),
        ];
        let mut request: Request<_> = form("/setup", None, &fields);
        request.headers_mut().insert(header::COOKIE, format!("aftercare-door={door}").parse().unwrap());
        request
    };
    assert_eq!(portal.send(send("no address")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(portal.send(send("admin@example.org")).await.header("location"), "/sign-in");
    assert!(app::session::sign_in(&portal.app, "admin@example.org", PASSWORD).is_ok());
    let again = portal.send(send("other@example.org")).await;
    assert!(again.status.is_client_error(), "{}", again.status);
}

#[tokio::test]
async fn the_ledger_shows_what_was_written_and_what_came_later() {
    let portal = Portal::new();
    let seat = portal.seat(Role::Auditor);
    portal.clock.advance(SignedDuration::from_mins(10));
    portal.seat(Role::Viewer);
    let now = portal.get("/ledger", Some(&seat)).await;
    assert_eq!(now.status, StatusCode::OK);
    assert!(now.text.contains("viewer of the test"), "{}", now.text);
    let then = portal.get("/ledger?as_of=2026-11-17T08:15:00Z", Some(&seat)).await;
    assert!(then.text.contains("<body class=\"past\">"));
    assert!(then.text.contains("viewer of the test"), "later entries stay visible");
    let entry = portal.get("/ledger/1", Some(&seat)).await;
    assert_eq!(entry.status, StatusCode::OK);
    let missing = portal.get("/ledger/999", Some(&seat)).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text.contains("There is no ledger entry `999`."), "{}", missing.text);
    let unreadable = portal.get("/ledger?as_of=yesterday", Some(&seat)).await;
    assert!(unreadable.text.contains("id=\"as-of-error\""));
}

#[tokio::test]
async fn a_page_that_is_not_for_a_role_is_neither_open_nor_in_its_menu() {
    let portal = Portal::new();
    let seat = portal.seat(Role::Viewer);
    let refused = portal.get("/ledger", Some(&seat)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("has no role that may read the ledger"), "{}", refused.text);
    let watch = portal.get("/watch", Some(&seat)).await;
    assert_eq!(watch.status, StatusCode::OK);
    assert!(watch.text.contains("href=\"/impact\""));
    assert!(!watch.text.contains("href=\"/ledger\""), "the menu offers a page that is refused");
    assert!(watch.text.contains("href=\"/inbox\""));
    let unknown = portal.get("/impact?q=CVE-1999-0001", Some(&seat)).await;
    assert!(unknown.text.contains("That is no answer about your devices."), "{}", unknown.text);
}
