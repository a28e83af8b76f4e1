//! A day on which everything fails.

use super::mixed::{INSIDE, SECRET, VENDOR, WITHOUT_IMAGE};
use super::{Story, Told, candidate, morning, scan_candidate};
use crate::golden::ask::{Ask, blocks, kpi};
use crate::golden::day::{Breach, Day, Pipeline, Try};
use crate::golden::product::module;
use serde_json::json;
use shared::expect::Expectation;

const PANICS: &[Try] = &[Try::failed("panicked at crates/types/src/error.rs:88: span already closed")];

pub fn systemic(story: &Story) -> Told {
    let mut day = morning(
        story,
        None,
        &["A valid card is authorised", "The trial balance is zero after every scenario"],
    );
    day.product.add_import(("types", "error"), ("telemetry", "span"), "normal", 2);
    day.product.add_import(("telemetry", "span"), ("types", "lib"), "normal", 3);
    for breach in [SECRET, INSIDE] {
        day.product.add_import(breach.from, breach.to, "normal", 1);
    }
    let upwards = Breach {
        rule: "layers-point-down",
        severity: "error",
        from: ("types", "error"),
        to: ("telemetry", "span"),
        reason: "Errors record themselves.",
    };
    scan_candidate(&mut day, &[SECRET, INSIDE, VENDOR, upwards]);
    let pipeline = Pipeline::new("11:04:00")
        .late("unit-risk", "13:15:37")
        .with("unit-money", PANICS)
        .with("unit-payments", &[PANICS[0].clone(), PANICS[0].clone()])
        .with("unit-settlement", PANICS)
        .with("unit-risk", PANICS)
        .with("integration-ledger", PANICS)
        .with("property-money", &[Try::timed_out("no counterexample and no end after 20 min")]);
    day.execute(&pipeline);
    let mut suite = candidate(&day);
    suite.late = None;
    for slug in ["card_authorisation", "double_entry", "daily_settlement"] {
        for key in day.product.scenarios_of(slug) {
            suite = suite.with(key, PANICS);
        }
    }
    day.behave(&suite);
    day.close("15:02:00", "Halted. The merge is reverted tonight.");
    let expect = systemic_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn systemic_answers(day: &Day) -> Vec<Expectation> {
    // Without the images of API and settlement nothing is staged or released; coverage waits for unit-payments.
    let never = WITHOUT_IMAGE + 3;
    let tasks = day.product.tasks.len() as i64;
    let (tried, all) = (tasks - never, day.product.scenarios.len() as i64);
    let noon = day.at("12:50:00");
    vec![
        Ask::now("Six of 35 tried tasks fail, eighteen of ninety scenarios, four violations block and there is a cycle: halt.")
            .verdict("systemic_failure", ["fail", "fail", "fail"])
            .and(json!({
                "sentence": {"contains": "HALT, all three streams fail: 6 tasks fail; 18 scenarios fail; 4 violations block"},
                "best": "systemic_failure", "worst": "systemic_failure",
                "streams": {
                    "dde": {"reasons": blocks("dde.task_success_rate", "82.8 %")},
                    "bdv": {"reasons": blocks("bdv.scenario_pass_rate", "80 %")},
                    "acc": {
                        "reasons": [
                            {"criterion": "acc.blocking_violations", "blocking": true},
                            {"criterion": "acc.cyclic_dependencies", "blocking": true},
                        ],
                    },
                },
            }))
            .dde(json!({
                "kpis": [kpi("dde.task_success_rate", tried - 6, tried, "missed")],
                "tasks": [
                    {"id": "task:image-api", "state": "waiting"},
                    {"id": "task:coverage", "state": "waiting"},
                ],
            }))
            .bdv(
                json!({
                    "totals": {"failed": 18, "passed": all - 18},
                    "requirements": [
                        {"id": "requirement:PAY-101", "coverage": "failing"},
                        {"id": "requirement:PAY-130", "coverage": "failing"},
                    ],
                }),
            )
            .acc(
                json!({
                    "components": {
                        "len": 1,
                        "has": [{
                            "members": [
                                format!("module:{}", module("types", "error")),
                                format!("module:{}", module("telemetry", "span")),
                            ],
                        }],
                    },
                }),
            )
            .done(),
        Ask::then(
            noon,
            "At ten to one risk's tests had not reported: five tasks failed, as far as we knew.",
        )
            .dde(
                json!({
                    "tasks": [
                        {"id": "task:unit-risk", "state": "running"},
                        {"id": "task:unit-money", "state": "failed"},
                    ],
                }),
            )
            .bdv(json!({"totals": {"failed": 18}}))
            .done(),
        Ask::hindsight(noon, "It was six.")
            .dde(json!({"tasks": [{"id": "task:unit-risk", "state": "failed"}]}))
            .done(),
        Ask::then(day.at("11:05:00"), "A minute after the pipeline began all that was known was good.")
            .verdict("pending", ["undecided", "pass", "pass"])
            .and(json!({"best": "deployable"}))
            .done(),
    ]
}
