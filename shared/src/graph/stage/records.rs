//! The iteration itself, its ledgers and its contexts.

use super::{Winners, number, text, time};
use crate::event::{Book, Facet, Value};
use crate::graph::scene::{ContextDocument, FixProposal, IterationState, LedgerRecord, Scene};

/// An iteration of which nothing is known: open, because its first event opens it.
pub(super) fn unknown_iteration() -> IterationState {
    IterationState { open: true, ..IterationState::default() }
}

/// What is known of the iteration.
pub(super) fn iteration(winners: Winners<'_>) -> IterationState {
    let mut iteration = unknown_iteration();
    for held in winners {
        match (held.facet, held.value) {
            (Facet::Active, Value::Flag(open)) => iteration.open = open,
            (Facet::Commit, value) => iteration.commit = text(value),
            (Facet::Name, value) => iteration.title = text(value),
            (Facet::Predecessor, value) => iteration.predecessor = text(value),
            _ => {}
        }
    }
    iteration
}

/// Puts a record where it belongs: among those that were not revoked, or among those that were.
pub(super) fn record(scene: &mut Scene, book: Book, id: &str, winners: Winners<'_>) {
    let Some(active) = winners.iter().find(|held| held.facet == Facet::Active) else {
        // The record itself was carried over: its grant stands in an earlier iteration's log.
        scene.fixes.extend(fix(&winners).map(|fix| (id.to_owned(), fix)));
        return;
    };
    if active.value != Value::Flag(true) {
        scene.revoked.insert((book, id.to_owned()));
        return;
    }
    let mut record = LedgerRecord {
        book,
        id: id.to_owned(),
        reason: None,
        target: None,
        rule: None,
        scope: Vec::new(),
        actor: None,
        since: active.valid,
        expires_at: None,
        body: None,
        ticket: None,
        fix: None,
        position: active.position,
    };
    let (mut digest, mut settings) = (None, Vec::new());
    record.fix = fix(&winners);
    for held in winners {
        match (held.facet, held.value) {
            (Facet::Reason, value) => record.reason = text(value),
            (Facet::Target, value) => record.target = text(value),
            (Facet::Rule, value) => record.rule = text(value),
            (Facet::Tags, Value::Texts(streams)) => record.scope = streams,
            (Facet::Actor, value) => record.actor = text(value),
            (Facet::Expires, value) => record.expires_at = time(&value),
            (Facet::Body, value) => record.body = text(value),
            (Facet::Digest, value) => digest = text(value),
            (Facet::Settings, Value::Texts(lines)) => settings = lines,
            (Facet::Ticket, value) => record.ticket = text(value),
            _ => {}
        }
    }
    match (book, digest, record.body.take()) {
        // A document whose body lies in a blob counts once the blob is there; then its body is in the cell.
        (Book::Context, Some(digest), Some(body)) => {
            let position = record.position;
            scene.context.insert(id.to_owned(), ContextDocument { digest, body, settings, position });
        }
        (Book::Context, _, _) => {}
        (_, _, body) => scene.ledger.push(LedgerRecord { body, ..record }),
    }
}

/// The fix proposed for a record, if one was.
fn fix(winners: &Winners<'_>) -> Option<FixProposal> {
    let of = |facet: Facet| winners.iter().find(|held| held.facet == facet);
    let commit = of(Facet::Commit)?;
    let reruns = of(Facet::Reruns).and_then(|reruns| number(&reruns.value));
    Some(FixProposal { commit: text(commit.value.clone())?, reruns, since: commit.valid })
}
