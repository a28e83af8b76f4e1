//! Every try of a task or scenario: how it ended, why, how long it took, what it waited for before.

use super::facts::events_view;
use crate::lens::figure::{clock, counted, joined, micros};
use crate::lens::mark::Mark;
use leptos::prelude::*;
use shared::event::Provenance;
use shared::id::EntityId;
use shared::lens::Analysis;
use shared::lens::dde::AttemptView;

/// Newest tries listed; older ones are counted.
const TRIES_MAX: usize = 30;

/// The tries, oldest first; nothing for what has none.
pub(super) fn tries_view(analysis: &Analysis, id: &EntityId, log: &str) -> AnyView {
    let task = analysis.dde.tasks.iter().find(|task| task.id == *id).map(|task| &task.attempts);
    let scenario = analysis.bdv.scenarios.iter().find(|scenario| scenario.id == *id).map(|s| &s.attempts);
    let Some(attempts) = task.or(scenario).filter(|attempts| !attempts.is_empty()) else {
        return ().into_any();
    };
    let older = attempts.len().saturating_sub(TRIES_MAX);
    let title = counted(attempts.len(), "attempt", "attempts");
    let note = if older > 0 { [" (newest ", &TRIES_MAX.to_string(), ")"].concat() } else { String::new() };
    let items = attempts.iter().skip(older).map(|attempt| try_view(attempt, log)).collect::<Vec<_>>();
    view! { <h3>{title}{note}</h3><ol class="tries-list">{items}</ol> }.into_any()
}

fn try_view(attempt: &AttemptView, log: &str) -> AnyView {
    let mark = Mark::of_outcome(attempt.outcome);
    let heading = joined(&["try ", &attempt.n.to_string(), " ", mark.word]);
    let took = attempt.run_us.map(micros);
    let waited = attempt.backoff_us.filter(|us| *us > 0);
    let waited = waited.map(|us| joined(&["after ", &micros(us), " of back-off"]));
    let queued = attempt.queue_us.filter(|us| *us > 0).map(|us| joined(&["queued ", &micros(us)]));
    let overlaps = attempt.overlaps.then(|| "began before the one before had ended".to_owned());
    let began = attempt.started_at.map(|time| joined(&["at ", &clock(time)]));
    let seen = match attempt.provenance {
        Provenance::Recorded => None,
        Provenance::Inferred => Some("times inferred".to_owned()),
        Provenance::Unrecorded => Some("times not recorded".to_owned()),
    };
    let run = Some(joined(&["run ", &attempt.run.chars().take(24).collect::<String>()]));
    let commit = attempt
        .commit
        .as_ref()
        .map(|commit| joined(&["commit ", &commit.chars().take(10).collect::<String>()]));
    let small: Vec<String> =
        [began, queued, waited, overlaps, seen, run, commit].into_iter().flatten().collect();
    let event = events_view(&[attempt.position], log);
    let why = attempt.error.clone().or_else(|| attempt.reason.clone());
    let why = why.map(|why| view! { <span class="why">{why}</span> });
    let took = took.unwrap_or_default();
    let small = small.join(" · ");
    view! {
        <li>
            <i class="mark" data-s=mark.shape aria-hidden="true"></i>
            <span><b>{heading}</b>{why}<span class="small">{small}" · "{event}</span></span>
            <span class="mono">{took}</span>
        </li>
    }
    .into_any()
}
