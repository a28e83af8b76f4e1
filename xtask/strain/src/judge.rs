//! One case: bytes go into a target, and whatever comes of it must be sound.
//!
//! Of every target: no panic, and of an importer at most [`TIMES`] times the input in memory beyond [`FLOOR_BYTES`]. Of an importer
//! also: the batch closes over exactly its events or there is an error with a reason; every event passes the border
//! as the very same event; entries survive a segment; the counts add up; the same bytes give the same batch; and
//! `strict` refuses exactly what has a flaw.

use super::corpus::options;
use super::memory::peak_of;
use super::target::Target;
use shared::event::{BatchDigest, Data, Entry, Event, Logged, decode, event_json, split_detail};
use shared::import::{Format, Imported, import, import_each};
use shared::segment;
use shared::time::Time;
use shared::verdict::policy::Policy;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Memory allowed, in times the input.
pub const TIMES: usize = 8;
/// Memory that the other targets are allowed: what they read is small, and a border bounds it.
const TIMES_ELSEWHERE: usize = 64;
/// Memory allowed beside that: an importer packs up to 400 KiB of facts into an event and holds two of them at a
/// time, each as facts, as text and as what a store will hold, with vectors that double; and it lists up to 1,000 issues.
pub const FLOOR_BYTES: usize = 4 << 20;
/// Larger files are imported once for memory alone: checking every event of them takes longer than it teaches.
const CHECKED_BYTES_MAX: usize = 192 << 10;

/// What is wrong with how `target` takes `bytes`; `None` if nothing is.
pub fn wrong(target: Target, bytes: &[u8]) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| check(target, bytes))) {
        Ok(Ok(())) => None,
        Ok(Err(wrong)) => Some(wrong),
        Err(panic) => Some(format!("panic: {}", said(&*panic))),
    }
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a text")
}

fn check(target: Target, bytes: &[u8]) -> Result<(), String> {
    let ((), peak) = peak_of(|| run(target, bytes));
    let times = if matches!(target, Target::Import(_) | Target::Auto) { TIMES } else { TIMES_ELSEWHERE };
    let allowed = bytes.len() * times + FLOOR_BYTES;
    if peak > allowed {
        return Err(format!(
            "memory: {peak} bytes at most for {} bytes of input, {allowed} allowed",
            bytes.len()
        ));
    }
    match target {
        _ if bytes.len() > CHECKED_BYTES_MAX => Ok(()),
        Target::Import(format) => imports(Some(format), bytes),
        Target::Auto => imports(None, bytes),
        Target::Event => decode(bytes, None).map_or(Ok(()), |event| same_behind_the_border(&event)),
        Target::Segment => survives_a_segment(segment::decode(bytes).unwrap_or_default()),
        Target::Policy => Ok(()),
    }
}

/// Runs the target and drops what it gives, piece by piece.
fn run(target: Target, bytes: &[u8]) {
    let each = |format| drop(import_each(bytes, format, &options(false), &mut |piece| drop(piece)));
    match target {
        Target::Import(format) => each(Some(format)),
        Target::Auto => each(None),
        Target::Event => drop(decode(bytes, None)),
        Target::Segment => drop(segment::decode(bytes)),
        Target::Policy => drop(Policy::parse(&String::from_utf8_lossy(bytes))),
    }
}

fn imports(format: Option<Format>, bytes: &[u8]) -> Result<(), String> {
    let read = import(bytes, format, &options(false));
    if import(bytes, format, &options(false)) != read {
        return Err("the same bytes give another batch the second time".to_owned());
    }
    let strict = import(bytes, format, &options(true));
    let imported = match (read, strict) {
        (Err(error), Err(_)) if !error.reason.is_empty() => return Ok(()),
        (Err(error), Err(_)) => return Err(format!("an error without a reason at line {}", error.line)),
        (Err(error), Ok(_)) => return Err(format!("strict takes what is refused otherwise: {error}")),
        (Ok(imported), Ok(strict)) if strict != imported => {
            return Err("strict reads the file differently".to_owned());
        }
        (Ok(imported), Ok(_)) if imported.report.rejected > 0 => {
            return Err(format!("strict takes a file with {} rejected items", imported.report.rejected));
        }
        (Ok(imported), _) => imported,
    };
    adds_up(&imported)?;
    if imported.report.format != Format::Events {
        closes(&imported.events)?;
    }
    imported.events.iter().try_for_each(same_behind_the_border)?;
    survives_a_segment(entries(&imported.events))
}

/// Counts and events tell the same.
fn adds_up(imported: &Imported) -> Result<(), String> {
    let report = &imported.report;
    let carried: u64 = imported.carries.iter().sum();
    if imported.carries.len() != imported.events.len() {
        return Err(format!("{} events, {} counts", imported.events.len(), imported.carries.len()));
    }
    if carried + report.rejected + report.unknown != report.read {
        let (rejected, unknown, read) = (report.rejected, report.unknown, report.read);
        return Err(format!("{carried} used, {rejected} rejected, {unknown} unknown, but {read} read"));
    }
    let listed = report.issues.len();
    if listed > 1_001 || (report.rejected > 0 && listed == 0) {
        return Err(format!("{} rejected, {listed} issues", report.rejected));
    }
    Ok(())
}

/// The last event closes the batch over all others, as a store will hold them.
fn closes(events: &[Event]) -> Result<(), String> {
    let Some((last, items)) = events.split_last() else {
        return Err("a batch without a closing event".to_owned());
    };
    let Data::BatchClosed(closed) = &last.data else {
        return Err(format!("the last event is {}", last.data.type_name()));
    };
    let mut digest = BatchDigest::default();
    for event in items {
        let mut held = event.clone();
        split_detail(&mut held, &[0; 32]);
        digest.add(held.identity.hash(), held.content_hash());
        if event.batch.as_ref() != Some(&closed.batch) {
            return Err(format!("{} is of another batch", event.identity.id));
        }
    }
    let digest = digest.value().to_string();
    if (closed.count as usize, &closed.digest) != (items.len(), &digest) {
        let (count, closed) = (closed.count, &closed.digest);
        return Err(format!("closed over {count} events {closed}, there are {} of {digest}", items.len()));
    }
    Ok(())
}

/// What is said in JSON is taken back as the same event.
fn same_behind_the_border(event: &Event) -> Result<(), String> {
    let text = serde_json::Value::Object(event_json(event)).to_string();
    match decode(text.as_bytes(), None) {
        Err(refusal) => Err(format!("an event that does not pass the border: {refusal}: {}", clip(&text))),
        Ok(taken) if taken.content_hash() != event.content_hash() => {
            Err(format!("an event that is another behind the border: {}", clip(&text)))
        }
        Ok(_) => Ok(()),
    }
}

fn clip(text: &str) -> String {
    text.chars().take(600).collect()
}

fn entries(events: &[Event]) -> Vec<Entry> {
    let entry = |(n, event): (usize, &Event)| {
        let logged = Logged {
            position: n as u64 + 1,
            recorded_at: Time(1_795_000_000_000_000),
            actor: None,
            steward: false,
            event: event.clone(),
        };
        Entry::from_logged(&logged)
    };
    events.iter().enumerate().map(entry).collect()
}

/// Entries are the same when they come back from a segment.
fn survives_a_segment(entries: Vec<Entry>) -> Result<(), String> {
    match segment::decode(&segment::encode(&entries)) {
        Ok(back) if back == entries => Ok(()),
        Ok(_) => Err("entries that are others when they come back from a segment".to_owned()),
        Err(error) => Err(format!("entries that do not come back from a segment: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files that took too much memory once, each a piece repeated: target, what stands before, the piece, how often,
    /// what stands behind.
    const HEAVY: &[(&str, &str, &str, usize, &str)] = &[
        (
            // The same child, held as often as it is named.
            "argo",
            r#"{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"name":"w"},"status":{"startedAt":"2026-11-17T09:00:00Z","nodes":{"a":{"id":"a","name":"w.a","type":"Pod","children":["#,
            "\"n-full\",",
            100_000,
            r#""n-full"]},"n-full":{"id":"n-full","name":"w.b","type":"Pod"}}}}"#,
        ),
        (
            // Each extension of a tool had room for eleven rules.
            "sarif",
            r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"d"},"extensions":["#,
            r#"{"name":"Plugin","rules":[{"id":"P1","defaultConfiguration":{"level":"error"}}]},"#,
            16_000,
            r#"{"name":"last"}]},"results":[]}]}"#,
        ),
    ];

    #[test]
    fn files_that_were_heavy_once_are_light_now() {
        for (target, before, piece, times, behind) in HEAVY {
            let file = [before, piece.repeat(*times).as_str(), behind].concat();
            let target = Target::parse(target).expect("a target");
            assert_eq!(wrong(target, file.as_bytes()), None, "{target}");
            assert!(import(file.as_bytes(), None, &options(false)).is_ok(), "{target} is read");
        }
    }

    #[test]
    fn a_panic_is_a_finding() {
        let found = catch_unwind(|| panic!("on purpose {}", 1)).expect_err("a panic");
        assert_eq!(said(&*found), "on purpose 1");
    }
}
