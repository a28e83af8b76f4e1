//! Tries as every lens shows them, with the time each took apart, and the sums over a task.
//!
//! All times are whole microseconds between instants somebody recorded; without one of the two there is no time, and
//! none is negative. *Queue*: queued to started. *Run*: started to finished; to V while it runs. *Back-off*: end of
//! the try before in the same run to queued, or to started where nobody queued it, so that back-off, queue and run
//! add up. A try that began before the one before it in its run had ended overlaps it: no back-off, and it says so.

use super::AttemptView;
use crate::event::Outcome;
use crate::graph::Entity;
use crate::order::Map;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Where the time of a task went.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Times {
    /// First start in the run of its latest try, which decides its state.
    pub started_at: Option<Time>,
    /// Last end in that run; absent until its latest try has ended.
    pub finished_at: Option<Time>,
    /// Microseconds between the two, back-off and queue included; to V while it runs.
    pub span_us: Option<i64>,
    /// Microseconds all tries were queued; absent, as those below, if no part of it was recorded.
    pub queued_us: Option<i64>,
    /// Microseconds all tries ran.
    pub ran_us: Option<i64>,
    /// Microseconds between tries of one run.
    pub backed_off_us: Option<i64>,
    /// Microseconds that tries ran which a later one replaced: part of `ran_us`.
    pub wasted_us: Option<i64>,
}

/// The tries of a task or scenario as of `valid`, by start. O(n log n).
#[must_use]
pub fn tries_of(entity: &Entity, valid: Time) -> Vec<AttemptView> {
    let mut ended: Map<&str, Option<Time>> = Map::new();
    entity
        .attempts
        .iter()
        .map(|attempt| {
            let began = attempt.queued_at.or(attempt.started_at);
            let before = ended.get(attempt.id.run.as_str()).copied().flatten();
            let idle = before.zip(began).map(|(before, began)| began.micros_after(before));
            let backoff_us = idle.flatten();
            ended.insert(&attempt.id.run, attempt.finished_at);
            let running = (attempt.outcome == Outcome::Running).then_some(valid);
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
                queue_us: between(attempt.queued_at, attempt.started_at),
                run_us: between(attempt.started_at, attempt.finished_at.or(running)),
                backoff_us,
                backoff_ms: backoff_us.map(|us| us / 1_000),
                overlaps: idle == Some(None),
                position: attempt.position,
            }
        })
        .collect()
}

fn between(from: Option<Time>, to: Option<Time>) -> Option<i64> {
    to?.micros_after(from?)
}

/// Sums over the tries of a task as of `valid`. O(n).
pub(super) fn times(tries: &[AttemptView], valid: Time) -> Times {
    let Some(last) = tries.last() else { return Times::default() };
    let in_run = || tries.iter().filter(|attempt| attempt.run == last.run);
    let started_at = in_run().filter_map(|attempt| attempt.started_at).min();
    let ended_at = in_run().filter_map(|attempt| attempt.finished_at).max();
    let finished_at = last.finished_at.and(ended_at);
    let span_to = match last.outcome {
        Outcome::Running => Some(valid),
        Outcome::Queued => ended_at,
        _ => finished_at,
    };
    let ran_us = total(tries, |attempt| attempt.run_us);
    Times {
        started_at,
        finished_at,
        span_us: between(started_at, span_to),
        queued_us: total(tries, |attempt| attempt.queue_us),
        ran_us,
        backed_off_us: total(tries, |attempt| attempt.backoff_us),
        wasted_us: ran_us.map(|ran| ran - last.run_us.unwrap_or(0)),
    }
}

fn total(tries: &[AttemptView], part: fn(&AttemptView) -> Option<i64>) -> Option<i64> {
    tries.iter().filter_map(part).reduce(i64::saturating_add)
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
