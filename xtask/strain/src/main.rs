//! Importers under strain: hostile files until one breaks them ([`fuzz`]), ordinary ones against the clock
//! ([`speed`]) and against memory ([`weight`]).
//!
//! Run by `cargo xtask fuzz` and `cargo xtask bench import`, which build it for release and hold its figures against
//! their bars. A program of its own so that nothing but `shared` is built with it, and because its allocator counts
//! ([`memory`]). Figures go to standard output as JSON, everything else to standard error.

mod chance;
mod corpus;
mod fuzz;
mod judge;
mod memory;
mod mutate;
mod ordinary;
mod shrink;
mod speed;
mod target;
mod weight;

use anyhow::{Context, Result, bail};
use std::process::ExitCode;
use std::time::Duration;
use target::Target;

const USAGE: &str = "usage: strain fuzz TARGET SECONDS SEED | judge TARGET FILE | targets | speed BYTES [FORMAT…] \
     | ordinary FORMAT BYTES FILE | weigh FORMAT FILE";

fn main() -> Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["fuzz", target, seconds, seed] => {
            let time = Duration::from_secs(seconds.parse().context("seconds")?);
            return fuzz::run(Target::parse(target)?, time, seed.parse().context("a seed")?);
        }
        ["judge", target, file] => return fuzz::judge_file(Target::parse(target)?, file.as_ref()),
        ["targets"] => Target::all().iter().for_each(|target| println!("{target}")),
        ["speed", bytes, formats @ ..] => {
            println!("{}", speed::run(bytes.parse().context("bytes")?, formats)?);
        }
        ["ordinary", format, bytes, file] => {
            let text = ordinary::file(format, bytes.parse().context("bytes")?)?;
            std::fs::write(file, text)?;
        }
        ["weigh", format, file] => println!("{}", weight::run(format, file.as_ref())?),
        _ => bail!(USAGE),
    }
    Ok(ExitCode::SUCCESS)
}
