//! One run: whether it says all there is, its rules, results and graphs, and how the tool itself fared.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::{Lines, Text};
use super::finding::Findings;
use super::graph;
use super::log::{Invocation, Run};
use super::place::Places;
use super::rules::Rules;
use crate::event::data::{RuleDeclared, RunFinished, RunStarted};
use crate::event::{Data, Outcome};
use crate::id::Stream;
use crate::time::Time;
use std::collections::BTreeSet;

/// Whether the run gives all that its tool found; what keeps it from that is reported.
pub(super) fn is_complete(line: u64, run: &Run<'_>, writer: &mut Writer<'_>) -> bool {
    let mut complete = true;
    if run.results.is_none() {
        writer.issues.note(line, "results: missing, so the run does not say what was found");
        complete = false;
    }
    if run.external_property_file_references.is_some() {
        let reason = "externalPropertyFileReferences: not read, so what those files hold is left out";
        writer.issues.flaw(line, reason);
        complete = false;
    }
    if failed(run) {
        writer.issues.note(line, "executionSuccessful: false, so what was found may not be all there is");
        complete = false;
    }
    for (property, given) in [("taxonomies", run.taxonomies.is_some()), ("policies", run.policies.is_some())]
    {
        if given {
            writer.issues.note(line, format!("{property}: not read"));
        }
    }
    complete
}

/// States what run number `n` says.
pub(super) fn take(
    n: usize,
    line: u64,
    run: &Run<'_>,
    declared: &mut BTreeSet<String>,
    lines: &mut Lines<'_>,
    writer: &mut Writer<'_>,
) {
    let rules = Rules::of(run, lines, writer);
    let places = Places::of(run);
    for rule in rules.all() {
        if declared.insert(rule.id.clone()) {
            let (severity, text) = (rule.severity, rule.text.clone());
            let data = RuleDeclared { rule: rule.id.clone(), severity, text, governs: vec![] };
            writer.state(line, None, &Data::RuleDeclared(data));
        }
    }
    let ended_at = tool_run(n, line, run, writer);
    let mut findings = Findings::of(run, &rules, &places, ended_at);
    for raw in run.results.iter().flatten() {
        findings.take(raw, lines, writer);
    }
    for (rule, severity) in findings.close(lines, writer) {
        if declared.insert(rule.clone()) {
            let data = RuleDeclared { rule, severity, text: None, governs: vec![] };
            writer.state(line, None, &Data::RuleDeclared(data));
        }
    }
    graph::take(run.graphs.as_deref().unwrap_or(&[]), &places, lines, writer);
}

fn failed(run: &Run<'_>) -> bool {
    run.invocations.iter().flatten().any(|it| it.execution_successful == Some(false))
}

/// States the tool's own run, if the file tells of it, and returns when it ended.
fn tool_run(n: usize, line: u64, run: &Run<'_>, writer: &mut Writer<'_>) -> Option<Time> {
    let invocations = run.invocations.as_deref().filter(|list| !list.is_empty())?;
    let mut instant = |field: &str, text: &Option<Text<'_>>| match clean::instant(text.as_deref()?) {
        Ok((time, _)) => Some(time),
        Err(reason) => {
            writer.issues.flaw(line, format!("{field}: {reason}"));
            None
        }
    };
    let started_at = invocations.iter().filter_map(|it| instant("startTimeUtc", &it.start_time_utc)).min();
    let ended_at = invocations.iter().filter_map(|it| instant("endTimeUtc", &it.end_time_utc)).max();
    let details = run.automation_details.as_ref();
    let own = details.and_then(|it| it.guid.as_deref().or(it.id.as_deref()));
    let key = writer.run_key(own);
    let key = if n == 0 { Some(key) } else { clean::key(&format!("{key} #{}", n + 1)) };
    let key = key?;
    let commit = run.version_control_provenance.iter().flatten().find_map(|it| it.revision_id.as_deref());
    let commit = commit.and_then(clean::name);
    if started_at.is_some() {
        let name = clean::name(&run.tool.driver.name);
        let data = RunStarted { stream: Stream::Acc, run: key.clone(), name, commit: commit.clone() };
        writer.state(line, started_at, &Data::RunStarted(data));
    }
    // A tool that broke off has neither passed nor failed anything.
    let outcome = if failed(run) { Outcome::Unknown } else { Outcome::Passed };
    let data = RunFinished {
        stream: Stream::Acc,
        run: key,
        outcome,
        started_at: None,
        reason: failed(run).then(|| why_failed(invocations)),
        commit,
    };
    writer.state(line, ended_at.or(started_at), &Data::RunFinished(data));
    ended_at
}

fn why_failed(invocations: &[Invocation<'_>]) -> String {
    let mut why = "the tool says that its execution was not successful".to_owned();
    for invocation in invocations.iter().filter(|it| it.execution_successful == Some(false)) {
        if let Some(code) = invocation.exit_code {
            why.push_str(&format!(", exit code {code}"));
        }
        let told = invocation.exit_code_description.as_deref().or_else(|| {
            let notes = invocation.tool_execution_notifications.iter().flatten();
            let mut errors = notes.filter(|note| note.level.as_deref() == Some("error"));
            errors.find_map(|note| note.message.as_ref()?.text.as_deref())
        });
        if let Some(told) = told.filter(|told| !told.trim().is_empty()) {
            why.push_str(&format!(": {}", told.trim()));
        }
    }
    clean::clip(&why, clean::REASON_BYTES_MAX).to_owned()
}
