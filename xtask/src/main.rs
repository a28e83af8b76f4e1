//! The tasks of this workspace: one command a job, the same on a desk and in CI.

mod client;
mod shell;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};

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
}

fn main() -> Result<()> {
    let root = root()?;
    match Args::parse().task {
        Task::Build { dev } => {
            client::build(&root, if dev { client::Profile::Dev } else { client::Profile::Release })
        }
    }
}

/// The workspace's folder.
fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).context("xtask lies in the workspace")
}
