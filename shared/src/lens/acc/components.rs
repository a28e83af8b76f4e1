//! Cycles: of modules, and at every level of the tree of what lies in one folder; each with a shortest witness, a
//! verified minimal cut and the kinds of import it needs.

use super::module_graph::{KINDS, ModuleGraph};
use super::{Component, Cut, Lakos, Level, LevelComponent, LevelCut};
use crate::event::Dependency;
use crate::graph::Scene;
use crate::lens::kpi::{EVIDENCE_MAX, Measure, quantised};
use crate::structure::{self, Condensed, IndexGraph, Knot, is_acyclic_without};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Knots of a level: larger first, of equal ones those that count first.
pub(super) fn largest_first(level: &structure::Level) -> Vec<&Knot> {
    let mut knots: Vec<&Knot> = level.knots().collect();
    crate::order::sort_by_key(&mut knots, |knot| Reverse(knot.members.len()));
    knots
}

/// Components of modules, largest first, and for every module the index of its component.
pub(super) fn components(graph: &ModuleGraph, knots: &[&Knot]) -> (Vec<Component>, Vec<Option<u32>>) {
    let mut of_component = vec![None; graph.ids().len()];
    // Those that count come last, so that they are what a module is said to be in.
    for legal in [true, false] {
        for (index, knot) in (0u32..).zip(knots).filter(|(_, knot)| knot.is_legal == legal) {
            knot.members.iter().for_each(|&member| of_component[member as usize] = Some(index));
        }
    }
    let level = graph.architecture().modules();
    let id = |module: &u32| graph.ids()[*module as usize].clone();
    let component = |knot: &&Knot| Component {
        size: knot.members.len() as u32,
        kinds: kinds(knot),
        density: density(knot),
        members: knot.members.iter().map(id).collect(),
        shortest_cycle: knot.cycle.iter().map(id).collect(),
        cut: cut(level, knot)
            .iter()
            .map(|(from, to)| Cut { from: id(from), to: id(to), weight: graph.references(*from, *to) })
            .collect(),
        cut_is_minimal: knot.is_minimal,
    };
    (knots.iter().map(component).collect(), of_component)
}

fn kinds(knot: &Knot) -> Vec<Dependency> {
    KINDS.into_iter().zip(0u8..).filter(|(_, bit)| knot.kinds & 1 << bit > 0).map(|(kind, _)| kind).collect()
}

/// Links there are of those there could be.
fn density(knot: &Knot) -> f64 {
    let n = knot.members.len() as f64;
    quantised(f64::from(knot.n_links) / (n * (n - 1.0)))
}

/// The cut, verified: should it ever leave a cycle, every link of the component rather than a wrong promise.
fn cut(level: &structure::Level, knot: &Knot) -> Vec<(u32, u32)> {
    let over = if knot.is_legal { level.all() } else { level.hard() };
    let part: IndexGraph = over.graph().induced(&knot.members);
    let local = |node: u32| knot.members.binary_search(&node).map_or(u32::MAX, |at| at as u32);
    let pairs: Vec<(u32, u32)> = knot.cut.iter().map(|(from, to)| (local(*from), local(*to))).collect();
    if is_acyclic_without(&part, &pairs) {
        return knot.cut.clone();
    }
    let member = |local: u32| knot.members[local as usize];
    part.edges().iter().map(|edge| (member(edge.0), member(edge.1))).collect()
}

/// Components of more than one module over normal and build imports.
pub(super) fn cyclic(scene: &Scene, graph: &ModuleGraph, knots: &[&Knot], seen: bool) -> Measure {
    let counted = || knots.iter().filter(|knot| !knot.is_legal);
    let witness = counted().take(EVIDENCE_MAX).flat_map(|knot| {
        let next = knot.cycle.iter().cycle().skip(1);
        knot.cycle.iter().zip(next).flat_map(|(from, to)| graph.positions(scene, *from, *to))
    });
    Measure {
        name: "acc.cyclic_dependencies",
        numerator: i64::try_from(counted().count()).unwrap_or(i64::MAX),
        denominator: i64::from(seen),
        evidence: witness.collect(),
    }
}

/// Lakos' figures over normal and build links.
pub(super) fn lakos(reach: &structure::Reach) -> Lakos {
    Lakos {
        ccd: reach.ccd,
        acd: reach.acd_millionths() as f64 / 1e6,
        racd: f64::from(reach.propagation_cost_millionths()) / 1e6,
        nccd: reach.nccd_millionths() as f64 / 1e6,
    }
}

/// Every level of the tree on which children use each other, by folder.
pub(super) fn levels(graph: &ModuleGraph) -> Vec<Level> {
    let behind = imports_behind(graph);
    let architecture = graph.architecture();
    let folders = (0..architecture.tree().folders()).filter_map(|folder| {
        let level = architecture.level(folder).filter(|level| !level.links().is_empty())?;
        Some((folder, level))
    });
    let level = |(folder, level): (u32, &structure::Level)| {
        let children = architecture.tree().children(folder);
        let name = |place: &u32| graph.name(children[*place as usize]).to_owned();
        let component = |knot: &Knot| LevelComponent {
            size: knot.members.len() as u32,
            kinds: kinds(knot),
            density: density(knot),
            members: knot.members.iter().map(name).collect(),
            shortest_cycle: knot.cycle.iter().map(name).collect(),
            cut: cut(level, knot)
                .iter()
                .map(|(from, to)| LevelCut {
                    from: name(from),
                    to: name(to),
                    weight: level.weights(*from, *to).into_iter().fold(0, u32::saturating_add),
                    imports: behind.get(&(folder, *from, *to)).cloned().unwrap_or_default(),
                })
                .collect(),
            cut_is_minimal: knot.is_minimal,
        };
        let reach: structure::Reach = Condensed::reach(level.hard());
        Level {
            id: graph.folders()[folder as usize].clone(),
            children: level.order().iter().map(name).collect(),
            dependencies: level.links().len() as u32,
            lakos: lakos(&reach),
            components: largest_first(level).into_iter().map(component).collect(),
        }
    };
    folders.map(level).collect()
}

/// Imports named behind one link of a level.
const BEHIND_MAX: usize = 8;

/// The imports behind the links that the levels' cuts name, by folder and places.
fn imports_behind(graph: &ModuleGraph) -> BTreeMap<(u32, u32, u32), Vec<Cut>> {
    let architecture = graph.architecture();
    let mut behind: BTreeMap<(u32, u32, u32), Vec<Cut>> = BTreeMap::new();
    for folder in 0..architecture.tree().folders() {
        for knot in architecture.level(folder).into_iter().flat_map(structure::Level::knots) {
            behind.extend(knot.cut.iter().map(|(from, to)| ((folder, *from, *to), Vec::new())));
        }
    }
    if behind.is_empty() {
        return behind;
    }
    for link in architecture.modules().links() {
        let meeting = architecture.tree().meet(link.from, link.to);
        if let Some(imports) = behind.get_mut(&meeting).filter(|imports| imports.len() < BEHIND_MAX) {
            let [from, to] = [link.from, link.to].map(|module| graph.ids()[module as usize].clone());
            imports.push(Cut { from, to, weight: link.weights.into_iter().fold(0, u32::saturating_add) });
        }
    }
    behind
}
