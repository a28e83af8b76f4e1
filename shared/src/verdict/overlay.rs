//! Overrides: shown beside the computed verdict, never instead of it.

use super::{OverrideInForce, StreamState, StreamStates};
use crate::event::Book;
use crate::graph::LedgerRecord;
use crate::id::Stream;
use crate::time::Time;
use crate::verdict::context::Context;

/// The override that counts at `valid`, if those in force cover every stream that does not pass.
///
/// A record without a scope covers all streams; several may cover them together. Of those that do, the newest
/// is the one shown (ties: greatest id).
pub(super) fn in_force(context: &Context, valid: Time, streams: &StreamStates) -> Option<OverrideInForce> {
    let records: Vec<&LedgerRecord> =
        context.records(Book::Override).filter(|record| record.in_force(valid)).collect();
    let covers = |record: &LedgerRecord, stream: Stream| {
        record.scope.is_empty() || record.scope.iter().any(|name| name == stream.as_str())
    };
    let open: Vec<Stream> =
        Stream::ALL.into_iter().filter(|&stream| streams.get(stream).state != StreamState::Pass).collect();
    if !open.iter().all(|&stream| records.iter().any(|record| covers(record, stream))) {
        return None;
    }
    let useful =
        |record: &&&LedgerRecord| open.is_empty() || open.iter().any(|&stream| covers(record, stream));
    let newest = records.iter().filter(useful).max_by_key(|record| (record.since, &record.id))?;
    Some(OverrideInForce {
        id: newest.id.clone(),
        actor: newest.actor.clone(),
        reason: newest.reason.clone().unwrap_or_default(),
        scope: newest.scope.clone(),
        since: newest.since,
        expires_at: newest.expires_at,
    })
}
