//! A real PostgreSQL for tests: its own cluster in a temporary folder, on a port the system chose, stopped
//! when dropped. It is never a server that was there before.
//!
//! Refuses to pretend: without the server's programs the test fails and says what to install.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

const MISSING: &str = "PostgreSQL's server programs (initdb, pg_ctl) are not on this machine; \
    install them with: apt-get install --yes --no-install-recommends postgresql";

/// A running cluster.
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    n_databases: AtomicU32,
}

#[allow(dead_code, reason = "each test binary uses a part of it")]
impl Postgres {
    /// Creates and starts a cluster.
    pub fn start() -> Self {
        let programs = programs().expect(MISSING);
        let folder = TempDir::with_prefix("mission-postgres-").expect("a temporary folder");
        if is_root() {
            succeed(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let data = folder.path().join("data");
        let mut initdb = as_postgres(&programs.join("initdb"));
        succeed(initdb.arg("-D").arg(&data).args([
            "-A",
            "trust",
            "-U",
            "mission",
            "-E",
            "UTF8",
            "--no-sync",
        ]));
        // Another program may take the port between the question and the start; then the next one will do.
        let mut cluster = Self { programs, folder, port: 0, n_databases: AtomicU32::new(0) };
        for _ in 0..5 {
            cluster.port = free_port();
            if cluster.begin() {
                return cluster;
            }
        }
        let log = std::fs::read_to_string(cluster.folder.path().join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start:\n{log}");
    }

    /// Starts the server on its port; false if it does not come up.
    fn begin(&self) -> bool {
        let folder = self.folder.path();
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=60 -c shared_buffers=64MB",
            self.port,
            folder.display()
        );
        let mut start = as_postgres(&self.programs.join("pg_ctl"));
        start.arg("-D").arg(folder.join("data")).arg("-l").arg(folder.join("log")).arg("-o").arg(options);
        run(start.args(["-w", "start"]))
    }

    /// Ends the server at once, as a crash would; its data stays.
    pub fn crash(&self) {
        let mut stop = as_postgres(&self.programs.join("pg_ctl"));
        run(stop.arg("-D").arg(self.folder.path().join("data")).args(["-m", "immediate", "-w", "stop"]));
    }

    /// Starts the server again after [`Postgres::crash`], at the same address.
    pub fn recover(&self) {
        assert!(self.begin(), "PostgreSQL recovers");
    }

    /// The address of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("mission_{}", self.n_databases.fetch_add(1, Ordering::Relaxed));
        let mut create = Command::new(self.programs.join("createdb"));
        let port = self.port.to_string();
        succeed(create.args(["-h", "127.0.0.1", "-p", &port, "-U", "mission", &name]));
        format!("postgres://mission@127.0.0.1:{port}/{name}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
    }
}

/// The folder of the newest installed server, or that of the `pg_ctl` on the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .collect();
    found.sort_unstable();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let newest_first = found.into_iter().rev().map(|(_, folder)| folder);
    newest_first
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("pg_ctl").is_file() && folder.join("initdb").is_file())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id is on every Unix");
    id.stdout.trim_ascii() == b"0"
}

/// PostgreSQL refuses to run as root; the package has made a user for it.
fn as_postgres(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut runuser = Command::new("runuser");
        runuser.args(["-u", "postgres", "--"]).arg(program);
        runuser
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

fn free_port() -> u16 {
    let socket = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    socket.local_addr().expect("a bound socket has an address").port()
}

fn run(command: &mut Command) -> bool {
    // No pipes: the server would inherit them and keep whoever reads them waiting.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn succeed(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect(MISSING);
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
