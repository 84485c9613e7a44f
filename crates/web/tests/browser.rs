//! Real pages in a real browser: the door is served, its styles pass the content policy, and it draws something; the keys of
//! the inbox do what `?` says. Without a Chromium the tests say so and pass; where `CI` is set, they fail.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

#[path = "../examples/sample/mod.rs"]
mod sample;

use std::{path::PathBuf, process::Command, sync::Arc};

use app::{FixedClock, FixedEntropy, workspace};

#[tokio::test(flavor = "multi_thread")]
async fn the_door_opens_in_a_browser() {
    let Some(chromium) = chromium() else { return };
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FixedClock::at("2026-11-17T08:14:07Z".parse().unwrap()));
    let new = workspace::NewWorkspace { name: Some("Norrvik Medical".to_owned()), zone: None };
    let place = folder.path().join("workspace");
    let (_, app) =
        workspace::init(&place, &new, &|_| None, clock, Arc::new(FixedEntropy::default())).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(async move {
        let shutdown = async {
            let _ = stopped.await;
        };
        web::serve_on(app, &web::Settings::at(address), listener, shutdown).await
    });

    let picture = folder.path().join("door.png");
    let url = format!("http://{address}/sign-in");
    let output = look(chromium, folder.path().join("profile"), picture.clone(), url).await;
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();

    let (dom, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(dom.contains("Norrvik Medical, product security"), "{dom}\n{log}");
    assert!(dom.contains("name=\"password\""), "{dom}");
    assert!(!log.contains("Content Security Policy"), "the page breaks its own policy: {log}");
    if let Ok(picture) = std::fs::read(&picture) {
        assert!(picture.len() > 4_000, "the picture is blank: {} bytes", picture.len());
    }
}

/// Presses keys and writes down what each did, in place of doing it.
const PRESS: &str = r#"
const log = [];
document.addEventListener("click", (event) => {
  event.preventDefault();
  const on = event.target.closest("[data-key], [data-go], input");
  log.push(on.dataset.key ? `presses ${on.dataset.key}` : on.dataset.go ? `goes ${on.dataset.go}` : `ticks ${on.value}`);
}, true);
const press = (...keys) => {
  for (const key of keys) {
    const on = document.activeElement || document.body;
    const before = document.activeElement, said = log.length;
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    const now = document.activeElement;
    if (log.length === said && now !== before) log.push(`moves to ${now.id || now.textContent}`);
  }
  return log.splice(0).join(", ") || "nothing";
};
addEventListener("load", () => {
  const told = [];
  const tell = (...keys) => told.push(`${keys.join(" ")}: ${press(...keys)}`);
  for (const key of ["1", "2", "3", "h", "o", "z", "?"]) tell(key);
  for (const key of ["t", "i", "c", "h", "p", "w", "l", "e"]) tell("g", key);
  tell("j"); tell("j"); tell("k");
  tell("f"); tell("1"); document.activeElement.blur();
  tell("."); told.push(`density: ${document.documentElement.dataset.density}`); tell(".");
  told.push(`density: ${document.documentElement.dataset.density || "dense"}`);
  const box = document.createElement("label");
  box.className = "chk"; box.innerHTML = "<input type=checkbox value=one>";
  document.body.append(box); box.firstChild.focus();
  tell("x"); tell("q");
  localStorage.setItem("aftercare-keys", "off"); tell("1");
  const pre = document.createElement("pre");
  pre.id = "told"; pre.textContent = told.join("\n"); document.body.append(pre);
});
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_the_inbox_do_what_the_help_says() {
    use axum::{Router, response::Html, routing::get};
    let Some(chromium) = chromium() else { return };
    let (_, inbox) = sample::pages().unwrap().into_iter().find(|(name, _)| *name == "inbox").unwrap();
    for key in ["/", "j", "k", "x", "f", "1", "2", "3", "h", "o", "z", "s", ".", "[", "]", "?"] {
        assert!(inbox.contains(&format!("<kbd>{key}</kbd>")), "the help does not list {key}");
    }
    // The press must meet the page's own script after it has run.
    let page = inbox.replace("</head>", "<script defer src=\"/press.js\"></script></head>");
    let javascript =
        |text: &'static str| move || async move { ([("content-type", "text/javascript")], text) };
    let router = Router::new()
        .route("/inbox", get(|| async move { Html(page) }))
        .route("/press.js", get(javascript(PRESS)))
        .route(&web::assets::SCRIPT.path, get(javascript(web::assets::SCRIPT.text)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/inbox", listener.local_addr().unwrap());
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = tempfile::tempdir().unwrap();
    let output = look(chromium, folder.path().join("profile"), folder.path().join("inbox.png"), url).await;
    served.abort();
    let dom = String::from_utf8_lossy(&output.stdout);
    let told = dom.split("<pre id=\"told\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    insta::assert_snapshot!("keys", told.unwrap_or("the page's script did not run"));
}

async fn look(chromium: PathBuf, profile: PathBuf, picture: PathBuf, url: String) -> std::process::Output {
    tokio::task::spawn_blocking(move || {
        let mut command = Command::new(chromium);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--dump-dom",
            "--enable-logging=stderr",
        ]);
        command.arg(format!("--user-data-dir={}", profile.display()));
        command.arg(format!("--screenshot={}", picture.display()));
        command.arg(url).output().unwrap()
    })
    .await
    .unwrap()
}

/// The browser; none where there is none, which is told.
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "no chromium on the PATH, and CI has to try one");
        eprintln!("SKIPPED: no chromium on the PATH");
    }
    found
}
