//! What holds for every log and every question.

use crate::logs::{log, orderless_log};
use crate::oracle::{Answer, answer};
use proptest::prelude::*;
use shared::event::Entry;
use shared::graph::{CellId, Graph, State};
use shared::time::{AsOf, Position, Time};
use std::collections::BTreeMap;

/// Random questions asked of every random log; times cases, at least 10,000.
const QUESTIONS: usize = 24;
const CASES: u32 = 512;

fn questions(count: usize) -> impl Strategy<Value = Vec<(Option<u8>, u8)>> {
    prop::collection::vec((prop::option::weighted(0.9, 0..40_u8), any::<u8>()), count)
}

fn as_of((valid, share): (Option<u8>, u8), head: Position) -> AsOf {
    let known = u64::from(share) * (head + 2) / 256;
    AsOf { valid: valid.map_or(Time::ALWAYS, |time| Time(i64::from(time))), known }
}

fn folded(log: &[Entry]) -> Graph {
    let mut graph = Graph::default();
    log.iter().for_each(|entry| graph.push(entry.clone()).expect("a log has no gaps"));
    graph
}

fn answered(graph: &Graph, state: &State) -> Answer {
    let scene = graph.scene(state);
    let held = |cell: CellId| {
        let key = (graph.subject(cell).clone(), graph.facet(cell), graph.qualifier(cell).to_owned());
        graph.value(state, cell).map(|held| (key, held))
    };
    Answer {
        winners: graph.cells().filter_map(held).collect(),
        pictures: scene.pictures.into_iter().map(|picture| (picture.scope, picture.batch)).collect(),
        open: scene.open_batches.into_iter().map(|open| open.batch).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_the_oracles(log in log(), asked in questions(QUESTIONS), settle_at in any::<u8>()) {
        let plain = folded(&log);
        let mut settled = Graph::default();
        for entry in &log {
            settled.push(entry.clone()).expect("a log has no gaps");
            if entry.position * 7 % 11 == u64::from(settle_at % 11) {
                settled.settle();
            }
        }
        for question in asked {
            let as_of = as_of(question, plain.head());
            let expected = answer(&log, as_of);
            let state = plain.snapshot(as_of);
            prop_assert_eq!(answered(&plain, &state), expected, "at {:?}", as_of);
            let other = settled.snapshot(as_of);
            prop_assert_eq!(&state, &other);
            prop_assert_eq!(plain.digest(&state), settled.digest(&other));
        }
    }

    #[test]
    fn stepping_is_a_snapshot_and_names_what_changed(log in log(), asked in questions(12), settles in any::<bool>()) {
        let mut graph = Graph::default();
        let mut state = graph.snapshot(AsOf { valid: Time::ALWAYS, known: 0 });
        let share = log.len().div_ceil(asked.len());
        let mut chunks = log.chunks(share);
        for question in asked {
            for entry in chunks.next().into_iter().flatten() {
                graph.push(entry.clone()).expect("a log has no gaps");
            }
            if settles {
                graph.settle();
            }
            let before = state.clone();
            let changed = graph.step(&mut state, as_of(question, graph.head()));
            prop_assert_eq!(&state, &graph.snapshot(state.as_of()));
            let differs = |cell: &CellId| graph.value(&before, *cell) != graph.value(&state, *cell);
            let expected: Vec<CellId> = graph.cells().filter(differs).collect();
            let told: Vec<CellId> = changed.iter().copied().filter(differs).collect();
            prop_assert_eq!(told, expected);
            prop_assert!(changed.is_sorted());
        }
    }

    #[test]
    fn at_the_head_the_order_of_events_does_not_matter((log, shuffled) in orderless_log(), valid in 0..2000_i64) {
        let values = |log: &[Entry]| {
            let graph = folded(log);
            let state = graph.snapshot(AsOf { valid: Time(valid), known: graph.head() });
            let answer = answered(&graph, &state);
            let winners: BTreeMap<_, _> =
                answer.winners.into_iter().map(|(cell, (value, valid, _))| (cell, (value, valid))).collect();
            (winners, answer.pictures, answer.open)
        };
        prop_assert_eq!(values(&log), values(&shuffled));
    }

    #[test]
    fn nothing_changes_before_the_next_change(log in log(), valid in 0..30_i64) {
        let graph = folded(&log);
        let at = |valid: i64| graph.snapshot(AsOf { valid: Time(valid), known: graph.head() });
        let now = at(valid);
        let until = graph.next_change(Time(valid)).map_or(40, |time| time.0);
        prop_assert!(until > valid);
        for later in valid..until {
            prop_assert_eq!(answered(&graph, &at(later)).winners, answered(&graph, &now).winners);
        }
    }
}
