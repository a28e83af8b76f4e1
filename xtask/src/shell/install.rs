//! What must be on the machine: installed where we can (rustup, npm, and apt as root on Debian and its kin), else
//! asked for with the exact command.

use super::Shell;
use anyhow::{Result, bail};
use std::path::Path;

/// The wasm target of the pinned toolchain.
pub fn wasm_target(root: &Path) -> Result<()> {
    let mut rustup = Shell::of("rustup");
    let Ok(installed) = rustup.folder(root).args(["target", "list", "--installed"]).read("rustup") else {
        eprintln!("no rustup: taking the wasm32-unknown-unknown target as given");
        return Ok(());
    };
    if installed.lines().any(|line| line == "wasm32-unknown-unknown") {
        return Ok(());
    }
    let mut rustup = Shell::of("rustup");
    rustup.folder(root).args(["target", "add", "wasm32-unknown-unknown"]).run("adding the wasm target")
}

/// Whether `wasm-opt` is there, after an attempt to bring it.
pub fn wasm_opt() -> Result<bool> {
    if has("wasm-opt") {
        return Ok(true);
    }
    Ok(apt(&["binaryen"]).is_ok() && has("wasm-opt"))
}


/// Whether `program` can be run.
pub fn has(program: &str) -> bool {
    Shell::of("sh").args(["-c", "command -v \"$0\"", program]).succeeds()
}

/// Installs Debian packages; as anybody but root it says what to run.
pub fn apt(packages: &[&str]) -> Result<()> {
    let is_root = Shell::of("sh").args(["-c", "test \"$(id -u)\" = 0"]).succeeds();
    if !is_root || !has("apt-get") {
        bail!("please run: {}", command(packages));
    }
    Shell::of("apt-get").args(["update", "-qq"]).run("reading package lists")?;
    let mut apt = Shell::of("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
    apt.run(&format!("installing {}", packages.join(", ")))
}

fn command(packages: &[&str]) -> String {
    format!("sudo apt-get install {}", packages.join(" "))
}
