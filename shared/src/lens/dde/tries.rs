//! Tries as every lens shows them, with the idle time between them.

use super::AttemptView;
use crate::event::Outcome;
use crate::graph::Entity;

/// The tries of a task or scenario, by start.
#[must_use]
pub fn tries_of(entity: &Entity) -> Vec<AttemptView> {
    let mut ended = None;
    entity
        .attempts
        .iter()
        .map(|attempt| {
            let began = attempt.queued_at.or(attempt.started_at);
            let backoff_ms = match (ended, began) {
                (Some(ended), Some(began)) if began >= ended => Some(began.millis_since(ended)),
                _ => None,
            };
            ended = attempt.finished_at;
            AttemptView {
                n: attempt.n,
                run: attempt.id.run.clone(),
                outcome: attempt.outcome,
                queued_at: attempt.queued_at,
                started_at: attempt.started_at,
                finished_at: attempt.finished_at,
                provenance: attempt.provenance,
                error: attempt.error.clone(),
                reason: attempt.reason.clone(),
                commit: attempt.commit.clone(),
                backoff_ms,
                position: attempt.position,
            }
        })
        .collect()
}

/// An outcome in words that fit into a sentence: "timed out".
#[must_use]
pub const fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::TimedOut => "timed out",
        Outcome::Unknown => "without a usable result",
        Outcome::Error => "broken by an error",
        Outcome::Running => "still running",
        Outcome::Queued => "still queued",
        other => other.as_str(),
    }
}
