//! The tasks of this workspace: one command a job, the same on a desk and in CI.
//!
//! Rooms: [`client`] (builds the web app), [`suite`] (runs and counts all tests), [`lints`], [`golden`] (made-up
//! iterations), [`record`] (tells
//! Mission Control about this project itself), [`ci`] (all of these in order), [`bench`] (figures against their
//! bars), [`fuzz`] (hostile files for the importers), [`shell`] (other programs).

mod bench;
mod ci;
mod client;
mod fuzz;
mod golden;
mod lints;
mod record;
mod shell;
mod suite;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, tests, measures and shows Mission Control")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the web client.
    Build {
        /// Fast and large instead of small.
        #[arg(long)]
        dev: bool,
    },
    /// Build everything and run `mission demo`.
    Demo {
        /// Passed on to `mission demo`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Run every test: Rust, wasm32 and the browser; closes with the line `N passed, N failed`.
    Test {
        /// Only these rings.
        #[arg(value_enum)]
        rings: Vec<suite::Ring>,
    },
    /// Write the golden sets, or check that those committed are what would be written.
    Golden {
        /// Compare only.
        #[arg(long)]
        check: bool,
    },
    /// Check formatting and lints, natively and for wasm32.
    Lints,
    /// What CI runs: lints and tests, recorded as an iteration, and its verdict.
    Ci {
        /// Also keep the recorded iteration as a golden set below this folder, named as the iteration is.
        #[arg(long)]
        keep: Option<PathBuf>,
    },
    /// Feed hostile files to every importer, and fail if one breaks.
    Fuzz(fuzz::Options),
    /// Measure something and hold it against its bar.
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> Result<ExitCode> {
    let root = root()?;
    match Args::parse().task {
        Task::Bench(bench) => bench::run(&root, &bench)?,
        Task::Build { dev } => {
            client::build(&root, if dev { client::Profile::Dev } else { client::Profile::Release })?;
        }
        Task::Fuzz(options) => fuzz::run(&root, &options)?,
        Task::Demo { args } => demo(&root, &args)?,
        Task::Test { rings } => return Ok(suite::test(&root, &rings)),
        Task::Golden { check } => golden::run(&root, check)?,
        Task::Lints => lints::run(&root)?,
        Task::Ci { keep } => return ci::run(&root, keep.as_deref()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds client and server as people get them, and runs the demo until it is stopped.
fn demo(root: &Path, args: &[String]) -> Result<()> {
    let client = client::build(root, client::Profile::Release)?;
    let mut cargo = shell::Shell::cargo(root);
    cargo.env("MISSION_CLIENT", client);
    cargo.args(["build", "--release", "--locked", "--package", "server"]).run("building the server")?;
    shell::Shell::of(root.join("target/release/mission")).arg("demo").args(args).run("mission demo")
}

/// The workspace's folder.
fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).context("xtask lies in the workspace")
}
