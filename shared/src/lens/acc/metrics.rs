//! Martin's metrics of every module, propagation cost, and the block-triangular order of the modules.

use super::Module;
use super::imports::Imports;
use crate::graph::Entity;
use crate::lens::kpi::{Measure, quantised};
use crate::structure::{
    Coupling, IndexGraph, block_triangular_order, coupling, instability_millionths, reach,
};

const MILLION: f64 = 1e6;

/// Figures of all modules.
pub(super) struct Measured {
    pub couplings: Vec<Coupling>,
    /// Instability in millionths over the project's own modules; 0 for external ones.
    pub own_instability: Vec<u32>,
    pub propagation_cost: f64,
}

pub(super) fn measure(imports: &Imports) -> Measured {
    let external = |node: u32| imports.modules[node as usize].external;
    let own_edges =
        imports.hard.edges().iter().filter(|edge| !external(edge.0) && !external(edge.1)).copied();
    let own = coupling(&IndexGraph::new(imports.hard.nodes(), own_edges));
    Measured {
        couplings: coupling(&imports.hard),
        own_instability: own.into_iter().map(instability_millionths).collect(),
        propagation_cost: f64::from(reach(&imports.hard).propagation_cost_millionths()) / MILLION,
    }
}

/// Modules in the order of the dependency structure matrix.
pub(super) fn modules(imports: &Imports, measured: &Measured, of_component: &[Option<u32>]) -> Vec<Module> {
    block_triangular_order(&imports.all)
        .into_iter()
        .map(|number| {
            let entity = imports.modules[number as usize];
            let coupling = measured.couplings[number as usize];
            let instability = f64::from(instability_millionths(coupling)) / MILLION;
            let abstractness = abstractness(entity);
            Module {
                id: entity.id.clone(),
                name: entity.name.clone().unwrap_or_else(|| entity.id.key.clone()),
                group: entity.group.clone(),
                path: entity.path.clone(),
                external: entity.external,
                abstractness,
                distance: abstractness.map(|a| quantised((a + instability - 1.0).abs())),
                ca: coupling.ca,
                ce: coupling.ce,
                instability,
                own_instability: f64::from(measured.own_instability[number as usize]) / MILLION,
                component: of_component[number as usize],
            }
        })
        .collect()
}

/// Abstract ÷ all types; not applicable, rather than 0, where nobody counted or there are none.
fn abstractness(entity: &Entity) -> Option<f64> {
    let types = entity.types.filter(|&types| types > 0)?;
    entity.abstract_types.map(|abstract_types| quantised(f64::from(abstract_types) / f64::from(types)))
}

/// Mean instability of the project's own modules among themselves, from millionths so that the sum is exact.
pub(super) fn average_instability(imports: &Imports, measured: &Measured) -> Measure {
    let own: Vec<(&Entity, u32)> = imports
        .modules
        .iter()
        .copied()
        .zip(measured.own_instability.iter().copied())
        .filter(|(module, _)| !module.external)
        .collect();
    let mut unstable: Vec<&(&Entity, u32)> =
        own.iter().filter(|(_, instability)| *instability > 500_000).collect();
    crate::order::sort_by_key(&mut unstable, |(module, instability)| {
        (std::cmp::Reverse(*instability), &module.id)
    });
    Measure {
        name: "acc.average_instability",
        numerator: own.iter().map(|(_, instability)| i64::from(*instability)).sum(),
        denominator: i64::try_from(own.len()).unwrap_or(i64::MAX).saturating_mul(1_000_000),
        evidence: unstable
            .iter()
            .filter_map(|(module, _)| module.rests_on.last().copied())
            .take(64)
            .collect(),
    }
}
