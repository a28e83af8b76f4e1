//! Flakes across runs and iterations: mass failures, history, the quarantine ledger, and that none of them lets a
//! failure pass.

use crate::world::{World, at, good};
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::event::{Hash128, Outcome};
use shared::flake::{ReasonCode, Standing};
use shared::graph::Scene;
use shared::id::{EntityId, Kind};
use shared::lens::Analysis;
use shared::lens::bdv::{Bdv, Scenario, Status, remember};
use shared::verdict::VerdictName;
use shared::verdict::history::{History, PastIteration};

fn scenario<'a>(bdv: &'a Bdv, key: &str) -> &'a Scenario {
    bdv.scenarios.iter().find(|scenario| scenario.id.key == key).expect("a scenario of the world")
}

/// Puts a context document in force.
fn context(world: &mut World, topic: &str, body: &str) {
    let digest = Hash128::of(&[body.as_bytes()]).to_string();
    world.say("", "mission.context.recorded.v1", json!({"topic": topic, "digest": digest, "body": body}));
}

/// Twelve scenarios: all pass on commit c1, `failing` of them fail in run `bad` on c2, all pass in its repetition.
fn outage(failing: usize) -> World {
    let mut world = World::default();
    for i in 0..12 {
        let key = format!("s{i:02}");
        world.scenario(&key, "r1", "passed", "09:00:00", "c1");
        let outcome = if i < failing { "failed" } else { "passed" };
        world.scenario(&key, "bad", outcome, "10:00:00", "c2");
        world.scenario(&key, "again", "passed", "11:00:00", "c2");
    }
    world
}

#[test]
fn a_mass_failure_counts_for_no_single_scenario_but_stays_in_sight() {
    let some = outage(5).analysis().bdv;
    let all = outage(6).analysis().bdv;
    let (before, after) = (scenario(&some, "s00"), scenario(&all, "s00"));
    assert_eq!((before.flake.flips, before.flake.failure.failed), (1, 1));
    assert_eq!((after.flake.flips, after.flake.failure.failed), (0, 0));
    assert!(after.flake.probability < before.flake.probability);
    assert_eq!(after.flake.codes, [ReasonCode::MassFailure]);
    assert_eq!(
        after.flake.reasons,
        ["mass_failure: run bad counts for no test: 6 of 12 failed in it together."]
    );
    let run = after.flake.runs.iter().find(|run| run.run == "bad").expect("it contributed");
    assert_eq!((run.failed, run.counted), (1, false));
    // It failed and passed on one commit: the status says so, or more failures would make things pass.
    assert_eq!((before.status, after.status), (Status::Flaky, Status::Flaky));
    assert_eq!((before.standing, after.standing), (Standing::Flaky, Standing::Healthy));
}

#[test]
fn the_policy_says_what_a_mass_failure_is() {
    let mut world = outage(5);
    context(&mut world, "policy", "version = 1\nflake = { mass_failure_share = 0.4 }\n");
    assert_eq!(scenario(&world.analysis().bdv, "s00").flake.codes, [ReasonCode::MassFailure]);
    let mut small = outage(12);
    context(&mut small, "policy", "version = 1\nflake = { mass_failure_min = 13 }\n");
    assert!(scenario(&small.analysis().bdv, "s00").flake.codes.contains(&ReasonCode::SameCommitFlip));
}

#[test]
fn figures_name_the_runs_behind_them() {
    let mut world = World::default();
    for (run, outcome, clock, commit) in [
        ("r1", "passed", "09:00:00", "c1"),
        ("r2", "failed", "09:10:00", "c2"),
        ("r3", "passed", "09:20:00", "c2"),
        ("r4", "failed", "09:30:00", "c3"),
    ] {
        world.scenario("s", run, outcome, clock, commit);
    }
    let flake = world.analysis().bdv.scenarios.remove(0).flake;
    let runs: Vec<(&str, u32, u32)> =
        flake.runs.iter().map(|run| (run.run.as_str(), run.failed, run.passed)).collect();
    assert_eq!(runs, [("r4", 1, 0), ("r3", 0, 1), ("r2", 1, 0)]);
    assert_eq!((flake.failure.failed, flake.failure.tried, flake.flips), (2, 4, 1));
    assert_eq!(flake.transition, 2.0 / 20.0);
    assert_eq!(flake.versions.flip_rate, 0.333_333);
    assert_eq!(
        flake.codes,
        [
            ReasonCode::SameCommitFlip,
            ReasonCode::Regression,
            ReasonCode::FailureRate,
            ReasonCode::LikelyFlake
        ]
    );
}

/// The history that an iteration after `worlds` is opened with.
fn history_of(worlds: &[&World]) -> String {
    let scenes: Vec<Scene> = worlds.iter().map(|world| world.scene_at("23:00:00")).collect();
    let mut history = History::default();
    remember(&mut history, &scenes);
    serde_json::to_string(&history).expect("a history is JSON")
}

#[test]
fn what_an_iteration_that_is_not_judged_again_began_with_is_carried_on() {
    let mut first = World::default();
    first.scenario("s", "r1", "failed", "09:00:00", "c1").scenario("calm", "r1", "passed", "09:00:00", "c1");
    let past = |iteration: &str, verdict| PastIteration { iteration: iteration.to_owned(), verdict };
    let mut pinned: History = serde_json::from_str(&history_of(&[&first])).expect("a history");
    pinned.iterations = vec![past("A", VerdictName::Deployable), past("B", VerdictName::Deployable)];
    pinned.fingerprints.insert("spec:old".to_owned(), "0".repeat(16));
    let iterations = vec![past("B", VerdictName::TechDebt), past("C", VerdictName::Pending)];
    let mut history = History { iterations, ..History::default() };
    history.carry(pinned.clone());
    let (a, b) = (past("A", VerdictName::Deployable), past("B", VerdictName::TechDebt));
    assert_eq!(history.iterations, [a, b, past("C", VerdictName::Pending)], "newer word counts");
    let mut later = World::default();
    later.scenario("s", "r2", "passed", "10:00:00", "c2");
    let scene = later.scene_at("23:00:00");
    remember(&mut history, [&scene]);
    let mut alone = History::default();
    remember(&mut alone, [&scene]);
    assert_eq!(history.tries["s"], alone.tries["s"]);
    assert_eq!(history.tries["calm"], pinned.tries["calm"]);
    assert_eq!(history.fingerprints["spec:old"], "0".repeat(16));
}

#[test]
fn earlier_iterations_count_for_the_figures_and_not_for_the_status() {
    let mut first = World::default();
    first.scenario("s", "r1", "failed", "09:00:00", "c1").scenario("s", "r2", "passed", "09:10:00", "c1");
    first.scenario("calm", "r1", "passed", "09:00:00", "c1");
    let mut second = World::default();
    second.scenario("s", "r3", "failed", "10:00:00", "c2").scenario("s", "r4", "passed", "10:10:00", "c2");
    let body = history_of(&[&first, &second]);
    let mut third = World::default();
    context(&mut third, "history", &body);
    third.scenario("s", "r5", "passed", "11:00:00", "c3").scenario("calm", "r5", "passed", "11:00:00", "c3");
    let bdv = third.analysis().bdv;
    let (flaky, calm) = (scenario(&bdv, "s"), scenario(&bdv, "calm"));
    assert_eq!((flaky.status, flaky.flake.flips, flaky.standing), (Status::Passed, 2, Standing::Flaky));
    assert_eq!(flaky.flake.failure.tried, 5);
    let reason =
        "earlier_flip: failed and passed on the same code 2 times in earlier iterations, last on c2.";
    assert_eq!(flaky.flake.reasons[0], reason);
    assert_eq!((calm.flake.failure.tried, calm.standing), (2, Standing::Healthy));
    // The same commit again: one code, and a flip on it.
    let mut again = World::default();
    context(&mut again, "history", &body);
    again.scenario("calm", "r9", "failed", "11:00:00", "c1");
    let again = again.analysis().bdv.scenarios.remove(0);
    assert_eq!((again.flake.flips, again.status), (1, Status::Failed));
    assert!(again.flake.codes.contains(&ReasonCode::SameCommitFlip));
}

#[test]
fn mass_failures_are_not_remembered() {
    let history = history_of(&[&outage(12)]);
    assert!(!history.contains('F'), "{history}");
}

#[test]
fn a_history_that_cannot_be_read_leaves_behaviour_undecided() {
    let mut world = good();
    context(&mut world, "history", r#"{"tries": {"s00": "twelve"}}"#);
    let verdict = world.analysis().verdict;
    assert_eq!(verdict.verdict, VerdictName::Pending);
    assert!(verdict.streams.bdv.missing[0].contains("no summary of tries"), "{:?}", verdict.streams.bdv);
}

/// A quarantined flake, then a fix with `reruns` that pass, and failures after them.
fn fixed(reruns: usize, failing: &[&str]) -> World {
    let mut world = World::default();
    world.scenario("s", "r1", "failed", "08:00:00", "c1").scenario("s", "r2", "passed", "08:10:00", "c1");
    let data = json!({"quarantine": "q", "scenario": "s", "reason": "flaky", "ticket": "PAY-7",
        "owner": "person:0123456789abcdef", "expires_at": at("22:00:00")});
    world.say("08:30:00", "mission.quarantine.granted.v1", data);
    let fix = json!({"record": "q", "commit": "c2", "reruns": 3});
    world.say("09:00:00", "mission.quarantine.fix_proposed.v1", fix);
    for i in 0..reruns {
        world.scenario("s", &format!("fix{i}"), "passed", &format!("10:{i:02}:00"), "c2");
    }
    for (i, commit) in failing.iter().enumerate() {
        world.scenario("s", &format!("late{i}"), "failed", &format!("11:{i:02}:00"), commit);
    }
    world
}

fn stands(world: &World, clock: &str) -> (Standing, bool, Option<String>) {
    let bdv = world.analysis_at(clock).bdv;
    let scenario = scenario(&bdv, "s");
    let note = bdv.quarantine.first().and_then(|record| record.note.clone());
    (scenario.standing, scenario.quarantined, note)
}

#[test]
fn a_fix_is_proposed_proven_watched_and_forgotten() {
    let world = fixed(3, &[]);
    let note = |text: &str| Some(text.to_owned());
    assert_eq!(stands(&world, "08:20:00"), (Standing::Flaky, false, None));
    assert_eq!(stands(&world, "08:45:00"), (Standing::Quarantined, true, None));
    assert_eq!(stands(&world, "10:01:30"), (Standing::FixProposed, true, None));
    assert_eq!(stands(&world, "10:02:30"), (Standing::Grace, false, note("fix proven")));
    let analysis = world.analysis_at("10:02:30");
    let record = &analysis.bdv.quarantine[0];
    let fix = record.fix.as_ref().expect("a fix was proposed");
    assert_eq!((fix.needed, fix.passed, fix.refuted), (3, 3, false));
    assert_eq!(record.ticket.as_deref(), Some("PAY-7"));
    let watched = fix.grace_until.expect("it is proven");
    assert_eq!(watched, at("10:02:00").plus(14 * 86_400_000_000));
    assert_eq!(analysis.verdict.next_change, Some(at("22:00:00")));
    let after = world.analysis_at("22:30:00");
    assert_eq!(after.verdict.next_change, Some(watched), "grace outlasts the record");
    assert_eq!(scenario(&after.bdv, "s").standing, Standing::Grace);
}

#[test]
fn a_failing_rerun_ends_the_quarantine_and_so_does_a_relapse() {
    let refuted = fixed(2, &["c2"]);
    assert_eq!(stands(&refuted, "12:00:00"), (Standing::Flaky, false, Some("fix failed".to_owned())));
    let elsewhere = fixed(2, &["c3"]);
    assert_eq!(stands(&elsewhere, "12:00:00"), (Standing::FixProposed, true, None));
    let relapsed = fixed(3, &["c3"]);
    assert_eq!(stands(&relapsed, "12:00:00"), (Standing::Flaky, false, Some("fix failed".to_owned())));
    let expired = fixed(2, &[]);
    assert_eq!(stands(&expired, "23:00:00"), (Standing::Flaky, false, Some("expired".to_owned())));
}

#[test]
fn the_cap_spares_the_oldest_records() {
    let mut world = good();
    context(&mut world, "policy", "version = 1\nquarantine = { cap = 1 }\n");
    for (id, key, since) in [("b", "s01", "12:00:00"), ("a", "s02", "12:30:00")] {
        let data =
            json!({"quarantine": id, "scenario": key, "reason": "flaky", "expires_at": at("23:00:00")});
        world.say(since, "mission.quarantine.granted.v1", data);
    }
    let bdv = world.analysis_at("13:00:00").bdv;
    let counts: Vec<(&str, bool)> = bdv.quarantine.iter().map(|r| (r.id.as_str(), r.in_force)).collect();
    assert_eq!(counts, [("a", false), ("b", true)]);
    assert_eq!(scenario(&bdv, "s02").standing, Standing::Healthy);
    let before = world.analysis_at("12:15:00").bdv;
    assert_eq!(before.totals.quarantined, 1);
}

#[test]
fn the_ledger_carries_ticket_and_fix_over() {
    let mut world = World::default();
    let fix = json!({"commit": "c2", "reruns": 2, "since": at("09:00:00")});
    let record = json!({"id": "q", "reason": "flaky", "scenario": "s", "ticket": "PAY-7", "fix": fix,
        "since": at("08:00:00"), "expires_at": at("22:00:00")});
    context(&mut world, "ledger", &json!({"quarantine": [record]}).to_string());
    context(&mut world, "history", &json!({"tries": {"s": "4 c1:FP c2:P"}}).to_string());
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s"}));
    world.scenario("s", "r", "passed", "10:00:00", "c2");
    assert_eq!(stands(&world, "11:00:00").0, Standing::Grace);
    assert_eq!(stands(&world, "08:30:00").0, Standing::Quarantined, "no fix was proposed yet");
}

/// A world with quarantines and a proposed fix, half of its scenarios tried twice.
fn guarded() -> Scene {
    let mut world = good();
    for i in 0..20 {
        let outcome = if i < 9 { "failed" } else { "passed" };
        world.scenario(&format!("s{i:02}"), "bdd2", outcome, "12:00:00", "c1");
        world.scenario(&format!("s{i:02}"), "bdd3", "passed", "13:00:00", "c2");
    }
    for i in 0..6 {
        let data = json!({"quarantine": format!("q{i}"), "scenario": format!("s{i:02}"), "reason": "flaky",
            "expires_at": at("23:30:00")});
        world.say("12:30:00", "mission.quarantine.granted.v1", data);
        let fix: Value = json!({"record": format!("q{i}"), "commit": "c2", "reruns": 1 + i % 2});
        world.say("12:40:00", "mission.quarantine.fix_proposed.v1", fix);
    }
    world.run("bdv", "bdd2", "passed", "11:59:00", "12:00:00");
    world.run("bdv", "bdd3", "passed", "12:59:00", "13:00:00");
    world.scene_at("23:00:00")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_failing_try_never_makes_anything_gate_less(changes in prop::collection::vec((0..20usize, 0..3usize), 1..12)) {
        let mut scene = guarded();
        let mut before = Analysis::of(scene.clone());
        for (i, n) in changes {
            let id = EntityId::new(Kind::Scenario, format!("s{i:02}"));
            scene.entities.get_mut(&id).expect("of the good world").attempts[n].outcome = Outcome::Failed;
            let after = Analysis::of(scene.clone());
            for (was, is) in before.bdv.scenarios.iter().zip(&after.bdv.scenarios) {
                prop_assert!(was.quarantined || !is.quarantined, "{} is quarantined by a failure", is.id);
            }
            prop_assert!(
                before.verdict.verdict == VerdictName::Deployable || after.verdict.verdict != VerdictName::Deployable,
                "a failure made it deployable: {}", after.verdict.sentence
            );
            before = after;
        }
    }
}

#[test]
fn a_record_carried_over_can_be_fixed_and_revoked_where_it_lives_on() {
    let mut world = World::default();
    let record = json!({"id": "q", "reason": "flaky", "scenario": "s", "since": at("08:00:00"),
        "expires_at": at("22:00:00")});
    context(&mut world, "ledger", &json!({"quarantine": [record]}).to_string());
    world.scenario("s", "r1", "failed", "08:00:00", "c1").scenario("s", "r2", "passed", "08:10:00", "c1");
    assert_eq!(stands(&world, "09:00:00"), (Standing::Quarantined, true, None));
    let mut fixed = world.clone();
    fixed.say("09:00:00", "mission.quarantine.fix_proposed.v1", json!({"record": "q", "commit": "c2"}));
    assert_eq!(stands(&fixed, "09:30:00"), (Standing::FixProposed, true, None));
    let mut revoked = world;
    revoked.say("09:00:00", "mission.quarantine.revoked.v1", json!({"record": "q"}));
    assert_eq!(stands(&revoked, "08:30:00"), (Standing::Quarantined, true, None));
    assert_eq!(stands(&revoked, "09:30:00"), (Standing::Flaky, false, None));
}
