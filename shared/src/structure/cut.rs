//! Minimal feedback arc cut: the lightest edges whose removal leaves no cycle.
//!
//! Exact by dynamic programming over node sets up to [`EXACT_NODES_MAX`] nodes; beyond that the better of the
//! weighted and the unweighted greedy order of Eades, Lin and Smyth (1993), improved by moving single nodes.
//! Either way no edge of the cut could be kept.

use super::{IndexGraph, components};
use crate::order::Set;

/// Largest component whose cut is proven minimal.
pub const EXACT_NODES_MAX: u32 = 13;

/// Rounds of local improvement at most.
const ROUNDS_MAX: u64 = 20;
/// Node moves looked at, times nodes, at most: fewer rounds for components of thousands of nodes.
const IMPROVE_STEPS_MAX: u64 = 40_000_000;
/// Cuts longer than this are not thinned edge by edge.
const THINNED_EDGES_MAX: usize = 512;

/// Edges (sorted) of small total weight whose removal leaves `graph` without a cycle.
///
/// Works on each component by itself. Exact up to [`EXACT_NODES_MAX`] nodes in O(2ⁿ·n²), else near-linear.
#[must_use]
pub fn minimal_cut(graph: &IndexGraph) -> Vec<super::Edge> {
    let mut cut = Vec::new();
    for members in components(graph).cyclic() {
        let part = graph.induced(members);
        let backward = backward_edges(&part, &arrangement(&part));
        let back = |&(from, to, weight): &super::Edge| (members[from as usize], members[to as usize], weight);
        cut.extend(thin(&part, backward).iter().map(back));
    }
    crate::order::sort(&mut cut);
    cut
}

/// Whether `graph` without the edges of `cut` has no cycle (Kahn 1962). O(E log cut).
#[must_use]
pub fn is_acyclic_without(graph: &IndexGraph, cut: &[(u32, u32)]) -> bool {
    let gone: Set<(u32, u32)> = cut.iter().copied().collect();
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

/// An order of the nodes with light backward edges.
pub(super) fn arrangement(graph: &IndexGraph) -> Vec<u32> {
    if graph.nodes() <= EXACT_NODES_MAX {
        return exact(graph);
    }
    let reversed = graph.reversed();
    let candidates = [greedy(graph, &reversed, true), greedy(graph, &reversed, false)];
    let improved = candidates.map(|order| {
        let order = improve(graph, &reversed, order);
        (weight_of(&backward_edges(graph, &order)), order)
    });
    let [weighted, unweighted] = improved;
    if unweighted.0 < weighted.0 { unweighted.1 } else { weighted.1 }
}

fn weight_of(edges: &[super::Edge]) -> u64 {
    edges.iter().fold(0u64, |sum, edge| sum.saturating_add(edge.2))
}

fn places(order: &[u32]) -> Vec<u32> {
    let mut place = vec![0u32; order.len()];
    for (at, &node) in (0u32..).zip(order) {
        place[node as usize] = at;
    }
    place
}

fn backward_edges(graph: &IndexGraph, order: &[u32]) -> Vec<super::Edge> {
    let place = places(order);
    graph.edges().iter().filter(|edge| place[edge.0 as usize] > place[edge.1 as usize]).copied().collect()
}

/// The order of lightest backward weight: best[S] = the lightest way to place exactly S first.
fn exact(graph: &IndexGraph) -> Vec<u32> {
    let n = graph.nodes() as usize;
    let mut weight = vec![0u64; n * n];
    for &(from, to, w) in graph.edges() {
        weight[from as usize * n + to as usize] = w;
    }
    let sets = 1usize << n;
    let mut best = vec![u64::MAX; sets];
    let mut last = vec![0u8; sets];
    best[0] = 0;
    for set in 1..sets {
        for node in (0..n).filter(|node| set & (1 << node) != 0) {
            let before = set & !(1 << node);
            let back = (0..n)
                .filter(|other| before & (1 << other) != 0)
                .fold(0u64, |sum, other| sum.saturating_add(weight[node * n + other]));
            let cost = best[before].saturating_add(back);
            if cost < best[set] {
                best[set] = cost;
                last[set] = u8::try_from(node).unwrap_or(u8::MAX);
            }
        }
    }
    let mut order = Vec::with_capacity(n);
    let mut set = sets - 1;
    while set != 0 {
        let node = last[set];
        order.push(u32::from(node));
        set &= !(1 << node);
    }
    order.reverse();
    order
}

/// Eades–Lin–Smyth: sinks to the right, sources to the left, else the node of largest out minus in.
fn greedy(graph: &IndexGraph, reversed: &IndexGraph, weighted: bool) -> Vec<u32> {
    let n = graph.nodes();
    let size = |edge: &super::Edge| if weighted { i128::from(edge.2) } else { 1 };
    let sum = |edges: &[super::Edge]| edges.iter().map(size).sum::<i128>();
    let mut out: Vec<i128> = (0..n).map(|node| sum(graph.edges_from(node))).collect();
    let mut into: Vec<i128> = (0..n).map(|node| sum(reversed.edges_from(node))).collect();
    // Class 0: sinks, 1: sources, 2: the rest by falling surplus; ties by index.
    let rank = |node: u32, out: &[i128], into: &[i128]| match (out[node as usize], into[node as usize]) {
        (0, _) => (0u8, 0, node),
        (_, 0) => (1, 0, node),
        (o, i) => (2, i - o, node),
    };
    let mut left = Vec::new();
    let mut right = Vec::new();
    let mut waiting: Set<(u8, i128, u32)> = (0..n).map(|node| rank(node, &out, &into)).collect();
    while let Some((class, _, node)) = waiting.pop_first() {
        if class == 0 {
            right.push(node)
        } else {
            left.push(node)
        }
        for (edges, sums) in [(graph.edges_from(node), true), (reversed.edges_from(node), false)] {
            for edge in edges {
                let key = rank(edge.1, &out, &into);
                if !waiting.remove(&key) {
                    continue;
                }
                let side = if sums { &mut into } else { &mut out };
                side[edge.1 as usize] -= size(edge);
                waiting.insert(rank(edge.1, &out, &into));
            }
        }
    }
    left.extend(right.into_iter().rev());
    left
}

/// Moves single nodes to where they leave the least weight backward, until nothing improves.
fn improve(graph: &IndexGraph, reversed: &IndexGraph, mut order: Vec<u32>) -> Vec<u32> {
    let nodes = u64::from(graph.nodes());
    let rounds = (IMPROVE_STEPS_MAX / (nodes * nodes).max(1)).min(ROUNDS_MAX);
    for _ in 0..rounds {
        let mut moved = false;
        for node in 0..graph.nodes() {
            let place = places(&order);
            let (at, to) =
                (place[node as usize] as usize, best_place(graph, reversed, &place, node) as usize);
            if at == to {
                continue;
            }
            if at < to {
                order[at..=to].rotate_left(1)
            } else {
                order[to..=at].rotate_right(1)
            }
            moved = true;
        }
        if !moved {
            break;
        }
    }
    order
}

/// The place for `node` that leaves the least weight backward; its own unless another is strictly better.
fn best_place(graph: &IndexGraph, reversed: &IndexGraph, place: &[u32], node: u32) -> u32 {
    let own = place[node as usize];
    // Walking right past a successor turns that edge backward; past a predecessor turns that one forward.
    let mut marks: Vec<(u32, i128)> =
        graph.edges_from(node).iter().map(|edge| (place[edge.1 as usize], i128::from(edge.2))).collect();
    marks.extend(reversed.edges_from(node).iter().map(|edge| (place[edge.1 as usize], -i128::from(edge.2))));
    crate::order::sort(&mut marks);
    let left_of_own: i128 = marks.iter().filter(|mark| mark.0 < own).map(|mark| mark.1).sum();
    let (mut best, mut best_place) = (left_of_own, own);
    let mut cost: i128 = 0;
    if cost < best {
        (best, best_place) = (cost, 0);
    }
    for (i, &(at, change)) in marks.iter().enumerate() {
        cost += change;
        // A neighbour in both directions has two marks at one place; only after both is it passed.
        let passed = marks.get(i + 1).is_none_or(|next| next.0 != at);
        if passed && cost < best {
            // Behind the node at `at`: one further left once this node has left its own place.
            (best, best_place) = (cost, if at < own { at + 1 } else { at });
        }
    }
    best_place
}

/// Keeps every edge of `cut`, heaviest first, that closes no cycle, so that none of the rest could be kept.
fn thin(graph: &IndexGraph, cut: Vec<super::Edge>) -> Vec<super::Edge> {
    if cut.len() > THINNED_EDGES_MAX {
        return cut;
    }
    let mut gone: Set<(u32, u32)> = cut.iter().map(|edge| (edge.0, edge.1)).collect();
    let mut heaviest_first = cut.clone();
    crate::order::sort_by_key(&mut heaviest_first, |&(from, to, weight)| {
        (std::cmp::Reverse(weight), from, to)
    });
    for (from, to, _) in heaviest_first {
        if !reaches(graph, &gone, to, from) {
            gone.remove(&(from, to));
        }
    }
    cut.into_iter().filter(|edge| gone.contains(&(edge.0, edge.1))).collect()
}

fn reaches(graph: &IndexGraph, gone: &Set<(u32, u32)>, start: u32, goal: u32) -> bool {
    let mut seen = vec![false; graph.nodes() as usize];
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        if node == goal {
            return true;
        }
        if std::mem::replace(&mut seen[node as usize], true) {
            continue;
        }
        open.extend(
            graph.edges_from(node).iter().filter(|edge| !gone.contains(&(edge.0, edge.1))).map(|edge| edge.1),
        );
    }
    false
}
