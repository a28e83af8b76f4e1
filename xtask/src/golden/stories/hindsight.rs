//! Days on which the answer depends on when one asks.

use super::{Story, Told, candidate, morning, scan_candidate, staging};
use crate::golden::ask::{Ask, blocks, kpi};
use crate::golden::day::{Day, Pipeline, Suite, Try};
use serde_json::json;
use shared::expect::Expectation;

/// Features that need real phones.
const ON_PHONES: &[&str] = &["three_d_secure", "wallets"];
/// The one scenario of those that needs no sheet of the phone's own.
const STEADY: &str = "A low value payment is exempt";

pub fn late_evidence(story: &Story) -> Told {
    let mut day = morning(
        story,
        None,
        &["A valid card is authorised", "A capture debits the scheme and credits the merchant"],
    );
    scan_candidate(&mut day, &[]);
    day.execute(&Pipeline::new("11:04:00").late("integration-settlement", "12:59:30"));
    day.behave(&Suite { late: None, ..candidate(&day) });
    day.behave(&staging(&day));
    let wrong = Try::failed("iOS 27.2: the sheet closes before the token arrives");
    let mut phones = Suite {
        only: ON_PHONES.to_vec(),
        source: "lab:devices",
        shards: 2,
        percent: 180,
        ..Suite::new(format!("lab-{}", day.number), "device laboratory", "16:24:00", &day.commit)
    };
    phones.late = Some((ON_PHONES, "20:12:00"));
    for key in ON_PHONES.iter().flat_map(|slug| day.product.scenarios_of(slug)) {
        if key != day.product.scenario(STEADY) {
            phones = phones.with(key, std::slice::from_ref(&wrong));
        }
    }
    day.behave(&phones);
    day.close("17:45:00", "Rolled out to all regions.");
    let expect = late_evidence_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn late_evidence_answers(day: &Day) -> Vec<Expectation> {
    // All that need phones but the steady one.
    let failed = 10;
    let all = day.product.scenarios.len() as i64;
    let decided = day.at("17:45:30");
    let rolled_out = day.at("16:22:00");
    let lab = format!("lab-{}", day.number);
    let phone = format!("scenario:{}", day.product.scenario("Apple Pay on a phone is authorised"));
    vec![
        Ask::now("Ten of ninety scenarios failed on real phones: 88.8 % pass, the exit is 90 %.")
            .verdict("design_gap", ["pass", "fail", "pass"])
            .and(json!({
                "sentence": "Not deployable: 10 scenarios fail.",
                "streams": {"bdv": {"reasons": blocks("bdv.scenario_pass_rate", "88.8 %")}},
                "counterfactual": {"len": 1, "all": {"criterion": "bdv.scenario_pass_rate"}},
            }))
            .bdv(json!({
                "totals": {"scenarios": all, "failed": failed, "flaky": 0},
                // Passed three times that day and failed last, on the same commit.
                "scenarios": [{
                    "id": phone,
                    "status": "failed",
                    "attempts": {
                        "len": 5,
                        "has": [{"run": lab, "outcome": "failed", "error": {"contains": "sheet closes"}}],
                    },
                }],
            }))
            .done(),
        Ask::then(decided, "When the release was decided every figure met its target.")
            .verdict("deployable", ["pass", "pass", "pass"])
            .and(json!({"sentence": "Deployable: all three streams pass.", "counterfactual": {"len": 0}}))
            .bdv(json!({
                "totals": {"scenarios": all, "passed": all, "failed": 0},
                "kpis": [kpi("bdv.scenario_pass_rate", all, all, "met")],
                "scenarios": [{
                    "id": phone,
                    "status": "passed",
                    "attempts": {"len": 4, "none": {"run": lab}},
                }],
            }))
            .done(),
        Ask::hindsight(
            decided,
            "Knowing what the laboratory reported at night, it was a design gap by then.",
        )
        .verdict("design_gap", ["pass", "fail", "pass"])
        .bdv(json!({
            "totals": {"failed": failed},
            "kpis": [kpi("bdv.scenario_pass_rate", all - failed, all, "missed")],
            "scenarios": [{"id": phone, "status": "failed", "attempts": {"len": 5}}],
        }))
        .done(),
        Ask::hindsight(rolled_out, "Two minutes before the phones began, it was deployable whoever asks.")
            .bdv(json!({"totals": {"failed": 0, "passed": all}}))
            .and(json!({"streams": {"bdv": {"state": "pass"}, "acc": {"state": "pass"}}}))
            .done(),
    ]
}

pub fn pending(story: &Story) -> Told {
    let mut day =
        morning(story, None, &["A first part is refunded", "A verified merchant takes a first payment"]);
    scan_candidate(&mut day, &[]);
    day.execute(
        &Pipeline::new("11:04:00")
            .late("unit-gateway", "12:47:20")
            .with("sdk-python", &[Try::error("index is down: 502"), Try::PASSED]),
    );
    day.behave(&candidate(&day));
    day.behave(&Suite { start: "13:37:20", ..staging(&day) });
    day.journal.cut(day.at("13:40:00"));
    let expect = pending_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn pending_answers(day: &Day) -> Vec<Expectation> {
    let (run, suite) = (day.pipeline_run(), format!("bdd-{}-4", day.number));
    let tasks = day.product.tasks.len() as i64;
    // Soak is under way; approval, two canaries, roll-out, its verification, SDKs and notes wait.
    let waiting = 7;
    let noon = day.at("12:30:00");
    let open = |run: &str| format!("Run {run} is still open.");
    vec![
        Ask::now("Pipeline and suite are under way, seven planned tasks have not run; nothing has failed.")
            .verdict("pending", ["undecided", "undecided", "pass"])
            .and(json!({
                "best": "deployable", "worst": "mixed_failure",
                "sentence": {"contains": "Pending: "},
                "streams": {
                    "dde": {
                        "missing": [
                            open(&run),
                            "Task change-approval has not run.",
                            "Task release-notes has not run.",
                        ],
                        "reasons": {"len": 0},
                    },
                    "bdv": {"missing": [open(&suite)]},
                },
                "counterfactual": [
                    {"change": format!("Run {run} is closed.")},
                    {"change": "Task rollout runs and passes."},
                ],
            }))
            .dde(json!({
                "tasks": {"len": tasks, "has": [
                    {"id": "task:soak", "state": "running"},
                    {"id": "task:change-approval", "state": "waiting", "waits_for": ["task:soak"]},
                    {"id": "task:sdk-python", "state": "passed", "attempts": {"len": 2}},
                ], "none": {"state": "failed"}},
                // All that was tried but the soak.
                "kpis": [kpi("dde.task_success_rate", tasks - waiting - 1, tasks - waiting - 1, "met")],
                "artifacts": {"len": 10},
            }))
            .acc(json!({"components": {"len": 0}, "violations": {"len": 0}}))
            .convergence(json!({"streams": {"bdv": {"state": "undecided"}}}))
            .done(),
        Ask::then(
            noon,
            "At half past twelve the candidate had been tried once; the gateway's unit tests had not reported.",
        )
            .verdict("pending", ["undecided", "pass", "pass"])
            .and(json!({"worst": "pipeline_issue"}))
            .dde(json!({"tasks": [{"id": "task:unit-gateway", "state": "running"}]}))
            .done(),
        Ask::hindsight(noon, "They had passed.")
            .verdict("pending", ["undecided", "pass", "pass"])
            .dde(json!({"tasks": [{"id": "task:unit-gateway", "state": "passed"}]}))
            .done(),
    ]
}
