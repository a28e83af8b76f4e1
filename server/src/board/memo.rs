//! Answers that need not be computed again.
//!
//! An analysis at (V, K) also holds at every later V until its `next_change`, provided V is past everything
//! known at K: facts never have a valid time later than their recording, so nothing is left to come true.

use shared::lens::Analysis;
use shared::time::{AsOf, Time};
use std::collections::VecDeque;
use std::sync::Arc;

/// Most answers kept for one iteration.
const ANSWERS_MAX: usize = 8;

/// The latest answers of one iteration, the most recently used last.
#[derive(Default)]
pub(super) struct Memo {
    kept: VecDeque<Kept>,
}

struct Kept {
    as_of: AsOf,
    /// Whether V lies past everything known.
    settled: bool,
    analysis: Arc<Analysis>,
}

impl Memo {
    /// The answer at `as_of`; with `floating` also one for an earlier V that still holds.
    pub(super) fn get(&mut self, as_of: AsOf, floating: bool) -> Option<Arc<Analysis>> {
        let found = self
            .kept
            .iter()
            .position(|kept| kept.as_of == as_of || (floating && kept.settled && holds(kept, as_of)))?;
        let kept = self.kept.remove(found)?;
        let analysis = kept.analysis.clone();
        self.kept.push_back(kept);
        Some(analysis)
    }

    /// Keeps an answer; `known_until` is when the last event it knows was recorded.
    pub(super) fn put(&mut self, as_of: AsOf, known_until: Time, analysis: Arc<Analysis>) {
        self.kept.retain(|kept| kept.as_of != as_of);
        if self.kept.len() >= ANSWERS_MAX {
            self.kept.pop_front();
        }
        self.kept.push_back(Kept { as_of, settled: as_of.valid >= known_until, analysis });
    }
}

fn holds(kept: &Kept, asked: AsOf) -> bool {
    kept.as_of.known == asked.known
        && kept.as_of.valid <= asked.valid
        && kept.analysis.verdict.next_change.is_none_or(|change| asked.valid < change)
}
