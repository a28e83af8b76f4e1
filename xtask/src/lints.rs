//! Formatting and lints: natively for everything, and for wasm32 what runs in the browser. Warnings are errors.

use crate::shell::{Shell, install};
use anyhow::Result;
use std::path::Path;

/// Runs all of them; the first that complains ends it.
pub fn run(root: &Path) -> Result<()> {
    format(root)?;
    native(root)?;
    wasm(root)
}

/// Whether every file is formatted.
pub fn format(root: &Path) -> Result<()> {
    Shell::cargo(root).args(["fmt", "--all", "--check"]).run("checking the format")
}

/// Lints of everything that runs natively, tests included.
pub fn native(root: &Path) -> Result<()> {
    let mut cargo = Shell::cargo(root);
    cargo.args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    cargo.run("linting")
}

/// Lints of the client as the browser gets it, in the client's own target folder.
pub fn wasm(root: &Path) -> Result<()> {
    install::wasm_target(root)?;
    let mut cargo = Shell::cargo(root);
    cargo.args(["clippy", "--package", "app", "--features", "hydrate", "--locked"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(root.join("target/client"));
    cargo.args(["--", "-D", "warnings"]).run("linting the client")
}
