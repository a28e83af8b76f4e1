//! The verdict over time, as it was known then: the ribbon under the scrubber and the verdict's history.
//!
//! Follows the diagonal `T/T`: at position p, what the screen showed when p had just been recorded. Looks at
//! no more than `samples_max` positions, half of them before the longest silences (what then stood on screen,
//! stood there longest), half evenly spaced, and narrows every change it sees to the very event by bisection: its
//! cost is O((samples + changes · log(events)) · analysis), not one analysis an event. A verdict that flips and
//! flips back between two samples is not seen.

use super::VerdictName;
use crate::graph::{Graph, Scene, Ticks};
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

/// The same in steps of one analysis each, for a page that must stay responsive, and for a log that grows: as known
/// then, nothing found ever changes, so only what is new is looked at.
#[derive(Debug, Clone, Default)]
pub struct Ribbon {
    /// Changes found so far, oldest first.
    pub transitions: Vec<Transition>,
    head: Position,
    /// Positions still to look at, the latest first.
    samples: Vec<Position>,
    last: Option<(Position, VerdictName)>,
    stretches: Vec<Stretch>,
}

/// Two positions, not neighbours, between which the verdict changes at least once.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: (Position, VerdictName),
    to: (Position, VerdictName),
}

impl Stretch {
    fn middle(&self) -> Position {
        self.from.0 + (self.to.0 - self.from.0) / 2
    }
}

impl Ribbon {
    /// Starts before the first event of the log behind `ticks`.
    #[must_use]
    pub fn new(ticks: Ticks<'_>, samples_max: u32) -> Self {
        let mut ribbon = Self::default();
        ribbon.grow(ticks, samples_max);
        ribbon
    }

    /// Goes on where another search stood: these are the changes up to `searched`. [`Ribbon::grow`] adds the rest.
    #[must_use]
    pub fn resume(transitions: Vec<Transition>, searched: Position) -> Self {
        let last = transitions.last().map(|change| (searched, change.verdict));
        let head = if last.is_some() { searched } else { 0 };
        Self { transitions, head, last, ..Self::default() }
    }

    /// Takes in what the log has got since, to be looked at in no more than `samples_max` places.
    pub fn grow(&mut self, ticks: Ticks<'_>, samples_max: u32) {
        let head = ticks.len() as Position;
        if head > self.head {
            let mut fresh = samples(ticks, self.head, u64::from(samples_max.max(2)));
            fresh.append(&mut self.samples);
            self.samples = fresh;
            self.head = head;
        }
    }

    /// Up to where all changes are found.
    #[must_use]
    pub fn searched(&self) -> Position {
        let narrowed = self.stretches.last().map(|stretch| stretch.from.0);
        narrowed.or(self.last.map(|(position, _)| position)).unwrap_or(0)
    }

    /// The position whose verdict it must know next; none once everything up to the head is done.
    #[must_use]
    pub fn wanted(&self) -> Option<Position> {
        self.stretches.last().map(Stretch::middle).or(self.samples.last().copied())
    }

    /// Learns the verdict at [`Ribbon::wanted`].
    pub fn learn(&mut self, ticks: Ticks<'_>, verdict: VerdictName) {
        if let Some(stretch) = self.stretches.pop() {
            self.narrow(stretch, (stretch.middle(), verdict));
        } else if let Some(position) = self.samples.pop() {
            let found = (position, verdict);
            match self.last.replace(found) {
                None => self.push(ticks, found),
                Some(last) if last.1 != verdict => self.stretches.push(Stretch { from: last, to: found }),
                Some(_) => {}
            }
        }
        // Between neighbours there is nothing to look at: the later one brought it.
        while let Some(stretch) = self.stretches.pop_if(|stretch| stretch.to.0 - stretch.from.0 <= 1) {
            self.push(ticks, stretch.to);
        }
    }

    /// Does one more analysis; false once everything up to the head is done.
    pub fn advance(&mut self, graph: &Graph) -> bool {
        let Some(position) = self.wanted() else { return false };
        self.learn(graph.ticks(), Analysis::of(scene_at(graph, position)).verdict.verdict);
        true
    }

    /// Halves a stretch; what is left of it goes back on the stack, the earlier half on top.
    fn narrow(&mut self, Stretch { from, to }: Stretch, middle: (Position, VerdictName)) {
        if middle.1 != to.1 {
            self.stretches.push(Stretch { from: middle, to });
        }
        if from.1 != middle.1 {
            self.stretches.push(Stretch { from, to: middle });
        }
    }

    fn push(&mut self, ticks: Ticks<'_>, (position, verdict): (Position, VerdictName)) {
        let recorded_at = ticks.get(position).map_or(Time::ALWAYS, |tick| tick.recorded_at);
        self.transitions.push(Transition { position, recorded_at, verdict });
    }
}

/// Where to look after `searched`: the first and last event, before the longest silences, and evenly in between;
/// the latest first.
fn samples(ticks: Ticks<'_>, searched: Position, samples_max: u64) -> Vec<Position> {
    let head = ticks.len() as Position;
    if head - searched <= samples_max {
        return (searched + 1..=head).rev().collect();
    }
    let mut silences: Vec<(i64, Position)> = Vec::new();
    let mut before: Option<Time> = None;
    for tick in ticks.iter().skip_while(|tick| tick.position <= searched) {
        if let Some(before) = before {
            silences.push((tick.recorded_at.0.saturating_sub(before.0), tick.position - 1));
        }
        before = Some(tick.recorded_at);
    }
    silences.sort_unstable_by(|a, b| b.cmp(a));
    let longest = usize::try_from(samples_max / 2).unwrap_or(usize::MAX);
    let mut samples: Vec<Position> =
        silences.into_iter().take(longest).map(|(_, position)| position).collect();
    let stride = (head - searched).div_ceil((samples_max / 2).max(1)).max(1);
    samples.extend((0..).map(|step| searched + 1 + step * stride).take_while(|position| *position < head));
    samples.push(head);
    samples.sort_unstable_by(|a, b| b.cmp(a));
    samples.dedup();
    samples
}

/// What the screen showed when `position` had just been recorded.
#[must_use]
pub fn scene_at(graph: &Graph, position: Position) -> Scene {
    let valid = graph.recorded_at(position).unwrap_or(Time::ALWAYS);
    graph.scene(&graph.snapshot(AsOf { valid, known: position }))
}
