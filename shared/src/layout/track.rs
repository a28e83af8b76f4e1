//! The scrubber's track: event density per stream, late facts, both clocks on one axis.
//!
//! In: [`Tick`]s of the whole log. Out: [`Track`]. Late facts that lie together are joined into one mark with a
//! count, so a bulk import of yesterday's run is one line, not thousands. O(n log n).

use super::FULL;
use super::axis::{Axis, Mark};
use crate::graph::Tick;
use crate::id::Stream;
use crate::order::Map;
use crate::time::{Position, Time};
use serde::{Deserialize, Serialize};

/// Columns of the density.
pub const BINS: usize = 200;
/// Highest density, in steps.
pub const STEPS: u32 = 15;
/// Most late marks drawn.
const LATE_MAX: usize = 12;
/// Late marks closer than this are joined.
const JOIN: i32 = 150;
/// A fact learned sooner than this is not late, in microseconds.
const PROMPT: i64 = 60_000_000;

/// The track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Both clocks.
    pub axis: Axis,
    /// Heights, 0 to [`STEPS`], by stream in [`Stream::ALL`] order.
    pub density: [Vec<u8>; 3],
    /// Facts learned late.
    pub late: Vec<Late>,
    /// Round times.
    pub marks: Vec<Mark>,
}

/// Facts that happened here and were learned there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// Where it happened.
    pub happened_x: i32,
    /// Where we learned it.
    pub learned_x: i32,
    /// When the first of them happened.
    pub happened_at: Time,
    /// When we learned the first of them.
    pub learned_at: Time,
    /// Position of the first of them.
    pub position: Position,
    /// How many.
    pub count: u32,
}

/// Lays the log out; `None` for an empty one.
#[must_use]
pub fn track(ticks: &[Tick]) -> Option<Track> {
    let axis = Axis::over(ticks.iter().flat_map(|tick| [tick.happened_at, tick.recorded_at]))?;
    let marks = axis.marks(900);
    Some(Track { density: density(ticks, &axis), late: late(ticks, &axis), marks, axis })
}

/// When a tick happened, or was learned if it has no time of its own.
#[must_use]
pub fn happened(tick: &Tick) -> Time {
    if tick.happened_at == Time::ALWAYS { tick.recorded_at } else { tick.happened_at }
}

fn density(ticks: &[Tick], axis: &Axis) -> [Vec<u8>; 3] {
    let mut counts = [(); 3].map(|()| vec![0_u32; BINS]);
    for tick in ticks {
        let Some(stream) = tick.stream else { continue };
        let row = Stream::ALL.iter().position(|known| *known == stream);
        let bin = usize::try_from(axis.x(happened(tick))).unwrap_or(0) * BINS / (FULL as usize + 1);
        if let Some(count) = row.and_then(|row| counts.get_mut(row)).and_then(|row| row.get_mut(bin)) {
            *count += 1;
        }
    }
    let top = counts.iter().flatten().copied().max().unwrap_or(1).max(1);
    counts.map(|row| row.into_iter().map(|count| height(count, top)).collect())
}

/// Square-root scale, so that single events stay visible beside bursts.
fn height(count: u32, top: u32) -> u8 {
    if count == 0 {
        return 0;
    }
    let scaled = u64::from(count) * u64::from(STEPS * STEPS) / u64::from(top);
    u8::try_from(scaled.isqrt().clamp(1, u64::from(STEPS))).unwrap_or(u8::MAX)
}

fn late(ticks: &[Tick], axis: &Axis) -> Vec<Late> {
    let mut joined: Map<(i32, i32), Late> = Map::new();
    for tick in ticks.iter().filter(|tick| tick.happened_at != Time::ALWAYS) {
        if tick.recorded_at.0.saturating_sub(tick.happened_at.0) < PROMPT {
            continue;
        }
        let (happened_x, learned_x) = (axis.x(tick.happened_at), axis.x(tick.recorded_at));
        if learned_x - happened_x < JOIN {
            continue;
        }
        joined.entry((learned_x / JOIN, happened_x / JOIN)).and_modify(|late| late.count += 1).or_insert(
            Late {
                happened_x,
                learned_x,
                happened_at: tick.happened_at,
                learned_at: tick.recorded_at,
                position: tick.position,
                count: 1,
            },
        );
    }
    let mut late: Vec<Late> = joined.into_values().collect();
    crate::order::sort_by_key(&mut late, |late| {
        (std::cmp::Reverse(late.learned_x - late.happened_x), late.position)
    });
    late.truncate(LATE_MAX);
    crate::order::sort_by_key(&mut late, |late| late.position);
    late
}
