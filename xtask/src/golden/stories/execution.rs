//! Days on which the pipeline is in trouble.

use super::{Story, Told, candidate, morning, scan_candidate, staging};
use crate::golden::ask::{Ask, blocks, kpi};
use crate::golden::day::{Day, Pipeline, Try};
use serde_json::json;
use shared::expect::Expectation;

const PULL: Try = Try::error("pull of builder:2026.10 failed: 503 from registry mirror");

pub fn retries(story: &Story) -> Told {
    let mut day = morning(story, None, &["A merchant on hold is left out"]);
    scan_candidate(&mut day, &[]);
    let pass = Try::PASSED;
    let storm: [(&str, &[Try]); 10] = [
        ("build-ledger", &[PULL, pass.clone()]),
        ("build-risk", &[PULL, PULL, pass.clone()]),
        ("build-gateway", &[PULL, pass.clone()]),
        ("build-settlement", &[PULL, PULL, PULL, pass.clone()]),
        ("unit-money", &[PULL, pass.clone()]),
        ("unit-risk", &[PULL, pass.clone()]),
        (
            "integration-gateway",
            &[Try::timed_out("acquirer sandbox north: no answer in 30 s"), PULL, pass.clone()],
        ),
        ("integration-settlement", &[PULL, PULL, pass.clone()]),
        ("image-worker", &[Try::error("push failed: 503 from registry mirror"), pass.clone()]),
        ("image-settlement", &[Try::error("push failed: 503 from registry mirror"), pass]),
    ];
    let mut pipeline = Pipeline::new("11:04:00").late("property-money", "13:02:19");
    for (task, tries) in &storm {
        pipeline = pipeline.with(task, tries);
    }
    day.execute(&pipeline);
    day.behave(&candidate(&day));
    day.behave(&staging(&day));
    // An agent of another product reports to the wrong run, and takes it back.
    let run = day.pipeline_run();
    let stray = format!("{run}/sign/2/finished");
    let about = json!({
        "key": "sign",
        "run": run,
        "try": 2,
        "outcome": "failed",
        "error": "no key for harbour-wms",
    });
    let at = day.at("15:48:20");
    day.journal.say(("ci:pipeline", &stray), "mission.task.finished.v1", Some(at), at.plus(2_600_000), about);
    let retracted = day.at("16:09:05");
    let reason = "Agent 14 belongs to another product.";
    let data = json!({"id": stray, "reason": reason});
    let id = format!("{stray}/retracted");
    let known = retracted.plus(700_000);
    day.journal.say(("ci:pipeline", &id), "mission.event.retracted.v1", Some(retracted), known, data);
    day.close("17:58:00", "Held back: the mirror has to be trusted again first.");
    let expect = retries_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn retries_answers(day: &Day) -> Vec<Expectation> {
    let retried = 10;
    let tasks = day.product.tasks.len() as i64;
    let stray_known = day.at("16:00:00");
    let noon = day.at("12:30:00");
    vec![
        Ask::now("Every task passed in the end, but ten of them, 19.2 %, needed more than one try; the exit is 15 %.")
            .verdict("pipeline_issue", ["fail", "pass", "pass"])
            .and(json!({
                "sentence": "Not deployable: 10 tasks needed more than one try.",
                // Seven of 52 are below 15 %.
                "counterfactual": {"len": 3, "all": {"criterion": "dde.retry_rate"}},
                "streams": {"dde": {"reasons": blocks("dde.retry_rate", "19.2 %")}},
            }))
            .dde(json!({
                "tasks": {"len": tasks, "all": {"state": "passed"}, "has": [
                    {"id": "task:build-settlement", "attempts": {"len": 4, "has": [
                        {"n": 1, "outcome": "error", "backoff_ms": null, "error": {"contains": "503"}},
                        {"n": 2, "backoff_ms": {"at_least": 30_000, "below": 34_000}},
                        {"n": 3, "backoff_ms": {"at_least": 60_000, "below": 64_000}},
                        {
                            "n": 4,
                            "outcome": "passed",
                            "backoff_ms": {"at_least": 120_000, "below": 124_000},
                        },
                    ]}},
                    {
                        "id": "task:integration-gateway",
                        "attempts": [{"n": 1, "outcome": "timed_out"}, {"n": 3, "outcome": "passed"}],
                    },
                    {"id": "task:sign", "attempts": {"len": 1}},
                    {
                        "id": "task:build-settlement",
                        "held_by": "task:build-ledger",
                        "schedule": {"slack_us": 0},
                        "times": {"backed_off_us": {"at_least": 210_000_000, "below": 222_000_000}},
                    },
                ]},
                "critical_path": ["task:build-settlement"],
                // In no ten minutes were more starts retries than not.
                "storms": {"len": 0},
                "plan": {"planned": tasks, "missing": {"len": 0}, "unexpected": {"len": 0}},
                "kpis": [
                    kpi("dde.retry_rate", retried, tasks, "missed"),
                    kpi("dde.task_success_rate", tasks, tasks, "met"),
                ],
            }))
            .done(),
        Ask::then(stray_known, "At four o'clock a stray report said that signing had failed.")
            .verdict("pending", ["undecided", "pass", "pass"])
            .dde(json!({"tasks": [{"id": "task:sign", "state": "failed", "attempts": {"len": 2}}]}))
            .done(),
        Ask::hindsight(stray_known, "It was taken back nine minutes later, for ever: it never happened.")
            .verdict("pending", ["undecided", "pass", "pass"])
            .dde(json!({"tasks": [{"id": "task:sign", "state": "passed", "attempts": {"len": 1}}]}))
            .done(),
        Ask::then(noon, "In the storm: the property tests ended before noon, but nobody had heard of it.")
            .verdict("pending", ["undecided", "pass", "pass"])
            .dde(json!({"tasks": [{"id": "task:property-money", "state": "running"}]}))
            .done(),
        Ask::hindsight(noon, "By half past twelve they had passed.")
            .dde(json!({"tasks": [{"id": "task:property-money", "state": "passed"}]}))
            .done(),
    ]
}

/// Tasks that wait for the load test or the rehearsal of migrations, and so never run.
const HELD_BACK: [&str; 8] = [
    "soak",
    "change-approval",
    "canary-5",
    "canary-50",
    "rollout",
    "verify-rollout",
    "publish-sdks",
    "release-notes",
];

pub fn pipeline_issue(story: &Story) -> Told {
    let mut day = morning(
        story,
        None,
        &["A line without a reference is matched by amount and date", "A negative day is carried over"],
    );
    scan_candidate(&mut day, &[]);
    let refused = Try::failed("camt.053 refused by the bank's checker: element Ntry/BkTxCd is missing");
    let locked = Try::failed("migration 0147 waits for a lock on ledger.entry for more than 5 min");
    let slow = Try::timed_out("p99 of authorise is 2.9 s at 1,200 requests/s, limit 2 s");
    let pipeline = Pipeline::new("11:04:00")
        .late("integration-settlement", "14:31:27")
        .with("integration-settlement", &[refused.clone(), refused])
        .with("migration-rehearsal", &[locked])
        .with("load-test", &[slow]);
    day.execute(&pipeline);
    day.behave(&candidate(&day));
    day.behave(&staging(&day));
    day.close("17:20:00", "Not released: load test and migration.");
    let expect = pipeline_issue_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn pipeline_issue_answers(day: &Day) -> Vec<Expectation> {
    let tasks = day.product.tasks.len() as i64;
    let tried = tasks - HELD_BACK.len() as i64;
    let scenarios = day.product.scenarios.len() as i64;
    let waits: Vec<_> = HELD_BACK
        .iter()
        .map(|task| json!({"id": format!("task:{task}"), "state": "waiting", "attempts": {"len": 0}}))
        .collect();
    let held_up = json!({
        "id": "task:rollout",
        "waits": [{"reason": "not_finished", "on": "task:canary-50"}],
        "blocked_by": {"len": 2, "has": ["task:load-test", "task:migration-rehearsal"]},
    });
    let waits: Vec<_> = waits.into_iter().chain([held_up]).collect();
    let afternoon = day.at("14:10:00");
    vec![
        Ask::now("Three of 45 tried tasks fail, 93.3 % pass, the exit is 95 %; eight never ran, which hides nothing.")
            .verdict("pipeline_issue", ["fail", "pass", "pass"])
            .and(json!({
                "sentence": "Not deployable: 3 tasks fail.",
                "streams": {"dde": {
                    "reasons": [{
                        "criterion": "dde.task_success_rate",
                        "blocking": true,
                        "entities": {
                            "len": 3,
                            "has": [
                                "task:load-test",
                                "task:migration-rehearsal",
                                "task:integration-settlement",
                            ],
                        },
                    }],
                    "missing": ["Task soak has not run: it waits for load-test."],
                }},
                "counterfactual": [{"criterion": "dde.task_success_rate"}],
            }))
            .dde(json!({
                "tasks": {"len": tasks, "has": waits},
                "plan": {"missing": {"len": HELD_BACK.len()}, "out_of_order": {"len": 0}, "open": false},
                "kpis": [
                    kpi("dde.task_success_rate", tried - 3, tried, "missed"),
                    kpi("dde.retry_rate", 1, tried, "met"),
                ],
                "contracts": [{
                    "id": "contract:settlement-file",
                    "aligned": false,
                    "misaligned": ["task:integration-settlement"],
                }],
            }))
            .bdv(json!({"totals": {"scenarios": scenarios, "passed": scenarios}}))
            .acc(json!({"components": {"len": 0}, "violations": {"len": 0}}))
            .convergence(json!({"kpis": [kpi("convergence.contract_alignment", 7, 8, "missed")]}))
            .done(),
        Ask::then(
            afternoon,
            "At ten past two the bank's answer had not been reported: the settlement files seemed to be under way.",
        )
            .dde(
                json!({
                    "tasks": [
                        {"id": "task:integration-settlement", "state": {"contains": "ing"}},
                        {"id": "task:migration-rehearsal", "state": "failed"},
                    ],
                }),
            )
            .done(),
        Ask::hindsight(afternoon, "In hindsight they had been refused twice by then.")
            .dde(
                json!({
                    "tasks": [{
                        "id": "task:integration-settlement",
                        "state": "failed",
                        "attempts": {"len": 2, "all": {"outcome": "failed"}},
                    }],
                }),
            )
            .done(),
        Ask::then(day.at("11:30:00"), "Half an hour into the pipeline nothing had failed.")
            .verdict("pending", ["undecided", "pass", "pass"])
            .done(),
    ]
}
