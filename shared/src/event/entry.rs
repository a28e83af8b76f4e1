//! What fold and lenses read of a logged event: identity, batch, deaths it causes, and its facts.
//!
//! Pure and total: a [`Logged`] event gives one [`Entry`]. Clamps valid times to `recorded_at` (rule 6) and
//! gives untimed structure [`Time::ALWAYS`], untimed tries their recording time (rule 5).

use super::catalogue::Data;
use super::data::{AttemptFinished, Item};
use super::{
    Book, ContractState, Facet, Fact, Hash128, Identity, Logged, Outcome, Provenance, Subject, Value,
};
use crate::id::{AttemptId, EntityId, Kind, LinkId, LinkKind, Stream};
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
        let mut scribe = Scribe {
            time: event.time,
            recorded_at: logged.recorded_at,
            evidence: event.identity.source.clone(),
            actor: logged.actor.clone(),
            clamped: false,
            stream: event.data.stream(),
            facts: Vec::new(),
        };
        scribe.write(&event.data);
        let closing = match &event.data {
            Data::BatchClosed(data) => Some(Closing {
                batch: data.batch.clone(),
                count: data.count,
                digest: Hash128::parse(&data.digest).unwrap_or_default(),
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

/// Writes facts for one event: knows its time, its evidence and what has to be clamped.
struct Scribe {
    time: Option<Time>,
    recorded_at: Time,
    evidence: String,
    actor: Option<String>,
    clamped: bool,
    stream: Option<Stream>,
    facts: Vec<Fact>,
}

impl Scribe {
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

    fn put_ranked(&mut self, subject: &Subject, facet: Facet, qualifier: &str, valid: Time, rank: u8, value: Value) {
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
            tags.sort();
            tags.dedup();
            self.put(subject, Facet::Tags, valid, Value::Texts(tags));
        }
    }

    /// One piece of evidence that a thing is (or is no longer) there.
    fn exists(&mut self, subject: &Subject, rule: &str, valid: Time, present: bool) {
        let qualifier = format!("{}|{rule}", self.evidence);
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

    fn write(&mut self, data: &Data) {
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
                self.text(&subject, Facet::Predecessor, at, d.predecessor.as_ref().map(ToString::to_string).as_ref());
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
                    self.put_ranked(&subject, Facet::Outcome, "", started, 1, Value::Outcome(Outcome::Running));
                    self.put(&subject, Facet::StartedAt, started, Value::Time(started));
                }
                self.put_ranked(&subject, Facet::Outcome, "", at, 2, Value::Outcome(d.outcome));
                self.text(&subject, Facet::Reason, at, d.reason.as_ref());
                self.text(&subject, Facet::Commit, at, d.commit.as_ref());
            }
            _ if self.write_execution(data) || self.write_behaviour(data) || self.write_architecture(data) => {}
            _ => self.write_record(data),
        }
    }

    fn write_item(&mut self, item: &Item) {
        let Some(Ok(data)) = Data::from_json(&item.kind, item.data.clone()) else {
            return; // decode has refused such an event
        };
        let event_time = self.time;
        self.time = item.time.or(event_time);
        self.stream = self.stream.or(data.stream());
        self.write(&data);
        self.time = event_time;
    }

    fn write_execution(&mut self, data: &Data) -> bool {
        match data {
            Data::WorkflowDeclared(d) => {
                let at = self.structure();
                let subject = self.entity(Kind::Workflow, &d.workflow, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
            }
            Data::TaskDeclared(d) => {
                let at = self.structure();
                let task = EntityId::new(Kind::Task, &d.task);
                let subject = self.entity(Kind::Task, &d.task, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Group, at, d.workflow.as_ref());
                self.tags(&subject, at, &d.tags);
                if let Some(path) = d.paths.first() {
                    self.put(&subject, Facet::Path, at, Value::Text(path.clone()));
                }
                if d.planned {
                    self.put(&subject, Facet::Planned, at, Value::Flag(true));
                }
                if let Some(workflow) = &d.workflow {
                    self.link(LinkKind::PartOf, task.clone(), EntityId::new(Kind::Workflow, workflow), at);
                }
                for other in &d.depends_on {
                    self.link(LinkKind::DependsOn, task.clone(), EntityId::new(Kind::Task, other), at);
                }
                for spec in &d.implements {
                    self.link(LinkKind::Implements, task.clone(), EntityId::new(Kind::Spec, spec), at);
                }
            }
            Data::TaskQueued(d) => self.queued(Kind::Task, &d.key, &d.run, d.r#try),
            Data::TaskStarted(d) => self.started(Kind::Task, &d.key, &d.run, d.r#try),
            Data::TaskFinished(d) => self.finished(Kind::Task, d),
            Data::ContractProposed(d) => {
                let at = self.occurrence();
                let contract = EntityId::new(Kind::Contract, &d.contract);
                let subject = self.entity(Kind::Contract, &d.contract, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.put_ranked(&subject, Facet::Contract, "", at, 0, Value::Contract(ContractState::Proposed));
                self.put(&subject, Facet::ProposedAt, at, Value::Time(at));
                for party in &d.governs {
                    self.link(LinkKind::Governs, contract.clone(), party.clone(), at);
                }
            }
            Data::ContractLocked(d) => {
                let at = self.occurrence();
                let subject = self.entity(Kind::Contract, &d.contract, at);
                self.put_ranked(&subject, Facet::Contract, "", at, 1, Value::Contract(ContractState::Locked));
                self.put(&subject, Facet::LockedAt, at, Value::Time(at));
                self.text(&subject, Facet::Version, at, d.version.as_ref());
            }
            Data::ContractBroken(d) => {
                let at = self.occurrence();
                let subject = self.entity(Kind::Contract, &d.contract, at);
                self.put_ranked(&subject, Facet::Contract, "", at, 2, Value::Contract(ContractState::Broken));
                self.text(&subject, Facet::Reason, at, d.reason.as_ref());
            }
            Data::ArtifactProduced(d) => {
                let at = self.occurrence();
                let artifact = EntityId::new(Kind::Artifact, &d.artifact);
                let subject = self.entity(Kind::Artifact, &d.artifact, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Version, at, d.version.as_ref());
                self.text(&subject, Facet::Digest, at, d.digest.as_ref());
                self.text(&subject, Facet::Commit, at, d.commit.as_ref());
                if let Some(task) = &d.task {
                    self.link(LinkKind::Produces, EntityId::new(Kind::Task, task), artifact.clone(), at);
                }
                for module in &d.modules {
                    self.link(LinkKind::Realises, artifact.clone(), EntityId::new(Kind::Module, module), at);
                }
            }
            _ => return false,
        }
        true
    }

    fn write_behaviour(&mut self, data: &Data) -> bool {
        match data {
            Data::RequirementDeclared(d) => {
                let at = self.structure();
                let requirement = EntityId::new(Kind::Requirement, &d.requirement);
                let subject = self.entity(Kind::Requirement, &d.requirement, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Text, at, d.text.as_ref());
                self.text(&subject, Facet::Version, at, d.version.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.tags(&subject, at, &d.tags);
                if let Some(parent) = &d.parent {
                    self.link(LinkKind::PartOf, requirement, EntityId::new(Kind::Requirement, parent), at);
                }
            }
            Data::SpecDeclared(d) => {
                let at = self.structure();
                let spec = EntityId::new(Kind::Spec, &d.spec);
                let subject = self.entity(Kind::Spec, &d.spec, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.tags(&subject, at, &d.tags);
                for requirement in &d.specifies {
                    let requirement = EntityId::new(Kind::Requirement, requirement);
                    self.link(LinkKind::Specifies, spec.clone(), requirement, at);
                }
            }
            Data::ScenarioDeclared(d) => {
                let at = self.structure();
                let scenario = EntityId::new(Kind::Scenario, &d.scenario);
                let subject = self.entity(Kind::Scenario, &d.scenario, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Group, at, d.spec.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.tags(&subject, at, &d.tags);
                if d.planned {
                    self.put(&subject, Facet::Planned, at, Value::Flag(true));
                }
                if let Some(spec) = &d.spec {
                    self.link(LinkKind::PartOf, scenario.clone(), EntityId::new(Kind::Spec, spec), at);
                }
                for proved in &d.verifies {
                    self.link(LinkKind::Verifies, scenario.clone(), proved.clone(), at);
                }
            }
            Data::ScenarioQueued(d) => self.queued(Kind::Scenario, &d.key, &d.run, d.r#try),
            Data::ScenarioStarted(d) => self.started(Kind::Scenario, &d.key, &d.run, d.r#try),
            Data::ScenarioFinished(d) => self.finished(Kind::Scenario, d),
            _ => return false,
        }
        true
    }

    fn write_architecture(&mut self, data: &Data) -> bool {
        match data {
            Data::ModuleDeclared(d) => {
                let at = self.structure();
                let subject = self.entity(Kind::Module, &d.module, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.text(&subject, Facet::Group, at, d.group.as_ref());
                if d.external {
                    self.put(&subject, Facet::External, at, Value::Flag(true));
                }
                for (facet, count) in [(Facet::Types, d.types), (Facet::AbstractTypes, d.abstract_types)] {
                    if let Some(count) = count {
                        self.put(&subject, facet, at, Value::Number(i64::from(count)));
                    }
                }
            }
            Data::ImportDeclared(d) => {
                let at = self.structure();
                let (from, to) = (EntityId::new(Kind::Module, &d.from), EntityId::new(Kind::Module, &d.to));
                let subject = Subject::Link(LinkId { kind: LinkKind::Imports, from, to });
                let kind = match d.kind {
                    super::Dependency::Normal => "normal",
                    super::Dependency::Build => "build",
                    super::Dependency::Dev => "dev",
                };
                self.exists(&subject, kind, at, true);
                self.put_ranked(&subject, Facet::Weight, kind, at, 0, Value::Number(i64::from(d.weight)));
            }
            Data::RuleDeclared(d) => {
                let at = self.structure();
                let rule = EntityId::new(Kind::Rule, &d.rule);
                let subject = self.entity(Kind::Rule, &d.rule, at);
                self.put(&subject, Facet::Severity, at, Value::Severity(d.severity));
                self.text(&subject, Facet::Text, at, d.text.as_ref());
                for governed in &d.governs {
                    self.link(LinkKind::Governs, rule.clone(), governed.clone(), at);
                }
            }
            Data::ViolationDetected(d) => {
                let at = self.structure();
                let key = violation_key(&d.rule, &d.from, d.to.as_deref());
                let subject = self.entity(Kind::Violation, &key, at);
                self.put(&subject, Facet::Severity, at, Value::Severity(d.severity));
                self.text(&subject, Facet::Rule, at, Some(&d.rule));
                self.text(&subject, Facet::From, at, Some(&d.from));
                self.text(&subject, Facet::To, at, d.to.as_ref());
                self.text(&subject, Facet::Reason, at, d.reason.as_ref());
                let violation = EntityId::new(Kind::Violation, key);
                self.link(LinkKind::Breaks, violation.clone(), EntityId::new(Kind::Rule, &d.rule), at);
                self.link(LinkKind::Breaks, violation, EntityId::new(Kind::Module, &d.from), at);
            }
            Data::ViolationResolved(d) => {
                let at = self.occurrence();
                let key = violation_key(&d.rule, &d.from, d.to.as_deref());
                self.exists(&Subject::Entity(EntityId::new(Kind::Violation, key)), "", at, false);
            }
            _ => return false,
        }
        true
    }

    fn write_record(&mut self, data: &Data) {
        match data {
            Data::LinkDeclared(d) => {
                let at = self.structure();
                let subject = Subject::Link(LinkId { kind: d.kind, from: d.from.clone(), to: d.to.clone() });
                let rule = d.rule.as_deref().unwrap_or("declared").to_owned();
                self.exists(&subject, &rule, at, true);
                if let Some(confidence) = d.confidence {
                    let value = Value::Number(i64::from(confidence));
                    self.put_ranked(&subject, Facet::Confidence, &rule, at, 0, value);
                }
                if let Some(evidence) = &d.evidence {
                    self.put_ranked(&subject, Facet::Evidence, &rule, at, 0, Value::Text(evidence.clone()));
                }
            }
            Data::LinkRemoved(d) => {
                let at = self.occurrence();
                let subject = Subject::Link(LinkId { kind: d.kind, from: d.from.clone(), to: d.to.clone() });
                self.exists(&subject, d.rule.as_deref().unwrap_or("declared"), at, false);
            }
            Data::EntityRemoved(d) => {
                let at = self.occurrence();
                self.exists(&Subject::Entity(d.entity.clone()), "", at, false);
            }
            Data::SuppressionGranted(d) => {
                let at = self.occurrence();
                let subject = self.ledger(Book::Suppression, &d.suppression, at);
                self.text(&subject, Facet::Reason, at, Some(&d.reason));
                self.text(&subject, Facet::Target, at, d.violation.as_ref());
                self.text(&subject, Facet::Rule, at, d.rule.as_ref());
                self.text(&subject, Facet::Actor, at, d.owner.as_ref());
                self.expires(&subject, at, d.expires_at);
            }
            Data::QuarantineGranted(d) => {
                let at = self.occurrence();
                let subject = self.ledger(Book::Quarantine, &d.quarantine, at);
                self.text(&subject, Facet::Reason, at, Some(&d.reason));
                self.text(&subject, Facet::Target, at, Some(&d.scenario));
                self.text(&subject, Facet::Actor, at, d.owner.as_ref());
                self.expires(&subject, at, Some(d.expires_at));
            }
            Data::OverrideRecorded(d) => {
                // An override counts from when it was recorded, whatever its producer says.
                let at = self.recorded_at;
                let subject = self.ledger(Book::Override, &d.r#override, at);
                let scope = d.scope.iter().map(|s| s.as_str().to_owned()).collect();
                self.put(&subject, Facet::Tags, at, Value::Texts(scope));
                self.text(&subject, Facet::Reason, at, Some(&d.reason));
                let actor = d.actor.clone().or_else(|| self.actor.clone());
                self.text(&subject, Facet::Actor, at, actor.as_ref());
                self.expires(&subject, at, Some(d.expires_at));
            }
            Data::SuppressionRevoked(d) => self.revoke(Book::Suppression, &d.record),
            Data::QuarantineRevoked(d) => self.revoke(Book::Quarantine, &d.record),
            Data::OverrideRevoked(d) => self.revoke(Book::Override, &d.record),
            Data::DecisionRecorded(d) => {
                let at = self.recorded_at;
                let subject = self.ledger(Book::Decision, &d.decision, at);
                self.put(&subject, Facet::Body, at, Value::Text(d.record.to_string()));
            }
            _ => {}
        }
    }

    fn expires(&mut self, subject: &Subject, at: Time, expires_at: Option<Time>) {
        if let Some(end) = expires_at {
            self.put(subject, Facet::Expires, at, Value::Time(end));
        }
    }

    fn revoke(&mut self, book: Book, id: &str) {
        let at = self.occurrence();
        let subject = Subject::Ledger(book, id.to_owned());
        self.put_ranked(&subject, Facet::Active, "", at, 1, Value::Flag(false));
    }

    /// The attempt's subject, and evidence that the thing tried is there.
    fn attempt(&mut self, kind: Kind, key: &str, run: &str, try_number: u32, valid: Time) -> Subject {
        let of = EntityId::new(kind, key);
        self.exists(&Subject::Entity(of.clone()), "attempt", valid, true);
        Subject::Attempt(AttemptId { of, run: run.to_owned(), try_number })
    }

    fn queued(&mut self, kind: Kind, key: &str, run: &str, try_number: u32) {
        let at = self.occurrence();
        let subject = self.attempt(kind, key, run, try_number, at);
        self.queued_at(&subject, at);
    }

    fn queued_at(&mut self, subject: &Subject, at: Time) {
        self.put_ranked(subject, Facet::Outcome, "", at, 0, Value::Outcome(Outcome::Queued));
        self.put(subject, Facet::QueuedAt, at, Value::Time(at));
    }

    fn started(&mut self, kind: Kind, key: &str, run: &str, try_number: u32) {
        let at = self.occurrence();
        let subject = self.attempt(kind, key, run, try_number, at);
        self.started_at(&subject, at);
    }

    fn started_at(&mut self, subject: &Subject, at: Time) {
        self.put_ranked(subject, Facet::Outcome, "", at, 1, Value::Outcome(Outcome::Running));
        self.put(subject, Facet::StartedAt, at, Value::Time(at));
    }

    fn finished(&mut self, kind: Kind, d: &AttemptFinished) {
        let timed = self.time.is_some();
        let at = self.occurrence();
        let queued = d.queued_at.map(|time| self.clamp(time));
        let started = d.started_at.map(|time| self.clamp(time));
        let first = [queued, started, Some(at)].into_iter().flatten().min().unwrap_or(at);
        let subject = self.attempt(kind, &d.key, &d.run, d.r#try.unwrap_or(1), first);
        if let Some(queued) = queued {
            self.queued_at(&subject, queued);
        }
        if let Some(started) = started {
            self.started_at(&subject, started);
        }
        self.put_ranked(&subject, Facet::Outcome, "", at, 2, Value::Outcome(d.outcome));
        let seen = if timed { Provenance::Recorded } else { Provenance::Inferred };
        self.put(&subject, Facet::Provenance, at, Value::Provenance(d.provenance.unwrap_or(seen)));
        self.text(&subject, Facet::Error, at, d.error.as_ref());
        self.text(&subject, Facet::Reason, at, d.reason.as_ref());
        self.text(&subject, Facet::Commit, at, d.commit.as_ref());
    }
}

/// The natural key of a violation.
#[must_use]
pub fn violation_key(rule: &str, from: &str, to: Option<&str>) -> String {
    format!("{rule}|{from}|{}", to.unwrap_or(""))
}
