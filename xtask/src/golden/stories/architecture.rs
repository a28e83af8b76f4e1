//! Days on which the architecture suffers.

use super::{Story, Told, candidate, morning, scan_candidate, staging};
use crate::golden::ask::{Ask, blocks, kpi};
use crate::golden::day::{Breach, Day, Pipeline};
use crate::golden::journal::person;
use crate::golden::product::module;
use serde_json::{Value, json};
use shared::expect::Expectation;

const UPWARDS: Breach = Breach {
    rule: "layers-point-down",
    severity: "error",
    from: ("ledger", "posting"),
    to: ("payments", "fees"),
    reason: "The ledger asks payments for the fee to reverse.",
};
const SHORTCUT: Breach = Breach {
    rule: "ledger-by-its-front",
    severity: "error",
    from: ("payments", "refund"),
    to: ("ledger", "entry"),
    reason: "Partial refunds write entries themselves.",
};
const LEGACY: Breach = Breach {
    rule: "ledger-by-its-front",
    severity: "error",
    from: ("settlement", "payout"),
    to: ("ledger", "hold"),
    reason: "Payouts release holds directly since 3.0.",
};
const WIDE: Breach = Breach {
    rule: "no-wide-module",
    severity: "warn",
    from: ("payments", "lib"),
    to: ("payments", "refund"),
    reason: "payments::lib uses fourteen modules.",
};

const SUPPRESSED_UNTIL: &str = "2027-06-30T00:00:00Z";
const OVERRIDDEN_UNTIL: &str = "2027-06-30T17:00:00Z";
/// Why the head of payments answers for the release.
const ANSWER: &str =
    "The schemes' rule on partial refunds takes effect on the 12th; the cycle goes with ledger 3.";

/// Lets ledger and payments use each other: posting → fees → the ledger's front → posting.
fn tie(day: &mut Day) {
    day.product.add_import(UPWARDS.from, UPWARDS.to, "normal", 1);
    day.product.add_import(("payments", "fees"), ("ledger", "lib"), "normal", 2);
    day.product.add_import(SHORTCUT.from, SHORTCUT.to, "normal", 5);
    day.product.add_import(LEGACY.from, LEGACY.to, "normal", 1);
}

/// The ring that [`tie`] makes.
fn ring() -> Value {
    let members = [("ledger", "posting"), ("payments", "fees"), ("ledger", "lib")];
    let members: Vec<String> = members.map(|(of, name)| format!("module:{}", module(of, name))).to_vec();
    json!({
        "len": 1,
        "has": [{
            "kinds": ["normal"],
            "members": members,
            "shortest_cycle": {"len": 3, "has": members},
            "cut": {"len": 1},
        }],
    })
}

fn violation(breach: &Breach, suppressed: bool) -> Value {
    json!({
        "id": format!("violation:{}", breach.key()),
        "rule": breach.rule,
        "severity": breach.severity,
        "suppressed": suppressed,
    })
}

/// The morning's scan is of the release before; the candidate's follows when it is cut.
fn indebted(story: &Story, ledger: Option<Value>, breaches: &[Breach]) -> Day {
    let mut day = morning(story, ledger, &["The fee is reversed in proportion", "A won dispute is credited"]);
    tie(&mut day);
    scan_candidate(&mut day, breaches);
    day.execute(&Pipeline::new("11:04:00").late("integration-ledger", "13:11:02"));
    day.behave(&candidate(&day));
    day.behave(&staging(&day));
    day
}

pub fn tech_debt(story: &Story) -> Told {
    let mut day = indebted(story, None, &[UPWARDS, SHORTCUT, LEGACY, WIDE]);
    let granted = json!({
        "suppression": "s-payout-hold", "violation": LEGACY.key(), "owner": person("Henrik Dahl"),
        "reason": "Older than the rule; goes with settlement 2.", "expires_at": SUPPRESSED_UNTIL,
    });
    day.record("Henrik Dahl", "12:20:31", "mission.suppression.granted.v1", "s-payout-hold", granted);
    day.close("17:26:00", "Not released: the ledger must not know payments.");
    let expect = tech_debt_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn tech_debt_answers(day: &Day) -> Vec<Expectation> {
    let (before, noon) = (day.at("11:00:00"), day.at("12:00:00"));
    vec![
        Ask::now(
            "One cycle and two blocking violations; the third is suppressed, the fourth only a warning.",
        )
        .verdict("tech_debt", ["pass", "pass", "fail"])
        .and(json!({
            "sentence": "Not deployable: 2 violations block; 1 cycle among modules.",
            "override": null, "next_change": SUPPRESSED_UNTIL,
            "streams": {"acc": {"reasons": [
                {"criterion": "acc.blocking_violations", "blocking": true, "entities": {"len": 2}},
                {"criterion": "acc.cyclic_dependencies", "blocking": true},
            ]}},
            "counterfactual": [{
                "criterion": "acc.cyclic_dependencies",
                "entity": format!("module:{}", module("ledger", "posting")),
            }],
        }))
        .acc(json!({
            "components": ring(),
            "violations": {
                "len": 4,
                "has": [
                    violation(&UPWARDS, false),
                    violation(&SHORTCUT, false),
                    violation(&LEGACY, true),
                    violation(&WIDE, false),
                ],
            },
            "suppressions": {
                "len": 1,
                "all": {
                    "id": "s-payout-hold",
                    "in_force": true,
                    "covers": 1,
                    "owner": person("Henrik Dahl"),
                },
            },
            "rules": [{"id": "rule:ledger-by-its-front", "violations": 1}],
            "kpis": [
                kpi("acc.blocking_violations", 2, 1, "missed"),
                kpi("acc.cyclic_dependencies", 1, 1, "missed"),
            ],
        }))
        .dde(json!({"contracts": [{"id": "contract:ledger-posting", "aligned": true}]}))
        .done(),
        Ask::then(before, "Before the candidate was cut, the last scan was clean.")
            .acc(json!({"components": {"len": 0}, "violations": {"len": 0}}))
            .and(json!({"streams": {"acc": {"state": "pass"}}}))
            .done(),
        Ask::then(
            noon,
            "At noon the old breach of payouts blocked as well, and the ledger's tests were still running.",
        )
        .verdict("pending", ["undecided", "pass", "fail"])
        .and(json!({
            "best": "tech_debt",
            "streams": {"acc": {"reasons": blocks("acc.blocking_violations", "is 3")}},
        }))
        .dde(json!({"tasks": [{"id": "task:integration-ledger", "state": "running"}]}))
        .done(),
        Ask::hindsight(noon, "They had passed; a suppression granted later does not reach back.")
            .verdict("pending", ["undecided", "pass", "fail"])
            .acc(json!({"kpis": [kpi("acc.blocking_violations", 3, 1, "missed")]}))
            .dde(json!({"tasks": [{"id": "task:integration-ledger", "state": "passed"}]}))
            .done(),
        Ask::hindsight(
            shared::time::Time::parse("2027-07-01T00:00:00Z").expect("a time"),
            "Once the suppression expires, three block.",
        )
        .verdict("tech_debt", ["pass", "pass", "fail"])
        .acc(json!({
            "kpis": [kpi("acc.blocking_violations", 3, 1, "missed")],
            "suppressions": {"all": {"in_force": false}},
        }))
        .done(),
    ]
}

pub fn overridden(story: &Story) -> Told {
    let carried = json!({
        "suppressions": [{
            "id": "s-payout-hold", "violation": LEGACY.key(), "owner": person("Henrik Dahl"),
            "reason": "Older than the rule; goes with settlement 2.",
            "since": "2026-11-09T12:20:31Z", "expires_at": SUPPRESSED_UNTIL,
        }],
        "quarantine": [],
    });
    let mut day = indebted(story, Some(carried), &[UPWARDS, LEGACY, WIDE]);
    let data = json!({
        "override": "o-ledger-cycle", "reason": ANSWER, "expires_at": OVERRIDDEN_UNTIL, "scope": ["acc"],
        "actor": person("Maren Vogel"),
    });
    day.record("Maren Vogel", "16:42:10", "mission.override.recorded.v1", "o-ledger-cycle", data);
    day.close("17:49:00", "Rolled out under an override.");
    let expect = overridden_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn overridden_answers(day: &Day) -> Vec<Expectation> {
    let (before, noon) = (day.at("16:40:00"), day.at("12:00:00"));
    vec![
        Ask::now(
            "The verdict stays tech debt; the override lets the pipeline go on and says who answers for it.",
        )
        .verdict("tech_debt", ["pass", "pass", "fail"])
        .and(json!({
            "exit_code": 0, "next_change": SUPPRESSED_UNTIL,
            "override": {
                "id": "o-ledger-cycle",
                "actor": person("Maren Vogel"),
                "reason": ANSWER,
                "scope": ["acc"],
                "expires_at": OVERRIDDEN_UNTIL,
            },
        }))
        .acc(json!({
            "components": ring(),
            "violations": {"len": 3, "has": [violation(&UPWARDS, false), violation(&LEGACY, true)]},
            "suppressions": [{"id": "s-payout-hold", "in_force": true, "covers": 1}],
            "kpis": [kpi("acc.blocking_violations", 1, 1, "missed")],
        }))
        .convergence(json!({"verdict": "tech_debt", "override": {"id": "o-ledger-cycle"}}))
        .done(),
        Ask::then(before, "Two minutes before, nobody answered for it, and the pipeline stopped.")
            .verdict("tech_debt", ["pass", "pass", "fail"])
            .and(json!({"override": null}))
            .done(),
        Ask::hindsight(before, "An override counts from when it is recorded: it does not reach back.")
            .verdict("tech_debt", ["pass", "pass", "fail"])
            .and(json!({"override": null}))
            .done(),
        Ask::then(noon, "At noon the ledger's tests were under way.")
            .verdict("pending", ["undecided", "pass", "fail"])
            .dde(json!({"tasks": [{"id": "task:integration-ledger", "state": "running"}]}))
            .done(),
        Ask::hindsight(
            shared::time::Time::parse("2027-07-01T00:00:00Z").expect("a time"),
            "When it has expired, tech debt stops the pipeline again, and the suppression is over too.",
        )
        .verdict("tech_debt", ["pass", "pass", "fail"])
        .and(json!({"override": null}))
        .acc(json!({"kpis": [kpi("acc.blocking_violations", 2, 1, "missed")]}))
        .done(),
    ]
}
