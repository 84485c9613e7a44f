//! The sign-in page in a real browser: it is served, its styles pass the content policy, and it draws something.
//! Without a Chromium the test says so and passes; where `CI` is set, it fails.

use std::{path::PathBuf, process::Command, sync::Arc};

use app::{FixedClock, FixedEntropy, workspace};

#[tokio::test(flavor = "multi_thread")]
async fn the_door_opens_in_a_browser() {
    let Some(chromium) = chromium() else {
        assert!(std::env::var_os("CI").is_none(), "no chromium on the PATH, and CI has to try one");
        eprintln!("SKIPPED: no chromium on the PATH");
        return;
    };
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
    let (url, profile, shot) =
        (format!("http://{address}/sign-in"), folder.path().join("profile"), picture.clone());
    let output = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(chromium);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--dump-dom",
            "--enable-logging=stderr",
        ]);
        command.arg(format!("--user-data-dir={}", profile.display()));
        command.arg(format!("--screenshot={}", shot.display()));
        command.arg(url).output().unwrap()
    })
    .await
    .unwrap();
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

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.exists())
}
