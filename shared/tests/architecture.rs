//! An architecture kept up to date import by import equals one built anew; its cuts are no heavier than petgraph's;
//! its levels see the cycles of folders.

use petgraph::algo::greedy_feedback_arc_set;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;
use shared::structure::{
    Architecture, IndexGraph, Link, Tree, Weights, arrange, components, is_acyclic_without, minimal_cut,
};
use std::collections::BTreeMap;

/// Changes to imports: from, to, references by kind, all 0 to remove.
type Told = Vec<(u32, u32, Weights)>;

fn weights() -> impl Strategy<Value = Weights> {
    prop_oneof![
        3 => (1u32..6).prop_map(|n| [n, 0, 0]),
        1 => (1u32..6).prop_map(|n| [0, n, 0]),
        2 => (1u32..6).prop_map(|n| [0, 0, n]),
        1 => (1u32..4, 0u32..2, 0u32..4).prop_map(|(n, b, d)| [n, b, d]),
        4 => Just([0, 0, 0]),
    ]
}

prop_compose! {
    /// Modules in a tree of folders, some external, and what is told about their imports one by one.
    fn told(modules_max: u32, told_max: usize)(modules in 2..=modules_max)(
        parents in prop::collection::vec(0u32..6, 1..6),
        homes in prop::collection::vec(0u32..6, modules as usize),
        external in prop::collection::vec(prop::bool::weighted(0.1), modules as usize),
        told in prop::collection::vec((0..modules, 0..modules, weights()), 1..=told_max),
    ) -> (Tree, Vec<bool>, Told) {
        (Tree::new(&parents, &homes), external, told)
    }
}

fn built(tree: &Tree, external: &[bool], imports: &BTreeMap<(u32, u32), Weights>) -> Architecture {
    let links = imports.iter().map(|(&(from, to), &weights)| Link { from, to, weights });
    Architecture::new(tree.clone(), external.to_vec(), links.collect())
}

fn petgraph_cut_weight(graph: &IndexGraph) -> u64 {
    let edge = |&(from, to, weight): &(u32, u32, u64)| {
        (NodeIndex::<u32>::new(from as usize), NodeIndex::new(to as usize), weight)
    };
    let plain: DiGraph<(), u64> = DiGraph::from_edges(graph.edges().iter().map(edge));
    greedy_feedback_arc_set(&plain).map(|edge| *edge.weight()).sum()
}

fn cut_weight(graph: &IndexGraph) -> u64 {
    let cut = minimal_cut(graph);
    let pairs: Vec<(u32, u32)> = cut.iter().map(|edge| (edge.0, edge.1)).collect();
    assert!(is_acyclic_without(graph, &pairs), "the cut leaves a cycle");
    cut.iter().map(|edge| edge.2).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_architecture_kept_up_to_date_equals_one_built_anew((tree, external, told) in told(9, 40)) {
        let mut imports = BTreeMap::new();
        let mut kept = built(&tree, &external, &imports);
        for (from, to, weights) in told {
            kept.set(from, to, weights);
            if weights == [0; 3] || from == to { imports.remove(&(from, to)); } else { imports.insert((from, to), weights); }
            let anew = built(&tree, &external, &imports);
            prop_assert_eq!(&kept, &anew, "after {} -> {} {:?}", from, to, weights);
        }
    }

    #[test]
    fn a_component_s_cut_is_never_heavier_than_petgraph_s(
        nodes in 2u32..60,
        edges in prop::collection::vec((0u32..60, 0u32..60, 1u64..50), 0..300),
    ) {
        let graph = IndexGraph::new(nodes, edges.into_iter().map(|(a, b, w)| (a % nodes, b % nodes, w)));
        for members in components(&graph).cyclic() {
            let part = graph.induced(members);
            prop_assert!(cut_weight(&part) <= petgraph_cut_weight(&part));
        }
    }

    #[test]
    fn the_cut_is_what_leads_backward_in_the_arrangement(
        nodes in 2u32..40,
        edges in prop::collection::vec((0u32..40, 0u32..40, 1u64..50), 0..200),
    ) {
        let graph = IndexGraph::new(nodes, edges.into_iter().map(|(a, b, w)| (a % nodes, b % nodes, w)));
        let found = arrange(&graph);
        let place = |node: u32| found.order.iter().position(|n| *n == node).unwrap();
        let backward: Vec<_> = graph.edges().iter().filter(|e| place(e.0) > place(e.1)).copied().collect();
        prop_assert_eq!(found.cut, backward);
    }

    #[test]
    fn every_import_meets_in_one_folder((tree, external, told) in told(30, 60)) {
        let mut imports = BTreeMap::new();
        for (from, to, weights) in told {
            if from != to && weights != [0; 3] { imports.insert((from, to), weights); }
        }
        let architecture = built(&tree, &external, &imports);
        let sum = |weights: &Weights| weights.iter().map(|n| u64::from(*n)).sum::<u64>();
        let levels = (0..tree.folders()).filter_map(|folder| architecture.level(folder));
        let in_levels: u64 = levels.flat_map(|level| level.links()).map(|link| sum(&link.weights)).sum();
        let is_module = |node: &&u32| **node >= tree.folders();
        let modules_in = |folder: u32| tree.children(folder).iter().filter(is_module).count();
        let flat = (0..tree.folders()).any(|folder| modules_in(folder) == external.len());
        prop_assert!(flat || in_levels == imports.values().map(sum).sum::<u64>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_larger_architecture_kept_up_to_date_equals_one_built_anew((tree, external, told) in told(40, 160)) {
        let mut imports = BTreeMap::new();
        let mut kept = built(&tree, &external, &imports);
        for (from, to, weights) in told {
            kept.set(from, to, weights);
            if weights == [0; 3] || from == to { imports.remove(&(from, to)); } else { imports.insert((from, to), weights); }
        }
        prop_assert_eq!(kept, built(&tree, &external, &imports));
    }
}

/// Over whole graphs, which petgraph arranges otherwise than component by component; the same ones every time.
#[test]
fn cuts_of_whole_graphs_are_no_heavier_than_petgraph_s() {
    let mut state = 7u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) * bound) >> 31
    };
    for round in 0..400u32 {
        let nodes = 2 + below(80) as u32;
        let n_edges = below(u64::from(nodes) * 6);
        let edges: Vec<_> = (0..n_edges)
            .map(|_| (below(u64::from(nodes)) as u32, below(u64::from(nodes)) as u32, 1 + below(20)))
            .collect();
        let graph = IndexGraph::new(nodes, edges);
        assert!(cut_weight(&graph) <= petgraph_cut_weight(&graph), "round {round}");
    }
}

/// Two folders of two modules: cycles of folders without a cycle of modules.
#[test]
fn folders_may_use_each_other_where_no_modules_do() {
    // Root 0, folders 1 and 2; modules 0, 1 in the first, 2, 3 in the second.
    let tree = Tree::new(&[0, 0, 0], &[1, 1, 2, 2]);
    let imports = [(0, 2, [3, 0, 0]), (3, 1, [1, 0, 0])];
    let links = imports.map(|(from, to, weights)| Link { from, to, weights });
    let architecture = Architecture::new(tree, vec![false; 4], links.to_vec());
    assert_eq!(architecture.modules().knots().count(), 0);
    let knots: Vec<_> = architecture.level(0).unwrap().knots().collect();
    assert_eq!(knots.len(), 1);
    assert_eq!((&knots[0].members[..], &knots[0].cut[..]), (&[0, 1][..], &[(1, 0)][..]));
    assert!(architecture.level(1).unwrap().links().is_empty());
}

/// What is found about twenty thousand modules in one long cycle needs no recursion, nor does keeping it.
#[test]
fn a_long_cycle_is_closed_and_opened() {
    let n = 20_000;
    let links: Vec<Link> = (0..n - 1).map(|i| Link { from: i, to: i + 1, weights: [1, 0, 0] }).collect();
    let mut architecture =
        Architecture::new(Tree::new(&[0], &vec![0; n as usize]), vec![false; n as usize], links);
    let open = architecture.clone();
    architecture.set(n - 1, 0, [0, 0, 1]);
    assert_eq!(
        architecture.modules().knots().map(|knot| knot.members.len()).collect::<Vec<_>>(),
        [n as usize]
    );
    architecture.set(n - 1, 0, [0; 3]);
    assert_eq!(architecture, open);
}
