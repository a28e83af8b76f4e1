//! What fold and lenses read of a logged event: identity, batch, deaths it causes, and its facts.
//!
//! Pure and total: a [`Logged`] event gives one [`Entry`]. Clamps valid times to `recorded_at` (rule 6) and
//! gives untimed structure [`Time::ALWAYS`], untimed tries their recording time (rule 5).

use super::catalogue::Data;
use super::scribe::Scribe;
use super::{Fact, Hash128, Identity, Logged};
use crate::id::Stream;
use crate::time::{Position, Time};

/// The closing of a batch, as stated by its closing event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Batch it closes.
    pub batch: String,
    /// Number of item events.
    pub count: u32,
    /// Order-free digest of the items.
    pub digest: Hash128,
    /// Set for a picture: all there is in this scope.
    pub scope: Option<String>,
    /// Valid time of the picture; [`Time::ALWAYS`] without one.
    pub valid: Time,
    /// Stream the batch is evidence for.
    pub stream: Option<Stream>,
}

/// An event that takes another one out of the graph, for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// Hash of the named identity.
    pub named: Hash128,
    /// Source of the named identity: only itself, or a steward, may name it.
    pub source: String,
}

/// What is left of a logged event for fold and lenses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place in the iteration's log.
    pub position: Position,
    /// Known time.
    pub recorded_at: Time,
    /// The producer's source.
    pub source: String,
    /// Hash of the identity.
    pub identity: Hash128,
    /// Content hash.
    pub content: Hash128,
    /// Whether the writer was a steward.
    pub steward: bool,
    /// Whether some time was later than `recorded_at` and counts as that.
    pub clamped: bool,
    /// Stream whose density track it counts in.
    pub stream: Option<Stream>,
    /// When it happened, clamped; `recorded_at` without a time. For the scrubber.
    pub happened_at: Time,
    /// Batch it is an item of: then its facts count only once that is closed.
    pub batch: Option<String>,
    /// The batch it closes.
    pub closing: Option<Closing>,
    /// The event it takes out.
    pub naming: Option<Naming>,
    /// What it states.
    pub facts: Vec<Fact>,
}

impl Entry {
    /// Reads what matters out of a logged event.
    #[must_use]
    pub fn from_logged(logged: &Logged) -> Self {
        let event = &logged.event;
        let mut scribe = Scribe::of(logged);
        scribe.write(&event.data);
        let closing = match &event.data {
            // No log takes in a digest that is none: `decode` refuses it. What was not decoded closes nothing.
            Data::BatchClosed(data) => Hash128::parse(&data.digest).map(|digest| Closing {
                batch: data.batch.clone(),
                count: data.count,
                digest,
                scope: data.scope.clone(),
                valid: event.time.map_or(Time::ALWAYS, |time| time.min(logged.recorded_at)),
                stream: data.stream,
            }),
            _ => None,
        };
        let naming = match &event.data {
            Data::EventRetracted(data) => Some(Identity {
                source: data.source.clone().unwrap_or_else(|| event.identity.source.clone()),
                id: data.id.clone(),
            }),
            _ => event.corrects.clone(),
        };
        Self {
            position: logged.position,
            recorded_at: logged.recorded_at,
            source: event.identity.source.clone(),
            identity: event.identity.hash(),
            content: event.content_hash(),
            steward: logged.steward,
            clamped: scribe.clamped || event.time.is_some_and(|time| time > logged.recorded_at),
            stream: scribe.stream,
            happened_at: event.time.map_or(logged.recorded_at, |time| time.min(logged.recorded_at)),
            batch: event.batch.clone(),
            closing,
            naming: naming.map(|named| Naming { named: named.hash(), source: named.source }),
            facts: scribe.facts,
        }
    }
}
