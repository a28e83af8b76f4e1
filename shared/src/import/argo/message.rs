//! The resource and the fields of it that are used, typed and borrowed.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How to get what is read here.
pub(super) const AS_JSON: &str = "export it as JSON: kubectl get wf NAME -o json (or argo get NAME -o json)";

/// What `kubectl get wf -o json` prints for several.
#[derive(Debug, Deserialize)]
pub(super) struct List<'a> {
    #[serde(borrow)]
    pub(super) items: Option<Vec<&'a RawValue>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Workflow<'a> {
    #[serde(borrow)]
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) metadata: Metadata<'a>,
    pub(super) spec: Option<Spec<'a>>,
    pub(super) status: Option<Status<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    pub(super) uid: Option<Cow<'a, str>>,
    pub(super) generate_name: Option<Cow<'a, str>>,
    pub(super) creation_timestamp: Option<Cow<'a, str>>,
    pub(super) labels: Option<BTreeMap<String, &'a RawValue>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec<'a> {
    #[serde(borrow)]
    pub(super) entrypoint: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) templates: Option<Vec<Template<'a>>>,
    pub(super) workflow_template_ref: Option<Named<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Template<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) dag: Option<Dag<'a>>,
    pub(super) steps: Option<Vec<Vec<Step<'a>>>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Dag<'a> {
    #[serde(borrow)]
    pub(super) tasks: Vec<DagTask<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DagTask<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    pub(super) dependencies: Option<Vec<Cow<'a, str>>>,
    pub(super) depends: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Step<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status<'a> {
    #[serde(borrow)]
    pub(super) phase: Option<Cow<'a, str>>,
    pub(super) started_at: Option<Cow<'a, str>>,
    pub(super) finished_at: Option<Cow<'a, str>>,
    pub(super) message: Option<Cow<'a, str>>,
    /// Each read by itself, so that an odd one costs itself only.
    pub(super) nodes: Option<BTreeMap<String, &'a RawValue>>,
    pub(super) compressed_nodes: Option<Cow<'a, str>>,
    pub(super) offload_node_status_version: Option<Cow<'a, str>>,
    pub(super) stored_templates: Option<BTreeMap<String, Template<'a>>>,
    pub(super) stored_workflow_template_spec: Option<Spec<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Node<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    pub(super) display_name: Option<Cow<'a, str>>,
    #[serde(rename = "type")]
    pub(super) kind: Cow<'a, str>,
    pub(super) phase: Option<Cow<'a, str>>,
    pub(super) template_name: Option<Cow<'a, str>>,
    pub(super) template_ref: Option<TemplateRef<'a>>,
    #[serde(rename = "boundaryID")]
    pub(super) boundary_id: Option<Cow<'a, str>>,
    pub(super) daemoned: Option<bool>,
    /// A set, so that one that is listed without end costs no more than once.
    pub(super) children: Option<BTreeSet<Cow<'a, str>>>,
    pub(super) started_at: Option<Cow<'a, str>>,
    pub(super) finished_at: Option<Cow<'a, str>>,
    pub(super) message: Option<Cow<'a, str>>,
    pub(super) outputs: Option<Outputs<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TemplateRef<'a> {
    #[serde(borrow)]
    pub(super) template: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Outputs<'a> {
    #[serde(borrow)]
    pub(super) artifacts: Option<Vec<Named<'a>>>,
}
