//! Stage: sets the scene from the winners. Each file below fills one part; this one walks the subjects once.
//!
//! Subjects come in their natural order, entities before their tries, so everything ends up sorted without a
//! sort over the whole. O(winners · log).

mod attempts;
mod entities;
mod records;
mod runs;

use super::rows::NONE;
use super::scene::{OpenBatch, Picture};
use super::{Graph, Scene, State};
use crate::event::{Facet, Subject, Value};
use crate::id::Kind;
use crate::order::{Map, Set};
use crate::time::{Position, Time};

/// The winner of one cell.
pub(super) struct Held<'a> {
    facet: Facet,
    qualifier: &'a str,
    value: Value,
    valid: Time,
    position: Position,
    /// Position since which it says this.
    since: Position,
    /// Whether it had said something else.
    changed: bool,
}

/// The winners of one subject by facet, then qualifier number.
pub(super) type Winners<'a> = Vec<Held<'a>>;

/// Builds the scene of `state`.
pub(super) fn scene(graph: &Graph, state: &State) -> Scene {
    let mut scene = Scene {
        as_of: state.as_of,
        iteration: records::unknown_iteration(),
        entities: Map::new(),
        links: Vec::new(),
        runs: Vec::new(),
        pictures: pictures(graph, state),
        open_batches: open_batches(graph, state),
        ledger: Vec::new(),
        revoked: Set::new(),
        fixes: Map::new(),
        context: Map::new(),
    };
    let mut tries = Map::new();
    for (subject, number) in graph.cells.subjects() {
        let winners = winners_of(graph, state, number);
        if winners.is_empty() {
            continue;
        }
        match subject {
            Subject::Iteration => scene.iteration = records::iteration(winners),
            Subject::Entity(id) => {
                if let Some(mut entity) = entities::entity(id, winners) {
                    if entity.locked_at.is_some() {
                        entity.locks = locks(graph, state, number);
                    }
                    scene.entities.insert(entity.id.clone(), entity);
                }
            }
            Subject::Attempt(attempt) => {
                if scene.entities.contains_key(&attempt.of) {
                    let of: &mut Vec<_> = tries.entry(&attempt.of).or_default();
                    of.extend(attempts::attempt(attempt, winners));
                }
            }
            Subject::Link(link) => scene.links.extend(entities::link(link, winners)),
            Subject::Run(stream, key) => scene.runs.extend(runs::explicit(*stream, key, winners)),
            Subject::Ledger(book, id) => records::record(&mut scene, *book, id, winners),
        }
    }
    for (id, tries) in tries {
        if let Some(entity) = scene.entities.get_mut(id) {
            entity.attempts = attempts::in_order(tries);
            runs::fill_commits(&scene.runs, id.kind, &mut entity.attempts);
        }
    }
    runs::add_implied(&mut scene);
    scene
}

fn winners_of<'a>(graph: &'a Graph, state: &State, subject: u32) -> Winners<'a> {
    // How long something has been said matters where links can grow stale.
    let traced = match graph.cells.subject(subject) {
        Subject::Entity(id) => {
            matches!(id.kind, Kind::Requirement | Kind::Spec | Kind::Scenario | Kind::Task | Kind::Contract)
        }
        Subject::Link(id) => id.kind.is_traced(),
        _ => false,
    };
    let query = graph.query(state);
    let held = graph.cells.of(subject).filter_map(|(cell, facet, qualifier)| {
        let (value, valid, position) = graph.value(state, cell)?;
        let (since, changed) = if traced {
            let (since, changed) = graph.rows.since(cell.0, state.winners[cell.0 as usize], &query);
            (Position::from(since), changed)
        } else {
            (position, false)
        };
        Some(Held { facet, qualifier: graph.texts.get(qualifier), value, valid, position, since, changed })
    });
    held.collect()
}

/// The instants at which a contract was locked, ascending, as far as the question goes.
fn locks(graph: &Graph, state: &State, contract: u32) -> Vec<Time> {
    let mut locks = Vec::new();
    let query = graph.query(state);
    for (cell, _, _) in graph.cells.of(contract).filter(|(_, facet, _)| *facet == Facet::LockedAt) {
        for (row, valid) in graph.rows.counting(cell.0, &query) {
            locks.extend(time(&graph.values.decode(&graph.texts, graph.rows.code(row), Time(valid))));
        }
    }
    crate::order::sort(&mut locks);
    locks.dedup();
    locks
}

/// The winning picture of every scope that has one, by scope.
fn pictures(graph: &Graph, state: &State) -> Vec<Picture> {
    let winners = graph.intake.scopes.iter().zip(&state.pictures).filter(|(_, lot)| **lot != NONE);
    let mut pictures: Vec<Picture> = winners
        .map(|(scope, lot)| {
            let lot = &graph.intake.lots[*lot as usize];
            Picture {
                scope: scope.name.to_string(),
                stream: lot.stream,
                batch: graph.intake.batches[lot.batch as usize].id.to_string(),
                valid: Time(lot.valid),
                position: Position::from(lot.known),
            }
        })
        .collect();
    crate::order::sort_by(&mut pictures, |a, b| a.scope.cmp(&b.scope));
    pictures
}

/// Batches that are known of but do not count, by id.
fn open_batches(graph: &Graph, state: &State) -> Vec<OpenBatch> {
    let seen = state.seen;
    let mut open = Vec::new();
    for (id, batch) in &graph.intake.batch_index {
        let batch = &graph.intake.batches[*batch as usize];
        let items = batch.items.partition_point(|position| *position <= seen) as u32;
        let closings = batch.announced.partition_point(|(position, _)| *position <= seen);
        let is_closed = batch.lots.iter().any(|lot| {
            let lot = &graph.intake.lots[*lot as usize];
            lot.known <= seen && seen < graph.rows.gate(lot.gate).dead
        });
        if !is_closed && (items > 0 || closings > 0) {
            let expected = closings.checked_sub(1).map(|last| batch.announced[last].1);
            open.push(OpenBatch { batch: id.to_string(), items, expected });
        }
    }
    open
}

/// The text of a value, if it is one.
fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// The instant of a value, if it is one.
fn time(value: &Value) -> Option<Time> {
    match value {
        Value::Time(time) => Some(*time),
        _ => None,
    }
}

/// The number of a value, if it is one that fits.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => u32::try_from(*number).ok(),
        _ => None,
    }
}
