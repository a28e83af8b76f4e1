//! The critical path method (Kelley and Walker, *Critical-Path Planning and Scheduling*, 1959): how early every node
//! may begin, how late it may without making the whole longer, and the difference, its slack.
//!
//! An edge leads to what a node waits for. Nodes on a cycle cannot wait for each other, so edges inside a strongly
//! connected component do not count: its members may begin together, once everything outside that any of them waits
//! for is done, and what waits for one of them waits for the longest. Lengths are whole numbers of any unit, never
//! negative; sums saturate.
//!
//! Not here: what a length is, and which path was walked in fact (`lens::dde`).

use super::{Components, IndexGraph};

/// Earliest and latest beginnings, counted from the beginning of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Earliest beginning of every node: the end of the longest path that leads to it.
    pub earliest: Vec<i64>,
    /// Latest beginning of every node with which the whole becomes no longer; never before the earliest.
    pub latest: Vec<i64>,
    /// Length of the longest path.
    pub length: i64,
}

/// The schedule of `graph`, whose nodes take `lengths` and whose components are `found`. O(V + E).
#[must_use]
pub fn schedule(graph: &IndexGraph, found: &Components, lengths: &[i64]) -> Schedule {
    let longest = |members: &Vec<u32>| members.iter().map(|&node| lengths[node as usize]).max().unwrap_or(0);
    let longest: Vec<i64> = found.members.iter().map(longest).collect();
    let mut begin = vec![0_i64; longest.len()];
    // A component comes after everything it waits for.
    for (at, members) in found.members.iter().enumerate() {
        begin[at] = awaited(graph, found, members)
            .map(|other| begin[other].saturating_add(longest[other]))
            .max()
            .unwrap_or(0);
    }
    let ends = begin.iter().zip(&longest).map(|(begin, length)| begin.saturating_add(*length));
    let length = ends.max().unwrap_or(0);
    let mut end = vec![length; longest.len()];
    for (at, members) in found.members.iter().enumerate().rev() {
        for other in awaited(graph, found, members) {
            end[other] = end[other].min(end[at].saturating_sub(longest[at]));
        }
    }
    let place = |node: usize| found.of[node] as usize;
    Schedule {
        earliest: (0..lengths.len()).map(|node| begin[place(node)]).collect(),
        latest: (0..lengths.len()).map(|node| end[place(node)].saturating_sub(lengths[node])).collect(),
        length,
    }
}

/// Components that the component of `members` waits for, perhaps more than once.
fn awaited<'a>(
    graph: &'a IndexGraph,
    found: &'a Components,
    members: &'a [u32],
) -> impl Iterator<Item = usize> + use<'a> {
    let edges = members.iter().flat_map(|&member| graph.edges_from(member));
    let places = edges.map(|&(from, to, _)| (found.of[from as usize], found.of[to as usize]));
    places.filter(|(from, to)| from != to).map(|(_, to)| to as usize)
}
