//! Key figures: an integer ratio against a target and an exit criterion, compared by cross-multiplication.
//!
//! [`DEFINITIONS`] is the one table of figures (design section 6): name, words, direction, unit. A lens measures
//! ([`Measure`]), the policy holds the thresholds, [`Kpi::of`] compares. A figure over an empty population
//! (denominator 0) is not applicable and counts as met.

use serde::{Deserialize, Serialize};

/// Positions kept with a figure or a reason.
pub const EVIDENCE_MAX: usize = 64;
/// Thresholds are kept in millionths of the figure's unit.
pub const MILLIONTHS: i64 = 1_000_000;

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

/// What a figure is called and which way it has to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// Stable name.
    pub name: &'static str,
    /// Words for people.
    pub label: &'static str,
    /// Which way.
    pub direction: Direction,
    /// How to write it.
    pub unit: Unit,
}

macro_rules! definitions {
    ($($name:literal, $label:literal, $direction:ident, $unit:ident;)*) => {
        /// Every key figure, in the order of design section 6.
        pub const DEFINITIONS: &[Definition] = &[$(Definition {
            name: $name, label: $label, direction: Direction::$direction, unit: Unit::$unit,
        }),*];
    };
}

definitions! {
    "dde.task_success_rate", "task success rate", AtLeast, Ratio;
    "dde.retry_rate", "retry rate", Below, Ratio;
    "dde.contract_lock_latency_p95", "contract lock latency, p95", Below, Millis;
    "bdv.scenario_pass_rate", "scenario pass rate", AtLeast, Ratio;
    "bdv.flake_rate", "flake rate", Below, Ratio;
    "bdv.execution_time", "execution time of the suite", Below, Millis;
    "acc.blocking_violations", "blocking violations", AtMost, Count;
    "acc.cyclic_dependencies", "cyclic dependencies", AtMost, Count;
    "acc.average_instability", "average instability", Below, Ratio;
    "convergence.approval_rate", "approval rate", AtLeast, Ratio;
    "convergence.contract_alignment", "contract alignment", AtLeast, Ratio;
    "convergence.time_travel_latency", "time-travel query latency", Below, Millis;
}

/// Thresholds of a figure, in millionths of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Missed: a warning.
    pub target: i64,
    /// Missed: the stream fails.
    pub exit: i64,
}

/// What a lens measured: numerator / denominator in the figure's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Name of its definition.
    pub name: &'static str,
    /// Numerator.
    pub numerator: i64,
    /// Denominator; 0 for an empty population.
    pub denominator: i64,
    /// Positions of the facts that keep it from its target.
    pub evidence: Vec<u64>,
}

impl Kpi {
    /// Compares a measure with its thresholds.
    #[must_use]
    pub fn of(definition: &Definition, threshold: Threshold, measure: Measure) -> Self {
        let Measure { numerator, denominator, mut evidence, .. } = measure;
        crate::order::sort(&mut evidence);
        evidence.dedup();
        evidence.truncate(EVIDENCE_MAX);
        let holds =
            |limit: i64| denominator <= 0 || holds(definition.direction, numerator, denominator, limit);
        let (met, target_met) = (holds(threshold.exit), holds(threshold.target));
        Self {
            name: definition.name.to_owned(),
            label: definition.label.to_owned(),
            actual: (denominator > 0).then(|| quantised(numerator as f64 / denominator as f64)),
            numerator,
            denominator,
            target: threshold.target as f64 / MILLIONTHS as f64,
            exit: threshold.exit as f64 / MILLIONTHS as f64,
            direction: definition.direction,
            unit: definition.unit,
            met,
            target_met,
            evidence: if target_met { Vec::new() } else { evidence },
        }
    }
}

impl Kpi {
    /// `value` in the unit of this figure, as people write it: `94.9 %`, `1.2 s`.
    #[must_use]
    pub fn written(&self, value: f64) -> String {
        match self.unit {
            // A mean of shares, not a share of anything.
            Unit::Ratio if self.name == "acc.average_instability" => format!("{value:.2}"),
            Unit::Ratio => format!("{} %", trimmed(value * 100.0)),
            Unit::Count => trimmed(value),
            Unit::Millis if value >= 60_000.0 => format!("{} min", trimmed(value / 60_000.0)),
            Unit::Millis if value >= 1_000.0 => format!("{} s", trimmed(value / 1_000.0)),
            Unit::Millis => format!("{} ms", trimmed(value)),
        }
    }
}

/// At most one decimal, cut rather than rounded, so that 94.96 % never reads as a met 95 %.
fn trimmed(value: f64) -> String {
    let tenths = libm::floor(value * 10.0 + 1e-6);
    let text = format!("{:.1}", tenths / 10.0);
    text.strip_suffix(".0").map(ToOwned::to_owned).unwrap_or(text)
}

/// numerator / denominator against limit / 10⁶, by cross-multiplication.
fn holds(direction: Direction, numerator: i64, denominator: i64, limit: i64) -> bool {
    let actual = i128::from(numerator) * i128::from(MILLIONTHS);
    let limit = i128::from(limit) * i128::from(denominator);
    match direction {
        Direction::AtLeast => actual >= limit,
        Direction::Below => actual < limit,
        Direction::AtMost => actual <= limit,
    }
}

/// `value` to six decimals, so that it survives being written and read back.
#[must_use]
pub fn quantised(value: f64) -> f64 {
    libm::round(value * 1e6) / 1e6
}
