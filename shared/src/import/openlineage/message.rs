//! The events and the facets we use, typed and borrowed. A facet of an unexpected shape costs the facet only.

use super::super::document::parse;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawEvent<'a> {
    #[serde(borrow)]
    pub(super) event_time: Option<Cow<'a, str>>,
    pub(super) event_type: Option<Cow<'a, str>>,
    pub(super) run: Option<Run<'a>>,
    pub(super) job: Option<Job<'a>>,
    pub(super) dataset: Option<Named<'a>>,
    #[serde(default)]
    pub(super) outputs: Option<Vec<Named<'a>>>,
    #[serde(rename = "schemaURL")]
    pub(super) schema_url: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    #[serde(borrow)]
    pub(super) run_id: Cow<'a, str>,
    pub(super) facets: Option<RunFacets<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunFacets<'a> {
    #[serde(borrow)]
    pub(super) parent: Option<&'a RawValue>,
    pub(super) error_message: Option<&'a RawValue>,
    pub(super) job_dependencies: Option<&'a RawValue>,
    pub(super) test: Option<&'a RawValue>,
    pub(super) airflow: Option<&'a RawValue>,
    pub(super) airflow_state: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Job<'a> {
    #[serde(borrow)]
    pub(super) namespace: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) facets: Option<JobFacets<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobFacets<'a> {
    #[serde(borrow)]
    pub(super) source_code_location: Option<&'a RawValue>,
    pub(super) job_type: Option<&'a RawValue>,
    pub(super) airflow: Option<&'a RawValue>,
}

/// A job or dataset by its name.
#[derive(Debug, Deserialize)]
pub(super) struct Named<'a> {
    #[serde(borrow)]
    namespace: Cow<'a, str>,
    name: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Parent<'a> {
    #[serde(borrow)]
    pub(super) run: ParentRun<'a>,
    pub(super) job: Named<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ParentRun<'a> {
    #[serde(borrow)]
    pub(super) run_id: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ErrorMessage<'a> {
    #[serde(borrow)]
    pub(super) message: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct JobDependencies<'a> {
    #[serde(borrow, default)]
    pub(super) upstream: Vec<Neighbour<'a>>,
    #[serde(default)]
    pub(super) downstream: Vec<Neighbour<'a>>,
}

/// A job before or after, with the rules of the edge: in snake case by the specification.
#[derive(Debug, Deserialize)]
pub(super) struct Neighbour<'a> {
    #[serde(borrow)]
    pub(super) job: Named<'a>,
    pub(super) dependency_type: Option<Cow<'a, str>>,
    pub(super) sequence_trigger_rule: Option<Cow<'a, str>>,
    pub(super) status_trigger_rule: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobType<'a> {
    #[serde(borrow)]
    pub(super) job_type: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SourceCodeLocation<'a> {
    #[serde(borrow)]
    pub(super) version: Option<Cow<'a, str>>,
}

impl Named<'_> {
    /// Its name within its namespace.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Namespace and name as one natural key, not yet cleaned.
    pub(super) fn path(&self) -> String {
        path(&self.namespace, &self.name)
    }
}

impl Job<'_> {
    /// Namespace and name as one natural key, not yet cleaned.
    pub(super) fn path(&self) -> String {
        path(&self.namespace, &self.name)
    }
}

/// Namespace and name as one natural key, not yet cleaned.
pub(super) fn path(namespace: &str, name: &str) -> String {
    if namespace.trim().is_empty() { name.to_owned() } else { format!("{namespace}/{name}") }
}

/// A facet's content; `Ok(None)` if it is not there.
pub(super) fn facet<'a, T: Deserialize<'a>>(
    name: &str,
    raw: Option<&'a RawValue>,
) -> Result<Option<T>, String> {
    let raw = raw.map(RawValue::get).filter(|text| *text != "null");
    raw.map(|text| parse(text).map_err(|(_, reason)| format!("facet {name}: {reason}"))).transpose()
}
