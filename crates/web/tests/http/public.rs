//! The public listener: a router of its own, which knows a name and nothing else.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use tower::ServiceExt as _;
use web::{policy::ROUTES, public};

use super::support::Portal;

async fn ask(method: &str, path: &str) -> (StatusCode, String, bool) {
    let router = public::router("Norrvik <Medical>", true);
    let cookie = "aftercare-session=0123456789abcdef";
    let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let protected = response.headers().contains_key("content-security-policy")
        && response.headers().contains_key("strict-transport-security")
        && !response.headers().contains_key(header::SET_COOKIE);
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap(), protected)
}

#[tokio::test]
async fn nothing_of_the_portal_is_public() {
    let mut table = String::new();
    let portal = ROUTES.iter().map(|route| (route.method.as_str(), route.path.replace(['{', '}'], "")));
    let public = public::ROUTES
        .iter()
        .flat_map(|path| ["GET", "HEAD", "POST", "PUT", "DELETE"].map(|method| (method, (*path).to_owned())));
    for (method, path) in public.chain(portal) {
        let (status, _, protected) = ask(method, &path).await;
        assert!(protected, "{method} {path} has its headers");
        table.push_str(&format!("{method:6} {path:28} {}\n", status.as_u16()));
    }
    insta::assert_snapshot!("public", table);
}

#[tokio::test]
async fn the_landing_page_is_the_name_of_the_organisation() {
    let (status, page, _) = ask("GET", "/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("<h1>Norrvik &#60;Medical&#62;</h1>"), "{page}");
    assert!(!page.contains("href=") && !page.contains("src="), "it leads nowhere: {page}");
    assert_eq!(ask("GET", "/healthz").await.1, "ok");
}

#[tokio::test]
async fn both_listeners_serve_and_stop_together() {
    let portal = Portal::new();
    let free = || async { tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap() };
    let (listener, public) = (free().await, free().await);
    let (inside, outside) = (listener.local_addr().unwrap(), public.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (app, settings) = (portal.app.clone(), web::Settings::at(inside));
    let serving = tokio::spawn(async move {
        let shutdown = async {
            let _ = stopped.await;
        };
        web::serve(app, &settings, listener, Some(public), shutdown).await
    });
    let (inner, outer) = (said(inside, "/healthz").await, said(outside, "/healthz").await);
    assert!(inner.starts_with("HTTP/1.1 404"), "{inner}");
    assert!(outer.starts_with("HTTP/1.1 200") && outer.ends_with("ok"), "{outer}");
    let (inner, outer) = (said(inside, "/sign-in").await, said(outside, "/sign-in").await);
    assert!(inner.starts_with("HTTP/1.1 200"), "{inner}");
    assert!(outer.starts_with("HTTP/1.1 404"), "{outer}");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(outside).await.is_err(), "it listens on");
}

/// One answer over a socket; the server may need a moment before it listens.
async fn said(address: std::net::SocketAddr, path: &str) -> String {
    let answer = tokio::task::spawn_blocking({
        let path = path.to_owned();
        move || {
            use std::io::{Read as _, Write as _};
            for _ in 0..500 {
                let Ok(mut stream) = std::net::TcpStream::connect(address) else {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                    continue;
                };
                write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
                let mut text = String::new();
                stream.read_to_string(&mut text).unwrap();
                return text;
            }
            "nobody listens".to_owned()
        }
    });
    answer.await.unwrap()
}
