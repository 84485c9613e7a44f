//! Beginning a sweep from the watch: who may, how it is told, and what happens when another one is under way.

use std::time::Duration;

use app::{ledger, watch};
use axum::http::StatusCode;
use domain::{ledger::AsOf, person::Role};
use store::{Lock, ledger::EntryFilter};

use super::{
    fielded::fielded,
    support::{Portal, Seat},
};

const RUNS: &str = "A sweep is running";
const FORM: &str = "action=\"/watch/sweep\"";

async fn page(portal: &Portal, seat: &Seat) -> String {
    let answer = portal.get("/watch", Some(seat)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_begins_here_and_leaves_its_receipt() {
    let portal = fielded();
    let seat = portal.seat(Role::Analyst);
    assert!(page(&portal, &seat).await.contains(FORM));
    let begun = portal.post("/watch/sweep", &seat, &[]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    assert_eq!(begun.header("location"), "/watch?done=started");
    let told = portal.get(begun.header("location"), Some(&seat)).await;
    assert!(told.text.contains("The sweep has begun."), "{}", told.text);
    let mut text = page(&portal, &seat).await;
    for _ in 0..200 {
        if !text.contains(RUNS) {
            break;
        }
        assert!(text.contains("started by analyst of the test") && !text.contains(FORM), "{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        text = page(&portal, &seat).await;
    }
    assert!(text.contains("Nothing changed") && text.contains(FORM), "{text}");
    let console = portal.app.console().unwrap();
    assert_eq!(watch::watch(&portal.app, &console, AsOf::Now).unwrap().sweeps.len(), 2);
    let filter = EntryFilter::Action("sweep.run".to_owned());
    let entries = ledger::list(&portal.app, &console, AsOf::Now, &filter, None, 1).unwrap();
    assert_eq!(entries[0].actor_name, "analyst of the test");
    let viewer = portal.seat(Role::Viewer);
    assert!(!page(&portal, &viewer).await.contains(FORM));
    assert_eq!(portal.post("/watch/sweep", &viewer, &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_sweep_holds_this_one_off() {
    let portal = fielded();
    let seat = portal.seat(Role::Analyst);
    let lock = Lock::acquire(&portal.app.folder.join("run"), "sweep", portal.clock_now()).unwrap();
    let text = page(&portal, &seat).await;
    assert!(text.contains(RUNS) && text.contains("somebody outside this portal"), "{text}");
    assert!(!text.contains(FORM));
    let refused = portal.post("/watch/sweep", &seat, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text.contains("Not swept.") && refused.text.contains("running already"),
        "{}",
        refused.text
    );
    drop(lock);
    let text = page(&portal, &seat).await;
    assert!(!text.contains(RUNS) && text.contains(FORM), "{text}");
    assert!(!page_then(&portal, &seat).await.contains(FORM), "the past is not swept");
}

async fn page_then(portal: &Portal, seat: &Seat) -> String {
    portal.get("/watch?as_of=2026-11-17T08:20:00Z", Some(seat)).await.text
}

#[tokio::test]
async fn nothing_can_be_asked_before_something_was_taken_in() {
    let portal = Portal::new();
    let seat = portal.seat(Role::Analyst);
    let refused = portal.post("/watch/sweep", &seat, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("no vulnerability intelligence"), "{}", refused.text);
    assert!(!refused.text.contains(RUNS));
}
