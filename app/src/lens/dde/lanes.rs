//! Tries as bars on a time axis, one row a task: the tables of the execution lens and their drawings.

use super::tables::links;
use crate::lens::figure::{clock, counted, micros};
use crate::lens::mark::{Mark, pip_glyph};
use crate::lens::name_of;
use crate::table::{Cell, Column, Row, Rows, Table};
use shared::event::Outcome;
use shared::id::EntityId;
use shared::layout::execution::{Bar, Execution, Row as Lane, execution};
use shared::lens::Analysis;
use shared::lens::dde::{AttemptView, Task, waiting_words};
use shared::order::Map;
use std::fmt::Write;

/// Pips in a cell.
const PIPS_MAX: usize = 6;
/// Draws the gridlines of the heading.
const RULES: &str = "<use href=\"#dde-rules\"/>";
/// Labels beyond this have no room.
const LABEL_X_MAX: i32 = 9_100;
/// Bars narrower than this hold no number.
const NUMBER_MIN: i32 = 320;

/// Lanes alone.
pub(super) fn compact_table(analysis: &Analysis) -> Table {
    let laid = execution(&analysis.dde, analysis.scene.as_of.valid);
    let columns = vec![Column::new("Task", "head"), lane_column(&laid)];
    let rows = rows(analysis, &laid, false, |task, lane| vec![lane_cell(analysis, task, lane)]);
    Table { caption: caption(analysis), columns, rows }
}

/// Lanes with state, tries, slack and where waiting begins.
pub(super) fn full_table(analysis: &Analysis) -> Table {
    let laid = execution(&analysis.dde, analysis.scene.as_of.valid);
    let anybody_waits = analysis.dde.tasks.iter().any(|task| !task.blocked_by.is_empty());
    let mut columns = vec![
        Column::new("Task", "head"),
        Column::new("State", "state-col"),
        Column::new("Tries", "pips-col"),
        lane_column(&laid),
        Column::new("Took", "num"),
        Column::new("Slack", "num wide-only"),
    ];
    if anybody_waits {
        columns.push(Column::new("Held up by", "links-col"));
    }
    let rows = rows(analysis, &laid, true, |task, lane| {
        let mut cells = vec![
            Cell::Text(Mark::of_task(task.state).word.to_owned()),
            pips(&task.attempts, PIPS_MAX),
            lane_cell(analysis, task, lane),
            Cell::Text(task.times.span_us.map(micros).unwrap_or_default()),
            Cell::Text(slack(task)),
        ];
        if anybody_waits {
            cells.push(links(analysis, &task.blocked_by));
        }
        cells
    });
    Table { caption: caption(analysis), columns, rows }
}

fn caption(analysis: &Analysis) -> String {
    ["Tasks and their tries at ", &clock(analysis.scene.as_of.valid), " UTC"].concat()
}

/// The lane, and over one without tries why.
fn lane_cell(analysis: &Analysis, task: &Task, lane: &Lane) -> Cell {
    let waits = waiting_words(&task.waits, |id| name_of(analysis, id));
    let mut heard = spoken(task);
    if !waits.is_empty() {
        heard = [&heard, "; ", &waits].concat();
    }
    let note = if task.attempts.is_empty() { waits } else { String::new() };
    Cell::Drawing(heard, drawing(lane), note)
}

/// How much longer it could have taken; "none" where any delay makes the whole longer.
pub(crate) fn slack(task: &Task) -> String {
    match task.schedule.map(|slot| slot.slack_us) {
        None => String::new(),
        Some(0) => "none".to_owned(),
        Some(slack) => micros(slack),
    }
}

fn rows(
    analysis: &Analysis,
    laid: &Execution,
    with_notes: bool,
    cells: impl Fn(&Task, &Lane) -> Vec<Cell>,
) -> Vec<std::sync::Arc<Row>> {
    let tasks: Map<&EntityId, &Task> = analysis.dde.tasks.iter().map(|task| (&task.id, task)).collect();
    let mut rows = Rows::default();
    for workflow in &laid.workflows {
        let n = counted(workflow.rows.len(), "task", "tasks");
        match &workflow.name {
            Some(name) => rows.group(name, name, n),
            None if laid.workflows.len() > 1 => rows.group("", "outside of any workflow", n),
            None => {}
        }
        for lane in &workflow.rows {
            let Some(task) = tasks.get(&lane.id) else { continue };
            let mut row = Row::of(&lane.id, &lane.name, Mark::of_task(lane.state), cells(task, lane));
            row.mono = !lane.name.contains(' ');
            row.urgent = task.failed();
            if lane.critical && with_notes {
                row.note = "critical".to_owned();
            }
            rows.push(row);
        }
    }
    rows.done()
}

/// The newest tries as pips, `pips_max` at most; older ones are counted.
pub(in crate::lens) fn pips(attempts: &[AttemptView], pips_max: usize) -> Cell {
    let older = attempts.len().saturating_sub(pips_max);
    let mut drawn = String::new();
    if older > 0 {
        let _ = write!(drawn, "<span>+{older}</span>");
    }
    for attempt in attempts.iter().skip(older) {
        let Mark { shape, word } = Mark::of_outcome(attempt.outcome);
        let glyph = pip_glyph(attempt.outcome);
        let _ = write!(drawn, "<i data-s=\"{shape}\" title=\"try {}: {word}\">{glyph}</i>", attempt.n);
    }
    Cell::Pips(tries_spoken(attempts), drawn)
}

/// "3 tries: failed, failed, passed".
fn tries_spoken(attempts: &[AttemptView]) -> String {
    if attempts.is_empty() {
        return "not tried".to_owned();
    }
    let words: Vec<&str> =
        attempts.iter().take(20).map(|attempt| Mark::of_outcome(attempt.outcome).word).collect();
    [&counted(attempts.len(), "try", "tries"), ": ", &words.join(", ")].concat()
}

/// The lane of a task in words, with the times between.
fn spoken(task: &Task) -> String {
    let mut text = tries_spoken(&task.attempts);
    if let Some(waited) = task.times.backed_off_us.filter(|&us| us > 0) {
        text.push_str("; waited between tries ");
        text.push_str(&micros(waited));
    }
    text
}

fn lane_column(laid: &Execution) -> Column {
    Column { label: "Tries over time", class: "lane-col", drawing: axis(laid) }
}

/// Round times, and the gridlines that every lane uses again.
fn axis(laid: &Execution) -> String {
    let mut drawn = String::from("<defs><g id=\"dde-rules\">");
    for mark in &laid.marks {
        let x = Share(mark.x);
        let _ = write!(drawn, "<line class=\"rule\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"100%\"/>");
    }
    for (x, width) in &laid.folds {
        let (x, width) = (Share(*x), Share(*width));
        let _ = write!(drawn, "<rect class=\"fold\" x=\"{x}\" width=\"{width}\" height=\"100%\"/>");
    }
    drawn.push_str("</g></defs>");
    drawn.push_str(RULES);
    for mark in laid.marks.iter().filter(|mark| mark.x <= LABEL_X_MAX) {
        // Labels are digits, dashes and colons; for a date before the time there is no room.
        let (x, label) = (Share(mark.x), mark.label.rsplit(' ').next().unwrap_or_default());
        let _ = write!(drawn, "<text x=\"{x}\" dx=\"4\" y=\"13\">{label}</text>");
    }
    drawn
}

/// Gridlines, waiting, bars with their numbers.
fn drawing(lane: &Lane) -> String {
    let mut drawn = String::from(RULES);
    for (x, width) in &lane.waits {
        let (from, to) = (Share(*x), Share(x + width));
        let _ = write!(drawn, "<line class=\"idle\" x1=\"{from}\" x2=\"{to}\" y1=\"50%\" y2=\"50%\"/>");
    }
    let retried = lane.bars.len() > 1;
    for bar in &lane.bars {
        draw_bar(&mut drawn, bar, retried);
    }
    drawn
}

fn draw_bar(drawn: &mut String, bar: &Bar, retried: bool) {
    let shape = Mark::of_outcome(bar.outcome).shape;
    let radius =
        if matches!(bar.outcome, Outcome::Failed | Outcome::Error | Outcome::TimedOut) { 0 } else { 3 };
    let timed = if bar.timed { "" } else { " data-untimed=\"\"" };
    let (x, width) = (Share(bar.x), Share(bar.width));
    let _ = write!(
        drawn,
        "<rect class=\"bar\" data-s=\"{shape}\"{timed} x=\"{x}\" width=\"{width}\" y=\"4\" height=\"14\" rx=\"{radius}\"/>"
    );
    let glyph = pip_glyph(bar.outcome);
    if bar.width >= NUMBER_MIN && (retried || !glyph.is_empty()) {
        let middle = Share(bar.x + bar.width / 2);
        let _ = write!(drawn, "<text class=\"bar-n\" data-s=\"{shape}\" x=\"{middle}\" y=\"15\">");
        if retried {
            let _ = write!(drawn, "{}", bar.n);
        }
        if bar.width >= 2 * NUMBER_MIN || !retried {
            drawn.push_str(glyph);
        }
        drawn.push_str("</text>");
    }
}

/// A place in ten-thousandths of the width, written in percent.
struct Share(i32);

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(x) = self;
        write!(f, "{}.{:02}%", x.max(&0) / 100, x.max(&0) % 100)
    }
}
