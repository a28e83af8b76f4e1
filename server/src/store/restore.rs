//! Restoring: checks that what comes is one or several whole logs, before a store writes any of it.
//!
//! Refuses gaps, times that run backwards, identities twice and projects that change. Pure.

use super::plan::Head;
use super::row::Row;
use super::{Logged, Name, StoreError, Time};
use std::collections::{BTreeMap, HashSet};

/// A whole log of an iteration.
pub(super) struct Whole {
    /// The head row it leads to.
    pub head: Head,
    /// Its rows, from position 1.
    pub rows: Vec<Row>,
    /// When each was recorded.
    pub recorded_at: Vec<Time>,
}

/// Sorts `logged` into whole logs by iteration. Events of different iterations may come interleaved.
pub(super) fn whole_logs(logged: Vec<Logged>) -> Result<BTreeMap<Name, Whole>, StoreError> {
    let mut logs: BTreeMap<Name, (Whole, HashSet<_>)> = BTreeMap::new();
    for next in logged {
        let iteration = next.event.iteration.clone();
        let not_whole = |what: &str| StoreError::NotWhole(format!("{iteration}:{}: {what}", next.position));
        let (whole, seen) = logs.entry(iteration.clone()).or_insert_with(|| {
            let head = Head::new(next.event.project.clone(), next.recorded_at);
            (Whole { head, rows: Vec::new(), recorded_at: Vec::new() }, HashSet::new())
        });
        if next.position != whole.head.head + 1 {
            return Err(not_whole(&format!("position {} was expected", whole.head.head + 1)));
        }
        if next.recorded_at < whole.head.recorded_at {
            return Err(not_whole("recorded before the event in front of it"));
        }
        if next.event.project != whole.head.project {
            return Err(not_whole("of another project than the event in front of it"));
        }
        if !seen.insert(next.event.identity.hash()) {
            return Err(not_whole("its identity comes twice"));
        }
        whole.head.head = next.position;
        whole.head.recorded_at = next.recorded_at;
        whole.recorded_at.push(next.recorded_at);
        whole.rows.push(Row::of_logged(next));
    }
    Ok(logs.into_iter().map(|(iteration, (whole, _))| (iteration, whole)).collect())
}
