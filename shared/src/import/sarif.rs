//! SARIF 2.1.0: results as violations, rules, runs of the tool, and graphs as modules and imports.
//!
//! A result of kind `fail` is a violation as severe as its level (its own, else the run's override, else the
//! rule's, else warning); one to `review` or `open` is noted, and what `pass`es is none. A result is suppressed
//! only if one of its suppressions is accepted or has no status and none is rejected: beside a rejection the
//! standard leaves it to the consumer, and ours stay visible. What was found before and is `absent` now is
//! resolved. A result is known by its fingerprint, else by rule, place and message, never by its line.
//!
//! A file is a picture of its tools unless a run says that it failed or gives no results. Results of several runs
//! stand in one batch. Not read: code flows, stacks, fixes, taxonomies, graphs of single results; they are noted.

mod finding;
mod graph;
mod identity;
mod level;
mod log;
mod place;
mod rules;
mod run;

use super::batch::Writer;
use super::document::{Broken, Lines, check_depth, parse};
use super::look::{Fit, Look};
use log::{Log, Run};
use std::collections::BTreeSet;

/// Whether a file is a SARIF log of the version we read.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    let version = match look {
        Look::Json(keys) => keys.text("version").unwrap_or(""),
        _ => "",
    };
    look.json(&["version", "runs"], &[])
        .and(is_known(version), || format!("is version 2.1.0, and the file's is {version:?}"))
}

fn is_known(version: &str) -> bool {
    version == "2.1" || version.starts_with("2.1.")
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    check_depth(text)?;
    let log: Log<'_> =
        parse(text).map_err(|(line, reason)| Broken::at(line + 1, format!("not a SARIF log: {reason}")))?;
    if !is_known(&log.version) {
        let version = super::clean::clip(&log.version, 40);
        return Err(Broken::at(1, format!("version: {version:?}, only \"2.1.0\" is read")));
    }
    let mut lines = Lines::of(text);
    let mut runs = Vec::new();
    let mut complete = true;
    for (n, raw) in log.runs.iter().enumerate() {
        let line = lines.line_of(raw.get());
        match parse::<Run<'_>>(raw.get()) {
            Ok(run) => runs.push((line, run)),
            Err((offset, reason)) => {
                writer.issues.reject(line + offset, format!("runs[{n}]: {reason}"));
                complete = false;
            }
        }
    }
    if log.inline_external_properties.is_some() {
        writer.issues.flaw(1, "inlineExternalProperties: not read, so what they hold is left out");
        complete = false;
    }
    for (line, run) in &runs {
        complete &= run::is_complete(*line, run, writer);
    }
    if complete {
        writer.picture(&scope(&runs));
    }
    let mut declared = BTreeSet::new();
    for (n, (line, run)) in runs.iter().enumerate() {
        run::take(n, *line, run, &mut declared, &mut lines, writer);
    }
    Ok(())
}

/// The tools of the file, each with the category of its run: what a picture of it is about.
fn scope(runs: &[(u64, Run<'_>)]) -> String {
    let tool = |(_, run): &(u64, Run<'_>)| {
        let category = run.automation_details.as_ref().and_then(|it| it.id.as_deref());
        // The last part of the id tells runs of one category apart.
        match category.and_then(|id| id.rsplit_once('/')).filter(|(category, _)| !category.is_empty()) {
            Some((category, _)) => format!("{}/{category}", &*run.tool.driver.name),
            None => run.tool.driver.name.to_string(),
        }
    };
    let tools: Vec<String> = runs.iter().map(tool).collect::<BTreeSet<_>>().into_iter().collect();
    if tools.is_empty() { "sarif".to_owned() } else { format!("sarif:{}", tools.join("+")) }
}
