//! What the events of a file say together: jobs, who contains whom, runs, what waits for what.

use super::airflow::{self, PlannedTask};
use super::message::{
    ErrorMessage, JobDependencies, JobFacets, JobType, Neighbour, Parent, RawEvent, RunFacets,
    SourceCodeLocation, facet,
};
use super::test::{Check, checks_of};
use crate::event::Outcome;
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::execution::{Clock, Latest, Span, Why};
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// A job, by its key.
#[derive(Debug, Default)]
pub(super) struct Job {
    pub(super) line: u64,
    pub(super) name: Latest<String>,
    pub(super) parent: Latest<String>,
    pub(super) has_children: bool,
    pub(super) is_reported: bool,
    pub(super) is_dag: bool,
    pub(super) tags: BTreeSet<String>,
}

/// A run, by its id.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) job: Latest<String>,
    pub(super) parent: Latest<String>,
    pub(super) number: Latest<u32>,
    pub(super) map_index: Latest<i64>,
    pub(super) span: Span,
    pub(super) outputs: BTreeSet<String>,
    pub(super) checks: BTreeMap<Time, Vec<Check>>,
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

    /// Notes the state in `span`; the order of events does not matter.
    fn enter(self, span: &mut Span, time: Time, error: Why) {
        match self {
            State::Started => span.started(time),
            State::Running => span.running(time),
            State::Ended(outcome) => span.ended(Some(time), outcome, error),
            State::Unsaid => {}
        }
    }
}

/// Why one task waits for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) task: String,
    pub(super) other: String,
    pub(super) rule: &'static str,
    pub(super) evidence: String,
}

/// The last states of a DAG run's tasks.
#[derive(Debug)]
pub(super) struct Oracle {
    pub(super) line: u64,
    pub(super) at: Time,
    pub(super) states: BTreeMap<String, String>,
}

/// What the events so far have said.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) jobs: BTreeMap<String, Job>,
    pub(super) runs: BTreeMap<String, Run>,
    pub(super) edges: BTreeMap<Edge, u64>,
    /// Planned tasks with their DAG's key.
    pub(super) planned: BTreeMap<PlannedTask, (u64, String)>,
    /// By the DAG run's id.
    pub(super) oracles: BTreeMap<String, Oracle>,
    clock: Clock,
    saw_no_schema: bool,
    saw_no_type: bool,
}

/// Where an event stands and when it happened.
#[derive(Debug, Clone, Copy)]
struct Moment {
    line: u64,
    at: Time,
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
        let state = State::of(event.event_type.as_deref())?;
        let run_id = event.run.as_ref().map(|run| clean::key(&run.run_id).ok_or("run.runId: empty"));
        let run_id = run_id.transpose()?;
        let at = self.clock.read(line, "eventTime", written, writer)?;
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
        self.remark(line, event, writer);
        let moment = Moment { line, at };
        let entry = self.job(&key, line);
        entry.name.hear(at, clean::name(&job.name));
        entry.is_reported = true;
        let mut commit = None;
        if let Some(facets) = &job.facets {
            commit = self.job_facets(moment, facets, (&job.namespace, &job.name, &key), writer);
        }
        if let (Some(run), Some(id)) = (&event.run, run_id) {
            let mut known = self.runs.remove(&id).unwrap_or_default();
            known.span.also_on(line);
            known.job.hear(at, Some(key.clone()));
            known.span.on_commit(at, commit);
            let outputs = event.outputs.iter().flatten().filter_map(|output| clean::key(&output.path()));
            known.outputs.extend(outputs);
            let facets = run.facets.as_ref();
            let error = facets.and_then(|facets| {
                self.run_facets(moment, facets, (&job.namespace, &key, &id), &mut known, writer)
            });
            state.enter(&mut known.span, at, Why::error(error.as_deref()));
            if let Some(raw) = facets.and_then(|facets| facets.airflow_state) {
                match airflow::states(Some(raw), &job.namespace, &job.name) {
                    Ok(states) => self.oracle(moment, &id, states),
                    Err(reason) => writer.issues.flaw(line, reason),
                }
            }
            self.runs.insert(id, known);
        } else if event.event_type.is_some() {
            writer.issues.note(line, "eventType: without a run it says nothing; the job is declared");
        }
        writer.use_one();
        Ok(())
    }

    fn remark(&mut self, line: u64, event: &RawEvent<'_>, writer: &mut Writer<'_>) {
        if event.schema_url.is_none() && !std::mem::replace(&mut self.saw_no_schema, true) {
            writer.issues.note(line, "schemaURL: missing, read as version 2-0-2 (here and below)");
        }
        let untyped = event.run.is_some() && event.event_type.is_none();
        if untyped && !std::mem::replace(&mut self.saw_no_type, true) {
            writer.issues.note(line, "eventType: missing, so the run has no state (here and below)");
        }
    }

    fn job(&mut self, key: &str, line: u64) -> &mut Job {
        let job = self.jobs.entry(key.to_owned()).or_insert_with(|| Job { line, ..Job::default() });
        job.line = job.line.min(line);
        job
    }

    fn oracle(&mut self, moment: Moment, run: &str, states: BTreeMap<String, String>) {
        let newer = |held: &Oracle| (held.at, &held.states) < (moment.at, &states);
        if self.oracles.get(run).is_none_or(newer) {
            let oracle = Oracle { line: moment.line, at: moment.at, states };
            self.oracles.insert(run.to_owned(), oracle);
        }
    }

    /// Type and plan of the job; the answer is its commit.
    fn job_facets(
        &mut self,
        moment: Moment,
        facets: &JobFacets<'_>,
        (namespace, name, key): (&str, &str, &str),
        writer: &mut Writer<'_>,
    ) -> Option<String> {
        let Moment { line, .. } = moment;
        let mut flaw = |reason: String| writer.issues.flaw(line, reason);
        let kind = facet::<JobType<'_>>("jobType", facets.job_type).map_err(&mut flaw).ok().flatten();
        let kind = kind.and_then(|it| it.job_type);
        self.job(key, line).is_dag |= kind.is_some_and(|kind| kind.eq_ignore_ascii_case("dag"));
        let planned = airflow::plan(facets.airflow, namespace, name).map_err(&mut flaw).unwrap_or_default();
        for task in planned {
            let seen = self.planned.entry(task).or_insert_with(|| (line, key.to_owned()));
            seen.0 = seen.0.min(line);
        }
        let location = facet::<SourceCodeLocation<'_>>("sourceCodeLocation", facets.source_code_location);
        let location = location.map_err(&mut flaw).ok().flatten();
        location.and_then(|it| it.version).and_then(|it| clean::name(&it))
    }

    /// Parent, neighbours, number and checks of a run; the answer is the error message.
    fn run_facets(
        &mut self,
        moment: Moment,
        facets: &RunFacets<'_>,
        (namespace, key, id): (&str, &str, &str),
        run: &mut Run,
        writer: &mut Writer<'_>,
    ) -> Option<String> {
        let Moment { line, at } = moment;
        let mut flaw = |reason: String| writer.issues.flaw(line, reason);
        let parent = facet::<Parent<'_>>("parent", facets.parent).map_err(&mut flaw).ok().flatten();
        let parent_name = parent.as_ref().map(|parent| parent.job.name().to_owned());
        if let Some(parent) = parent
            && let Some(parent_key) = clean::key(&parent.job.path())
            && parent.run.run_id != id
            && parent_key != key
        {
            self.job(&parent_key, line).has_children = true;
            self.job(key, line).parent.hear(at, Some(parent_key));
            run.parent.hear(at, clean::key(&parent.run.run_id));
        }
        let around = facet::<JobDependencies<'_>>("jobDependencies", facets.job_dependencies);
        let around = around.map_err(&mut flaw).ok().flatten();
        let tried = airflow::task_try(facets.airflow, namespace, parent_name.as_deref());
        let tried = tried.map_err(&mut flaw).ok().flatten();
        let error = facet::<ErrorMessage<'_>>("errorMessage", facets.error_message);
        let error = error.map_err(&mut flaw).ok().flatten();
        let checks = checks_of(facets.test).map_err(&mut flaw).unwrap_or_default();
        if !checks.is_empty() {
            run.checks.insert(at, checks);
        }
        if let Some(around) = around {
            for upstream in &around.upstream {
                self.neighbour(line, upstream, |other| (key.to_owned(), other), writer);
            }
            for downstream in &around.downstream {
                self.neighbour(line, downstream, |other| (other, key.to_owned()), writer);
            }
        }
        if let Some(tried) = tried {
            run.number.hear(at, tried.number);
            run.map_index.hear(at, tried.map_index);
            let queued = tried.queued_at.as_deref();
            match self.clock.read_if_any(line, "facet airflow: taskInstance.queued_dttm", queued, writer) {
                Ok(queued) => queued.into_iter().for_each(|at| run.span.queued(at)),
                Err(reason) => writer.issues.flaw(line, reason),
            }
            self.job(key, line).tags.extend(tried.tags);
            let rule = tried.trigger_rule.as_deref().unwrap_or("all_success");
            let evidence = format!("upstream_task_ids of the task, trigger rule {rule}");
            let upstream = tried.upstream.unwrap_or_else(|reason| {
                writer.issues.flaw(line, reason);
                Vec::new()
            });
            for other in upstream {
                self.edge(line, key.to_owned(), other, "airflow.task", evidence.clone());
            }
        }
        error.and_then(|error| clean::prose(&error.message, clean::ERROR_BYTES_MAX))
    }

    /// An edge to a job before or after, if it says that one starts after the other finishes.
    fn neighbour(
        &mut self,
        line: u64,
        neighbour: &Neighbour<'_>,
        ends: impl FnOnce(String) -> (String, String),
        writer: &mut Writer<'_>,
    ) {
        let Some(other) = clean::key(&neighbour.job.path()) else { return };
        self.job(&other, line);
        let (task, other) = ends(other);
        let sequence = neighbour.sequence_trigger_rule.as_deref().unwrap_or("FINISH_TO_START");
        if !sequence.eq_ignore_ascii_case("FINISH_TO_START") {
            let sequence = clean::clip(sequence, 40);
            let clause = format!(
                "facet jobDependencies: {sequence} from {other} to {task} is no order of end and start; no edge"
            );
            writer.issues.note(line, clause);
            return;
        }
        let rules = [&neighbour.status_trigger_rule, &neighbour.dependency_type];
        let rules = rules.into_iter().flatten().filter_map(|rule| clean::name(rule));
        let rules: Vec<String> = ["FINISH_TO_START".to_owned()].into_iter().chain(rules).collect();
        self.edge(line, task, other, "openlineage.jobDependencies", rules.join(", "));
    }

    pub(super) fn edge(
        &mut self,
        line: u64,
        task: String,
        other: String,
        rule: &'static str,
        evidence: String,
    ) {
        let seen = self.edges.entry(Edge { task, other, rule, evidence }).or_insert(line);
        *seen = (*seen).min(line);
    }
}
