//! The verdict: the table, what leaves a stream undecided, reasons, overrides, policy, the record.

use crate::world::{World, at, good};
use serde_json::json;
use shared::id::{Name, Stream};
use shared::lens::Analysis;
use shared::verdict::policy::Policy;
use shared::verdict::{StreamState, VerdictName, still_possible, verdict_of};

fn verdict(world: &World) -> VerdictName {
    world.analysis().verdict.verdict
}

fn fail_tasks(world: &mut World) {
    world
        .task("t03", "ci", "failed", "12:00:00", "12:00:10")
        .task("t04", "ci", "failed", "12:00:00", "12:00:10");
}

fn fail_scenarios(world: &mut World) {
    for scenario in ["s01", "s02", "s03"] {
        world.scenario(scenario, "bdd2", "failed", "12:00:00", "c2");
    }
}

fn violate(world: &mut World) {
    let data = json!({"rule": "no-core", "severity": "error", "from": "m00", "to": "m01"});
    world.say("", "mission.violation.detected.v1", data);
}

#[test]
fn every_failing_combination_has_its_verdict() {
    for (dde, bdv, acc, expected) in [
        (false, false, false, VerdictName::Deployable),
        (false, true, false, VerdictName::DesignGap),
        (false, false, true, VerdictName::TechDebt),
        (true, false, false, VerdictName::PipelineIssue),
        (true, true, false, VerdictName::MixedFailure),
        (true, false, true, VerdictName::MixedFailure),
        (false, true, true, VerdictName::MixedFailure),
        (true, true, true, VerdictName::SystemicFailure),
    ] {
        let mut world = good();
        if dde {
            fail_tasks(&mut world);
        }
        if bdv {
            fail_scenarios(&mut world);
        }
        if acc {
            violate(&mut world);
        }
        let found = world.analysis().verdict;
        assert_eq!(found.verdict, expected, "{}", found.sentence);
        assert_eq!((found.best, found.worst), (expected, expected));
    }
}

#[test]
fn the_table_is_total_and_worse_streams_never_make_it_deployable() {
    use StreamState::{Fail, Pass, Undecided};
    let states = [Pass, Fail, Undecided];
    for dde in states {
        for bdv in states {
            for acc in states {
                let found = verdict_of(dde, bdv, acc);
                let all = [dde, bdv, acc];
                let fails = all.iter().filter(|state| **state == Fail).count();
                assert_eq!(found == VerdictName::Pending, all.contains(&Undecided));
                assert_eq!(found == VerdictName::Deployable, all == [Pass; 3]);
                assert_eq!(found == VerdictName::SystemicFailure, fails == 3);
                let (best, worst) = still_possible(all);
                assert!(best.exit_code() <= worst.exit_code());
                for i in 0..3 {
                    for worse in [Fail, Undecided] {
                        let mut changed = all;
                        changed[i] = worse;
                        let changed = verdict_of(changed[0], changed[1], changed[2]);
                        assert_ne!(changed, VerdictName::Deployable);
                    }
                }
            }
        }
    }
}

#[test]
fn a_failing_verdict_says_what_and_names_entities_and_evidence() {
    let mut world = good();
    fail_scenarios(&mut world);
    let found = world.analysis().verdict;
    assert_eq!(found.sentence, "Not deployable: 3 scenarios fail.");
    let reason = &found.streams.bdv.reasons[0];
    assert_eq!(reason.text, "Scenario pass rate is 85 %, exit criterion ≥ 90 %: s01, s02, s03.");
    assert_eq!(reason.entities.len(), 3);
    assert_eq!(reason.evidence.len(), 3);
    let changes: Vec<&str> = found.counterfactual.iter().map(|change| change.change.as_str()).collect();
    assert_eq!(changes, ["Scenario s01 passes."], "18 of 20 suffice");
}

#[test]
fn a_missed_target_with_the_exit_met_is_a_warning() {
    let mut world = good();
    world.task("t03", "ci", "failed", "12:00:00", "12:00:10");
    let found = world.analysis().verdict;
    assert_eq!(found.verdict, VerdictName::Deployable, "19 of 20 is 95 %");
    assert!(found.streams.dde.reasons.iter().all(|reason| !reason.blocking));
    assert_eq!(found.sentence, "Deployable: all three streams pass, with a warning: 1 task fails.");
}

#[test]
fn no_evidence_is_pending_and_says_what_is_missing() {
    let found = World::default().analysis().verdict;
    assert_eq!(found.verdict, VerdictName::Pending);
    assert_eq!((found.best, found.worst), (VerdictName::Deployable, VerdictName::SystemicFailure));
    for stream in Stream::ALL {
        assert_eq!(found.streams.get(stream).state, StreamState::Undecided);
        assert_eq!(found.streams.get(stream).missing.len(), 1);
    }
    assert_eq!(found.exit_code(false), 30);
}

#[test]
fn an_open_run_leaves_its_stream_undecided_until_it_is_closed() {
    let mut world = good();
    fail_scenarios(&mut world);
    world.say("13:00:00", "mission.run.started.v1", json!({"stream": "bdv", "run": "again"}));
    let found = world.analysis().verdict;
    assert_eq!(found.verdict, VerdictName::Pending);
    assert_eq!(found.streams.bdv.missing, ["Run again is still open."]);
    assert_eq!((found.best, found.worst), (VerdictName::Deployable, VerdictName::DesignGap));
    world.run("bdv", "again", "passed", "13:00:00", "13:01:00");
    assert_eq!(verdict(&world), VerdictName::DesignGap);
}

#[test]
fn a_planned_task_must_report_but_one_blocked_by_a_failure_does_not_hide_it() {
    let mut world = good();
    world.say(
        "",
        "mission.task.declared.v1",
        json!({"task": "deploy", "depends_on": ["t19"], "planned": true}),
    );
    let found = world.analysis();
    assert_eq!(found.verdict.streams.dde.missing, ["Task deploy has not run."]);
    assert_eq!(found.verdict.verdict, VerdictName::Pending);
    world
        .task("t19", "ci", "failed", "12:00:00", "12:00:10")
        .task("t18", "ci", "failed", "12:00:00", "12:00:10");
    let found = world.analysis();
    assert_eq!(found.verdict.verdict, VerdictName::PipelineIssue);
    let deploy = found.dde.tasks.iter().find(|task| task.id.key == "deploy").unwrap();
    assert_eq!(deploy.waits_for[0].to_string(), "task:t19");
}

#[test]
fn a_blocked_task_alone_keeps_execution_from_passing() {
    let mut world = good();
    world.say(
        "",
        "mission.task.declared.v1",
        json!({"task": "deploy", "depends_on": ["t19"], "planned": true}),
    );
    world.task("t19", "ci", "failed", "12:00:00", "12:00:10");
    let found = world.analysis().verdict;
    assert_eq!(found.verdict, VerdictName::Pending, "20 of 21 pass, but deploy never ran");
    assert_eq!(found.streams.dde.missing, ["Task deploy has not run: it waits for t19."]);
}

#[test]
fn a_scenario_of_a_declared_spec_must_report_unless_quarantined() {
    let mut world = good();
    let declared = json!({"scenario": "new", "spec": "features/pay.feature"});
    world.say("", "mission.scenario.declared.v1", declared);
    assert_eq!(verdict(&world), VerdictName::Pending);
    let quarantine =
        json!({"quarantine": "q", "scenario": "new", "reason": "r", "expires_at": at("23:00:00")});
    world.say("12:00:00", "mission.quarantine.granted.v1", quarantine);
    assert_eq!(world.analysis_at("22:00:00").verdict.verdict, VerdictName::Deployable);
    assert_eq!(verdict(&world), VerdictName::Pending, "expired");
    assert_eq!(world.analysis_at("22:00:00").verdict.next_change, Some(at("23:00:00")));
}

#[test]
fn a_run_that_failed_by_itself_fails_its_stream() {
    let mut world = good();
    let broken = json!({"stream": "bdv", "run": "bdd3", "outcome": "failed", "reason": "BeforeAll hook"});
    world.say("12:00:00", "mission.run.finished.v1", broken);
    let found = world.analysis().verdict;
    assert_eq!(found.verdict, VerdictName::DesignGap);
    let expected = "Run bdd3 of behaviour failed although none of its tries did: BeforeAll hook.";
    assert_eq!(found.streams.bdv.reasons[0].text, expected);
    world.run("bdv", "bdd4", "passed", "13:00:00", "13:00:01");
    assert_eq!(verdict(&world), VerdictName::Deployable);
}

#[test]
fn an_override_is_shown_beside_the_verdict_and_covers_only_its_scope() {
    let mut world = good();
    violate(&mut world);
    let record = |scope: &str| json!({"override": "o1", "reason": "hotfix", "expires_at": at("23:00:00"), "scope": [scope], "actor": "p1"});
    let mut narrow = world.clone();
    narrow.say("12:00:00", "mission.override.recorded.v1", record("bdv"));
    assert!(narrow.analysis_at("22:00:00").verdict.r#override.is_none());
    world.say("12:00:00", "mission.override.recorded.v1", record("acc"));
    let found = world.analysis_at("22:00:00").verdict;
    assert_eq!(found.verdict, VerdictName::TechDebt);
    assert_eq!((found.exit_code(false), found.exit_code(true)), (0, 11));
    assert_eq!(found.without_override().exit_code(false), 11);
    assert_eq!(found.next_change, Some(at("23:00:00")));
    assert_eq!(world.analysis().verdict.exit_code(false), 11, "expired");
}

#[test]
fn a_suppression_counts_until_it_expires() {
    let mut world = good();
    violate(&mut world);
    let granted =
        json!({"suppression": "x", "reason": "legacy", "rule": "no-core", "expires_at": at("20:00:00")});
    world.say("12:00:00", "mission.suppression.granted.v1", granted);
    let found = world.analysis_at("19:00:00");
    assert_eq!(found.verdict.verdict, VerdictName::Deployable);
    assert_eq!(found.acc.violations[0].suppressed_by.as_deref(), Some("x"));
    assert_eq!(found.acc.suppressions[0].covers, 1);
    assert_eq!(world.analysis_at("20:00:00").verdict.verdict, VerdictName::TechDebt);
}

fn with_context(world: &mut World, topic: &str, body: &str) {
    let digest = shared::event::Hash128::of_text(body).to_string();
    world.say("", "mission.context.recorded.v1", json!({"topic": topic, "digest": digest, "body": body}));
}

#[test]
fn a_policy_from_the_context_changes_thresholds_and_required_streams() {
    let mut world = World::default();
    world.scenario("s", "bdd", "passed", "10:00:00", "c1");
    assert_eq!(verdict(&world), VerdictName::Pending);
    with_context(&mut world, "policy", "version = 1\nrequired_streams = [\"bdv\"]\n");
    let found = world.analysis().verdict;
    assert_eq!(found.verdict, VerdictName::Deployable);
    assert!(found.streams.dde.not_applicable && found.streams.acc.not_applicable);
    assert_ne!(found.policy_digest, Policy::built_in().digest);
    world.task("t", "ci", "failed", "12:00:00", "12:01:00");
    assert_eq!(verdict(&world), VerdictName::PipelineIssue, "with evidence it counts");
}

#[test]
fn requiring_no_stream_at_all_is_no_way_to_pass_without_evidence() {
    let mut world = World::default();
    with_context(&mut world, "policy", "version = 1\nrequired_streams = []\n");
    assert_eq!(verdict(&world), VerdictName::Pending);
}

#[test]
fn stale_evidence_is_undecided_where_the_policy_sets_a_limit() {
    let mut world = good();
    with_context(&mut world, "policy", "version = 1\n[staleness]\nbdv = 600\n");
    let fresh = world.analysis_at("20:00:00").verdict;
    assert_eq!(fresh.verdict, VerdictName::Deployable);
    assert_eq!(fresh.next_change, Some(at("20:04:59")));
    assert_eq!(world.analysis_at("20:04:59").verdict.verdict, VerdictName::Pending);
}

#[test]
fn a_document_that_cannot_be_read_leaves_its_streams_undecided() {
    for (topic, body) in [("policy", "version = 2"), ("history", "{\"iteration\": []}"), ("baseline", "[")] {
        let mut world = good();
        with_context(&mut world, topic, body);
        let found = world.analysis().verdict;
        assert_eq!(found.verdict, VerdictName::Pending, "{topic}");
        assert!(found.sentence.contains("cannot be read"), "{}", found.sentence);
    }
}

#[test]
fn history_gives_the_approval_rate_and_pins_scenarios() {
    let mut world = good();
    let history = json!({"iterations": [
        {"iteration": "I-0", "verdict": "deployable"}, {"iteration": "I-00", "verdict": "tech_debt"},
    ], "scenarios": ["s01", "gone"]});
    with_context(&mut world, "history", &history.to_string());
    let found = world.analysis();
    let approval = found.convergence.kpis.iter().find(|kpi| kpi.name == "convergence.approval_rate").unwrap();
    assert_eq!((approval.actual, approval.met), (Some(0.5), false));
    assert_eq!(
        found.verdict.streams.bdv.missing,
        ["Earlier iterations had scenario gone, which has not reported."]
    );
}

#[test]
fn the_baseline_and_carried_records_count() {
    let mut world = good();
    violate(&mut world);
    with_context(&mut world, "baseline", "{\"violations\": [\"no-core|m00|m01\"]}");
    let found = world.analysis();
    assert_eq!(found.verdict.verdict, VerdictName::Deployable);
    assert_eq!(found.acc.violations[0].suppressed_by.as_deref(), Some("baseline"));
    let mut world = good();
    violate(&mut world);
    let carried =
        json!({"suppressions": [{"id": "old", "reason": "r", "rule": "no-core", "since": at("00:00:00")}]});
    with_context(&mut world, "ledger", &carried.to_string());
    assert_eq!(verdict(&world), VerdictName::Deployable);
}

#[test]
fn policy_errors_name_line_and_field() {
    for (document, line, part) in [
        ("version = 1\nrequired_streams = [\"dde\"", 2, ""),
        ("version = 1\ncolour = \"red\"\n", 2, "colour"),
        ("version = 1\n[thresholds]\n\"bdv.luck\" = { target = 1, exit = 1 }\n", 3, "bdv.luck"),
        ("version = 1\n[thresholds]\n\"bdv.flake_rate\" = { target = 0.2, exit = 0.1 }\n", 3, "laxer"),
        ("version = 1\n[thresholds]\n\"bdv.flake_rate\" = { target = nan, exit = 0.1 }\n", 3, "thresholds"),
        ("\nversion = 7\n", 2, "version 7"),
    ] {
        let error = Policy::parse(document).expect_err(document);
        assert_eq!(error.line, line, "{error}");
        assert!(error.reason.contains(part), "{error}");
    }
}

#[test]
fn the_record_has_the_fields_scripts_rely_on() {
    let mut world = good();
    violate(&mut world);
    let json = world.analysis().verdict.to_json(&Name::new("I-1").unwrap());
    for field in [
        "verdict",
        "exit_code",
        "iteration",
        "as_of",
        "position",
        "policy_digest",
        "engine_version",
        "streams",
        "criteria",
        "override",
        "counterfactual",
    ] {
        assert!(json.get(field).is_some(), "{field}");
    }
    assert_eq!(json["verdict"], "tech_debt");
    assert_eq!(json["exit_code"], 11);
    assert_eq!(json["override"], json!(null));
    assert_eq!(json["as_of"]["known"], json["position"]);
    assert_eq!(json["streams"]["acc"]["state"], "fail");
    let names: Vec<&str> =
        json["criteria"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "dde.task_success_rate",
            "dde.retry_rate",
            "dde.contract_lock_latency_p95",
            "bdv.scenario_pass_rate",
            "bdv.flake_rate",
            "bdv.execution_time",
            "acc.blocking_violations",
            "acc.cyclic_dependencies",
            "acc.average_instability",
        ]
    );
    let blocking = &json["criteria"][6];
    assert_eq!(
        (&blocking["actual"], &blocking["exit"], &blocking["met"]),
        (&json!(1.0), &json!(0.0), &json!(false))
    );
}

#[test]
fn thresholds_are_compared_exactly_at_their_edge() {
    let mut world = good();
    // 18 of 20 pass: exactly the exit criterion of 90 %.
    world
        .scenario("s01", "bdd2", "failed", "12:00:00", "c2")
        .scenario("s02", "bdd2", "failed", "12:00:00", "c2");
    assert_eq!(verdict(&world), VerdictName::Deployable);
    // 3 of 20 tasks retried: exactly 15 %, which is not below 15 %.
    for task in ["t01", "t02", "t03"] {
        world.task(task, "ci2", "passed", "12:00:00", "12:00:10");
    }
    let found = world.analysis().verdict;
    assert_eq!(found.verdict, VerdictName::PipelineIssue, "{}", found.sentence);
}

#[test]
fn every_lens_survives_being_written_and_read_back() {
    let mut world = good();
    fail_tasks(&mut world);
    fail_scenarios(&mut world);
    violate(&mut world);
    world.import("m01", "m00", "normal").scenario("s05", "bdd2", "failed", "13:00:00", "c1");
    let Analysis { dde, bdv, acc, convergence, verdict, .. } = world.analysis();
    assert_eq!(
        serde_json::from_str::<shared::lens::Dde>(&serde_json::to_string(&dde).unwrap()).unwrap(),
        dde
    );
    assert_eq!(
        serde_json::from_str::<shared::lens::Bdv>(&serde_json::to_string(&bdv).unwrap()).unwrap(),
        bdv
    );
    assert_eq!(
        serde_json::from_str::<shared::lens::Acc>(&serde_json::to_string(&acc).unwrap()).unwrap(),
        acc
    );
    let text = serde_json::to_string(&convergence).unwrap();
    assert_eq!(serde_json::from_str::<shared::lens::Convergence>(&text).unwrap(), convergence);
    let text = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<shared::verdict::Verdict>(&text).unwrap(), verdict);
}
