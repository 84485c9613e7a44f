//! Every route × every role, and the signed-out caller: the whole policy of access, in one reviewed table.

use domain::person::Role;
use web::policy::{Method, ROUTES};

use super::support::{Answer, Portal, form};

#[tokio::test]
async fn who_may_ask_for_what() {
    let portal = Portal::new();
    let mut table = String::new();
    for route in ROUTES {
        // Nothing has this name, so that no permitted form changes anything for the next row.
        let path = filled(route.path);
        table.push_str(&format!("{} {} needs {}\n", route.method.as_str(), route.path, route.access.words()));
        let mut answers = vec![("signed_out", outcome(&ask(&portal, route.method, &path, None).await))];
        for role in Role::ALL {
            // A seat of its own for each try: signing out is one of the routes.
            let seat = seat_of(&portal, role);
            answers.push((role.as_str(), outcome(&ask(&portal, route.method, &path, Some(&seat)).await)));
        }
        for (who, outcome) in answers {
            table.push_str(&format!("    {who:16} {outcome}\n"));
        }
    }
    insta::assert_snapshot!("policy", table);
}

#[test]
fn a_route_is_in_the_table_once() {
    let mut routes: Vec<_> = ROUTES.iter().map(|route| (route.path, route.method.as_str())).collect();
    let all = routes.len();
    routes.sort_unstable();
    routes.dedup();
    assert_eq!(routes.len(), all);
}

fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "999999" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn seat_of(portal: &Portal, role: Role) -> super::support::Seat {
    let email = format!("{}@example.org", role.as_str().replace('_', "-"));
    match app::session::sign_in(&portal.app, &email, super::support::PASSWORD) {
        Ok((token, session)) => super::support::Seat { token, form_token: session.csrf },
        Err(_) => portal.seat(role),
    }
}

async fn ask(portal: &Portal, method: Method, path: &str, seat: Option<&super::support::Seat>) -> Answer {
    match (method, seat) {
        (Method::Get, seat) => portal.get(path, seat).await,
        (Method::Post, Some(seat)) => portal.post(path, seat, &[]).await,
        (Method::Post, None) => portal.send(form(path, None, &[])).await,
    }
}

fn outcome(answer: &Answer) -> &'static str {
    match answer.status.as_u16() {
        303 if answer.header("location").starts_with("/sign-in?") => "to the door",
        401 if !answer.text.contains("id=\"email\"") => "refused: not signed in",
        403 => "refused",
        500.. => "FAILED",
        _ => "passes",
    }
}
