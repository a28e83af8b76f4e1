//! Expectations: what a log must answer, written by hand, and where it answers otherwise.
//!
//! In: an [`Expectations`] document and the events of its log. Out: [`Difference`]s, each with the question, the
//! path, what was expected and what was found; none is success. The document names only what matters, so it
//! stays true while answers grow; how a pattern matches stands in [`pattern`]. A golden set is one such document
//! beside one log.
//!
//! Not here: reading files, clocks. `now` is the time of the newest event, so that an answer never ages.

pub mod pattern;

use crate::event::{Entry, Logged};
use crate::graph::{GapError, Graph};
use crate::id::Name;
use crate::lens::Analysis;
use crate::time::{AsOf, Position, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use std::fmt;

/// What one log must answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// What the iteration is a case of, in a sentence.
    pub about: String,
    /// Project of the iteration.
    pub project: Name,
    /// The iteration.
    pub iteration: Name,
    /// Last position of its log.
    pub head: Position,
    /// Digest of the graph at the head, now, where it matters; compares within one engine version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Questions and answers.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// One question and patterns for its answers; a part that is left out may be anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// When it happened.
    pub valid: Moment,
    /// When we had to know it by.
    pub known: Moment,
    /// Why the answer must be so, in a sentence.
    pub about: String,
    /// Pattern for the JSON of `mission verdict --json`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub verdict: Value,
    /// Pattern for the execution lens.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub dde: Value,
    /// Pattern for the behaviour lens.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub bdv: Value,
    /// Pattern for the architecture lens.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub acc: Value,
    /// Pattern for the convergence lens.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub convergence: Value,
}

/// A side of the question: `"now"`, an RFC 3339 time, or (for `known`) a log position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The newest event.
    Now,
    /// An instant.
    At(Time),
    /// A place in the log.
    Position(Position),
}

/// A place where an answer is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The question: `valid … known …`, or `log` for the log itself.
    pub question: String,
    /// Path within the answer: `bdv.totals.failed`.
    pub path: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl Expectations {
    /// Folds `events` and compares every answer. O(events + questions · analysis).
    ///
    /// # Errors
    /// [`GapError`] if the events are no whole log from position 1.
    pub fn check(&self, events: &[Logged]) -> Result<Vec<Difference>, GapError> {
        let graph = graph_of(events)?;
        let mut found = self.check_log(events, &graph);
        for expectation in &self.expect {
            found.extend(expectation.check(&graph, &self.iteration));
        }
        Ok(found)
    }

    fn check_log(&self, events: &[Logged], graph: &Graph) -> Vec<Difference> {
        let foreign = events
            .iter()
            .find(|logged| logged.event.iteration != self.iteration || logged.event.project != self.project);
        let named = |iteration: &Name, project: &Name| format!("{iteration} of {project}");
        let strays = foreign.map(|logged| {
            let found = named(&logged.event.iteration, &logged.event.project);
            ("iteration", named(&self.iteration, &self.project), found)
        });
        let digest = graph.digest(&graph.snapshot(now_of(graph))).to_string();
        let figures = [
            ("head", self.head.to_string(), graph.head().to_string()),
            ("digest", self.digest.clone().unwrap_or_else(|| digest.clone()), digest),
        ];
        let all = figures.into_iter().chain(strays).filter(|(_, expected, found)| expected != found);
        all.map(|(path, expected, found)| Difference {
            question: "log".to_owned(),
            path: path.to_owned(),
            expected,
            found,
        })
        .collect()
    }
}

impl Expectation {
    /// Asks its question of `graph` and compares.
    #[must_use]
    pub fn check(&self, graph: &Graph, iteration: &Name) -> Vec<Difference> {
        let as_of = self.as_of(graph);
        let analysis = Analysis::of(graph.scene(&graph.snapshot(as_of))).with_states();
        let lens =
            |json: Result<Value, serde_json::Error>| json.unwrap_or_else(|error| json!(error.to_string()));
        let answers = [
            ("verdict", &self.verdict, analysis.verdict.to_json(iteration)),
            ("dde", &self.dde, lens(serde_json::to_value(&analysis.dde))),
            ("bdv", &self.bdv, lens(serde_json::to_value(&analysis.bdv))),
            ("acc", &self.acc, lens(serde_json::to_value(&analysis.acc))),
            ("convergence", &self.convergence, lens(serde_json::to_value(&analysis.convergence))),
        ];
        let asked = answers.iter().filter(|(_, pattern, _)| !pattern.is_null());
        let mismatches = asked.flat_map(|(path, pattern, answer)| pattern::compare(path, pattern, answer));
        let question = format!("valid {} known {}", self.valid, self.known);
        mismatches
            .map(|mismatch| Difference {
                question: question.clone(),
                path: mismatch.path,
                expected: mismatch.expected,
                found: mismatch.found,
            })
            .collect()
    }

    /// The question, resolved against `graph`.
    #[must_use]
    pub fn as_of(&self, graph: &Graph) -> AsOf {
        let now = now_of(graph);
        let valid = match self.valid {
            Moment::At(time) => time,
            Moment::Now => now.valid,
            Moment::Position(position) => graph.recorded_at(position).unwrap_or(now.valid),
        };
        let known = match self.known {
            Moment::At(time) => graph.known_at(time),
            Moment::Position(position) => position.min(now.known),
            Moment::Now => now.known,
        };
        AsOf { valid, known }
    }
}

/// The graph of a whole log.
///
/// # Errors
/// [`GapError`] if the events are no whole log from position 1.
pub fn graph_of(events: &[Logged]) -> Result<Graph, GapError> {
    let mut graph = Graph::default();
    for logged in events {
        graph.push(Entry::from_logged(logged))?;
    }
    graph.settle();
    Ok(graph)
}

/// The newest event of `graph`, in both clocks.
#[must_use]
pub fn now_of(graph: &Graph) -> AsOf {
    let known = graph.head();
    AsOf { valid: graph.recorded_at(known).unwrap_or_default(), known }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Now => f.write_str("now"),
            Moment::At(time) => time.fmt(f),
            Moment::Position(position) => position.fmt(f),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Moment::Position(position) => serializer.serialize_u64(*position),
            other => serializer.collect_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let refused = || serde::de::Error::custom("must be \"now\", an RFC 3339 time or a log position");
        match Value::deserialize(deserializer)? {
            Value::Number(position) => position.as_u64().map(Moment::Position).ok_or_else(refused),
            Value::String(text) if text == "now" => Ok(Moment::Now),
            Value::String(text) => Time::parse(&text).map(Moment::At).map_err(serde::de::Error::custom),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question, path, expected, found } = self;
        write!(f, "{question}: {path}: expected {expected}, found {found}")
    }
}
