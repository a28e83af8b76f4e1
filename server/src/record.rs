//! What people add to an iteration: overrides, suppressions, quarantines, their ends, policies, rules, decisions.
//!
//! Each function turns a request into one event of the catalogue; REST and GraphQL share them, so both say
//! the same and the log tells who did it. Ids are derived from what is asked and when, so a client that
//! names its own id can repeat a request without doubling it.
//!
//! Not here: whether the person may (`http::auth`), appending (`ingest`).

use serde_json::Value;
use shared::event::data::{
    ContextRecorded, DecisionRecorded, OverrideRecorded, QuarantineFixProposed, QuarantineGranted,
    RecordRevoked, SuppressionGranted, Topic,
};
use shared::event::{Book, Data, Event, Hash128, Identity, Refusal, decode_value, event_json};
use shared::id::{Name, Stream};
use shared::time::Time;

/// Source of events that people make through the API.
pub const SOURCE: &str = "mission:api";

/// Where a record goes and when it is made.
#[derive(Debug, Clone)]
pub struct Place {
    /// Project of the iteration.
    pub project: Name,
    /// The iteration.
    pub iteration: Name,
    /// Now, resolved at the edge.
    pub now: Time,
}

/// A person takes responsibility for deploying against the computed verdict.
#[derive(Debug, Clone)]
pub struct OverrideRequest {
    /// Id of the record; derived if absent.
    pub id: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires_at: Time,
    /// Streams it covers; all if empty.
    pub scope: Vec<Stream>,
    /// Who, in words; the writer if absent.
    pub actor: Option<String>,
}

/// A violation, or a rule's violations, shall not block for a while.
#[derive(Debug, Clone)]
pub struct SuppressionRequest {
    /// Id of the record; derived if absent.
    pub id: Option<String>,
    /// Why.
    pub reason: String,
    /// One violation by its key.
    pub violation: Option<String>,
    /// Or all of a rule.
    pub rule: Option<String>,
    /// Of a rule only where a violation begins in a module that one of these patterns matches.
    pub modules: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Until when; for ever if absent.
    pub expires_at: Option<Time>,
}

/// A flaky scenario shall not gate for a while.
#[derive(Debug, Clone)]
pub struct QuarantineRequest {
    /// Id of the record; derived if absent.
    pub id: Option<String>,
    /// Scenario by its key.
    pub scenario: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where the repair is followed.
    pub ticket: Option<String>,
    /// Until when.
    pub expires_at: Time,
}

impl Place {
    /// The event of an override.
    #[must_use]
    pub fn override_event(&self, request: OverrideRequest) -> Event {
        let id = self.record_id("override", request.id, &request.reason);
        self.event(
            &id,
            Data::OverrideRecorded(OverrideRecorded {
                r#override: id.clone(),
                reason: request.reason,
                expires_at: request.expires_at,
                scope: request.scope,
                actor: request.actor,
            }),
        )
    }

    /// The event of a suppression.
    #[must_use]
    pub fn suppression_event(&self, request: SuppressionRequest) -> Event {
        let target = request.violation.as_deref().or(request.rule.as_deref()).unwrap_or_default();
        let id = self.record_id("suppression", request.id, target);
        self.event(
            &id,
            Data::SuppressionGranted(SuppressionGranted {
                suppression: id.clone(),
                reason: request.reason,
                violation: request.violation,
                rule: request.rule,
                modules: request.modules,
                owner: request.owner,
                expires_at: request.expires_at,
            }),
        )
    }

    /// The event of a quarantine.
    #[must_use]
    pub fn quarantine_event(&self, request: QuarantineRequest) -> Event {
        let id = self.record_id("quarantine", request.id, &request.scenario);
        self.event(
            &id,
            Data::QuarantineGranted(QuarantineGranted {
                quarantine: id.clone(),
                scenario: request.scenario,
                reason: request.reason,
                expires_at: request.expires_at,
                owner: request.owner,
                ticket: request.ticket,
            }),
        )
    }

    /// The event that proposes a fix for the quarantine `record`.
    #[must_use]
    pub fn fix_event(&self, record: String, commit: String, reruns: Option<u32>) -> Event {
        let id = self.record_id("fix", None, &record);
        self.event(&id, Data::QuarantineFixProposed(QuarantineFixProposed { record, commit, reruns }))
    }

    /// The event that ends a record of `book`; `None` for books whose records never end.
    #[must_use]
    pub fn revocation_event(&self, book: Book, record: &str, reason: Option<String>) -> Option<Event> {
        let data = RecordRevoked { record: record.to_owned(), reason };
        let data = match book {
            Book::Suppression => Data::SuppressionRevoked(data),
            Book::Quarantine => Data::QuarantineRevoked(data),
            Book::Override => Data::OverrideRevoked(data),
            Book::Decision | Book::Context => return None,
        };
        let id = self.record_id("revoke", None, record);
        Some(self.event(&id, data))
    }

    /// The event that puts a context document in force.
    #[must_use]
    pub fn context_event(&self, topic: Topic, body: String) -> Event {
        let context = ContextRecorded::of(topic, body);
        let id = self.record_id(topic.as_str(), None, &context.digest);
        self.event(&id, Data::ContextRecorded(context))
    }

    /// The event that keeps a verdict as it was given.
    #[must_use]
    pub fn decision_event(&self, id: Option<String>, record: Value) -> Event {
        let id = self.record_id("decision", id, &record.to_string());
        self.event(&id, Data::DecisionRecorded(DecisionRecorded { decision: id.clone(), record }))
    }

    fn record_id(&self, what: &str, id: Option<String>, about: &str) -> String {
        id.unwrap_or_else(|| {
            let hash = Hash128::of(&[what.as_bytes(), about.as_bytes(), &self.now.0.to_le_bytes()]);
            format!("{what}-{}", &hash.to_string()[..12])
        })
    }

    fn event(&self, id: &str, data: Data) -> Event {
        Event {
            identity: Identity { source: SOURCE.to_owned(), id: id.to_owned() },
            subject: None,
            time: Some(self.now),
            time_text: None,
            project: self.project.clone(),
            iteration: self.iteration.clone(),
            batch: None,
            traceparent: None,
            corrects: None,
            data,
        }
    }
}

/// `event` checked as if it had come from outside.
///
/// # Errors
/// What is wrong with it, by field.
pub fn checked(event: &Event) -> Result<Event, Refusal> {
    decode_value(Value::Object(event_json(event)), None)
}
