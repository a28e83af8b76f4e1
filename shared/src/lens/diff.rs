//! The difference between two answers: what changed state, what came, what went, which figures moved.
//!
//! In: two [`Analysis`] values of one iteration. Out: [`Diff`], every list sorted by id. Linear in both.
//! With one V and two K it says what was learned later; with two `T/T` what changed on screen.

use super::Analysis;
use crate::id::EntityId;
use crate::time::AsOf;
use crate::verdict::VerdictName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What differs between two answers.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// The first question.
    pub from: AsOf,
    /// The second question.
    pub to: AsOf,
    /// The verdicts, equal or not.
    pub verdict: VerdictChange,
    /// Entities present in only one, or whose state differs.
    pub entities: Vec<EntityChange>,
    /// Key figures whose value differs.
    pub kpis: Vec<KpiChange>,
}

/// The verdicts of both answers.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictChange {
    /// Of the first.
    pub from: VerdictName,
    /// Of the second.
    pub to: VerdictName,
}

/// An entity that differs.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityChange {
    /// Which.
    pub id: EntityId,
    /// Its state in the first answer; `None` if it was absent.
    pub from: Option<String>,
    /// Its state in the second answer; `None` if it is absent.
    pub to: Option<String>,
    /// Positions of facts that only one of the answers rests on, at most 16.
    pub events: Vec<u64>,
}

/// A key figure that differs.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KpiChange {
    /// Stable name.
    pub name: String,
    /// Its value in the first answer.
    pub from: Option<f64>,
    /// Its value in the second.
    pub to: Option<f64>,
}

/// Compares two answers.
#[must_use]
pub fn diff(first: &Analysis, second: &Analysis) -> Diff {
    let (a, b) = (states(first), states(second));
    let ids: std::collections::BTreeSet<&EntityId> = a.keys().chain(b.keys()).copied().collect();
    let entities = ids
        .into_iter()
        .filter(|id| a.get(id) != b.get(id))
        .map(|id| EntityChange {
            id: id.clone(),
            from: a.get(id).cloned(),
            to: b.get(id).cloned(),
            events: events_of_one_side(first, second, id),
        })
        .collect();
    Diff {
        from: first.scene.as_of,
        to: second.scene.as_of,
        verdict: VerdictChange { from: first.verdict.verdict, to: second.verdict.verdict },
        entities,
        kpis: kpi_changes(first, second),
    }
}

/// The word for the state of every present entity, as the lenses show it.
fn states(analysis: &Analysis) -> BTreeMap<&EntityId, String> {
    let mut states: BTreeMap<&EntityId, String> =
        analysis.scene.entities.keys().map(|id| (id, "present".to_owned())).collect();
    let word = |value: serde_json::Result<serde_json::Value>| match value {
        Ok(serde_json::Value::String(word)) => word,
        _ => "present".to_owned(),
    };
    for task in &analysis.dde.tasks {
        let tries = task.attempts.len();
        let state = word(serde_json::to_value(task.state));
        states.insert(&task.id, if tries > 1 { format!("{state} on try {tries}") } else { state });
    }
    for scenario in &analysis.bdv.scenarios {
        states.insert(&scenario.id, word(serde_json::to_value(scenario.status)));
    }
    for contract in &analysis.dde.contracts {
        states.insert(&contract.id, word(serde_json::to_value(contract.state)));
    }
    for violation in &analysis.acc.violations {
        let state = if violation.suppressed { "suppressed" } else { "open" };
        states.insert(&violation.id, state.to_owned());
    }
    states
}

fn events_of_one_side(first: &Analysis, second: &Analysis, id: &EntityId) -> Vec<u64> {
    let positions = |analysis: &Analysis| -> std::collections::BTreeSet<u64> {
        analysis.scene.entities.get(id).map_or_else(Default::default, |entity| {
            let tries = entity.attempts.iter().map(|attempt| attempt.position);
            entity.rests_on.iter().copied().chain(tries).collect()
        })
    };
    positions(first).symmetric_difference(&positions(second)).copied().take(16).collect()
}

fn kpi_changes(first: &Analysis, second: &Analysis) -> Vec<KpiChange> {
    let before: BTreeMap<&str, Option<f64>> =
        first.convergence.kpis.iter().map(|kpi| (kpi.name.as_str(), kpi.actual)).collect();
    second
        .convergence
        .kpis
        .iter()
        .filter_map(|kpi| {
            let from = before.get(kpi.name.as_str()).copied().flatten();
            (from != kpi.actual).then(|| KpiChange { name: kpi.name.clone(), from, to: kpi.actual })
        })
        .collect()
}
