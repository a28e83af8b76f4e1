//! What the scrubber moves along: the events' clocks, the changes of the verdict, and now.

use super::Direction;
use crate::graph::Ticks;
use crate::time::{Position, Time};

/// The log's clocks and what now is.
#[derive(Debug, Clone, Copy)]
pub struct Timeline<'a> {
    /// One tick an event.
    pub ticks: Ticks<'a>,
    /// Server time, not before the newest event: what live V is.
    pub now: Time,
    /// Positions at which the verdict changed, as known then; ascending.
    pub changes: &'a [Position],
}

/// Two neighbouring events around an instant: `from` is not after it, `to` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) from: Time,
    pub(super) to: Time,
}

impl Timeline<'_> {
    /// Last position.
    #[must_use]
    pub fn head(&self) -> Position {
        self.ticks.len() as Position
    }

    /// Just before anything happened or was learned; now for an empty log. O(events).
    #[must_use]
    pub fn start(&self) -> Time {
        let first = self.ticks.iter().map(|tick| tick.happened_at.min(tick.recorded_at)).min();
        first.map_or(self.now, |time| time.plus(-1)).min(self.now)
    }

    /// The last position recorded at or before `time`. O(log events).
    #[must_use]
    pub fn known_at(&self, time: Time) -> Position {
        self.ticks.recorded_by(time)
    }

    /// When `position` was recorded; just before the first event for 0.
    pub(super) fn recorded_at(&self, position: Position) -> Time {
        match self.ticks.get(position.max(1)) {
            Some(tick) if position == 0 => tick.recorded_at.plus(-1),
            Some(tick) => tick.recorded_at,
            None => self.now,
        }
    }

    /// The position of the verdict change before or after `known`.
    pub(super) fn verdict_change(&self, known: Position, direction: Direction) -> Option<Position> {
        let changes = self.changes.iter().copied();
        match direction {
            Direction::Back => changes.rev().find(|position| *position < known),
            Direction::Forward => changes.into_iter().find(|position| *position > known),
        }
    }

    /// The time of the happening before or after `valid`. O(events).
    pub(super) fn happening(&self, valid: Time, direction: Direction) -> Option<Time> {
        let times = self.ticks.iter().map(|tick| tick.happened_at);
        match direction {
            Direction::Back => times.filter(|time| *time < valid).max(),
            Direction::Forward => times.filter(|time| *time > valid).min(),
        }
    }

    /// The events around `valid` in the order of happening or of learning; now stands for the one after the last.
    pub(super) fn gap(&self, valid: Time, by_happening: bool) -> Gap {
        let (from, to) = if by_happening {
            let before = self.happening(valid.plus(1), Direction::Back);
            (before, self.happening(valid, Direction::Forward))
        } else {
            let known = self.known_at(valid);
            let recorded = |position: Position| self.ticks.get(position).map(|tick| tick.recorded_at);
            (recorded(known), recorded(known + 1))
        };
        Gap {
            from: from.unwrap_or_else(|| self.start().min(valid)),
            to: to.map_or(self.now, |time| time.min(self.now)),
        }
    }
}
