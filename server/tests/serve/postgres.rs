//! The server over a real PostgreSQL: events in, a verdict, a rebuild; and two processes on one database.

use super::place::{Place, name, task};
use crate::postgres_server::Postgres;
use serde_json::{Value, json};
use server::board::Rebuilt;
use server::live::{Heard, Reader};
use server::store::{Store, open};
use shared::segment;
use std::sync::Arc;
use std::time::Duration;

const WRITERS: usize = 4;
const REQUESTS: usize = 25;
const EVENTS: usize = 8;

/// A server of its own over the database at `address`: what another process is.
async fn process(address: &str) -> Place {
    let store: Arc<dyn Store> = open(address).await.expect("the database opens");
    Place::over(store, None).await
}

fn event(iteration: &str, id: &str, kind: &str, data: Value) -> String {
    let mut event = task(iteration, id);
    event["type"] = json!(format!("mission.{kind}.v1"));
    event["data"] = data;
    format!("{event}\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_become_a_verdict_over_postgres_and_rebuild_alike() {
    let cluster = Postgres::start();
    let address = cluster.database();
    let place = process(&address).await;
    let mut lines = event("I", "1", "task.declared", json!({"task": "build", "planned": true}));
    let built = json!({"key": "build", "run": "r", "outcome": "passed"});
    lines += &event("I", "2", "task.finished", built);
    let run = |stream: &str| json!({"stream": stream, "run": "r", "outcome": "passed"});
    lines += &event("I", "3", "run.finished", run("dde"));
    let proved =
        json!({"key": "checkout works", "run": "r", "outcome": "failed", "error": "x".repeat(2_000)});
    lines += &event("I", "4", "scenario.finished", proved);
    lines += &event("I", "5", "run.finished", run("bdv"));
    lines += &event("I", "6", "module.declared", json!({"module": "src/shop.rs"}));
    lines += &event("I", "7", "run.finished", run("acc"));
    lines += &event("I", "8", "no.such.type", json!({}));
    let receipt = place.lines(lines.clone()).await.json();
    assert_eq!((&receipt["accepted"], &receipt["rejected"]), (&json!(7), &json!(1)));
    assert_eq!(receipt["positions"], json!({"I": 7}));
    let again = place.lines(lines).await.json();
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(7)));

    let verdict = place.get("/api/v1/iterations/I/verdict").await.json();
    assert_eq!(verdict["verdict"], "design_gap", "{verdict}");
    let other = process(&address).await;
    assert_eq!(other.get("/api/v1/iterations/I/verdict").await.json(), verdict, "of the log alone");
    let rebuilt = place.service.board.rebuild(None, true).await.unwrap();
    assert!(rebuilt.iter().all(Rebuilt::is_equal), "{rebuilt:?}");
    assert_eq!(other.service.board.rebuild(None, true).await.unwrap(), rebuilt);

    let letters = other.get("/api/v1/dead-letters").await.json();
    assert_eq!(letters.as_array().map(Vec::len), Some(1), "{letters}");
    let found = place.get("/api/v1/search?q=shop").await;
    assert_eq!(found.status, 200, "{}", String::from_utf8_lossy(&found.body));
}

/// Positions that a reader of `place` hears, in order, until `last`.
async fn heard(place: &Place, last: u64) -> Vec<u64> {
    let mut reader = Reader::open(place.service.board.clone(), name("I"), 0).await.unwrap();
    let mut positions = Vec::new();
    while positions.last() < Some(&last) {
        let next = tokio::time::timeout(Duration::from_secs(60), reader.next()).await.expect("more soon");
        if let Heard::Frame(frame) = next.unwrap() {
            positions.extend(segment::decode(&frame.bytes).unwrap().iter().map(|entry| entry.position));
        }
    }
    positions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_a_database_and_no_reader_skips_a_position() {
    let cluster = Postgres::start();
    let address = cluster.database();
    let (one, two) = (process(&address).await, process(&address).await);
    // Both may open the iteration; what the server adds then is the same from either.
    one.lines(task("before", "1").to_string()).await;
    let (first, second) =
        tokio::join!(one.lines(task("I", "1").to_string()), two.lines(task("I", "2").to_string()));
    assert_eq!((&first.json()["accepted"], &second.json()["accepted"]), (&json!(1), &json!(1)));
    let opened = one.service.store.heads().await.unwrap()[&name("I")];
    let last = opened + (WRITERS * REQUESTS * EVENTS) as u64;

    let write = async |place: &Place, writer: usize| {
        for request in 0..REQUESTS {
            let id = |n| format!("{writer}-{request}-{n}");
            let lines: String = (0..EVENTS).map(|n| format!("{}\n", task("I", &id(n)))).collect();
            let receipt = place.lines(lines).await.json();
            assert_eq!(receipt["accepted"], EVENTS, "{receipt}");
        }
    };
    let writers = futures::future::join_all(
        (0..WRITERS).map(|writer| write(if writer % 2 == 0 { &one } else { &two }, writer)),
    );
    let (_, by_one, by_two) = tokio::join!(writers, heard(&one, last), heard(&two, last));
    let gapless: Vec<u64> = (1..=last).collect();
    assert!(by_one == gapless && by_two == gapless, "{by_one:?}\n{by_two:?}");

    let (here, there) = (one.service.board.rebuild(None, true), two.service.board.rebuild(None, true));
    let (here, there) = (here.await.unwrap(), there.await.unwrap());
    assert!(here.iter().all(Rebuilt::is_equal), "{here:?}");
    assert_eq!(here, there);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn database_that_is_gone_is_said_to_be_and_what_was_acknowledged_outlives_it() {
    let cluster = Postgres::start();
    let place = process(&cluster.database()).await;
    let (before, after) = (task("I", "before").to_string(), task("I", "after").to_string());
    assert_eq!(place.lines(before.clone()).await.json()["accepted"], 1);
    assert_eq!(place.get("/api/v1/iterations/I/verdict").await.status, 200);
    cluster.crash();
    let (refused, ready, alive) =
        tokio::join!(place.lines(after.clone()), place.get("/readyz"), place.get("/livez"));
    refused.is_problem(503, "send the same again");
    assert_eq!(refused.headers["retry-after"], "1");
    ready.is_problem(503, "the store");
    assert_eq!(alive.status, 200);
    assert_eq!(place.get("/api/v1/iterations/I/verdict").await.status, 200, "what is in memory is answered");
    cluster.recover();
    let receipt = place.lines(format!("{before}\n{after}")).await.json();
    assert_eq!((&receipt["accepted"], &receipt["duplicates"]), (&json!(1), &json!(1)), "{receipt}");
    place.is_up().await;
    let rebuilt = place.service.board.rebuild(None, true).await.unwrap();
    assert!(rebuilt.iter().all(Rebuilt::is_equal), "{rebuilt:?}");
}
