//! A ranking: numbers in an order that only a comparison given with every question knows.
//!
//! All that maps and sets need to keep their entries in order, compiled once for all of them. A search takes
//! O(log n) comparisons, a change O(√n) moves of four bytes for the sizes met here: runs of at most [`RUN_MAX`]
//! numbers, in a list. What comes last takes one comparison and one move.

use std::cmp::Ordering;

/// Longest run; 2 KB, so that a change stays within what the processor has at hand.
const RUN_MAX: usize = 512;

/// Numbers in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranking {
    /// Never an empty run.
    runs: Vec<Vec<u32>>,
}

/// Where a number is, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    run: usize,
    at: usize,
}

impl Place {
    /// Where the first number is.
    pub(super) const FIRST: Self = Self { run: 0, at: 0 };
}

impl Ranking {
    /// The numbers 0 to `n` in their natural order.
    pub(super) fn natural(n: usize) -> Self {
        let all: Vec<u32> = (0..n).map(|number| number as u32).collect();
        Self { runs: all.chunks(RUN_MAX).map(<[u32]>::to_vec).collect() }
    }

    /// Where the number is for which `compare` says equal, with it; else where it would be. `compare` says how the
    /// thing behind a number compares with the one that is looked for.
    #[inline(never)]
    pub(super) fn find(&self, compare: &mut dyn FnMut(u32) -> Ordering) -> (Place, Option<u32>) {
        let Some((last, before)) = self.runs.split_last() else {
            return (Place::FIRST, None);
        };
        // What is put in is most often in order already.
        match compare(last[last.len() - 1]) {
            Ordering::Less => return (Place { run: before.len(), at: last.len() }, None),
            Ordering::Equal => {
                return (Place { run: before.len(), at: last.len() - 1 }, last.last().copied());
            }
            Ordering::Greater => {}
        }
        let run = before.partition_point(|run| compare(run[run.len() - 1]) == Ordering::Less);
        match self.runs[run].binary_search_by(|number| compare(*number)) {
            Ok(at) => (Place { run, at }, Some(self.runs[run][at])),
            Err(at) => (Place { run, at }, None),
        }
    }

    /// Puts `number` where [`Ranking::find`] did not find it.
    #[inline(never)]
    pub(super) fn insert(&mut self, place: Place, number: u32) {
        let is_last = place.run + 1 >= self.runs.len();
        match self.runs.get_mut(place.run) {
            Some(run) if run.len() < RUN_MAX => run.insert(place.at, number),
            Some(run) if !(is_last && place.at == run.len()) => {
                let mut rest = run.split_off(RUN_MAX / 2);
                match place.at.checked_sub(RUN_MAX / 2) {
                    Some(at) => rest.insert(at, number),
                    None => run.insert(place.at, number),
                }
                self.runs.insert(place.run + 1, rest);
            }
            _ => self.runs.push(vec![number]),
        }
    }

    /// Takes out what is at `place`.
    #[inline(never)]
    pub(super) fn remove(&mut self, place: Place) {
        let run = &mut self.runs[place.run];
        run.remove(place.at);
        if run.is_empty() {
            self.runs.remove(place.run);
        }
    }

    /// Calls the number at `place` by another one.
    pub(super) fn rename(&mut self, place: Place, number: u32) {
        self.runs[place.run][place.at] = number;
    }

    /// The numbers in order.
    pub(super) fn walk(&self) -> Walk<'_> {
        self.walk_from(Place::FIRST)
    }

    /// The numbers in order, from `place` on.
    pub(super) fn walk_from(&self, place: Place) -> Walk<'_> {
        let head = self.runs.get(place.run).map_or(&[][..], |run| &run[place.at..]);
        Walk { head, runs: self.runs.get(place.run + 1..).unwrap_or_default(), tail: &[] }
    }

    /// The numbers in order, as one list.
    #[inline(never)]
    pub(super) fn into_list(self) -> Vec<u32> {
        self.runs.concat()
    }
}

/// Numbers in order, from either end.
#[derive(Debug, Clone, Default)]
pub(super) struct Walk<'a> {
    head: &'a [u32],
    runs: &'a [Vec<u32>],
    tail: &'a [u32],
}

impl Iterator for Walk<'_> {
    type Item = u32;

    #[inline(never)]
    fn next(&mut self) -> Option<u32> {
        loop {
            if let Some((first, rest)) = self.head.split_first() {
                self.head = rest;
                return Some(*first);
            }
            match self.runs.split_first() {
                Some((run, rest)) => (self.head, self.runs) = (run, rest),
                None if self.tail.is_empty() => return None,
                None => self.head = std::mem::take(&mut self.tail),
            }
        }
    }
}

impl DoubleEndedIterator for Walk<'_> {
    #[inline(never)]
    fn next_back(&mut self) -> Option<u32> {
        loop {
            if let Some((last, rest)) = self.tail.split_last() {
                self.tail = rest;
                return Some(*last);
            }
            match self.runs.split_last() {
                Some((run, rest)) => (self.tail, self.runs) = (run, rest),
                None if self.head.is_empty() => return None,
                None => self.tail = std::mem::take(&mut self.head),
            }
        }
    }
}
