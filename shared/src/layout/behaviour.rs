//! The behaviour lens as a grid: features, their scenarios, a pip a try.
//!
//! In: [`Bdv`]. Out: rows by feature in the lens's order, newest try right. Of many tries the newest
//! [`PIPS_MAX`] are drawn and the rest counted.

use crate::event::Outcome;
use crate::id::EntityId;
use crate::lens::Bdv;
use crate::lens::bdv::{Scenario, Status};
use crate::order::Map;

/// Most tries drawn in a row.
pub const PIPS_MAX: usize = 16;

/// A feature and its scenarios.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its key; `None` for scenarios outside of any.
    pub key: Option<String>,
    /// Human name.
    pub name: String,
    /// Its scenarios.
    pub rows: Vec<Row>,
}

/// A scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// Why it is undecided.
    pub reason: Option<String>,
    /// Newest tries, oldest first.
    pub pips: Vec<Pip>,
    /// Older tries that are not drawn.
    pub older: u32,
    /// Flake probability with its interval, in per mille, where there is a reason to show it.
    pub flake: Option<[u32; 3]>,
    /// Whether a quarantine keeps it from gating.
    pub quarantined: bool,
}

/// A try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pip {
    /// Its number.
    pub n: u32,
    /// How it ended.
    pub outcome: Outcome,
}

/// Lays `bdv` out.
#[must_use]
pub fn behaviour(bdv: &Bdv) -> Vec<Feature> {
    let names: Map<&str, &str> =
        bdv.specs.iter().map(|spec| (spec.id.key.as_str(), spec.name.as_str())).collect();
    let mut features: Map<(bool, Option<&str>), Vec<Row>> = Map::new();
    for scenario in &bdv.scenarios {
        let key = scenario.feature.as_deref();
        features.entry((key.is_none(), key)).or_default().push(row(scenario));
    }
    features
        .into_iter()
        .map(|((_, key), rows)| {
            let name = key.map_or("outside of any feature", |key| names.get(key).copied().unwrap_or(key));
            Feature { key: key.map(str::to_owned), name: name.to_owned(), rows }
        })
        .collect()
}

fn row(scenario: &Scenario) -> Row {
    let older = scenario.attempts.len().saturating_sub(PIPS_MAX);
    let pips = scenario.attempts.iter().skip(older);
    let flaky = scenario.status == Status::Flaky || !scenario.flake.reasons.is_empty();
    let flake = &scenario.flake;
    Row {
        id: scenario.id.clone(),
        name: scenario.name.clone(),
        status: scenario.status,
        reason: scenario.reason.clone(),
        pips: pips.map(|attempt| Pip { n: attempt.n, outcome: attempt.outcome }).collect(),
        older: u32::try_from(older).unwrap_or(u32::MAX),
        flake: flaky.then(|| [flake.probability, flake.low, flake.high].map(per_mille)),
        quarantined: scenario.quarantined,
    }
}

/// A probability in thousandths.
fn per_mille(share: f64) -> u32 {
    // Clamped to 0..=1000, so the cast keeps the value.
    (share.clamp(0.0, 1.0) * 1000.0 + 0.5) as u32
}
