//! What the palette offers, and what taking it does.

use super::search::{score, wanted};
use crate::browser;
use crate::clock;
use crate::keys::{Act, BINDINGS};
use crate::state::{Mission, Moment};
use leptos::prelude::{Callable, Set};
use shared::id::{EntityId, Kind, Name};
use shared::lens::Analysis;
use shared::playback::Command;
use shared::time::Time;
use std::cmp::Reverse;

/// Most rows shown.
const ROWS_MAX: usize = 40;

/// One thing to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Select it.
    Entity(EntityId),
    /// Do it.
    Act(Act),
    /// Go there.
    Time(Time),
    /// Open it.
    Iteration(Name),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is, in one word.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its key, or where it lies.
    pub hint: String,
    /// What taking it does.
    pub choice: Choice,
}

/// What fits `text`, best first. O(entities).
#[must_use]
pub fn choices(text: &str, analysis: &Analysis, moment: &Moment, others: &[Name]) -> Vec<Row> {
    let text = text.trim();
    let (only, text) = match text.chars().next() {
        Some(prefix @ ('>' | '#' | '@' | ':')) => (Some(prefix), text[1..].trim()),
        _ => (None, text),
    };
    let asked = wanted(text);
    let mut rows: Vec<(i32, Row)> = Vec::new();
    let mut offer = |row: Row| {
        if let Some(score) = score(&asked, &row.name) {
            rows.push((score, row));
        }
    };
    if matches!(only, None | Some('>')) {
        commands().for_each(&mut offer);
    }
    let wants_kind = |kind: Kind| match only {
        None => !asked.is_empty(),
        Some('#') => kind == Kind::Scenario,
        Some('@') => kind == Kind::Module,
        Some(_) => false,
    };
    analysis.scene.entities.values().filter(|entity| wants_kind(entity.id.kind)).for_each(|entity| {
        let name = entity.name.clone().unwrap_or_else(|| entity.id.key.clone());
        let hint = entity.group.clone().unwrap_or_default();
        offer(Row { kind: entity.id.kind.as_str(), name, hint, choice: Choice::Entity(entity.id.clone()) });
    });
    if only.is_none() {
        others.iter().for_each(|name| {
            let choice = Choice::Iteration(name.clone());
            offer(Row { kind: "iteration", name: name.to_string(), hint: String::new(), choice });
        });
    }
    shared::order::sort_by(&mut rows, |a, b| (Reverse(a.0), &a.1.name).cmp(&(Reverse(b.0), &b.1.name)));
    let time = matches!(only, None | Some(':')).then(|| time_row(text, moment)).flatten();
    time.into_iter().chain(rows.into_iter().map(|(_, row)| row)).take(ROWS_MAX).collect()
}

fn time_row(text: &str, moment: &Moment) -> Option<Row> {
    let text = text.strip_prefix("go ").unwrap_or(text);
    let time = clock::typed(text, moment.as_of.valid, moment.now)?;
    let name = format!("Go to {}", clock::full(time));
    Some(Row { kind: "time", name, hint: String::new(), choice: Choice::Time(time) })
}

/// Every command with its key.
fn commands() -> impl Iterator<Item = Row> {
    let shown = BINDINGS.iter().filter(|binding| !matches!(binding.act, Act::Palette | Act::Escape));
    let bound = shown.map(|binding| (binding.act, binding.words, binding.shown));
    bound.chain([(Act::Theme, "Next theme: auto, light, dark", "")]).map(|(act, words, key)| Row {
        kind: "command",
        name: words.to_owned(),
        hint: key.to_owned(),
        choice: Choice::Act(act),
    })
}

/// Does what was chosen.
pub(super) fn take(mission: Mission, choice: Choice) {
    match choice {
        Choice::Entity(id) => {
            mission.inspector.set(true);
            mission.focus.select.run(Some(id));
        }
        Choice::Act(act) => crate::action::perform(mission, act),
        Choice::Time(time) => mission.obey(Command::SeekValid(time)),
        Choice::Iteration(name) => browser::open(&format!("/i/{name}")),
    }
}
