//! The policy: thresholds, required streams and evidence, staleness limits.
//!
//! People write it as a versioned TOML document ([`Policy::parse`]). When its event becomes facts it is read once,
//! into settings ([`settings_of`]); lenses and browsers read those and need no TOML. A document changes what it
//! names; thresholds it does not name keep their built-in values.

#[cfg(feature = "toml")]
mod document;

#[cfg(feature = "toml")]
pub use document::{BUILT_IN, PolicyError};

use crate::flake::Limits;
use crate::id::Stream;
use crate::lens::kpi::{DEFINITIONS, Kpi, Measure, Threshold};
use crate::order::{Map, Set};

/// What decides a verdict besides evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Streams without whose evidence there is no verdict.
    pub required_streams: Set<Stream>,
    /// Keys of tasks that must report.
    pub required_tasks: Set<String>,
    /// Keys of scenarios that must report.
    pub required_scenarios: Set<String>,
    /// Quarantines in force at most.
    pub quarantine_cap: u32,
    /// Mass failures, suspicion, proof of fixes.
    pub flake: Limits,
    /// Minutes after which a stream's newest evidence is stale.
    pub staleness_minutes: Map<Stream, u32>,
    /// Thresholds in the order of [`DEFINITIONS`].
    thresholds: Vec<Threshold>,
    /// Hash of the document.
    pub digest: String,
}

/// Hash of the built-in document.
const BUILT_IN_DIGEST: &str = "185bdaaa41fb81ad5a001dc6a926c1d5";
/// Target and exit of each of [`DEFINITIONS`], in millionths, as in the built-in document.
const BUILT_IN_THRESHOLDS: [(i64, i64); 12] = [
    (990_000, 950_000),
    (100_000, 150_000),
    (1_000_000_000, 2_000_000_000),
    (950_000, 900_000),
    (50_000, 100_000),
    (300_000_000_000, 600_000_000_000),
    (0, 0),
    (0, 0),
    (500_000, 700_000),
    (800_000, 700_000),
    (1_000_000, 1_000_000),
    (2_000_000_000, 5_000_000_000),
];
const _: () = assert!(BUILT_IN_THRESHOLDS.len() == DEFINITIONS.len());

/// What the policy `document` says, one setting a text, sorted; where it cannot be read, why.
#[must_use]
pub fn settings_of(document: &str) -> Vec<String> {
    #[cfg(feature = "toml")]
    let read = Policy::parse(document).map_err(|error| error.to_string());
    #[cfg(not(feature = "toml"))]
    let read: Result<Policy, String> =
        Err(format!("policies of {} bytes are read by servers", document.len()));
    read.map_or_else(|reason| vec![format!("refused {reason}")], |policy| policy.settings())
}

impl Policy {
    /// The policy that counts where the context carries none.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            required_streams: Stream::ALL.into_iter().collect(),
            required_tasks: Set::new(),
            required_scenarios: Set::new(),
            quarantine_cap: 20,
            flake: Limits::BUILT_IN,
            staleness_minutes: Map::new(),
            thresholds: BUILT_IN_THRESHOLDS.map(|(target, exit)| Threshold { target, exit }).to_vec(),
            digest: BUILT_IN_DIGEST.to_owned(),
        }
    }

    fn settings(&self) -> Vec<String> {
        let mut lines = vec![format!("quarantine {}", self.quarantine_cap)];
        lines.extend(self.required_streams.iter().map(|stream| format!("stream {}", stream.as_str())));
        lines.extend(self.required_tasks.iter().map(|key| format!("task {key}")));
        lines.extend(self.required_scenarios.iter().map(|key| format!("scenario {key}")));
        // Only what differs from the built-in ones: a document that says nothing of flakes stays as it is.
        let named = Limits::NAMES.iter().zip(self.flake.values()).zip(Limits::BUILT_IN.values());
        let changed = named.filter(|((_, value), built_in)| value != built_in);
        lines.extend(changed.map(|((name, value), _)| format!("flake {name} {value}")));
        let limits = self.staleness_minutes.iter();
        lines.extend(limits.map(|(stream, minutes)| format!("staleness {} {minutes}", stream.as_str())));
        let thresholds = DEFINITIONS.iter().zip(&self.thresholds);
        lines.extend(thresholds.map(|(definition, Threshold { target, exit })| {
            format!("threshold {} {target} {exit}", definition.name)
        }));
        crate::order::sort(&mut lines);
        lines
    }

    /// The policy with these settings; its digest is still that of the built-in one.
    ///
    /// # Errors
    /// The reason that [`settings_of`] recorded, or the setting that this engine does not know.
    pub fn of_settings(settings: &[String]) -> Result<Self, String> {
        if settings.is_empty() {
            return Err("no settings were recorded with it".to_owned());
        }
        let mut policy = Self { required_streams: Set::new(), ..Self::built_in() };
        for setting in settings {
            let (word, rest) = setting.split_once(' ').unwrap_or((setting, ""));
            if word == "refused" {
                return Err(rest.to_owned());
            }
            policy.set(word, rest).ok_or_else(|| format!("{setting} is no setting"))?;
        }
        Ok(policy)
    }

    fn set(&mut self, word: &str, rest: &str) -> Option<()> {
        match word {
            "quarantine" => self.quarantine_cap = rest.parse().ok()?,
            "flake" => {
                let (name, value) = rest.split_once(' ')?;
                let mut values = self.flake.values();
                values[Limits::NAMES.iter().position(|known| *known == name)?] = value.parse().ok()?;
                self.flake = Limits::of(values);
            }
            "stream" => drop(self.required_streams.insert(stream(rest)?)),
            "task" => drop(self.required_tasks.insert(rest.to_owned())),
            "scenario" => drop(self.required_scenarios.insert(rest.to_owned())),
            "staleness" => {
                let (name, minutes) = rest.split_once(' ')?;
                self.staleness_minutes.insert(stream(name)?, minutes.parse().ok()?);
            }
            "threshold" => {
                let (name, limits) = rest.split_once(' ')?;
                let (target, exit) = limits.split_once(' ')?;
                let index = DEFINITIONS.iter().position(|definition| definition.name == name)?;
                self.thresholds[index] = Threshold { target: target.parse().ok()?, exit: exit.parse().ok()? };
            }
            _ => return None,
        }
        Some(())
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

fn stream(name: &str) -> Option<Stream> {
    Stream::ALL.into_iter().find(|stream| stream.as_str() == name)
}

#[cfg(all(test, feature = "toml"))]
mod tests {
    use super::*;
    use crate::event::Hash128;

    #[test]
    fn settings_lose_nothing() {
        let document = "version = 1\nrequired_streams = [\"bdv\"]\nquarantine = { cap = 3, fix_reruns = 5 }\n\
            flake = { mass_failure_share = 0.25, suspect_above = 0.1 }\n\
            thresholds.\"bdv.flake_rate\" = { target = 0.01, exit = 0.02 }\nstaleness = { acc = 7 }\n\
            required = { tasks = [\"a b\", \"a\\nb\"], scenarios = [\"\"] }\n";
        let policy = Policy::parse(document).unwrap();
        assert_eq!(policy.digest, Hash128::of_text(document).to_string());
        let settings = settings_of(document);
        assert!(settings.is_sorted());
        let read = Policy::of_settings(&settings).unwrap();
        assert_eq!(Policy { digest: policy.digest.clone(), ..read }, policy);
        assert_eq!(Policy::of_settings(&Policy::built_in().settings()), Ok(Policy::built_in()));
    }

    #[test]
    fn what_was_refused_stays_refused_with_its_reason() {
        let error = Policy::parse("version = 2").unwrap_err().to_string();
        assert_eq!(Policy::of_settings(&settings_of("version = 2")), Err(error));
        for settings in [&[][..], &["colour red".to_owned()], &["threshold bdv.flake_rate 1".to_owned()]] {
            Policy::of_settings(settings).unwrap_err();
        }
    }
}
