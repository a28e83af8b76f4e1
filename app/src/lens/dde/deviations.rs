//! Deviations from the plan and retry storms as tables: all of what the remarks name a few of.

use super::lanes::pips;
use crate::lens::figure::{clock, counted, micros};
use crate::lens::mark::Mark;
use crate::lens::name_of;
use crate::table::{Cell, Column, Row, Rows, Table};
use shared::id::EntityId;
use shared::lens::Analysis;
use shared::lens::dde::Task;
use shared::order::Map;

/// Tries of a task in a cell.
const PIPS_MAX: usize = 7;

/// Tasks that differ from the plan, that started too early, or that wait for each other, and how.
pub(super) fn deviations(analysis: &Analysis) -> Table {
    let (dde, plan) = (&analysis.dde, &analysis.dde.plan);
    let tasks: Map<&EntityId, &Task> = dde.tasks.iter().map(|task| (&task.id, task)).collect();
    let mut rows = Rows::default();
    let mut push = |id: &EntityId, how: String| {
        let mark = tasks.get(id).map(|task| Mark::of_task(task.state));
        let key = [&id.to_string(), " ", &how].concat();
        let cells = vec![Cell::Text(how)];
        let name = name_of(analysis, id);
        rows.push(Row { key, id: Some(id.clone()), mark, name, cells, ..Row::default() });
    };
    for (circle, n) in dde.cycles.iter().zip(1_u32..) {
        let many = counted(circle.len(), "task", "tasks");
        circle.iter().for_each(|id| push(id, ["waits in circle ", &n.to_string(), " of ", &many].concat()));
    }
    for early in &plan.out_of_order {
        let by = early.by_us.map(|us| [&micros(us), " "].concat()).unwrap_or_default();
        let before = name_of(analysis, &early.before);
        push(&early.task, ["started ", &by, "before ", &before, " had ended"].concat());
    }
    plan.unexpected.iter().for_each(|id| push(id, "ran without being planned".to_owned()));
    let missing = if plan.open { "planned, not tried yet" } else { "planned and never tried" };
    plan.missing.iter().for_each(|id| push(id, missing.to_owned()));
    let columns = vec![Column::new("Task", "head"), Column::new("How", "text-col")];
    Table { caption: "Deviations from the plan".to_owned(), columns, rows: rows.done() }
}

/// Retry storms, each with the tasks that were tried again.
pub(super) fn storms(analysis: &Analysis) -> Table {
    let tasks: Map<&EntityId, &Task> = analysis.dde.tasks.iter().map(|task| (&task.id, task)).collect();
    let mut rows = Rows::default();
    for (storm, n) in analysis.dde.storms.iter().zip(1_u32..) {
        let n = n.to_string();
        let name = [&clock(storm.from), " to ", &clock(storm.to)].concat();
        let (retries, starts) = (storm.retries.to_string(), storm.starts.to_string());
        let error = storm.error.as_ref().map_or_else(String::new, |error| [": ", error].concat());
        rows.group(&n, &name, [&retries, " of ", &starts, " starts were retries", &error].concat());
        for id in &storm.tasks {
            let task = tasks.get(id);
            rows.push(Row {
                key: [&n, " ", &id.to_string()].concat(),
                id: Some(id.clone()),
                mark: task.map(|task| Mark::of_task(task.state)),
                name: name_of(analysis, id),
                cells: task.map(|task| pips(&task.attempts, PIPS_MAX)).into_iter().collect(),
                ..Row::default()
            });
        }
    }
    let columns = vec![Column::new("Tried again", "head"), Column::new("Tries", "pips-col")];
    Table { caption: "Retry storms".to_owned(), columns, rows: rows.done() }
}
