//! Minimal feedback arc cut: the lightest edges whose removal leaves no cycle, and the order that shows it.
//!
//! Exact by dynamic programming over node sets up to [`EXACT_NODES_MAX`] nodes; beyond that the better of the
//! weighted and the unweighted greedy order of Eades, Lin and Smyth (1993), improved by moving single nodes. The
//! unweighted order breaks ties as petgraph's `greedy_feedback_arc_set` does and improvement never adds weight, so
//! the cut of a component is never heavier than petgraph's. Either way no edge of the cut could be kept, as long
//! as the steps for large components reach.

mod exact;
mod greedy;
mod improve;

pub use exact::EXACT_NODES_MAX;

use super::{Edge, IndexGraph, components};

/// Steps (an edge looked at, a place moved by) of improvement at most, for every node and edge of the graph.
const STEPS_EACH: u64 = 200;

/// An order of the nodes of a graph with few edges backward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrangement {
    /// The nodes.
    pub order: Vec<u32>,
    /// The edges that lead backward, sorted: without them there is no cycle.
    pub cut: Vec<Edge>,
    /// Whether no lighter cut exists.
    pub is_minimal: bool,
}

/// Edges (sorted) of small total weight whose removal leaves `graph` without a cycle.
///
/// Works on each component by itself, see [`arrange`].
#[must_use]
pub fn minimal_cut(graph: &IndexGraph) -> Vec<Edge> {
    let mut cut = Vec::new();
    for members in components(graph).cyclic() {
        let back = |&(from, to, weight): &Edge| (members[from as usize], members[to as usize], weight);
        cut.extend(arrange(&graph.induced(members)).cut.iter().map(back));
    }
    crate::order::sort(&mut cut);
    cut
}

/// Whether `graph` without the edges of `cut` has no cycle (Kahn 1962). O(E log cut).
#[must_use]
pub fn is_acyclic_without(graph: &IndexGraph, cut: &[(u32, u32)]) -> bool {
    let gone: crate::order::Set<(u32, u32)> = cut.iter().copied().collect();
    let kept = |from: u32, to: u32| !gone.contains(&(from, to));
    let mut waiting = vec![0u32; graph.nodes() as usize];
    for &(from, to, _) in graph.edges() {
        if kept(from, to) {
            waiting[to as usize] += 1;
        }
    }
    let mut ready: Vec<u32> = (0..graph.nodes()).filter(|&node| waiting[node as usize] == 0).collect();
    let mut done = 0u32;
    while let Some(node) = ready.pop() {
        done += 1;
        for &(_, to, _) in graph.edges_from(node) {
            if kept(node, to) {
                waiting[to as usize] -= 1;
                if waiting[to as usize] == 0 {
                    ready.push(to);
                }
            }
        }
    }
    done == graph.nodes()
}

/// Arranges a strongly connected `graph` so that light edges lead backward.
///
/// Exact up to [`EXACT_NODES_MAX`] nodes in O(2ⁿ·n); beyond that O(E log V) for the order, and a number of steps
/// linear in V + E for improving it.
#[must_use]
pub fn arrange(graph: &IndexGraph) -> Arrangement {
    let reversed = graph.reversed();
    let steps = STEPS_EACH * (u64::from(graph.nodes()) + graph.edges().len() as u64);
    let mut best: Option<(u64, Vec<u32>)> = None;
    for order in [greedy::weighted(graph, &reversed), greedy::unweighted(graph, &reversed)] {
        let order = improve::by_moves(graph, &reversed, order, steps);
        let weight = weight_of(&backward_edges(graph, &order));
        if best.as_ref().is_none_or(|(lightest, _)| weight < *lightest) {
            best = Some((weight, order));
        }
    }
    let (weight, order) = best.unwrap_or_default();
    let is_minimal = graph.nodes() <= EXACT_NODES_MAX;
    let order = if is_minimal { exact::lighter(graph, weight).unwrap_or(order) } else { order };
    let order = improve::by_keeping(graph, order, steps / 4);
    Arrangement { cut: backward_edges(graph, &order), order, is_minimal }
}

fn weight_of(edges: &[Edge]) -> u64 {
    edges.iter().fold(0u64, |sum, edge| sum.saturating_add(edge.2))
}

fn places(order: &[u32]) -> Vec<u32> {
    let mut place = vec![0u32; order.len()];
    for (at, &node) in (0u32..).zip(order) {
        place[node as usize] = at;
    }
    place
}

fn backward_edges(graph: &IndexGraph, order: &[u32]) -> Vec<Edge> {
    let place = places(order);
    graph.edges().iter().filter(|edge| place[edge.0 as usize] > place[edge.1 as usize]).copied().collect()
}
