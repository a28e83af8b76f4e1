//! Features, and what a pickle is called: feature file, the names above it, its example row.

use super::super::scenario_key::{ScenarioKeys, path_of, row_of, spec_key};
use super::clean;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
pub(super) struct Document<'a> {
    #[serde(borrow)]
    uri: Option<Cow<'a, str>>,
    feature: Option<Feature<'a>>,
}

#[derive(Debug, Deserialize)]
struct Feature<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(default)]
    tags: Vec<Tag<'a>>,
    #[serde(default)]
    children: Vec<Child<'a>>,
}

/// Background, scenario or rule.
#[derive(Debug, Deserialize)]
struct Child<'a> {
    #[serde(borrow)]
    scenario: Option<Outline<'a>>,
    rule: Option<Rule<'a>>,
}

#[derive(Debug, Deserialize)]
struct Rule<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(default)]
    children: Vec<RuleChild<'a>>,
}

/// A rule holds no rules.
#[derive(Debug, Deserialize)]
struct RuleChild<'a> {
    #[serde(borrow)]
    scenario: Option<Outline<'a>>,
}

#[derive(Debug, Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(default)]
    name: Cow<'a, str>,
    #[serde(default)]
    examples: Vec<Examples<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Examples<'a> {
    #[serde(borrow, default)]
    table_body: Vec<Row<'a>>,
}

#[derive(Debug, Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(default)]
    cells: Vec<Cell<'a>>,
}

#[derive(Debug, Deserialize)]
struct Cell<'a> {
    #[serde(borrow, default)]
    value: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Tag<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pickle<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(default)]
    uri: Cow<'a, str>,
    #[serde(default)]
    name: Cow<'a, str>,
    #[serde(default)]
    ast_node_ids: Vec<Cow<'a, str>>,
    #[serde(default)]
    tags: Vec<Tag<'a>>,
}

/// A scenario as we know it.
#[derive(Debug)]
pub(super) struct Scenario {
    /// Natural key, stable across files.
    pub(super) key: String,
    /// Its name with the example's values in it.
    pub(super) name: Option<String>,
    /// Feature file.
    pub(super) spec: Option<String>,
    /// Tags as written, those of feature, rule and examples included.
    pub(super) tags: Vec<String>,
}

/// What the documents so far have said; node ids hold within the file.
#[derive(Debug, Default)]
pub(super) struct Gherkin {
    features: BTreeMap<String, (Option<String>, Vec<String>)>,
    scenarios: BTreeMap<String, String>,
    rows: BTreeMap<String, String>,
    keys: ScenarioKeys,
}

impl Gherkin {
    /// Takes the names in `document` in.
    pub(super) fn take(&mut self, document: &Document<'_>) {
        let Some(feature) = &document.feature else {
            return;
        };
        if let Some(spec) = document.uri.as_deref().and_then(spec_key) {
            self.features.insert(spec, (clean::name(&feature.name), tags(&feature.tags)));
        }
        for child in &feature.children {
            if let Some(outline) = &child.scenario {
                self.outline(&[&feature.name], outline);
            }
            if let Some(rule) = &child.rule {
                for outline in rule.children.iter().filter_map(|child| child.scenario.as_ref()) {
                    self.outline(&[&feature.name, &rule.name], outline);
                }
            }
        }
    }

    fn outline(&mut self, above: &[&str], outline: &Outline<'_>) {
        self.scenarios.insert(outline.id.to_string(), path_of(above, &outline.name));
        for row in outline.examples.iter().flat_map(|examples| &examples.table_body) {
            let cells = row_of(row.cells.iter().map(|cell| cell.value.as_ref()));
            self.rows.insert(row.id.to_string(), cells);
        }
    }

    /// Title and tags of a feature file.
    pub(super) fn feature(&self, spec: &str) -> (Option<String>, Vec<String>) {
        self.features.get(spec).cloned().unwrap_or_default()
    }

    /// What `pickle` is called. A name that is taken gets a number; `None` without any name.
    pub(super) fn scenario(&mut self, pickle: &Pickle<'_>) -> Option<Scenario> {
        let nodes = &pickle.ast_node_ids;
        let path = nodes.first().and_then(|id| self.scenarios.get(id.as_ref())).map(String::as_str);
        let row = nodes.iter().skip(1).next_back().and_then(|id| self.rows.get(id.as_ref()));
        let spec = spec_key(&pickle.uri);
        let key = self.keys.next(spec.as_deref(), path.unwrap_or(&pickle.name), row.map(String::as_str))?;
        Some(Scenario { key, name: clean::name(&pickle.name), spec, tags: tags(&pickle.tags) })
    }
}

fn tags(tags: &[Tag<'_>]) -> Vec<String> {
    tags.iter().filter_map(|tag| clean::name(&tag.name)).collect()
}
