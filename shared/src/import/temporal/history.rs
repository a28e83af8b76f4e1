//! One history: its events by number, whatever their order.

use super::budget::Budget;
use super::message::{Attributes, RawEvent, Written};
use crate::event::Outcome;
use crate::id::{Kind, Stream};
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::execution::{Clock, Executions, Why};
use crate::time::Time;
use std::collections::BTreeMap;

/// Kinds that say nothing a task does not say as well: the workflow's own code was called.
const SILENT: [&str; 3] = ["WorkflowTaskScheduled", "WorkflowTaskStarted", "WorkflowTaskCompleted"];
/// Kinds of events that say something about tasks or the run. The attributes of others are never read.
const USED: [&str; 30] = [
    "WorkflowExecutionStarted",
    "WorkflowExecutionCompleted",
    "WorkflowExecutionContinuedAsNew",
    "WorkflowExecutionFailed",
    "WorkflowExecutionTimedOut",
    "WorkflowExecutionCanceled",
    "WorkflowExecutionTerminated",
    "ActivityTaskScheduled",
    "ActivityTaskStarted",
    "ActivityTaskCompleted",
    "ActivityTaskFailed",
    "ActivityTaskTimedOut",
    "ActivityTaskCanceled",
    "StartChildWorkflowExecutionInitiated",
    "StartChildWorkflowExecutionFailed",
    "ChildWorkflowExecutionStarted",
    "ChildWorkflowExecutionCompleted",
    "ChildWorkflowExecutionFailed",
    "ChildWorkflowExecutionTimedOut",
    "ChildWorkflowExecutionCanceled",
    "ChildWorkflowExecutionTerminated",
    "NexusOperationScheduled",
    "NexusOperationStarted",
    "NexusOperationCompleted",
    "NexusOperationFailed",
    "NexusOperationTimedOut",
    "NexusOperationCanceled",
    "TimerStarted",
    "TimerFired",
    "TimerCanceled",
];

/// What was scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scheduled {
    pub(super) line: u64,
    pub(super) at: Time,
    pub(super) what: What,
    pub(super) name: String,
    pub(super) queue: Option<String>,
}

/// A kind of task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Work in a worker.
    Activity,
    /// Another workflow's run.
    Child,
    /// An operation of another namespace.
    Nexus,
    /// A wait.
    Timer,
}

/// When something scheduled began, and as which try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Started {
    pub(super) line: u64,
    pub(super) at: Time,
    pub(super) attempt: u64,
    pub(super) before: Option<String>,
}

/// How something ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) line: u64,
    pub(super) at: Time,
    pub(super) outcome: Outcome,
    pub(super) why: Why,
}

/// The events of one history so far.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) run: Option<String>,
    pub(super) workflow: Option<String>,
    began: Option<(u64, Time)>,
    pub(super) end: Option<Ended>,
    pub(super) scheduled: BTreeMap<u64, Scheduled>,
    /// By the number of the scheduling event.
    pub(super) starts: BTreeMap<u64, Started>,
    /// By the number of the scheduling event.
    pub(super) ends: BTreeMap<u64, Ended>,
    counts_from_zero: bool,
    clock: Clock,
}

impl History {
    /// Takes one event in; a bad one is rejected.
    pub(super) fn hear(&mut self, line: u64, json: &str, writer: &mut Writer<'_>) {
        let heard = RawEvent::of(json).and_then(|event| {
            let taken = self.take(line, &event, writer);
            taken.map_err(|reason| (0, format!("event {}: {reason}", event.id)))
        });
        if let Err((below, reason)) = heard {
            writer.issues.reject(line + below, reason);
        }
    }

    fn take(&mut self, line: u64, event: &RawEvent<'_>, writer: &mut Writer<'_>) -> Result<(), String> {
        let at = match &event.time {
            Written::Text(text) => self.clock.read(line, "eventTime", text, writer)?,
            Written::Instant(time) => *time,
        };
        if SILENT.contains(&event.kind.as_str()) {
            writer.use_one();
            return Ok(());
        }
        if !USED.contains(&event.kind.as_str()) {
            writer.issues.skip(line, &event.kind);
            return Ok(());
        }
        let attributes = event.attributes()?;
        match event.kind.as_str() {
            "WorkflowExecutionStarted" => {
                self.began = Some((line, at));
                self.run = attributes.original_execution_run_id.as_deref().and_then(clean::key);
                self.workflow = name_of(attributes.workflow_type.as_ref());
            }
            kind => match kind.strip_prefix("WorkflowExecution") {
                Some(end) => self.end_of_run(end, line, at, &attributes),
                None => self.of_task(kind, line, at, event.id, &attributes)?,
            },
        }
        self.counts_from_zero |= event.counts_from_zero;
        writer.use_one();
        Ok(())
    }

    fn end_of_run(&mut self, end: &str, line: u64, at: Time, attributes: &Attributes<'_>) {
        let outcome = match end {
            "Failed" => Outcome::Failed,
            "TimedOut" => Outcome::TimedOut,
            "Canceled" | "Terminated" => Outcome::Cancelled,
            _ => Outcome::Passed,
        };
        let why = why(attributes);
        let next = attributes.new_execution_run_id.as_deref().filter(|_| end == "ContinuedAsNew");
        let why = match next {
            Some(run) => why.because(Some(&format!("continued as new run {run}"))),
            None => why,
        };
        self.end = Some(Ended { line, at, outcome, why });
    }

    fn of_task(
        &mut self,
        kind: &str,
        line: u64,
        at: Time,
        id: u64,
        attributes: &Attributes<'_>,
    ) -> Result<(), String> {
        let scheduled = |field: &str, number: Option<super::message::Whole>| {
            number.map(|number| number.0).ok_or_else(|| format!("{field}: missing"))
        };
        let outcome = match kind {
            "ActivityTaskScheduled" => {
                let name = name_of(attributes.activity_type.as_ref()).ok_or("activityType.name: missing")?;
                let queue = name_of(attributes.task_queue.as_ref());
                self.scheduled.insert(id, Scheduled { line, at, what: What::Activity, name, queue });
                return Ok(());
            }
            "StartChildWorkflowExecutionInitiated" => {
                let name = name_of(attributes.workflow_type.as_ref()).ok_or("workflowType.name: missing")?;
                let queue = name_of(attributes.task_queue.as_ref());
                self.scheduled.insert(id, Scheduled { line, at, what: What::Child, name, queue });
                return Ok(());
            }
            "NexusOperationScheduled" => {
                let parts = [attributes.service.as_deref(), attributes.operation.as_deref()];
                let name = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
                let name = clean::key(&name).ok_or("service and operation: missing")?;
                self.scheduled.insert(id, Scheduled { line, at, what: What::Nexus, name, queue: None });
                return Ok(());
            }
            "TimerStarted" => {
                let timer = attributes.timer_id.as_deref().and_then(clean::key).ok_or("timerId: missing")?;
                let name = format!("timer {timer}");
                self.scheduled.insert(id, Scheduled { line, at, what: What::Timer, name, queue: None });
                return Ok(());
            }
            "ActivityTaskStarted" | "NexusOperationStarted" => {
                let of = scheduled("scheduledEventId", attributes.scheduled_event_id)?;
                let before = attributes.last_failure.as_ref().and_then(super::message::Failure::text);
                let before = before.or_else(|| attributes.last_failure_reason.as_deref().map(str::to_owned));
                let attempt = attributes.attempt.map_or(0, |attempt| attempt.0);
                self.starts.insert(of, Started { line, at, attempt, before });
                return Ok(());
            }
            "ChildWorkflowExecutionStarted" => {
                let of = scheduled("initiatedEventId", attributes.initiated_event_id)?;
                self.starts.insert(of, Started { line, at, attempt: 0, before: None });
                return Ok(());
            }
            "TimerFired" | "TimerCanceled" => Outcome::Skipped,
            kind if kind.ends_with("Completed") => Outcome::Passed,
            kind if kind.ends_with("TimedOut") => Outcome::TimedOut,
            kind if kind.ends_with("Failed") => Outcome::Failed,
            _ => Outcome::Cancelled, // cancelled, or a terminated child
        };
        let (field, number) = match kind {
            "TimerFired" | "TimerCanceled" => ("startedEventId", attributes.started_event_id),
            _ if kind.starts_with("Activity") || kind.starts_with("Nexus") => {
                ("scheduledEventId", attributes.scheduled_event_id)
            }
            _ => ("initiatedEventId", attributes.initiated_event_id),
        };
        let why = match kind {
            "TimerFired" => Why::default().because(Some("a timer, which waits and does no work: it fired")),
            "TimerCanceled" => {
                Why::default().because(Some("a timer, which waits and does no work: it was cancelled"))
            }
            _ => why(attributes),
        };
        self.ends.insert(scheduled(field, number)?, Ended { line, at, outcome, why });
        Ok(())
    }

    /// The history ends, which began on `line` of the file.
    pub(super) fn close(
        self,
        line: u64,
        executions: &mut Executions,
        budget: &mut Budget,
        writer: &mut Writer<'_>,
    ) {
        if self.began.is_none() {
            let clause =
                "no WorkflowExecutionStarted: the history has no beginning, so its tasks have no workflow";
            writer.issues.flaw(line, clause);
        }
        let run = writer.run_key(self.run.as_deref());
        let at = self.began.map_or(Time::ALWAYS, |(_, at)| at);
        if let Some(workflow) = &self.workflow {
            executions.group(line, Kind::Workflow, workflow, at, Some(workflow.clone()));
        }
        if self.began.is_some() || self.end.is_some() {
            let span = executions.run(line, Stream::Dde, &run, 1, at, self.workflow.clone());
            self.began.into_iter().for_each(|(_, at)| span.started(at));
            if let Some(end) = &self.end {
                span.also_on(end.line);
                span.ended(Some(end.at), end.outcome, end.why.clone());
            }
        }
        self.tasks(&run, self.counts_from_zero, executions, budget, writer);
    }
}

fn name_of(named: Option<&super::message::Named<'_>>) -> Option<String> {
    named.and_then(|named| named.name.as_deref()).and_then(clean::key)
}

/// Why something ended: its failure, the kind of its time limit, or the reason in old and short forms.
fn why(attributes: &Attributes<'_>) -> Why {
    let failure = attributes.failure.as_ref();
    let limit = failure.and_then(|it| it.timeout()).or(attributes.timeout_type.as_deref());
    let limit = limit.map(|limit| limit.strip_prefix("TIMEOUT_TYPE_").unwrap_or(limit));
    let said = failure.and_then(super::message::Failure::text);
    let said = said.or_else(|| attributes.cause.as_deref().map(str::to_owned));
    match (said, attributes.reason.as_deref()) {
        (Some(said), reason) => Why::error(Some(&said)).because(limit.or(reason)),
        (None, reason) => Why::error(reason).because(limit),
    }
}
