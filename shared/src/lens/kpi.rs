//! Key figures: an integer ratio against a target and an exit criterion, compared by cross-multiplication.

use serde::{Deserialize, Serialize};

/// Which way a figure has to lie of its thresholds.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Met at or above the threshold.
    AtLeast,
    /// Met strictly below it.
    Below,
    /// Met at or below it.
    AtMost,
}

/// How a figure is written.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share of a population, 0 to 1.
    Ratio,
    /// A number of things.
    Count,
    /// Milliseconds.
    Millis,
}

/// One key figure.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kpi {
    /// Stable name, `dde.task_success_rate`.
    pub name: String,
    /// Words for people, `task success rate`.
    pub label: String,
    /// The value in its unit, `null` over an empty population.
    pub actual: Option<f64>,
    /// Numerator of the value.
    pub numerator: i64,
    /// Denominator of the value; 0 means not applicable.
    pub denominator: i64,
    /// Threshold of the target.
    pub target: f64,
    /// Threshold of the exit criterion.
    pub exit: f64,
    /// Which way.
    pub direction: Direction,
    /// How to write it.
    pub unit: Unit,
    /// Whether the exit criterion holds; true when not applicable.
    pub met: bool,
    /// Whether the target holds; false beside `met` is a warning.
    pub target_met: bool,
    /// Positions of the facts that keep it from its target, at most 64.
    pub evidence: Vec<u64>,
}
