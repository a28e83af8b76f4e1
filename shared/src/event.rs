//! Events: the CloudEvents envelope, the catalogue of types, and the facts they state.
//!
//! [`decode`] turns bytes into an [`Event`] or a [`Refusal`] that names the field; [`Entry`] is what is left
//! of a logged event once only what fold and lenses read is kept. Identity is (tenant, iteration, source, id);
//! the content hash covers type, subject, data and the producer's `time`, never transport, trace or stamps.
//!
//! Not here: positions and clocks (the store stamps them), foreign formats (`import`).

mod canonical;
mod catalogue;
mod content;
pub mod data;
mod decode;
mod detail;
mod encode;
mod entry;
mod fact;
mod keys;
mod scribe;

pub use canonical::Json;
pub use catalogue::{CATALOGUE, Data, TypeRow};
pub use content::{BatchDigest, Hash128};
pub(crate) use decode::depth_exceeds;
pub use decode::{DEPTH_MAX, EVENT_BYTES_MAX, ITEMS_MAX, Refusal, decode, decode_logged, decode_value};
pub use detail::{Detail, TEXT_BYTES_MAX, person_token, split_detail};
pub(crate) use detail::{has_detail, split_data};
pub use encode::event_json;
pub use entry::{Closing, Entry, Naming};
pub use fact::{
    Baseline, Book, ContractState, Dependency, Facet, Fact, Outcome, Provenance, RANK_MAX, Severity, Subject,
    Value, Waiver, evidence_parts, evidence_qualifier,
};
pub use scribe::{fingerprint_key, violation_key};

use crate::id::Name;
use crate::time::{Position, Time};

/// What an event is known by within an iteration: the producer's source and its id there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// CloudEvents `source`.
    pub source: String,
    /// CloudEvents `id`.
    pub id: String,
}

/// One immutable fact, or a packed list of facts, in its envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Who says it, and under which id.
    pub identity: Identity,
    /// CloudEvents `subject`, kept as sent.
    pub subject: Option<String>,
    /// When it happened, by the producer. `None`: structure without a time, or a run without times.
    pub time: Option<Time>,
    /// How the producer wrote `time`, where that is not how [`Time`] is written (offset, more digits).
    pub time_text: Option<String>,
    /// The product whose history the iteration belongs to.
    pub project: Name,
    /// The candidate for deployment.
    pub iteration: Name,
    /// The batch this is an item of.
    pub batch: Option<String>,
    /// W3C trace context of the producer.
    pub traceparent: Option<String>,
    /// The event this one replaces (`correctsid`, `correctssource`).
    pub corrects: Option<Identity>,
    /// What it states.
    pub data: Data,
}

/// An event with what the store stamped at append.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Place in the iteration's log.
    pub position: Position,
    /// Known time: never before that of the position below.
    pub recorded_at: Time,
    /// Token of who wrote it.
    pub actor: Option<String>,
    /// Whether the writer was a steward, who may name events of other sources.
    pub steward: bool,
    /// The event.
    pub event: Event,
}
