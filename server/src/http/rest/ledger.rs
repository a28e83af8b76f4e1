//! What people decided: policy, rules, baseline, overrides, suppressions, quarantine, recorded verdicts.

use super::ask::{AsOfQuery, Listed, ProblemBody, part};
use crate::http::{Asked, HttpState, IterationName, Problem};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use shared::event::Book;
use shared::event::data::Topic;
use shared::graph::LedgerRecord;
use shared::lens::acc::{Accepted, Rule, Suppression};
use shared::lens::bdv::Quarantine;
use shared::time::Time;
use utoipa::ToSchema;

/// A record of a ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Record {
    /// Its id.
    id: String,
    /// Why.
    reason: Option<String>,
    /// Token of who answers for it.
    actor: Option<String>,
    /// Streams it covers; empty for all.
    scope: Vec<String>,
    /// From when it counts.
    since: Time,
    /// Until when.
    expires_at: Option<Time>,
    /// Whether it counts at the `AsOf`.
    in_force: bool,
    /// The document of a decision.
    record: Option<Value>,
    /// Position of its event.
    position: u64,
}

fn records(ledger: &[LedgerRecord], book: Book, valid: Time) -> Vec<Record> {
    let of_book = ledger.iter().filter(|record| record.book == book);
    of_book
        .map(|record| Record {
            id: record.id.clone(),
            reason: record.reason.clone(),
            actor: record.actor.clone(),
            scope: record.scope.clone(),
            since: record.since,
            expires_at: record.expires_at,
            in_force: record.in_force(valid),
            record: record.body.as_deref().and_then(|body| serde_json::from_str(body).ok()),
            position: record.position,
        })
        .collect()
}

read! {
    /// Overrides that have not been revoked.
    overrides, "convergence", "overrides", "/iterations/{iteration}/overrides",
    Vec<Record>, |analysis| {
        let scene = &analysis.scene;
        records(&scene.ledger, Book::Override, scene.as_of.valid)
    }
}
read! {
    /// Verdicts as they were given.
    decisions, "convergence", "decisions", "/iterations/{iteration}/decisions",
    Vec<Record>, |analysis| {
        let scene = &analysis.scene;
        records(&scene.ledger, Book::Decision, scene.as_of.valid)
    }
}
read! {
    /// Suppressions with what they cover.
    suppressions, "architecture", "suppressions", "/iterations/{iteration}/suppressions",
    Vec<Suppression>, |analysis| analysis.acc.suppressions.clone()
}
read! {
    /// Quarantine records with whether they count.
    quarantine, "behaviour", "quarantine", "/iterations/{iteration}/quarantine",
    Vec<Quarantine>, |analysis| analysis.bdv.quarantine.clone()
}

read! {
    /// The baseline in force; null where there is none.
    baseline, "architecture", "baseline", "/iterations/{iteration}/baseline",
    Option<Accepted>, |analysis| analysis.acc.baseline.clone()
}

/// The rules of the architecture.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct RulesInForce {
    /// The TOML document of those that are evaluated here; absent where there is none.
    document: Option<String>,
    /// Those and the ones that tools state, by id, with how often each is broken.
    rules: Vec<Rule>,
}

read! {
    /// The rules of the architecture, evaluated here or by tools.
    rules, "architecture", "rules", "/iterations/{iteration}/rules",
    RulesInForce, |analysis| RulesInForce {
        document: analysis.scene.context.get(Topic::Rules.as_str()).map(|document| document.body.clone()),
        rules: analysis.acc.rules.clone(),
    }
}

/// The policy in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PolicyInForce {
    /// Its digest, as in verdict records.
    digest: String,
    /// The TOML document; absent where the engine's built-in policy counts.
    document: Option<String>,
}

/// The policy in force at an `AsOf`.
#[utoipa::path(get, path = "/iterations/{iteration}/policy", tag = "convergence", operation_id = "policy",
    params(("iteration" = String, Path), AsOfQuery),
    responses((status = 200, body = Listed<PolicyInForce>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn policy(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    part(&state.service, &iteration, &question, &headers, |answer| {
        let document = answer.analysis.scene.context.get(Topic::Policy.as_str());
        Ok(PolicyInForce {
            digest: answer.analysis.verdict.policy_digest.clone(),
            document: document.map(|document| document.body.clone()),
        })
    })
    .await
}
