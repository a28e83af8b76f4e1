//! The real program in Chromium, driven by Playwright (`end2end/`), with the client as people get it.

use super::Tally;
use crate::client;
use crate::shell::{Shell, install};
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Builds client and server, runs the browser tests; JUnit XML goes to `junit`.
pub fn run(root: &Path, junit: &Path) -> Result<Tally> {
    client::build(root, client::Profile::Release)?;
    let mut cargo = Shell::cargo(root);
    cargo.args(["build", "--locked", "--package", "server"]).run("building the server")?;
    let chromium = install::chromium()?;
    let folder = root.join("end2end");
    install::npm(&folder)?;

    let report = root.join("target/end2end/report.json");
    let _gone = fs::remove_file(&report);
    let mut playwright = Shell::of("npx");
    playwright.folder(&folder).args(["--no-install", "playwright", "test"]);
    playwright.env("CHROMIUM", chromium).env("MISSION", root.join("target/debug/mission"));
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report).env("PLAYWRIGHT_JUNIT_OUTPUT_NAME", junit);
    let ran = playwright.run("testing in the browser");
    let report = fs::read(&report).with_context(|| match &ran {
        Ok(()) => "Playwright left no report".to_owned(),
        Err(error) => format!("Playwright left no report: {error:#}"),
    })?;
    tally(&serde_json::from_slice(&report).context("Playwright's report")?)
}

/// Counts of Playwright's JSON report; errors outside tests and flaky ones count as failed.
fn tally(report: &Value) -> Result<Tally> {
    let count = |name: &str| report["stats"][name].as_u64().with_context(|| format!("no stats.{name}"));
    let outside = report["errors"].as_array().map_or(0, Vec::len) as u64;
    let failed = count("unexpected")? + count("flaky")? + count("skipped")? + outside;
    Ok(Tally { passed: u32::try_from(count("expected")?)?, failed: u32::try_from(failed)? })
}
