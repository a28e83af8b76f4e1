//! Plays a recorded day in live: its events, moved to now and sped up, through the real ingest.
//!
//! Times within the events move with them, so the day reads as if it happened just now; a batch's closing event
//! gets the digest of what it closes anew. The server's own context events are left to the server. Played once.

use crate::cli::print::{count, say};
use crate::clock::Clock;
use crate::ingest::{Ingest, SERVER_SOURCE};
use crate::store::Writer;
use serde_json::Value;
use shared::event::{BatchDigest, Data, Event, Logged, Refusal, decode_value, event_json};
use shared::time::Time;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The iteration that it becomes.
const ITERATION: &str = "Demo-Live";
/// Events that are due within this time of each other come together.
const TOGETHER: Duration = Duration::from_millis(200);

/// How the recorded day maps to the time it is played in.
#[derive(Debug, Clone, Copy)]
struct Moved {
    /// When the recording begins.
    from: Time,
    /// How long it is, in microseconds.
    length: i64,
    /// When it is played.
    to: Time,
    /// How long that takes, in microseconds.
    played: i64,
}

/// An event of the play.
#[derive(Debug, Clone, PartialEq)]
struct Due {
    after: Duration,
    writer: Writer,
    event: Event,
}

/// Plays `logged` within `length`. Says so at the beginning and at the end.
pub(super) async fn play(ingest: Ingest, logged: Vec<Logged>, length: Duration) {
    let due = match moved(&logged, Clock::wall().now(), length) {
        Ok(due) => due,
        Err(refusal) => return say(&format!("{ITERATION} cannot be played: {refusal}")),
    };
    let events = count(due.len() as u64, "event", "events");
    say(&format!("{ITERATION} plays a day of {events} within {} s, then stays", length.as_secs_f64()));
    let started = Instant::now();
    let mut rest = due.as_slice();
    while let Some(first) = rest.first() {
        let together =
            |next: &Due| next.after <= first.after.saturating_add(TOGETHER) && next.writer == first.writer;
        let n = rest.iter().take_while(|next| together(next)).count();
        let (now, later) = rest.split_at(n);
        sleep_until(started + now.last().map_or(first.after, |last| last.after)).await;
        let events = now.iter().map(|due| due.event.clone()).collect();
        match ingest.events(events, first.writer.clone()).await {
            Ok(receipt) if receipt.rejected == 0 => {}
            Ok(receipt) => tracing::warn!(rejected = receipt.rejected, "events of the play were rejected"),
            Err(error) => return say(&format!("{ITERATION} stops: {error}")),
        }
        rest = later;
    }
    say(&format!("{ITERATION} has been played"));
}

/// The events of `logged` as they are to be played from `to` on.
fn moved(logged: &[Logged], to: Time, length: Duration) -> Result<Vec<Due>, Refusal> {
    let from = logged.first().map_or(to, |first| first.recorded_at);
    let until = logged.last().map_or(from, |last| last.recorded_at);
    let played = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    let clock = Moved { from, length: (until.0 - from.0).max(1), to, played };
    let mut batches: BTreeMap<String, BatchDigest> = BTreeMap::new();
    let mut due = Vec::with_capacity(logged.len());
    for logged in logged.iter().filter(|logged| logged.event.identity.source != SERVER_SOURCE) {
        let mut json = Value::Object(event_json(&logged.event));
        clock.move_times(&mut json);
        json["iteration"] = Value::from(ITERATION);
        let mut event = decode_value(json, None)?;
        match &mut event.data {
            Data::BatchClosed(closed) => {
                let digest = batches.remove(&closed.batch).unwrap_or_default();
                closed.digest = digest.value().to_string();
            }
            _ => {
                if let Some(batch) = &event.batch {
                    let digest = batches.entry(batch.clone()).or_default();
                    digest.add(event.identity.hash(), event.content_hash());
                }
            }
        }
        let after = clock.at(logged.recorded_at).0.saturating_sub(to.0);
        due.push(Due {
            after: Duration::from_micros(u64::try_from(after).unwrap_or(0)),
            writer: Writer { actor: logged.actor.clone(), steward: logged.steward },
            event,
        });
    }
    Ok(due)
}

impl Moved {
    /// Where an instant of the recording lies in the play.
    fn at(&self, time: Time) -> Time {
        let offset = i128::from(time.0) - i128::from(self.from.0);
        let scaled = offset * i128::from(self.played) / i128::from(self.length);
        self.to.plus(i64::try_from(scaled).unwrap_or(i64::MAX)).min(Time::MAX)
    }

    /// Moves every text that is an instant. Recurses over decoded events only, which are bounded in depth.
    fn move_times(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Ok(time) = Time::parse(text) {
                    *text = self.at(time).to_string();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.move_times(item)),
            Value::Object(map) => map.values_mut().for_each(|item| self.move_times(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
