//! Data of declared links and of the ledgers.

use crate::id::{EntityId, LinkKind, Stream};
use crate::time::Time;
use serde::{Deserialize, Serialize};

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
        /// Version or fingerprint of the target that the link was made or last reviewed against.
        version: Option<String>,
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
        /// Of a rule only where a violation begins in a module that one of these patterns matches.
        modules: Vec<String>,
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
        /// Where the repair is followed.
        ticket: Option<String>,
    }
}
optional_data! {
    /// A commit claims to end the flake of a quarantined scenario.
    QuarantineFixProposed {
        /// Id of the quarantine record.
        record: String,
        /// The fixing commit.
        commit: String,
    ;
        /// Passing reruns on it that prove the fix; by default the policy's number.
        reruns: Option<u32>,
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
