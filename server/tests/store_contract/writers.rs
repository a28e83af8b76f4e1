//! Several handles on one store, as several processes have them.

use super::log::{name, whole_log};
use super::place::Place;
use crate::events::{pending, small};
use server::store::{Appended, Pending, Store};
use std::collections::BTreeSet;
use std::sync::Arc;

const WRITERS: u32 = 3;
const APPENDS: u32 = 60;
const EVENTS: u32 = 7;

fn events(writer: u32, append: u32) -> Vec<Pending> {
    (0..EVENTS).map(|n| pending(small("i1", &format!("{writer}-{append}-{n}"), n))).collect()
}

async fn write(store: Arc<dyn Store>, writer: u32) -> Vec<(u64, String)> {
    let mut acknowledged = Vec::new();
    for n in 0..APPENDS {
        let answers = store.append(events(writer, n)).await.expect("an append");
        for (answer, sent) in answers.iter().zip(events(writer, n)) {
            let Appended::Accepted(position, _) = answer else { panic!("{answer:?}") };
            acknowledged.push((*position, sent.event.identity.id));
        }
    }
    acknowledged
}

pub async fn many(place: &Place) {
    let reader = place.open().await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(place.open().await, writer));
    }
    // Follows the log while it grows, as the board does: what it has passed must not appear later.
    let mut followed: Vec<(u64, String)> = Vec::new();
    while followed.len() < (WRITERS * APPENDS * EVENTS) as usize {
        let after = followed.last().map_or(0, |(position, _)| *position);
        for logged in reader.read(&name("i1"), after, 50).await.expect("a read") {
            assert_eq!(logged.position, followed.len() as u64 + 1, "a gap");
            followed.push((logged.position, logged.event.identity.id));
        }
        tokio::task::yield_now().await;
    }
    let mut acknowledged: Vec<(u64, String)> = writers.join_all().await.into_iter().flatten().collect();
    acknowledged.sort_unstable();
    assert_eq!(followed, acknowledged);
    let ids: BTreeSet<&String> = followed.iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), followed.len());
}

pub async fn same_events(place: &Place) {
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let store = place.open().await;
        writers.spawn(async move {
            let mut accepted = 0;
            for n in 0..APPENDS {
                let answers = store.append(events(0, n)).await.expect("an append");
                assert!(answers.iter().all(|answer| !matches!(answer, Appended::Conflict { .. })));
                accepted += answers.iter().filter(|answer| matches!(answer, Appended::Accepted(..))).count();
            }
            accepted
        });
    }
    let accepted: usize = writers.join_all().await.into_iter().sum();
    let log = whole_log(&*place.open().await, "i1").await;
    assert_eq!((accepted, log.len()), ((APPENDS * EVENTS) as usize, (APPENDS * EVENTS) as usize));
}

pub async fn opposite_orders(place: &Place) {
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = place.open().await;
        writers.spawn(async move {
            for n in 0..APPENDS {
                let mut both = vec![
                    pending(small("i1", &format!("{writer}-{n}"), 1)),
                    pending(small("i2", &format!("{writer}-{n}"), 1)),
                ];
                if writer % 2 == 0 {
                    both.reverse();
                }
                store.append(both).await.expect("an append");
            }
        });
    }
    writers.join_all().await;
    let store = place.open().await;
    for iteration in ["i1", "i2"] {
        assert_eq!(whole_log(&*store, iteration).await.len(), (WRITERS * APPENDS) as usize);
    }
}

pub async fn opened_at_once(place: &Place) {
    let (first, second, third) = tokio::join!(place.open(), place.open(), place.open());
    assert!(first.token_key() == second.token_key() && second.token_key() == third.token_key());
    let elsewhere = place.another();
    assert_ne!(first.token_key(), elsewhere.open().await.token_key());
}
