//! A PostgreSQL server that speaks TLS alone over TCP, with a certificate made for it by an authority made for it.

use std::{
    fs, io,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::cluster::{Cluster, programs, run};

/// The server. It is called `localhost` in its certificate, and by nothing else.
pub struct EncryptedServer {
    /// TCP port on 127.0.0.1.
    pub port: u16,
    /// Password of `postgres`.
    pub password: &'static str,
    /// Certificate of the authority that its own is from (PEM).
    pub authority: PathBuf,
    /// Certificate of an authority that it has nothing to do with.
    pub stranger: PathBuf,
}

/// Starts one. `None`, said loudly, when PostgreSQL is not installed; a failure when `CI` is set.
#[expect(clippy::panic, reason = "a test that cannot have its server has failed")]
#[must_use]
pub fn encrypted() -> Option<EncryptedServer> {
    let Some(programs) = programs() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "PostgreSQL is not installed, and CI must not pass without it"
        );
        eprintln!("NOT RUN ON POSTGRESQL: it is not installed (apt-get install postgresql)");
        return None;
    };
    Some(start(&programs).unwrap_or_else(|error| panic!("no encrypted PostgreSQL: {error}")))
}

fn start(programs: &Path) -> io::Result<EncryptedServer> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let cluster = Cluster::try_start(programs, &|folder, data| {
        authority(folder, "authority")?;
        authority(folder, "stranger")?;
        certificate(folder)?;
        fs::write(
            data.join("pg_hba.conf"),
            "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all 127.0.0.1/32 reject\n",
        )?;
        let file = |name: &str| folder.join(name).display().to_string();
        Ok(format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\n",
            file("server.pem"),
            file("server.key")
        ))
    })?;
    let password = "a secret word";
    postgres::Client::connect(&format!("{} port={port}", cluster.url("postgres")), postgres::NoTls)
        .and_then(|mut client| client.batch_execute(&format!("ALTER ROLE postgres PASSWORD '{password}'")))
        .map_err(io::Error::other)?;
    let file = |name: &str| cluster.folder().join(name);
    Ok(EncryptedServer { port, password, authority: file("authority.pem"), stranger: file("stranger.pem") })
}

fn authority(folder: &Path, name: &str) -> io::Result<()> {
    openssl(
        folder,
        &format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={name} -keyout {name}.key -out {name}.pem"
        ),
    )
}

fn certificate(folder: &Path) -> io::Result<()> {
    fs::write(folder.join("server.names"), "subjectAltName = DNS:localhost\n")?;
    openssl(
        folder,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
    )?;
    openssl(
        folder,
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile server.names -out server.pem",
    )?;
    fs::set_permissions(folder.join("server.key"), fs::Permissions::from_mode(0o600))
}

fn openssl(folder: &Path, arguments: &str) -> io::Result<()> {
    run(Command::new("openssl").args(arguments.split(' ')).current_dir(folder))
}
