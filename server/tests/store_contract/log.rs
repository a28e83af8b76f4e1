//! Appending and reading.

use super::place::Place;
use crate::events::{event, pending, sent, small, split};
use serde_json::json;
use server::store::{Appended, Category, Pending, Store};
use shared::event::{Data, Event, Logged};
use shared::id::Name;
use shared::time::Position;

/// A valid name.
pub fn name(text: &str) -> Name {
    Name::iteration(text).expect("a name")
}

/// The whole log of an iteration.
pub async fn whole_log(store: &dyn Store, iteration: &str) -> Vec<Logged> {
    let mut log: Vec<Logged> = Vec::new();
    loop {
        let after = log.last().map_or(0, |logged| logged.position);
        let more = store.read(&name(iteration), after, 500).await.expect("a read");
        if more.is_empty() {
            return log;
        }
        log.extend(more);
    }
}

/// Appends one event by nobody in particular.
pub async fn append(store: &dyn Store, event: Event) -> Appended {
    let mut answers = store.append(vec![pending(event)]).await.expect("an append");
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

fn position(appended: &Appended) -> Option<Position> {
    match appended {
        Appended::Accepted(position, _) => Some(*position),
        _ => None,
    }
}

pub async fn comes_back(place: &Place) {
    let store = place.open().await;
    let long = "line of a trace\n".repeat(40);
    let policy = "# policy\n".repeat(4_000);
    let all = [
        sent(json!({
            "specversion": "1.0", "source": "ci/ünï", "id": "1 \"quoted\" 'single' %_\\", "iteration": "i1",
            "type": "mission.task.finished.v1", "subject": "nul \u{0} in a subject", "batch": "b",
            "time": "2026-11-17T09:00:00.123456789+01:00", "project": "shop",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "correctsid": "0", "correctssource": "other",
            "data": {"key": "build", "run": "r", "outcome": "failed", "error": long},
        })),
        sent(json!({
            "specversion": "1.0", "source": "arch", "id": "2", "iteration": "i1", "project": "shop",
            "type": "mission.module.declared.v1", "data": {"module": "src/\u{0}\u{1F680}.rs".replace('\0', "nul")},
        })),
        sent(json!({
            "specversion": "1.0", "source": "server", "id": "3", "iteration": "i1", "project": "shop",
            "type": "mission.context.recorded.v1", "time": "0000-01-01T00:00:00Z",
            "data": {"topic": "policy", "digest": "00112233445566778899aabbccddeeff", "body": policy},
        })),
    ];
    let pending: Vec<Pending> = all.iter().map(|event| split(event.clone(), &store.token_key())).collect();
    let answers = store.append(pending.clone()).await.expect("an append");
    assert_eq!(answers.iter().filter_map(position).collect::<Vec<_>>(), [1, 2, 3]);

    let log = whole_log(&*store, "i1").await;
    let recorded: Vec<Appended> =
        log.iter().map(|logged| Appended::Accepted(logged.position, logged.recorded_at)).collect();
    assert_eq!(recorded, answers, "the answer says what is read");
    for (logged, pending) in log.iter().zip(&pending) {
        assert_eq!(logged.event, pending.event);
        assert_eq!((logged.actor.as_deref(), logged.steward), (Some("ci"), true));
        assert_eq!(logged.event.content_hash(), pending.event.content_hash());
    }
    assert!(matches!(&log[2].event.data, Data::ContextRecorded(c) if c.body.as_deref() == Some(&policy)));
    let details = store.details(&name("i1"), 1).await.expect("details");
    assert_eq!(details.len(), 1);
    assert_eq!((details[0].field.as_str(), details[0].value.as_str()), ("error", long.as_str()));
    assert_eq!(store.details(&name("i1"), 2).await.expect("details"), []);
    assert_eq!(store.read(&name("i2"), 0, 10).await.expect("a read"), [], "no such iteration");
}

pub async fn counts_once(place: &Place) {
    let store = place.open().await;
    let first = small("i1", "a", 1);
    let accepted = append(&*store, first.clone()).await;
    assert_eq!(position(&accepted), Some(1));
    assert_eq!(append(&*store, first.clone()).await, Appended::Duplicate(1));

    // The same instant written in another way, another trace: the same thing sent again.
    let mut again = first.clone();
    again.time_text = None;
    again.traceparent = Some("00-1-2-01".to_owned());
    assert_eq!(append(&*store, again).await, Appended::Duplicate(1));

    let other = small("i1", "a", 2);
    let (letter, reason) = match append(&*store, other.clone()).await {
        Appended::Conflict { letter, reason } => (letter, reason),
        answer => panic!("{answer:?}"),
    };
    for hash in [first.content_hash(), other.content_hash()] {
        assert!(reason.contains(&hash.to_string()), "{reason}");
    }
    let kept = store.dead_letter(letter).await.expect("a read").expect("the letter");
    assert_eq!((kept.category, &kept.reason), (Category::Critical, &reason));
    assert_eq!((kept.iteration.as_deref(), kept.identity.as_deref()), (Some("i1"), Some("test a")));
    assert_eq!(sent(serde_json::from_str(&kept.body).expect("JSON")), other, "it can be replayed");

    let in_one_append = vec![
        pending(other),
        pending(small("i1", "b", 3)),
        pending(small("i1", "b", 3)),
        pending(small("i1", "b", 4)),
        pending(small("i2", "b", 4)),
    ];
    let answers = store.append(in_one_append).await.expect("an append");
    assert!(matches!(answers[0], Appended::Conflict { letter: same, .. } if same == letter));
    assert_eq!(position(&answers[1]), Some(2));
    assert_eq!(answers[2], Appended::Duplicate(2));
    assert!(matches!(answers[3], Appended::Conflict { letter: new, .. } if new != letter));
    assert_eq!(position(&answers[4]), Some(1), "another iteration knows nothing of it");
    assert_eq!(whole_log(&*store, "i1").await.len(), 2);
    assert_eq!(store.dead_letters(0, 10).await.expect("letters").len(), 2);
    assert_eq!(store.append(Vec::new()).await.expect("an append"), []);
}

pub async fn one_project(place: &Place) {
    let store = place.open().await;
    let named = |project: &str, id: &str| {
        let mut event = small("i1", id, 1);
        event.project = name(project);
        event
    };
    assert_eq!(position(&append(&*store, named("shop", "a")).await), Some(1));
    assert_eq!(position(&append(&*store, small("i1", "b", 1)).await), Some(2), "it names no project");
    let refused = append(&*store, named("bank", "c")).await;
    assert!(
        matches!(&refused, Appended::Conflict { reason, .. } if reason.contains("shop") && reason.contains("bank")),
        "{refused:?}"
    );
    let log = whole_log(&*store, "i1").await;
    assert!(log.iter().all(|logged| logged.event.project == name("shop")));
    let rows = store.iterations().await.expect("rows");
    assert_eq!((rows.len(), &rows[0].project, rows[0].head), (1, &name("shop"), 2));
}

pub async fn gapless(place: &Place) {
    let store = place.open().await;
    for round in 0..3 {
        let mut pending_all = Vec::new();
        for n in 0..300 {
            let iteration = ["i1", "@shop", "i0"][n % 3];
            pending_all.push(pending(small(iteration, &format!("{round}-{n}"), 1)));
        }
        store.append(pending_all).await.expect("an append");
    }
    for iteration in ["i1", "@shop", "i0"] {
        let log = whole_log(&*store, iteration).await;
        let positions: Vec<Position> = log.iter().map(|logged| logged.position).collect();
        assert_eq!(positions, (1..=300).collect::<Vec<Position>>());
        assert!(log.is_sorted_by_key(|logged| logged.recorded_at));
        let row = store.iteration(&name(iteration)).await.expect("a read").expect("a row");
        assert_eq!(row.head, 300);
        assert_eq!(Some(row.opened_at), log.first().map(|logged| logged.recorded_at));
        assert_eq!(Some(row.recorded_at), log.last().map(|logged| logged.recorded_at));
        assert!(store.now().await.expect("now") >= row.recorded_at);
    }
    let heads = store.heads().await.expect("heads");
    assert_eq!(heads, ["@shop", "i0", "i1"].into_iter().map(|i| (name(i), 300)).collect());
    let rows = store.iterations().await.expect("rows");
    let names: Vec<&str> = rows.iter().map(|row| row.iteration.as_str()).collect();
    assert!(names.len() == 2 && !names.contains(&"@shop"), "{names:?}");
    assert_eq!(store.iteration(&name("i9")).await.expect("a read"), None);
}

pub async fn pages(place: &Place) {
    let store = place.open().await;
    let long = "x".repeat(1_000_000);
    let big = |n: usize| {
        let data = json!({"topic": "history", "digest": "00112233445566778899aabbccddeeff",
            "body": format!("{n}{long}")});
        pending(event("i1", "server", &n.to_string(), "mission.context.recorded.v1", data))
    };
    store.append((0..40).map(big).collect()).await.expect("an append");
    let first = store.read(&name("i1"), 0, 1_000).await.expect("a read").len();
    assert!((30..40).contains(&first), "{first} of 40 MB at once");
    assert_eq!(store.read(&name("i1"), 7, 3).await.expect("a read").len(), 3);
    assert_eq!(whole_log(&*store, "i1").await.len(), 40);
    assert_eq!(store.read(&name("i1"), 40, 10).await.expect("a read"), []);
    assert_eq!(store.read(&name("i1"), Position::MAX, 10).await.expect("a read"), []);
}

pub async fn reopens(place: &Place) {
    let store = place.open().await;
    let key = store.token_key();
    store
        .append((0..50).map(|n| pending(small("i1", &n.to_string(), n))).collect())
        .await
        .expect("an append");
    let before = whole_log(&*store, "i1").await;
    drop(store);
    let store = place.open().await;
    assert_eq!(store.token_key(), key);
    assert_eq!(whole_log(&*store, "i1").await, before);
    assert_eq!(append(&*store, small("i1", "7", 7)).await, Appended::Duplicate(8));
    assert_eq!(position(&append(&*store, small("i1", "new", 7)).await), Some(51));
    store.ping().await.expect("it answers");
}
