//! One PostgreSQL cluster per test process: fresh data folder, Unix socket only, no fsync. It ends with the process, even a
//! killed one: a watching shell reads from a pipe that only this process holds open.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// A running cluster.
pub(crate) struct Cluster {
    socket: PathBuf,
}

/// The cluster of this process, started when first asked for; `None` when PostgreSQL is not installed.
pub(crate) fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(|| programs().map(|programs| Cluster::start(&programs))).as_ref()
}

impl Cluster {
    /// The folder with its socket and log.
    pub(crate) fn folder(&self) -> &Path {
        &self.socket
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("host={} user=postgres dbname={database}", self.socket.display())
    }

    #[expect(clippy::panic, reason = "a test that cannot have its database has failed")]
    fn start(programs: &Path) -> Self {
        Self::try_start(programs, &|_, _| Ok("listen_addresses = ''".to_owned()))
            .unwrap_or_else(|error| panic!("PostgreSQL does not start: {error}"))
    }

    /// Starts one; `prepare` gets its folder and its data folder before the first start, and returns further settings.
    pub(crate) fn try_start(
        programs: &Path,
        prepare: &dyn Fn(&Path, &Path) -> io::Result<String>,
    ) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("aftercare-postgres-").tempdir()?.keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        let data = folder.join("data");
        fs::create_dir(&data)?;
        if is_root()? {
            run(Command::new("chown").arg("-R").arg("postgres:postgres").arg(&folder))?;
        }
        run(user(&programs.join("initdb"))?.args(["-D"]).arg(&data).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ]))?;
        let mut settings = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
        writeln!(
            settings,
            "{}\nunix_socket_directories = '{}'\nfsync = off\nsynchronous_commit = off\n\
             full_page_writes = off\nmax_connections = 200\nshared_buffers = 64MB\nautovacuum = off\n",
            prepare(&folder, &data)?,
            folder.display()
        )?;
        if is_root()? {
            run(Command::new("chown").arg("-R").arg("postgres:postgres").arg(&folder))?;
        }
        let log = folder.join("log");
        run(user(&programs.join("pg_ctl"))?
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(&log)
            .args(["-w", "-t", "60", "start"]))?;
        watch(programs, &folder, &data)?;
        Ok(Self { socket: folder })
    }
}

/// Starts the shell that stops the cluster and removes its folder once our end of the pipe closes.
fn watch(programs: &Path, folder: &Path, data: &Path) -> io::Result<()> {
    let mut watcher = Command::new("sh")
        .args(["-c", "read line; $4 \"$1/pg_ctl\" -D \"$2\" -m immediate -w stop; rm -rf \"$3\"", "watch"])
        .args([programs, data, folder])
        .arg(if is_root()? { "setpriv --reuid=postgres --regid=postgres --clear-groups" } else { "" })
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    // Kept open for as long as this process lives, on purpose.
    std::mem::forget(watcher.stdin.take());
    Ok(())
}

/// The newest installed server's folder of programs.
pub(crate) fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, folder)) = found.pop() {
        return Some(folder);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
}

/// `initdb` and the server refuse root.
fn user(program: &Path) -> io::Result<Command> {
    let mut command = if is_root()? {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/").stdin(Stdio::null());
    Ok(command)
}

fn is_root() -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}

pub(crate) fn run(command: &mut Command) -> io::Result<()> {
    // Not piped: the server would inherit the pipe and keep it open.
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("{} {status}", command.get_program().display())))
}
