//! How an answer got from one `AsOf` to another: what was learned later, what happened later, what flipped it.
//!
//! The way from (V₁, K₁) to (V₂, K₂) goes by (V₁, K₂): first only knowledge moves, then only time. What changes
//! on the first leg was *learned* later about the past, what changes on the second *happened* later. On each leg
//! the standing (verdict, streams, override) is looked at in [`LOOKS`] places evenly apart, and every flip between two
//! of them is narrowed by bisection to the very position or instant; one that flips and flips back between two looks
//! is not seen.
//!
//! Costs O(looks + flips · log(events or microseconds)) analyses, flips at most [`FLIPS_MAX`].

use crate::graph::Graph;
use crate::id::{EntityId, Stream};
use crate::lens::Analysis;
use crate::lens::diff::{Diff, EntityChange, diff};
use crate::time::{AsOf, Position, Time};
use crate::verdict::{StreamState, Verdict, VerdictName};
use serde::{Deserialize, Serialize};

/// Flips narrowed down at most.
pub const FLIPS_MAX: usize = 16;
/// Stretches of a leg between whose ends flips are sought.
pub const LOOKS: u8 = 16;
/// Entities named for a flip at most.
const ENTITIES_MAX: usize = 16;

/// The difference of two answers, and how it came about.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What differs.
    #[serde(flatten)]
    pub diff: Diff,
    /// Of it, what was learned later about what had happened by the first V.
    pub learned: Vec<EntityChange>,
    /// Of it, what happened after the first V.
    pub happened: Vec<EntityChange>,
    /// What flipped the verdict or a stream, in the order of the way.
    pub flips: Vec<Flip>,
}

/// Which clock moved.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Known time: we learned it.
    Known,
    /// Valid time: it happened, or something expired.
    Valid,
}

/// What the gate would say.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The verdict.
    pub verdict: VerdictName,
    /// Execution.
    pub dde: StreamState,
    /// Behaviour.
    pub bdv: StreamState,
    /// Architecture.
    pub acc: StreamState,
    /// Whether an override is in force.
    pub overridden: bool,
}

impl Standing {
    fn of(verdict: &Verdict) -> Self {
        let state = |stream| verdict.streams.get(stream).state;
        Self {
            verdict: verdict.verdict,
            dde: state(Stream::Dde),
            bdv: state(Stream::Bdv),
            acc: state(Stream::Acc),
            overridden: verdict.r#override.is_some(),
        }
    }
}

/// A step over which the standing changes.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// Which clock moved.
    pub clock: Clock,
    /// The `AsOf` from which on it stands so; going back in time, up to which.
    pub at: AsOf,
    /// Before.
    pub from: Standing,
    /// After.
    pub to: Standing,
    /// The events: the one learned, or those that the changed entities rest on; at most 16. None where
    /// something only expired.
    pub events: Vec<Position>,
    /// What changed with it, at most 16.
    pub entities: Vec<EntityId>,
}

/// Compares the answers of `graph` at `from` and `to`.
#[must_use]
pub fn compare(graph: &Graph, from: AsOf, to: AsOf) -> Comparison {
    let at = |as_of: AsOf| Analysis::of(graph.scene(&graph.snapshot(as_of)));
    let corner = AsOf { valid: from.valid, known: to.known };
    let (first, middle, last) = (at(from), at(corner), at(to));
    let mut flips = Vec::new();
    walk(&at, Leg::known(from.valid, from.known, to.known), &mut flips);
    walk(&at, Leg::valid(to.known, from.valid, to.valid), &mut flips);
    Comparison {
        diff: diff(&first, &last),
        learned: diff(&first, &middle).entities,
        happened: diff(&middle, &last).entities,
        flips,
    }
}

/// A way along one clock, as whole numbers from `start` to `end`, in either direction.
struct Leg {
    clock: Clock,
    start: i128,
    end: i128,
    fixed: AsOf,
}

impl Leg {
    fn known(valid: Time, from: Position, to: Position) -> Self {
        let fixed = AsOf { valid, known: from };
        Self { clock: Clock::Known, start: i128::from(from), end: i128::from(to), fixed }
    }

    fn valid(known: Position, from: Time, to: Time) -> Self {
        let fixed = AsOf { valid: from, known };
        Self { clock: Clock::Valid, start: i128::from(from.0), end: i128::from(to.0), fixed }
    }

    fn as_of(&self, at: i128) -> AsOf {
        match self.clock {
            Clock::Known => AsOf { known: Position::try_from(at).unwrap_or(0), ..self.fixed },
            Clock::Valid => AsOf { valid: Time(i64::try_from(at).unwrap_or(i64::MAX)), ..self.fixed },
        }
    }
}

/// Finds the flips along `leg`, in its direction.
fn walk(at: &dyn Fn(AsOf) -> Analysis, leg: Leg, flips: &mut Vec<Flip>) {
    let standing = |place: i128| Standing::of(&at(leg.as_of(place)).verdict);
    let (mut place, mut now) = (leg.start, standing(leg.start));
    for look in 1..=i128::from(LOOKS) {
        let goal_at = leg.start + (leg.end - leg.start) * look / i128::from(LOOKS);
        if goal_at == place {
            continue;
        }
        let goal = standing(goal_at);
        while now != goal && flips.len() < FLIPS_MAX {
            // `near` stands as now, `far` does not: halve until they are neighbours.
            let (mut near, mut far) = (place, goal_at);
            while (far - near).abs() > 1 {
                let middle = near + (far - near) / 2;
                if standing(middle) == now { near = middle } else { far = middle }
            }
            let (before, after) = (at(leg.as_of(near)), at(leg.as_of(far)));
            flips.push(flip(&leg, (near, far), &before, &after));
            (place, now) = (far, Standing::of(&after.verdict));
        }
        place = goal_at;
    }
}

fn flip(leg: &Leg, (near, far): (i128, i128), before: &Analysis, after: &Analysis) -> Flip {
    let changes = diff(before, after).entities;
    let events = match leg.clock {
        Clock::Known => vec![Position::try_from(near.max(far)).unwrap_or(0)],
        Clock::Valid => {
            let mut events: Vec<Position> =
                changes.iter().flat_map(|change| change.events.iter().copied()).collect();
            crate::order::sort(&mut events);
            events.dedup();
            events.truncate(ENTITIES_MAX);
            events
        }
    };
    Flip {
        clock: leg.clock,
        at: leg.as_of(far),
        from: Standing::of(&before.verdict),
        to: Standing::of(&after.verdict),
        events,
        entities: changes.into_iter().map(|change| change.id).take(ENTITIES_MAX).collect(),
    }
}
