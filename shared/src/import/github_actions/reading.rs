//! What the payloads of a file say together: runs, jobs, their tries.

use super::message::{Id, Payload, WorkflowJob, WorkflowRun};
use super::state::{Said, State, state_of};
use crate::id::{Kind, Stream};
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::execution::{Clock, Course, Executions, Span, Why};
use crate::order::Map;
use crate::time::Time;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A job's tries under one run: attempt, then the job's own id by length and text, so that numbers sort as such.
type Tries = Map<u32, Map<(usize, String), Box<Span>>>;

/// What the payloads so far have said.
#[derive(Debug, Default)]
pub(super) struct Reading {
    executions: Executions,
    jobs: BTreeMap<(String, String), Tries>,
    clock: Clock,
    saw_no_attempt: bool,
}

impl Reading {
    /// Takes one payload in, or says why it cannot.
    pub(super) fn take(
        &mut self,
        line: u64,
        payload: &Payload<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<(), String> {
        if let Some(job) = &payload.workflow_job {
            self.job(line, job, writer)?;
        } else if let Some(run) = &payload.workflow_run {
            let workflow = payload.workflow.as_ref();
            let names = [
                run.name.as_deref(),
                workflow.and_then(|it| it.name.as_deref()),
                run.path.as_deref(),
                workflow.and_then(|it| it.path.as_deref()),
            ];
            self.run(line, run, names.into_iter().flatten().find_map(clean::key), writer)?;
        } else {
            writer.issues.skip(line, "payload without workflow_run and workflow_job");
            return Ok(());
        }
        writer.use_one();
        Ok(())
    }

    fn run(
        &mut self,
        line: u64,
        run: &WorkflowRun<'_>,
        workflow: Option<String>,
        writer: &mut Writer<'_>,
    ) -> Result<(), String> {
        const WHAT: &str = "workflow_run";
        let key = key_of(&run.id, "workflow_run.id")?;
        let said = state_of(WHAT, run.status.as_deref(), run.conclusion.as_deref())?;
        let attempt = self.attempt_number(line, WHAT, run.run_attempt, writer)?;
        let mut read = |field: &str, text: Option<&Cow<'_, str>>| {
            let field = format!("{WHAT}.{field}");
            self.clock.read_if_any(line, &field, text.map(AsRef::as_ref), writer)
        };
        let created_at = read("created_at", run.created_at.as_ref())?;
        let started_at = read("run_started_at", run.run_started_at.as_ref())?;
        let updated_at = read("updated_at", run.updated_at.as_ref())?;
        // Of a re-run, created_at is that of the first attempt.
        let began = started_at.or(created_at.filter(|_| attempt == 1));
        let at = began.or(updated_at).ok_or("workflow_run.run_started_at: missing, and so are the others")?;
        let ends = updated_at.ok_or("workflow_run.updated_at: missing, so nobody knows when it ended");
        let ended = matches!(said.0, State::Ended(..)).then_some(ends).transpose()?;
        let name = run.display_title.as_deref().and_then(clean::name).or_else(|| workflow.clone());
        let span = self.executions.run(line, Stream::Dde, &key, attempt, at, name);
        if said.0 == State::Queued {
            span.queued(at)
        } else {
            span.started(at)
        }
        span.on_commit(at, run.head_sha.as_deref().and_then(clean::name));
        end(span, &said, ended, None);
        if let Some(workflow) = workflow {
            self.executions.group(line, Kind::Workflow, &workflow, at, Some(workflow.clone()));
        } else {
            writer
                .issues
                .note(line, "workflow_run.name: missing, and so is the path: a run without a workflow");
        }
        odd(line, said, writer);
        Ok(())
    }

    fn job(&mut self, line: u64, job: &WorkflowJob<'_>, writer: &mut Writer<'_>) -> Result<(), String> {
        const WHAT: &str = "workflow_job";
        let run = key_of(&job.run_id, "workflow_job.run_id")?;
        let id = key_of(&job.id, "workflow_job.id")?;
        let name = clean::key(&job.name).ok_or("workflow_job.name: empty")?;
        let said = state_of(WHAT, job.status.as_deref(), job.conclusion.as_deref())?;
        let attempt = self.attempt_number(line, WHAT, job.run_attempt, writer)?;
        let mut read = |field: &str, text: Option<&Cow<'_, str>>| {
            let field = format!("{WHAT}.{field}");
            self.clock.read_if_any(line, &field, text.map(AsRef::as_ref), writer)
        };
        let created_at = read("created_at", job.created_at.as_ref())?;
        let started_at = read("started_at", job.started_at.as_ref())?;
        let completed_at = read("completed_at", job.completed_at.as_ref())?;
        let at = created_at.or(started_at).or(completed_at);
        let at = at.ok_or("workflow_job.created_at: missing, and so are the others")?;
        let ends = completed_at.ok_or("workflow_job.completed_at: missing, so nobody knows when it ended");
        let ended = matches!(said.0, State::Ended(..)).then_some(ends).transpose()?;
        let workflow = job.workflow_name.as_deref().and_then(clean::key);
        let task = workflow.as_ref().and_then(|workflow| clean::key(&format!("{workflow}/{name}")));
        let task = task.unwrap_or_else(|| name.clone());
        self.declare(line, &task, (&name, workflow), at, job);
        let tries = self.jobs.entry((task, run)).or_default();
        let span = tries.entry(attempt).or_default().entry((id.len(), id)).or_default();
        span.also_on(line);
        created_at.into_iter().for_each(|at| span.queued(at));
        // While a job waits, started_at repeats created_at; a skipped one never starts.
        let ran = !matches!(said.0, State::Queued | State::Ended(crate::event::Outcome::Skipped, _));
        started_at.filter(|_| ran).into_iter().for_each(|at| span.started(at));
        if said.0 == State::Running && started_at.is_none() {
            span.running(at);
        }
        span.on_commit(at, job.head_sha.as_deref().and_then(clean::name));
        end(span, &said, ended, failed_steps(job).as_deref());
        odd(line, said, writer);
        Ok(())
    }

    fn declare(
        &mut self,
        line: u64,
        task: &str,
        (name, workflow): (&str, Option<String>),
        at: Time,
        job: &WorkflowJob<'_>,
    ) {
        let unit = self.executions.unit(line, Kind::Task, task);
        unit.name.hear(at, clean::name(name));
        unit.group.hear(at, workflow.clone());
        let labels = job.labels.iter().flatten().filter_map(|label| clean::name(label));
        unit.tags.extend(labels.map(|label| format!("queue:{label}")));
        if let Some(workflow) = workflow {
            self.executions.group(line, Kind::Workflow, &workflow, at, Some(workflow.clone()));
        }
    }

    fn attempt_number(
        &mut self,
        line: u64,
        what: &str,
        number: Option<u32>,
        writer: &mut Writer<'_>,
    ) -> Result<u32, String> {
        match number {
            Some(0) => Err(format!("{what}.run_attempt: 0, but attempts count from 1")),
            Some(number) => Ok(number),
            None => {
                if !std::mem::replace(&mut self.saw_no_attempt, true) {
                    writer
                        .issues
                        .note(line, format!("{what}.run_attempt: missing, read as 1 (here and below)"));
                }
                Ok(1)
            }
        }
    }

    /// States everything.
    pub(super) fn close(mut self, writer: &mut Writer<'_>) {
        for ((task, run), mut tries) in self.jobs {
            drop_copies(&task, &mut tries, writer);
            for (attempt, jobs) in tries {
                for (n, (_, span)) in jobs.into_iter().enumerate() {
                    let key = if n == 0 { task.clone() } else { format!("{task} #{}", n + 1) };
                    if n > 0 {
                        let clause =
                            format!("{task}: another job of this name in one attempt, kept as {key}");
                        writer.issues.note(span.line(), clause);
                        let unit = self.executions.unit(span.line(), Kind::Task, &key);
                        unit.name.hear(Time::ALWAYS, clean::name(&key));
                    }
                    self.executions.place(Kind::Task, &key, &run, attempt, *span);
                }
            }
        }
        self.executions.close(writer);
    }
}

/// Drops tries of a later attempt that only repeat one of an earlier: the re-run left that job out.
fn drop_copies(task: &str, tries: &mut Tries, writer: &mut Writer<'_>) {
    let attempts: Vec<u32> = tries.keys().copied().collect();
    let mut seen: BTreeSet<Course> = BTreeSet::new();
    for attempt in attempts {
        let Some(jobs) = tries.get_mut(&attempt) else { continue };
        let courses: Vec<(Course, (usize, String))> =
            jobs.iter().filter_map(|(id, span)| Some((span.course()?, id.clone()))).collect();
        let (copies, fresh): (Vec<_>, Vec<_>) =
            courses.into_iter().partition(|(course, _)| seen.contains(course));
        for (_, id) in copies {
            let line = jobs.remove(&id).map_or(0, |span| span.line());
            let clause = format!("{task}: attempt {attempt} only carries an earlier result over");
            writer.issues.note(line, clause);
        }
        seen.extend(fresh.into_iter().map(|(course, _)| course));
    }
}

fn key_of(id: &Id<'_>, field: &str) -> Result<String, String> {
    clean::key(&id.0).ok_or_else(|| format!("{field}: empty"))
}

fn end(span: &mut Span, said: &Said, at: Option<Time>, error: Option<&str>) {
    if let State::Ended(outcome, reason) = &said.0 {
        span.ended(at, *outcome, Why::error(error).because(reason.as_deref()));
    }
}

fn odd(line: u64, said: Said, writer: &mut Writer<'_>) {
    if let Some(odd) = said.1 {
        writer.issues.flaw(line, odd);
    }
}

fn failed_steps(job: &WorkflowJob<'_>) -> Option<String> {
    let failed = job.steps.iter().flatten().filter(|step| {
        step.conclusion.as_deref().is_some_and(|word| matches!(word, "failure" | "timed_out"))
    });
    let names: Vec<&str> = failed.filter_map(|step| step.name.as_deref()).take(3).collect();
    (!names.is_empty()).then(|| format!("failed in step {}", names.join(", ")))
}
