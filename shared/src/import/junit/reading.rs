//! What the elements of a file say together: suites, cases, attempts, the run.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::Broken;
use super::case::{Case, Try};
use super::element::{Attributes, Content};
use crate::event::data::{AttemptFinished, RunFinished, RunStarted, ScenarioDeclared, SpecDeclared};
use crate::event::{DEPTH_MAX, Data, Outcome, Provenance};
use crate::id::Stream;
use crate::time::Time;
use quick_xml::events::BytesStart;
use std::collections::{BTreeMap, BTreeSet};

/// An open element.
struct Open {
    name: String,
    suite: Option<Suite>,
}

/// What a suite lends its cases.
struct Suite {
    name: String,
    file: Option<String>,
}

/// What the elements so far have said.
#[derive(Default)]
pub(super) struct Reading {
    stack: Vec<Open>,
    has_root: bool,
    run: Option<String>,
    name: Option<String>,
    started_at: Option<Time>,
    finished_at: Option<Time>,
    root_says_when: bool,
    case: Option<Case>,
    content: Option<Content>,
    tries: BTreeMap<String, u32>,
    last: BTreeMap<String, Outcome>,
    specs: BTreeSet<String>,
    attempts: Vec<(u64, Option<Time>, AttemptFinished)>,
    run_error: Option<String>,
    saw_naive: bool,
}

impl Reading {
    /// An element opens.
    pub(super) fn open(
        &mut self,
        line: u64,
        start: &BytesStart<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<(), Broken> {
        if self.stack.len() >= DEPTH_MAX {
            return Err(Broken::at(line, format!("nested deeper than {DEPTH_MAX} levels")));
        }
        let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        let is_suite = matches!(name.as_str(), "testsuites" | "testsuite");
        if self.stack.is_empty() && (!is_suite || self.has_root) {
            return Err(Broken::at(line, format!("<{name}> is no <testsuites> or <testsuite>")));
        }
        let attributes = Attributes::of(line, start)?;
        let mut suite = None;
        if let Some(content) = &mut self.content {
            content.enter(&name);
        } else if is_suite {
            suite = Some(self.suite(line, &attributes, writer));
        } else if name == "testcase" && self.case.is_none() {
            self.case = Some(self.case_of(line, &attributes));
        } else {
            match (name.as_str(), self.case.is_some()) {
                ("failure" | "error", _)
                | ("skipped" | "flakyFailure" | "flakyError" | "rerunFailure" | "rerunError", true) => {
                    self.content = Some(Content::of(line, &name, attributes));
                }
                ("property", _) => {}
                _ => writer.issues.skip(line, &name),
            }
        }
        self.has_root = true;
        self.stack.push(Open { name, suite });
        Ok(())
    }

    fn suite(&mut self, line: u64, attributes: &Attributes, writer: &mut Writer<'_>) -> Suite {
        let is_root = !self.has_root;
        if is_root {
            self.run = attributes.get("uuid").and_then(clean::key);
            self.name = attributes.get("name").and_then(clean::name);
        }
        let started = self.instant(line, attributes.get("timestamp"), writer);
        let lasted = duration(line, attributes.get("time"), writer);
        if let Some(started) = started.filter(|_| is_root || !self.root_says_when) {
            self.root_says_when |= is_root;
            self.started_at = Some(self.started_at.map_or(started, |first| first.min(started)));
            let end = started.plus(lasted.unwrap_or(0)).min(Time::MAX);
            self.finished_at = self.finished_at.max(Some(end));
        }
        Suite {
            name: attributes.get("name").unwrap_or("").to_owned(),
            file: attributes.get("file").and_then(clean::name),
        }
    }

    fn case_of(&self, line: u64, attributes: &Attributes) -> Case {
        let suite = self.stack.iter().rev().find_map(|open| open.suite.as_ref());
        let class = attributes
            .get("classname")
            .or_else(|| attributes.get("class"))
            .filter(|it| !it.trim().is_empty());
        let group = class.or(suite.map(|suite| suite.name.as_str())).and_then(clean::key);
        let status = attributes.get("status").or_else(|| attributes.get("result")).unwrap_or("");
        Case {
            line,
            name: attributes.get("name").unwrap_or("").to_owned(),
            group,
            file: attributes
                .get("file")
                .and_then(clean::name)
                .or_else(|| suite.and_then(|it| it.file.clone())),
            timestamp: attributes.get("timestamp").map(str::to_owned),
            time: attributes.get("time").map(str::to_owned),
            not_run: matches!(status, "notrun" | "disabled" | "skipped" | "suppressed"),
            own: None,
            skipped: None,
            before: Vec::new(),
            after: Vec::new(),
        }
    }

    /// An element closes.
    pub(super) fn shut(&mut self, writer: &mut Writer<'_>) {
        let Some(open) = self.stack.pop() else {
            return; // the reader refuses an end without a start
        };
        if let Some(content) = &mut self.content {
            if !content.leave() {
                return;
            }
            let Some(content) = self.content.take() else {
                return;
            };
            match &mut self.case {
                Some(case) => case.take(content),
                None => {
                    let text = content
                        .error(clean::REASON_BYTES_MAX)
                        .unwrap_or_else(|| "without a message".to_owned());
                    self.run_error.get_or_insert(format!("a suite reports an error: {text}"));
                }
            }
        } else if open.name == "testcase"
            && let Some(case) = self.case.take()
        {
            self.finish(case, writer);
        }
    }

    /// Text within the open element.
    pub(super) fn text(&mut self, part: &str) {
        if let Some(content) = &mut self.content {
            content.text(part);
        }
    }

    fn instant(&mut self, line: u64, text: Option<&str>, writer: &mut Writer<'_>) -> Option<Time> {
        match text.filter(|text| !text.trim().is_empty()).map(clean::instant)? {
            Ok((time, naive)) => {
                if naive && !self.saw_naive {
                    self.saw_naive = true;
                    writer.issues.note(line, "timestamp: no time zone, read as UTC (here and below)");
                }
                Some(time)
            }
            Err(reason) => {
                writer.issues.flaw(line, format!("timestamp: {reason}"));
                None
            }
        }
    }

    fn finish(&mut self, case: Case, writer: &mut Writer<'_>) {
        let Some(key) = clean::key(&case.name).and_then(|name| match &case.group {
            Some(group) => clean::key(&format!("{group}#{name}")),
            None => Some(name),
        }) else {
            if case.is_bad() {
                self.run_error.get_or_insert_with(|| "a test case without a name failed".to_owned());
            }
            writer.issues.reject(case.line, "testcase: no name");
            return;
        };
        writer.use_one();
        if !self.last.contains_key(&key) {
            self.declare(&key, &case, writer);
        }
        for attempt in case.tries() {
            self.last.insert(key.clone(), attempt.outcome);
            self.attempt(&key, attempt, writer);
        }
    }

    fn declare(&mut self, key: &str, case: &Case, writer: &mut Writer<'_>) {
        if let Some(spec) = case.group.as_ref().filter(|group| self.specs.insert((*group).clone())) {
            let data = SpecDeclared {
                spec: spec.clone(),
                name: clean::name(spec),
                path: case.file.clone(),
                tags: vec![],
                specifies: vec![],
            };
            writer.state(case.line, None, &Data::SpecDeclared(data));
        }
        let data = ScenarioDeclared {
            scenario: key.to_owned(),
            name: clean::name(&case.name),
            spec: case.group.clone(),
            path: case.file.clone(),
            tags: vec![],
            verifies: vec![],
            planned: false,
        };
        writer.state(case.line, None, &Data::ScenarioDeclared(data));
    }

    /// Run key and time of the whole are known at the end only, so attempts wait.
    fn attempt(&mut self, key: &str, attempt: Try, writer: &mut Writer<'_>) {
        let started_at = self.instant(attempt.line, attempt.timestamp.as_deref(), writer);
        let lasted = duration(attempt.line, attempt.time.as_deref(), writer);
        let at = started_at.map(|start| start.plus(lasted.unwrap_or(0)).min(Time::MAX));
        let tries = self.tries.entry(key.to_owned()).or_insert(0);
        *tries += 1;
        let data = AttemptFinished {
            key: key.to_owned(),
            run: String::new(),
            outcome: attempt.outcome,
            r#try: Some(*tries),
            queued_at: None,
            started_at,
            error: attempt.error,
            reason: attempt.reason,
            commit: None,
            provenance: at.is_none().then_some(Provenance::Inferred),
        };
        self.attempts.push((attempt.line, at, data));
    }

    /// The file ends, on `line`: states the attempts and the run.
    pub(super) fn close(self, line: u64, writer: &mut Writer<'_>) -> Result<(), Broken> {
        if let Some(element) = self.stack.last() {
            return Err(Broken::at(line, format!("the file breaks off within <{}>", element.name)));
        }
        if !self.has_root {
            return Err(Broken::whole("no element in it, so no <testsuites> or <testsuite>"));
        }
        let run = writer.run_key(self.run.as_deref());
        let last_end = self.attempts.iter().filter_map(|(_, at, _)| *at).max();
        for (line, at, data) in self.attempts {
            writer.state(line, at, &Data::ScenarioFinished(AttemptFinished { run: run.clone(), ..data }));
        }
        let failed = self.last.values().filter(|outcome| outcome.is_bad()).count();
        let reason = match (self.run_error, failed) {
            (Some(error), _) => Some(error),
            (None, 0) => None,
            (None, n) => Some(format!("{n} of {} test cases failed", self.last.len())),
        };
        let finished_at = self.finished_at.map(|end| end.max(last_end.unwrap_or(end)));
        if let Some(started_at) = self.started_at {
            let data = RunStarted { stream: Stream::Bdv, run: run.clone(), name: self.name, commit: None };
            writer.state(1, Some(started_at), &Data::RunStarted(data));
        }
        let data = RunFinished {
            stream: Stream::Bdv,
            run,
            outcome: if reason.is_some() { Outcome::Failed } else { Outcome::Passed },
            started_at: None,
            reason,
            commit: None,
        };
        writer.state(1, finished_at, &Data::RunFinished(data));
        Ok(())
    }
}

/// A duration; one that is none is an issue, and then the attempt has no length.
fn duration(line: u64, text: Option<&str>, writer: &mut Writer<'_>) -> Option<i64> {
    match text.filter(|text| !text.trim().is_empty()).map(clean::seconds)? {
        Ok(micros) => Some(micros),
        Err(reason) => {
            writer.issues.flaw(line, format!("time: {reason}"));
            None
        }
    }
}
