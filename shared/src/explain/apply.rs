//! Does what a change of the counterfactual says, in a scene.
//!
//! The scene stays one that a log could have: tries keep their times, runs keep their tries. Where a change
//! speaks of a figure as a whole (latency, duration, instability) its members are changed until it holds.

use crate::correlate::CERTAIN;
use crate::event::Outcome;
use crate::event::Provenance;
use crate::graph::{Attempt, DeclaredLink, Entity, Evidence, Picture, Run, Scene};
use crate::id::{AttemptId, EntityId, Kind, LinkId, LinkKind, Stream};
use crate::lens::ModuleGraph;
use crate::rules;
use crate::time::Time;
use crate::verdict::context::Context;
use crate::verdict::{Action, Counterfactual, explained};
use std::collections::{BTreeMap, BTreeSet};

/// Run key of what a change adds.
const RUN: &str = "counterfactual";
/// Imports cut, at most, for a violation to be gone.
const CUTS_MAX: usize = 1_000;
/// How far within its exit criterion an improved figure ends, in microseconds.
const MARGIN_MICROS: i64 = 1_000;

/// What became of changes that were applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// All of them.
    pub changes: u64,
    /// Those that name something the scene cannot have.
    pub inapplicable: u64,
}

/// Changes `scene` as `changes` say; `exits` are the exit criteria of the figures they are about, by name, in
/// the figure's unit (milliseconds, or a share).
///
/// A run that failed because of its tries, or of violations, and has none of them left, has passed.
pub fn apply<'a>(
    scene: &mut Scene,
    changes: impl IntoIterator<Item = &'a Counterfactual>,
    exits: &BTreeMap<&str, f64>,
) -> Applied {
    let failed: Vec<(Stream, String)> = scene
        .runs
        .iter()
        .filter(|run| run.explicit && run.outcome.is_bad() && explained(run.stream, scene, &run.key))
        .map(|run| (run.stream, run.key.clone()))
        .collect();
    let mut applied = Applied::default();
    for change in changes {
        let done = apply_one(scene, change, exits.get(change.criterion.as_str()).copied());
        applied.changes += 1;
        applied.inapplicable += u64::from(!done);
    }
    look_again(scene);
    for (stream, key) in failed {
        if !explained(stream, scene, &key) {
            let run = scene.runs.iter_mut().find(|run| run.stream == stream && run.key == key);
            run.into_iter().for_each(|run| run.outcome = Outcome::Passed);
        }
    }
    applied
}

fn apply_one(scene: &mut Scene, change: &Counterfactual, exit: Option<f64>) -> bool {
    let stream = stream_of(&change.criterion);
    match (&change.action, &change.entity) {
        (Action::Pass, Some(id)) => pass(scene, id),
        (Action::Pass, None) => stream.is_some_and(|stream| pass_any(scene, stream)),
        (Action::PassFirst, Some(id)) => on_tries(scene, id, |tries| {
            tries.drain(..tries.len().saturating_sub(1));
            set_passed(tries);
        }),
        (Action::Steady, Some(id)) => on_tries(scene, id, set_passed),
        (Action::Resolve, Some(id)) => resolve(scene, id),
        (Action::Uncouple(used), Some(id)) => uncouple(scene, id, used),
        (Action::Close(run), _) => stream.is_some_and(|stream| close(scene, stream, run)),
        (Action::Run, _) => stream.is_some_and(|stream| run(scene, stream)),
        (Action::Record(topic), _) => scene.context.remove(topic).is_some(),
        (Action::Improve, _) => exit.is_some_and(|exit| improve(scene, &change.criterion, exit)),
        (Action::PassFirst | Action::Steady | Action::Resolve | Action::Uncouple(_), None) => false,
    }
}

fn uncouple(scene: &mut Scene, user: &EntityId, used: &EntityId) -> bool {
    let before = scene.links.len();
    scene
        .links
        .retain(|link| !(link.id.kind == LinkKind::Imports && link.id.from == *user && link.id.to == *used));
    scene.links.len() < before
}

/// Lets the scene hold what the rules in force find in it now.
fn look_again(scene: &mut Scene) {
    let rules = Context::of(scene).rules;
    let graph = ModuleGraph::of(scene);
    let breaches = rules::breaches(scene, &graph, &rules);
    rules::withdraw(scene);
    rules::enforce(scene, &graph, &rules, &breaches);
}

/// The violation is gone; a computed one because the way it rests on is cut, as often as there is another, or
/// because the import it misses is there.
fn resolve(scene: &mut Scene, id: &EntityId) -> bool {
    let rules = Context::of(scene).rules;
    for _ in 0..CUTS_MAX {
        let graph = ModuleGraph::of(scene);
        let breaches = rules::breaches(scene, &graph, &rules);
        let Some(breach) = breaches.found.iter().find(|breach| breach.id == *id) else {
            return scene.entities.remove(id).is_some();
        };
        let named = |module: u32| graph.ids()[module as usize].clone();
        match breach.imports.first() {
            Some((from, to)) => drop(uncouple(scene, &named(*from), &named(*to))),
            None => {
                let (from, wanted) = (named(breach.from), &rules[breach.rule].sets[1].patterns);
                let fits =
                    |module: &&Entity| module.id != from && rules::any(wanted, &module.id.key, Some(module));
                let to = scene.of_kind(Kind::Module).find(fits).map(|module| module.id.clone());
                let Some(to) = to else { return false };
                couple(scene, from, to);
            }
        }
    }
    false
}

fn couple(scene: &mut Scene, from: EntityId, to: EntityId) {
    let id = LinkId { kind: LinkKind::Imports, from, to };
    let (text, rests_on) = (String::new(), Vec::new());
    let piece =
        Evidence { rule: RUN.to_owned(), confidence: CERTAIN, text, rests_on, against: None, declared: true };
    let weights = ["normal", "build", "dev"].map(|kind| (kind.to_owned(), 1)).into_iter().collect();
    match scene.links.binary_search_by(|link| link.id.cmp(&id)) {
        Ok(at) => scene.links[at].weights = weights,
        Err(at) => scene.links.insert(at, DeclaredLink { id, evidence: vec![piece], weights, since: 0 }),
    }
}

fn stream_of(criterion: &str) -> Option<Stream> {
    let name = criterion.split('.').next()?;
    Stream::ALL.into_iter().find(|stream| stream.as_str() == name)
}

fn set_passed(tries: &mut Vec<Attempt>) {
    for attempt in tries {
        attempt.outcome = Outcome::Passed;
    }
}

fn on_tries(scene: &mut Scene, id: &EntityId, edit: impl FnOnce(&mut Vec<Attempt>)) -> bool {
    let Some(entity) = scene.entities.get_mut(id).filter(|entity| !entity.attempts.is_empty()) else {
        return false;
    };
    edit(&mut entity.attempts);
    true
}

/// The last try passes, and with it the tries of the same code, so that passing is no flake. Whoever has no
/// try gets one.
fn pass(scene: &mut Scene, id: &EntityId) -> bool {
    let valid = scene.as_of.valid;
    let entity = scene.entities.entry(id.clone()).or_insert_with(|| Entity::named(id.clone()));
    let Some(last) = entity.attempts.last().map(|last| (last.id.run.clone(), last.commit.clone())) else {
        entity.attempts.push(passed_try(id, valid));
        return true;
    };
    for attempt in &mut entity.attempts {
        if attempt.id.run == last.0 || (last.1.is_some() && attempt.commit == last.1) {
            attempt.outcome = Outcome::Passed;
            attempt.finished_at = attempt.finished_at.or(attempt.started_at);
        }
    }
    true
}

fn passed_try(id: &EntityId, at: Time) -> Attempt {
    Attempt {
        id: AttemptId { of: id.clone(), run: RUN.to_owned(), try_number: 1 },
        n: 1,
        outcome: Outcome::Passed,
        queued_at: None,
        started_at: Some(at),
        finished_at: Some(at),
        provenance: Provenance::Inferred,
        error: None,
        reason: None,
        commit: None,
        position: 0,
    }
}

/// Some task or scenario of the stream passes: the first there is, or one of its own.
fn pass_any(scene: &mut Scene, stream: Stream) -> bool {
    let kind = match stream {
        Stream::Dde => Kind::Task,
        Stream::Bdv => Kind::Scenario,
        Stream::Acc => return false,
    };
    let first = scene.entities.keys().find(|id| id.kind == kind).cloned();
    pass(scene, &first.unwrap_or_else(|| EntityId::new(kind, RUN)))
}

/// The open run ended with the last of its tries, and whatever of it is still open passed.
fn close(scene: &mut Scene, stream: Stream, key: &str) -> bool {
    let valid = scene.as_of.valid;
    let Some(run) = scene.runs.iter_mut().find(|run| run.stream == stream && run.key == key) else {
        return false;
    };
    let mut end = run.started_at;
    let tries = scene.entities.values_mut().flat_map(|entity| &mut entity.attempts);
    for attempt in tries.filter(|attempt| attempt.id.run == key) {
        if !attempt.outcome.is_final() {
            attempt.outcome = Outcome::Passed;
            attempt.finished_at = attempt.started_at;
        }
        end = end.max(attempt.finished_at);
    }
    run.outcome = Outcome::Passed;
    run.finished_at = end.or(Some(valid));
    true
}

/// A run, or for architecture a picture, that is whole and newest.
fn run(scene: &mut Scene, stream: Stream) -> bool {
    let valid = scene.as_of.valid;
    if stream == Stream::Acc {
        scene.pictures.push(Picture {
            scope: RUN.to_owned(),
            stream: Some(stream),
            batch: RUN.to_owned(),
            valid,
            position: scene.as_of.known,
        });
    }
    scene.runs.push(Run {
        stream,
        key: RUN.to_owned(),
        outcome: Outcome::Passed,
        started_at: Some(valid),
        finished_at: Some(valid),
        name: None,
        commit: None,
        reason: None,
        explicit: true,
        // Newest among runs that ended at the same instant.
        position: scene.as_of.known.saturating_add(1),
    });
    true
}

fn improve(scene: &mut Scene, criterion: &str, exit: f64) -> bool {
    let micros = (exit * 1_000.0) as i64 - MARGIN_MICROS;
    match criterion {
        "dde.contract_lock_latency_p95" => lock_within(scene, micros),
        "bdv.execution_time" => run_within(scene, micros),
        "acc.average_instability" => stabilise(scene, exit),
        _ => return false,
    }
    true
}

fn lock_within(scene: &mut Scene, micros: i64) {
    for contract in scene.entities.values_mut().filter(|entity| entity.id.kind == Kind::Contract) {
        let Some(proposed) = contract.proposed_at else { continue };
        let first = contract.locks.iter_mut().find(|locked| **locked >= proposed);
        if let Some(first) = first {
            *first = (*first).min(proposed.plus(micros));
        }
        // Of one lock alone it is the last, too.
        contract.locked_at = contract.locks.last().copied();
    }
}

fn run_within(scene: &mut Scene, micros: i64) {
    let mut first: BTreeMap<&str, Time> = BTreeMap::new();
    let scenarios = scene.entities.values().filter(|entity| entity.id.kind == Kind::Scenario);
    for attempt in scenarios.flat_map(|scenario| &scenario.attempts) {
        if let Some(start) = attempt.started_at {
            first.entry(&attempt.id.run).and_modify(|first| *first = start.min(*first)).or_insert(start);
        }
    }
    for run in scene.runs.iter_mut().filter(|run| run.stream == Stream::Bdv && run.outcome.is_final()) {
        if let Some(start) = run.started_at.or_else(|| first.get(run.key.as_str()).copied()) {
            let within = start.plus(micros);
            run.started_at = Some(start);
            run.finished_at = Some(run.finished_at.map_or(within, |end| end.min(within)));
        }
    }
}

/// The least stable modules of the project stop importing others of it, until the mean is below `exit`.
///
/// O(modules · log modules + imports · log imports).
fn stabilise(scene: &mut Scene, exit: f64) {
    let own: BTreeSet<EntityId> = scene
        .entities
        .values()
        .filter(|e| e.id.kind == Kind::Module && !e.external)
        .map(|e| e.id.clone())
        .collect();
    let is_own = |id: &EntityId| own.contains(id);
    let hard: Vec<(EntityId, EntityId)> = scene
        .links
        .iter()
        .filter(|link| link.id.kind == LinkKind::Imports && link.id.from != link.id.to)
        .filter(|link| is_own(&link.id.from) && is_own(&link.id.to))
        .filter(|link| link.weights.is_empty() || link.weights.keys().any(|kind| kind != "dev"))
        .map(|link| (link.id.from.clone(), link.id.to.clone()))
        .collect();
    let mut uses: BTreeMap<&EntityId, (u64, u64)> = BTreeMap::new();
    for (from, to) in &hard {
        uses.entry(from).or_default().1 += 1;
        uses.entry(to).or_default().0 += 1;
    }
    let share = |(ca, ce): (u64, u64)| if ca + ce == 0 { 0.0 } else { ce as f64 / (ca + ce) as f64 };
    let mut order: Vec<(&EntityId, f64)> = uses.iter().map(|(id, both)| (*id, share(*both))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let bound = exit * own.len() as f64;
    let mut sum: f64 = order.iter().map(|(_, share)| share).sum();
    let mut cut: BTreeSet<&EntityId> = BTreeSet::new();
    for (id, _) in order {
        if sum < bound {
            break;
        }
        cut.insert(id);
        let start = hard.partition_point(|(from, _)| from < id);
        for (_, to) in hard[start..].iter().take_while(|(from, _)| from == id) {
            if let Some(both) = uses.get_mut(to) {
                sum -= share(*both);
                both.0 -= 1;
                sum += share(*both);
            }
        }
        if let Some(both) = uses.get_mut(id) {
            sum -= share(*both);
            both.1 = 0;
        }
    }
    let cut: BTreeSet<EntityId> = cut.into_iter().cloned().collect();
    scene.links.retain(|link| {
        !(link.id.kind == LinkKind::Imports && cut.contains(&link.id.from) && own.contains(&link.id.to))
    });
}
