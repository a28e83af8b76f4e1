//! The scene: the winners at an `AsOf` as typed values, sorted, with the positions they rest on.

use crate::event::{Baseline, Book, ContractState, Outcome, Provenance, Severity, Waiver};
use crate::id::{AttemptId, EntityId, Kind, LinkId, Stream};
use crate::order::{Map, Set};
use crate::time::{AsOf, Position, Time};
use serde::{Deserialize, Serialize};

/// Everything present at an `AsOf`, before correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The question.
    pub as_of: AsOf,
    /// The iteration itself.
    pub iteration: IterationState,
    /// Present entities by id; an entity is present while any evidence says so.
    pub entities: Map<EntityId, Entity>,
    /// Present links that producers declared, sorted by id.
    pub links: Vec<DeclaredLink>,
    /// Runs, explicit (a run event) or implied (attempts that name one), sorted by stream and key.
    pub runs: Vec<Run>,
    /// The winning picture of each scope, sorted by scope.
    pub pictures: Vec<Picture>,
    /// Batches whose items do not count yet, sorted by id.
    pub open_batches: Vec<OpenBatch>,
    /// Ledger records that have not been revoked, expired or not, sorted by book and id.
    pub ledger: Vec<LedgerRecord>,
    /// Records that were revoked here, also such as were carried over from an earlier iteration.
    pub revoked: Set<(Book, String)>,
    /// Fixes proposed here for records that were carried over, by the record's id.
    pub fixes: Map<String, FixProposal>,
    /// Context documents by topic.
    pub context: Map<String, ContextDocument>,
}

impl Scene {
    /// Present entities of `kind`, by key.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Entity> {
        let start = EntityId::new(kind, "");
        self.entities
            .range(start..)
            .map(|(_, entity)| entity)
            .take_while(move |entity| entity.id.kind == kind)
    }
}

/// What is known of the iteration itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IterationState {
    /// False once it was closed.
    pub open: bool,
    /// Source revision.
    pub commit: Option<String>,
    /// Human title.
    pub title: Option<String>,
    /// The iteration before.
    pub predecessor: Option<String>,
}

/// A present entity with its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: Option<String>,
    /// File or folder.
    pub path: Option<String>,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// Key of the workflow, spec, folder or crate it lies in.
    pub group: Option<String>,
    /// Source revision.
    pub commit: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Content digest.
    pub digest: Option<String>,
    /// Severity of a rule or violation.
    pub severity: Option<Severity>,
    /// Whether the plan names it: then it must report.
    pub planned: bool,
    /// Whether a module is outside of the project.
    pub external: bool,
    /// Types in a module.
    pub types: Option<u32>,
    /// Abstract types in a module.
    pub abstract_types: Option<u32>,
    /// State of a contract.
    pub contract: Option<ContractState>,
    /// When a contract was proposed.
    pub proposed_at: Option<Time>,
    /// When a contract was locked last.
    pub locked_at: Option<Time>,
    /// Every instant at which it was locked, ascending.
    pub locks: Vec<Time>,
    /// Rule of a violation.
    pub rule: Option<String>,
    /// Where a violation starts.
    pub from: Option<String>,
    /// Where a violation ends.
    pub to: Option<String>,
    /// Explanation.
    pub reason: Option<String>,
    /// Prose; of a violation, why its tool suppresses it.
    pub text: Option<String>,
    /// What its tool knows of its own suppressions of a violation.
    pub waiver: Option<Waiver>,
    /// How a violation stands to its tool's baseline.
    pub baseline: Option<Baseline>,
    /// Tries, by start time; `n` counts from 1.
    pub attempts: Vec<Attempt>,
    /// Who says that it is there: sources and scopes of pictures, sorted.
    pub witnesses: Vec<String>,
    /// Positions of the winning facts, ascending, without duplicates.
    pub rests_on: Vec<Position>,
    /// Since when it says all that it says; kept for what links can be stale about.
    pub settled_at: Position,
    /// When its name, text or version last became another; `None` if they never did.
    pub changed_at: Option<Position>,
}

impl Entity {
    /// An entity of which nothing is known but that it is there.
    #[must_use]
    pub fn named(id: EntityId) -> Self {
        Self {
            id,
            name: None,
            path: None,
            tags: Vec::new(),
            group: None,
            commit: None,
            version: None,
            digest: None,
            severity: None,
            planned: false,
            external: false,
            types: None,
            abstract_types: None,
            contract: None,
            proposed_at: None,
            locked_at: None,
            locks: Vec::new(),
            rule: None,
            from: None,
            to: None,
            reason: None,
            text: None,
            waiver: None,
            baseline: None,
            attempts: Vec::new(),
            witnesses: Vec::new(),
            rests_on: Vec::new(),
            settled_at: 0,
            changed_at: None,
        }
    }
}

/// One try at an `AsOf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its key.
    pub id: AttemptId,
    /// Number among the tries of its task or scenario, from 1, by start time.
    pub n: u32,
    /// How it ended, or how far it is.
    pub outcome: Outcome,
    /// When it was queued.
    pub queued_at: Option<Time>,
    /// When it started; `None` if nobody recorded it.
    pub started_at: Option<Time>,
    /// When it ended; `None` while it runs and for untimed tries.
    pub finished_at: Option<Time>,
    /// How much of it was seen.
    pub provenance: Provenance,
    /// First 256 bytes of the error.
    pub error: Option<String>,
    /// Why the outcome is what it is.
    pub reason: Option<String>,
    /// Source revision it ran on.
    pub commit: Option<String>,
    /// Position of the fact that decided the outcome.
    pub position: Position,
}

/// A link that producers declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredLink {
    /// What it connects.
    pub id: LinkId,
    /// One piece per source and rule that sees it, sorted by rule.
    pub evidence: Vec<Evidence>,
    /// References behind an import by dependency kind (`normal`, `build`, `dev`); empty otherwise.
    pub weights: Map<String, u32>,
    /// Since when the newest of its evidence says what it says. A matter of all that was said, not of the winners
    /// alone, so no part of the evidence, which stays as it is while the winners do.
    pub since: Position,
}

/// One reason to believe in a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Rule that found it, `declared` for a plain statement.
    pub rule: String,
    /// Confidence in millionths.
    pub confidence: u32,
    /// One sentence.
    pub text: String,
    /// Positions it rests on, ascending.
    pub rests_on: Vec<Position>,
    /// Version or fingerprint of the target that it was made or last reviewed against.
    pub against: Option<String>,
    /// Whether a producer states it; else a rule derived it.
    pub declared: bool,
}

/// A run of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its stream.
    pub stream: Stream,
    /// Its key.
    pub key: String,
    /// [`Outcome::Running`] while open. An implied run is open while any of its tries is.
    pub outcome: Outcome,
    /// When it started.
    pub started_at: Option<Time>,
    /// When it was closed.
    pub finished_at: Option<Time>,
    /// Human name.
    pub name: Option<String>,
    /// Source revision.
    pub commit: Option<String>,
    /// Why it ended so.
    pub reason: Option<String>,
    /// Whether a run event said so, not only its tries.
    pub explicit: bool,
    /// Position that decided the outcome.
    pub position: Position,
}

/// The winning picture of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is all of.
    pub scope: String,
    /// Stream it is evidence for.
    pub stream: Option<Stream>,
    /// Batch that is the picture.
    pub batch: String,
    /// From when it holds.
    pub valid: Time,
    /// Position from which it is known.
    pub position: Position,
}

/// A batch that has items but does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBatch {
    /// Its id.
    pub batch: String,
    /// Items seen.
    pub items: u32,
    /// Items its closing event names, once that is there.
    pub expected: Option<u32>,
}

/// A record of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRecord {
    /// Which ledger.
    pub book: Book,
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: Option<String>,
    /// Violation key, scenario key; `None` for the whole.
    pub target: Option<String>,
    /// Rule of a suppression.
    pub rule: Option<String>,
    /// Streams of an override; patterns of the modules in which a suppression covers its rule; empty for all.
    pub scope: Vec<String>,
    /// Token of who answers for it.
    pub actor: Option<String>,
    /// From when it counts.
    pub since: Time,
    /// Until when; it counts while V is before that.
    pub expires_at: Option<Time>,
    /// Document of a decision.
    pub body: Option<String>,
    /// Where the repair of a quarantined scenario is followed.
    pub ticket: Option<String>,
    /// The fix that was proposed for a quarantined scenario.
    pub fix: Option<FixProposal>,
    /// Position it was recorded at.
    pub position: Position,
}

impl LedgerRecord {
    /// Whether it counts at `valid`.
    #[must_use]
    pub fn in_force(&self, valid: Time) -> bool {
        self.since <= valid && self.expires_at.is_none_or(|end| valid < end)
    }
}

/// A commit that claims to end a flake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixProposal {
    /// The commit.
    pub commit: String,
    /// Passing reruns on it that prove the fix; the policy's number if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reruns: Option<u32>,
    /// When it was proposed.
    pub since: Time,
}

/// A context document in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextDocument {
    /// Hash of the body.
    pub digest: String,
    /// The document.
    pub body: String,
    /// What a policy or rules say, as [`crate::verdict::policy::settings_of`] or [`crate::rules::settings_of`] read
    /// them; empty for other documents.
    pub settings: Vec<String>,
    /// Position it was recorded at.
    pub position: Position,
}
