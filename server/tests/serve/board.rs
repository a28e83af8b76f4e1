//! What the board answers, what an opening iteration is given, and what changes without an event.

use super::place::{NOW, Place, name, task, tasks};
use serde_json::{Value, json};
use server::board::{Board, BoardError, Known, Question, Rebuilt};
use server::clock::Clock;
use server::service::Service;
use server::store::Store;
use server::store::sqlite::SqliteStore;
use shared::event::data::Topic;
use shared::event::{Data, Hash128, Logged};
use shared::time::Time;
use shared::verdict::history::{CarriedLedger, History};
use std::sync::Arc;
use std::time::Duration;

fn event(iteration: &str, id: &str, kind: &str, data: Value) -> Value {
    let mut event = task(iteration, id);
    event["type"] = json!(format!("mission.{kind}.v1"));
    event["project"] = json!("shop");
    event["data"] = data;
    event
}

fn quarantine(iteration: &str, id: &str, expires_at: &str) -> Value {
    let data = json!({"quarantine": id, "scenario": "checkout", "reason": "flaky", "expires_at": expires_at,
        "owner": "Mia Example"});
    event(iteration, id, "quarantine.granted", data)
}

async fn take_in(place: &Place, events: &[Value]) -> Value {
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let answer = place.lines(lines.join("\n")).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

async fn log_of(place: &Place, iteration: &str) -> Vec<Logged> {
    place.service.store.read(&name(iteration), 0, 1000).await.unwrap()
}

/// The latest body of each context topic in a log, and where it stands.
fn contexts(log: &[Logged], topic: Topic) -> Vec<(u64, String)> {
    let body = |logged: &Logged| match &logged.event.data {
        Data::ContextRecorded(context) if context.topic == topic => {
            let body = context.body.clone().expect("read back with its body");
            assert_eq!(context.digest, Hash128::of_text(&body).to_string());
            Some((logged.position, body))
        }
        _ => None,
    };
    log.iter().filter_map(body).collect()
}

#[tokio::test]
async fn opening_iteration_begins_with_the_ledger_and_history_of_its_project() {
    let place = Place::new().await;
    let first = [
        event("A", "1", "task.declared", json!({"task": "build"})),
        quarantine("A", "q-over", "2026-11-17T11:00:00Z"),
        quarantine("A", "q-long", "2027-01-01T00:00:00Z"),
    ];
    take_in(&place, &first).await;
    assert_eq!(log_of(&place, "A").await.len(), 3);
    let receipt = take_in(
        &place,
        &[
            event("B", "1", "iteration.opened", json!({"commit": "abc"})),
            event("B", "2", "task.declared", json!({"task": "build"})),
        ],
    )
    .await;
    assert_eq!((&receipt["accepted"], &receipt["positions"]), (&json!(2), &json!({"B": 4})));
    let log = log_of(&place, "B").await;
    let ledger = contexts(&log, Topic::Ledger);
    assert_eq!(ledger.len(), 1);
    let carried: CarriedLedger = serde_json::from_str(&ledger[0].1).unwrap();
    let ids: Vec<&str> = carried.quarantine.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, ["q-long"]);
    assert!(!ledger[0].1.contains("Mia"), "people are tokens: {}", ledger[0].1);
    let history: History = serde_json::from_str(&contexts(&log, Topic::History)[0].1).unwrap();
    let past: Vec<&str> = history.iterations.iter().map(|past| past.iteration.as_str()).collect();
    assert_eq!(past, ["A"]);
    assert!(
        log.iter()
            .filter(|l| matches!(l.event.data, Data::ContextRecorded(_)))
            .all(|l| [2, 3].contains(&l.position))
    );

    // Carried on from one to the next, and nothing of it to another project.
    take_in(&place, &[event("C", "1", "task.declared", json!({"task": "build"}))]).await;
    let log = log_of(&place, "C").await;
    assert!(contexts(&log, Topic::Ledger)[0].1.contains("q-long"));
    let history: History = serde_json::from_str(&contexts(&log, Topic::History)[0].1).unwrap();
    assert_eq!(history.iterations.len(), 2);
    take_in(&place, &[task("other-project", "1")]).await;
    assert_eq!(log_of(&place, "other-project").await.len(), 1);
}

#[tokio::test]
async fn change_in_the_project_log_reaches_open_iterations_and_those_to_come() {
    let place = Place::new().await;
    take_in(&place, &[event("A", "1", "task.declared", json!({"task": "build"}))]).await;
    take_in(&place, &[event("Z", "1", "iteration.closed", json!({}))]).await;
    let policy = "version = 1\n";
    let digest = Hash128::of_text(policy).to_string();
    let data = json!({"topic": "policy", "digest": digest, "body": policy});
    let mut change = event("@shop", "p-1", "context.recorded", data);
    change.as_object_mut().unwrap().remove("project");
    for _ in 0..2 {
        take_in(&place, std::slice::from_ref(&change)).await;
    }
    assert_eq!(contexts(&log_of(&place, "A").await, Topic::Policy), [(2, policy.to_owned())]);
    assert_eq!(contexts(&log_of(&place, "Z").await, Topic::Policy), []);
    take_in(&place, &[event("B", "1", "task.declared", json!({"task": "build"}))]).await;
    assert_eq!(contexts(&log_of(&place, "B").await, Topic::Policy).len(), 1);
    // Ledger records of the project count in every open iteration too.
    take_in(&place, &[quarantine("@shop", "q-1", "2027-01-01T00:00:00Z")]).await;
    for iteration in ["A", "B"] {
        assert!(
            contexts(&log_of(&place, iteration).await, Topic::Ledger)[0].1.contains("q-1"),
            "{iteration}"
        );
    }
}

#[tokio::test]
async fn question_is_resolved_once_and_equal_questions_share_one_answer() {
    let place = Place::new().await;
    take_in(&place, &[task("I", "1"), task("I", "2")]).await;
    let board = &place.service.board;
    let ask = |question| async move { board.answer(&name("I"), &question).await.unwrap() };
    let now = ask(Question::NOW).await;
    let noon = Time::parse(NOW).unwrap();
    assert_eq!((now.now, now.head, now.as_of.valid, now.as_of.known), (noon, 2, noon, 2));
    assert_eq!(now.analysis.dde.tasks.len(), 2);
    assert!(Arc::ptr_eq(&now.analysis, &ask(Question::NOW).await.analysis));
    let then = ask(Question { valid: None, known: Some(Known::Position(1)) }).await;
    assert_eq!((then.as_of.known, then.analysis.dde.tasks.len()), (1, 1));
    let beyond = ask(Question { valid: None, known: Some(Known::Position(99)) }).await;
    assert_eq!(beyond.as_of.known, 2);
    let before = ask(Question { valid: None, known: Some(Known::At(noon.plus(-1))) }).await;
    assert_eq!((before.as_of.known, before.analysis.dde.tasks.len()), (0, 0));
    take_in(&place, &[task("I", "3")]).await;
    assert_eq!(ask(Question::NOW).await.analysis.dde.tasks.len(), 3);
    let unknown = board.answer(&name("none"), &Question::NOW).await;
    assert!(matches!(unknown, Err(BoardError::NotFound(_))));
}

#[tokio::test]
async fn other_process_writes_are_noticed_and_rebuilt_alike() {
    let place = Place::new().await;
    take_in(&place, &[task("I", "0")]).await;
    let mut pulses = place.service.board.subscribe(&name("I")).await.unwrap();
    assert_eq!(pulses.latest().head, 1);
    // A second service over the same store is another process as far as the board can see.
    let other = Service::open(place.service.store.clone()).await.unwrap();
    let body = tasks("I", 500).into();
    let writer = other.ingest.writer("other", false);
    let receipt = other.ingest.bytes(body, server::ingest::BodyKind::LINES, writer).await.unwrap();
    assert_eq!((receipt.accepted, receipt.duplicates), (499, 1));
    let heard =
        tokio::time::timeout(Duration::from_secs(20), async { while pulses.next().await.head < 500 {} });
    heard.await.expect("the poll finds them");
    let rebuilt = place.service.board.rebuild(None, true).await.unwrap();
    assert_eq!(rebuilt.iter().map(|one| one.head).collect::<Vec<_>>(), [500]);
    assert!(rebuilt.iter().all(Rebuilt::is_equal));
    let fresh = other.board.rebuild(Some(&name("I")), true).await.unwrap();
    assert_eq!(fresh[0].digest, rebuilt[0].digest);
}

#[tokio::test]
async fn whoever_watches_hears_when_the_answer_changes_without_an_event() {
    let wall = Clock::wall();
    let clock = wall.clone();
    let store = SqliteStore::open_temporary(Arc::new(move || clock.now())).await.unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let service = Service::open(store).await.unwrap();
    let expires_at = wall.now().plus(2_500_000);
    let data = json!({"override": "o-1", "reason": "we know", "expires_at": expires_at.to_string()});
    let override_event = event("I", "1", "override.recorded", data).to_string();
    let writer = service.ingest.writer("mia", false);
    service.ingest.bytes(override_event.into(), server::ingest::BodyKind::LINES, writer).await.unwrap();
    let in_force = |board: Board| async move {
        let answer = board.answer(&name("I"), &Question::NOW).await.unwrap();
        answer.analysis.verdict.r#override.is_some()
    };
    let mut pulses = service.board.subscribe(&name("I")).await.unwrap();
    let at_first = pulses.latest();
    assert!(in_force(service.board.clone()).await);
    let pulse = tokio::time::timeout(Duration::from_secs(30), pulses.next()).await.expect("a pulse");
    assert_eq!((pulse.head, pulse.changes), (at_first.head, at_first.changes + 1));
    assert!(wall.now() >= expires_at);
    assert!(!in_force(service.board.clone()).await);
    let details = service.store.details(&name("I"), 1).await.unwrap();
    assert!(details.iter().any(|detail| detail.personal && detail.value == "mia"), "{details:?}");
    let logged = service.store.read(&name("I"), 0, 1).await.unwrap();
    assert!(logged[0].to_json().to_string().find("\"mia\"").is_none());
}
