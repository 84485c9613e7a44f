//! The few lines of HTTP/1.1 a benchmark needs, to the loopback address only.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// Signs in and gives the session cookie.
pub(super) fn sign_in(address: SocketAddr, email: &str, password: &str) -> anyhow::Result<String> {
    let page = exchange(address, "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let token = page
        .split("name=\"form_token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or("");
    let before = cookies(&page);
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let body = format!("form_token={}&email={}&password={}", encode(token), encode(email), encode(password));
    let answer = exchange(
        address,
        &format!(
            "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://{address}\r\nCookie: {before}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ),
    )?;
    let session = cookies(&answer);
    if session.is_empty() {
        bail!("no session after sign-in: {}", answer.lines().next().unwrap_or_default());
    }
    Ok(session)
}

/// The 99th percentile of a page's time, a fresh connection each.
#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
pub(super) fn p99(address: SocketAddr, path: &str, cookie: &str, runs: usize) -> anyhow::Result<Duration> {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        let answer = exchange(address, &request)?;
        times.push(start.elapsed());
        if !answer.starts_with("HTTP/1.1 200") {
            bail!("{path} answered {}", answer.lines().next().unwrap_or_default());
        }
    }
    times.sort_unstable();
    times.get(runs * 99 / 100).copied().context("nothing was measured")
}

fn exchange(address: SocketAddr, request: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cookies(answer: &str) -> String {
    let pairs: Vec<&str> = answer
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")))
        .filter_map(|(_, value)| value.split(';').next())
        .filter(|pair| !pair.ends_with('='))
        .collect();
    pairs.join("; ")
}
