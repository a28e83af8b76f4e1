//! Cycles: components with a shortest witness, a verified minimal cut and the kinds of import they need.

use super::imports::Imports;
use super::{Component, Cut};
use crate::event::Dependency;
use crate::lens::kpi::{EVIDENCE_MAX, Measure};
use crate::structure::{
    IndexGraph, components as partition, is_acyclic_without, minimal_cut, shortest_cycle,
};

/// Sets of kinds a component may need, the first that suffices wins: legal cycles come last.
const NEEDS: [&[Dependency]; 7] = {
    use Dependency::{Build, Dev, Normal};
    [&[Normal], &[Build], &[Normal, Build], &[Dev], &[Normal, Dev], &[Build, Dev], &[Normal, Build, Dev]]
};

/// Components, largest first, and for every module the index of its component.
///
/// First those over normal and build imports; then those that need dev imports, unless they have just the
/// members of one of the first.
pub(super) fn components(imports: &Imports) -> (Vec<Component>, Vec<Option<u32>>) {
    let mut found: Vec<(Vec<u32>, Component)> = Vec::new();
    for graph in [&imports.hard, &imports.all] {
        for members in partition(graph).cyclic() {
            if found.iter().all(|(known, _)| known != members) {
                found.push((members.to_vec(), component(imports, graph, members)));
            }
        }
    }
    // Stable: of equal size, those that count come first.
    crate::order::sort_by_key(&mut found, |(members, _)| std::cmp::Reverse(members.len()));
    let mut of_component = vec![None; imports.modules.len()];
    for legal in [true, false] {
        for (index, (members, component)) in (0u32..).zip(&found) {
            if component.kinds.contains(&Dependency::Dev) == legal {
                members.iter().for_each(|&member| of_component[member as usize] = Some(index));
            }
        }
    }
    (found.into_iter().map(|(_, component)| component).collect(), of_component)
}

fn component(imports: &Imports, graph: &IndexGraph, members: &[u32]) -> Component {
    let part = graph.induced(members);
    let cut = minimal_cut(&part);
    let pairs: Vec<(u32, u32)> = cut.iter().map(|edge| (edge.0, edge.1)).collect();
    // Should the cut ever leave a cycle, every import of the component is shown rather than a wrong promise.
    let pairs = if is_acyclic_without(&part, &pairs) {
        pairs
    } else {
        part.edges().iter().map(|edge| (edge.0, edge.1)).collect()
    };
    let global = |local: u32| members[local as usize];
    Component {
        size: u32::try_from(members.len()).unwrap_or(u32::MAX),
        kinds: needs(imports, members),
        members: members.iter().map(|&member| imports.id(member)).collect(),
        shortest_cycle: shortest_cycle(&part).into_iter().map(|local| imports.id(global(local))).collect(),
        cut: pairs
            .into_iter()
            .map(|(from, to)| (global(from), global(to)))
            .map(|(from, to)| Cut {
                from: imports.id(from),
                to: imports.id(to),
                weight: imports.references(from, to),
            })
            .collect(),
    }
}

/// The first set of kinds over which the members all reach each other.
fn needs(imports: &Imports, members: &[u32]) -> Vec<Dependency> {
    let inside = |node: &u32| members.binary_search(node).is_ok();
    let inner: Vec<_> = imports.imports.iter().filter(|i| inside(&i.from) && inside(&i.to)).collect();
    let nodes = u32::try_from(imports.modules.len()).unwrap_or(u32::MAX);
    let suffices = |kinds: &&&[Dependency]| {
        let edges = inner.iter().filter(|i| kinds.contains(&i.kind)).map(|i| (i.from, i.to, 1));
        let part = IndexGraph::new(nodes, edges).induced(members);
        partition(&part).members.len() == 1
    };
    NEEDS.iter().find(suffices).unwrap_or(&NEEDS[6]).to_vec()
}

/// Components of more than one module over normal and build imports.
pub(super) fn cyclic(imports: &Imports, seen: bool) -> Measure {
    let found = partition(&imports.hard);
    let cyclic = found.cyclic();
    let witness = cyclic.iter().take(EVIDENCE_MAX).flat_map(|members| {
        let cycle = shortest_cycle(&imports.hard.induced(members));
        let pairs: Vec<(u32, u32)> = (0..cycle.len())
            .map(|i| (members[cycle[i] as usize], members[cycle[(i + 1) % cycle.len()] as usize]))
            .collect();
        pairs.into_iter().flat_map(|(from, to)| imports.positions(from, to))
    });
    Measure {
        name: "acc.cyclic_dependencies",
        numerator: i64::try_from(cyclic.len()).unwrap_or(i64::MAX),
        denominator: i64::from(seen),
        evidence: witness.collect(),
    }
}
