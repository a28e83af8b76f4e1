//! A `mission serve` of its own on a fresh store, and what the system says about that process.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Longest time until the server says where it listens.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// Clock ticks a second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;

/// A running server, ended when dropped.
pub struct Server {
    process: Child,
    /// `http://ADDRESS`.
    pub url: String,
}

impl Server {
    /// Starts `binary` on a port the system chooses, over the SQLite file `store`.
    pub fn start(binary: &Path, store: &Path) -> Result<Self> {
        let mut process = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--store"])
            .arg(format!("sqlite:{}", store.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", binary.display()))?;
        let (tell, told) = mpsc::channel();
        if let Some(output) = process.stdout.take() {
            listen(output, tell.clone());
        }
        if let Some(output) = process.stderr.take() {
            listen(output, tell);
        }
        match told.recv_timeout(START_TIMEOUT) {
            Ok(url) => Ok(Self { process, url }),
            Err(_) => {
                process.kill().ok();
                bail!("{} does not say where it listens", binary.display());
            }
        }
    }

    /// CPU the process has used, in seconds; `None` where there is no `/proc`.
    pub fn cpu_s(&self) -> Option<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).ok()?;
        // The name in parentheses may hold blanks; user and system time are 12 and 13 fields behind it.
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
        Some((ticks(11)? + ticks(12)?) / TICKS)
    }

    /// Memory of the process in MiB: now, and at its most.
    pub fn rss_mib(&self) -> Option<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let kib = |field: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.trim().split(' ').next()?.parse::<f64>().ok()
        };
        Some((kib("VmRSS:")? / 1024.0, kib("VmHWM:")? / 1024.0))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Reads `output` to its end, so that the server never waits for a reader, and passes on the first address.
fn listen(output: impl Read + Send + 'static, tell: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(at) = line.find("http://") {
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '/');
                let url: String = line[at..].chars().take_while(|c| is_part(*c)).collect();
                tell.send(url.trim_end_matches('/').to_owned()).ok();
            }
        }
    });
}
