//! A cluster starts, gives separate databases, and does not need anybody to stop it.

use testkit::{Engine, postgres};

#[test]
fn databases_are_separate() {
    let (Some(one), Some(other)) = (postgres(), postgres()) else { return };
    assert_ne!(one.engine, other.engine);
    let Engine::Postgres(url) = &one.engine else { panic!("a postgres engine") };
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.batch_execute("CREATE TABLE t (a BIGINT)").unwrap();
    let collation: String = client
        .query_one("SELECT datcollate FROM pg_database WHERE datname = current_database()", &[])
        .unwrap()
        .get(0);
    assert_eq!(collation, "C");
}
