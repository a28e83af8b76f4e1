//! Orders: block-triangular for the dependency structure matrix (DSM), and ranks for drawing layers.

use super::cut::arrangement;
use super::{Components, IndexGraph, components};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// All nodes so that users come before what they use, except along cycles.
///
/// The condensation in topological order, ties by the component's smallest node; a component's members stay
/// together, in the order of its minimal cut, so that few marks lie on the wrong side. O(E log V) plus the cut.
#[must_use]
pub fn block_triangular_order(graph: &IndexGraph) -> Vec<u32> {
    let found = components(graph);
    let mut order = Vec::with_capacity(graph.nodes() as usize);
    for component in topological(graph, &found) {
        let members = &found.members[component as usize];
        if members.len() == 1 {
            order.push(members[0]);
        } else {
            let inner = arrangement(&graph.induced(members));
            order.extend(inner.into_iter().map(|local| members[local as usize]));
        }
    }
    order
}

/// Components, users first; ties by smallest member.
fn topological(graph: &IndexGraph, found: &Components) -> Vec<u32> {
    let mut waiting = vec![0u32; found.members.len()];
    for (from, to) in crossing(graph, found) {
        debug_assert_ne!(from, to);
        waiting[to as usize] += 1;
    }
    let entry = |component: u32| Reverse((found.members[component as usize][0], component));
    let mut ready: BinaryHeap<_> =
        (0u32..).zip(&waiting).filter(|(_, n)| **n == 0).map(|(c, _)| entry(c)).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(Reverse((_, component))) = ready.pop() {
        order.push(component);
        for &member in &found.members[component as usize] {
            for &(_, to, _) in graph.edges_from(member) {
                let to = found.of[to as usize];
                if to == component {
                    continue;
                }
                waiting[to as usize] -= 1;
                if waiting[to as usize] == 0 {
                    ready.push(entry(to));
                }
            }
        }
    }
    order
}

fn crossing<'a>(graph: &'a IndexGraph, found: &'a Components) -> impl Iterator<Item = (u32, u32)> + 'a {
    graph
        .edges()
        .iter()
        .map(|&(from, to, _)| (found.of[from as usize], found.of[to as usize]))
        .filter(|(from, to)| from != to)
}

/// For every node the longest path below it in the condensation: 0 for a node that uses nothing. O(V + E).
///
/// Members of one component share a rank.
#[must_use]
pub fn ranks(graph: &IndexGraph) -> Vec<u32> {
    let found = components(graph);
    let mut rank = vec![0u32; found.members.len()];
    // Components come after everything they reach, so one pass suffices.
    for (component, members) in found.members.iter().enumerate() {
        for &member in members {
            for &(_, to, _) in graph.edges_from(member) {
                let to = found.of[to as usize] as usize;
                if to != component {
                    rank[component] = rank[component].max(rank[to] + 1);
                }
            }
        }
    }
    found.of.iter().map(|&component| rank[component as usize]).collect()
}
