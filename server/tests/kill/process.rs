//! A real `mission serve` of its own, and requests to it over plain sockets, so that a test decides how much of
//! a request is sent before what happens next.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Process {
    child: Mutex<Child>,
    authority: String,
}

impl Process {
    /// Starts a server over the store at `address`, on a port the system chooses.
    pub fn serve(address: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mission"))
            .args(["serve", "--listen", "127.0.0.1:0", "--store", address])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary is built with this test");
        let (tell, told) = mpsc::channel();
        pass_on(child.stdout.take().expect("it is piped"), tell.clone());
        pass_on(child.stderr.take().expect("it is piped"), tell);
        let mut said = String::new();
        loop {
            let Ok(line) = told.recv_timeout(PATIENCE) else {
                child.kill().ok();
                child.wait().ok();
                panic!("the server does not say where it listens; it said:\n{said}");
            };
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || ".:".contains(c)));
                let authority = rest[..end.unwrap_or(rest.len())].to_owned();
                return Self { child: Mutex::new(child), authority };
            }
            said.push_str(&line);
            said.push('\n');
        }
    }

    /// SIGKILL; returns once it is gone.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.kill().expect("a child can be killed");
        child.wait().expect("a child can be waited for");
    }

    /// Begins to send lines: all but the last `n_held` bytes of the request. `None` if the server is gone.
    pub fn begin(&self, lines: &str, n_held: usize) -> Option<Request> {
        let mut stream = TcpStream::connect(&self.authority).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let head = format!(
            "POST /api/v1/events HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
             content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
            self.authority,
            lines.len()
        );
        let whole = [head.as_bytes(), lines.as_bytes()].concat();
        let (now, held) = whole.split_at(whole.len() - n_held.min(lines.len()));
        stream.write_all(now).ok()?;
        Some(Request { stream, held: held.to_vec() })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        child.kill().ok();
        child.wait().ok();
    }
}

/// A request that is being sent.
pub struct Request {
    stream: TcpStream,
    held: Vec<u8>,
}

impl Request {
    /// Sends the rest and reads the receipt. `None` if the server went away before a whole answer.
    ///
    /// # Panics
    /// The answer is whole and no receipt.
    pub fn receipt(mut self) -> Option<Value> {
        self.stream.write_all(&self.held).ok()?;
        let mut answer = Vec::new();
        self.stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8(answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if length != Some(body.len()) {
            return None;
        }
        assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
        Some(serde_json::from_str(body).expect("a receipt"))
    }
}

fn pass_on(output: impl Read + Send + 'static, tell: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            tell.send(line).ok();
        }
    });
}
