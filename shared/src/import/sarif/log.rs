//! What of a SARIF log we read, typed and borrowed. `null` is as good as absent everywhere.

use super::super::document::{First, Text};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log<'a> {
    #[serde(borrow)]
    pub(super) version: Text<'a>,
    pub(super) runs: Vec<&'a RawValue>,
    pub(super) inline_external_properties: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    #[serde(borrow)]
    pub(super) tool: Tool<'a>,
    pub(super) results: Option<Vec<&'a RawValue>>,
    pub(super) invocations: Option<Vec<Invocation<'a>>>,
    pub(super) automation_details: Option<AutomationDetails<'a>>,
    pub(super) version_control_provenance: Option<Vec<VersionControl<'a>>>,
    pub(super) original_uri_base_ids: Option<BTreeMap<Text<'a>, ArtifactLocation<'a>>>,
    pub(super) artifacts: Option<Vec<&'a RawValue>>,
    pub(super) logical_locations: Option<Vec<&'a RawValue>>,
    pub(super) graphs: Option<Vec<&'a RawValue>>,
    pub(super) external_property_file_references: Option<IgnoredAny>,
    pub(super) taxonomies: Option<IgnoredAny>,
    pub(super) policies: Option<IgnoredAny>,
}

#[derive(Deserialize)]
pub(super) struct Tool<'a> {
    #[serde(borrow)]
    pub(super) driver: Component<'a>,
    pub(super) extensions: Option<Vec<Component<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    pub(super) guid: Option<Text<'a>>,
    pub(super) rules: Option<Vec<&'a RawValue>>,
    pub(super) global_message_strings: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    pub(super) guid: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) short_description: Option<Message<'a>>,
    pub(super) full_description: Option<Message<'a>>,
    pub(super) default_configuration: Option<Configuration<'a>>,
    pub(super) message_strings: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Configuration<'a> {
    #[serde(borrow)]
    pub(super) level: Option<Text<'a>>,
}

/// Names a rule by index, id or guid, in a component of the tool.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    pub(super) index: Option<i64>,
    pub(super) guid: Option<Text<'a>>,
    pub(super) tool_component: Option<ComponentReference<'a>>,
}

#[derive(Deserialize)]
pub(super) struct ComponentReference<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    pub(super) index: Option<i64>,
    pub(super) guid: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation<'a> {
    #[serde(borrow)]
    pub(super) start_time_utc: Option<Text<'a>>,
    pub(super) end_time_utc: Option<Text<'a>>,
    pub(super) execution_successful: Option<bool>,
    pub(super) exit_code: Option<i64>,
    pub(super) exit_code_description: Option<Text<'a>>,
    pub(super) working_directory: Option<ArtifactLocation<'a>>,
    pub(super) rule_configuration_overrides: Option<Vec<Override<'a>>>,
    pub(super) tool_execution_notifications: Option<Vec<Notification<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct Override<'a> {
    #[serde(borrow)]
    pub(super) descriptor: Reference<'a>,
    pub(super) configuration: Configuration<'a>,
}

#[derive(Deserialize)]
pub(super) struct Notification<'a> {
    #[serde(borrow)]
    pub(super) level: Option<Text<'a>>,
    pub(super) message: Option<Message<'a>>,
}

#[derive(Deserialize)]
pub(super) struct AutomationDetails<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    pub(super) guid: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionControl<'a> {
    #[serde(borrow)]
    pub(super) revision_id: Option<Text<'a>>,
    pub(super) mapped_to: Option<ArtifactLocation<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation<'a> {
    #[serde(borrow)]
    pub(super) uri: Option<Text<'a>>,
    pub(super) uri_base_id: Option<Text<'a>>,
    pub(super) index: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Artifact<'a> {
    #[serde(borrow)]
    pub(super) location: Option<ArtifactLocation<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location<'a> {
    #[serde(borrow)]
    pub(super) physical_location: Option<PhysicalLocation<'a>>,
    pub(super) logical_locations: Option<Vec<LogicalLocation<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation<'a> {
    #[serde(borrow)]
    pub(super) artifact_location: Option<ArtifactLocation<'a>>,
    pub(super) region: Option<Region>,
}

#[derive(Deserialize, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Region {
    pub(super) start_line: Option<u32>,
    pub(super) start_column: Option<u32>,
    pub(super) char_offset: Option<i64>,
    pub(super) byte_offset: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    pub(super) fully_qualified_name: Option<Text<'a>>,
    pub(super) kind: Option<Text<'a>>,
    pub(super) index: Option<i64>,
    pub(super) parent_index: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    pub(super) markdown: Option<Text<'a>>,
    pub(super) id: Option<Text<'a>>,
    pub(super) arguments: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultOf<'a> {
    #[serde(borrow)]
    pub(super) rule_id: Option<Text<'a>>,
    pub(super) rule_index: Option<i64>,
    pub(super) rule: Option<Reference<'a>>,
    pub(super) kind: Option<Text<'a>>,
    pub(super) level: Option<Text<'a>>,
    pub(super) message: Message<'a>,
    pub(super) locations: Option<First<Location<'a>>>,
    pub(super) fingerprints: Option<Fingerprints<'a>>,
    pub(super) partial_fingerprints: Option<Fingerprints<'a>>,
    pub(super) baseline_state: Option<Text<'a>>,
    pub(super) suppressions: Option<Vec<Suppression<'a>>>,
    pub(super) provenance: Option<Provenance<'a>>,
    pub(super) code_flows: Option<IgnoredAny>,
    pub(super) stacks: Option<IgnoredAny>,
    pub(super) graphs: Option<IgnoredAny>,
    pub(super) fixes: Option<IgnoredAny>,
}

pub(super) type Fingerprints<'a> = BTreeMap<Text<'a>, Text<'a>>;

#[derive(Deserialize)]
pub(super) struct Suppression<'a> {
    #[serde(borrow)]
    pub(super) status: Option<Text<'a>>,
    pub(super) justification: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provenance<'a> {
    #[serde(borrow)]
    pub(super) first_detection_time_utc: Option<Text<'a>>,
    pub(super) last_detection_time_utc: Option<Text<'a>>,
    pub(super) invocation_index: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Graph<'a> {
    #[serde(borrow)]
    pub(super) nodes: Option<Vec<&'a RawValue>>,
    pub(super) edges: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
pub(super) struct Node<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    pub(super) label: Option<Message<'a>>,
    pub(super) location: Option<Location<'a>>,
    pub(super) children: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Edge<'a> {
    #[serde(borrow)]
    pub(super) source_node_id: Text<'a>,
    pub(super) target_node_id: Text<'a>,
}

/// The element of a list that `index` names.
pub(super) fn at<T>(list: &[T], index: Option<i64>) -> Option<&T> {
    // -1 is the standard's "none".
    index.and_then(|index| usize::try_from(index).ok()).and_then(|index| list.get(index))
}
