//! Runs every test there is, ring by ring, and counts: `rust` (all crates; SQLite, PostgreSQL and wasm32 in Node
//! included) and `browser` (the real program in Chromium).
//!
//! Installs what they need where it can. Leaves JUnit XML of each ring in `target/junit`. A ring that cannot run
//! counts as one failed test: nothing is ever skipped in silence.

mod browser;
mod junit;
mod rust;

use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// A kind of test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ring {
    /// `cargo test` of every crate.
    Rust,
    /// Playwright in Chromium.
    Browser,
}

impl Ring {
    /// All of them, cheapest first.
    pub const ALL: [Ring; 2] = [Ring::Rust, Ring::Browser];

    /// One word.
    pub const fn name(self) -> &'static str {
        match self {
            Ring::Rust => "rust",
            Ring::Browser => "browser",
        }
    }

    /// Runs it. JUnit XML is written even when tests fail.
    pub fn run(self, root: &Path) -> Tally {
        let began = Instant::now();
        let ran = match self {
            Ring::Rust => rust::run(root, &self.junit(root)),
            Ring::Browser => browser::run(root, &self.junit(root)),
        };
        let tally = ran.unwrap_or_else(|error| {
            eprintln!("{} cannot run: {error:#}", self.name());
            Tally { passed: 0, failed: 1 }
        });
        eprintln!("{}: {tally} ({:.0} s)", self.name(), began.elapsed().as_secs_f64());
        tally
    }

    /// Where its JUnit XML goes.
    pub fn junit(self, root: &Path) -> PathBuf {
        root.join("target/junit").join(format!("{}.xml", self.name()))
    }
}

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, and rings that could not run.
    pub failed: u32,
}

impl Tally {
    /// Both together.
    pub fn plus(self, other: Tally) -> Tally {
        Tally { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// Whether there was something to pass, and all of it did.
    pub fn is_green(self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs `rings` (none given: all) and prints the closing line.
pub fn test(root: &Path, rings: &[Ring]) -> ExitCode {
    let rings = if rings.is_empty() { &Ring::ALL[..] } else { rings };
    let tally = rings.iter().map(|ring| ring.run(root)).fold(Tally::default(), Tally::plus);
    println!("{tally}");
    if tally.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
