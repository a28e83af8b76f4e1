//! Random operations against a model that is too simple to be wrong.

use super::beside::letter;
use super::log::{name, whole_log};
use super::place::Place;
use crate::events::{pending, sent, small};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use server::store::{Appended, Category, Store, StoreError};
use shared::event::{Event, Logged};
use shared::time::Time;
use std::collections::BTreeMap;

const ITERATIONS: [&str; 3] = ["i0", "i1", "i2"];
const CASES: usize = 16;

#[derive(Debug, Clone)]
enum Op {
    /// Events (iteration, id, content): new ones, duplicates and conflicts as it happens.
    Append(Vec<(usize, u8, u32)>),
    Restore(usize, u64),
    Bury(u8),
    Replay,
    Discard,
    Reopen,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let event = (0..ITERATIONS.len(), 0_u8..40, 0_u32..3);
    let op = prop_oneof![
        6 => prop::collection::vec(event, 0..25).prop_map(Op::Append),
        1 => (0..ITERATIONS.len(), 1_u64..200).prop_map(|(iteration, n)| Op::Restore(iteration, n)),
        1 => (0_u8..4).prop_map(Op::Bury),
        1 => Just(Op::Replay),
        1 => Just(Op::Discard),
        1 => Just(Op::Reopen),
    ];
    prop::collection::vec(op, 1..40)
}

/// Logs as lists, letters as a map.
#[derive(Default)]
struct Model {
    logs: BTreeMap<String, Vec<Event>>,
    letters: BTreeMap<i64, String>,
}

impl Model {
    /// What the store must answer: a position, whether it is new, or `None` for a conflict.
    fn append(&mut self, event: &Event) -> Option<(u64, bool)> {
        let log = self.logs.entry(event.iteration.to_string()).or_default();
        match log.iter().position(|there| there.identity == event.identity) {
            Some(at) if log[at].content_hash() == event.content_hash() => Some((at as u64 + 1, false)),
            Some(_) => None,
            None => {
                log.push(event.clone());
                Some((log.len() as u64, true))
            }
        }
    }

    fn check(&mut self, event: &Event, answer: &Appended) {
        let expected = self.append(event);
        match answer {
            Appended::Accepted(position, _) => assert_eq!(expected, Some((*position, true))),
            Appended::Duplicate(position) => assert_eq!(expected, Some((*position, false))),
            Appended::Conflict { letter, .. } => {
                assert_eq!(expected, None);
                let body = self.letters.entry(*letter).or_insert_with(|| conflict_body(event));
                assert_eq!(*body, conflict_body(event), "one number is one letter");
            }
        }
    }
}

fn conflict_body(event: &Event) -> String {
    format!("{} {}", event.identity.id, event.content_hash())
}

async fn step(store: &dyn Store, model: &mut Model, op: Op) {
    match op {
        Op::Append(events) => {
            let events: Vec<Event> = events
                .into_iter()
                .map(|(i, id, content)| small(ITERATIONS[i], &id.to_string(), content))
                .collect();
            let answers =
                store.append(events.iter().cloned().map(pending).collect()).await.expect("an append");
            assert_eq!(answers.len(), events.len());
            for (event, answer) in events.iter().zip(&answers) {
                model.check(event, answer);
            }
        }
        Op::Restore(iteration, n) => {
            let events: Vec<Event> =
                (1..=n).map(|n| small(ITERATIONS[iteration], &n.to_string(), 1)).collect();
            let logged = (1..).zip(events.iter().cloned()).map(|(position, event)| {
                let recorded_at = Time(i64::try_from(position).expect("small"));
                Logged { position, recorded_at, actor: None, steward: false, event }
            });
            let answer = store.restore(logged.collect()).await;
            let log = model.logs.entry(ITERATIONS[iteration].to_owned()).or_default();
            match answer {
                Ok(heads) => {
                    assert!(log.is_empty());
                    assert_eq!(heads, [(name(ITERATIONS[iteration]), n)].into_iter().collect());
                    *log = events;
                }
                Err(StoreError::NotEmpty(_)) => assert!(!log.is_empty()),
                Err(error) => panic!("{error}"),
            }
        }
        Op::Bury(n) => {
            let body = format!("letter {n}");
            let number = store.bury(vec![letter(Category::Schema, &body)]).await.expect("a burial")[0];
            assert_eq!(*model.letters.entry(number).or_insert_with(|| body.clone()), body);
        }
        Op::Replay => {
            let Some(number) = model.letters.keys().next().copied() else { return };
            let kept = store.dead_letter(number).await.expect("a read").expect("the letter");
            if kept.category == Category::Critical {
                let event = sent(serde_json::from_str(&kept.body).expect("JSON"));
                let answer = store.append(vec![pending(event.clone())]).await.expect("an append").remove(0);
                model.check(&event, &answer);
                assert!(matches!(answer, Appended::Conflict { letter, .. } if letter == number));
            }
            store.touch_dead_letter(number, kept.category, "again").await.expect("a count");
        }
        Op::Discard => {
            let Some((number, _)) = model.letters.pop_last() else { return };
            assert!(store.discard(number).await.expect("a discard"));
        }
        Op::Reopen => {}
    }
}

pub async fn agrees(place: &Place) {
    let config = Config { rng_seed: RngSeed::Fixed(20_261_124), ..Config::default() };
    let mut runner = TestRunner::new(config);
    for _ in 0..CASES {
        let ops = ops().new_tree(&mut runner).expect("a case").current();
        let place = place.another();
        let mut store = place.open().await;
        let mut model = Model::default();
        for op in ops {
            if matches!(op, Op::Reopen) {
                drop(store);
                store = place.open().await;
            }
            step(&*store, &mut model, op).await;
        }
        for iteration in ITERATIONS {
            let log = whole_log(&*store, iteration).await;
            let events: Vec<Event> = log.into_iter().map(|logged| logged.event).collect();
            assert_eq!(events, model.logs.remove(iteration).unwrap_or_default());
        }
        let letters = store.dead_letters(0, 1_000).await.expect("letters");
        let numbers: Vec<i64> = letters.iter().map(|letter| letter.id).collect();
        assert_eq!(numbers, model.letters.keys().copied().collect::<Vec<i64>>());
    }
}
