//! The lightest cut of a small graph, by dynamic programming over the sets of nodes that stand first.

use super::IndexGraph;

/// Largest component whose cut is proven minimal.
pub const EXACT_NODES_MAX: u32 = 16;

/// Nodes whose sets are looked up at a time.
const HALF: usize = EXACT_NODES_MAX as usize / 2;

/// An order that leaves less than `bound` backward, the lightest there is; `None` if there is none lighter.
///
/// best\[S\] = the lightest way to place exactly S first; sets that cost `bound` are not followed. O(2ⁿ·n).
pub(super) fn lighter(graph: &IndexGraph, bound: u64) -> Option<Vec<u32>> {
    let n = graph.nodes() as usize;
    let backward = Backward::of(graph);
    let sets = 1usize << n;
    let mut best = vec![bound; sets];
    let mut last = vec![0u8; sets];
    best[0] = 0;
    for set in 0..sets - 1 {
        let cost = best[set];
        if cost >= bound {
            continue;
        }
        for node in (0..n).filter(|node| set & (1 << node) == 0) {
            let (with, cost) = (set | (1 << node), cost.saturating_add(backward.weight(node, set)));
            if cost < best[with] {
                best[with] = cost;
                last[with] = u8::try_from(node).unwrap_or(u8::MAX);
            }
        }
    }
    let mut set = sets - 1;
    if best[set] >= bound {
        return None;
    }
    let mut order = Vec::with_capacity(n);
    while set != 0 {
        order.push(u32::from(last[set]));
        set &= !(1 << last[set]);
    }
    order.reverse();
    Some(order)
}

/// For every node and set of others the weight of its edges into the set, in two halves.
struct Backward {
    sums: Vec<[u64; 1 << HALF]>,
}

impl Backward {
    fn of(graph: &IndexGraph) -> Self {
        let mut sums = vec![[0u64; 1 << HALF]; graph.nodes() as usize * 2];
        for node in 0..graph.nodes() {
            for half in 0..2 {
                let row = &mut sums[node as usize * 2 + half];
                for set in 1usize..1 << HALF {
                    let lowest = set.trailing_zeros() as usize + half * HALF;
                    let to = u32::try_from(lowest).unwrap_or(u32::MAX);
                    row[set] = row[set & (set - 1)].saturating_add(graph.weight(node, to));
                }
            }
        }
        Self { sums }
    }

    fn weight(&self, node: usize, set: usize) -> u64 {
        let [low, high] = [&self.sums[node * 2], &self.sums[node * 2 + 1]];
        low[set & ((1 << HALF) - 1)].saturating_add(high[set >> HALF])
    }
}
