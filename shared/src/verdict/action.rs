//! What a change of the counterfactual does, for machines: the sentence beside it says the same to people.

use crate::id::EntityId;
use serde::{Deserialize, Serialize};

/// What has to happen.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The task or scenario ends passed; without an entity, any of the stream does.
    Pass,
    /// The task passes on its first try.
    PassFirst,
    /// The scenario passes on every try.
    Steady,
    /// The violation is gone.
    Resolve,
    /// The module no longer imports this one.
    Uncouple(EntityId),
    /// The open run with this key is closed.
    Close(String),
    /// A new run, or for architecture a picture, of the stream is closed without failing.
    Run,
    /// The unreadable document on this topic is recorded anew.
    Record(String),
    /// The figure as a whole comes within its exit criterion.
    Improve,
}
