//! The execution lens: where time goes, what waits and why, the critical path, the plan, retry storms.

use crate::world::{World, at};
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::id::EntityId;
use shared::lens::Dde;
use shared::lens::dde::{Task, WaitReason, remarks, waiting_words};

const SECOND: i64 = 1_000_000;

fn declare(world: &mut World, task: &str, depends_on: &[&str]) {
    world.say("", "mission.task.declared.v1", json!({"task": task, "depends_on": depends_on}));
}

/// A try, whatever its data.
fn attempt(world: &mut World, end: &str, data: Value) {
    world.say(end, "mission.task.finished.v1", data);
}

fn task<'a>(dde: &'a Dde, key: &str) -> &'a Task {
    dde.tasks.iter().find(|task| task.id.key == key).expect("a task")
}

fn keys(ids: &[EntityId]) -> Vec<&str> {
    ids.iter().map(|id| id.key.as_str()).collect()
}

fn by_key(id: &EntityId) -> String {
    id.key.clone()
}

#[test]
fn queue_run_and_back_off_add_up() {
    let mut world = World::default();
    let first = json!({"key": "t", "run": "r", "try": 1, "outcome": "failed",
        "queued_at": at("09:00:00"), "started_at": at("09:00:10")});
    attempt(&mut world, "09:01:00", first);
    let second = json!({"key": "t", "run": "r", "try": 2, "outcome": "passed",
        "queued_at": at("09:01:30"), "started_at": at("09:01:35")});
    attempt(&mut world, "09:03:00", second);
    let dde = world.analysis().dde;
    let tries = &task(&dde, "t").attempts;
    let parts = |n: usize| (tries[n].backoff_us, tries[n].queue_us, tries[n].run_us);
    assert_eq!(parts(0), (None, Some(10 * SECOND), Some(50 * SECOND)));
    assert_eq!(parts(1), (Some(30 * SECOND), Some(5 * SECOND), Some(85 * SECOND)));
    let times = &task(&dde, "t").times;
    assert_eq!((times.started_at, times.finished_at), (Some(at("09:00:10")), Some(at("09:03:00"))));
    assert_eq!(times.span_us, Some(170 * SECOND));
    assert_eq!(times.span_us, Some((50 + 30 + 5 + 85) * SECOND), "run, back-off, queue, run");
    let sums = (times.queued_us, times.ran_us, times.backed_off_us, times.wasted_us);
    assert_eq!(sums, (Some(15 * SECOND), Some(135 * SECOND), Some(30 * SECOND), Some(50 * SECOND)));
}

#[test]
fn what_nobody_recorded_takes_no_time_and_an_overlap_is_said() {
    let mut world = World::default();
    attempt(
        &mut world,
        "09:01:00",
        json!({"key": "t", "run": "r", "outcome": "failed", "started_at": at("09:00:00")}),
    );
    let early = json!({"key": "t", "run": "r", "try": 2, "outcome": "passed", "started_at": at("09:00:30")});
    attempt(&mut world, "09:02:00", early);
    // Another run has no back-off from this one.
    attempt(
        &mut world,
        "10:01:00",
        json!({"key": "t", "run": "later", "outcome": "passed", "started_at": at("10:00:00")}),
    );
    attempt(
        &mut world,
        "09:00:00",
        json!({"key": "u", "run": "r", "outcome": "passed", "provenance": "unrecorded"}),
    );
    world.say("09:10:00", "mission.task.started.v1", json!({"key": "v", "run": "r"}));
    let dde = world.analysis_at("09:15:00").dde;
    let tries = &task(&dde, "t").attempts;
    assert_eq!((tries[1].backoff_us, tries[1].overlaps), (None, true));
    let dde_later = world.analysis().dde;
    let third = &task(&dde_later, "t").attempts[2];
    assert_eq!((third.backoff_us, third.overlaps), (None, false));
    assert_eq!(task(&dde_later, "t").times.span_us, Some(60 * SECOND), "of the run that counts");
    let unseen = &task(&dde, "u").times;
    assert_eq!((unseen.span_us, unseen.ran_us, unseen.wasted_us), (None, None, None));
    assert!(task(&dde, "u").schedule.is_none());
    assert_eq!(task(&dde, "v").attempts[0].run_us, Some(300 * SECOND), "running, to V");
}

/// build (60 s) and lint (20 s) before test (40 s); docs (10 s) alone.
fn diamond() -> World {
    let mut world = World::default();
    declare(&mut world, "test", &["build", "lint"]);
    world.task("build", "ci", "passed", "09:00:00", "09:01:00");
    world.task("lint", "ci", "passed", "09:00:00", "09:00:20");
    world.task("test", "ci", "passed", "09:01:00", "09:01:40");
    world.task("docs", "ci", "passed", "09:00:00", "09:00:10");
    world
}

#[test]
fn slack_and_critical_path() {
    let dde = diamond().analysis().dde;
    assert_eq!(keys(&dde.critical_path), ["build", "test"]);
    assert_eq!(dde.length_us, Some(100 * SECOND));
    let slack = |key: &str| task(&dde, key).schedule.map(|slot| slot.slack_us / SECOND);
    assert_eq!(["build", "lint", "test", "docs"].map(slack), [Some(0), Some(40), Some(0), Some(90)]);
    let begins = task(&dde, "lint").schedule.map(|slot| (slot.earliest_us, slot.latest_us));
    assert_eq!(begins, Some((0, 40 * SECOND)));
    assert_eq!(task(&dde, "test").held_by.as_ref().map(by_key).as_deref(), Some("build"));
    assert!(dde.plan.out_of_order.is_empty() && dde.storms.is_empty() && dde.cycles.is_empty());
    assert!(remarks(&dde, &by_key).is_empty());
}

#[test]
fn waiting_says_why_and_where_it_begins() {
    let mut world = World::default();
    declare(&mut world, "deploy", &["package", "approve"]);
    declare(&mut world, "package", &["build", "test"]);
    declare(&mut world, "approve", &[]);
    world.task("build", "ci", "failed", "09:00:00", "09:01:00");
    world.say("09:00:00", "mission.task.started.v1", json!({"key": "test", "run": "ci"}));
    world.say("09:02:00", "mission.task.queued.v1", json!({"key": "scan", "run": "ci"}));
    let contract = json!({"contract": "api", "governs": ["task:approve"]});
    world.say("08:00:00", "mission.contract.proposed.v1", contract);
    let dde = world.analysis().dde;
    let why = |key: &str| {
        let waits = &task(&dde, key).waits;
        waits.iter().map(|wait| (wait.reason, wait.since)).collect::<Vec<_>>()
    };
    assert_eq!(
        why("package"),
        [(WaitReason::NotPassed, Some(at("09:01:00"))), (WaitReason::NotFinished, Some(at("09:00:00")))]
    );
    assert_eq!(why("approve"), [(WaitReason::ContractNotLocked, Some(at("08:00:00")))]);
    assert_eq!(why("scan"), [(WaitReason::NoWorker, Some(at("09:02:00")))]);
    assert_eq!(why("build"), []);
    assert_eq!(keys(&task(&dde, "deploy").blocked_by), ["build", "test", "approve"], "gravest first");
    assert_eq!(keys(&task(&dde, "package").waits_for), ["build", "test"]);
    let said = |key: &str| waiting_words(&task(&dde, key).waits, by_key);
    assert_eq!(said("package"), "build did not pass; waits for test");
    assert_eq!(said("approve"), "not locked: api");
    assert_eq!(said("scan"), "no worker since 09:02:00");
    assert_eq!(serde_json::to_value(&task(&dde, "scan").waits[0]).unwrap()["reason"], "no_worker");
}

#[test]
fn a_try_queued_at_the_end_of_the_one_before_backs_off() {
    let mut world = World::default();
    world.task("t", "ci", "failed", "09:00:00", "09:01:00");
    world.say("09:01:00", "mission.task.queued.v1", json!({"key": "t", "run": "ci", "try": 2}));
    let waits = |world: &World| world.analysis().dde.tasks[0].waits.clone();
    assert_eq!(waits(&world)[0].reason, WaitReason::BackOff);
    assert_eq!(waiting_words(&waits(&world), by_key), "backs off since 09:01:00");
    let mut requeued = World::default();
    requeued.task("t", "ci", "failed", "09:00:00", "09:01:00");
    requeued.say("09:01:30", "mission.task.queued.v1", json!({"key": "t", "run": "ci", "try": 2}));
    assert_eq!(waits(&requeued)[0].reason, WaitReason::NoWorker);
}

#[test]
fn circular_waiting_is_said_and_harms_nothing() {
    let mut world = World::default();
    declare(&mut world, "a", &["b"]);
    declare(&mut world, "b", &["a", "c"]);
    declare(&mut world, "d", &["a"]);
    declare(&mut world, "e", &["f"]);
    declare(&mut world, "f", &["e"]);
    declare(&mut world, "g", &["f"]);
    world.task("c", "ci", "failed", "09:00:00", "09:01:00");
    let dde = world.analysis().dde;
    let cycles: Vec<Vec<&str>> = dde.cycles.iter().map(|cycle| keys(cycle)).collect();
    assert_eq!(cycles, [["a", "b"], ["e", "f"]]);
    for key in ["a", "b", "d"] {
        assert_eq!(keys(&task(&dde, key).blocked_by), ["c"], "{key}");
    }
    assert!(task(&dde, "e").blocked_by.is_empty(), "they wait for nothing but each other");
    assert_eq!(keys(&task(&dde, "g").blocked_by), ["f"]);
    assert_eq!(remarks(&dde, &by_key), ["Wait for each other: a, b", "Wait for each other: e, f"]);
}

#[test]
fn plan_against_actual() {
    let mut world = World::default();
    let planned = |task: &str, workflow: &str, planned: bool| json!({"task": task, "workflow": workflow, "planned": planned});
    for (task, workflow, is_planned) in
        [("build", "ci", true), ("deploy", "ci", true), ("extra", "ci", false), ("nightly", "other", false)]
    {
        world.say("", "mission.task.declared.v1", planned(task, workflow, is_planned));
    }
    for task in ["build", "extra", "nightly"] {
        world.task(task, "r", "passed", "09:00:00", "09:01:00");
    }
    let plan = world.analysis().dde.plan;
    assert_eq!((plan.planned, plan.open), (2, false));
    assert_eq!(keys(&plan.missing), ["deploy"]);
    assert_eq!(keys(&plan.unexpected), ["extra"], "no plan speaks of the other workflow");
    let dde = world.analysis().dde;
    let said = ["Ran without being planned: extra", "Planned and never tried: deploy"];
    assert_eq!(remarks(&dde, &by_key), said);
    world.say("09:00:30", "mission.task.started.v1", json!({"key": "build", "run": "r2"}));
    assert!(world.analysis().dde.plan.open, "what is missing may still come");
}

#[test]
fn a_start_before_the_end_of_a_dependency_is_out_of_order() {
    let early = |world: &World| -> Vec<(String, String, Option<i64>)> {
        let pairs = world.analysis().dde.plan.out_of_order;
        pairs.into_iter().map(|pair| (pair.task.key, pair.before.key, pair.by_us)).collect()
    };
    let mut world = diamond();
    declare(&mut world, "docs", &["lint"]);
    let expected = ("docs".to_owned(), "lint".to_owned(), Some(20 * SECOND));
    assert_eq!(early(&world), std::slice::from_ref(&expected));
    // A later run in order heals it, for it is what the state rests on.
    let mut healed = world.clone();
    healed.task("docs", "ci2", "passed", "10:00:00", "10:00:10");
    assert!(early(&healed).is_empty());
    // The dependency is tried again in the same run after the task began.
    let mut retried = diamond();
    let again =
        json!({"key": "build", "run": "ci", "try": 2, "outcome": "passed", "started_at": at("09:01:20")});
    attempt(&mut retried, "09:01:30", again);
    assert_eq!(early(&retried), [("test".to_owned(), "build".to_owned(), Some(30 * SECOND))]);
    // The dependency still runs.
    let mut open = World::default();
    declare(&mut open, "b", &["a"]);
    open.say("09:00:00", "mission.task.started.v1", json!({"key": "a", "run": "r"}));
    open.task("b", "r", "passed", "09:00:10", "09:00:20");
    assert_eq!(early(&open), [("b".to_owned(), "a".to_owned(), None)]);
    // A clean-up after a failure is in order.
    let mut cleanup = World::default();
    declare(&mut cleanup, "clean", &["build"]);
    cleanup.task("build", "r", "failed", "09:00:00", "09:00:10");
    cleanup.task("clean", "r", "passed", "09:00:10", "09:00:20");
    assert!(early(&cleanup).is_empty());
}

#[test]
fn a_storm_names_its_tasks_and_what_their_errors_share() {
    let mut world = World::default();
    for (task, minute) in [("a", 0), ("b", 1), ("c", 2)] {
        for number in 1..=3 {
            let start = format!("09:{:02}:{:02}", minute + number, number);
            let end = format!("09:{:02}:{:02}", minute + number, number + 5);
            let outcome = if number < 3 { "failed" } else { "passed" };
            let data = json!({"key": task, "run": "ci", "try": number, "outcome": outcome,
                "started_at": at(&start), "error": format!("registry unavailable: pulling {task}{number}")});
            attempt(&mut world, &end, data);
        }
    }
    world.task("calm", "ci", "passed", "10:00:00", "10:00:10");
    let dde = world.analysis().dde;
    let [storm] = dde.storms.as_slice() else { panic!("one storm, got {:?}", dde.storms) };
    assert_eq!((storm.from, storm.to), (at("09:02:02"), at("09:05:03")));
    assert_eq!((storm.retries, storm.starts), (6, 9));
    assert_eq!(keys(&storm.tasks), ["a", "b", "c"]);
    assert_eq!(storm.error.as_deref(), Some("registry unavailable: pulling"));
    let said = "Retry storm 09:02:02 to 09:05:03: 6 of 9 starts were retries, of a, b, c: registry unavailable: pulling";
    assert_eq!(remarks(&dde, &by_key), [said]);
}

/// Where waiting begins, by walking: through dependencies that wait themselves, to those that do not and to those that
/// wait for nothing. A task waits for lower numbers only.
fn naive_roots(states: &[u8], edges: &[(usize, usize)], task: usize) -> Vec<usize> {
    let mut roots = Vec::new();
    for &(_, other) in edges.iter().filter(|edge| edge.0 == task) {
        match states[other] {
            WAITS => {
                let deeper = naive_roots(states, edges, other);
                roots.extend(if deeper.is_empty() { vec![other] } else { deeper });
            }
            PASSED => {}
            _ => roots.push(other),
        }
    }
    roots.sort_by_key(|&root| (urgency(states[root]), root));
    roots.dedup();
    roots
}

const WAITS: u8 = 0;
const PASSED: u8 = 1;
const FAILED: u8 = 2;

fn urgency(state: u8) -> u8 {
    match state {
        FAILED => 0,
        WAITS => 3,
        _ => 1,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn roots_are_those_of_every_walk(
        states in prop::collection::vec(0_u8..4, 8),
        edges in prop::collection::vec((0_usize..8, 0_usize..8), 0..16),
    ) {
        let edges: Vec<(usize, usize)> = edges.into_iter().filter(|(from, to)| to < from).collect();
        let mut world = World::default();
        for (task, state) in states.iter().enumerate() {
            let name = format!("t{task}");
            let needs: Vec<String> =
                edges.iter().filter(|edge| edge.0 == task).map(|edge| format!("t{}", edge.1)).collect();
            declare(&mut world, &name, &needs.iter().map(String::as_str).collect::<Vec<_>>());
            match *state {
                WAITS => {}
                PASSED => { world.task(&name, "r", "passed", "09:00:00", "09:00:10"); }
                FAILED => { world.task(&name, "r", "failed", "09:00:00", "09:00:10"); }
                _ => { world.say("09:00:00", "mission.task.started.v1", json!({"key": name, "run": "r"})); }
            }
        }
        let dde = world.analysis().dde;
        for (number, state) in states.iter().enumerate().filter(|(_, state)| **state == WAITS) {
            let expected: Vec<String> =
                naive_roots(&states, &edges, number).iter().map(|root| format!("t{root}")).collect();
            prop_assert_eq!(keys(&task(&dde, &format!("t{number}")).blocked_by), expected, "state {}", state);
        }
    }
}
