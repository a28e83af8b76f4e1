//! The behaviour lens: status by tries and commits, flakes, quarantine, coverage; and the execution lens.

use crate::world::{World, at, good};
use serde_json::json;
use shared::event::{ContractState, Outcome};
use shared::lens::Analysis;
use shared::lens::bdv::{Coverage, Scenario, Status};
use shared::lens::dde::TaskState;
use shared::time::AsOf;

fn tried(tries: &[(&str, &str, &str)]) -> Scenario {
    let mut world = World::default();
    for (i, (outcome, run, commit)) in tries.iter().enumerate() {
        world.scenario("s", run, outcome, &format!("09:00:{i:02}"), commit);
    }
    world.analysis().bdv.scenarios.remove(0)
}

#[test]
fn status_follows_the_last_try_and_flips_on_one_commit() {
    for (tries, status) in [
        (&[("passed", "r", "c")][..], Status::Passed),
        (&[("failed", "r", "c"), ("passed", "r", "c")], Status::Flaky),
        (&[("failed", "r", ""), ("passed", "r", "")], Status::Flaky),
        (&[("failed", "r1", "c"), ("passed", "r2", "c")], Status::Flaky),
        (&[("failed", "r1", "c1"), ("passed", "r2", "c2")], Status::Passed),
        (&[("failed", "r1", ""), ("passed", "r2", "")], Status::Passed),
        (&[("passed", "r", "c"), ("failed", "r", "c")], Status::Failed),
        (&[("error", "r", "c")], Status::Failed),
        (&[("timed_out", "r", "c")], Status::Failed),
        (&[("skipped", "r", "c")], Status::Skipped),
        (&[("passed", "r", "c"), ("unknown", "r", "c")], Status::Undecided),
        (&[("cancelled", "r", "c")], Status::Undecided),
    ] {
        assert_eq!(tried(tries).status, status, "{tries:?}");
    }
}

#[test]
fn a_flake_comes_with_its_probability_and_reasons() {
    let scenario = tried(&[("failed", "r", "c"), ("failed", "r", "c"), ("passed", "r", "c")]);
    // Two fails and a pass on one commit: Beta(3, 2).
    assert!((scenario.flake.probability - 0.6).abs() < 0.001);
    assert!(scenario.flake.low < 0.6 && 0.6 < scenario.flake.high);
    let expected = "same_commit_flip: failed 2 and passed 1 times on the same code (commit c).";
    assert_eq!(scenario.flake.reasons[0], expected);
    let regression = tried(&[("passed", "r1", "c1"), ("failed", "r2", "c2"), ("failed", "r2", "c2")]);
    assert!(regression.flake.reasons.iter().any(|reason| reason.starts_with("regression: ")));
    assert!(!regression.flake.reasons.iter().any(|reason| reason.starts_with("same_commit_flip")));
    assert!(tried(&[("passed", "r", "c")]).flake.reasons.is_empty());
    assert!(!tried(&[("unknown", "r", "c")]).flake.known);
}

fn quarantine(world: &mut World, id: &str, scenario: &str) {
    let data =
        json!({"quarantine": id, "scenario": scenario, "reason": "flaky", "expires_at": at("23:00:00")});
    world.say("12:00:00", "mission.quarantine.granted.v1", data);
}

#[test]
fn a_quarantined_flake_leaves_the_rates_but_a_broken_scenario_does_not() {
    let mut world = good();
    world.scenario("s01", "bdd2", "failed", "12:00:00", "c1");
    world.scenario("fresh", "bdd2", "failed", "12:00:00", "c1");
    quarantine(&mut world, "q1", "s01");
    quarantine(&mut world, "q2", "fresh");
    quarantine(&mut world, "q3", "nobody");
    let bdv = world.analysis_at("22:00:00").bdv;
    let rate = bdv.kpis.iter().find(|kpi| kpi.name == "bdv.scenario_pass_rate").unwrap();
    assert_eq!((rate.numerator, rate.denominator), (19, 20));
    let notes: Vec<Option<&str>> = bdv.quarantine.iter().map(|record| record.note.as_deref()).collect();
    assert_eq!(notes, [None, Some("broken"), Some("unknown scenario")]);
    assert_eq!(bdv.totals.quarantined, 1);
    let expired = world.analysis().bdv;
    assert_eq!(expired.quarantine[0].note.as_deref(), Some("expired"));
    assert_eq!(expired.totals.failed, 2);
}

#[test]
fn requirements_know_what_proves_them() {
    let mut world = good();
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-2"}));
    let covered = world.analysis().bdv.requirements;
    assert_eq!((covered[0].coverage, covered[0].scenarios.len()), (Coverage::Covered, 20));
    assert_eq!(covered[1].coverage, Coverage::Uncovered);
    world.scenario("s01", "bdd2", "failed", "12:00:00", "c2");
    assert_eq!(world.analysis().bdv.requirements[0].coverage, Coverage::Failing);
}

#[test]
fn tasks_have_rank_state_tries_and_backoff() {
    let mut world = World::default();
    world.say("", "mission.task.declared.v1", json!({"task": "test", "depends_on": ["build", "lint"]}));
    world.say("", "mission.task.declared.v1", json!({"task": "lint"}));
    world.task("build", "ci", "failed", "09:00:00", "09:01:00");
    let second =
        json!({"key": "build", "run": "ci", "try": 2, "outcome": "passed", "started_at": at("09:01:30")});
    world.say("09:02:00", "mission.task.finished.v1", second);
    let dde = world.analysis().dde;
    let names: Vec<(&str, u32)> = dde.tasks.iter().map(|task| (task.name.as_str(), task.rank)).collect();
    assert_eq!(names, [("build", 0), ("lint", 0), ("test", 1)]);
    let build = &dde.tasks[0];
    assert_eq!(build.state, TaskState::Tried(Outcome::Passed));
    assert_eq!(build.attempts[1].backoff_ms, Some(30_000));
    assert!(build.critical);
    assert_eq!(dde.tasks[2].state, TaskState::Waiting);
    let awaited: Vec<&str> = dde.tasks[2].waits_for.iter().map(|id| id.key.as_str()).collect();
    assert_eq!(awaited, ["lint"]);
    assert_eq!(serde_json::to_value(&dde.tasks[2]).unwrap()["state"], "waiting");
    assert_eq!(serde_json::to_value(build).unwrap()["state"], "passed");
}

#[test]
fn a_contract_is_aligned_while_everything_it_binds_holds() {
    let world = good();
    assert!(world.analysis().dde.contracts[0].aligned);
    let mut broken = world.clone();
    broken.say("12:00:00", "mission.contract.broken.v1", json!({"contract": "api"}));
    assert!(!broken.analysis().dde.contracts[0].aligned);
    let mut failing = world;
    failing.task("t00", "ci", "failed", "12:00:00", "12:00:10");
    let contract = failing.analysis().dde.contracts.remove(0);
    assert!(!contract.aligned);
    assert_eq!(contract.misaligned[0].to_string(), "task:t00");
    assert_eq!(contract.lock_latency_ms, Some(500));
}

#[test]
fn a_lock_after_a_lock_is_counted_and_makes_locking_no_slower() {
    let mut world = World::default();
    let say = |world: &mut World, clock, what| {
        world.say(clock, what, json!({"contract": "api"}));
    };
    say(&mut world, "09:00:00", "mission.contract.proposed.v1");
    say(&mut world, "09:00:02", "mission.contract.locked.v1");
    say(&mut world, "10:00:00", "mission.contract.broken.v1");
    say(&mut world, "11:00:00", "mission.contract.locked.v1");
    // Told twice, it happened once.
    say(&mut world, "11:00:00", "mission.contract.locked.v1");
    say(&mut world, "12:00:00", "mission.contract.locked.v1");
    let graph = world.graph();
    let at_clock = |clock| {
        let scene = graph.scene(&graph.snapshot(AsOf { valid: at(clock), known: graph.head() }));
        let contract = Analysis::of(scene).dde.contracts.remove(0);
        (contract.state, contract.relocks, contract.lock_latency_ms)
    };
    assert_eq!(at_clock("09:00:01"), (ContractState::Proposed, 0, None));
    assert_eq!(at_clock("09:30:00"), (ContractState::Locked, 0, Some(2_000)));
    assert_eq!(at_clock("10:30:00"), (ContractState::Broken, 0, Some(2_000)));
    assert_eq!(at_clock("11:30:00"), (ContractState::Locked, 1, Some(2_000)));
    assert_eq!(at_clock("23:00:00"), (ContractState::Locked, 2, Some(2_000)));
    // Proposed anew, it waits for a lock of its own.
    say(&mut world, "13:00:00", "mission.contract.proposed.v1");
    let contract = world.analysis().dde.contracts.remove(0);
    assert_eq!(
        (contract.state, contract.relocks, contract.lock_latency_ms),
        (ContractState::Proposed, 2, None)
    );
}
