//! What the events of a file say together: runs, jobs, who contains whom, what was made.

use super::super::batch::Writer;
use super::super::clean;
use super::message::{ErrorMessage, JobDependencies, Parent, RawEvent, Run, SourceCodeLocation, facet};
use crate::event::data::{
    ArtifactProduced, AttemptFinished, AttemptStarted, RunFinished, RunStarted, TaskDeclared,
    WorkflowDeclared,
};
use crate::event::{Data, Outcome};
use crate::id::Stream;
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// A job, by its key.
#[derive(Debug, Default)]
struct Job {
    line: u64,
    name: Option<String>,
    parent: Option<String>,
    has_children: bool,
    is_reported: bool,
    depends_on: BTreeSet<String>,
}

/// A run, by its id.
#[derive(Debug, Default)]
struct RunState {
    line: u64,
    job: String,
    started_at: Option<Time>,
    seen_at: Option<Time>,
    ends: BTreeMap<(Time, Outcome), Option<String>>,
    outputs: BTreeSet<String>,
    commit: Option<String>,
}

/// What an event says about its run.
#[derive(Debug, Clone, Copy)]
enum State {
    Started,
    Running,
    Ended(Outcome),
    /// `OTHER`, or nothing: it only adds to what is known.
    Unsaid,
}

impl State {
    fn of(event_type: Option<&str>) -> Result<Self, String> {
        let kind = event_type.unwrap_or("OTHER");
        Ok(match kind.to_ascii_uppercase().as_str() {
            "START" => State::Started,
            "RUNNING" => State::Running,
            "COMPLETE" => State::Ended(Outcome::Passed),
            "FAIL" => State::Ended(Outcome::Failed),
            "ABORT" => State::Ended(Outcome::Cancelled),
            "OTHER" => State::Unsaid,
            _ => return Err(format!("eventType: unknown {:?}", clean::clip(kind, 40))),
        })
    }
}

impl RunState {
    /// Takes a state in; the order of events does not matter.
    fn enter(&mut self, state: State, time: Time, error: Option<String>) {
        let first = |seen: Option<Time>| Some(seen.map_or(time, |seen| seen.min(time)));
        match state {
            State::Started => self.started_at = first(self.started_at),
            State::Running => self.seen_at = first(self.seen_at),
            State::Ended(outcome) => {
                self.ends.insert((time, outcome), error);
            }
            State::Unsaid => {}
        }
    }
}

/// What the events so far have said.
#[derive(Debug, Default)]
pub(super) struct Reading {
    jobs: BTreeMap<String, Job>,
    runs: BTreeMap<String, RunState>,
    saw_naive: bool,
    saw_no_schema: bool,
    saw_no_type: bool,
}

impl Reading {
    /// Takes one event in, or says why it cannot.
    pub(super) fn take(
        &mut self,
        line: u64,
        event: &RawEvent<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<(), String> {
        let written =
            event.event_time.as_deref().ok_or("eventTime: missing; this is no OpenLineage event")?;
        let (time, naive) = clean::instant(written).map_err(|reason| format!("eventTime: {reason}"))?;
        let state = State::of(event.event_type.as_deref())?;
        let run_id = event.run.as_ref().map(|run| clean::key(&run.run_id).ok_or("run.runId: empty"));
        let run_id = run_id.transpose()?;
        let Some(job) = &event.job else {
            return match event.dataset {
                Some(_) => {
                    writer.issues.skip(line, "DatasetEvent");
                    Ok(())
                }
                None => Err("job: missing, and there is no dataset either".to_owned()),
            };
        };
        let key = clean::key(&job.path()).ok_or("job.name: empty")?;
        // Nothing below refuses the event: a refused one leaves no trace.
        self.remark(line, event, naive, writer);
        let entry = self.job(&key, line);
        entry.name = clean::name(&job.name);
        entry.is_reported = true;
        let location = job.facets.as_ref().and_then(|facets| facets.source_code_location);
        let commit = match facet::<SourceCodeLocation<'_>>("sourceCodeLocation", location) {
            Ok(location) => location.and_then(|it| it.version).and_then(|it| clean::name(&it)),
            Err(reason) => {
                writer.issues.flaw(line, reason);
                None
            }
        };
        if let (Some(run), Some(id)) = (&event.run, run_id) {
            let error = self.facets(line, run, &key, &id, writer);
            let known = self.runs.entry(id).or_insert_with(|| RunState { line, ..RunState::default() });
            known.job = key;
            known.commit = commit.or(known.commit.take());
            let outputs = event.outputs.iter().flatten().filter_map(|output| clean::key(&output.path()));
            known.outputs.extend(outputs);
            known.enter(state, time, error);
        } else if event.event_type.is_some() {
            writer.issues.note(line, "eventType: without a run it says nothing; the job is declared");
        }
        writer.use_one();
        Ok(())
    }

    fn remark(&mut self, line: u64, event: &RawEvent<'_>, naive: bool, writer: &mut Writer<'_>) {
        if naive && !std::mem::replace(&mut self.saw_naive, true) {
            writer.issues.note(line, "eventTime: no time zone, read as UTC (here and below)");
        }
        if event.schema_url.is_none() && !std::mem::replace(&mut self.saw_no_schema, true) {
            writer.issues.note(line, "schemaURL: missing, read as version 2-0-2 (here and below)");
        }
        let untyped = event.run.is_some() && event.event_type.is_none();
        if untyped && !std::mem::replace(&mut self.saw_no_type, true) {
            writer.issues.note(line, "eventType: missing, so the run has no state (here and below)");
        }
    }

    fn job(&mut self, key: &str, line: u64) -> &mut Job {
        self.jobs.entry(key.to_owned()).or_insert_with(|| Job { line, ..Job::default() })
    }

    /// Parent and dependencies of the job; the answer is the error message.
    fn facets(
        &mut self,
        line: u64,
        run: &Run<'_>,
        key: &str,
        id: &str,
        writer: &mut Writer<'_>,
    ) -> Option<String> {
        let facets = run.facets.as_ref()?;
        let mut flaw = |reason: String| writer.issues.flaw(line, reason);
        let parent = facet::<Parent<'_>>("parent", facets.parent).map_err(&mut flaw).ok().flatten();
        if let Some(parent) = parent
            && let Some(parent_key) = clean::key(&parent.job.path())
            && parent.run.run_id != id
            && parent_key != key
        {
            self.job(&parent_key, line).has_children = true;
            self.job(key, line).parent = Some(parent_key);
        }
        let around = facet::<JobDependencies<'_>>("jobDependencies", facets.job_dependencies);
        if let Some(around) = around.map_err(&mut flaw).ok().flatten() {
            for upstream in around.upstream.iter().filter_map(|it| clean::key(&it.job.path())) {
                self.job(key, line).depends_on.insert(upstream);
            }
            for downstream in around.downstream.iter().filter_map(|it| clean::key(&it.job.path())) {
                self.job(&downstream, line).depends_on.insert(key.to_owned());
            }
        }
        let error =
            facet::<ErrorMessage<'_>>("errorMessage", facets.error_message).map_err(&mut flaw).ok().flatten();
        if facets.test.is_some() {
            writer.issues.skip(line, "facet test");
        }
        error.and_then(|error| clean::prose(&error.message, clean::ERROR_BYTES_MAX))
    }

    /// States everything, jobs first.
    pub(super) fn close(self, writer: &mut Writer<'_>) {
        for (key, job) in &self.jobs {
            if job.has_children {
                let data = WorkflowDeclared { workflow: key.clone(), name: job.name.clone() };
                writer.state(job.line, None, &Data::WorkflowDeclared(data));
            }
            if !self.is_workflow_only(key) && (job.is_reported || !job.has_children) {
                let data = TaskDeclared {
                    task: key.clone(),
                    name: job.name.clone(),
                    workflow: job.parent.clone(),
                    depends_on: job.depends_on.iter().cloned().collect(),
                    implements: vec![],
                    paths: vec![],
                    tags: vec![],
                    planned: false,
                };
                writer.state(job.line, None, &Data::TaskDeclared(data));
            }
        }
        for (id, run) in &self.runs {
            if self.is_workflow_only(&run.job) {
                self.workflow_run(id, run, writer);
            } else {
                task_run(id, run, writer);
            }
        }
    }

    /// Whether a job contains others and lies in none.
    fn is_workflow_only(&self, key: &str) -> bool {
        self.jobs.get(key).is_some_and(|job| job.has_children && job.parent.is_none())
    }

    fn workflow_run(&self, id: &str, run: &RunState, writer: &mut Writer<'_>) {
        let started_at = run.started_at.or(run.seen_at);
        let name = self.jobs.get(&run.job).and_then(|job| job.name.clone());
        if started_at.is_some() {
            let data =
                RunStarted { stream: Stream::Dde, run: id.to_owned(), name, commit: run.commit.clone() };
            writer.state(run.line, started_at, &Data::RunStarted(data));
        }
        for ((time, outcome), error) in &run.ends {
            let reason = error.as_deref().and_then(|text| clean::prose(text, clean::REASON_BYTES_MAX));
            let data = RunFinished {
                stream: Stream::Dde,
                run: id.to_owned(),
                outcome: *outcome,
                started_at: None,
                reason,
                commit: run.commit.clone(),
            };
            writer.state(run.line, Some(*time), &Data::RunFinished(data));
        }
    }
}

fn task_run(id: &str, run: &RunState, writer: &mut Writer<'_>) {
    let started_at = run.started_at.or(run.seen_at);
    if started_at.is_some() && run.ends.is_empty() {
        let data = AttemptStarted { key: run.job.clone(), run: id.to_owned(), r#try: 1 };
        writer.state(run.line, started_at, &Data::TaskStarted(data));
    }
    for ((time, outcome), error) in &run.ends {
        let data = AttemptFinished {
            key: run.job.clone(),
            run: id.to_owned(),
            outcome: *outcome,
            r#try: None,
            queued_at: None,
            started_at,
            error: error.clone(),
            output: None,
            reason: None,
            commit: run.commit.clone(),
            provenance: None,
        };
        writer.state(run.line, Some(*time), &Data::TaskFinished(data));
    }
    let completed = run.ends.keys().rev().find(|(_, outcome)| *outcome == Outcome::Passed);
    if let Some((time, _)) = completed {
        for artifact in &run.outputs {
            let data = ArtifactProduced {
                artifact: artifact.clone(),
                name: None,
                version: None,
                digest: None,
                task: Some(run.job.clone()),
                modules: vec![],
                commit: run.commit.clone(),
            };
            writer.state(run.line, Some(*time), &Data::ArtifactProduced(data));
        }
    }
}
