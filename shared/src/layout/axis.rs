//! A time axis that folds idle stretches, so that a minute of work is legible beside a night of nothing.
//!
//! In: the instants that matter. Out: [`Axis`], a monotonic map from time to x and back, with marks at round
//! times. Stretches longer than a third of all the rest together are folded to [`FOLD`] each.

use super::FULL;
use crate::time::Time;

/// Width of a folded stretch.
pub const FOLD: i32 = 240;
/// At most this many stretches are folded.
const FOLDS_MAX: usize = 8;
/// Characters of a label that has its usual room; a date before the clock needs more.
const CLOCK_CHARS: i32 = 11;
const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// Distances between marks, from fine to coarse.
const STEPS: [i64; 22] = [
    SECOND / 100,
    SECOND / 10,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    15 * SECOND,
    30 * SECOND,
    60 * SECOND,
    120 * SECOND,
    300 * SECOND,
    600 * SECOND,
    900 * SECOND,
    1_800 * SECOND,
    3_600 * SECOND,
    7_200 * SECOND,
    10_800 * SECOND,
    21_600 * SECOND,
    43_200 * SECOND,
    DAY,
    7 * DAY,
    30 * DAY,
    365 * DAY,
];

/// A map from time to x.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    pieces: Vec<Piece>,
}

/// A stretch of time on a stretch of the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    from: Time,
    to: Time,
    x0: i32,
    x1: i32,
    folded: bool,
}

/// A round time on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub x: i32,
    /// When.
    pub time: Time,
    /// What is written there (UTC): a date, hours and minutes, or seconds.
    pub label: String,
}

impl Axis {
    /// The axis over `times`; `None` without any. O(n log n).
    #[must_use]
    pub fn over(times: impl IntoIterator<Item = Time>) -> Option<Self> {
        let mut times: Vec<Time> = times.into_iter().filter(|t| *t != Time::ALWAYS).collect();
        crate::order::sort(&mut times);
        times.dedup();
        let (first, last) = (*times.first()?, *times.last()?);
        if first == last {
            let piece = Piece { from: first, to: first.plus(SECOND), x0: 0, x1: FULL, folded: false };
            return Some(Self { pieces: vec![piece] });
        }
        let folds = folds(&times, last.0.saturating_sub(first.0));
        Some(Self { pieces: pieces(first, last, &folds) })
    }

    /// First instant.
    #[must_use]
    pub fn first(&self) -> Time {
        self.pieces.first().map_or(Time::ALWAYS, |piece| piece.from)
    }

    /// Last instant.
    #[must_use]
    pub fn last(&self) -> Time {
        self.pieces.last().map_or(Time::MAX, |piece| piece.to)
    }

    /// Where `time` is, clamped to the axis. Never decreases as time goes on.
    #[must_use]
    pub fn x(&self, time: Time) -> i32 {
        let after = self.pieces.partition_point(|piece| piece.from <= time);
        let Some(piece) = after.checked_sub(1).and_then(|i| self.pieces.get(i)) else { return 0 };
        let span = i128::from(piece.to.0) - i128::from(piece.from.0);
        let into = (i128::from(time.0) - i128::from(piece.from.0)).min(span);
        let width = i128::from(piece.x1 - piece.x0);
        // Within the piece, so it fits.
        piece.x0 + i32::try_from(into * width / span.max(1)).unwrap_or(piece.x1 - piece.x0)
    }

    /// The instant at `x`, the inverse of [`Axis::x`] up to rounding.
    #[must_use]
    pub fn at(&self, x: i32) -> Time {
        let x = x.clamp(0, FULL);
        let after = self.pieces.partition_point(|piece| piece.x0 <= x);
        let Some(piece) = after.checked_sub(1).and_then(|i| self.pieces.get(i)) else { return self.first() };
        let span = i128::from(piece.to.0) - i128::from(piece.from.0);
        let into = span * i128::from(x - piece.x0) / i128::from((piece.x1 - piece.x0).max(1));
        piece.from.plus(i64::try_from(into).unwrap_or(0))
    }

    /// Where folded stretches lie: (x, width).
    #[must_use]
    pub fn folds(&self) -> Vec<(i32, i32)> {
        self.pieces.iter().filter(|p| p.folded).map(|p| (p.x0, p.x1 - p.x0)).collect()
    }

    /// Marks at round times, no closer than `room`, which holds a clock's label, and none within half of that of the
    /// right end.
    #[must_use]
    pub fn marks(&self, room: i32) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        let step = self.step(room);
        let dated = self.last().0.saturating_sub(self.first().0) > DAY;
        let mut day = i64::MIN;
        for piece in self.pieces.iter().filter(|piece| !piece.folded) {
            let mut at = piece.from.0.div_euclid(step).saturating_mul(step);
            if at < piece.from.0 {
                at = at.saturating_add(step);
            }
            while at <= piece.to.0 {
                let (time, x) = (Time(at), self.x(Time(at)));
                let free =
                    marks.last().is_none_or(|mark| x - mark.x >= mark.room(room)) && x <= FULL - room / 2;
                if free {
                    let new_day = dated && at.div_euclid(DAY) != day;
                    day = at.div_euclid(DAY);
                    marks.push(Mark { x, time, label: label(time, step, new_day) });
                }
                at = at.saturating_add(step);
            }
        }
        marks
    }

    /// The finest round distance that leaves `room` between marks.
    fn step(&self, room: i32) -> i64 {
        let active = self.pieces.iter().filter(|piece| !piece.folded);
        let (span, width) = active.fold((0_i128, 0_i128), |(span, width), piece| {
            (span + i128::from(piece.to.0 - piece.from.0), width + i128::from(piece.x1 - piece.x0))
        });
        let least = span * i128::from(room) / width.max(1);
        STEPS.into_iter().find(|step| i128::from(*step) >= least).unwrap_or(365 * DAY)
    }
}

impl Mark {
    /// Room that the label needs, where `room` holds [`CLOCK_CHARS`].
    fn room(&self, room: i32) -> i32 {
        let chars = i32::try_from(self.label.len()).unwrap_or(CLOCK_CHARS);
        room * chars.max(CLOCK_CHARS) / CLOCK_CHARS
    }
}

/// The stretches to fold, in time order: those that outweigh a third of what else there is.
fn folds(times: &[Time], span: i64) -> Vec<(Time, Time)> {
    let mut gaps: Vec<(i64, Time, Time)> =
        times.windows(2).map(|pair| (pair[1].0.saturating_sub(pair[0].0), pair[0], pair[1])).collect();
    crate::order::sort_by(&mut gaps, |a, b| b.cmp(a));
    let mut rest = span;
    let mut folded = Vec::new();
    for (gap, from, to) in gaps.into_iter().take(FOLDS_MAX) {
        let without = rest.saturating_sub(gap);
        if without <= 0 || gap < without / 3 || gap < 60 * SECOND {
            break;
        }
        rest = without;
        folded.push((from, to));
    }
    crate::order::sort(&mut folded);
    folded
}

/// Shares the width out: [`FOLD`] a fold, the rest by time.
fn pieces(first: Time, last: Time, folds: &[(Time, Time)]) -> Vec<Piece> {
    let n = i32::try_from(folds.len()).unwrap_or(0);
    let width = i128::from(FULL - n * FOLD);
    let idle: i128 = folds.iter().map(|(from, to)| i128::from(to.0) - i128::from(from.0)).sum();
    let active = (i128::from(last.0) - i128::from(first.0) - idle).max(1);
    let (mut pieces, mut done, mut n_folds, mut from) = (Vec::new(), 0_i128, 0_i32, first);
    let x_of = |done: i128, n: i32| i32::try_from(done * width / active).unwrap_or(FULL) + n * FOLD;
    for (start, end) in folds {
        let x0 = x_of(done, n_folds);
        done += i128::from(start.0) - i128::from(from.0);
        let x1 = x_of(done, n_folds);
        pieces.push(Piece { from, to: *start, x0, x1, folded: false });
        pieces.push(Piece { from: *start, to: *end, x0: x1, x1: x1 + FOLD, folded: true });
        n_folds += 1;
        from = *end;
    }
    pieces.push(Piece { from, to: last, x0: x_of(done, n_folds), x1: FULL, folded: false });
    // A piece of a single instant has no width; the fold beside it covers that instant.
    pieces.retain(|piece| piece.from < piece.to);
    pieces
}

fn label(time: Time, step: i64, new_day: bool) -> String {
    let text = time.to_string();
    let cut = |from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    let clock = if step < SECOND {
        cut(11, text.len().saturating_sub(1).min(22))
    } else if step < 60 * SECOND {
        cut(11, 19)
    } else {
        cut(11, 16)
    };
    match (step >= DAY, new_day) {
        (true, _) => cut(0, 10),
        (false, true) => format!("{} {clock}", cut(5, 10)),
        (false, false) => clock,
    }
}
