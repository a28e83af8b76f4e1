//! Contracts across all three streams: locked, kept by the tasks and modules they bind, proven by scenarios.

use crate::event::{ContractState, Outcome};
use crate::graph::Scene;
use crate::id::{EntityId, Kind};
use crate::lens::bdv::Status;
use crate::lens::dde::TaskState;
use crate::lens::kpi::Measure;
use crate::lens::{Acc, Bdv, Dde};
use crate::order::Set;

/// Works out which contracts are aligned, once all three lenses are there.
///
/// A task holds when it passed, a scenario when it passed or flaked, a module when no unsuppressed error starts
/// in it; anything else a contract names holds by being there.
pub fn align(dde: &mut Dde, bdv: &Bdv, acc: &Acc) {
    let mut broken: Set<EntityId> = Set::new();
    let not_passed = dde.tasks.iter().filter(|task| task.state != TaskState::Tried(Outcome::Passed));
    broken.extend(not_passed.map(|task| task.id.clone()));
    let not_proven = bdv.scenarios.iter().filter(|s| !matches!(s.status, Status::Passed | Status::Flaky));
    broken.extend(not_proven.map(|scenario| scenario.id.clone()));
    let blocking = acc.violations.iter().filter(|violation| violation.blocks());
    broken.extend(blocking.map(|violation| EntityId::new(Kind::Module, &violation.from)));
    for contract in &mut dde.contracts {
        let parties = contract.governs.iter().chain(&contract.verified_by);
        let misaligned: Set<&EntityId> = parties.filter(|id| broken.contains(*id)).collect();
        contract.misaligned = misaligned.into_iter().cloned().collect();
        contract.aligned = contract.state == ContractState::Locked && contract.misaligned.is_empty();
    }
}

/// Aligned ÷ all contracts.
pub(super) fn alignment(scene: &Scene, dde: &Dde) -> Measure {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let off = dde.contracts.iter().filter(|contract| !contract.aligned);
    let position = |id: &EntityId| scene.entities.get(id).and_then(|entity| entity.rests_on.last().copied());
    Measure {
        name: "convergence.contract_alignment",
        numerator: count(dde.contracts.iter().filter(|contract| contract.aligned).count()),
        denominator: count(dde.contracts.len()),
        evidence: off.filter_map(|contract| position(&contract.id)).collect(),
    }
}
