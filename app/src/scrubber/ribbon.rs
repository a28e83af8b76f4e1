//! The verdict's ribbon as pieces on the axis. Pure.

use crate::state::Strip;
use shared::layout::FULL;
use shared::time::{Position, Time};
use shared::verdict::VerdictName;

/// A stretch with one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it starts.
    pub(super) x: i32,
    /// How wide it is.
    pub(super) width: i32,
    /// The verdict.
    pub(super) verdict: VerdictName,
    /// The event that brought it.
    pub(super) position: Position,
    /// When that was recorded.
    pub(super) since: Time,
}

/// The pieces from left to right, the last up to `end`, or to where changes are found; those too narrow to be seen are swallowed by the one before.
pub(super) fn pieces(strip: &Strip, end: i32) -> Vec<Piece> {
    const SEEN: i32 = FULL / 500;
    let Some(track) = &strip.track else { return Vec::new() };
    let end = strip.searched_until.map_or(end, |until| track.axis.x(until));
    let mut pieces: Vec<Piece> = Vec::new();
    for change in &strip.transitions {
        let x = track.axis.x(change.recorded_at);
        if let Some(last) = pieces.last_mut() {
            last.width = x - last.x;
            if last.width < SEEN && pieces.len() > 1 {
                pieces.pop();
                if let Some(before) = pieces.last_mut() {
                    before.width = x - before.x;
                }
            }
        }
        if pieces.last().is_none_or(|last| last.verdict != change.verdict) {
            let (verdict, position, since) = (change.verdict, change.position, change.recorded_at);
            pieces.push(Piece { x, width: end - x, verdict, position, since });
        }
    }
    if let Some(last) = pieces.last_mut() {
        last.width = end - last.x;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::graph::Tick;
    use shared::layout::track::track;
    use shared::verdict::ribbon::Transition;

    fn strip(changes: &[(i64, VerdictName)]) -> Strip {
        let tick = |position| {
            let at = Time(i64::try_from(position).unwrap() * 1_000_000);
            Tick { position, recorded_at: at, happened_at: at, stream: None }
        };
        let ticks: Vec<Tick> = (1..=1001).map(tick).collect();
        let transition = |(second, verdict): &(i64, VerdictName)| Transition {
            position: u64::try_from(*second).unwrap(),
            recorded_at: Time(second * 1_000_000),
            verdict: *verdict,
        };
        Strip {
            track: track(&ticks),
            transitions: changes.iter().map(transition).collect(),
            searched: 1001,
            searched_until: None,
        }
    }

    #[test]
    fn pieces_cover_the_axis_without_gap_or_overlap() {
        use VerdictName::{Deployable, DesignGap, Pending};
        let pieces = pieces(&strip(&[(1, Pending), (400, Deployable), (700, DesignGap)]), FULL);
        assert_eq!(
            pieces.iter().map(|piece| piece.verdict).collect::<Vec<_>>(),
            [Pending, Deployable, DesignGap]
        );
        assert_eq!(pieces[0].x, 0);
        for pair in pieces.windows(2) {
            assert_eq!(pair[0].x + pair[0].width, pair[1].x);
        }
        assert_eq!(pieces[2].x + pieces[2].width, FULL);
    }

    #[test]
    fn where_nobody_has_looked_nothing_is_said() {
        let half = Strip {
            searched: 501,
            searched_until: Some(Time(501_000_000)),
            ..strip(&[(1, VerdictName::Pending)])
        };
        let pieces = pieces(&half, FULL);
        assert_eq!((pieces[0].x, pieces[0].width), (0, FULL / 2));
    }

    #[test]
    fn what_cannot_be_seen_is_swallowed() {
        use VerdictName::{Deployable, Pending};
        let pieces = pieces(&strip(&[(1, Pending), (500, Deployable), (501, Pending)]), FULL);
        assert_eq!(pieces.len(), 1);
        assert_eq!((pieces[0].x, pieces[0].width), (0, FULL));
        assert_eq!(super::pieces(&Strip::default(), FULL), []);
    }
}
