//! Build evidence at the portal: a file comes with a form, is shown with what it is of, and is taken back with a reason.

use axum::http::StatusCode;
use domain::person::Role;

use super::{
    fielded::fielded,
    support::{Answer, Portal, Seat, form_with_file},
};

const CONFIG: &str = "# Linux/arm64 5.10.100 Kernel Configuration\nCONFIG_NET=y\n# CONFIG_TIPC is not set\n";
const FORM: &str = "/releases/pump@1/evidence";

fn image(letter: &str) -> String {
    format!("sha256:{}", letter.repeat(64))
}

async fn attach(portal: &Portal, seat: &Seat, kind: &str, image: &str, file: &[u8]) -> Answer {
    portal.send(form_with_file(FORM, seat, &[("kind", kind), ("image", image), ("subject", "")], file)).await
}

async fn listed(portal: &Portal, seat: &Seat) -> serde_json::Value {
    let answer = portal.get("/api/v1/evidence?release=pump@1", Some(seat)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn a_file_is_attached_shown_and_taken_back() {
    let portal = fielded();
    let seat = portal.seat(Role::Analyst);
    let before = portal.get("/releases/pump@1", Some(&seat)).await;
    assert!(before.text.contains("No build evidence is on file."));
    // More than a form without a file may hold.
    let long = format!("{CONFIG}{}", "# a remark that says nothing\n".repeat(40_000));
    let answer = attach(&portal, &seat, "kernel-config", &image("a"), long.as_bytes()).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/releases/pump@1#evidence")
    );
    let page = portal.get("/releases/pump@1", Some(&seat)).await;
    for words in ["Kernel configuration", "2 options", "kernel.config", "sha256:aaaa"] {
        assert!(page.text.contains(words), "{words}");
    }
    let list = listed(&portal, &seat).await;
    let (evidence, count) = (&list["evidence"][0], &list["excluded"]["vulnerabilities"]);
    assert_eq!((evidence["kind"].as_str(), count.as_u64()), (Some("kernel-config"), Some(0)));
    let id = evidence["id"].as_str().unwrap();
    let file = portal.get(&format!("{FORM}/{id}"), Some(&seat)).await;
    assert_eq!(
        (file.text, file.headers["content-type"].to_str().unwrap()),
        (long, "application/octet-stream")
    );

    let withdraw = format!("{FORM}/withdraw");
    let refused = portal.post(&withdraw, &seat, &[("evidence", id), ("reason", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("say why the evidence does not hold"));
    let done = portal.post(&withdraw, &seat, &[("evidence", id), ("reason", "of another build")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(listed(&portal, &seat).await["evidence"], serde_json::json!([]));
}

#[tokio::test]
async fn what_does_not_hold_comes_back_with_the_form() {
    let portal = fielded();
    let seat = portal.seat(Role::Analyst);
    let check = async |kind: &str, image: &str, file: &[u8], words: &str| {
        let answer = attach(&portal, &seat, kind, image, file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.text.contains(words) && answer.text.contains("Attach build evidence"), "{words}");
    };
    check("kernel-config", "latest", CONFIG.as_bytes(), "digest of the shipped image").await;
    check("kernel-config", &image("a"), b"", "holds nothing").await;
    check("compiled-files", &image("a"), &[0xff; 300], "holds nothing").await;
    // A form of another page's making, and one for a route that takes no file.
    let stranger = Seat { form_token: "0".repeat(64), ..seat.clone() };
    let foreign = attach(&portal, &stranger, "kernel-config", &image("a"), CONFIG.as_bytes()).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let other = portal.send(form_with_file("/cases", &seat, &[], CONFIG.as_bytes())).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Who may not attach anything sees no form.
    let viewer = portal.seat(Role::Viewer);
    let denied = attach(&portal, &viewer, "kernel-config", &image("a"), CONFIG.as_bytes()).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    let page = portal.get("/releases/pump@1", Some(&viewer)).await;
    assert!(!page.text.contains("Attach build evidence"));
}
