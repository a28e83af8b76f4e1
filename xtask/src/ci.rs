//! What CI runs: every step in order, each recorded; then the recording is asked for its verdict.
//!
//! A failed step does not end the run: the others still tell what they know. The exit code is that of the steps
//! and tests; the verdict is printed, and the closing line counts tests.

use crate::record::{Recording, Step};
use crate::suite::{Ring, Tally};
use crate::{client, lints, record};
use anyhow::Result;
use std::path::Path;
use std::process::ExitCode;

/// Runs everything; with `keep` the recorded iteration stays as a golden set in that folder.
pub fn run(root: &Path, keep: Option<&Path>) -> Result<ExitCode> {
    let mut recording = Recording::start(root)?;
    let mut is_green = true;
    let mut step = |step: Step, run: &mut dyn FnMut() -> Result<()>| {
        is_green &= recording.step(step, run);
    };
    step(Step::new("format", "Check formatting", &[]), &mut || lints::format(root));
    step(Step::new("lint", "Lint natively", &["format"]), &mut || lints::native(root));
    step(Step::new("lint-client", "Lint for wasm32", &["format"]), &mut || lints::wasm(root));
    step(Step::new("client", "Build the web client", &["lint-client"]), &mut || {
        client::build(root, client::Profile::Release).map(drop)
    });
    let mut tally = Tally::default();
    for (ring, after) in [(Ring::Rust, &["lint", "client"][..]), (Ring::Browser, &["client"])] {
        let name = format!("Test: {}", ring.name());
        step(Step::new(&format!("test-{}", ring.name()), &name, after), &mut || {
            let ran = ring.run(root);
            tally = tally.plus(ran);
            anyhow::ensure!(ran.is_green(), "{ran}");
            Ok(())
        });
    }
    let told = record::tell(root, recording, keep);
    if let Err(error) = &told {
        eprintln!("cannot record this run: {error:#}");
    }
    println!("{tally}");
    let all = is_green && tally.is_green() && told.is_ok();
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
