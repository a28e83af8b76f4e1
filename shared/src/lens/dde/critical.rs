//! The critical path of the finished work: from the task that ended last, back along what held it up longest.

use crate::graph::Entity;
use crate::order::Set;
use crate::structure::IndexGraph;
use crate::time::Time;

/// Tasks on the critical path. `graph` is numbered as `entities`; an edge leads to what a task waits for.
///
/// Every step goes to the dependency that ended last (ties: smallest id). Tasks that have not ended, or whose
/// end nobody recorded, are on no path. O(V + E).
pub(super) fn critical_path(graph: &IndexGraph, entities: &[&Entity]) -> Set<u32> {
    let ended: Vec<Option<Time>> = entities
        .iter()
        .map(|entity| entity.attempts.last().and_then(|attempt| attempt.finished_at))
        .collect();
    let latest = |nodes: &mut dyn Iterator<Item = u32>| {
        let timed = nodes.filter_map(|node| Some((ended[node as usize]?, std::cmp::Reverse(node))));
        timed.max().map(|(_, std::cmp::Reverse(node))| node)
    };
    let mut path = Set::new();
    let mut next = latest(&mut (0..graph.nodes()));
    while let Some(node) = next.filter(|&node| path.insert(node)) {
        next = latest(&mut graph.edges_from(node).iter().map(|edge| edge.1));
    }
    path
}
