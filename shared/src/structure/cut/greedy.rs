//! Greedy orders of Eades, Lin and Smyth (Inf. Process. Lett. 1993): sinks to the right, sources to the left, else
//! the node of largest out minus in.

use super::IndexGraph;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Weights beyond this count as this, so that no sum overflows.
const WEIGHT_MAX: u64 = 1 << 42;

/// A weight as a signed number.
#[expect(clippy::cast_possible_wrap, reason = "at most 2⁴²")]
pub(super) fn signed(weight: u64) -> i64 {
    weight.min(WEIGHT_MAX) as i64
}

/// The order by weights; ties by index. O(E log E).
pub(super) fn weighted(graph: &IndexGraph, reversed: &IndexGraph) -> Vec<u32> {
    let sums = |graph: &IndexGraph| -> Vec<i64> {
        let sum = |node| graph.edges_from(node).iter().map(|edge| signed(edge.2)).sum();
        (0..graph.nodes()).map(sum).collect()
    };
    let (mut out, mut into) = (sums(graph), sums(reversed));
    // Class 2: sinks, 1: sources, 0: the rest by surplus. What changes is entered anew; old entries are passed over.
    let entry = |node: u32, out: &[i64], into: &[i64]| match (out[node as usize], into[node as usize]) {
        (0, _) => (2u8, 0, Reverse(node)),
        (_, 0) => (1, 0, Reverse(node)),
        (out, into) => (0, out - into, Reverse(node)),
    };
    let mut waiting: BinaryHeap<(u8, i64, Reverse<u32>)> =
        (0..graph.nodes()).map(|node| entry(node, &out, &into)).collect();
    let mut done = vec![false; graph.nodes() as usize];
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while let Some(found) = waiting.pop() {
        let Reverse(node) = found.2;
        if done[node as usize] || found != entry(node, &out, &into) {
            continue;
        }
        done[node as usize] = true;
        if found.0 == 2 {
            right.push(node)
        } else {
            left.push(node)
        }
        for &(_, to, weight) in graph.edges_from(node) {
            if !done[to as usize] {
                into[to as usize] -= signed(weight);
                waiting.push(entry(to, &out, &into));
            }
        }
        for &(_, from, weight) in reversed.edges_from(node) {
            if !done[from as usize] {
                out[from as usize] -= signed(weight);
                waiting.push(entry(from, &out, &into));
            }
        }
    }
    left.extend(right.into_iter().rev());
    left
}

const NONE: u32 = u32::MAX;
const SINKS: usize = 0;
const SOURCES: usize = 1;
/// First of the buckets by surplus, smallest first.
const REST: usize = 2;

/// The order by numbers of edges, with the ties of petgraph 0.8: of equals the one that changed last. O(V + E).
pub(super) fn unweighted(graph: &IndexGraph, reversed: &IndexGraph) -> Vec<u32> {
    let mut buckets = Buckets::of(graph, reversed);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while left.len() + right.len() < graph.nodes() as usize {
        while let Some(node) = buckets.take(SINKS, graph, reversed) {
            right.push(node);
        }
        while let Some(node) = buckets.take(SOURCES, graph, reversed) {
            left.push(node);
        }
        while buckets.top > REST && buckets.heads[buckets.top] == NONE {
            buckets.top -= 1;
        }
        left.extend(buckets.take(buckets.top, graph, reversed));
    }
    left.extend(right.into_iter().rev());
    left
}

/// Nodes by class and surplus, in lists that a node leaves and enters in constant time.
struct Buckets {
    heads: Vec<u32>,
    /// No bucket beyond holds a node.
    top: usize,
    out: Vec<u32>,
    into: Vec<u32>,
    /// Bucket, previous and next of every node; bucket `NONE` once it is placed.
    at: Vec<[u32; 3]>,
    /// Surplus of the bucket [`REST`], negated.
    lowest: u32,
}

impl Buckets {
    fn of(graph: &IndexGraph, reversed: &IndexGraph) -> Self {
        let degrees = |graph: &IndexGraph| -> Vec<u32> {
            (0..graph.nodes()).map(|node| graph.edges_from(node).len() as u32).collect()
        };
        let (out, into) = (degrees(graph), degrees(reversed));
        let largest = |degrees: &[u32]| degrees.iter().copied().max().unwrap_or(0);
        let (lowest, highest) = (largest(&into), largest(&out));
        let n_buckets = REST + (lowest + highest) as usize + 1;
        let at = vec![[NONE; 3]; graph.nodes() as usize];
        let mut buckets = Self { heads: vec![NONE; n_buckets], top: n_buckets - 1, out, into, at, lowest };
        // In the order in which the edges name them; those that none names stand last.
        let named = graph.edges().iter().flat_map(|edge| [edge.0, edge.1]);
        for node in named.chain(0..graph.nodes()) {
            if buckets.at[node as usize][0] == NONE {
                buckets.enter(node);
            }
        }
        buckets
    }

    fn enter(&mut self, node: u32) {
        let (out, into) = (self.out[node as usize], self.into[node as usize]);
        let bucket = match (out, into) {
            (0, _) => SINKS,
            (_, 0) => SOURCES,
            _ => REST + (self.lowest + out - into) as usize,
        };
        self.top = self.top.max(bucket);
        let next = std::mem::replace(&mut self.heads[bucket], node);
        if next != NONE {
            self.at[next as usize][1] = node;
        }
        self.at[node as usize] = [bucket as u32, NONE, next];
    }

    fn leave(&mut self, node: u32) {
        let [bucket, previous, next] = std::mem::replace(&mut self.at[node as usize], [NONE; 3]);
        if next != NONE {
            self.at[next as usize][1] = previous;
        }
        match previous {
            NONE => self.heads[bucket as usize] = next,
            previous => self.at[previous as usize][2] = next,
        }
    }

    /// Takes the first node of a bucket away, and its edges.
    fn take(&mut self, bucket: usize, graph: &IndexGraph, reversed: &IndexGraph) -> Option<u32> {
        let node = Some(self.heads[bucket]).filter(|node| *node != NONE)?;
        self.leave(node);
        for (edges, is_out) in [(graph.edges_from(node), true), (reversed.edges_from(node), false)] {
            for &(_, other, _) in edges {
                if self.at[other as usize][0] == NONE {
                    continue;
                }
                self.leave(other);
                let side = if is_out { &mut self.into } else { &mut self.out };
                side[other as usize] -= 1;
                self.enter(other);
            }
        }
        Some(node)
    }
}
