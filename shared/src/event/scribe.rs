//! Writes the facts of one event: knows its time, its evidence and what has to be clamped.
//!
//! One file a stream below; this one holds what they share, the iteration itself and runs.

mod architecture;
mod attempt;
mod behaviour;
mod execution;
mod record;

pub use architecture::{fingerprint_key, violation_key};

use super::catalogue::Data;
use super::data::{Item, Topic};
use super::{Book, Facet, Fact, Logged, Outcome, Subject, Value, evidence_qualifier};
use crate::id::{EntityId, Kind, LinkId, LinkKind, Stream};
use crate::time::Time;

/// The facts written so far and what the next ones depend on.
pub(super) struct Scribe {
    time: Option<Time>,
    recorded_at: Time,
    evidence: String,
    actor: Option<String>,
    pub(super) clamped: bool,
    pub(super) stream: Option<Stream>,
    pub(super) facts: Vec<Fact>,
}

impl Scribe {
    /// A scribe that has written nothing yet.
    pub(super) fn of(logged: &Logged) -> Self {
        let event = &logged.event;
        Self {
            time: event.time,
            recorded_at: logged.recorded_at,
            evidence: event.identity.source.clone(),
            actor: logged.actor.clone(),
            clamped: false,
            stream: event.data.stream(),
            facts: Vec::new(),
        }
    }

    /// Valid time of structure: its own, else always.
    fn structure(&mut self) -> Time {
        self.time.map_or(Time::ALWAYS, |time| self.clamp(time))
    }

    /// Valid time of an occurrence: its own, else when it was recorded.
    fn occurrence(&mut self) -> Time {
        self.time.map_or(self.recorded_at, |time| self.clamp(time))
    }

    fn clamp(&mut self, time: Time) -> Time {
        self.clamped |= time > self.recorded_at;
        time.min(self.recorded_at)
    }

    fn put(&mut self, subject: &Subject, facet: Facet, valid: Time, value: Value) {
        self.put_ranked(subject, facet, "", valid, 0, value);
    }

    fn put_ranked(
        &mut self,
        subject: &Subject,
        facet: Facet,
        qualifier: &str,
        valid: Time,
        rank: u8,
        value: Value,
    ) {
        self.facts.push(Fact {
            subject: subject.clone(),
            facet,
            qualifier: qualifier.to_owned(),
            valid,
            rank,
            value,
        });
    }

    fn text(&mut self, subject: &Subject, facet: Facet, valid: Time, value: Option<&String>) {
        if let Some(text) = value {
            self.put(subject, facet, valid, Value::Text(text.clone()));
        }
    }

    fn tags(&mut self, subject: &Subject, valid: Time, tags: &[String]) {
        if !tags.is_empty() {
            let mut tags = tags.to_vec();
            crate::order::sort(&mut tags);
            tags.dedup();
            self.put(subject, Facet::Tags, valid, Value::Texts(tags));
        }
    }

    /// One piece of evidence that a thing is (or is no longer) there.
    fn exists(&mut self, subject: &Subject, rule: &str, valid: Time, present: bool) {
        let qualifier = evidence_qualifier(&self.evidence, rule);
        self.put_ranked(subject, Facet::Exists, &qualifier, valid, 0, Value::Flag(present));
    }

    fn entity(&mut self, kind: Kind, key: &str, valid: Time) -> Subject {
        let subject = Subject::Entity(EntityId::new(kind, key));
        self.exists(&subject, "", valid, true);
        subject
    }

    fn link(&mut self, kind: LinkKind, from: EntityId, to: EntityId, valid: Time) {
        self.exists(&Subject::Link(LinkId { kind, from, to }), "declared", valid, true);
    }

    fn ledger(&mut self, book: Book, id: &str, valid: Time) -> Subject {
        let subject = Subject::Ledger(book, id.to_owned());
        self.put(&subject, Facet::Active, valid, Value::Flag(true));
        subject
    }

    /// Writes all facts of `data`.
    pub(super) fn write(&mut self, data: &Data) {
        match data {
            Data::Facts(facts) => {
                if let Some(scope) = &facts.scope {
                    self.evidence.clone_from(scope);
                }
                for item in &facts.items {
                    self.write_item(item);
                }
            }
            Data::BatchClosed(_) | Data::EventRetracted(_) => {}
            Data::IterationOpened(d) => {
                let at = self.structure();
                let subject = Subject::Iteration;
                self.put(&subject, Facet::Active, at, Value::Flag(true));
                self.text(&subject, Facet::Commit, at, d.commit.as_ref());
                self.text(&subject, Facet::Name, at, d.title.as_ref());
                self.text(
                    &subject,
                    Facet::Predecessor,
                    at,
                    d.predecessor.as_ref().map(ToString::to_string).as_ref(),
                );
                for entity in &d.plan {
                    let subject = self.entity(entity.kind, &entity.key, at);
                    self.put(&subject, Facet::Planned, at, Value::Flag(true));
                }
            }
            Data::IterationClosed(d) => {
                let at = self.occurrence();
                self.put(&Subject::Iteration, Facet::Active, at, Value::Flag(false));
                self.text(&Subject::Iteration, Facet::Reason, at, d.reason.as_ref());
            }
            Data::ContextRecorded(d) => {
                // Context counts from where it stands in the log, at every V: T/now uses today's policy.
                let subject = self.ledger(Book::Context, d.topic.as_str(), Time::ALWAYS);
                self.put(&subject, Facet::Digest, Time::ALWAYS, Value::Text(d.digest.clone()));
                self.text(&subject, Facet::Body, Time::ALWAYS, d.body.as_ref());
                let settings = match (d.topic, &d.body) {
                    (Topic::Policy, Some(body)) => crate::verdict::policy::settings_of(body),
                    (Topic::Rules, Some(body)) => crate::rules::settings_of(body),
                    _ => return,
                };
                self.put(&subject, Facet::Settings, Time::ALWAYS, Value::Texts(settings));
            }
            Data::RunStarted(d) => {
                let at = self.occurrence();
                self.stream = Some(d.stream);
                let subject = Subject::Run(d.stream, d.run.clone());
                self.put_ranked(&subject, Facet::Outcome, "", at, 1, Value::Outcome(Outcome::Running));
                self.put(&subject, Facet::StartedAt, at, Value::Time(at));
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Commit, at, d.commit.as_ref());
            }
            Data::RunFinished(d) => {
                let at = self.occurrence();
                self.stream = Some(d.stream);
                let subject = Subject::Run(d.stream, d.run.clone());
                if let Some(started) = d.started_at {
                    let started = self.clamp(started);
                    self.put_ranked(
                        &subject,
                        Facet::Outcome,
                        "",
                        started,
                        1,
                        Value::Outcome(Outcome::Running),
                    );
                    self.put(&subject, Facet::StartedAt, started, Value::Time(started));
                }
                self.put_ranked(&subject, Facet::Outcome, "", at, 2, Value::Outcome(d.outcome));
                self.text(&subject, Facet::Reason, at, d.reason.as_ref());
                self.text(&subject, Facet::Commit, at, d.commit.as_ref());
            }
            _ if self.write_execution(data)
                || self.write_behaviour(data)
                || self.write_architecture(data) => {}
            _ => self.write_record(data),
        }
    }

    fn write_item(&mut self, item: &Item) {
        let Some(Ok(data)) = Data::from_text(&item.kind, item.data.as_str()) else {
            return; // decode has refused such an event
        };
        let event_time = self.time;
        self.time = item.time.or(event_time);
        self.stream = self.stream.or(data.stream());
        self.write(&data);
        self.time = event_time;
    }
}
