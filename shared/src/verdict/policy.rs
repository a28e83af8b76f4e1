//! The policy: a versioned TOML document with thresholds, required streams and evidence, staleness limits.
//!
//! The built-in one is `policy.toml` beside this file. A document changes what it names; thresholds it does not
//! name keep their built-in values. Unknown fields and figures, and targets laxer than exits, are refused.

use crate::id::Stream;
use crate::lens::kpi::{DEFINITIONS, Definition, Direction, Kpi, MILLIONTHS, Measure, Threshold};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The built-in document.
pub const BUILT_IN: &str = include_str!("policy.toml");
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

/// What decides a verdict besides evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Streams without whose evidence there is no verdict.
    pub required_streams: BTreeSet<Stream>,
    /// Keys of tasks that must report.
    pub required_tasks: BTreeSet<String>,
    /// Keys of scenarios that must report.
    pub required_scenarios: BTreeSet<String>,
    /// Quarantines in force at most.
    pub quarantine_cap: u32,
    /// Minutes after which a stream's newest evidence is stale.
    pub staleness_minutes: BTreeMap<Stream, u32>,
    /// Thresholds in the order of [`DEFINITIONS`].
    thresholds: Vec<Threshold>,
    /// Hash of the document.
    pub digest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    required_streams: Option<Vec<Stream>>,
    #[serde(default)]
    thresholds: BTreeMap<String, Limits>,
    quarantine: Option<QuarantineLimits>,
    #[serde(default)]
    staleness: BTreeMap<Stream, u32>,
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
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Required {
    tasks: BTreeSet<String>,
    scenarios: BTreeSet<String>,
}

impl Policy {
    /// The policy that counts where the context carries none.
    #[must_use]
    pub fn built_in() -> Self {
        let base = Self {
            required_streams: Stream::ALL.into_iter().collect(),
            required_tasks: BTreeSet::new(),
            required_scenarios: BTreeSet::new(),
            quarantine_cap: 0,
            staleness_minutes: BTreeMap::new(),
            thresholds: vec![Threshold { target: 0, exit: 0 }; DEFINITIONS.len()],
            digest: String::new(),
        };
        base.changed_by(BUILT_IN).expect("the built-in document is checked by a test of this crate")
    }

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
        }
        self.staleness_minutes = document.staleness;
        self.required_tasks = document.required.tasks;
        self.required_scenarios = document.required.scenarios;
        self.digest = digest_of(text);
        Ok(self)
    }

    /// The exit threshold of the figure `name`, in millionths of its unit.
    #[must_use]
    pub fn exit(&self, name: &str) -> Option<i64> {
        let index = DEFINITIONS.iter().position(|definition| definition.name == name)?;
        Some(self.thresholds[index].exit)
    }

    /// Compares a measure with this policy's thresholds.
    ///
    /// # Panics
    /// Never for a measure of a figure in [`DEFINITIONS`], which all names in this crate are.
    #[must_use]
    pub fn kpi(&self, measure: Measure) -> Kpi {
        let index = DEFINITIONS
            .iter()
            .position(|definition| definition.name == measure.name)
            .expect("measures are named by literals that a test compares with the definitions");
        Kpi::of(&DEFINITIONS[index], self.thresholds[index], measure)
    }
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

/// BLAKE3 of a document, 128 bits in hex, as contexts name their bodies.
#[must_use]
pub fn digest_of(text: &str) -> String {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line_of(text: &str, offset: usize) -> u32 {
    let lines = text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(lines + 1).unwrap_or(u32::MAX)
}
