//! REST: every answer as JSON under `/api/v1`, described by a generated OpenAPI 3.1 document.
//!
//! Handlers are thin: they read the question, ask the board, and pick a part of the answer. Every read takes
//! `v` and `k`, resolves them once and echoes them as `as_of`. Every error is a problem (RFC 9457).
//!
//! Not here: how events come in, segments and live frames (`http::{events, segments, live}`), who may.

#[macro_use]
mod read;

mod architecture;
mod ask;
mod behaviour;
mod convergence;
mod execution;
mod export;
pub(crate) mod iterations;
mod ledger;
mod letters;
mod log;
mod record;

pub(super) use ask::ProblemBody;

use super::HttpState;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the document says of itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tri-Modal Mission Control",
        description = "May we deploy, if not why, and what did we know when. Every read takes `v` (valid time, \
                       RFC 3339) and `k` (known time: RFC 3339 or a log position); absent means now.",
        license(name = "Apache-2.0")
    ),
    tags(
        (name = "iterations", description = "Candidates for deployment"),
        (name = "execution", description = "DDE: tasks, attempts, contracts, artifacts"),
        (name = "behaviour", description = "BDV: scenarios, attempts, flakes, quarantine, requirements"),
        (name = "architecture", description = "ACC: modules, imports, components, violations, suppressions"),
        (name = "convergence", description = "Verdict, key figures, links, policy, overrides"),
        (name = "log", description = "Events, segments, dead letters, search, export"),
    )
)]
struct Document;

/// All operations, relative to `/api/v1`, with their description.
#[must_use]
pub fn router() -> OpenApiRouter<HttpState> {
    let reads = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(iterations::list))
        .routes(routes!(iterations::get))
        .routes(routes!(iterations::lens))
        .routes(routes!(iterations::diff_answers))
        .routes(routes!(execution::tasks))
        .routes(routes!(execution::task))
        .routes(routes!(execution::attempts))
        .routes(routes!(execution::dependencies))
        .routes(routes!(execution::contracts))
        .routes(routes!(execution::artifacts))
        .routes(routes!(behaviour::scenarios))
        .routes(routes!(behaviour::scenario))
        .routes(routes!(behaviour::attempts))
        .routes(routes!(behaviour::flakes))
        .routes(routes!(behaviour::requirements))
        .routes(routes!(behaviour::coverage))
        .routes(routes!(architecture::modules))
        .routes(routes!(architecture::module))
        .routes(routes!(architecture::imports))
        .routes(routes!(architecture::components))
        .routes(routes!(architecture::groups))
        .routes(routes!(architecture::violations));
    reads
        .routes(routes!(convergence::kpis))
        .routes(routes!(convergence::verdict))
        .routes(routes!(convergence::reasons))
        .routes(routes!(convergence::explanation))
        .routes(routes!(convergence::history))
        .routes(routes!(convergence::links))
        .routes(routes!(convergence::evidence))
        .routes(routes!(convergence::spine))
        .routes(routes!(ledger::policy, record::set_policy))
        .routes(routes!(ledger::rules, record::set_rules))
        .routes(routes!(ledger::baseline, record::grow_baseline))
        .routes(routes!(ledger::overrides, record::add_override))
        .routes(routes!(record::revoke_override))
        .routes(routes!(ledger::suppressions, record::add_suppression))
        .routes(routes!(record::revoke_suppression))
        .routes(routes!(ledger::quarantine, record::add_quarantine))
        .routes(routes!(record::revoke_quarantine))
        .routes(routes!(record::propose_fix))
        .routes(routes!(ledger::decisions, record::record_decision))
        .routes(routes!(log::events))
        .routes(routes!(log::event))
        .routes(routes!(log::details))
        .routes(routes!(log::types))
        .routes(routes!(log::history))
        .routes(routes!(log::search))
        .routes(routes!(letters::list))
        .routes(routes!(letters::get, letters::discard))
        .routes(routes!(letters::replay))
        .routes(routes!(export::table))
        .routes(routes!(export::sarif_log))
        .routes(routes!(export::junit_report))
        .routes(routes!(export::verdict_statement))
        .routes(routes!(export::evidence_bundle))
        .routes(routes!(super::events::take_in))
        .routes(routes!(super::segments::manifest))
        .routes(routes!(super::segments::segment))
        .routes(routes!(super::segments::tail))
        .routes(routes!(super::live::socket))
        .routes(routes!(super::live::server_sent))
}
