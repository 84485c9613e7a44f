//! A portal over a temporary workspace, and a browser without a screen.

use std::sync::Arc;

use app::{App, FixedClock, FixedEntropy, person, session, workspace};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use domain::person::Role;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "a long enough passphrase";

pub(crate) struct Portal {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Cookie and form token of somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) token: String,
    pub(crate) form_token: String,
}

impl Portal {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-17T08:14:07Z".parse().unwrap()));
        let new = workspace::NewWorkspace { name: Some("Norrvik Medical".to_owned()), zone: None };
        let place = folder.path().join("workspace");
        let (_, app) =
            workspace::init(&place, &new, &|_| None, clock.clone(), Arc::new(FixedEntropy::default()))
                .unwrap();
        let settings = web::Settings::at("127.0.0.1:8420".parse().unwrap());
        Self { router: web::router(app.clone(), &settings), app, clock, folder }
    }

    pub(crate) fn clock_now(&self) -> jiff::Timestamp {
        self.app.now()
    }

    /// Adds a person with one role and signs them in.
    pub(crate) fn seat(&self, role: Role) -> Seat {
        let email = format!("{}@example.org", role.as_str().replace('_', "-"));
        let new = person::NewPerson {
            name: format!("{} of the test", role.as_str()),
            email: email.clone(),
            roles: vec![role],
            audiences: Vec::new(),
            password: Some(PASSWORD.to_owned()),
        };
        person::add(&self.app, &self.app.console().unwrap(), new, "for the test").unwrap();
        let (token, session) = session::sign_in(&self.app, &email, PASSWORD).unwrap();
        Seat { token, form_token: session.csrf }
    }

    pub(crate) async fn get(&self, path: &str, seat: Option<&Seat>) -> Answer {
        self.send(request("GET", path, seat).body(Body::empty()).unwrap()).await
    }

    /// A form as a browser sends it, with the token of the seat.
    pub(crate) async fn post(&self, path: &str, seat: &Seat, fields: &[(&str, &str)]) -> Answer {
        let token = ("form_token", seat.form_token.as_str());
        let fields: Vec<_> = fields.iter().copied().chain([token]).collect();
        self.send(form(path, Some(seat), &fields)).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

pub(crate) fn form(path: &str, seat: Option<&Seat>, fields: &[(&str, &str)]) -> Request<Body> {
    let query = web::view::href::with("", fields);
    request("POST", path, seat)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(query.trim_start_matches('?').to_owned()))
        .unwrap()
}

/// A form with a file as a browser sends it.
pub(crate) fn form_with_file(path: &str, seat: &Seat, fields: &[(&str, &str)], file: &[u8]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, value) in fields.iter().copied().chain([("form_token", seat.form_token.as_str())]) {
        let part = format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let part = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"kernel.config\"\r\n\r\n";
    body.extend_from_slice(part.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--line--\r\n");
    request("POST", path, Some(seat))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
        .body(Body::from(body))
        .unwrap()
}

fn request(method: &str, path: &str, seat: Option<&Seat>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    match seat {
        Some(seat) => request.header(header::COOKIE, format!("aftercare-session={}", seat.token)),
        None => request,
    }
}
