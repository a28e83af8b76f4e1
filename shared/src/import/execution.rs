//! Executions while a file is read: workflows, tasks and scenarios, their tries, runs, links and artifacts.
//!
//! Every way in is commutative and idempotent: the same statements in any order and number give the same facts
//! in the same order, so that files whose lines are shuffled or repeated say the same. What two statements say
//! differently of one thing, the later one decides; at equal times the greater text.
//!
//! Not here: what a format means by its fields. Not kept: anything between the first start of a try and its ends.

mod clock;
mod latest;
mod outcome;
mod span;

pub(in crate::import) use clock::Clock;
pub(in crate::import) use latest::Latest;
pub(in crate::import) use outcome::outcome_of;
pub(in crate::import) use span::{Course, Span, Why};

use super::batch::Writer;
use super::clean;
use crate::event::Data;
use crate::event::data::{
    ArtifactProduced, LinkDeclared, RunFinished, RunStarted, ScenarioDeclared, SpecDeclared, TaskDeclared,
    WorkflowDeclared,
};
use crate::id::{EntityId, Kind, LinkKind, Stream};
use crate::order::Map;
use crate::time::Time;
use latest::first;
use std::collections::{BTreeMap, BTreeSet};

/// A task or a scenario as it is declared.
#[derive(Debug, Default)]
pub(in crate::import) struct Unit {
    line: u64,
    /// Name for people.
    pub(in crate::import) name: Latest<String>,
    /// Key of the workflow or spec it lies in.
    pub(in crate::import) group: Latest<String>,
    /// Tags; `queue:NAME` says where its tries wait.
    pub(in crate::import) tags: BTreeSet<String>,
    /// Whether the plan demands it.
    pub(in crate::import) planned: bool,
    /// Mostly one, for which a tree would take the room of eleven.
    tries: Map<(String, u32), Box<Span>>,
}

/// A workflow or a spec.
#[derive(Debug, Default)]
struct Group {
    line: u64,
    name: Latest<String>,
}

/// A run, by its tries: 1 alone where a format does not count them.
#[derive(Debug, Default)]
struct Run {
    name: Latest<String>,
    tries: Map<u32, Box<Span>>,
}

/// Why one task waits for another, by rule.
#[derive(Debug)]
struct Edge {
    line: u64,
    evidence: String,
}

/// One making of an artifact.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import) struct Made {
    /// Name for people.
    pub(in crate::import) name: Option<String>,
    /// Version.
    pub(in crate::import) version: Option<String>,
    /// Content digest.
    pub(in crate::import) digest: Option<String>,
    /// Source revision.
    pub(in crate::import) commit: Option<String>,
}

/// What the statements so far amount to.
#[derive(Debug, Default)]
pub(in crate::import) struct Executions {
    groups: BTreeMap<(Kind, String), Group>,
    units: BTreeMap<(Kind, String), Unit>,
    runs: BTreeMap<(Stream, String), Run>,
    edges: BTreeMap<(String, String, &'static str), Edge>,
    artifacts: BTreeMap<(String, Option<String>, Time), (u64, Made)>,
}

impl Executions {
    /// A workflow ([`Kind::Workflow`]) or spec there is.
    pub(in crate::import) fn group(
        &mut self,
        line: u64,
        kind: Kind,
        key: &str,
        at: Time,
        name: Option<String>,
    ) {
        let group = self.groups.entry((kind, key.to_owned())).or_default();
        first(&mut group.line, line);
        group.name.hear(at, name);
    }

    /// The task or scenario of that key.
    pub(in crate::import) fn unit(&mut self, line: u64, kind: Kind, key: &str) -> &mut Unit {
        let unit = self.units.entry((kind, key.to_owned())).or_default();
        first(&mut unit.line, line);
        unit
    }

    /// One try of a task or scenario.
    pub(in crate::import) fn attempt(
        &mut self,
        line: u64,
        kind: Kind,
        key: &str,
        run: &str,
        number: u32,
    ) -> &mut Span {
        let span = self.unit(line, kind, key).tries.entry((run.to_owned(), number)).or_default();
        first(&mut span.line, line);
        span
    }

    /// One try of a task or scenario, as it was gathered elsewhere.
    pub(in crate::import) fn place(&mut self, kind: Kind, key: &str, run: &str, number: u32, span: Span) {
        self.attempt(span.line(), kind, key, run, number).merge(span);
    }

    /// One try of a run: only what is said of runs themselves, not of their tasks.
    pub(in crate::import) fn run(
        &mut self,
        line: u64,
        stream: Stream,
        key: &str,
        number: u32,
        at: Time,
        name: Option<String>,
    ) -> &mut Span {
        let run = self.runs.entry((stream, key.to_owned())).or_default();
        run.name.hear(at, name);
        let span = run.tries.entry(number).or_default();
        first(&mut span.line, line);
        span
    }

    /// `task` waits for `other`, as `rule` finds by `evidence`.
    pub(in crate::import) fn wait(
        &mut self,
        line: u64,
        task: &str,
        other: &str,
        rule: &'static str,
        evidence: String,
    ) {
        if task == other {
            return;
        }
        let edge = self.edges.entry((task.to_owned(), other.to_owned(), rule));
        let edge = edge.or_insert_with(|| Edge { line, evidence: evidence.clone() });
        first(&mut edge.line, line);
        if edge.evidence < evidence {
            edge.evidence = evidence;
        }
    }

    /// Something was made, by `task` if it is known.
    pub(in crate::import) fn made(
        &mut self,
        line: u64,
        artifact: &str,
        task: Option<&str>,
        at: Time,
        made: Made,
    ) {
        let key = (artifact.to_owned(), task.map(str::to_owned), at);
        let seen = self.artifacts.entry(key).or_insert_with(|| (line, made.clone()));
        first(&mut seen.0, line);
        seen.1 = seen.1.clone().max(made);
    }

    /// States everything: what there is, what waits for what, what happened, what was made.
    pub(in crate::import) fn close(self, writer: &mut Writer<'_>) {
        for ((kind, key), group) in self.groups {
            let name = group.name.get().cloned();
            let data = match kind {
                Kind::Spec => Data::SpecDeclared(SpecDeclared {
                    spec: key,
                    name,
                    path: None,
                    tags: vec![],
                    specifies: vec![],
                }),
                _ => Data::WorkflowDeclared(WorkflowDeclared { workflow: key, name }),
            };
            writer.state(group.line, None, &data);
        }
        for ((kind, key), unit) in &self.units {
            writer.state(unit.line, None, &unit.declared(*kind, key));
        }
        for ((task, other, rule), edge) in self.edges {
            let data = LinkDeclared {
                kind: LinkKind::DependsOn,
                from: EntityId::new(Kind::Task, task),
                to: EntityId::new(Kind::Task, other),
                rule: Some(rule.to_owned()),
                confidence: None,
                evidence: Some(edge.evidence),
                version: None,
            };
            writer.state(edge.line, None, &Data::LinkDeclared(data));
        }
        for ((kind, key), unit) in &self.units {
            for ((run, number), span) in &unit.tries {
                span.state_try(*kind, key, run, *number, writer);
            }
        }
        for ((stream, key), run) in &self.runs {
            run.state(*stream, key, writer);
        }
        for ((artifact, task, at), (line, made)) in self.artifacts {
            let Made { name, version, digest, commit } = made;
            let data = ArtifactProduced { artifact, name, version, digest, task, modules: vec![], commit };
            writer.state(line, Some(at), &Data::ArtifactProduced(data));
        }
    }
}

impl Unit {
    fn declared(&self, kind: Kind, key: &str) -> Data {
        let (name, group) = (self.name.get().cloned(), self.group.get().cloned());
        let tags = self.tags.iter().cloned().collect();
        match kind {
            Kind::Scenario => Data::ScenarioDeclared(ScenarioDeclared {
                scenario: key.to_owned(),
                name,
                spec: group,
                path: None,
                tags,
                verifies: vec![],
                planned: self.planned,
            }),
            _ => Data::TaskDeclared(TaskDeclared {
                task: key.to_owned(),
                name,
                workflow: group,
                depends_on: vec![],
                implements: vec![],
                paths: vec![],
                tags,
                planned: self.planned,
            }),
        }
    }
}

impl Run {
    fn state(&self, stream: Stream, key: &str, writer: &mut Writer<'_>) {
        let name = self.name.get();
        for span in self.tries.values() {
            let (run, commit) = (key.to_owned(), span.commit.get().cloned());
            let began = span.began(key, writer);
            if let Some(at) = began {
                let data =
                    RunStarted { stream, run: run.clone(), name: name.cloned(), commit: commit.clone() };
                writer.state(span.line, Some(at), &Data::RunStarted(data));
            }
            for ((at, outcome), why) in &span.ends {
                let (run, commit) = (run.clone(), commit.clone());
                let reason = why.reason.as_deref().or(why.error.as_deref());
                let reason = reason.and_then(|text| clean::prose(text, clean::REASON_BYTES_MAX));
                let data = RunFinished { stream, run, outcome: *outcome, started_at: None, reason, commit };
                writer.state(span.line, *at, &Data::RunFinished(data));
            }
        }
    }
}
