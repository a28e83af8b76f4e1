//! Martin's metrics and the visibility of every module, in the block-triangular order of the modules.

use super::Module;
use super::module_graph::{ModuleGraph, modules};
use crate::graph::{Entity, Scene};
use crate::lens::kpi::{Measure, quantised};
use crate::structure::{Reach, instability_millionths};

const MILLION: f64 = 1e6;

/// Modules in the order of the dependency structure matrix.
pub(super) fn in_order(
    scene: &Scene,
    graph: &ModuleGraph,
    reach: &Reach,
    of_component: &[Option<u32>],
) -> Vec<Module> {
    let entities: Vec<&Entity> = modules(scene).collect();
    let architecture = graph.architecture();
    let module = |number: u32| {
        let entity = entities[number as usize];
        let coupling = architecture.coupling(number);
        let instability = f64::from(instability_millionths(coupling)) / MILLION;
        let own = instability_millionths(architecture.own_coupling(number));
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
            own_instability: f64::from(own) / MILLION,
            vfi: reach.used_by[number as usize],
            vfo: reach.depends_on[number as usize],
            component: of_component[number as usize],
        }
    };
    architecture.modules().order().into_iter().map(module).collect()
}

/// Abstract ÷ all types; not applicable, rather than 0, where nobody counted or there are none.
fn abstractness(entity: &Entity) -> Option<f64> {
    let types = entity.types.filter(|&types| types > 0)?;
    entity.abstract_types.map(|abstract_types| quantised(f64::from(abstract_types) / f64::from(types)))
}

/// Mean instability of the project's own modules among themselves, from millionths so that the sum is exact.
pub(super) fn average_instability(scene: &Scene, graph: &ModuleGraph) -> Measure {
    let architecture = graph.architecture();
    let instability = |number: u32| instability_millionths(architecture.own_coupling(number));
    let own: Vec<(&Entity, u32)> = modules(scene)
        .zip(0..)
        .filter(|(module, _)| !module.external)
        .map(|(module, number)| (module, instability(number)))
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
