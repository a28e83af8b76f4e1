//! A folder of its own for each test, with a store, and the ways to run the binary in it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Asserts the exit code and words on stderr.
    #[track_caller]
    pub fn is(&self, code: i32, words: &str) -> &Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(words), "{words:?} in {self:?}");
        self
    }

    /// Asserts that it went well.
    #[track_caller]
    pub fn good(&self) -> &Self {
        self.is(0, "")
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A folder with a store to come.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address of the store.
    pub fn store(&self) -> String {
        format!("sqlite:{}", self.path("store.db").display())
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file");
        path.display().to_string()
    }

    /// The binary, with nothing of this machine's configuration.
    pub fn mission(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mission"));
        command.args(args).env_clear().env("HOME", self.folder.path()).env("USER", "tester");
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs it.
    pub fn run(&self, args: &[&str]) -> Ran {
        ran(&mut self.mission(args))
    }

    /// Runs it over the store of this place.
    pub fn on_store(&self, args: &[&str]) -> Ran {
        let store = self.store();
        self.run(&[args, &["--store", &store]].concat())
    }

    /// Imports `text` from standard input into the store.
    pub fn import(&self, iteration: &str, text: impl AsRef<[u8]>) -> Ran {
        let store = self.store();
        self.pipe(&["import", "--iteration", iteration, "--json", "--store", &store, "-"], text)
    }

    /// Runs it with something on standard input.
    pub fn pipe(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.mission(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.as_ref().to_vec();
        let writer = std::thread::spawn(move || {
            // It may end before it has read everything.
            let _early = stdin.write_all(&input);
        });
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("written");
        gathered(&output)
    }

    /// Starts a server over the store on a port that the system chooses.
    pub fn serve(&self, args: &[&str]) -> Server {
        let store = self.store();
        let all = [&["serve", "--listen", "127.0.0.1:0", "--store", &store], args].concat();
        Server::start(&mut self.mission(&all))
    }
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub url: String,
    stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Starts `command` and waits for the line with its URL.
    pub fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let url = line.trim().to_owned();
        assert!(url.starts_with("http://"), "the URL comes first: {line:?}");
        Self { child, url, stdout }
    }

    /// Stops it with a signal and gives the exit code and what else it printed.
    pub fn stop(&mut self, signal: &str) -> (Option<i32>, String) {
        send(signal, self.child.id());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("the rest");
        (self.child.wait().expect("it ends").code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Sends a signal to a process that a test has started.
pub fn send(signal: &str, process: u32) {
    let status = Command::new("kill").args([&format!("-{signal}"), &process.to_string()]).status();
    assert!(status.expect("kill runs").success());
}

pub fn ran(command: &mut Command) -> Ran {
    gathered(&command.output().expect("the binary runs"))
}

fn gathered(output: &std::process::Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A fixture of the importers.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tests/fixtures").join(name)
}
