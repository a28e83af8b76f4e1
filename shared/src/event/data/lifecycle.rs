//! Data of the iteration's own life, of contexts, batches and packed facts.

use crate::event::{Hash128, Json};
use crate::id::{EntityId, Name, Stream};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

optional_data! {
    /// The iteration begins. Implied by the first event where nobody says it.
    IterationOpened {
    ;
        /// Source revision under test.
        commit: Option<String>,
        /// The iteration before this one in the project's history.
        predecessor: Option<Name>,
        /// Human title.
        title: Option<String>,
        /// What is expected to report: tasks and scenarios.
        plan: Vec<EntityId>,
    }
}
optional_data! {
    /// The iteration ends: nothing more is expected.
    IterationClosed {
    ;
        /// Why.
        reason: Option<String>,
    }
}
optional_data! {
    /// What the answer depends on besides evidence, as it stands from here on.
    ContextRecorded {
        /// Which document.
        topic: Topic,
        /// BLAKE3 (128 bits, hex) of the body.
        digest: String,
    ;
        /// The document; a large one lies in a blob named by `digest`.
        body: Option<String>,
    }
}

impl ContextRecorded {
    /// A context with its whole document, named by the one digest of that text.
    #[must_use]
    pub fn of(topic: Topic, body: String) -> Self {
        Self { topic, digest: Hash128::of_text(&body).to_string(), body: Some(body) }
    }
}

/// Which document a context carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// Policy TOML.
    Policy,
    /// Architecture rules, TOML.
    Rules,
    /// Accepted violations.
    Baseline,
    /// Quarantines and suppressions carried over.
    Ledger,
    /// Verdicts and results of earlier iterations.
    History,
}

impl Topic {
    /// Lower-case name, as in JSON; also the id of the context's ledger record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Topic::Policy => "policy",
            Topic::Rules => "rules",
            Topic::Baseline => "baseline",
            Topic::Ledger => "ledger",
            Topic::History => "history",
        }
    }
}

optional_data! {
    /// All items of a batch have been sent; from here on it counts.
    BatchClosed {
        /// The batch.
        batch: String,
        /// Number of item events.
        count: u32,
        /// Order-free digest of the items (32 hex digits).
        digest: String,
    ;
        /// Set if the batch says all there is in this scope: a picture.
        scope: Option<String>,
        /// Stream the batch belongs to.
        stream: Option<Stream>,
        /// Format it was read from.
        format: Option<String>,
    }
}
optional_data! {
    /// Many facts of one import in one event.
    Facts {
        /// The facts, in the order of the file.
        items: Vec<Item>,
    ;
        /// Scope of the picture the batch is, if it is one: then the evidence is the scope's.
        scope: Option<String>,
    }
}
/// One packed fact: like an event of its type, without an envelope of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    // In the order of the keys, so that what is written is canonical.
    /// Its data.
    pub data: Json,
    /// When it happened.
    #[serde(default, skip_serializing_if = "super::is_empty")]
    pub time: Option<Time>,
    /// Event type, any of the catalogue except packed facts and batches.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
}
optional_data! {
    /// Takes an earlier event back, for ever.
    EventRetracted {
        /// Its id.
        id: String,
    ;
        /// Its source; by default the same as this event's.
        source: Option<String>,
        /// Why.
        reason: Option<String>,
    }
}
