//! Data of modules, imports, rules and violations.

use super::{normal, one};
use crate::event::{Baseline, Dependency, Severity, Waiver};
use crate::id::EntityId;
use serde::{Deserialize, Serialize};

optional_data! {
    /// A unit of architecture.
    ModuleDeclared {
        /// Natural key.
        module: String,
    ;
        /// Human name.
        name: Option<String>,
        /// File or folder.
        path: Option<String>,
        /// Folder, crate or package it lies in.
        group: Option<String>,
        /// Whether it is outside of the project.
        external: bool,
        /// Number of types in it.
        types: Option<u32>,
        /// Number of abstract types (traits, interfaces) in it.
        abstract_types: Option<u32>,
        /// Tags, by which rules may speak of it.
        tags: Vec<String>,
    }
}
data! {
    /// A module uses a module.
    ImportDeclared {
        /// The user.
        from: String,
        /// The used.
        to: String,
        /// What for.
        kind: Dependency = "normal",
        /// Number of single references.
        weight: u32 = "one",
    }
}
optional_data! {
    /// A rule of the architecture.
    RuleDeclared {
        /// Natural key.
        rule: String,
        /// How bad a breach is.
        severity: Severity,
    ;
        /// What it demands.
        text: Option<String>,
        /// What it binds.
        governs: Vec<EntityId>,
    }
}
optional_data! {
    /// A rule is broken. Its natural key is `rule`, `from` and `to` joined by `|`; with a `fingerprint`, `rule`
    /// and that joined by `|#`.
    ViolationDetected {
        /// Rule.
        rule: String,
        /// How bad.
        severity: Severity,
        /// Where it starts: a module's key.
        from: String,
    ;
        /// Where it ends: a module's key.
        to: Option<String>,
        /// Explanation.
        reason: Option<String>,
        /// What the tool knows it by, wherever it moves.
        fingerprint: Option<String>,
        /// What the tool knows of its own suppressions of it; nothing said, nothing known.
        waiver: Option<Waiver>,
        /// Why the tool suppresses it.
        justification: Option<String>,
        /// How it stands to the tool's own baseline.
        baseline: Option<Baseline>,
    }
}
optional_data! {
    /// A rule is no longer broken there.
    ViolationResolved {
        /// Rule.
        rule: String,
        /// Where it started.
        from: String,
    ;
        /// Where it ended.
        to: Option<String>,
        /// What the tool knew it by.
        fingerprint: Option<String>,
    }
}
