//! "Why is it listed?" now and as of a moment that knew another snapshot: the page says what its answer rests on.

use std::fs;

use app::{
    import::{self, ImportRequest},
    sweep,
};
use domain::person::Role;
use jiff::SignedDuration;

use super::{
    case::{CVE, fill},
    support::Portal,
};

const LATER: &str = r#"{"schema_version":"1.4.0","id":"GO-2024-0002","modified":"2024-02-02T00:00:00Z",
    "published":"2024-02-01T00:00:00Z","aliases":["CVE-2024-0002"],"summary":"Another flaw",
    "affected":[{"package":{"ecosystem":"Go","name":"example.org/other"},
    "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}]}]}"#;

#[tokio::test]
async fn the_past_is_explained_from_what_was_known_then() {
    let portal = Portal::new();
    fill(&portal);
    let seat = portal.seat(Role::Analyst);
    let page = |more: &str| format!("/explain?vulnerability={CVE}&release=pump@1{more}");
    let now = portal.get(&page(""), Some(&seat)).await;
    assert!(now.text.contains("recomputed now from snapshot"), "{}", now.text);
    assert!(now.text.contains("3 components asked"), "{}", now.text);

    let then = portal.clock_now();
    portal.clock.advance(SignedDuration::from_hours(1));
    let feeds = tempfile::tempdir().unwrap();
    let file = feeds.path().join("osv/Go/GO-2024-0002.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, LATER).unwrap();
    let request = ImportRequest { paths: vec![feeds.path().to_owned()], source: None };
    let console = portal.app.console().unwrap();
    let before = portal.app.current_corpus().unwrap().id.clone();
    import::import(&portal.app, &console, &request, &|_| {}).unwrap();
    let between = portal.get(&page(""), Some(&seat)).await;
    assert!(between.text.contains("read an earlier one"), "the sweep has not seen it yet: {}", between.text);
    sweep::sweep(&portal.app, &console, true).unwrap();

    // The index of that snapshot is kept for a day.
    let past = portal.get(&page(&format!("&as_of={then}")), Some(&seat)).await;
    let words = web::view::words::short_digest(&before);
    assert!(
        past.text.contains(&format!("recomputed from snapshot {words}, which the sweep of")),
        "{}",
        past.text
    );
    assert!(!past.text.contains("Not recomputed."));
    let corpus = portal.folder.path().join("workspace/corpus");
    fs::remove_file(corpus.join(format!("index/{before}.index"))).unwrap();
    let past = portal.get(&page(&format!("&as_of={then}")), Some(&seat)).await;
    for expected in ["as the sweep of", "Not recomputed.", "packs of its records are here", "meter"] {
        assert!(past.text.contains(expected), "{expected} is not shown: {}", past.text);
    }
    let today = portal.get(&page(&format!("&against=today&as_of={then}")), Some(&seat)).await;
    assert!(today.text.contains("Not what was known then."), "{}", today.text);
    assert!(
        today.text.contains("recomputed from today&#39;s snapshot")
            || today.text.contains("recomputed from today's")
    );
    // What a sweep did not match it did not store, and the page does not make it up.
    let unmatched = format!("/explain?vulnerability=CVE-2024-0002&release=pump@1&as_of={then}");
    let unmatched = portal.get(&unmatched, Some(&seat)).await;
    assert!(unmatched.text.contains("Recompute against today"), "{}", unmatched.text);
    let early = portal.get(&page("&as_of=2026-11-17T08:00:00Z"), Some(&seat)).await;
    assert!(early.text.contains("cannot be explained here"), "{}", early.text);
}
