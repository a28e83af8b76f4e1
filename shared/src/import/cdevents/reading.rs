//! What the events of a file say together: runs of pipelines and suites, tries of tasks and cases, artifacts.

use super::identity::{package_of, run_of};
use super::link::{Cause, Node, cause_of, event_key, retry_of};
use super::message::{CdEvent, Content, Link, Reference, kind_of};
use crate::event::{Hash128, Outcome};
use crate::id::{Kind, Stream};
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::document::parse;
use crate::import::execution::{Clock, Executions, Latest, Made, Span, Why, outcome_of};
use crate::order::Set;
use crate::time::Time;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Where a try belongs: kind, key of task or scenario, run.
pub(super) type Place = (Kind, String, String);

/// A try whose place is known, and the number its ids give it.
pub(super) struct Placed {
    pub(super) id: String,
    pub(super) number: Option<u32>,
    pub(super) seen: Try,
}

/// A task run or test case run, by its subject's id.
#[derive(Debug, Default)]
pub(super) struct Try {
    /// Key of the task or scenario, without its pipeline's name.
    pub(super) key: Latest<String>,
    /// Name for people.
    pub(super) name: Latest<String>,
    /// Id of the pipeline or suite run it is part of.
    pub(super) within: Latest<String>,
    pub(super) span: Span,
}

/// A pipeline or suite run, as far as its tries need it.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// Key of the workflow or spec it runs.
    pub(super) key: Latest<String>,
}

/// What the events so far have said.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) executions: Executions,
    pub(super) tries: BTreeMap<(Kind, String), Try>,
    pub(super) wholes: BTreeMap<(Kind, String), Whole>,
    pub(super) events: BTreeMap<Hash128, Set<Node>>,
    pub(super) causes: BTreeMap<Cause, u64>,
    /// Events of a later try and of the one before it, with their first line.
    pub(super) retries: BTreeMap<(Hash128, Hash128), u64>,
    pub(super) made: BTreeMap<(String, Time), (u64, Made)>,
    clock: Clock,
}

impl Reading {
    /// Takes one event in, or says why it cannot.
    pub(super) fn take(
        &mut self,
        line: u64,
        event: &CdEvent<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<(), String> {
        let Some((subject, predicate)) = kind_of(&event.context.kind) else {
            let kind = clean::name(&event.context.kind).ok_or("context.type: empty")?;
            writer.issues.skip(line, &kind);
            return Ok(());
        };
        let written = event.context.timestamp.as_deref().ok_or("context.timestamp: missing")?;
        let at = self.clock.read(line, "context.timestamp", written, writer)?;
        let id = clean::key(&event.subject.id).ok_or("subject.id: empty")?;
        let content = match event.subject.content.map(RawValue::get).filter(|text| *text != "null") {
            Some(text) => parse::<Content<'_>>(text).map_err(|(_, why)| format!("subject.content.{why}"))?,
            None => Content::default(),
        };
        let moment = Moment { line, at, predicate: &predicate };
        let node = match subject.as_str() {
            "pipelinerun" | "testsuiterun" => self.whole(&subject, moment, &id, &content, writer)?,
            "taskrun" => self.task(moment, &id, &content, writer)?,
            "testcaserun" => self.case(moment, &id, &content, writer)?,
            "artifact" if matches!(predicate.as_str(), "packaged" | "published") => {
                self.artifact(moment, &id)
            }
            _ => None,
        };
        match &node {
            Some(_) => writer.use_one(),
            None => writer.issues.skip(line, &format!("{subject}.{predicate}")),
        }
        let own = event_key(&event.context.id);
        self.events.entry(own).or_default().insert(node.unwrap_or(Node::Other));
        if let Some(links) = event.context.links {
            self.embedded(line, own, links, writer);
        }
        Ok(())
    }

    fn embedded(&mut self, line: u64, own: Hash128, links: &RawValue, writer: &mut Writer<'_>) {
        if links.get() == "null" {
            return;
        }
        let links: Vec<Link<'_>> = match parse(links.get()) {
            Ok(links) => links,
            Err((below, reason)) => {
                return writer.issues.flaw(line + below, format!("context.links{reason}"));
            }
        };
        for link in &links {
            self.retry(line, link, Some(own));
            match cause_of(link, Some(own)) {
                Ok(Some(cause)) => self.cause(line, cause),
                Ok(None) => {}
                Err(reason) => writer.issues.flaw(line, format!("context.{reason}")),
            }
        }
    }

    /// Takes a link in that was sent by itself.
    pub(super) fn link(&mut self, line: u64, link: &Link<'_>, writer: &mut Writer<'_>) -> Result<(), String> {
        self.retry(line, link, None);
        if let Some(cause) = cause_of(link, None)? {
            self.cause(line, cause);
        }
        writer.use_one();
        Ok(())
    }

    fn retry(&mut self, line: u64, link: &Link<'_>, own: Option<Hash128>) {
        if let Some(pair) = retry_of(link, own) {
            let seen = self.retries.entry(pair).or_insert(line);
            *seen = (*seen).min(line);
        }
    }

    fn cause(&mut self, line: u64, cause: Cause) {
        let seen = self.causes.entry(cause).or_insert(line);
        *seen = (*seen).min(line);
    }

    /// A pipeline run or a suite run.
    fn whole(
        &mut self,
        subject: &str,
        moment: Moment<'_>,
        id: &str,
        content: &Content<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<Option<Node>, String> {
        let Moment { line, at, .. } = moment;
        let (run, number) = run_of(id);
        let suite = content.test_suite.as_ref();
        let (stream, kind, key, name) = if subject == "testsuiterun" {
            (Stream::Bdv, Kind::Spec, reference(suite), suite.and_then(|it| it.name.as_deref()))
        } else {
            let name = content.pipeline_name.as_deref();
            (Stream::Dde, Kind::Workflow, name.and_then(clean::key), name)
        };
        let name = name.and_then(clean::name);
        if !matches!(moment.predicate, "queued" | "started" | "finished") {
            return Ok(None);
        }
        let span = self.executions.run(line, stream, &run, number.unwrap_or(1), at, name.clone());
        moment.put(span, content, writer);
        if let Some(key) = &key {
            self.executions.group(line, kind, key, at, name);
        }
        self.wholes.entry((kind, run)).or_default().key.hear(at, key);
        Ok(Some(Node::Other))
    }

    fn task(
        &mut self,
        moment: Moment<'_>,
        id: &str,
        content: &Content<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<Option<Node>, String> {
        if !matches!(moment.predicate, "queued" | "started" | "finished") {
            return Ok(None);
        }
        let seen = self.tries.entry((Kind::Task, id.to_owned())).or_default();
        seen.key.hear(moment.at, content.task_name.as_deref().and_then(clean::key));
        seen.name.hear(moment.at, content.task_name.as_deref().and_then(clean::name));
        seen.within.hear(moment.at, content.pipeline_run.as_ref().and_then(|run| clean::key(&run.id)));
        seen.span.also_on(moment.line);
        moment.put(&mut seen.span, content, writer);
        Ok(Some(Node::Task(id.to_owned(), moment.predicate == "finished")))
    }

    fn case(
        &mut self,
        moment: Moment<'_>,
        id: &str,
        content: &Content<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<Option<Node>, String> {
        if !matches!(moment.predicate, "queued" | "started" | "finished" | "skipped") {
            return Ok(None);
        }
        let case = content.test_case.as_ref();
        let key = reference(case).map(|case| match reference(content.environment.as_ref()) {
            Some(environment) => format!("{case} @ {environment}"),
            None => case,
        });
        let seen = self.tries.entry((Kind::Scenario, id.to_owned())).or_default();
        seen.key.hear(moment.at, key.as_deref().and_then(clean::key));
        seen.name.hear(moment.at, case.and_then(|it| it.name.as_deref()).and_then(clean::name));
        seen.within.hear(moment.at, reference(content.test_suite_run.as_ref()));
        seen.span.also_on(moment.line);
        moment.put(&mut seen.span, content, writer);
        Ok(Some(Node::Case(id.to_owned())))
    }

    fn artifact(&mut self, moment: Moment<'_>, id: &str) -> Option<Node> {
        let package = package_of(id)?;
        let made = Made { version: package.version, digest: package.digest, ..Made::default() };
        let entry = self.made.entry((package.key.clone(), moment.at));
        let seen = entry.or_insert_with(|| (moment.line, made.clone()));
        seen.0 = seen.0.min(moment.line);
        seen.1 = seen.1.clone().max(made);
        Some(Node::Artifact(package.key))
    }
}

/// A referenced thing's id, or its name where the id is empty.
fn reference(it: Option<&Reference<'_>>) -> Option<String> {
    let it = it?;
    clean::key(&it.id).or_else(|| it.name.as_deref().and_then(clean::key))
}

/// When an event happened and what it says its subject did.
#[derive(Debug, Clone, Copy)]
struct Moment<'a> {
    line: u64,
    at: Time,
    predicate: &'a str,
}

impl Moment<'_> {
    /// Notes in `span` what happened.
    fn put(self, span: &mut Span, content: &Content<'_>, writer: &mut Writer<'_>) {
        match self.predicate {
            "queued" => span.queued(self.at),
            "started" => span.started(self.at),
            "skipped" => {
                let why = Why::default().because(content.reason.as_deref());
                span.ended(Some(self.at), Outcome::Skipped, why);
            }
            _ => self.end(span, content, writer),
        }
    }

    fn end(self, span: &mut Span, content: &Content<'_>, writer: &mut Writer<'_>) {
        let word = content.outcome.as_deref().map(str::trim).filter(|word| !word.is_empty());
        let outcome = word.and_then(outcome_of).unwrap_or(Outcome::Unknown);
        let odd = match word {
            Some(word) if outcome_of(word).is_none() => {
                Some(format!("outcome: unknown {:?}", clean::clip(word, 40)))
            }
            Some(_) => None,
            None => Some("outcome: missing".to_owned()),
        };
        if let Some(odd) = &odd {
            writer.issues.flaw(self.line, format!("subject.content.{odd}; the result counts as unknown"));
        }
        let severity = content.severity.as_deref().filter(|_| outcome.is_bad());
        let said = match (severity, content.reason.as_deref()) {
            (Some(severity), Some(reason)) => Some(format!("{severity}: {reason}")),
            (Some(severity), None) => Some(severity.to_owned()),
            (None, reason) => reason.map(str::to_owned),
        };
        let why = Why::error(content.errors.as_deref()).because(said.or(odd).as_deref());
        span.ended(Some(self.at), outcome, why);
    }
}
