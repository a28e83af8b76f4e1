//! Retry storms: stretches in which the work was mostly trying again.
//!
//! A retry is a try that is not the first of its task in its run. A window of [`WINDOW_US`] that ends with a start is
//! stormy when it holds at least [`RETRIES_MIN`] retries and more than half of its starts are retries, over all tasks.
//! A storm is a union of stormy windows that share a start, told from its first retry to its last. Starts that nobody
//! recorded count in none. O(n log n): sort, then two pointers.

use super::Task;
use crate::id::EntityId;
use crate::order::{Map, Set};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Length of a window: ten minutes, in microseconds. A start exactly that long before the last is outside.
pub const WINDOW_US: i64 = 600_000_000;
/// Fewest retries in a stormy window.
pub const RETRIES_MIN: usize = 5;
/// Shortest common beginning of errors worth telling, in characters.
const PREFIX_MIN: usize = 8;

/// A retry storm.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storm {
    /// Start of its first retry.
    pub from: Time,
    /// Start of its last retry.
    pub to: Time,
    /// Starts in its windows.
    pub starts: u32,
    /// Retries among them.
    pub retries: u32,
    /// Tasks that were tried again, by id.
    pub tasks: Vec<EntityId>,
    /// How all recorded errors begin of the tries that were tried again, if that says anything.
    pub error: Option<String>,
}

/// A start: when, of which task, and the error before it if it is a retry (`None` inside where there was none).
struct Start<'a> {
    at: Time,
    task: &'a EntityId,
    retries: Option<Option<&'a str>>,
}

/// The storms over `tasks`, by time.
pub(super) fn storms(tasks: &[Task]) -> Vec<Storm> {
    let mut starts: Vec<Start<'_>> = Vec::new();
    for task in tasks.iter().filter(|task| !task.attempts.is_empty()) {
        let mut errors: Map<&str, Option<&str>> = Map::new();
        for attempt in &task.attempts {
            let retries = errors.insert(&attempt.run, attempt.error.as_deref());
            starts.extend(attempt.started_at.map(|at| Start { at, task: &task.id, retries }));
        }
    }
    crate::order::sort_by(&mut starts, |a, b| (a.at, a.task).cmp(&(b.at, b.task)));
    let seen: Vec<(i64, bool)> = starts.iter().map(|start| (start.at.0, start.retries.is_some())).collect();
    stormy(&seen).into_iter().filter_map(|range| storm(&starts[range])).collect()
}

fn storm(starts: &[Start<'_>]) -> Option<Storm> {
    let retries: Vec<&Start<'_>> = starts.iter().filter(|start| start.retries.is_some()).collect();
    let tasks: Set<&EntityId> = retries.iter().map(|start| start.task).collect();
    let errors = retries.iter().filter_map(|start| start.retries.flatten());
    let prefix = errors.reduce(common).map(str::trim_end);
    Some(Storm {
        from: retries.first()?.at,
        to: retries.last()?.at,
        starts: u32::try_from(starts.len()).unwrap_or(u32::MAX),
        retries: u32::try_from(retries.len()).unwrap_or(u32::MAX),
        tasks: tasks.into_iter().cloned().collect(),
        error: prefix.filter(|prefix| prefix.chars().count() >= PREFIX_MIN).map(str::to_owned),
    })
}

/// The ranges of `starts` (time, whether it is a retry; by time) that stormy windows cover.
fn stormy(starts: &[(i64, bool)]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut first, mut retries) = (0, 0);
    for (last, &(at, is_retry)) in starts.iter().enumerate() {
        retries += usize::from(is_retry);
        while at.saturating_sub(starts[first].0) >= WINDOW_US {
            retries -= usize::from(starts[first].1);
            first += 1;
        }
        let more_at_once = starts.get(last + 1).is_some_and(|next| next.0 == at);
        if more_at_once || retries < RETRIES_MIN || 2 * retries <= last + 1 - first {
            continue;
        }
        match found.last_mut().filter(|before| before.end > first) {
            Some(before) => before.end = last + 1,
            None => found.push(first..last + 1),
        }
    }
    found
}

/// What both texts begin with.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let differs = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b);
    let end = differs.map_or(one.len().min(other.len()), |((at, _), _)| at);
    &one[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every window looked through from end to end, what it covers marked, marks that share a window joined.
    fn naive(starts: &[(i64, bool)]) -> Vec<Range<usize>> {
        let mut windows: Vec<Range<usize>> = Vec::new();
        for &(end, _) in starts {
            let inside: Vec<usize> =
                (0..starts.len()).filter(|&i| starts[i].0 <= end && starts[i].0 > end - WINDOW_US).collect();
            let retries = inside.iter().filter(|&&i| starts[i].1).count();
            if retries >= RETRIES_MIN && retries * 2 > inside.len() {
                windows.push(inside[0]..inside[inside.len() - 1] + 1);
            }
        }
        // Join until nothing shares a start.
        loop {
            let pair = (0..windows.len())
                .flat_map(|a| (0..a).map(move |b| (a, b)))
                .find(|&(a, b)| windows[a].start < windows[b].end && windows[b].start < windows[a].end);
            let Some((a, b)) = pair else { break };
            let joined = windows[a].start.min(windows[b].start)..windows[a].end.max(windows[b].end);
            windows.remove(a);
            windows[b] = joined;
        }
        windows.sort_by_key(|window| window.start);
        windows
    }

    proptest! {
        #[test]
        fn storms_are_those_of_every_window(mut starts in prop::collection::vec((0_i64..60, prop::bool::weighted(0.6)), 0..60)) {
            starts.sort_by_key(|start| start.0);
            let starts: Vec<(i64, bool)> =
                starts.into_iter().map(|(minute, retry)| (minute * 60_000_000, retry)).collect();
            prop_assert_eq!(stormy(&starts), naive(&starts));
        }
    }

    #[test]
    fn a_common_beginning_ends_at_a_character() {
        assert_eq!(common("größe a", "größe b"), "größe ");
        assert_eq!(common("ä", "ö"), "");
        assert_eq!(common("same", "same but longer"), "same");
        assert_eq!(common("same but longer", "same"), "same");
    }
}
