//! A process measured from outside: wall time and peak resident memory.

use std::{
    io::Read as _,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// What one run cost and printed.
pub(super) struct Measured {
    pub(super) elapsed: Duration,
    pub(super) stdout: Vec<u8>,
    peak_kib: u64,
}

impl Measured {
    pub(super) fn seconds(&self) -> f64 {
        self.elapsed.as_secs_f64()
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    pub(super) fn peak_mib(&self) -> f64 {
        self.peak_kib as f64 / 1024.0
    }
}

/// Runs a command to its end. The kernel's high-water mark is read until the process is gone.
#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
pub(super) fn run(command: &mut Command) -> anyhow::Result<Measured> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
    let mut output = child.stdout.take().context("no stdout")?;
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = output.read_to_end(&mut bytes);
        bytes
    });
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(status_kib(child.id(), "VmHWM:").unwrap_or(0));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    let elapsed = start.elapsed();
    let stdout = reader.join().unwrap_or_default();
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(Measured { elapsed, stdout, peak_kib })
}

/// `aftercare serve`, started and waited for.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    pub(super) ready: Duration,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
    pub(super) fn start(binary: &Path, workspace: &Path) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let start = Instant::now();
        let child = Command::new(binary)
            .arg("serve")
            .arg("-w")
            .arg(workspace)
            .args(["--listen", &address.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        while TcpStream::connect(address).is_err() {
            if start.elapsed() > Duration::from_secs(60) {
                bail!("the server did not answer within a minute");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Self { child, address, ready: start.elapsed() })
    }

    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    pub(super) fn resident_mib(&self) -> anyhow::Result<f64> {
        Ok(status_kib(self.child.id(), "VmRSS:").context("no resident size")? as f64 / 1024.0)
    }

    pub(super) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line of this process's own status, in KiB.
pub(super) fn own_kib(field: &str) -> anyhow::Result<u64> {
    status_kib(std::process::id(), field).context("no resident size")
}

fn status_kib(process: u32, field: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    text.lines().find_map(|line| line.strip_prefix(field))?.trim().trim_end_matches(" kB").parse().ok()
}
