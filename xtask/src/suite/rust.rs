//! All Rust tests: builds every test program, runs them one after the other, reads what they print.
//!
//! They are run here and not by `cargo test` so that each result is known by program and name.

use super::Tally;
use super::junit::{Case, Suite, write};
use crate::shell::{Shell, install};
use anyhow::{Context, Result};
use serde_json::Value;
use shared::time::Time;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime};

/// A built test program.
struct Program {
    /// `package::target`.
    name: String,
    file: PathBuf,
    /// Where it runs: its package's folder.
    folder: PathBuf,
}

/// Builds and runs them all; writes JUnit XML to `junit`.
pub fn run(root: &Path, junit: &Path) -> Result<Tally> {
    install::wasm_target(root)?;
    install::program("node", &["nodejs"])?;
    install::postgres()?;
    let mut suites = Vec::new();
    for program in build(root)? {
        suites.push(execute(&program)?);
    }
    write(junit, "rust", &suites)?;
    Ok(suites.iter().map(Suite::tally).fold(Tally::default(), Tally::plus))
}

fn build(root: &Path) -> Result<Vec<Program>> {
    let mut cargo = Shell::cargo(root);
    cargo.args([
        "test",
        "--workspace",
        "--locked",
        "--no-run",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let messages = cargo.read("building the tests")?;
    let mut programs = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("cargo's messages")?;
        programs.extend(program(&message));
    }
    anyhow::ensure!(!programs.is_empty(), "cargo built no test program");
    Ok(programs)
}

/// The test program that a message of cargo's tells of, if it does.
fn program(message: &Value) -> Option<Program> {
    let is_test = message["profile"]["test"].as_bool()?;
    let file = message["executable"].as_str()?;
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?;
    let package = folder.file_name()?.to_str()?;
    let target = message["target"]["name"].as_str()?;
    let name = if target == package { package.to_owned() } else { format!("{package}::{target}") };
    is_test.then(|| Program { name, file: file.into(), folder: folder.into() })
}

/// Runs one program, passing its output on.
fn execute(program: &Program) -> Result<Suite> {
    let started_at = wall();
    let began = Instant::now();
    let mut child = Command::new(&program.file)
        .current_dir(&program.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", program.name))?;
    let output = child.stdout.take().context("a piped output")?;
    let mut suite = Suite { name: program.name.clone(), started_at, seconds: 0.0, cases: Vec::new() };
    println!("{}", program.name);
    for line in BufReader::new(output).lines() {
        let line = line.context("reading a test's output")?;
        println!("  {line}");
        suite.read(&line);
    }
    let status = child.wait()?;
    suite.seconds = began.elapsed().as_secs_f64();
    if !status.success() && suite.tally().failed == 0 {
        suite.cases.push(Case { name: "(the program)".to_owned(), failure: Some(status.to_string()) });
    }
    Ok(suite)
}

impl Suite {
    /// Takes a line of libtest's output in.
    fn read(&mut self, line: &str) {
        let Some((name, outcome)) = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
        else {
            return;
        };
        let failure = match outcome {
            "ok" => None,
            "FAILED" => Some("failed; its output is in the log".to_owned()),
            other => Some(other.to_owned()),
        };
        self.cases.push(Case { name: name.to_owned(), failure });
    }
}

/// The wall clock.
fn wall() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
