//! What must be on the machine: installed where we can (rustup, npm, and apt as root on Debian and its kin), else
//! asked for with the exact command.

use super::Shell;
use anyhow::{Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// The wasm target of the pinned toolchain.
pub fn wasm_target(root: &Path) -> Result<()> {
    rustup(root, "target", "wasm32-unknown-unknown")
}

/// The standard library's source of the pinned toolchain.
pub fn standard_library_source(root: &Path) -> Result<()> {
    rustup(root, "component", "rust-src")
}

/// What rustup calls a `kind` (`target`, `component`), for the pinned toolchain.
fn rustup(root: &Path, kind: &str, name: &str) -> Result<()> {
    let mut rustup = Shell::of("rustup");
    let Ok(installed) = rustup.folder(root).args([kind, "list", "--installed"]).read("rustup") else {
        eprintln!("no rustup: taking the {kind} {name} as given");
        return Ok(());
    };
    if installed.lines().any(|line| line == name) {
        return Ok(());
    }
    let mut rustup = Shell::of("rustup");
    rustup.folder(root).args([kind, "add", name]).run(&format!("adding the {kind} {name}"))
}

/// A program that `xtask/npm` pins: `esbuild`, and `wasm-opt`, because older ones, as distributions have them,
/// break tables of references.
pub fn pinned(root: &Path, name: &str) -> Result<PathBuf> {
    let folder = root.join("xtask/npm");
    npm(&folder)?;
    Ok(folder.join("node_modules/.bin").join(name))
}

/// Makes sure that `program` can be run, bringing it by Debian `packages` if it cannot.
pub fn program(program: &str, packages: &[&str]) -> Result<()> {
    if has(program) {
        return Ok(());
    }
    apt(packages)?;
    ensure!(has(program), "{program} is still missing after: {}", command(packages));
    Ok(())
}

/// PostgreSQL's server programs, which Debian keeps off the path.
pub fn postgres() -> Result<()> {
    let there =
        || has("initdb") || Shell::of("sh").args(["-c", "ls /usr/lib/postgresql/*/bin/initdb"]).succeeds();
    if there() {
        return Ok(());
    }
    apt(&["postgresql"])?;
    ensure!(there(), "initdb is still missing after: {}", command(&["postgresql"]));
    Ok(())
}

/// A Chromium to drive: the path of its program.
pub fn chromium() -> Result<String> {
    const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
    let name = match NAMES.into_iter().find(|name| has(name)) {
        Some(name) => name,
        None => {
            program(NAMES[0], &["chromium"])?;
            NAMES[0]
        }
    };
    let path = Shell::of("sh").args(["-c", "command -v \"$0\"", name]).read("finding Chromium")?;
    Ok(path.trim().to_owned())
}

/// The npm packages that `folder` locks, unless they are there.
pub fn npm(folder: &Path) -> Result<()> {
    program("npm", &["npm"])?;
    let locked = fs::metadata(folder.join("package-lock.json"))?.modified()?;
    let installed = fs::metadata(folder.join("node_modules/.package-lock.json"));
    if installed.is_ok_and(|kept| kept.modified().is_ok_and(|time| time >= locked)) {
        return Ok(());
    }
    let mut npm = Shell::of("npm");
    npm.folder(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm.args(["ci", "--no-audit", "--no-fund"]).run("installing npm packages")
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
