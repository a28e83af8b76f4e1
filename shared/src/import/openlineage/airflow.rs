//! Airflow's own facets: the plan on a DAG's event, the try on a task's, and the state at the end.

use super::message::{facet, path};
use super::python;
use crate::import::clean;
use crate::import::document::parse;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
struct RunFacet<'a> {
    #[serde(borrow)]
    dag: Option<DagInfo<'a>>,
    task: Option<TaskInfo<'a>>,
    #[serde(rename = "taskInstance")]
    task_instance: Option<Instance<'a>>,
}

#[derive(Debug, Deserialize)]
struct DagInfo<'a> {
    #[serde(borrow)]
    dag_id: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
struct TaskInfo<'a> {
    #[serde(borrow)]
    upstream_task_ids: Option<&'a RawValue>,
    trigger_rule: Option<Cow<'a, str>>,
    queue: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
struct Instance<'a> {
    try_number: Option<u32>,
    map_index: Option<i64>,
    #[serde(borrow)]
    queued_dttm: Option<Cow<'a, str>>,
    pool: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
struct JobFacet<'a> {
    #[serde(borrow)]
    tasks: Option<BTreeMap<String, Planned<'a>>>,
}

#[derive(Debug, Deserialize)]
struct Planned<'a> {
    #[serde(borrow)]
    downstream_task_ids: Option<&'a RawValue>,
    emits_ol_events: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StateFacet<'a> {
    #[serde(borrow)]
    tasks_state: Option<BTreeMap<String, Option<Cow<'a, str>>>>,
}

/// What a task's event says of its try.
#[derive(Debug)]
pub(super) struct TaskTry {
    /// Number of the try in the DAG's run, from 1.
    pub(super) number: Option<u32>,
    /// Which of the instances of a mapped task.
    pub(super) map_index: Option<i64>,
    /// When it was queued, as written.
    pub(super) queued_at: Option<String>,
    /// Queue and pool as tags.
    pub(super) tags: Vec<String>,
    /// Keys of the tasks before it, or why they cannot be read.
    pub(super) upstream: Result<Vec<String>, String>,
    /// When those let it start.
    pub(super) trigger_rule: Option<String>,
}

/// A task of a DAG as planned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlannedTask {
    /// Its key.
    pub(super) key: String,
    /// Its name.
    pub(super) name: String,
    /// Keys of the tasks after it.
    pub(super) downstream: Vec<String>,
    /// Whether it sends events of its own.
    pub(super) sends_events: bool,
}

fn task_key(namespace: &str, dag: &str, task: &str) -> Option<String> {
    clean::key(&path(namespace, &format!("{dag}.{task}")))
}

/// Task ids as a list, or as the text that Python prints for one.
fn ids(field: &str, raw: Option<&RawValue>) -> Result<Vec<String>, String> {
    let Some(raw) = raw.map(RawValue::get).filter(|text| *text != "null") else { return Ok(Vec::new()) };
    if raw.starts_with('[') {
        return parse(raw).map_err(|(_, reason)| format!("{field}: {reason}"));
    }
    let printed: String = parse(raw).map_err(|(_, reason)| format!("{field}: {reason}"))?;
    python::list_of(&printed).map_err(|reason| format!("{field}: {reason}"))
}

/// The `airflow` facet of a task's run; `None` if there is none.
///
/// # Errors
/// Names the facet and the field.
pub(super) fn task_try(
    raw: Option<&RawValue>,
    namespace: &str,
    parent: Option<&str>,
) -> Result<Option<TaskTry>, String> {
    let Some(found) = facet::<RunFacet<'_>>("airflow", raw)? else { return Ok(None) };
    let mut answer = TaskTry {
        number: None,
        map_index: None,
        queued_at: None,
        tags: Vec::new(),
        upstream: Ok(Vec::new()),
        trigger_rule: None,
    };
    if let Some(instance) = found.task_instance {
        answer.number = instance.try_number.filter(|number| *number > 0);
        answer.map_index = instance.map_index.filter(|index| *index >= 0);
        answer.queued_at = instance.queued_dttm.map(Cow::into_owned);
        answer.tags.extend(instance.pool.as_deref().and_then(clean::name).map(|it| format!("pool:{it}")));
    }
    let dag = found.dag.and_then(|dag| dag.dag_id).map(Cow::into_owned);
    let dag = dag.or_else(|| parent.map(str::to_owned));
    if let Some(task) = found.task {
        let dag = dag.unwrap_or_default();
        answer.upstream = ids("facet airflow: task.upstream_task_ids", task.upstream_task_ids)
            .map(|upstream| upstream.iter().filter_map(|id| task_key(namespace, &dag, id)).collect());
        answer.trigger_rule = task.trigger_rule.as_deref().and_then(clean::name);
        answer.tags.extend(task.queue.as_deref().and_then(clean::name).map(|it| format!("queue:{it}")));
    }
    Ok(Some(answer))
}

/// The `airflow` facet of a DAG's job: its tasks.
///
/// # Errors
/// Names the facet and the field.
pub(super) fn plan(raw: Option<&RawValue>, namespace: &str, dag: &str) -> Result<Vec<PlannedTask>, String> {
    let found = facet::<JobFacet<'_>>("airflow", raw)?;
    let mut planned = Vec::new();
    for (name, task) in found.and_then(|it| it.tasks).into_iter().flatten() {
        let Some(key) = task_key(namespace, dag, &name) else { continue };
        let field = format!("facet airflow: tasks[{}].downstream_task_ids", clean::clip(&name, 80));
        let after = ids(&field, task.downstream_task_ids)?;
        planned.push(PlannedTask {
            key,
            name,
            downstream: after.iter().filter_map(|id| task_key(namespace, dag, id)).collect(),
            sends_events: task.emits_ol_events.unwrap_or(true),
        });
    }
    Ok(planned)
}

/// The `airflowState` facet: the last state of every task that has one, by key.
///
/// # Errors
/// Names the facet and the field.
pub(super) fn states(
    raw: Option<&RawValue>,
    namespace: &str,
    dag: &str,
) -> Result<BTreeMap<String, String>, String> {
    let found = facet::<StateFacet<'_>>("airflowState", raw)?;
    let states = found.and_then(|it| it.tasks_state).into_iter().flatten();
    let with_key = states.filter_map(|(task, state)| {
        Some((task_key(namespace, dag, &task)?, clean::name(&state?)?.to_ascii_lowercase()))
    });
    Ok(with_key.collect())
}
