//! The clocks of every event in the log, in 9 to 13 bytes each: what the scrubber's ticks are made of.
//!
//! Recording times are kept as microseconds since the first of their block, happening times as the lag behind
//! recording; what does not fit stands in a map beside. Exact, never rounded.

use crate::event::Entry;
use crate::id::Stream;
use crate::time::{Position, Time};
use std::collections::BTreeMap;

/// Events that share one anchor.
const BLOCK: usize = 256;
/// Marks a value that stands in the map beside.
const FAR: u32 = u32::MAX;

/// What the scrubber shows of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// Its position.
    pub position: Position,
    /// When we learned it.
    pub recorded_at: Time,
    /// When it happened.
    pub happened_at: Time,
    /// Stream whose density track it counts in.
    pub stream: Option<Stream>,
}

/// One tick an event, in log order; made on the way out.
#[derive(Debug, Clone, Copy)]
pub struct Ticks<'a>(&'a Clocks);

impl<'a> Ticks<'a> {
    /// Number of events.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.lag.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The tick of the event at `position`. O(1).
    #[must_use]
    pub fn get(self, position: Position) -> Option<Tick> {
        let index = usize::try_from(position.checked_sub(1)?).ok()?;
        (index < self.len()).then(|| self.0.tick(index))
    }

    /// The last position recorded at or before `time`, 0 if none. O(log events).
    #[must_use]
    pub fn recorded_by(self, time: Time) -> Position {
        self.0.recorded_by(time.0) as Position
    }

    /// All ticks, oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Tick> + ExactSizeIterator + use<'a> {
        (0..self.len()).map(move |index| self.0.tick(index))
    }
}

/// The columns behind [`Ticks`].
#[derive(Debug, Clone, Default)]
pub(super) struct Clocks {
    anchors: Vec<i64>,
    since: Vec<u32>,
    lag: Vec<u32>,
    stream: Vec<u8>,
    far_recorded: BTreeMap<u32, i64>,
    far_happened: BTreeMap<u32, i64>,
}

impl Clocks {
    pub(super) fn push(&mut self, entry: &Entry) {
        let index = self.len();
        let key = index as u32;
        let recorded = entry.recorded_at.0;
        if index.is_multiple_of(BLOCK) {
            self.anchors.push(recorded);
        }
        let near = |later: i64, earlier: i64| {
            later.checked_sub(earlier).and_then(|gap| u32::try_from(gap).ok()).filter(|gap| *gap != FAR)
        };
        let since = near(recorded, self.anchors[index / BLOCK]);
        if since.is_none() {
            self.far_recorded.insert(key, recorded);
        }
        let lag = near(recorded, entry.happened_at.0);
        if lag.is_none() {
            self.far_happened.insert(key, entry.happened_at.0);
        }
        self.since.push(since.unwrap_or(FAR));
        self.lag.push(lag.unwrap_or(FAR));
        self.stream.push(entry.stream.map_or(0, |stream| stream as u8 + 1));
    }

    pub(super) fn len(&self) -> usize {
        self.lag.len()
    }

    pub(super) fn ticks(&self) -> Ticks<'_> {
        Ticks(self)
    }

    /// When the event at `index` (position - 1) was recorded.
    pub(super) fn recorded(&self, index: usize) -> i64 {
        match self.since[index] {
            FAR => self.far_recorded[&(index as u32)],
            since => self.anchors[index / BLOCK] + i64::from(since),
        }
    }

    /// Number of events recorded at or before `time`. O(log events).
    pub(super) fn recorded_by(&self, time: i64) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.recorded(middle) <= time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(super) fn shrink(&mut self) {
        self.since.shrink_to_fit();
        self.lag.shrink_to_fit();
        self.stream.shrink_to_fit();
    }

    fn tick(&self, index: usize) -> Tick {
        let recorded = self.recorded(index);
        let happened = match self.lag[index] {
            FAR => self.far_happened[&(index as u32)],
            lag => recorded - i64::from(lag),
        };
        Tick {
            position: index as Position + 1,
            recorded_at: Time(recorded),
            happened_at: Time(happened),
            stream: self.stream[index].checked_sub(1).map(|index| Stream::ALL[usize::from(index)]),
        }
    }
}
