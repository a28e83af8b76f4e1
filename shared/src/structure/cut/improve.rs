//! Improving an order: single nodes move to where they leave less weight backward, and backward edges that close
//! no cycle are turned forward.

use super::greedy::signed;
use super::{Edge, IndexGraph, backward_edges, places};
use std::cmp::Reverse;

/// Moves single nodes to where they leave the least weight backward, until nothing improves or `steps` are spent.
///
/// Where a node belongs depends on where its neighbours stand, so only those of a node that moved are asked anew.
pub(super) fn by_moves(
    graph: &IndexGraph,
    reversed: &IndexGraph,
    mut order: Vec<u32>,
    mut steps: u64,
) -> Vec<u32> {
    let mut place = places(&order);
    let mut asked = vec![false; order.len()];
    let mut marks = Vec::new();
    let mut moved = true;
    while std::mem::take(&mut moved) {
        for node in 0..graph.nodes() {
            if std::mem::replace(&mut asked[node as usize], true) {
                continue;
            }
            let (from, to) = (place[node as usize], best_place(graph, reversed, &place, node, &mut marks));
            let cost = marks.len() as u64 + u64::from(from.abs_diff(to)) + 1;
            let Some(left) = steps.checked_sub(cost) else { return order };
            steps = left;
            if from == to {
                continue;
            }
            let span = from.min(to) as usize..from.max(to) as usize + 1;
            if from < to {
                order[span.clone()].rotate_left(1)
            } else {
                order[span.clone()].rotate_right(1)
            }
            for at in span {
                place[order[at] as usize] = at as u32;
            }
            let neighbours = graph.edges_from(node).iter().chain(reversed.edges_from(node));
            neighbours.for_each(|edge| asked[edge.1 as usize] = false);
            moved = true;
        }
    }
    order
}

/// The place for `node` that leaves the least weight backward; its own unless another is strictly better.
fn best_place(
    graph: &IndexGraph,
    reversed: &IndexGraph,
    place: &[u32],
    node: u32,
    marks: &mut Vec<(u32, i64)>,
) -> u32 {
    let own = place[node as usize];
    // Walking right past a successor turns that edge backward; past a predecessor turns that one forward.
    marks.clear();
    marks.extend(graph.edges_from(node).iter().map(|edge| (place[edge.1 as usize], signed(edge.2))));
    marks.extend(reversed.edges_from(node).iter().map(|edge| (place[edge.1 as usize], -signed(edge.2))));
    crate::order::sort(marks);
    let left_of_own: i64 = marks.iter().filter(|mark| mark.0 < own).map(|mark| mark.1).sum();
    let (mut best, mut best_place) = (left_of_own, own);
    let mut cost = 0;
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

/// Turns every backward edge forward, heaviest first, that closes no cycle with those that lead forward already, so
/// that none of the rest could be kept; as long as `steps` reach.
pub(super) fn by_keeping(graph: &IndexGraph, mut order: Vec<u32>, mut steps: u64) -> Vec<u32> {
    let mut place = places(&order);
    let mut backward: Vec<Edge> = backward_edges(graph, &order);
    crate::order::sort_by_key(&mut backward, |&(from, to, weight)| (Reverse(weight), from, to));
    let mut seen = vec![u32::MAX; order.len()];
    for (round, &(from, to, _)) in (0u32..).zip(&backward) {
        // A move for an edge before may have turned this one, too.
        if place[from as usize] < place[to as usize] {
            continue;
        }
        // Whatever `to` reaches goes behind `from`, unless that is `from` itself.
        let (first, last) = (place[to as usize], place[from as usize]);
        let mut open = vec![to];
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node as usize], round) == round {
                continue;
            }
            let edges = graph.edges_from(node);
            let Some(left) = steps.checked_sub(edges.len() as u64 + 1) else { return order };
            steps = left;
            let forward = |at: u32| at > place[node as usize] && at <= last;
            open.extend(edges.iter().map(|edge| edge.1).filter(|node| forward(place[*node as usize])));
        }
        if seen[from as usize] == round {
            continue;
        }
        let span = first as usize..last as usize + 1;
        let (reached, mut moved): (Vec<u32>, Vec<u32>) =
            order[span.clone()].iter().partition(|node| seen[**node as usize] == round);
        moved.extend(reached);
        for (at, node) in span.zip(moved) {
            order[at] = node;
            place[node as usize] = at as u32;
        }
    }
    order
}
