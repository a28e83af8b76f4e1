//! Runs: those that an event opened or closed, and those that only their tries name.

use super::{Winners, text, time};
use crate::event::{Facet, Outcome, Value};
use crate::graph::scene::{Attempt, Run, Scene};
use crate::id::{Kind, Stream};
use crate::order::{Map, Set};

/// The run as run events tell it.
pub(super) fn explicit(stream: Stream, key: &str, winners: Winners<'_>) -> Option<Run> {
    let decided = winners.iter().find(|held| held.facet == Facet::Outcome)?;
    let Value::Outcome(outcome) = decided.value else { return None };
    let mut run = Run {
        stream,
        key: key.to_owned(),
        outcome,
        started_at: None,
        finished_at: outcome.is_final().then_some(decided.valid),
        name: None,
        commit: None,
        reason: None,
        explicit: true,
        position: decided.position,
    };
    for held in winners {
        match (held.facet, held.value) {
            (Facet::StartedAt, value) => run.started_at = time(&value),
            (Facet::Name, value) => run.name = text(value),
            (Facet::Commit, value) => run.commit = text(value),
            (Facet::Reason, value) => run.reason = text(value),
            _ => {}
        }
    }
    Some(run)
}

/// Gives tries that name no commit the one of their run. `runs` are those that events told, in the order of
/// stream and key. O(tries · log runs).
pub(super) fn fill_commits(runs: &[Run], kind: Kind, tries: &mut [Attempt]) {
    let Some(stream) = stream_of(kind) else { return };
    for attempt in tries.iter_mut().filter(|attempt| attempt.commit.is_none()) {
        let key = (stream, attempt.id.run.as_str());
        let found = runs.binary_search_by(|run| (run.stream, run.key.as_str()).cmp(&key));
        attempt.commit = found.ok().and_then(|at| runs[at].commit.clone());
    }
}

/// The stream in whose runs things of a kind are tried.
fn stream_of(kind: Kind) -> Option<Stream> {
    match kind {
        Kind::Task => Some(Stream::Dde),
        Kind::Scenario => Some(Stream::Bdv),
        _ => None,
    }
}

/// Adds the runs that tries name and no run event does, and sorts all by stream and key.
///
/// Such a run is open while any of its tries is. Closed, it failed if the last try of some task or scenario
/// in it did, and passed otherwise.
pub(super) fn add_implied(scene: &mut Scene) {
    let mut implied: Map<(Stream, &str), Run> = Map::new();
    for entity in scene.entities.values() {
        let Some(stream) = stream_of(entity.id.kind) else { continue };
        let mut later_in = Set::new();
        for attempt in entity.attempts.iter().rev() {
            let is_last = later_in.insert(attempt.id.run.as_str());
            let key = (stream, attempt.id.run.as_str());
            let run = implied.entry(key).or_insert_with(|| first_sight(stream, attempt));
            take_in(run, attempt, is_last);
        }
    }
    let explicit: Vec<(Stream, &str)> = scene.runs.iter().map(|run| (run.stream, run.key.as_str())).collect();
    let mut runs: Vec<Run> = implied
        .into_iter()
        .filter(|(key, _)| explicit.binary_search(key).is_err())
        .map(|(_, run)| run)
        .collect();
    for run in &mut runs {
        if run.outcome == Outcome::Running {
            run.finished_at = None;
        }
    }
    scene.runs.append(&mut runs);
    crate::order::sort_by(&mut scene.runs, |a, b| (a.stream, &a.key).cmp(&(b.stream, &b.key)));
}

fn first_sight(stream: Stream, attempt: &Attempt) -> Run {
    Run {
        stream,
        key: attempt.id.run.clone(),
        outcome: Outcome::Passed,
        started_at: None,
        finished_at: None,
        name: None,
        commit: None,
        reason: None,
        explicit: false,
        position: attempt.position,
    }
}

fn take_in(run: &mut Run, attempt: &Attempt, is_last: bool) {
    if !attempt.outcome.is_final() {
        run.outcome = Outcome::Running;
    } else if is_last && attempt.outcome.is_bad() && run.outcome != Outcome::Running {
        run.outcome = Outcome::Failed;
    }
    let began = [run.started_at, attempt.started_at.or(attempt.queued_at)];
    run.started_at = began.into_iter().flatten().min();
    run.finished_at = run.finished_at.max(attempt.finished_at);
    run.position = run.position.max(attempt.position);
    if run.commit.is_none() {
        run.commit.clone_from(&attempt.commit);
    }
}
