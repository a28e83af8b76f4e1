//! The TOML form of a policy. Needs the feature `toml`, which browsers do without.
//!
//! The built-in one is `built_in.toml` beside this file. Unknown fields and figures, and targets laxer than exits,
//! are refused with their line.

use super::Policy;
use crate::event::Hash128;
use crate::id::Stream;
use crate::lens::kpi::{DEFINITIONS, Definition, Direction, MILLIONTHS, Threshold};
use crate::order::{Map, Set};
use serde::Deserialize;

/// The built-in document.
pub const BUILT_IN: &str = include_str!("built_in.toml");
/// Versions of the document that this engine reads.
const VERSION: u32 = 1;
/// Largest threshold, in its unit.
const THRESHOLD_MAX: f64 = 1e12;

/// Why a policy document was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy line {line}: {reason}")]
pub struct PolicyError {
    /// Line, from 1; 0 for the document as a whole.
    pub line: u32,
    /// What is wrong.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    required_streams: Option<Vec<Stream>>,
    #[serde(default)]
    thresholds: Map<String, Limits>,
    quarantine: Option<QuarantineLimits>,
    flake: Option<FlakeLimits>,
    #[serde(default)]
    staleness: Map<Stream, u32>,
    #[serde(default)]
    required: Required,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    target: f64,
    exit: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuarantineLimits {
    cap: u32,
    fix_reruns: Option<u32>,
    grace_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlakeLimits {
    mass_failure_share: Option<f64>,
    mass_failure_min: Option<u32>,
    suspect_above: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Required {
    tasks: Set<String>,
    scenarios: Set<String>,
}

impl Policy {
    /// The policy that `document` makes of the built-in one.
    ///
    /// # Errors
    /// [`PolicyError`] with the line for bad TOML, unknown fields or figures, and laxer targets than exits.
    pub fn parse(document: &str) -> Result<Self, PolicyError> {
        Self::built_in().changed_by(document)
    }

    fn changed_by(mut self, text: &str) -> Result<Self, PolicyError> {
        let document: Document = toml::from_str(text).map_err(|error| PolicyError {
            line: error.span().map_or(0, |span| line_of(text, span.start)),
            reason: error.message().to_owned(),
        })?;
        let at = |needle: &str| text.find(needle).map_or(0, |start| line_of(text, start));
        if document.version != VERSION {
            let reason = format!("version {} is not known, {VERSION} is", document.version);
            return Err(PolicyError { line: at("version"), reason });
        }
        for (name, limits) in &document.thresholds {
            let refuse = |reason: String| PolicyError { line: at(name), reason };
            let index = DEFINITIONS.iter().position(|definition| definition.name == name);
            let index = index.ok_or_else(|| refuse(format!("there is no key figure {name}")))?;
            self.thresholds[index] = threshold(&DEFINITIONS[index], limits).map_err(refuse)?;
        }
        if let Some(streams) = document.required_streams {
            self.required_streams = streams.into_iter().collect();
        }
        if let Some(limits) = document.quarantine {
            self.quarantine_cap = limits.cap;
            self.flake.fix_reruns = limits.fix_reruns.unwrap_or(self.flake.fix_reruns);
            self.flake.grace_days = limits.grace_days.unwrap_or(self.flake.grace_days);
        }
        if let Some(limits) = document.flake {
            let share = |name: &str, value: f64| {
                share_of(value).ok_or_else(|| PolicyError {
                    line: at(name),
                    reason: format!("flake.{name} needs a share above 0 and at most 1"),
                })
            };
            if let Some(value) = limits.mass_failure_share {
                self.flake.mass_failure_share = share("mass_failure_share", value)?;
            }
            if let Some(value) = limits.suspect_above {
                self.flake.suspect_above = share("suspect_above", value)?;
            }
            self.flake.mass_failure_min = limits.mass_failure_min.unwrap_or(self.flake.mass_failure_min);
        }
        self.staleness_minutes = document.staleness;
        self.required_tasks = document.required.tasks;
        self.required_scenarios = document.required.scenarios;
        self.digest = Hash128::of_text(text).to_string();
        Ok(self)
    }
}

/// A share in millionths, above 0 and at most 1.
fn share_of(value: f64) -> Option<u32> {
    // False for NaN, too.
    (value > 0.0 && value <= 1.0).then(|| (libm::round(value * MILLIONTHS as f64) as u32).max(1))
}

fn threshold(definition: &Definition, limits: &Limits) -> Result<Threshold, String> {
    let millionths = |value: f64| {
        // TOML knows nan and inf.
        if !value.is_finite() || !(0.0..=THRESHOLD_MAX).contains(&value) {
            return Err(format!("{} needs thresholds from 0 to {THRESHOLD_MAX}", definition.name));
        }
        Ok(libm::round(value * MILLIONTHS as f64) as i64)
    };
    let threshold = Threshold { target: millionths(limits.target)?, exit: millionths(limits.exit)? };
    let laxer = match definition.direction {
        Direction::AtLeast => threshold.target < threshold.exit,
        Direction::Below | Direction::AtMost => threshold.target > threshold.exit,
    };
    if laxer {
        return Err(format!("{}: the target is laxer than the exit criterion", definition.name));
    }
    Ok(threshold)
}

fn line_of(text: &str, offset: usize) -> u32 {
    let lines = text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(lines + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_values_are_those_of_the_built_in_document() {
        let nothing = Policy {
            required_streams: Set::new(),
            quarantine_cap: 0,
            flake: crate::flake::Limits::of([0; 5]),
            thresholds: vec![Threshold { target: 0, exit: 0 }; DEFINITIONS.len()],
            ..Policy::built_in()
        };
        assert_eq!(nothing.changed_by(BUILT_IN), Ok(Policy::built_in()));
    }
}
