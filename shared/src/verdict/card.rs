//! An iteration in a list: where its log stands and its verdict of now. The server writes it, the list page reads it.

use super::{StreamState, VerdictName};
use crate::id::Name;
use crate::time::{Position, Time};
use serde::{Deserialize, Serialize};

/// An iteration with its verdict of now.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IterationCard))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its project.
    pub project: Name,
    /// Its name.
    pub iteration: Name,
    /// Last position of its log.
    pub head: Position,
    /// When its first event was recorded.
    pub opened_at: Time,
    /// When its last event was recorded.
    pub recorded_at: Time,
    /// The computed verdict.
    pub verdict: VerdictName,
    /// The verdict as a sentence.
    pub sentence: String,
    /// Whether an override is in force.
    pub overridden: bool,
    /// State of the execution stream.
    pub dde: StreamState,
    /// State of the behaviour stream.
    pub bdv: StreamState,
    /// State of the architecture stream.
    pub acc: StreamState,
}
