//! Scenarios: status from the tries of this iteration, figures of flakes beside it.

use super::flakes::flake;
use super::tries::{Coded, Runs, by_code, usable};
use super::{Scenario, Status};
use crate::correlate::LinkIndex;
use crate::event::Outcome;
use crate::flake::{PastTries, Posteriors, Standing};
use crate::graph::{Attempt, Entity, Scene};
use crate::id::{Kind, LinkKind};
use crate::lens::dde::{tries_of, words};
use crate::time::Time;
use crate::verdict::context::Context;

/// Newest tries of a scenario that count for its status and flake probability.
pub const TRIES_WINDOW: usize = 200;

/// The scenarios of `scene`, in order.
pub(super) fn entities(scene: &Scene) -> impl Iterator<Item = &Entity> {
    scene.of_kind(Kind::Scenario)
}

/// The tries that count, newest last.
pub(super) fn recent(entity: &Entity) -> &[Attempt] {
    &entity.attempts[entity.attempts.len().saturating_sub(TRIES_WINDOW)..]
}

pub(super) fn scenarios(scene: &Scene, links: &LinkIndex, context: &Context, runs: &Runs) -> Vec<Scenario> {
    let mut memory = Posteriors::default();
    let (tries, valid) = (&context.history.tries, scene.as_of.valid);
    let mut scenarios: Vec<Scenario> = entities(scene)
        .map(|entity| scenario(entity, valid, links, tries.get(&entity.id.key), runs, &mut memory))
        .collect();
    crate::order::sort_by(&mut scenarios, |a, b| (&a.feature, &a.id).cmp(&(&b.feature, &b.id)));
    scenarios
}

fn scenario(
    entity: &Entity,
    valid: Time,
    links: &LinkIndex,
    past: Option<&PastTries>,
    runs: &Runs,
    memory: &mut Posteriors,
) -> Scenario {
    let recent = recent(entity);
    let tries = usable(recent, runs);
    let codes = by_code(&tries);
    let (status, reason) = status_of(recent, &codes);
    Scenario {
        id: entity.id.clone(),
        name: entity.name.clone().unwrap_or_else(|| entity.id.key.clone()),
        feature: entity.group.clone(),
        status,
        reason,
        planned: entity.planned,
        attempts: tries_of(entity, valid),
        flake: flake(&tries, &codes, past, runs, memory),
        standing: Standing::default(),
        quarantined: false,
        verifies: links.from(LinkKind::Verifies, &entity.id).map(|link| link.id.to.clone()).collect(),
    }
}

/// A flip on one code is proof of a flake, a mass failure or not: more failures never make anything pass.
fn status_of(attempts: &[Attempt], codes: &[Coded]) -> (Status, Option<String>) {
    let Some(last) = attempts.last() else {
        return (Status::Undecided, Some("not run".to_owned()));
    };
    match last.outcome {
        Outcome::Passed if codes.iter().any(|code| code.flips) => (Status::Flaky, None),
        Outcome::Passed => (Status::Passed, None),
        Outcome::Skipped => (Status::Skipped, None),
        bad if bad.is_bad() => (Status::Failed, None),
        open => (Status::Undecided, Some(last.reason.clone().unwrap_or_else(|| words(open).to_owned()))),
    }
}
