//! Facts: what an event says about one cell, and the closed sets of values a cell can hold.
//!
//! A cell is (subject, facet, qualifier). Orders and discriminants here are part of digests and of the
//! segment codec: append only.

use crate::id::{AttemptId, EntityId, LinkId, Stream};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// How a try ended, or how far it is.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Outcome {
    /// Did what it should.
    Passed,
    /// Ran and did not.
    Failed,
    /// Could not run properly.
    Error,
    /// Stopped by somebody.
    Cancelled,
    /// Stopped by a time limit.
    TimedOut,
    /// Deliberately not run.
    Skipped,
    /// Started, not ended.
    Running,
    /// Waits for a worker.
    Queued,
    /// Ended without a usable result (pending, undefined, ambiguous steps).
    Unknown,
}

impl Outcome {
    /// All outcomes in digest order.
    pub const ALL: [Outcome; 9] = [
        Outcome::Passed,
        Outcome::Failed,
        Outcome::Error,
        Outcome::Cancelled,
        Outcome::TimedOut,
        Outcome::Skipped,
        Outcome::Running,
        Outcome::Queued,
        Outcome::Unknown,
    ];

    /// Whether the try is over.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Outcome::Running | Outcome::Queued)
    }

    /// Whether the try ran and did not do what it should.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self, Outcome::Failed | Outcome::Error | Outcome::TimedOut)
    }

    /// Snake-case name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Error => "error",
            Outcome::Cancelled => "cancelled",
            Outcome::TimedOut => "timed_out",
            Outcome::Skipped => "skipped",
            Outcome::Running => "running",
            Outcome::Queued => "queued",
            Outcome::Unknown => "unknown",
        }
    }
}

/// How much of an attempt was seen.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Provenance {
    /// With its own times.
    Recorded,
    /// Seen, but its times are those of its recording: drawn without an interval.
    Inferred,
    /// Known only because a later try says so: no times at all.
    Unrecorded,
}

/// How bad a breach is.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Severity {
    /// Blocks, unless suppressed.
    Error,
    /// Reported.
    Warn,
    /// Noted.
    Info,
}

/// What a tool knows of its own suppressions of a violation.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiver {
    /// It is suppressed.
    Accepted,
    /// Somebody asked for it, nobody decided.
    UnderReview,
    /// Somebody asked for it, and it was refused.
    Rejected,
    /// Nobody asked: known not to be suppressed.
    Absent,
}

/// How a violation stands to its tool's own baseline.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// Not in it.
    New,
    /// In it as it is.
    Unchanged,
    /// In it, with other details.
    Updated,
}

/// Enumerations held as text in a cell, by their names in JSON.
macro_rules! named {
    ($($of:ident { $($variant:ident = $name:literal),* })*) => {$(
        impl $of {
            /// Its name, as in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($of::$variant => $name),* }
            }

            /// The one of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some($of::$variant),)* _ => None }
            }
        }
    )*};
}
named! {
    Waiver { Accepted = "accepted", UnderReview = "under_review", Rejected = "rejected", Absent = "absent" }
    Baseline { New = "new", Unchanged = "unchanged", Updated = "updated" }
}

/// What a module uses another one for.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Dependency {
    /// At run time.
    Normal,
    /// To build.
    Build,
    /// To test or develop: legal in cycles.
    Dev,
}

/// Where an agreement stands.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ContractState {
    /// Offered.
    Proposed,
    /// Agreed by all.
    Locked,
    /// Found violated.
    Broken,
}

/// The ledgers: records that are about the iteration rather than in its graph.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Book {
    /// Violations that do not block for a while.
    Suppression,
    /// Scenarios that do not gate for a while.
    Quarantine,
    /// Verdicts set aside by a person.
    Override,
    /// Recorded verdicts; inert.
    Decision,
    /// Policy, rules, baseline, ledger, history.
    Context,
}

impl Book {
    /// All ledgers in digest order.
    pub const ALL: [Book; 5] =
        [Book::Suppression, Book::Quarantine, Book::Override, Book::Decision, Book::Context];
}

/// What a cell is about.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The iteration itself.
    Iteration,
    /// An entity.
    Entity(EntityId),
    /// A try of a task or scenario.
    Attempt(AttemptId),
    /// A declared link.
    Link(LinkId),
    /// A run of a stream, which opens and closes.
    Run(Stream, String),
    /// A ledger record by its id.
    Ledger(Book, String),
}

/// Which side of its subject a cell holds.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Facet {
    /// Whether it is there, per evidence (qualifier: source or scope, then rule). [`Value::Flag`].
    Exists,
    /// Its human name. [`Value::Text`].
    Name,
    /// File or folder. [`Value::Text`].
    Path,
    /// Tags, sorted. [`Value::Texts`].
    Tags,
    /// Key of the workflow, spec or group it lies in. [`Value::Text`].
    Group,
    /// Source revision. [`Value::Text`].
    Commit,
    /// Version of an artifact or requirement. [`Value::Text`].
    Version,
    /// Content digest of an artifact or blob. [`Value::Text`].
    Digest,
    /// [`Value::Severity`].
    Severity,
    /// [`Value::Outcome`]; for a run [`Outcome::Running`] until it is closed.
    Outcome,
    /// When it was queued. [`Value::Time`].
    QueuedAt,
    /// When it started. [`Value::Time`].
    StartedAt,
    /// First 256 bytes of the error. [`Value::Text`].
    Error,
    /// Why, in a word or a sentence: the reason of an outcome, a record, a violation. [`Value::Text`].
    Reason,
    /// [`Value::Provenance`].
    Provenance,
    /// Whether the plan names it. [`Value::Flag`].
    Planned,
    /// [`Value::Contract`].
    Contract,
    /// When a contract was proposed. [`Value::Time`].
    ProposedAt,
    /// When a contract was locked. [`Value::Time`].
    LockedAt,
    /// Number of single references behind an import; qualifier: dependency kind. [`Value::Number`].
    Weight,
    /// Where a violation starts. [`Value::Text`].
    From,
    /// Where a violation ends. [`Value::Text`].
    To,
    /// Rule of a violation or suppression. [`Value::Text`].
    Rule,
    /// Whether a module is outside of the project. [`Value::Flag`].
    External,
    /// Abstract types of a module. [`Value::Number`].
    AbstractTypes,
    /// All types of a module. [`Value::Number`].
    Types,
    /// Confidence of a declared link, in millionths; qualifier: rule id. [`Value::Number`].
    Confidence,
    /// What a declared link rests on; qualifier: rule id. [`Value::Text`].
    Evidence,
    /// When a ledger record ends. [`Value::Time`].
    Expires,
    /// What a ledger record is about: an entity id, a stream, a topic. [`Value::Text`].
    Target,
    /// Token of a person. [`Value::Text`].
    Actor,
    /// Whether a record counts (revoked: false) or an iteration is open. [`Value::Flag`].
    Active,
    /// A document: policy TOML, history JSON, verdict record. [`Value::Text`].
    Body,
    /// Predecessor of an iteration. [`Value::Text`].
    Predecessor,
    /// Prose of a requirement or rule (first 256 bytes). [`Value::Text`].
    Text,
    /// A policy, or rules, as read when their event became facts, so that browsers need no TOML. [`Value::Texts`].
    Settings,
    /// What a tool knows of its own suppressions: the name of a [`Waiver`]. [`Value::Text`].
    Waiver,
    /// How a violation stands to its tool's baseline: the name of a [`Baseline`]. [`Value::Text`].
    Baseline,
    /// Where the repair of a quarantined scenario is followed. [`Value::Text`].
    Ticket,
    /// Passing reruns that prove a proposed fix. [`Value::Number`].
    Reruns,
}

impl Facet {
    /// All facets in digest order.
    pub const ALL: [Facet; 40] = [
        Facet::Exists,
        Facet::Name,
        Facet::Path,
        Facet::Tags,
        Facet::Group,
        Facet::Commit,
        Facet::Version,
        Facet::Digest,
        Facet::Severity,
        Facet::Outcome,
        Facet::QueuedAt,
        Facet::StartedAt,
        Facet::Error,
        Facet::Reason,
        Facet::Provenance,
        Facet::Planned,
        Facet::Contract,
        Facet::ProposedAt,
        Facet::LockedAt,
        Facet::Weight,
        Facet::From,
        Facet::To,
        Facet::Rule,
        Facet::External,
        Facet::AbstractTypes,
        Facet::Types,
        Facet::Confidence,
        Facet::Evidence,
        Facet::Expires,
        Facet::Target,
        Facet::Actor,
        Facet::Active,
        Facet::Body,
        Facet::Predecessor,
        Facet::Text,
        Facet::Settings,
        Facet::Waiver,
        Facet::Baseline,
        Facet::Ticket,
        Facet::Reruns,
    ];
}

/// Between the two parts of an evidence qualifier: no source, scope or rule may hold a control character.
const EVIDENCE_SEPARATOR: char = '\u{1f}';

/// The qualifier of an [`Facet::Exists`] cell: who sees it (source or scope) and by which rule.
#[must_use]
pub fn evidence_qualifier(witness: &str, rule: &str) -> String {
    format!("{witness}{EVIDENCE_SEPARATOR}{rule}")
}

/// Witness and rule of an [`Facet::Exists`] cell's qualifier; the rule is empty if there is none.
#[must_use]
pub fn evidence_parts(qualifier: &str) -> (&str, &str) {
    qualifier.split_once(EVIDENCE_SEPARATOR).unwrap_or((qualifier, ""))
}

/// What a fact says its cell holds.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// An instant.
    Time(Time),
    /// Text.
    Text(String),
    /// Several texts, sorted, without duplicates.
    Texts(Vec<String>),
    /// An outcome.
    Outcome(Outcome),
    /// A provenance.
    Provenance(Provenance),
    /// A severity.
    Severity(Severity),
    /// A contract's state.
    Contract(ContractState),
}

/// Highest rank of a fact.
pub const RANK_MAX: u8 = 3;

/// One statement: at `valid`, this cell holds this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What the cell is about.
    pub subject: Subject,
    /// Which side of it.
    pub facet: Facet,
    /// Evidence, rule or kind that keeps several cells of one facet apart; empty for most.
    pub qualifier: String,
    /// When it happened.
    pub valid: Time,
    /// Order among facts of equal valid time: queued 0, started 1, finished 2, everything else 0.
    pub rank: u8,
    /// What it holds.
    pub value: Value,
}
