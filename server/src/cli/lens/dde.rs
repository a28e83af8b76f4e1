//! The execution lens in the terminal.

use super::{duration, keys_in_cell, millis, outcome, tries};
use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table, harmless};
use shared::event::ContractState;
use shared::id::EntityId;
use shared::lens::Dde;
use shared::lens::dde::{TaskState, remarks, waiting_words};

pub(super) fn print(dde: &Dde, title: &str, out: &mut Out) -> Result<(), Failure> {
    out.line(title)?;
    for remark in remarks(dde, &key) {
        out.line(harmless(&remark))?;
    }
    if let (Some(length), false) = (dde.length_us, dde.critical_path.is_empty()) {
        let path: Vec<String> = dde.critical_path.iter().map(key).collect();
        let path = harmless(&path.join(" → "));
        out.line(format!("Critical path: {path}; the longest chain takes {}", micros(length)))?;
    }
    let mut tasks = Table::new(&[
        ("TASK", Align::Left),
        ("WORKFLOW", Align::Left),
        ("STATE", Align::Left),
        ("TRIES", Align::Left),
        ("LAST TOOK", Align::Right),
        ("BACKED OFF", Align::Right),
        ("SLACK", Align::Right),
        ("HELD UP BY", Align::Left),
    ]);
    for task in &dde.tasks {
        let state = match task.state {
            TaskState::Waiting => "waiting".to_owned(),
            TaskState::Tried(tried) => outcome(tried),
        };
        tasks.row([
            task.id.key.clone(),
            task.workflow.clone().unwrap_or_default(),
            state,
            tries(&task.attempts),
            duration(&task.attempts),
            task.times.backed_off_us.map(micros).unwrap_or_default(),
            task.schedule.map(|slot| micros(slot.slack_us)).unwrap_or_default(),
            keys_in_cell(&task.blocked_by, 3),
        ]);
    }
    section(&tasks, "no tasks", out)?;
    let mut waiting = Table::new(&[("WAITING TASK", Align::Left), ("BECAUSE", Align::Left)]);
    for task in dde.tasks.iter().filter(|task| !task.waits.is_empty()) {
        waiting.row([task.id.key.clone(), waiting_words(&task.waits, key)]);
    }
    section(&waiting, "", out)?;
    let mut contracts = Table::new(&[
        ("CONTRACT", Align::Left),
        ("STATE", Align::Left),
        ("LOCKED AFTER", Align::Right),
        ("LOCKED AGAIN", Align::Right),
        ("ALIGNED", Align::Left),
        ("HELD UP BY", Align::Left),
    ]);
    for contract in &dde.contracts {
        let state = match contract.state {
            ContractState::Proposed => "proposed",
            ContractState::Locked => "locked",
            ContractState::Broken => "broken",
        };
        contracts.row([
            contract.id.key.clone(),
            state.to_owned(),
            contract.lock_latency_ms.map(millis).unwrap_or_default(),
            if contract.relocks > 0 { contract.relocks.to_string() } else { String::new() },
            if contract.aligned { "yes" } else { "no" }.to_owned(),
            keys_in_cell(&contract.misaligned, 3),
        ]);
    }
    section(&contracts, "no contracts", out)?;
    let mut artifacts = Table::new(&[
        ("ARTIFACT", Align::Left),
        ("VERSION", Align::Left),
        ("MADE BY", Align::Left),
        ("FROM MODULES", Align::Right),
    ]);
    for artifact in &dde.artifacts {
        artifacts.row([
            artifact.id.key.clone(),
            artifact.version.clone().unwrap_or_default(),
            keys_in_cell(&artifact.produced_by, 3),
            artifact.modules.len().to_string(),
        ]);
    }
    section(&artifacts, "no artifacts", out)?;
    super::criteria("KEY FIGURE", &dde.kpis, out)
}

fn key(id: &EntityId) -> String {
    id.key.clone()
}

fn micros(micros: i64) -> String {
    millis(micros / 1_000)
}

/// A table after a blank line, or a word that there is nothing, if there is one for it.
pub(super) fn section(table: &Table, nothing: &str, out: &mut Out) -> Result<(), Failure> {
    if table.is_empty() && nothing.is_empty() {
        return Ok(());
    }
    out.line("")?;
    if table.is_empty() { out.line(nothing) } else { table.print(out) }
}
