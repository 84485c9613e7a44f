//! People, passwords, back-off, sessions, setup.

use app::{AppError, Viewer, person, person::PersonChange, session};
use domain::{act::Authentication, ledger::AsOf, person::Permission, person::Role};
use jiff::SignedDuration;
use store::ledger::EntryFilter;
use testkit::both;

use crate::support::{PASSWORD, add, empty, fields, viewer};

fn denied<T: std::fmt::Debug>(answer: &Result<T, AppError>) -> bool {
    matches!(answer, Err(AppError::Denied(_)))
}

#[test]
fn who_may_manage_people() {
    both(|engine| {
        let desk = empty(engine);
        let analyst = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let admin = add(&desk, "Ada Admin", &[Role::Administrator]);
        let new = || person::NewPerson {
            name: "Neu".to_owned(),
            email: " NEU@example.org ".to_owned(),
            roles: vec![Role::Quality, Role::Quality],
            audiences: vec!["embargo".to_owned()],
            password: None,
        };
        assert!(denied(&person::add(&desk.app, &viewer(&analyst), new(), "")));
        let made = person::add(&desk.app, &viewer(&admin), new(), "joined").unwrap();
        assert_eq!((made.email.as_str(), made.roles.len()), ("neu@example.org", 1));
        assert_eq!(person::find(&desk.app, &viewer(&analyst), AsOf::Now, "Neu@Example.org").unwrap(), made);
        // A sign-in name is never given to somebody else.
        assert!(matches!(person::add(&desk.app, &viewer(&admin), new(), ""), Err(AppError::Conflict(_))));
        assert_eq!(desk.app.console().unwrap().audiences, ["embargo", "general"]);
        let names: Vec<String> =
            person::list(&desk.app, &viewer(&analyst), AsOf::Now, Some(("Ada Admin", &admin.id.0)), 10)
                .unwrap()
                .into_iter()
                .map(|person| person.name)
                .collect();
        assert_eq!(names, ["Ana Analyst", "Neu"]);
        // The last administrator stays.
        let off = PersonChange { active: Some(false), ..PersonChange::default() };
        let answer = person::change(&desk.app, &viewer(&admin), &admin.id, off.clone(), "leaves");
        assert!(matches!(answer, Err(AppError::Conflict(_))));
        let (token, _) = session::sign_in(&desk.app, &analyst.email, PASSWORD).unwrap();
        let changed = person::change(&desk.app, &viewer(&admin), &analyst.id, off, "leaves").unwrap();
        assert!(!changed.active && session::resume(&desk.app, &token).unwrap().is_none());
        assert!(denied(&viewer(&changed).require(Permission::Read)));
        assert!(matches!(person::acting_as(&desk.app, &analyst.email), Err(AppError::Denied(_))));
    });
}

#[test]
fn every_failure_of_a_new_person_is_told() {
    both(|engine| {
        let desk = empty(engine);
        let bad = person::NewPerson {
            name: "\n".to_owned(),
            email: "no mail".to_owned(),
            roles: Vec::new(),
            audiences: vec!["General!".to_owned(), "general".to_owned()],
            password: Some("short".to_owned()),
        };
        let answer = person::add(&desk.app, &Viewer::console(Vec::new()), bad, "");
        assert_eq!(fields(answer), ["name", "email", "roles", "audiences", "audiences", "password"]);
    });
}

#[test]
fn back_off_tells_nobody_who_exists() {
    both(|engine| {
        let desk = empty(engine);
        let ana = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let said = |email: &str, password: &str| {
            person::authenticate(&desk.app, email, password)
                .map(|person| person.id)
                .map_err(|e| e.to_string())
        };
        for email in [ana.email.as_str(), "nobody@example.org"] {
            for _ in 0..5 {
                assert_eq!(
                    said(email, "wrong password!"),
                    Err("the mail address or the password is wrong".to_owned())
                );
            }
        }
        let known = said(&ana.email, PASSWORD);
        assert_eq!(known, said("nobody@example.org", PASSWORD));
        assert_eq!(
            known,
            Err("there were 5 wrong attempts in a row for this mail address: try again after 09:00:30 +01"
                .to_owned())
        );
        desk.clock.advance(SignedDuration::from_secs(31));
        assert_eq!(said(&ana.email.to_uppercase(), PASSWORD), Ok(ana.id.clone()));
        // Success forgets the failures.
        assert!(said(&ana.email, "wrong password!").unwrap_err().contains("wrong"));
        assert_eq!(said(&ana.email, PASSWORD), Ok(ana.id));
    });
}

#[test]
fn passwords_stay_out_of_the_ledger() {
    both(|engine| {
        let desk = empty(engine);
        let ana = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let ada = add(&desk, "Ada Admin", &[Role::Administrator]);
        let me = viewer(&ana);
        let new = "another long password";
        assert!(person::change_password(&desk.app, &me, "not my password", new).is_err());
        assert_eq!(fields(person::change_password(&desk.app, &me, PASSWORD, "short")), ["password"]);
        assert_eq!(fields(person::change_password(&desk.app, &me, PASSWORD, PASSWORD)), ["password"]);
        let (token, session) = session::sign_in(&desk.app, &ana.email, PASSWORD).unwrap();
        assert!(!session.password_is_temporary);
        person::change_password(&desk.app, &me, PASSWORD, new).unwrap();
        assert!(session::resume(&desk.app, &token).unwrap().is_none(), "other sessions end");
        person::authenticate(&desk.app, &ana.email, new).unwrap();
        person::set_password(&desk.app, &viewer(&ada), &ana.id, "set by the administrator", "forgotten")
            .unwrap();
        let (_, session) = session::sign_in(&desk.app, &ana.email, "set by the administrator").unwrap();
        assert!(session.password_is_temporary);
        let ledger = app::ledger::list(&desk.app, &me, AsOf::Now, &EntryFilter::All, None, 100).unwrap();
        assert_eq!(ledger[0].action, "person.set_password");
        assert_eq!(ledger[1].authentication, "password");
        assert!(ledger.iter().all(|entry| !entry.body.contains("argon2") && !entry.body.contains(new)));
        assert!(app::ledger::verify(&desk.app, &me, None).unwrap().holds());
    });
}

#[test]
fn sessions_end() {
    both(|engine| {
        let desk = empty(engine);
        let ana = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let sign_in = || session::sign_in(&desk.app, &ana.email, PASSWORD).unwrap();
        let resume = |token: &str| session::resume(&desk.app, token).unwrap();
        let (token, begun) = sign_in();
        let session = resume(&token).unwrap();
        assert_eq!(session.viewer.authentication, Authentication::Session);
        assert!(
            session.sent_by_our_form(&begun.csrf)
                && !session.sent_by_our_form("")
                && !session.sent_by_our_form("x")
        );
        let (other, other_session) = sign_in();
        assert!(other != token && other_session.csrf != begun.csrf);
        // Used often enough it lasts, but not beyond its absolute end.
        for _ in 0..(session::ABSOLUTE_HOURS * 2) {
            desk.clock.advance(SignedDuration::from_mins(30));
            assert!(resume(&token).is_some());
        }
        assert!(resume(&other).is_none(), "idle");
        desk.clock.advance(SignedDuration::from_secs(1));
        assert!(resume(&token).is_none(), "too old");
        let (token, _) = sign_in();
        session::sign_out(&desk.app, &token).unwrap();
        session::sign_out(&desk.app, &token).unwrap();
        assert!(resume(&token).is_none());
        assert!(resume("made up").is_none());
        // Roles are those of now.
        let (token, _) = sign_in();
        let less = PersonChange { roles: Some(vec![Role::Viewer]), ..PersonChange::default() };
        person::change(&desk.app, &Viewer::console(Vec::new()), &ana.id, less, "moved").unwrap();
        assert!(!resume(&token).unwrap().viewer.may(Permission::Sign));
    });
}

#[test]
fn the_first_administrator_comes_once() {
    both(|engine| {
        let desk = empty(engine);
        let token = person::setup_token(&desk.app).unwrap();
        let redeem = |token: &str, password: &str| {
            person::redeem_setup(&desk.app, token, "Ada Admin", "ada@example.org", password)
        };
        assert!(matches!(redeem("made up", PASSWORD), Err(AppError::Unauthenticated(_))));
        assert_eq!(fields(redeem(&token, "short")), ["password"]);
        assert_eq!(redeem(&token, PASSWORD).unwrap().roles, [Role::Administrator]);
        assert!(matches!(redeem(&token, PASSWORD), Err(AppError::Unauthenticated(_))));
        let late = person::setup_token(&desk.app).unwrap();
        assert!(matches!(redeem(&late, PASSWORD), Err(AppError::Conflict(_))), "there is somebody");
        desk.clock.advance(SignedDuration::from_hours(25));
        let old = person::setup_token(&desk.app).unwrap();
        desk.clock.advance(SignedDuration::from_hours(24));
        assert!(matches!(redeem(&old, PASSWORD), Err(AppError::Unauthenticated(_))), "expired");
        let answer = person::first_administrator(&desk.app, "Bob", "bob@example.org", PASSWORD);
        assert!(matches!(answer, Err(AppError::Conflict(_))));
    });
}
