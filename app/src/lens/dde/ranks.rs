//! Tasks in columns by rank: what depends on nothing left, what waits for it to the right.

use crate::lens::Focus;
use crate::lens::figure::counted;
use crate::lens::link::entity_link;
use crate::lens::mark::Mark;
use crate::table::nearness;
use leptos::prelude::*;
use shared::id::EntityId;
use shared::lens::Analysis;
use shared::lens::dde::TaskState;
use shared::order::Map;
use std::sync::Arc;

/// Tasks drawn in one column; the rest is counted.
const COLUMN_MAX: usize = 24;

/// What a chip shows.
#[derive(Debug, Clone, PartialEq)]
struct Chip {
    id: EntityId,
    name: String,
    state: TaskState,
    tries: usize,
}

/// A rank with what it holds.
#[derive(Debug, Clone, PartialEq)]
struct Rank {
    rank: u32,
    chips: Vec<Chip>,
    hidden: usize,
}

fn ranks(analysis: &Analysis) -> Vec<Rank> {
    let mut by_rank: Map<u32, Vec<Chip>> = Map::new();
    for task in &analysis.dde.tasks {
        by_rank.entry(task.rank).or_default().push(Chip {
            id: task.id.clone(),
            name: task.name.clone(),
            state: task.state,
            tries: task.attempts.len(),
        });
    }
    let rank = |(rank, mut chips): (u32, Vec<Chip>)| {
        let hidden = chips.len().saturating_sub(COLUMN_MAX);
        if hidden > 0 {
            // What must not be hidden comes first; else the order stays.
            shared::order::sort_by_key(&mut chips, |chip| {
                chip.state == TaskState::Tried(shared::event::Outcome::Passed)
            });
            chips.truncate(COLUMN_MAX);
        }
        Rank { rank, chips, hidden }
    };
    by_rank.into_iter().map(rank).collect()
}

/// The columns.
pub(super) fn ranks_view(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let ranks = Memo::new(move |_| analysis.with(|analysis| ranks(analysis)));
    view! { <ol class="ranks">{move || ranks.with(|ranks| rank_views(ranks, focus))}</ol> }.into_any()
}

fn rank_views(ranks: &[Rank], focus: Focus) -> Vec<AnyView> {
    ranks.iter().map(|rank| rank_view(rank, focus)).collect()
}

fn rank_view(rank: &Rank, focus: Focus) -> AnyView {
    let title = ["Rank ", &rank.rank.to_string()].concat();
    let n = counted(rank.chips.len() + rank.hidden, "task", "tasks");
    let mut chips: Vec<AnyView> = rank.chips.iter().map(|chip| chip_view(chip, focus)).collect();
    if rank.hidden > 0 {
        let more = ["and ", &counted(rank.hidden, "more task", "more tasks")].concat();
        chips.push(view! { <li class="muted">{more}</li> }.into_any());
    }
    view! { <li><h4><b>{title}</b>" "{n}</h4><ul>{chips}</ul></li> }.into_any()
}

fn chip_view(chip: &Chip, focus: Focus) -> AnyView {
    let id = chip.id.clone();
    let tries = if chip.tries > 1 { ["×", &chip.tries.to_string()].concat() } else { String::new() };
    let heard =
        if chip.tries > 1 { [" ", &counted(chip.tries, "try", "tries")].concat() } else { String::new() };
    let (name, title) = (chip.name.clone(), chip.name.clone());
    let content = view! {
        {Mark::of_task(chip.state).shape_view()}
        <span class="name" title=title>{name}</span>
        <span class="tries" aria-hidden="true">{tries}</span>
        <span class="visually-hidden">{heard}</span>
    }
    .into_any();
    view! { <li data-lit=move || nearness(focus, &id)>{entity_link(&chip.id, "node-link", content, focus)}</li> }
        .into_any()
}
