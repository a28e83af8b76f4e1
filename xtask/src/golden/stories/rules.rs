//! The day on which the rules of the architecture are written down and computed, no longer told by a scanner.

use super::{Story, Told, begin, candidate, drafts, scan_candidate, staging};
use crate::golden::ask::{Ask, blocks, kpi};
use crate::golden::day::{Day, Pipeline};
use crate::golden::journal::person;
use crate::golden::product::module;
use serde_json::{Value, json};
use shared::expect::Expectation;

/// What the platform team puts in force.
const RULES: &str = r#"version = 1

[[rule]]
name = "crates-point-down"
kind = "layers"
layers = [
  ["crates/api/**", "crates/worker/**"],
  ["crates/merchant/**", "crates/onboarding/**", "crates/disputes/**", "crates/reporting/**"],
  ["crates/payments/**", "crates/settlement/**"],
  ["crates/ledger/**", "crates/risk/**", "crates/gateway/**"],
  ["crates/telemetry/**"],
  ["crates/money/**", "crates/types/**"],
]
reason = "A crate uses crates of lower layers only."

[[rule]]
name = "disputes-know-no-reports"
kind = "independence"
sets = { disputes = "crates/disputes/**", reporting = "crates/reporting/**" }

[[rule]]
name = "ledger-by-its-lib"
kind = "forbidden"
from = "crates/**"
to = "crates/ledger/**"
except = [{ from = "crates/ledger/**" }, { to = "crates/ledger/src/lib.rs" }]
reason = "Other crates reach the ledger through ledger::lib, never its insides."

[[rule]]
name = "money-stands-alone"
kind = "allowed"
from = "crates/money/**"
to = "crates/money/**"
reason = "Amounts depend on nothing, so that everybody can depend on them."

[[rule]]
name = "routes-ask-who"
kind = "required"
from = "crates/api/src/lib.rs"
to = "crates/api/src/auth.rs"
"#;

/// An import that a rule forbids: the rule, where it starts and where it ends.
struct Broken {
    rule: &'static str,
    from: (&'static str, &'static str),
    to: (&'static str, &'static str),
}

/// Older than the rule, and still there in the evening.
const PAYOUT: Broken =
    Broken { rule: "ledger-by-its-lib", from: ("settlement", "payout"), to: ("ledger", "hold") };
/// Older than the rule; the candidate is rid of it.
const EVIDENCE: Broken =
    Broken { rule: "ledger-by-its-lib", from: ("disputes", "evidence"), to: ("ledger", "entry") };
/// Suppressed until a date.
const RATE: Broken = Broken { rule: "money-stands-alone", from: ("money", "rate"), to: ("types", "clock") };
/// New in the candidate.
const REFUND: Broken =
    Broken { rule: "ledger-by-its-lib", from: ("payments", "refund"), to: ("ledger", "entry") };

const SUPPRESSED_UNTIL: &str = "2027-01-31T00:00:00Z";
/// Why the baseline grew.
const ACCEPTED: &str = "Older than the rule; both go with ledger 3.";

impl Broken {
    fn key(&self) -> String {
        format!("{}|{}|{}", self.rule, module(self.from.0, self.from.1), module(self.to.0, self.to.1))
    }

    fn violation(&self, state: &str, suppressed: bool) -> Value {
        json!({
            "id": format!("violation:{}", self.key()), "rule": self.rule, "severity": "error",
            "state": state, "suppressed": suppressed,
        })
    }
}

pub fn in_force(story: &Story) -> Told {
    let mut day = Day::new(story);
    for old in [PAYOUT, EVIDENCE, RATE] {
        day.product.add_import(old.from, old.to, "normal", 1);
    }
    begin(&mut day, story, None);
    day.contracts("08:12:00", &[]);
    drafts(&mut day, &[]);
    day.pin("rules", RULES, day.at("09:05:12"));
    accept(&mut day);
    day.product.remove_import(EVIDENCE.from, EVIDENCE.to);
    day.product.add_import(REFUND.from, REFUND.to, "normal", 3);
    scan_candidate(&mut day, &[]);
    day.execute(&Pipeline::new("11:04:00"));
    day.behave(&candidate(&day));
    day.behave(&staging(&day));
    day.close("17:20:00", "Not released: refunds go through the ledger's front.");
    let expect = answers(&day);
    Told { events: day.journal.logged(), expect }
}

/// The old breaches go into the project's baseline, the third is suppressed until a date.
fn accept(day: &mut Day) {
    let baseline = json!({
        "violations": [EVIDENCE.key(), PAYOUT.key()], "reason": ACCEPTED, "actor": person("Maren Vogel"),
    });
    day.pin("baseline", &baseline.to_string(), day.at("09:31:40"));
    let granted = json!({
        "suppression": "s-rate-clock", "rule": RATE.rule, "modules": ["crates/money/**"], "owner": person("Henrik Dahl"),
        "reason": "Rates carry their time until money 2.", "expires_at": SUPPRESSED_UNTIL,
    });
    day.record("Henrik Dahl", "09:40:02", "mission.suppression.granted.v1", "s-rate-clock", granted);
}

fn answers(day: &Day) -> Vec<Expectation> {
    vec![
        Ask::now("The new shortcut blocks; of the two old ones one is gone, the other accepted; the third is suppressed.")
            .verdict("tech_debt", ["pass", "pass", "fail"])
            .and(json!({
                "sentence": "Not deployable: 1 violation blocks.", "next_change": SUPPRESSED_UNTIL,
                "streams": {"acc": {"reasons": blocks("acc.blocking_violations", "is 1")}},
            }))
            .acc(json!({
                "components": {"len": 0},
                "violations": {"len": 3, "has": [
                    PAYOUT.violation("unchanged", true),
                    RATE.violation("new", true),
                    REFUND.violation("new", false),
                ]},
                "baseline": {
                    "violations": 2, "reason": ACCEPTED, "actor": person("Maren Vogel"),
                    "absent": {"len": 1, "all": {"violation": EVIDENCE.key(), "resolved": true}},
                },
                "suppressions": {"len": 1, "all": {"id": "s-rate-clock", "in_force": true, "covers": 1}},
                "rules": {"len": 13, "has": [
                    {"id": "rule:crates-point-down", "kind": "layers", "violations": 0},
                    {"id": "rule:disputes-know-no-reports", "kind": "independence", "violations": 0},
                    {"id": "rule:ledger-by-its-lib", "kind": "forbidden", "violations": 1},
                    {"id": "rule:money-stands-alone", "kind": "allowed", "violations": 0},
                    {"id": "rule:routes-ask-who", "kind": "required", "violations": 0},
                ]},
                "kpis": [kpi("acc.blocking_violations", 1, 1, "missed")],
            }))
            .done(),
        Ask::then(day.at("09:00:00"), "Before the rules were in force, the scan was clean.")
            .acc(json!({"violations": {"len": 0}, "baseline": null}))
            .and(json!({"streams": {"acc": {"state": "pass"}}}))
            .done(),
        Ask::then(day.at("09:20:00"), "The rules find three breaches, all older than they are, and all block.")
            .acc(json!({
                "violations": {"len": 3, "has": [
                    {"id": format!("violation:{}", EVIDENCE.key()), "suppressed": false},
                    {"id": format!("violation:{}", PAYOUT.key()), "suppressed": false},
                    {"id": format!("violation:{}", RATE.key()), "suppressed": false},
                ]},
            }))
            .and(json!({"streams": {"acc": {"state": "fail", "reasons": blocks("acc.blocking_violations", "is 3")}}}))
            .done(),
        Ask::then(day.at("10:00:00"), "Two accepted for a reason, one suppressed: nothing blocks.")
            .acc(json!({
                "violations": {"len": 3, "all": {"suppressed": true}},
                "baseline": {"violations": 2, "absent": {"len": 0}},
            }))
            .and(json!({"streams": {"acc": {"state": "pass"}}}))
            .done(),
        Ask::hindsight(
            shared::time::Time::parse("2027-02-01T00:00:00Z").expect("a time"),
            "Once the suppression expires, two block.",
        )
        .verdict("tech_debt", ["pass", "pass", "fail"])
        .acc(json!({
            "kpis": [kpi("acc.blocking_violations", 2, 1, "missed")],
            "suppressions": {"all": {"in_force": false}},
        }))
        .done(),
    ]
}
