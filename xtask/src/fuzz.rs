//! Fuzzing: builds `strain` and lets it break each importer for a while; fails if one breaks.
//!
//! What a case is and what counts as broken stands in `xtask/strain`. Not here: anything to install.

use crate::shell::Shell;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};

/// What to fuzz, and for how long.
#[derive(Debug, Args)]
pub struct Options {
    /// Importers by format, or `auto`, `event`, `segment`, `policy`; all of them without.
    targets: Vec<String>,
    /// How long each: seconds (`90s`) or minutes (`2m`).
    #[arg(long, default_value = "2m", value_parser = seconds)]
    time: u64,
    /// Where chance starts; the same seed gives the same cases.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Seconds of a duration like `90s` or `2m`.
fn seconds(text: &str) -> Result<u64, String> {
    let (number, times) = match (text.strip_suffix('s'), text.strip_suffix('m')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 60),
        (None, None) => (text, 1),
    };
    let number: u64 = number.parse().map_err(|_| format!("not a duration: {text:?}; say 90s or 2m"))?;
    number.checked_mul(times).ok_or_else(|| format!("too long: {text:?}"))
}

/// Fuzzes one target after the other.
///
/// # Errors
/// A target broke, is unknown, or nothing could be built.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let strain = build(root)?;
    let known = Shell::of(&strain).arg("targets").read("asking for the targets")?;
    let targets: Vec<&str> = match options.targets.as_slice() {
        [] => known.lines().collect(),
        some => some.iter().map(String::as_str).collect(),
    };
    let unknown: Vec<&str> =
        targets.iter().filter(|target| !known.lines().any(|it| it == **target)).copied().collect();
    if !unknown.is_empty() {
        bail!("unknown: {}; known are {}", unknown.join(", "), known.lines().collect::<Vec<_>>().join(", "));
    }
    let mut broken = Vec::new();
    for target in targets {
        let mut fuzz = Shell::of(&strain);
        fuzz.args(["fuzz", target]).arg(options.time.to_string()).arg(options.seed.to_string());
        if let Err(error) = fuzz.run(&format!("fuzzing {target}")) {
            eprintln!("{error:#}; the case that ran is target/fuzz/{target}/current");
            broken.push(target);
        }
    }
    if !broken.is_empty() {
        bail!("broken: {}", broken.join(", "));
    }
    Ok(())
}

/// Builds `strain` for release: the program.
///
/// # Errors
/// It does not compile.
pub fn build(root: &Path) -> Result<PathBuf> {
    let mut cargo = Shell::cargo(root);
    cargo.args(["build", "--release", "--locked", "--package", "strain"]).run("building strain")?;
    let program = root.join("target/release/strain");
    program.is_file().then_some(program).context("target/release/strain was built")
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_seconds_or_minutes() {
        assert_eq!((seconds("90s"), seconds("2m"), seconds("7")), (Ok(90), Ok(120), Ok(7)));
        assert!(["", "m", "2h", "-1s"].iter().all(|text| seconds(text).is_err()));
    }
}
