//! The record on a PostgreSQL server that is reached by TLS alone: who is trusted by which address, and that no error repeats a
//! password.

use store::{Location, Store};
use testkit::EncryptedServer;

/// Opens the record; the whole chain of reasons when it cannot be.
fn open(address: &str) -> Result<(), String> {
    let store = Store::open(&Location::Postgres(address.to_owned())).map_err(|error| {
        let mut reasons = error.to_string();
        let mut next: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(error) = next {
            reasons += &format!(": {error}");
            next = error.source();
        }
        reasons
    })?;
    assert!(store.read(domain::ledger::AsOf::Now, |view| view.sources(&[])).is_ok());
    Ok(())
}

fn check(server: &EncryptedServer, host: &str, options: &str, expected: Result<(), &str>) {
    let secret = server.password.replace(' ', "%20");
    let address = format!("postgres://postgres:{secret}@{host}:{}/postgres?{options}", server.port);
    match (open(&address), expected) {
        (Ok(()), Ok(())) => {}
        (Err(reasons), Err(part)) => {
            assert!(reasons.contains(part), "{host} {options}: {reasons}");
            assert!(!reasons.contains(server.password) && !reasons.contains(&secret), "{reasons}");
        }
        (found, expected) => {
            assert_eq!(found.is_ok(), expected.is_ok(), "{host} {options}: {found:?}, not {expected:?}");
        }
    }
}

#[test]
fn a_server_is_believed_as_far_as_the_address_says() {
    let Some(server) = testkit::encrypted() else { return };
    let root = format!("sslrootcert={}", server.authority.display());
    let stranger = format!("sslrootcert={}", server.stranger.display());
    let broken = server.authority.with_extension("key");
    for (host, options, expected) in [
        ("localhost", "", Ok(())),
        ("localhost", "sslmode=prefer", Ok(())),
        ("localhost", "sslmode=disable", Err("no encryption")),
        ("localhost", "sslmode=require", Ok(())),
        ("127.0.0.1", "sslmode=require", Ok(())),
        ("localhost", &format!("sslmode=require&{root}"), Ok(())),
        ("localhost", &format!("sslmode=require&{stranger}"), Err("invalid peer certificate")),
        ("127.0.0.1", &format!("sslmode=verify-ca&{root}"), Ok(())),
        ("localhost", &format!("sslmode=verify-ca&{stranger}"), Err("invalid peer certificate")),
        ("localhost", &format!("sslmode=verify-full&{root}"), Ok(())),
        ("127.0.0.1", &format!("sslmode=verify-full&{root}"), Err("not valid for name")),
        ("localhost", &format!("sslmode=verify-full&{stranger}"), Err("invalid peer certificate")),
        ("localhost", "sslmode=verify-full", Err("needs sslrootcert=FILE")),
        ("localhost", "sslmode=verify-full&sslrootcert=/nowhere/ca.pem", Err("/nowhere/ca.pem")),
        (
            "localhost",
            &format!("sslmode=verify-full&sslrootcert={}", broken.display()),
            Err("holds no certificate in PEM form"),
        ),
    ] {
        check(&server, host, options, expected);
    }
}

#[test]
fn a_wrong_password_is_not_repeated() {
    let Some(server) = testkit::encrypted() else { return };
    let reasons =
        open(&format!("postgres://postgres:hunter2@localhost:{}/postgres", server.port)).unwrap_err();
    assert!(reasons.contains("password authentication failed"), "{reasons}");
    assert!(!reasons.contains("hunter2"), "{reasons}");
}
