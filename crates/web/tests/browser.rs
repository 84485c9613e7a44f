//! Real pages in a real browser: the door is served, its styles pass the content policy, and it draws something; the keys of
//! the inbox do what `?` says; no page is wider than a phone, and what is printed is a document. Without a Chromium the tests
//! say so and pass; where `CI` is set, they fail.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

#[path = "../examples/sample/mod.rs"]
mod sample;

use std::{collections::BTreeMap, path::PathBuf, process::Command, sync::Arc};

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
        web::serve(app, &web::Settings::at(address), listener, None, shutdown).await
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

/// Asks each page in a frame of its own: `judge` gets its window and answers what is wrong, or nothing.
const EACH: &str = r#"
const told = [];
addEventListener("load", async () => {
  for (const name of document.body.dataset.pages.split(" ")) {
    const frame = document.createElement("iframe");
    frame.width = WIDTH; frame.height = 844; frame.src = `/page/${name}`;
    await new Promise((done) => { frame.onload = done; document.body.append(frame); });
    for (const fault of judge(frame.contentWindow, frame.contentDocument)) told.push(`${name} ${fault}`);
    frame.remove();
  }
  const pre = document.createElement("pre");
  pre.id = "told"; pre.textContent = [...told, "asked"].join("\n"); document.body.append(pre);
});
const named = (on) => `<${on.tagName.toLowerCase()} class="${on.getAttribute("class") || ""}">`;
"#;

/// Whatever scrolls inside its own box fits.
const PHONE: &str = r#"
const WIDTH = 390;
const judge = (view, page) => {
  const scrolls = (on) => {
    for (; on && on !== page.body; on = on.parentElement)
      if (/auto|scroll|hidden|clip/.test(view.getComputedStyle(on).overflowX)) return true;
    return false;
  };
  const wide = [...page.querySelectorAll("main *")].filter((on) => {
    const box = on.getBoundingClientRect();
    return box.width > 1 && box.right > WIDTH + 1 && on.checkVisibility() && !scrolls(on.parentElement) && !on.closest(".vh, .skip");
  });
  const whole = page.documentElement.scrollWidth;
  return [...(whole > WIDTH ? [`is ${whole} px wide`] : []), ...wide.slice(0, 1).map((on) => `has a wide ${named(on)}`)];
};
"#;

/// The rules of print are made those of the screen, at the width of A4 without its margins.
const PAPER: &str = r#"
const WIDTH = 688;
const judge = (view, page) => {
  for (const sheet of page.styleSheets) for (const rule of [...sheet.cssRules].filter((rule) => rule.media)) {
    if (rule.media.mediaText === "print") rule.media.mediaText = "all";
    else if (rule.media.mediaText.startsWith("screen")) rule.media.mediaText = "not all";
  }
  const shown = (on) => on && on.getClientRects().length > 0;
  const fault = [];
  const stays = [...page.querySelectorAll(".side, .top, form, button, .toast, .skip, .fold")].filter(shown);
  fault.push(...stays.slice(0, 1).map((on) => `prints ${named(on)}`));
  const stamp = page.querySelector(".only-print");
  if (!shown(stamp) || !/as of .* ledger entry .* digest/.test(stamp.textContent)) fault.push("has no stamp");
  const cut = [...page.querySelectorAll(".tw, .card")].find((on) => on.scrollWidth > on.clientWidth + 2);
  if (cut) fault.push(`cuts ${cut.scrollWidth - cut.clientWidth} px of ${named(cut)}`);
  if (page.querySelector(".then") && !shown(page.querySelector(".then"))) fault.push("does not say that it is of the past");
  return fault;
};
"#;

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_wider_than_a_phone() {
    assert_eq!(asked_of_each(PHONE, sample::pages().unwrap()).await, Some("asked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_is_a_document() {
    // Before anybody is signed in there is nothing to print.
    let pages = sample::pages().unwrap().into_iter().filter(|(_, html)| html.contains("class=\"app\""));
    assert_eq!(asked_of_each(PAPER, pages.collect()).await, Some("asked".to_owned()));
}

/// What a judge says of all pages, and last that it asked; the same without a browser.
async fn asked_of_each(judge: &'static str, pages: Vec<(&'static str, String)>) -> Option<String> {
    use axum::{Router, extract::Path, response::Html, routing::get};
    let Some(chromium) = chromium() else { return Some("asked".to_owned()) };
    let names: Vec<&str> = pages.iter().map(|(name, _)| *name).collect();
    let start = format!(
        "<!doctype html><body data-pages=\"{}\"><script defer src=\"/judge.js\"></script></body>",
        names.join(" ")
    );
    let script = format!("{judge}{EACH}");
    let pages: BTreeMap<&str, String> = pages.into_iter().collect();
    let style = |text: &'static str| move || async move { ([("content-type", "text/css")], text) };
    let router = Router::new()
        .route("/", get(|| async move { Html(start) }))
        .route("/judge.js", get(|| async move { ([("content-type", "text/javascript")], script) }))
        .route(
            "/page/{name}",
            get(|Path(name): Path<String>| async move {
                Html(pages.get(name.as_str()).cloned().unwrap_or_default())
            }),
        )
        .route(&web::assets::TOKENS.path, get(style(web::assets::TOKENS.text)))
        .route(&web::assets::STYLE.path, get(style(web::assets::STYLE.text)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = tempfile::tempdir().unwrap();
    let output = look(chromium, folder.path().join("profile"), folder.path().join("all.png"), url).await;
    served.abort();
    let dom = String::from_utf8_lossy(&output.stdout);
    let told = dom.split("<pre id=\"told\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    told.map(|told| told.replace("&lt;", "<").replace("&gt;", ">"))
}

async fn look(chromium: PathBuf, profile: PathBuf, picture: PathBuf, url: String) -> std::process::Output {
    tokio::task::spawn_blocking(move || {
        let mut command = Command::new(chromium);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            // Frames load one after the other; the clock of the page waits for them.
            "--virtual-time-budget=60000",
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
