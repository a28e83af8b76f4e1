//! Cucumber Messages NDJSON (protocol 19 and later): scenarios with every attempt, and the test run.
//!
//! Ids in the file hold for the file only; a scenario is known by its feature file, the names above it and
//! its example row. A run without `testRunFinished` stays open, an attempt without `testCaseFinished` runs on.
//! Not read: step definitions, attachments, suggestions and their kin; they are counted.

mod gherkin;
mod message;

use super::batch::Writer;
use super::clean;
use super::document::{Broken, each_document, parse};
use super::look::{Fit, Look};
use crate::event::data::{
    AttemptFinished, AttemptStarted, RunFinished, RunStarted, ScenarioDeclared, SpecDeclared,
};
use crate::event::{Data, Outcome, Provenance};
use crate::id::Stream;
use crate::time::Time;
use gherkin::{Gherkin, Scenario};
use message::{Message, Stamp, Status, StepResult, kind_of};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that say nothing an attempt does not say as well.
const SILENT: [&str; 3] = ["testStepStarted", "testRunHookStarted", "source"];
const USED: [&str; 11] = [
    "meta",
    "gherkinDocument",
    "parseError",
    "pickle",
    "testCase",
    "testRunStarted",
    "testRunFinished",
    "testRunHookFinished",
    "testCaseStarted",
    "testCaseFinished",
    "testStepFinished",
];
const UNUSED: [&str; 8] = [
    "stepDefinition",
    "hook",
    "parameterType",
    "undefinedParameterType",
    "attachment",
    "externalAttachment",
    "suggestion",
    "globalHook",
];

/// Whether a file holds Cucumber Messages: objects of one key each, which is a kind of message.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    let only = match look {
        Look::Json(keys) => keys.only(),
        _ => None,
    };
    look.json(&[], &[]).and(only.is_some_and(is_envelope), || "misses an only key like pickle".to_owned())
}

/// Whether `kind` is the key of an envelope.
fn is_envelope(kind: &str) -> bool {
    USED.contains(&kind) || SILENT.contains(&kind) || UNUSED.contains(&kind)
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut reading = Reading { run: writer.run_key(None), ..Reading::default() };
    let mut envelopes = 0_u64;
    each_document(text, |line, json| {
        let message = json.and_then(|json| {
            let kind = kind_of(json).ok_or("not an envelope: an object with one key")?;
            envelopes += u64::from(is_envelope(kind));
            if SILENT.contains(&kind) {
                writer.use_one();
                return Ok(None);
            }
            if !USED.contains(&kind) {
                writer.issues.skip(line, kind);
                return Ok(None);
            }
            parse::<Message<'_>>(json).map(Some).map_err(|(_, reason)| reason)
        });
        let taken = message.and_then(|message| match message {
            Some(message) => reading.take(line, message, writer).map(|()| writer.use_one()),
            None => Ok(()),
        });
        if let Err(reason) = taken {
            writer.issues.reject(line, reason);
        }
    })?;
    if envelopes == 0 {
        return Err(Broken::at(
            1,
            "no Cucumber message in it: no line has a key like pickle or testCaseStarted",
        ));
    }
    reading.close(writer);
    Ok(())
}

/// One attempt while its steps are read.
#[derive(Debug)]
struct Attempt {
    scenario: usize,
    line: u64,
    try_number: u32,
    started_at: Option<Time>,
    worst: Option<Status>,
    error: Option<String>,
}

/// What the lines so far have said.
#[derive(Debug, Default)]
struct Reading {
    run: String,
    name: Option<String>,
    commit: Option<String>,
    gherkin: Gherkin,
    scenarios: Vec<Scenario>,
    pickles: BTreeMap<String, usize>,
    cases: BTreeMap<String, usize>,
    declared: BTreeSet<String>,
    specs: BTreeSet<String>,
    tries: BTreeMap<String, u32>,
    attempts: BTreeMap<String, Attempt>,
    last: BTreeMap<String, Outcome>,
    run_started: Option<Time>,
    run_finished: bool,
    run_error: Option<String>,
}

impl Reading {
    fn take(&mut self, line: u64, message: Message<'_>, writer: &mut Writer<'_>) -> Result<(), String> {
        match message {
            Message::Meta(meta) => {
                self.name = meta.implementation.and_then(|it| clean::name(&it.name));
                let git = meta.ci.and_then(|ci| ci.git);
                self.commit = git.and_then(|git| git.revision).and_then(|it| clean::name(&it));
            }
            Message::GherkinDocument(document) => self.gherkin.take(&document),
            Message::ParseError(error) => {
                let text = clean::prose(&error.message, clean::REASON_BYTES_MAX);
                let reason = format!("a feature cannot be parsed: {}", text.unwrap_or_default());
                writer.issues.flaw(line, reason.clone());
                self.run_error.get_or_insert(reason);
            }
            Message::Pickle(pickle) => {
                let scenario = self.gherkin.scenario(&pickle).ok_or("pickle: neither uri nor name")?;
                self.pickles.insert(pickle.id.into_owned(), self.scenarios.len());
                self.scenarios.push(scenario);
            }
            Message::TestCase(case) => {
                let known = self.pickles.get(case.pickle_id.as_ref());
                let scenario =
                    *known.ok_or_else(|| format!("testCase.pickleId: no pickle {:?}", case.pickle_id))?;
                self.cases.insert(case.id.into_owned(), scenario);
                self.declare(line, scenario, writer);
            }
            Message::TestRunStarted(run) => {
                let at = run.timestamp.map(Stamp::time).transpose()?;
                self.run_started = at;
                let (run, name, commit) = (self.run.clone(), self.name.clone(), self.commit.clone());
                if at.is_some() {
                    writer.state(
                        line,
                        at,
                        &Data::RunStarted(RunStarted { stream: Stream::Bdv, run, name, commit }),
                    );
                }
            }
            Message::TestCaseStarted(start) => self.start(line, start)?,
            Message::TestStepFinished(step) => {
                let attempt = self.attempts.get_mut(step.test_case_started_id.as_ref());
                let attempt =
                    attempt.ok_or("testStepFinished.testCaseStartedId: no such attempt is running")?;
                attempt.note(&step.test_step_result);
            }
            Message::TestCaseFinished(end) => self.finish(end, writer)?,
            Message::TestRunHookFinished(hook) => {
                if hook.result.status == Status::Failed {
                    let reason = hook.result.error(clean::REASON_BYTES_MAX);
                    self.run_error.get_or_insert(reason.unwrap_or_else(|| "a run hook failed".to_owned()));
                }
            }
            Message::TestRunFinished(run) => self.finish_run(line, &run, writer)?,
        }
        Ok(())
    }

    fn declare(&mut self, line: u64, scenario: usize, writer: &mut Writer<'_>) {
        let scenario = &self.scenarios[scenario];
        if !self.declared.insert(scenario.key.clone()) {
            return;
        }
        if let Some(spec) = scenario.spec.as_ref().filter(|spec| self.specs.insert((*spec).clone())) {
            let (name, tags) = self.gherkin.feature(spec);
            let data =
                SpecDeclared { spec: spec.clone(), name, path: Some(spec.clone()), tags, specifies: vec![] };
            writer.state(line, None, &Data::SpecDeclared(data));
        }
        let data = ScenarioDeclared {
            scenario: scenario.key.clone(),
            name: scenario.name.clone(),
            spec: scenario.spec.clone(),
            path: scenario.spec.clone(),
            tags: scenario.tags.clone(),
            verifies: vec![],
            planned: false,
        };
        writer.state(line, None, &Data::ScenarioDeclared(data));
    }

    fn start(&mut self, line: u64, start: message::CaseStarted<'_>) -> Result<(), String> {
        let known = self.cases.get(start.test_case_id.as_ref());
        let scenario = *known
            .ok_or_else(|| format!("testCaseStarted.testCaseId: no test case {:?}", start.test_case_id))?;
        let started_at = start.timestamp.map(Stamp::time).transpose()?;
        let tries = self.tries.entry(self.scenarios[scenario].key.clone()).or_insert(0);
        *tries = (*tries + 1).max(start.attempt.saturating_add(1));
        let attempt = Attempt { scenario, line, try_number: *tries, started_at, worst: None, error: None };
        self.attempts.insert(start.id.into_owned(), attempt);
        Ok(())
    }

    fn finish(&mut self, end: message::CaseFinished<'_>, writer: &mut Writer<'_>) -> Result<(), String> {
        let at = end.timestamp.map(Stamp::time).transpose()?;
        let attempt = self.attempts.remove(end.test_case_started_id.as_ref());
        let attempt = attempt.ok_or("testCaseFinished.testCaseStartedId: no such attempt is running")?;
        let (outcome, reason) = attempt.worst.map_or((Outcome::Unknown, Some("no steps")), Status::outcome);
        let key = &self.scenarios[attempt.scenario].key;
        self.last.insert(key.clone(), outcome);
        let data = AttemptFinished {
            key: key.clone(),
            run: self.run.clone(),
            outcome,
            r#try: Some(attempt.try_number),
            queued_at: None,
            started_at: attempt.started_at,
            error: attempt.error,
            output: None,
            reason: reason.map(str::to_owned),
            commit: self.commit.clone(),
            provenance: at.is_none().then_some(Provenance::Inferred),
        };
        writer.state(attempt.line, at, &Data::ScenarioFinished(data));
        Ok(())
    }

    fn finish_run(
        &mut self,
        line: u64,
        run: &message::RunFinished<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<(), String> {
        let at = run.timestamp.map(Stamp::time).transpose()?;
        let failed = self.last.values().filter(|outcome| outcome.is_bad()).count();
        let success = run.success.unwrap_or(failed == 0 && self.run_error.is_none());
        let own = run.exception.as_ref().and_then(|it| it.message.as_deref()).or(run.message.as_deref());
        let own = own.and_then(|text| clean::prose(text, clean::REASON_BYTES_MAX)).or(self.run_error.take());
        let reason = match (success, failed) {
            (true, _) => None,
            (false, 0) => {
                Some(own.unwrap_or_else(|| "the run failed although none of its scenarios did".to_owned()))
            }
            (false, n) => Some(own.unwrap_or_else(|| format!("{n} of {} scenarios failed", self.last.len()))),
        };
        let data = RunFinished {
            stream: Stream::Bdv,
            run: self.run.clone(),
            outcome: if success { Outcome::Passed } else { Outcome::Failed },
            started_at: self.run_started,
            reason,
            commit: self.commit.clone(),
        };
        self.run_finished = true;
        writer.state(line, at, &Data::RunFinished(data));
        Ok(())
    }

    /// What never ended is stated as running.
    fn close(self, writer: &mut Writer<'_>) {
        for attempt in self.attempts.values() {
            let key = self.scenarios[attempt.scenario].key.clone();
            writer.issues.note(
                attempt.line,
                format!("{key}: this attempt has no testCaseFinished and counts as running"),
            );
            if attempt.started_at.is_some() {
                let data = AttemptStarted { key, run: self.run.clone(), r#try: attempt.try_number };
                writer.state(attempt.line, attempt.started_at, &Data::ScenarioStarted(data));
            }
        }
        if !self.run_finished {
            writer.issues.note(0, "no testRunFinished: the run counts as still open");
            if self.run_started.is_none() {
                let (run, name, commit) = (self.run, self.name, self.commit);
                writer.state(
                    0,
                    None,
                    &Data::RunStarted(RunStarted { stream: Stream::Bdv, run, name, commit }),
                );
            }
        }
    }
}

impl Attempt {
    /// The attempt is as bad as its worst step; the first step that bad gives the error.
    fn note(&mut self, result: &StepResult<'_>) {
        if self.worst.is_none_or(|worst| result.status > worst) {
            self.worst = Some(result.status);
            self.error = result.error(clean::ERROR_BYTES_MAX);
        }
    }
}
