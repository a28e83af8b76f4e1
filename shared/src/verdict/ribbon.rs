//! The verdict over time, as it was known then: the ribbon under the scrubber and the verdict's history.
//!
//! Follows the diagonal `T/T`: at position p, what the screen showed when p had just been recorded. Looks at
//! no more than `samples_max` positions, half of them before the longest silences (what then stood on screen,
//! stood there longest), half evenly spaced, and narrows every change it sees to the very event by bisection: its
//! cost is O((samples + changes · log(events)) · analysis), not one analysis an event. A verdict that flips and
//! flips back between two samples is not seen.

use super::VerdictName;
use crate::graph::{Graph, Ticks};
use crate::lens::Analysis;
use crate::time::{AsOf, Position, Time};
use serde::{Deserialize, Serialize};

/// From `position` on, the verdict was this.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The event that changed it.
    pub position: Position,
    /// When that event was recorded.
    pub recorded_at: Time,
    /// The verdict from there.
    pub verdict: VerdictName,
}

/// The changes of the verdict along the log, oldest first; empty for an empty log.
#[must_use]
pub fn transitions(graph: &Graph, samples_max: u32) -> Vec<Transition> {
    let mut ribbon = Ribbon::new(graph.ticks(), samples_max);
    while ribbon.advance(graph) {}
    ribbon.transitions
}

/// The same in steps of one analysis each, for a page that must stay responsive.
#[derive(Debug, Clone)]
pub struct Ribbon {
    /// Changes found so far, oldest first.
    pub transitions: Vec<Transition>,
    head: Position,
    /// Positions still to look at, the latest first.
    samples: Vec<Position>,
    last: Option<(Position, VerdictName)>,
    stretches: Vec<Stretch>,
}

/// Two positions between which the verdict changes at least once.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: (Position, VerdictName),
    to: (Position, VerdictName),
}

impl Ribbon {
    /// Starts before the first event of the log behind `ticks`.
    #[must_use]
    pub fn new(ticks: Ticks<'_>, samples_max: u32) -> Self {
        let samples = samples(ticks, u64::from(samples_max.max(2)));
        let head = ticks.len() as Position;
        Self { transitions: Vec::new(), head, samples, last: None, stretches: Vec::new() }
    }

    /// Where the log it looks at ends.
    #[must_use]
    pub fn head(&self) -> Position {
        self.head
    }

    /// Does at most one more analysis; false once everything up to the head is done.
    pub fn advance(&mut self, graph: &Graph) -> bool {
        if let Some(stretch) = self.stretches.pop() {
            self.narrow(graph, stretch);
            return true;
        }
        let Some(next) = self.samples.pop() else { return false };
        let found = (next, verdict_at(graph, next));
        match self.last {
            None => self.push(graph, found),
            Some(last) if last.1 != found.1 => self.stretches.push(Stretch { from: last, to: found }),
            Some(_) => {}
        }
        self.last = Some(found);
        true
    }

    /// Halves a stretch; what is left of it goes back on the stack, the earlier half on top.
    fn narrow(&mut self, graph: &Graph, stretch: Stretch) {
        let Stretch { from, to } = stretch;
        if to.0 - from.0 <= 1 {
            self.push(graph, to);
            return;
        }
        let position = from.0 + (to.0 - from.0) / 2;
        let middle = (position, verdict_at(graph, position));
        if middle.1 != to.1 {
            self.stretches.push(Stretch { from: middle, to });
        }
        if from.1 != middle.1 {
            self.stretches.push(Stretch { from, to: middle });
        }
    }

    fn push(&mut self, graph: &Graph, (position, verdict): (Position, VerdictName)) {
        let recorded_at = graph.recorded_at(position).unwrap_or(Time::ALWAYS);
        self.transitions.push(Transition { position, recorded_at, verdict });
    }
}

/// Where to look: first and last event, before the longest silences, and evenly in between; the latest first.
fn samples(ticks: Ticks<'_>, samples_max: u64) -> Vec<Position> {
    let head = ticks.len() as Position;
    if head <= samples_max {
        return (1..=head).rev().collect();
    }
    let mut silences: Vec<(i64, Position)> = Vec::with_capacity(ticks.len());
    let mut before: Option<Time> = None;
    for tick in ticks.iter() {
        if let Some(before) = before {
            silences.push((tick.recorded_at.0.saturating_sub(before.0), tick.position - 1));
        }
        before = Some(tick.recorded_at);
    }
    silences.sort_unstable_by(|a, b| b.cmp(a));
    let longest = usize::try_from(samples_max / 2).unwrap_or(usize::MAX);
    let mut samples: Vec<Position> =
        silences.into_iter().take(longest).map(|(_, position)| position).collect();
    let stride = head.div_ceil((samples_max / 2).max(1)).max(1);
    samples.extend((0..).map(|step| 1 + step * stride).take_while(|position| *position < head));
    samples.push(head);
    samples.sort_unstable_by(|a, b| b.cmp(a));
    samples.dedup();
    samples
}

fn verdict_at(graph: &Graph, position: Position) -> VerdictName {
    let valid = graph.recorded_at(position).unwrap_or(Time::ALWAYS);
    let state = graph.snapshot(AsOf { valid, known: position });
    Analysis::of(graph.scene(&state)).verdict.verdict
}
