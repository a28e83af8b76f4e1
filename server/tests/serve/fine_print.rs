//! What scripts rely on: when to come again, what becomes of dead letters, what is counted, what is let go.

use super::balky::Balky;
use super::place::{Answered, Place, name, task};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use server::store::sqlite::SqliteStore;
use server::store::{Category, DeadLetter};
use shared::time::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

async fn ask(place: &Place, method: &str, path: &str) -> Answered {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    place.send(request.body(Body::empty()).unwrap()).await
}

fn letter(category: Category, body: &Value) -> DeadLetter {
    DeadLetter {
        id: 0,
        category,
        iteration: Some("I".to_owned()),
        identity: None,
        reason: "the store was out of reach".to_owned(),
        body: body.to_string(),
        recorded_at: Time::default(),
        attempts: 0,
    }
}

#[tokio::test]
async fn request_beyond_the_bound_is_told_to_come_again() {
    let place = Place::new().await;
    let mut admitted: Vec<_> = std::iter::from_fn(|| place.service.ingest.admit().ok()).take(1_000).collect();
    assert_eq!(admitted.len(), 64);
    let refused = place.lines(task("I", "1").to_string()).await;
    refused.is_problem(429, "try again in 1 s");
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(place.stored().await, 0);
    admitted.pop();
    assert_eq!(place.lines(task("I", "1").to_string()).await.status, 200);
    assert_eq!(place.lines(task("I", "2").to_string()).await.status, 200, "a request gives its place back");
    admitted.clear();
    place.is_up().await;
}

#[tokio::test]
async fn identity_with_other_content_is_kept_listed_replayed_in_vain_and_discarded() {
    let place = Place::new().await;
    let mut other = task("I", "1");
    other["data"]["task"] = json!("something else");
    place.lines(task("I", "1").to_string()).await;
    let refused = place.post(&[("content-type", "application/cloudevents+json")], other.to_string()).await;
    refused.is_problem(422, "kept as dead letter");
    assert_eq!(place.lines(other.to_string()).await.json()["rejected"], 1, "sent again: refused again");

    let listed = place.get("/api/v1/dead-letters").await.json();
    let letters = listed.as_array().unwrap();
    assert_eq!(letters.len(), 1, "and kept once: {listed}");
    assert_eq!((&letters[0]["category"], &letters[0]["iteration"]), (&json!("CRITICAL"), &json!("I")));
    assert_eq!(letters[0]["identity"], "test 1");
    let kept: Value = serde_json::from_str(letters[0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(kept["data"], other["data"]);

    let path = format!("/api/v1/dead-letters/{}", letters[0]["id"]);
    let replayed = ask(&place, "POST", &format!("{path}/replay")).await.json();
    assert_eq!((&replayed["settled"], &replayed["receipt"]["rejected"]), (&json!(false), &json!(1)));
    assert_eq!(place.get(&path).await.json()["attempts"], 1);
    assert_eq!(ask(&place, "DELETE", &path).await.status, 204);
    place.get(&path).await.is_problem(404, "no dead letter");
    ask(&place, "DELETE", &path).await.is_problem(404, "no dead letter");
    ask(&place, "POST", &format!("{path}/replay")).await.is_problem(404, "no dead letter");
    assert_eq!(place.stored().await, 1);
}

#[tokio::test]
async fn letter_whose_event_is_sound_now_is_replayed_into_the_log_and_gone() {
    let place = Place::new().await;
    let sound = [letter(Category::Transient, &task("I", "1")), letter(Category::Schema, &task("I", "2"))];
    let numbers = place.service.store.bury(sound.to_vec()).await.unwrap();
    let listed = place.get("/api/v1/dead-letters").await.json();
    let categories: Vec<&Value> = listed.as_array().unwrap().iter().map(|one| &one["category"]).collect();
    assert_eq!(categories, ["TRANSIENT", "SCHEMA"]);
    for number in &numbers {
        let replayed = ask(&place, "POST", &format!("/api/v1/dead-letters/{number}/replay")).await.json();
        assert_eq!((&replayed["settled"], &replayed["receipt"]["accepted"]), (&json!(true), &json!(1)));
    }
    assert_eq!(place.get("/api/v1/dead-letters").await.json(), json!([]));
    // There already counts as settled too.
    let again = place.service.store.bury(sound.to_vec()).await.unwrap();
    let replayed = ask(&place, "POST", &format!("/api/v1/dead-letters/{}/replay", again[0])).await.json();
    assert_eq!((&replayed["settled"], &replayed["receipt"]["duplicates"]), (&json!(true), &json!(1)));
    assert_eq!(place.stored().await, 2);
}

/// A server over a store whose appends fail as often as the number says.
async fn balky() -> (Place, Arc<AtomicUsize>) {
    let now = Time::parse(super::place::NOW).unwrap();
    let behind = SqliteStore::open_temporary(Arc::new(move || now)).await.unwrap();
    let failures = Arc::new(AtomicUsize::new(0));
    let store = Balky { behind: Arc::new(behind), failures: Arc::clone(&failures) };
    (Place::over(Arc::new(store), None).await, failures)
}

#[tokio::test]
async fn request_that_finds_the_store_out_of_reach_comes_again_and_leaves_no_letter() {
    let (place, failures) = balky().await;
    failures.store(1, Ordering::SeqCst);
    let refused = place.lines(task("I", "1").to_string()).await;
    refused.is_problem(503, "send the same again");
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(place.get("/api/v1/dead-letters").await.json(), json!([]));
    assert_eq!(place.lines(task("I", "1").to_string()).await.json()["accepted"], 1);
}

#[tokio::test]
async fn sound_letter_that_the_store_cannot_take_turns_transient_and_waits_for_the_next_replay() {
    let (place, failures) = balky().await;
    let once_unknown = letter(Category::Schema, &task("I", "1"));
    let number = place.service.store.bury(vec![once_unknown]).await.unwrap()[0];
    let path = format!("/api/v1/dead-letters/{number}");
    failures.store(usize::MAX, Ordering::SeqCst);
    let in_vain = ask(&place, "POST", &format!("{path}/replay")).await;
    in_vain.is_problem(503, "");
    assert_eq!(in_vain.headers["retry-after"], "1");
    let kept = place.get(&path).await.json();
    assert_eq!((&kept["category"], &kept["attempts"]), (&json!("TRANSIENT"), &json!(1)));
    assert!(kept["reason"].as_str().unwrap().contains("pulled plug"), "{kept}");
    assert_eq!(place.stored().await, 0);
    // It is back in the middle of the next replay.
    failures.store(2, Ordering::SeqCst);
    let replayed = ask(&place, "POST", &format!("{path}/replay")).await.json();
    assert_eq!((&replayed["settled"], &replayed["receipt"]["accepted"]), (&json!(true), &json!(1)));
    place.get(&path).await.is_problem(404, "no dead letter");
    assert_eq!(place.stored().await, 1);
}

/// The sample called `name` in the metrics' text.
fn sample(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in\n{text}"))
}

#[tokio::test]
async fn metrics_count_what_became_of_events() {
    let place = Place::new().await;
    let mut lines: String = (0..10).map(|n| format!("{}\n", task("I", &n.to_string()))).collect();
    lines += &format!("{}\nnonsense\n", task("I", "3"));
    place.lines(lines).await;
    place.lines(vec![0xff]).await;
    place.get("/api/v1/iterations/I/verdict").await;
    let answer = place.get("/metrics").await;
    let content_type = answer.headers["content-type"].to_str().unwrap();
    assert!(content_type.starts_with("application/openmetrics-text"), "{content_type}");
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    for (name, expected) in [
        ("mission_ingest_accepted_total", 10.0),
        ("mission_ingest_duplicates_total", 1.0),
        ("mission_ingest_rejected_total", 1.0),
        ("mission_ingest_refused_requests_total", 1.0),
        ("mission_ingest_requests_in_flight", 0.0),
        ("mission_ingest_visible_seconds_count", 1.0),
        ("mission_store_append_seconds_count", 1.0),
        ("mission_board_answer_seconds_count", 1.0),
        ("mission_board_graphs", 1.0),
        ("mission_board_events", 10.0),
        ("mission_live_streams", 0.0),
    ] {
        assert_eq!(sample(&text, name).to_bits(), f64::to_bits(expected), "{name}");
    }
}

#[tokio::test]
async fn graphs_beyond_the_bound_are_let_go_and_come_back_byte_equal() {
    const ITERATIONS: usize = 300;
    const GRAPHS_MAX: f64 = 256.0;
    let place = Place::new().await;
    let iteration = |n: usize| format!("I-{n:03}");
    let lines: String = (0..ITERATIONS)
        .flat_map(|n| ["1", "2", "3"].map(|id| (n, id)))
        .map(|(n, id)| {
            let mut event = task(&iteration(n), id);
            event["project"] = json!(format!("project-{n}"));
            format!("{event}\n")
        })
        .collect();
    assert_eq!(place.lines(lines).await.json()["accepted"], 3 * ITERATIONS);
    let in_memory = async || {
        let text = String::from_utf8(place.get("/metrics").await.body).unwrap();
        sample(&text, "mission_board_graphs")
    };
    assert!(in_memory().await <= GRAPHS_MAX, "{} graphs", in_memory().await);

    let first = name(&iteration(0));
    let before = place.service.board.rebuild(Some(&first), true).await.unwrap();
    assert!(before[0].is_equal() && before[0].head == 3, "{before:?}");
    for n in 0..ITERATIONS {
        let verdict = place.get(&format!("/api/v1/iterations/{}/verdict", iteration(n))).await;
        assert_eq!(verdict.json()["position"], 3, "{n}");
    }
    assert!(in_memory().await <= GRAPHS_MAX, "{} graphs", in_memory().await);
    assert_eq!(place.service.board.rebuild(Some(&first), true).await.unwrap(), before);
}

#[tokio::test]
async fn watched_graph_stays_while_others_are_let_go() {
    let place = Place::new().await;
    place.lines(task("watched", "1").to_string()).await;
    let mut pulses = place.service.board.subscribe(&name("watched")).await.unwrap();
    let others: String = (0..300)
        .map(|n| {
            let mut event = task(&format!("I-{n}"), "1");
            event["project"] = json!(format!("project-{n}"));
            format!("{event}\n")
        })
        .collect();
    place.lines(others).await;
    let seen = pulses.latest().head;
    place.lines(task("watched", "2").to_string()).await;
    assert_eq!((seen, pulses.latest().head), (1, 2), "the one who watches hears of it");
}

#[tokio::test]
async fn a_verdict_names_its_policy_by_the_digest_of_the_event_that_brought_it() {
    let place = Place::new().await;
    place.lines(format!("{}\n{}\n", task("A", "1"), task("B", "1"))).await;
    let policy = "version = 1\nquarantine = { cap = 3 }\n";
    let brought = async |iteration: &str| {
        let log = place.service.store.read(&name(iteration), 0, 100).await.unwrap();
        let contexts = log.into_iter().filter_map(|logged| match logged.event.data {
            shared::event::Data::ContextRecorded(context) => Some(context.digest),
            _ => None,
        });
        contexts.collect::<Vec<String>>()
    };
    // One iteration gets it by the API, the others from their project's log, one of them when it opens.
    let put = Request::put("/api/v1/iterations/A/policy").header("host", "localhost");
    assert_eq!(place.send(put.body(Body::from(policy)).unwrap()).await.status, 201);
    let event = json!({
        "specversion": "1.0", "source": "test", "id": "p-1", "type": "mission.context.recorded.v1",
        "iteration": "@default",
        "data": {
            "topic": "policy", "body": policy,
            "digest": shared::event::Hash128::of_text(policy).to_string(),
        },
    });
    assert_eq!(place.lines(event.to_string()).await.json()["accepted"], 1);
    place.lines(task("C", "1").to_string()).await;
    for iteration in ["A", "B", "C"] {
        let verdict = place.get(&format!("/api/v1/iterations/{iteration}/verdict")).await.json();
        let policies = brought(iteration).await;
        assert_eq!(verdict["policy_digest"], policies[0], "{iteration}");
        let history = usize::from(iteration == "C");
        assert_eq!(policies.len(), 1 + history, "the same text is not put in force twice: {iteration}");
    }
}

#[tokio::test]
async fn policy_sent_again_after_a_crash_still_reaches_the_open_iterations() {
    let place = Place::new().await;
    let mut event = task("A", "1");
    event["project"] = json!("shop");
    place.lines(event.to_string()).await;
    let policy = "version = 1\n";
    let digest = shared::event::Hash128::of_text(policy).to_string();
    let change = json!({
        "specversion": "1.0", "source": "test", "id": "p-1", "type": "mission.context.recorded.v1",
        "iteration": "@shop", "data": {"topic": "policy", "digest": digest, "body": policy},
    });
    // The server stopped between the change and what it means for the open iterations.
    let event = shared::event::decode(change.to_string().as_bytes(), None).unwrap();
    let mut at_home = event.clone();
    at_home.project = name("shop");
    let writer = server::store::Writer { actor: None, steward: false };
    let pending = server::store::Pending { event: at_home, details: Vec::new(), writer };
    place.service.store.append(vec![pending]).await.unwrap();
    assert_eq!(place.service.store.heads().await.unwrap()[&name("A")], 1);
    assert_eq!(place.lines(change.to_string()).await.json()["duplicates"], 1);
    assert_eq!(place.service.store.heads().await.unwrap()[&name("A")], 2, "the policy has come");
    assert_eq!(place.lines(change.to_string()).await.json()["duplicates"], 1);
    assert_eq!(place.service.store.heads().await.unwrap()[&name("A")], 2, "once");
}
