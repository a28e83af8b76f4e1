//! What decides how long the work takes, twice: as it was walked, and as it could have been.
//!
//! *As it was walked*: the binding predecessor of a task is the dependency that ended last (ties: smallest id); the
//! critical path of the finished work leads from the task that ended last back along binding predecessors. Only
//! recorded ends count.
//!
//! *As it could have been*: the critical path method ([`crate::structure::schedule`]) over declared dependencies,
//! every task as long as its span ([`super::Times`]), one without a recorded span as long as nothing. Its slack is how
//! much longer the task might have taken, had all begun as soon as they could, before the whole took longer.

use super::Times;
use crate::order::Set;
use crate::structure::{Components, IndexGraph, Schedule, schedule};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// When a task could have begun, counted from the beginning of the work; it ends its span later.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Earliest beginning, in microseconds.
    pub earliest_us: i64,
    /// Latest beginning that makes the work no longer, in microseconds.
    pub latest_us: i64,
    /// The difference: 0 where any delay makes the work longer.
    pub slack_us: i64,
}

/// Both answers; nodes are numbered as the times.
pub(super) struct Critical {
    /// The dependency that ended last, of every task that was tried.
    pub held_by: Vec<Option<u32>>,
    /// The path as it was walked, first to last.
    pub path: Vec<u32>,
    /// Of tasks with a span.
    pub slots: Vec<Option<Slot>>,
    /// Length of the longest path, if any task has a span.
    pub length_us: Option<i64>,
}

/// An edge of `graph` leads to what a task waits for; `found` are its components. O(V + E).
pub(super) fn critical(graph: &IndexGraph, found: &Components, times: &[&Times]) -> Critical {
    let spans: Vec<i64> = times.iter().map(|times| times.span_us.unwrap_or(0)).collect();
    let Schedule { earliest, latest, length } = schedule(graph, found, &spans);
    let slot = |(node, times): (usize, &&Times)| {
        let (earliest_us, latest_us) = (earliest[node], latest[node]);
        times.span_us.map(|_| Slot {
            earliest_us,
            latest_us,
            slack_us: latest_us.saturating_sub(earliest_us),
        })
    };
    let ended: Vec<Option<Time>> = times.iter().map(|times| times.finished_at).collect();
    let held_by: Vec<Option<u32>> = (0..graph.nodes()).map(|node| binding(graph, &ended, node)).collect();
    Critical {
        path: walked(&held_by, last_of(&ended, &mut (0..graph.nodes()))),
        held_by,
        slots: times.iter().enumerate().map(slot).collect(),
        length_us: times.iter().any(|times| times.span_us.is_some()).then_some(length),
    }
}

fn binding(graph: &IndexGraph, ended: &[Option<Time>], node: u32) -> Option<u32> {
    last_of(ended, &mut graph.edges_from(node).iter().map(|edge| edge.1))
}

fn last_of(ended: &[Option<Time>], nodes: &mut dyn Iterator<Item = u32>) -> Option<u32> {
    let timed = nodes.filter_map(|node| Some((ended[node as usize]?, std::cmp::Reverse(node))));
    timed.max().map(|(_, std::cmp::Reverse(node))| node)
}

/// The walk back from `last`, turned round; a cycle ends it.
fn walked(held_by: &[Option<u32>], last: Option<u32>) -> Vec<u32> {
    let (mut path, mut seen, mut next) = (Vec::new(), Set::new(), last);
    while let Some(node) = next.filter(|&node| seen.insert(node)) {
        path.push(node);
        next = held_by[node as usize];
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::components;
    use proptest::prelude::*;

    prop_compose! {
        fn work()(n in 1_u32..9)(
            ends in prop::collection::vec(prop::option::of(0_i64..20), n as usize),
            edges in prop::collection::vec((0..n, 0..n), 0..20),
            n in Just(n),
        ) -> (Vec<Option<i64>>, Vec<(u32, u32)>, u32) {
            (ends, edges, n)
        }
    }

    proptest! {
        /// Against a search through all dependencies for one that none ended after.
        #[test]
        fn every_step_goes_to_what_ended_last((ends, edges, n) in work()) {
            let graph = IndexGraph::new(n, edges.iter().map(|&(from, to)| (from, to, 1)));
            let times: Vec<Times> =
                ends.iter().map(|end| Times { finished_at: end.map(Time), ..Times::default() }).collect();
            let found = critical(&graph, &components(&graph), &times.iter().collect::<Vec<_>>());
            for node in 0..n {
                let before: Vec<u32> =
                    (0..n).filter(|&other| other != node && edges.contains(&(node, other))).collect();
                let beats = |a: u32, b: u32| {
                    (ends[a as usize], std::cmp::Reverse(a)) >= (ends[b as usize], std::cmp::Reverse(b))
                };
                let naive = before.iter().copied().find(|&a| {
                    ends[a as usize].is_some() && before.iter().all(|&b| beats(a, b))
                });
                prop_assert_eq!(found.held_by[node as usize], naive);
            }
            let latest = ends.iter().flatten().max().copied();
            prop_assert_eq!(found.path.last().and_then(|&last| ends[last as usize]), latest);
            for step in found.path.windows(2) {
                prop_assert_eq!(found.held_by[step[1] as usize], Some(step[0]));
            }
            prop_assert_eq!(found.length_us, None, "nothing has a span");
        }
    }
}
