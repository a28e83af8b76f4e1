//! The architecture lens: modules, imports, rules and violations, components, metrics, DSM order.
//!
//! Couplings, propagation cost and the cycles that count go over normal and build imports, each pair of modules
//! once; a cycle that needs dev imports is legal and listed with its kinds. Average instability is over modules
//! of the project, not over external ones. Cycles are found among modules, and at every level of the tree among the
//! children of one folder, each with everything below it.

mod components;
mod folders;
mod groups;
mod metrics;
mod module_graph;
mod numbers;
mod violations;

pub use module_graph::ModuleGraph;
pub use violations::{BASELINE, TOOL};

use super::Kpi;
use crate::event::{Baseline, Dependency, Severity, Waiver};
use crate::graph::Scene;
use crate::id::EntityId;
use crate::id::Stream;
use crate::rules::{Breaches, RuleKind};
use crate::time::Time;
use crate::verdict::context::Context;
use serde::{Deserialize, Serialize};

/// The architecture lens at an `AsOf`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acc {
    /// Modules in block-triangular (DSM) order: users before what they use.
    pub modules: Vec<Module>,
    /// Imports by from, to, kind.
    pub dependencies: Vec<Import>,
    /// Strongly connected components of more than one module, largest first.
    pub components: Vec<Component>,
    /// Folders or crates with their crossing edges counted.
    pub groups: Vec<Group>,
    /// Every level of the tree of folders on which children use each other, by folder.
    pub levels: Vec<Level>,
    /// Share of module pairs (diagonal included) connected by a path, over normal and build imports.
    pub propagation_cost: f64,
    /// Lakos' figures of all modules.
    pub lakos: Lakos,
    /// Rules by id.
    pub rules: Vec<Rule>,
    /// Violations, unsuppressed errors first.
    pub violations: Vec<Violation>,
    /// Suppression records by id.
    pub suppressions: Vec<Suppression>,
    /// The baseline in force, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Accepted>,
    /// Key figures.
    pub kpis: Vec<Kpi>,
}

impl Acc {
    /// Projects `scene`, whose module graph is `graph` and in which the rules in force are broken as `breaches` say.
    #[must_use]
    pub fn of(scene: &Scene, graph: &ModuleGraph, context: &Context, breaches: &Breaches) -> Self {
        let modules = graph.architecture().modules();
        let reach = modules.hard().reach();
        let knots = components::largest_first(modules);
        let (components, of_component) = components::components(graph, &knots);
        let found = violations::Found { scene, graph, context, breaches };
        let violations = found.violations();
        let seen = !graph.ids().is_empty()
            || !violations.is_empty()
            || scene.pictures.iter().any(|picture| picture.stream == Some(Stream::Acc))
            || scene.runs.iter().any(|run| run.stream == Stream::Acc);
        let policy = &context.policy;
        let kpis = vec![
            policy.kpi(violations::blocking(&violations, seen)),
            policy.kpi(components::cyclic(scene, graph, &knots, seen)),
            policy.kpi(metrics::average_instability(scene, graph)),
        ];
        let lakos = components::lakos(&reach);
        Self {
            modules: metrics::in_order(scene, graph, &reach, &of_component),
            dependencies: graph.listed(),
            groups: groups::groups(scene, graph),
            levels: components::levels(graph),
            propagation_cost: lakos.racd,
            lakos,
            rules: found.rules(&violations),
            suppressions: found.suppressions(&violations),
            baseline: found.baseline(),
            components,
            violations,
            kpis,
        }
    }
}

/// A module with Martin's metrics.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Folder, crate or package it lies in.
    pub group: Option<String>,
    /// File.
    pub path: Option<String>,
    /// Whether it is outside of the project.
    pub external: bool,
    /// Share of its types that are abstract; `None` where nobody counted them.
    pub abstractness: Option<f64>,
    /// |abstractness + instability − 1|, the distance from Martin's main sequence.
    pub distance: Option<f64>,
    /// Afferent couplings: modules that use it.
    pub ca: u32,
    /// Efferent couplings: modules it uses.
    pub ce: u32,
    /// Ce / (Ca + Ce); 0 where both are 0.
    pub instability: f64,
    /// The same over imports among the project's own modules, which is what the average is over.
    pub own_instability: f64,
    /// Visibility fan-in: modules that use it, directly or not, itself included.
    pub vfi: u32,
    /// Visibility fan-out: modules it uses, directly or not, itself included (Lakos' DependsOn).
    pub vfo: u32,
    /// Index of its component in `components`, if it is in one.
    pub component: Option<u32>,
}

/// An import.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The user.
    pub from: EntityId,
    /// The used.
    pub to: EntityId,
    /// What for.
    pub kind: Dependency,
    /// Number of single references.
    pub weight: u32,
}

/// Modules that all reach each other.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Number of members.
    pub size: u32,
    /// Dependency kinds it needs to be one: `[normal]`, or `[normal, dev]` for a legal cycle of Cargo.
    pub kinds: Vec<Dependency>,
    /// Members by id.
    pub members: Vec<EntityId>,
    /// Imports among them ÷ those there could be.
    pub density: f64,
    /// A shortest cycle, without repeating the first.
    pub shortest_cycle: Vec<EntityId>,
    /// Imports whose removal leaves no cycle (verified).
    pub cut: Vec<Cut>,
    /// Whether it is proven that no cut has fewer references.
    pub cut_is_minimal: bool,
}

impl Component {
    /// Whether it counts as a cyclic dependency: it needs no dev import.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.kinds.contains(&Dependency::Dev)
    }
}

/// An import to remove.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The user.
    pub from: EntityId,
    /// The used.
    pub to: EntityId,
    /// Single references behind it.
    pub weight: u32,
}

/// Lakos' figures (1996) over normal and build imports: what depends on what, directly or not, itself included.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lakos {
    /// Cumulative component dependency: the sum over all of what each depends on.
    pub ccd: u64,
    /// Average component dependency: CCD ÷ n.
    pub acd: f64,
    /// Relative: ACD ÷ n, the propagation cost.
    pub racd: f64,
    /// Normalised: CCD ÷ that of a balanced binary tree of as many.
    pub nccd: f64,
}

/// What lies right in one folder, each with everything below it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The folder; empty for the outermost.
    pub id: String,
    /// Folders by path and modules by key, in block-triangular (DSM) order: users before what they use.
    pub children: Vec<String>,
    /// Pairs of children of which one uses the other.
    pub dependencies: u32,
    /// Lakos' figures of the children.
    pub lakos: Lakos,
    /// Strongly connected components of more than one child, largest first.
    pub components: Vec<LevelComponent>,
}

/// Children of one folder that all reach each other.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelComponent {
    /// Number of members.
    pub size: u32,
    /// Dependency kinds it needs to be one.
    pub kinds: Vec<Dependency>,
    /// Members: paths of folders, keys of modules.
    pub members: Vec<String>,
    /// Links among them ÷ those there could be.
    pub density: f64,
    /// A shortest cycle, without repeating the first.
    pub shortest_cycle: Vec<String>,
    /// Links whose removal leaves no cycle (verified).
    pub cut: Vec<LevelCut>,
    /// Whether it is proven that no cut has fewer references.
    pub cut_is_minimal: bool,
}

/// A link between children of a folder to remove.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelCut {
    /// The user.
    pub from: String,
    /// The used.
    pub to: String,
    /// Single references behind it.
    pub weight: u32,
    /// Imports behind it, at most eight.
    pub imports: Vec<Cut>,
}

/// A folder or crate.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its path or name.
    pub id: String,
    /// Imports that enter it.
    pub ca: u32,
    /// Imports that leave it.
    pub ce: u32,
    /// Ce / (Ca + Ce).
    pub instability: f64,
    /// Share of the types of its modules that are abstract; `None` where nobody counted them.
    pub abstractness: Option<f64>,
    /// |abstractness + instability − 1|.
    pub distance: Option<f64>,
    /// Modules in it.
    pub modules: u32,
    /// Relational cohesion (Larman): imports between its modules and one more, a module.
    #[serde(default)]
    pub cohesion: f64,
}

/// A rule.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: EntityId,
    /// How bad a breach is.
    pub severity: Severity,
    /// What it demands.
    pub text: Option<String>,
    /// Breaches of it that are not suppressed.
    pub violations: u32,
    /// What it demands, of a rule that is evaluated here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RuleKind>,
    /// Modules in `from` and `to`, in each layer or in each set, of a rule that is evaluated here: a set without any
    /// says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<u32>,
}

/// A violation.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Its id.
    pub id: EntityId,
    /// Rule broken.
    pub rule: String,
    /// Kind of the rule, where it is evaluated here rather than by a tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RuleKind>,
    /// How it stands to the baseline in force: new, or unchanged. Nothing where there is no baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Baseline>,
    /// Imports it rests on, in the order of the way, where it is computed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Cut>,
    /// How bad.
    pub severity: Severity,
    /// Where it starts.
    pub from: String,
    /// Where it ends.
    pub to: Option<String>,
    /// Explanation.
    pub reason: Option<String>,
    /// Whether a suppression, or the baseline, keeps it from blocking now.
    pub suppressed: bool,
    /// Id of the suppression that does, or `baseline`, or `tool` where its tool suppresses it itself.
    pub suppressed_by: Option<String>,
    /// What its tool knows of its own suppressions of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waiver>,
    /// Why its tool suppresses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// How it stands to its tool's own baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// Position of the deciding event.
    pub position: u64,
}

/// A record of the suppression ledger.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suppression {
    /// Id of the record.
    pub id: String,
    /// Violation it covers.
    pub violation: Option<String>,
    /// Rule it covers.
    pub rule: Option<String>,
    /// Patterns of the modules in which it covers the rule; everywhere without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<String>,
    /// Why.
    pub reason: String,
    /// Token of who answers for it.
    pub owner: Option<String>,
    /// From when.
    pub since: Time,
    /// Until when.
    pub expires_at: Option<Time>,
    /// Whether it counts now.
    pub in_force: bool,
    /// Violations it covers.
    pub covers: u32,
}

/// The violations that the baseline in force accepts.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// How many.
    pub violations: u32,
    /// Why it last grew.
    pub reason: Option<String>,
    /// Token of who let it grow.
    pub actor: Option<String>,
    /// Those that are not there any more, by key.
    pub absent: Vec<Absent>,
}

/// A violation that the baseline accepts and that is not there.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absent {
    /// Its key.
    pub violation: String,
    /// Whether a closed picture looked at its rule: then the next iteration's baseline is without it.
    pub resolved: bool,
}
