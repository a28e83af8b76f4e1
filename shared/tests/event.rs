//! Events at the border: what is refused and how, what a hash covers, what facts an event states.

use proptest::prelude::*;
use serde_json::{Value, json};
use shared::event::{
    BatchDigest, Data, Entry, Event, Facet, Fact, Hash128, Logged, Outcome, Provenance, Subject,
    Value as Held, decode, decode_logged, event_json, split_detail,
};
use shared::id::{Name, check_key};
use shared::time::Time;
use std::collections::BTreeMap;

fn envelope(kind: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": "e1", "source": "ci", "type": kind,
        "time": "2026-11-17T09:00:00+01:00", "iteration": "i1", "data": data,
    })
}

fn event(kind: &str, data: Value) -> Event {
    decode(envelope(kind, data).to_string().as_bytes(), None).expect("a sound event")
}

fn refusal(value: &Value) -> String {
    decode(value.to_string().as_bytes(), None).expect_err("must be refused").to_string()
}

fn entry(event: Event, recorded_at: &str) -> Entry {
    Entry::from_logged(&Logged {
        position: 1,
        recorded_at: Time::parse(recorded_at).expect("a time"),
        actor: None,
        steward: false,
        event,
    })
}

#[test]
fn every_refusal_names_the_field() {
    let with = |field: &str, value: Value| {
        let mut changed = envelope("mission.task.declared.v1", json!({"task": "build"}));
        changed[field] = value;
        refusal(&changed)
    };
    assert_eq!(with("specversion", json!("0.3")), "specversion: \"0.3\", only \"1.0\" is known");
    assert_eq!(with("id", json!(7)), "id: must be a string, got a number");
    assert_eq!(with("id", json!("")), "id: empty");
    assert!(with("source", json!("a\u{7}b")).starts_with("source: "));
    assert_eq!(
        with("time", json!("10000-01-01T00:00:00Z")),
        "time: not an RFC 3339 time: \"10000-01-01T00:00:00Z\""
    );
    assert!(with("time", json!("NaN")).starts_with("time: not an RFC 3339 time"));
    for name in ["../etc", "a\"b", "🚀", "", "-x"] {
        assert!(with("iteration", json!(name)).starts_with("iteration: a name must match"), "{name}");
    }
    assert_eq!(
        with("type", json!("mission.task.eaten.v1")),
        "type: unknown event type \"mission.task.eaten.v1\""
    );
    assert_eq!(with("data", json!({"task": 1})), "data.task: invalid type: integer `1`, expected a string");
    assert!(with("data", json!({"task": "a", "taks": 1})).starts_with("data.taks: unknown field `taks`"));
    assert!(
        with("data", json!({"task": "a", "depends_on": ["b", ""]}))
            .starts_with("data.depends_on: an entity key")
    );
    let queued = json!({"specversion": "1.0", "id": "e", "source": "s", "iteration": "i",
        "type": "mission.task.queued.v1", "data": {"key": "a", "run": "r"}});
    assert_eq!(refusal(&queued), "time: missing; a queued or started try needs its time");
}

#[test]
fn a_packed_item_is_refused_with_its_index() {
    let nested = json!({"items": [
        {"type": "mission.task.declared.v1", "data": {"task": "a"}},
        {"type": "mission.facts.v1", "data": {"items": []}},
    ]});
    assert_eq!(
        refusal(&envelope("mission.facts.v1", nested)),
        "data.items[1].type: mission.facts.v1 cannot be packed"
    );
    let wrong = json!({"items": [{"type": "mission.task.declared.v1", "data": {"task": []}}]});
    assert!(
        refusal(&envelope("mission.facts.v1", wrong)).starts_with("data.items[0].data.task: invalid type")
    );
}

#[test]
fn depth_size_and_encoding_are_bounded() {
    let bomb = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        decode(bomb.as_bytes(), None).expect_err("too deep").to_string(),
        "event: nested deeper than 64 levels"
    );
    let brackets_in_text = envelope("mission.task.declared.v1", json!({"task": "[".repeat(500)}));
    assert!(decode(brackets_in_text.to_string().as_bytes(), None).is_ok());
    let large = vec![b' '; (1 << 20) + 1];
    assert!(decode(&large, None).expect_err("too large").to_string().contains("at most 1048576"));
    assert_eq!(
        decode(b"{\"a\":\"\xff\"}", None).expect_err("not text").to_string(),
        "event: not UTF-8 at byte 6"
    );
    assert!(decode(b"{\"a\":NaN}", None).is_err());
}

#[test]
fn the_content_hash_covers_what_was_said_and_not_how_it_travelled() {
    let base = envelope("mission.task.declared.v1", json!({"task": "a"}));
    let hash = |value: &Value| decode(value.to_string().as_bytes(), None).expect("sound").content_hash();
    let changed = |field: &str, value: Value| {
        let mut other = base.clone();
        other[field] = value;
        hash(&other)
    };
    assert_eq!(hash(&base), changed("traceparent", json!("00-1-2-01")));
    assert_eq!(hash(&base), changed("time", json!("2026-11-17T08:00:00Z")), "the same instant");
    assert_eq!(hash(&base), changed("data", json!({"task": "a", "tags": []})), "an empty list says nothing");
    assert_ne!(hash(&base), changed("time", json!("2026-11-17T08:00:01Z")));
    assert_ne!(hash(&base), changed("subject", json!("x")));
    assert_ne!(hash(&base), changed("data", json!({"task": "b"})));
    assert_ne!(hash(&base), changed("correctsid", json!("e0")));
}

#[test]
fn encoding_and_decoding_give_the_same_event() {
    let mut value = envelope(
        "mission.link.declared.v1",
        json!({"kind": "verifies", "from": "scenario:a", "to": "requirement:R-1"}),
    );
    value["correctsid"] = json!("e0");
    value["correctssource"] = json!("other");
    value["batch"] = json!("b");
    let first = decode(value.to_string().as_bytes(), None).expect("sound");
    let text = Value::Object(event_json(&first)).to_string();
    assert_eq!(decode(text.as_bytes(), None).expect("still sound"), first);
    assert!(text.contains("2026-11-17T09:00:00+01:00"), "the time as the producer wrote it");
}

#[test]
fn a_finished_try_tells_its_whole_story_and_is_clamped_to_when_it_was_recorded() {
    let data = json!({"key": "build", "run": "r1", "outcome": "failed", "error": "boom",
        "started_at": "2026-11-17T07:59:00Z"});
    let entry = entry(event("mission.task.finished.v1", data), "2026-11-17T07:59:30Z");
    assert!(entry.clamped, "finished at 08:00:00Z, recorded before that");
    let outcomes: Vec<(Time, u8, Held)> = entry
        .facts
        .iter()
        .filter(|fact| fact.facet == Facet::Outcome)
        .map(|fact| (fact.valid, fact.rank, fact.value.clone()))
        .collect();
    assert_eq!(
        outcomes,
        [
            (Time::parse("2026-11-17T07:59:00Z").expect("time"), 1, Held::Outcome(Outcome::Running)),
            (Time::parse("2026-11-17T07:59:30Z").expect("time"), 2, Held::Outcome(Outcome::Failed)),
        ]
    );
    let exists = |fact: &&Fact| fact.facet == Facet::Exists && matches!(fact.subject, Subject::Entity(_));
    let there = entry.facts.iter().find(exists).expect("a try is evidence that the task is there");
    assert_eq!(
        (there.qualifier.as_str(), there.valid.to_string().as_str()),
        ("ci\u{1f}attempt", "2026-11-17T07:59:00Z")
    );
}

#[test]
fn a_try_without_a_time_is_inferred_and_structure_without_a_time_holds_always() {
    let untimed = |kind: &str, data: Value| {
        let mut value = envelope(kind, data);
        value.as_object_mut().expect("object").remove("time");
        entry(decode(value.to_string().as_bytes(), None).expect("sound"), "2026-11-17T10:00:00Z")
    };
    let tried = untimed("mission.scenario.finished.v1", json!({"key": "s", "run": "r", "outcome": "passed"}));
    let provenance = tried.facts.iter().find(|fact| fact.facet == Facet::Provenance).expect("provenance");
    assert_eq!(provenance.value, Held::Provenance(Provenance::Inferred));
    assert_eq!(provenance.valid.to_string(), "2026-11-17T10:00:00Z");
    let module = untimed("mission.module.declared.v1", json!({"module": "m"}));
    assert!(module.facts.iter().all(|fact| fact.valid == Time::ALWAYS));
}

#[test]
fn people_and_long_text_leave_the_log_once_and_only_once() {
    let key = [7; 32];
    let data = json!({"items": [
        {"type": "mission.override.recorded.v1", "data": {"override": "o", "reason": "ship it",
            "expires_at": "2026-12-01T00:00:00Z", "actor": "Ada Lovelace"}},
        {"type": "mission.task.finished.v1", "data": {"key": "t", "run": "r", "outcome": "failed",
            "error": "é".repeat(300), "output": "noise"}},
    ]});
    let mut event = event("mission.facts.v1", data);
    let details = split_detail(&mut event, &key);
    assert_eq!(details.len(), 3);
    assert!(
        details[0].personal && details[0].value == "Ada Lovelace" && details[0].field.starts_with("person:")
    );
    assert_eq!((details[1].field.as_str(), details[1].value.len()), ("items[1].error", 600));
    assert_eq!((details[2].field.as_str(), details[2].value.as_str()), ("items[1].output", "noise"));
    let text = Value::Object(event_json(&event)).to_string();
    assert!(!text.contains("noise"));
    assert!(!text.contains("Ada") && !text.contains(&"é".repeat(129)) && text.contains(&"é".repeat(128)));
    let once = event.clone();
    assert!(split_detail(&mut event, &key).is_empty());
    assert_eq!(event, once);
}

#[test]
fn a_logged_line_reads_back_as_it_was_written() {
    let mut retracted = envelope("mission.event.retracted.v1", json!({"id": "e0", "source": "other"}));
    retracted["batch"] = json!("b1");
    retracted["correctsid"] = json!("e0");
    let event = decode(retracted.to_string().as_bytes(), None).expect("sound");
    let logged = Logged {
        position: 7,
        recorded_at: Time::parse("2026-11-17T09:00:00.000001Z").expect("a time"),
        actor: Some("person:0123456789abcdef".to_owned()),
        steward: true,
        event,
    };
    assert_eq!(decode_logged(logged.to_json()).expect("our own writing"), logged);
    let mut line = logged.to_json();
    line["position"] = json!(0);
    assert_eq!(
        decode_logged(line).expect_err("refused").to_string(),
        "position: must be a whole number from 1"
    );
    let line = envelope("mission.batch.closed.v1", json!({"batch": "b", "count": 1, "digest": "xyz"}));
    assert_eq!(refusal(&line), "data.digest: must be 32 hex digits");
}

#[test]
fn the_catalogue_is_the_only_list_of_types() {
    let mut names: Vec<&str> = shared::event::CATALOGUE.iter().map(|row| row.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), shared::event::CATALOGUE.len());
    for name in names {
        assert!(name.starts_with("mission.") && name.ends_with(".v1"), "{name}");
        assert!(Data::from_json(name, json!({})).is_some(), "{name} must decode");
    }
}

proptest! {
    #[test]
    fn a_batch_digest_does_not_depend_on_order(items in prop::collection::vec((any::<[u8; 16]>(), any::<[u8; 16]>()), 1..20), turn in 0_usize..20) {
        let digest = |items: &[([u8; 16], [u8; 16])]| {
            let mut digest = BatchDigest::default();
            for (identity, content) in items {
                digest.add(Hash128(*identity), Hash128(*content));
            }
            digest.value()
        };
        let mut turned = items.clone();
        turned.rotate_left(turn % items.len());
        prop_assert_eq!(digest(&items), digest(&turned));
        turned[0].1[3] ^= 1;
        prop_assert_ne!(digest(&items), digest(&turned));
    }

    #[test]
    fn times_are_written_as_they_are_read(micros in -62_135_596_800_000_000_i64..=253_402_300_799_999_999) {
        let text = Time(micros).to_string();
        prop_assert_eq!(Time::parse(&text).expect("our own writing"), Time(micros));
    }

    #[test]
    fn bytes_from_anywhere_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes, None);
    }

    #[test]
    fn a_name_is_safe_everywhere(text in "\\PC{0,140}") {
        let safe = |b: u8| b.is_ascii_alphanumeric() || b"._@+:-".contains(&b);
        let sound = !text.is_empty() && text.len() <= 128 && text.bytes().all(safe)
            && text.as_bytes()[0].is_ascii_alphanumeric();
        prop_assert_eq!(Name::new(&text).is_ok(), sound);
        if check_key(&text).is_ok() {
            prop_assert!(!text.is_empty() && !text.chars().any(char::is_control));
        }
    }
}

/// A recorded log: what it hashed to when it was recorded, it must hash to for ever.
#[test]
fn recorded_batches_still_have_the_digest_that_closed_them() {
    let log = include_str!("../../golden/Iter-Golden-AllPass/events.ndjson");
    let (mut digests, mut closings) = (BTreeMap::<String, BatchDigest>::new(), Vec::new());
    for line in log.lines() {
        let value = serde_json::from_str(line).expect("JSON");
        let event = decode_logged(value).expect("a recorded event").event;
        if let Some(batch) = &event.batch {
            digests.entry(batch.clone()).or_default().add(event.identity.hash(), event.content_hash());
        }
        if let Data::BatchClosed(closed) = event.data {
            closings.push(closed);
        }
    }
    assert!(closings.len() > 1);
    for closed in closings {
        assert_eq!(digests[&closed.batch].value().to_string(), closed.digest, "{}", closed.batch);
    }
}
