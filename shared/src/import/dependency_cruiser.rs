//! dependency-cruiser JSON: modules, dependencies, rules and violations.
//!
//! Parallel dependencies are one with a weight. `circular`, `valid` and `instability` are not read: their
//! meaning differs between versions, and the graph says the same. A list of known violations is no such file.

use super::batch::Writer;
use super::clean;
use super::document::{Broken, Lines, check_whole, parse};
use super::look::{Fit, Look};
use crate::event::data::{ImportDeclared, ModuleDeclared, RuleDeclared, ViolationDetected};
use crate::event::{Data, Dependency, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Modules in an explanation of a cycle or a path.
const PATH_MODULES_MAX: usize = 12;

#[derive(Deserialize)]
struct Cruise<'a> {
    #[serde(borrow)]
    modules: Vec<&'a RawValue>,
    summary: Summary<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    #[serde(borrow, default)]
    violations: Vec<&'a RawValue>,
    rule_set_used: Option<RuleSet<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleSet<'a> {
    #[serde(borrow, default)]
    forbidden: Vec<Rule<'a>>,
    #[serde(default)]
    required: Vec<Rule<'a>>,
    #[serde(default)]
    allowed: Vec<serde::de::IgnoredAny>,
    allowed_severity: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Rule<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    severity: Option<Cow<'a, str>>,
    comment: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Module<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(default)]
    dependencies: Vec<Edge<'a>>,
    #[serde(default)]
    core_module: bool,
    #[serde(default)]
    could_not_resolve: bool,
    #[serde(default)]
    dependency_types: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Edge<'a> {
    #[serde(borrow)]
    resolved: Cow<'a, str>,
    #[serde(default)]
    core_module: bool,
    #[serde(default)]
    could_not_resolve: bool,
    #[serde(default)]
    dependency_types: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Violation<'a> {
    #[serde(borrow)]
    from: Cow<'a, str>,
    to: Option<Cow<'a, str>>,
    rule: Rule<'a>,
    comment: Option<Cow<'a, str>>,
    #[serde(default)]
    cycle: Vec<Step<'a>>,
    #[serde(default)]
    via: Vec<Step<'a>>,
}

/// A module on the way: its name alone in old files.
#[derive(Deserialize)]
#[serde(untagged)]
enum Step<'a> {
    Name(#[serde(borrow)] Cow<'a, str>),
    Named {
        #[serde(borrow)]
        name: Cow<'a, str>,
    },
}

/// Whether a file is a result of dependency-cruiser.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&["modules", "summary"], &[])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    check_whole(text)?;
    let cruise: Cruise<'_> = parse(text).map_err(|(line, reason)| {
        Broken::at(line + 1, format!("not a dependency-cruiser result: {reason}"))
    })?;
    writer.picture("dependency-cruiser");
    let mut lines = Lines::of(text);
    let mut declared = BTreeSet::new();
    let mut targets = BTreeMap::new();
    for raw in &cruise.modules {
        let line = lines.line_of(raw.get());
        match parse::<Module<'_>>(raw.get()) {
            Ok(module) => take(line, &module, &mut declared, &mut targets, writer),
            Err((offset, reason)) => writer.issues.reject(line + offset, format!("module: {reason}")),
        }
    }
    for (module, (line, external)) in targets {
        if declared.insert(module.clone()) {
            declare(line, module, external, writer);
        }
    }
    let mut rules = BTreeMap::new();
    if let Some(set) = &cruise.summary.rule_set_used {
        rule_set(set, &mut rules);
    }
    let mut found = Vec::new();
    for raw in &cruise.summary.violations {
        let line = lines.line_of(raw.get());
        match parse::<Violation<'_>>(raw.get()).map_err(|(offset, reason)| (line + offset, reason)) {
            Ok(violation) => match violated(&violation, &mut rules) {
                Some(data) => found.push((line, data)),
                None => writer.issues.reject(line, "violation: no rule name or no from"),
            },
            Err((line, reason)) => writer.issues.reject(line, format!("violation: {reason}")),
        }
    }
    for (rule, (severity, text)) in rules {
        let data = RuleDeclared { rule, severity, text, governs: vec![] };
        writer.state(1, None, &Data::RuleDeclared(data));
    }
    for (line, data) in found {
        if writer.state(line, None, &Data::ViolationDetected(data)) {
            writer.use_one();
        }
    }
    Ok(())
}

type Targets = BTreeMap<String, (u64, bool)>;

fn take(
    line: u64,
    module: &Module<'_>,
    declared: &mut BTreeSet<String>,
    targets: &mut Targets,
    writer: &mut Writer<'_>,
) {
    let Some(from) = clean::key(&module.source) else {
        writer.issues.reject(line, "module: source: empty");
        return;
    };
    if declared.insert(from.clone()) {
        let external =
            module.core_module || module.could_not_resolve || is_external(&from, &module.dependency_types);
        declare(line, from.clone(), external, writer);
    }
    let mut edges: BTreeMap<(String, Dependency), u32> = BTreeMap::new();
    for edge in &module.dependencies {
        let Some(to) = clean::key(&edge.resolved) else {
            writer.issues.flaw(line, format!("{from}: a dependency without a resolved name is left out"));
            continue;
        };
        let external = edge.core_module || edge.could_not_resolve || is_external(&to, &edge.dependency_types);
        targets.entry(to.clone()).or_insert((line, external));
        let dev = edge.dependency_types.iter().any(|kind| kind == "npm-dev");
        let kind = if dev { Dependency::Dev } else { Dependency::Normal };
        *edges.entry((to, kind)).or_insert(0) += 1;
    }
    for ((to, kind), weight) in edges {
        let data = ImportDeclared { from: from.clone(), to, kind, weight };
        writer.state(line, None, &Data::ImportDeclared(data));
    }
    writer.use_one();
}

fn is_external(module: &str, kinds: &[Cow<'_, str>]) -> bool {
    let foreign = |kind: &Cow<'_, str>| kind.starts_with("npm") || kind == "core" || kind == "unknown";
    module.split('/').any(|part| part == "node_modules") || kinds.iter().any(foreign)
}

fn declare(line: u64, module: String, external: bool, writer: &mut Writer<'_>) {
    let folder = module.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned();
    let data = ModuleDeclared {
        name: None,
        path: (!external).then(|| module.clone()),
        group: Some(folder),
        module,
        external,
        types: None,
        abstract_types: None,
        tags: vec![],
    };
    writer.state(line, None, &Data::ModuleDeclared(data));
}

type Rules = BTreeMap<String, (Severity, Option<String>)>;

/// Rules without a severity warn, says dependency-cruiser.
fn severity_of(text: Option<&str>) -> Severity {
    match text {
        Some("error") => Severity::Error,
        Some("info" | "ignore") => Severity::Info,
        _ => Severity::Warn,
    }
}

fn rule_set(set: &RuleSet<'_>, rules: &mut Rules) {
    for rule in set.forbidden.iter().chain(&set.required) {
        if let Some(name) = rule.name.as_deref().and_then(clean::key) {
            let text = rule.comment.as_deref().and_then(|it| clean::prose(it, clean::ERROR_BYTES_MAX));
            rules.insert(name, (severity_of(rule.severity.as_deref()), text));
        }
    }
    if !set.allowed.is_empty() {
        let severity = severity_of(set.allowed_severity.as_deref());
        rules.insert("not-in-allowed".to_owned(), (severity, None));
    }
}

fn violated(violation: &Violation<'_>, rules: &mut Rules) -> Option<ViolationDetected> {
    let rule = violation.rule.name.as_deref().and_then(clean::key)?;
    let from = clean::key(&violation.from)?;
    let severity = severity_of(violation.rule.severity.as_deref());
    rules.entry(rule.clone()).or_insert((severity, None));
    let to = violation.to.as_deref().and_then(clean::key).filter(|to| *to != from);
    let path = if violation.cycle.is_empty() { &violation.via } else { &violation.cycle };
    let mut names: Vec<&str> = path.iter().take(PATH_MODULES_MAX).map(Step::name).collect();
    if path.len() > PATH_MODULES_MAX {
        names.push("…");
    }
    let walk = (!names.is_empty()).then(|| format!("{from} → {}", names.join(" → ")));
    let reason = violation.comment.as_deref().or(walk.as_deref());
    let reason = reason.and_then(|text| clean::prose(text, clean::REASON_BYTES_MAX));
    Some(ViolationDetected {
        rule,
        severity,
        from,
        to,
        reason,
        fingerprint: None,
        waiver: None,
        justification: None,
        baseline: None,
    })
}

impl Step<'_> {
    fn name(&self) -> &str {
        match self {
            Step::Name(name) | Step::Named { name } => name,
        }
    }
}
