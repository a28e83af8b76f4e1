//! The architecture stream: modules, imports, components, groups, violations.

use super::ask::{AsOfQuery, Listed, ProblemBody};
use shared::lens::acc::{Component, Group, Import, Module, Violation};

read! {
    /// All modules in block-triangular order, with Martin's metrics.
    modules, "architecture", "modules", "/iterations/{iteration}/modules",
    Vec<Module>, |analysis| analysis.acc.modules.clone()
}
read! {
    /// One module by its natural key.
    module(key), "architecture", "module", "/iterations/{iteration}/modules/{key}",
    Module, |analysis| analysis.acc.modules.iter().find(|one| one.id.key == key).cloned()
}
read! {
    /// Which module uses which, what for and how often.
    imports, "architecture", "imports", "/iterations/{iteration}/imports",
    Vec<Import>, |analysis| analysis.acc.dependencies.clone()
}
read! {
    /// Strongly connected components of more than one module, each with a shortest cycle and a cut.
    components, "architecture", "components", "/iterations/{iteration}/components",
    Vec<Component>, |analysis| analysis.acc.components.clone()
}
read! {
    /// Folders or crates with the imports that cross their border.
    groups, "architecture", "groups", "/iterations/{iteration}/groups",
    Vec<Group>, |analysis| analysis.acc.groups.clone()
}
read! {
    /// Violations, unsuppressed errors first.
    violations, "architecture", "violations", "/iterations/{iteration}/violations",
    Vec<Violation>, |analysis| analysis.acc.violations.clone()
}
