//! Data of requirements, specs and scenarios.

use crate::id::EntityId;
use serde::{Deserialize, Serialize};

optional_data! {
    /// Something asked for.
    RequirementDeclared {
        /// Natural key.
        requirement: String,
    ;
        /// Title.
        name: Option<String>,
        /// Prose; beyond 256 bytes it moves to a detail row.
        text: Option<String>,
        /// Requirement it refines.
        parent: Option<String>,
        /// Version.
        version: Option<String>,
        /// Where it stands.
        path: Option<String>,
        /// Tags.
        tags: Vec<String>,
    }
}
optional_data! {
    /// A document of behaviour.
    SpecDeclared {
        /// Natural key, usually the file's path.
        spec: String,
    ;
        /// Title.
        name: Option<String>,
        /// File.
        path: Option<String>,
        /// Tags.
        tags: Vec<String>,
        /// Requirements it gives meaning to.
        specifies: Vec<String>,
    }
}
optional_data! {
    /// An example of behaviour.
    ScenarioDeclared {
        /// Natural key.
        scenario: String,
    ;
        /// Title.
        name: Option<String>,
        /// Spec it lies in.
        spec: Option<String>,
        /// File.
        path: Option<String>,
        /// Tags.
        tags: Vec<String>,
        /// Requirements and contracts it proves.
        verifies: Vec<EntityId>,
        /// Whether it must report.
        planned: bool,
    }
}
