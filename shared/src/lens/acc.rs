//! The architecture lens: modules, imports, rules and violations, components, metrics, DSM order.
//!
//! Couplings, propagation cost and the cycles that count go over normal and build imports, each pair of modules
//! once; a cycle that needs dev imports is legal and listed with its kinds. Average instability is over modules
//! of the project, not over external ones.

mod components;
mod groups;
mod imports;
mod metrics;
mod violations;

use super::Kpi;
use crate::event::{Baseline, Dependency, Severity, Waiver};
use crate::graph::Scene;
use crate::id::EntityId;
use crate::id::Stream;
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
    /// Share of module pairs (diagonal included) connected by a path, over normal and build imports.
    pub propagation_cost: f64,
    /// Rules by id.
    pub rules: Vec<Rule>,
    /// Violations, unsuppressed errors first.
    pub violations: Vec<Violation>,
    /// Suppression records by id.
    pub suppressions: Vec<Suppression>,
    /// Key figures.
    pub kpis: Vec<Kpi>,
}

impl Acc {
    /// Projects `scene`.
    #[must_use]
    pub fn of(scene: &Scene, context: &Context) -> Self {
        let imports = imports::Imports::of(scene);
        let (components, of_component) = components::components(&imports);
        let (violations, suppressions) = violations::violations(scene, context);
        let measured = metrics::measure(&imports);
        let seen = !imports.modules.is_empty()
            || !violations.is_empty()
            || scene.pictures.iter().any(|picture| picture.stream == Some(Stream::Acc))
            || scene.runs.iter().any(|run| run.stream == Stream::Acc);
        let policy = &context.policy;
        let kpis = vec![
            policy.kpi(violations::blocking(&violations, seen)),
            policy.kpi(components::cyclic(&imports, seen)),
            policy.kpi(metrics::average_instability(&imports, &measured)),
        ];
        Self {
            modules: metrics::modules(&imports, &measured, &of_component),
            dependencies: imports.listed(),
            groups: groups::groups(&imports),
            propagation_cost: measured.propagation_cost,
            rules: violations::rules(scene, &violations),
            components,
            violations,
            suppressions,
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
    /// A shortest cycle, without repeating the first.
    pub shortest_cycle: Vec<EntityId>,
    /// Imports whose removal leaves no cycle (verified).
    pub cut: Vec<Cut>,
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
    /// Modules in it.
    pub modules: u32,
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
}

/// A violation.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Its id.
    pub id: EntityId,
    /// Rule broken.
    pub rule: String,
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
