//! Tries of tasks and scenarios, numbered by start time.

use super::{Winners, text, time};
use crate::event::{Facet, Provenance, Value};
use crate::graph::scene::Attempt;
use crate::id::AttemptId;
use crate::time::Time;

/// The try, unless nothing is known of its outcome. Times that nobody recorded are left out.
///
/// Its `n` holds nothing yet: [`in_order`] needs all tries.
pub(super) fn attempt(id: &AttemptId, winners: Winners<'_>) -> Option<(Time, Attempt)> {
    let decided = winners.iter().find(|held| held.facet == Facet::Outcome)?;
    let (decided_at, position) = (decided.valid, decided.position);
    let Value::Outcome(outcome) = decided.value else { return None };
    let mut attempt = Attempt {
        id: id.clone(),
        n: 0,
        outcome,
        queued_at: None,
        started_at: None,
        finished_at: outcome.is_final().then_some(decided_at),
        provenance: Provenance::Recorded,
        error: None,
        reason: None,
        commit: None,
        position,
    };
    for held in winners {
        match (held.facet, held.value) {
            (Facet::QueuedAt, value) => attempt.queued_at = time(&value),
            (Facet::StartedAt, value) => attempt.started_at = time(&value),
            (Facet::Provenance, Value::Provenance(provenance)) => attempt.provenance = provenance,
            (Facet::Error, value) => attempt.error = text(value),
            (Facet::Reason, value) => attempt.reason = text(value),
            (Facet::Commit, value) => attempt.commit = text(value),
            _ => {}
        }
    }
    let began = attempt.started_at.or(attempt.queued_at).unwrap_or(decided_at);
    if attempt.provenance != Provenance::Recorded {
        (attempt.started_at, attempt.finished_at) = (None, None);
    }
    if attempt.provenance == Provenance::Unrecorded {
        attempt.queued_at = None;
    }
    Some((began, attempt))
}

/// Puts tries in order of start time, run and try, and numbers them from 1.
pub(super) fn in_order(mut tries: Vec<(Time, Attempt)>) -> Vec<Attempt> {
    crate::order::sort_by(&mut tries, |a, b| {
        let ((a_began, a), (b_began, b)) = (a, b);
        (a_began, &a.id.run, a.id.try_number).cmp(&(b_began, &b.id.run, b.id.try_number))
    });
    let numbered = tries.into_iter().zip(1..).map(|((_, attempt), n)| Attempt { n, ..attempt });
    numbered.collect()
}
