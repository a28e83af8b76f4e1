//! The `data` of every event type, one struct each. Unknown fields are refused, so that a typing error is
//! reported and not lost. Fields are the field's standard terms; times are RFC 3339.

use super::fact::{Dependency, Outcome, Provenance, Severity};
use crate::id::{EntityId, LinkKind, Name, Stream};
use crate::time::Time;
use serde::{Deserialize, Serialize};

macro_rules! data {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $ty:ty $(= $default:literal)?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* $(#[serde(default = $default)])? pub $field: $ty),* }
    };
}

fn first_try() -> u32 {
    1
}
fn one() -> u32 {
    1
}

/// An optional field that is left out when empty.
macro_rules! optional_data {
    ($(#[$doc:meta])* $name:ident { $($(#[$must_doc:meta])* $must:ident : $must_ty:ty),* $(,)? ; $($(#[$field_doc:meta])* $field:ident : $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$must_doc])* pub $must: $must_ty,)*
            $($(#[$field_doc])* #[serde(default, skip_serializing_if = "is_empty")] pub $field: $ty,)*
        }
    };
}

/// Whether a field says nothing and can be left out of the canonical form.
pub(crate) trait Emptiness {
    /// True for `None` and for an empty list.
    fn says_nothing(&self) -> bool;
}
impl<T> Emptiness for Option<T> {
    fn says_nothing(&self) -> bool {
        self.is_none()
    }
}
impl<T> Emptiness for Vec<T> {
    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}
impl Emptiness for bool {
    fn says_nothing(&self) -> bool {
        !self
    }
}
fn is_empty<T: Emptiness>(field: &T) -> bool {
    field.says_nothing()
}

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

/// Which document a context carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// Policy TOML.
    Policy,
    /// Architecture rules.
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
optional_data! {
    /// One packed fact: like an event of its type, without an envelope of its own.
    Item {
        /// Event type, any of the catalogue except packed facts and batches.
        #[serde(rename = "type")]
        kind: String,
        /// Its data.
        data: serde_json::Value,
    ;
        /// When it happened.
        time: Option<Time>,
    }
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
optional_data! {
    /// A group of tasks.
    WorkflowDeclared {
        /// Natural key.
        workflow: String,
    ;
        /// Human name.
        name: Option<String>,
    }
}
optional_data! {
    /// A task there is, or will be.
    TaskDeclared {
        /// Natural key.
        task: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Workflow it lies in.
        workflow: Option<String>,
        /// Tasks it waits for.
        depends_on: Vec<String>,
        /// Specs it implements.
        implements: Vec<String>,
        /// Files it works on.
        paths: Vec<String>,
        /// Tags.
        tags: Vec<String>,
        /// Whether the plan demands it: then it must report.
        planned: bool,
    }
}
data! {
    /// A try of a task or scenario waits for a worker, since `time`.
    AttemptQueued {
        /// Natural key of the task or scenario.
        key: String,
        /// Run it belongs to.
        run: String,
        /// Try within the run, from 1.
        r#try: u32 = "first_try",
    }
}
data! {
    /// A try begins, at `time`.
    AttemptStarted {
        /// Natural key of the task or scenario.
        key: String,
        /// Run it belongs to.
        run: String,
        /// Try within the run, from 1.
        r#try: u32 = "first_try",
    }
}
optional_data! {
    /// A try is over, at `time`.
    AttemptFinished {
        /// Natural key of the task or scenario.
        key: String,
        /// Run it belongs to.
        run: String,
        /// How it ended.
        outcome: Outcome,
    ;
        /// Try within the run, from 1 (the default).
        r#try: Option<u32>,
        /// When it was queued.
        queued_at: Option<Time>,
        /// When it started.
        started_at: Option<Time>,
        /// What went wrong; beyond 256 bytes it moves to a detail row.
        error: Option<String>,
        /// Why the outcome is what it is: `pending`, `undefined`, `ambiguous`, or a sentence.
        reason: Option<String>,
        /// Source revision of the run.
        commit: Option<String>,
        /// How much of it was seen; by default recorded with a time and inferred without.
        provenance: Option<Provenance>,
    }
}
optional_data! {
    /// A run of a stream begins: the stream is undecided until it is closed.
    RunStarted {
        /// Which stream.
        stream: Stream,
        /// Its key.
        run: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Source revision.
        commit: Option<String>,
    }
}
optional_data! {
    /// A run of a stream is over.
    RunFinished {
        /// Which stream.
        stream: Stream,
        /// Its key.
        run: String,
        /// How: a run can fail although all its tries passed (a broken hook, say).
        outcome: Outcome,
    ;
        /// When it started.
        started_at: Option<Time>,
        /// Why.
        reason: Option<String>,
        /// Source revision.
        commit: Option<String>,
    }
}
optional_data! {
    /// An agreement is offered, at `time`.
    ContractProposed {
        /// Natural key.
        contract: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Tasks, scenarios and modules it binds.
        governs: Vec<EntityId>,
    }
}
optional_data! {
    /// An agreement is settled, at `time`.
    ContractLocked {
        /// Natural key.
        contract: String,
    ;
        /// Version agreed on.
        version: Option<String>,
    }
}
optional_data! {
    /// An agreement was found violated, at `time`.
    ContractBroken {
        /// Natural key.
        contract: String,
    ;
        /// How.
        reason: Option<String>,
    }
}
optional_data! {
    /// Something was made.
    ArtifactProduced {
        /// Natural key.
        artifact: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Version.
        version: Option<String>,
        /// Content digest.
        digest: Option<String>,
        /// Task that made it.
        task: Option<String>,
        /// Modules it is built from.
        modules: Vec<String>,
        /// Source revision.
        commit: Option<String>,
    }
}
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
fn normal() -> Dependency {
    Dependency::Normal
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
    /// A rule is broken. Its natural key is `rule`, `from` and `to` joined by `|`.
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
    }
}
optional_data! {
    /// A typed edge that a producer asserts.
    LinkDeclared {
        /// Meaning.
        kind: LinkKind,
        /// Source.
        from: EntityId,
        /// Target.
        to: EntityId,
    ;
        /// The producer's rule that found it; by default `declared`.
        rule: Option<String>,
        /// Confidence in millionths, 1 to 1,000,000; by default certain.
        confidence: Option<u32>,
        /// What it rests on.
        evidence: Option<String>,
    }
}
optional_data! {
    /// This source no longer sees a link.
    LinkRemoved {
        /// Meaning.
        kind: LinkKind,
        /// Source.
        from: EntityId,
        /// Target.
        to: EntityId,
    ;
        /// The rule that had found it; by default `declared`.
        rule: Option<String>,
    }
}
optional_data! {
    /// This source no longer sees an entity.
    EntityRemoved {
        /// Which.
        entity: EntityId,
    ;
    }
}
optional_data! {
    /// A violation does not block for a while.
    SuppressionGranted {
        /// Id of the record.
        suppression: String,
        /// Why.
        reason: String,
    ;
        /// One violation by its key.
        violation: Option<String>,
        /// Or all of a rule.
        rule: Option<String>,
        /// Who answers for it (a token in the log).
        owner: Option<String>,
        /// Until when; for ever without.
        expires_at: Option<Time>,
    }
}
optional_data! {
    /// A flaky scenario does not gate for a while.
    QuarantineGranted {
        /// Id of the record.
        quarantine: String,
        /// Scenario by its key.
        scenario: String,
        /// Why.
        reason: String,
        /// Until when.
        expires_at: Time,
    ;
        /// Who answers for it (a token in the log).
        owner: Option<String>,
    }
}
optional_data! {
    /// A person takes responsibility for deploying against the computed verdict.
    OverrideRecorded {
        /// Id of the record.
        r#override: String,
        /// Why.
        reason: String,
        /// Until when.
        expires_at: Time,
    ;
        /// Streams it covers; all without.
        scope: Vec<Stream>,
        /// Who (a token in the log); by default the writer.
        actor: Option<String>,
    }
}
optional_data! {
    /// Ends a ledger record before its time.
    RecordRevoked {
        /// Id of the record.
        record: String,
    ;
        /// Why.
        reason: Option<String>,
    }
}
optional_data! {
    /// A verdict as it was given; inert in its own graph.
    DecisionRecorded {
        /// Id of the record.
        decision: String,
        /// The verdict record.
        record: serde_json::Value,
    ;
    }
}
