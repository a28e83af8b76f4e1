//! Structure: published vectors, and every algorithm against a naive one on random graphs.

use proptest::prelude::*;
use shared::structure::{
    Coupling, EXACT_NODES_MAX, IndexGraph, balanced_tree_ccd, block_triangular_order, components, coupling,
    instability_millionths, is_acyclic_without, minimal_cut, ranks, reach, schedule, shortest_cycle,
};

fn graph(nodes: u32, edges: &[(u32, u32)]) -> IndexGraph {
    IndexGraph::new(nodes, edges.iter().map(|&(from, to)| (from, to, 1)))
}

/// The example of the ArchUnit guide: 1→2, 3→2, 2→4, 2→5, 2→6, 5→6 (numbered from 0 here).
fn archunit() -> IndexGraph {
    graph(6, &[(0, 1), (2, 1), (1, 3), (1, 4), (1, 5), (4, 5)])
}

#[test]
fn lakos_vector_of_the_archunit_guide_holds() {
    let reach = reach(&archunit());
    assert_eq!(reach.depends_on, [5, 4, 5, 1, 2, 1]);
    assert_eq!(reach.ccd, 18);
    assert_eq!(reach.propagation_cost_millionths(), 500_000, "RACD is the propagation cost");
    assert_eq!(reach.used_by, [1, 3, 1, 4, 4, 5], "visibility the other way round");
    assert_eq!(reach.acd_millionths(), 3_000_000);
    assert_eq!(balanced_tree_ccd(6), 14);
    assert_eq!(reach.nccd_millionths(), 1_285_714, "NCCD 1.29 is 18 / 14");
}

#[test]
fn martin_vector_of_the_archunit_guide_holds() {
    let couplings = coupling(&archunit());
    assert_eq!(couplings[1], Coupling { ca: 2, ce: 3 });
    assert_eq!(instability_millionths(couplings[1]), 600_000);
    assert_eq!(couplings[4], Coupling { ca: 1, ce: 1 });
    assert_eq!(instability_millionths(couplings[4]), 500_000);
    assert_eq!(instability_millionths(Coupling::default()), 0, "no couplings, no instability");
}

#[test]
fn parallel_edges_add_up_and_self_loops_are_dropped() {
    let graph = IndexGraph::new(2, [(0, 1, 2), (1, 1, 9), (0, 1, 3), (5, 0, 1)]);
    assert_eq!(graph.edges(), [(0, 1, 5)]);
}

#[test]
fn the_cut_takes_the_light_edge_of_a_cycle() {
    let graph = IndexGraph::new(3, [(0, 1, 7), (1, 2, 2), (2, 0, 5)]);
    assert_eq!(minimal_cut(&graph), [(1, 2, 2)]);
}

#[test]
fn a_path_of_a_hundred_thousand_nodes_needs_no_recursion() {
    let n = 100_000;
    let graph = IndexGraph::new(n, (0..n).map(|i| (i, (i + 1) % n, 1)));
    assert_eq!(components(&graph).members.len(), 1);
    assert_eq!(shortest_cycle(&graph).len(), n as usize);
}

prop_compose! {
    fn graphs(nodes_max: u32)(nodes in 1..=nodes_max)(
        nodes in Just(nodes),
        edges in prop::collection::vec((0..nodes, 0..nodes, 1u64..6), 0..=(nodes as usize * 3)),
    ) -> IndexGraph {
        IndexGraph::new(nodes, edges)
    }
}

/// Reachability by repeated relaxation, itself included.
fn closure(graph: &IndexGraph) -> Vec<Vec<bool>> {
    let n = graph.nodes() as usize;
    let mut reaches: Vec<Vec<bool>> = (0..n).map(|i| (0..n).map(|j| i == j).collect()).collect();
    for _ in 0..n {
        for &(from, to, _) in graph.edges() {
            let further = reaches[to as usize].clone();
            reaches[from as usize].iter_mut().zip(further).for_each(|(there, more)| *there |= more);
        }
    }
    reaches
}

/// The lightest backward weight over all orders.
fn lightest_cut(graph: &IndexGraph) -> u64 {
    let n = graph.nodes() as usize;
    let mut order: Vec<usize> = (0..n).collect();
    let mut best = u64::MAX;
    permute(&mut order, 0, &mut |order| {
        let place: Vec<usize> = (0..n).map(|node| order.iter().position(|&o| o == node).unwrap()).collect();
        let back = graph.edges().iter().filter(|e| place[e.0 as usize] > place[e.1 as usize]);
        best = best.min(back.map(|e| e.2).sum());
    });
    best
}

fn permute(order: &mut Vec<usize>, from: usize, visit: &mut impl FnMut(&[usize])) {
    if from == order.len() {
        return visit(order);
    }
    for i in from..order.len() {
        order.swap(from, i);
        permute(order, from + 1, visit);
        order.swap(from, i);
    }
}

/// The unweighted greedy order of Eades, Lin and Smyth, straight from the paper.
fn greedy_cut_weight(graph: &IndexGraph) -> u64 {
    let mut left: Vec<u32> = Vec::new();
    let mut right: Vec<u32> = Vec::new();
    let mut rest: Vec<u32> = (0..graph.nodes()).collect();
    while !rest.is_empty() {
        let degree = |node: u32, out: bool| {
            let ends = graph.edges().iter().map(|e| if out { (e.0, e.1) } else { (e.1, e.0) });
            ends.filter(|(a, b)| *a == node && rest.contains(b)).count() as i64
        };
        if let Some(sink) = rest.iter().copied().find(|&v| degree(v, true) == 0) {
            right.insert(0, sink);
            rest.retain(|&v| v != sink);
        } else if let Some(source) = rest.iter().copied().find(|&v| degree(v, false) == 0) {
            left.push(source);
            rest.retain(|&v| v != source);
        } else {
            let best = rest.iter().copied().min_by_key(|&v| (degree(v, false) - degree(v, true), v)).unwrap();
            left.push(best);
            rest.retain(|&v| v != best);
        }
    }
    left.extend(right);
    let place = |node: u32| left.iter().position(|&v| v == node).unwrap();
    graph.edges().iter().filter(|e| place(e.0) > place(e.1)).map(|e| e.2).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn components_are_the_classes_of_mutual_reachability(graph in graphs(12)) {
        let (found, reaches) = (components(&graph), closure(&graph));
        for (a, row) in reaches.iter().enumerate() {
            for (b, &forth) in row.iter().enumerate() {
                prop_assert_eq!(found.of[a] == found.of[b], forth && reaches[b][a]);
                prop_assert!(!forth || found.of[b] <= found.of[a]);
            }
        }
    }

    #[test]
    fn reach_counts_what_the_closure_holds(graph in graphs(12)) {
        let counts: Vec<u32> =
            closure(&graph).iter().map(|row| row.iter().filter(|r| **r).count() as u32).collect();
        prop_assert_eq!(reach(&graph).depends_on, counts);
    }

    #[test]
    fn the_witness_is_a_cycle_and_no_shorter_one_exists(graph in graphs(10)) {
        let cycle = shortest_cycle(&graph);
        let has = |from: u32, to: u32| graph.edges_from(from).iter().any(|edge| edge.1 == to);
        for (i, &node) in cycle.iter().enumerate() {
            prop_assert!(has(node, cycle[(i + 1) % cycle.len()]));
        }
        // Shortest closed walk by powers of the adjacency relation.
        let n = graph.nodes() as usize;
        let mut walk: Vec<Vec<bool>> = (0..n).map(|i| (0..n).map(|j| i == j).collect()).collect();
        let mut shortest = 0;
        for length in 1..=n {
            let mut next = vec![vec![false; n]; n];
            for &(from, to, _) in graph.edges() {
                for start in 0..n {
                    next[start][to as usize] |= walk[start][from as usize];
                }
            }
            walk = next;
            if (0..n).any(|i| walk[i][i]) {
                shortest = length;
                break;
            }
        }
        prop_assert_eq!(cycle.len(), shortest);
    }

    #[test]
    fn a_small_cut_is_the_lightest_and_leaves_no_cycle(graph in graphs(6)) {
        let cut = minimal_cut(&graph);
        let pairs: Vec<(u32, u32)> = cut.iter().map(|edge| (edge.0, edge.1)).collect();
        prop_assert!(is_acyclic_without(&graph, &pairs));
        prop_assert_eq!(cut.iter().map(|edge| edge.2).sum::<u64>(), lightest_cut(&graph));
    }

    #[test]
    fn a_large_cut_leaves_no_cycle_and_is_never_heavier_than_the_unweighted_greedy(graph in graphs(40)) {
        let cut = minimal_cut(&graph);
        let pairs: Vec<(u32, u32)> = cut.iter().map(|edge| (edge.0, edge.1)).collect();
        prop_assert!(is_acyclic_without(&graph, &pairs));
        let sum: u64 = cut.iter().map(|edge| edge.2).sum();
        let by_component: u64 = components(&graph)
            .cyclic()
            .iter()
            .filter(|members| members.len() > EXACT_NODES_MAX as usize)
            .map(|members| greedy_cut_weight(&graph.induced(members)))
            .sum();
        let exact: u64 = components(&graph)
            .cyclic()
            .iter()
            .filter(|members| members.len() <= EXACT_NODES_MAX as usize)
            .map(|members| minimal_cut(&graph.induced(members)).iter().map(|edge| edge.2).sum::<u64>())
            .sum();
        prop_assert!(sum <= by_component + exact);
        for &edge in &pairs {
            let fewer: Vec<(u32, u32)> = pairs.iter().copied().filter(|other| *other != edge).collect();
            prop_assert!(!is_acyclic_without(&graph, &fewer), "every edge of the cut is needed");
        }
    }

    #[test]
    fn the_dsm_order_is_block_triangular(graph in graphs(20)) {
        let (order, found) = (block_triangular_order(&graph), components(&graph));
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..graph.nodes()).collect::<Vec<_>>());
        let place = |node: u32| order.iter().position(|&o| o == node).unwrap();
        for &(from, to, _) in graph.edges() {
            prop_assert!(found.of[from as usize] == found.of[to as usize] || place(from) < place(to));
        }
        let rank = ranks(&graph);
        for &(from, to, _) in graph.edges() {
            let together = found.of[from as usize] == found.of[to as usize];
            let (upper, lower) = (rank[from as usize], rank[to as usize]);
            prop_assert!(upper == lower && together || upper > lower && !together);
        }
    }
}

/// Lengths of all paths from `node` up to what waits for it, or down to what it waits for, `node` itself left out;
/// nodes of one component count once, as long as the longest of them.
fn longest(edges: &[(u32, u32)], of: &[u32], longest_of: &[i64], component: u32) -> i64 {
    let next =
        edges.iter().filter(|&&(from, to)| of[from as usize] == component && of[to as usize] != component);
    next.map(|&(_, to)| of[to as usize])
        .map(|other| longest_of[other as usize] + longest(edges, of, longest_of, other))
        .max()
        .unwrap_or(0)
}

proptest! {
    /// Slack is what is left of the whole beside the longest path through the node, every path tried.
    #[test]
    fn a_schedule_is_that_of_all_paths(
        (n, edges, lengths) in (1_u32..8).prop_flat_map(|n| (
            Just(n),
            prop::collection::vec((0..n, 0..n), 0..14),
            prop::collection::vec(0_i64..20, n as usize),
        ))
    ) {
        let graph = graph(n, &edges);
        let found = components(&graph);
        let planned = schedule(&graph, &found, &lengths);
        let turned: Vec<(u32, u32)> = edges.iter().map(|&(from, to)| (to, from)).collect();
        let longest_of: Vec<i64> = found
            .members
            .iter()
            .map(|members| members.iter().map(|&node| lengths[node as usize]).max().expect("a member"))
            .collect();
        let through = |component: u32| {
            let below = longest(&edges, &found.of, &longest_of, component);
            let above = longest(&turned, &found.of, &longest_of, component);
            (below, below + longest_of[component as usize] + above)
        };
        let whole = found.of.iter().map(|&component| through(component).1).max().expect("a node");
        prop_assert_eq!(planned.length, whole);
        for node in 0..n as usize {
            let (below, all) = through(found.of[node]);
            let shorter = longest_of[found.of[node] as usize] - lengths[node];
            prop_assert_eq!(planned.earliest[node], below);
            prop_assert_eq!(planned.latest[node] - planned.earliest[node], whole - all + shorter);
        }
    }
}

#[test]
fn a_schedule_of_a_long_chain_needs_no_recursion_and_does_not_overflow() {
    let n = 100_000;
    let graph = IndexGraph::new(n, (1..n).map(|i| (i, i - 1, 1)));
    let planned = schedule(&graph, &components(&graph), &vec![i64::MAX / 2; n as usize]);
    assert_eq!(planned.length, i64::MAX);
}
