//! A day of many events: every scenario in every market, again and again.

use super::{Story, Told, begin, modules};
use crate::golden::ask::{Ask, blocks, kpi};
use crate::golden::day::{Day, Pipeline, Scan, Suite, Try};
use crate::golden::seed::Seed;
use serde_json::json;
use shared::expect::Expectation;

/// Markets in which the suite runs.
const MARKETS: &[(&str, &str)] =
    &[("de", "Germany"), ("fr", "France"), ("nl", "the Netherlands"), ("pl", "Poland"), ("se", "Sweden")];
/// When the suite starts, and on which of the day's merges.
const RUNS: [(&str, usize); 16] = [
    ("08:24:00", 0),
    ("08:55:00", 0),
    ("09:26:00", 1),
    ("09:58:00", 1),
    ("10:31:00", 2),
    ("11:04:00", 2),
    ("11:36:00", 2),
    ("12:08:00", 3),
    ("12:41:00", 3),
    ("13:15:00", 3),
    ("13:48:00", 3),
    ("14:22:00", 3),
    ("14:57:00", 4),
    ("15:33:00", 4),
    ("16:06:00", 4),
    ("16:39:00", 4),
];
/// Features that the fourth merge breaks in Poland and Sweden: the zloty and the krona.
const BROKEN: [&str; 6] =
    ["multi_currency", "partial_refunds", "daily_settlement", "payouts", "refunds", "reconciliation"];
const BROKEN_MARKETS: [&str; 2] = ["pl", "se"];

/// Scenarios that the fourth merge breaks.
fn broken(day: &Day) -> Vec<String> {
    let inside = BROKEN.iter().flat_map(|slug| day.product.scenarios_of(slug));
    inside.filter(|key| BROKEN_MARKETS.iter().any(|market| key.ends_with(&format!("@{market}")))).collect()
}

/// Scenarios that flake.
fn unsteady(day: &Day) -> [String; 3] {
    [
        ("A merchant who is down gets the event later", "fr"),
        ("Two equal requests at the same instant charge once", "nl"),
        ("The shopper leaves in the middle of a challenge", "se"),
    ]
    .map(|(name, market)| format!("{}@{market}", day.product.root(name)))
}

pub fn large(story: &Story) -> Told {
    let mut day = Day::new(story);
    day.product.spread(MARKETS);
    begin(&mut day, story, None);
    day.contracts("08:12:00", &[]);
    day.scan(&Scan { clock: "10:10:30", commit: day.commit.clone(), breaches: &[] });
    day.execute(&Pipeline {
        approval_secs: 300,
        ..Pipeline::new("08:44:00").late("integration-gateway", "11:20:09")
    });
    let mut merges = Seed::of(&["merges", story.name]);
    let mut commits: Vec<String> = (0..5).map(|_| merges.hex(12)).collect();
    commits[4].clone_from(&day.commit);
    let (broken, unsteady) = (broken(&day), unsteady(&day));
    for (n, (start, merge)) in (1..).zip(RUNS) {
        let run = format!("bdd-{}-{n}", day.number);
        let mut suite = Suite::new(run, "all markets", start, &commits[merge]).streaming().queueing();
        suite.shards = 20;
        suite.percent = 72;
        let mut chance = Seed::of(&["faults", story.name, start]);
        if merge == 3 {
            for key in &broken {
                suite =
                    suite.with(key.clone(), &[Try::failed("expected 2 minor units of PLN or SEK, got 0")]);
            }
        } else if merge < 3 {
            // Work in progress: a few faults that the next merge repairs; the same on every run of a merge.
            let mut faults = Seed::of(&["merge", &commits[merge]]);
            for _ in 0..4 {
                let at = faults.below(day.product.scenarios.len() as u64) as usize;
                let key = day.product.scenarios[at].key.clone();
                suite = suite.with(key, &[Try::failed("expected status 200, got 500")]);
            }
        }
        if merge == 4 {
            let key = unsteady[chance.below(unsteady.len() as u64) as usize].clone();
            suite = suite.with(key, &[Try::timed_out("no answer within 20 s"), Try::PASSED]);
            if n == 13 {
                for key in &unsteady {
                    suite = suite.with(key.clone(), &[Try::timed_out("no answer within 20 s"), Try::PASSED]);
                }
            }
        }
        if n == 7 {
            suite = suite.late(&["fraud_rules", "webhooks"], "12:55:00");
        }
        day.behave(&suite);
    }
    let last = format!("bdd-{}-{}", day.number, RUNS.len());
    day.trace("16:48:00", &last);
    day.close("17:20:00", "Rolled out to all regions.");
    let expect = large_answers(&day);
    Told { events: day.journal.logged(), expect }
}

fn large_answers(day: &Day) -> Vec<Expectation> {
    let (broken, unsteady) = (broken(day), unsteady(day));
    let (tasks, all) = (day.product.tasks.len() as i64, day.product.scenarios.len() as i64);
    let (hit, afternoon) = (broken.len() as i64, day.at("14:50:00"));
    let (fraud, noon) = (
        format!("scenario:{}@de", day.product.root("A regular customer is let through")),
        day.at("12:05:00"),
    );
    let zloty = format!("scenario:{}@pl", day.product.root("Rounding leaves no cent behind"));
    vec![
        Ask::now("The last merge passes in all markets; three scenarios of 450 are flaky.")
            .verdict("deployable", ["pass", "pass", "pass"])
            .bdv(json!({
                "totals": {"scenarios": all, "passed": all - 3, "flaky": 3, "failed": 0},
                "scenarios": [
                    {"id": format!("scenario:{}", unsteady[0]), "status": "flaky"},
                    // Failed in five runs of one merge, passed in all of the next: a fault, no flake.
                    {"id": zloty, "status": "passed", "attempts": {"len": 16}},
                ],
                "kpis": [
                    kpi("bdv.flake_rate", 3, all, "met"),
                    kpi("bdv.scenario_pass_rate", all, all, "met"),
                    {"name": "bdv.execution_time", "met": true, "target_met": true},
                ],
            }))
            .dde(json!({"tasks": {"len": tasks, "all": {"state": "passed"}}}))
            .acc(json!({"modules": {"len": modules(day)}, "components": {"len": 0}}))
            .done(),
        Ask::then(
            afternoon,
            "At ten to three the fourth merge had broken two currencies: 85.7 % pass, the exit is 90 %.",
        )
        .verdict("design_gap", ["pass", "fail", "pass"])
        .and(json!({
            "streams": {
                "bdv": {"reasons": blocks("bdv.scenario_pass_rate", "exit criterion ≥ 90 %")},
            },
        }))
        .bdv(json!({
            "totals": {"failed": hit},
            "kpis": [kpi("bdv.scenario_pass_rate", all - hit, all, "missed")],
        }))
        .done(),
        Ask::hindsight(afternoon, "Nothing about that was learned later.")
            .verdict("design_gap", ["pass", "fail", "pass"])
            .bdv(json!({"totals": {"failed": hit}}))
            .done(),
        Ask::then(noon, "At five past twelve two features of the seventh run were stuck on the way.")
            .bdv(json!({"scenarios": [{"id": fraud, "attempts": {"len": 6}}]}))
            .done(),
        Ask::hindsight(noon, "They had run.")
            .bdv(json!({"scenarios": [{"id": fraud, "attempts": {"len": 7}}]}))
            .done(),
    ]
}
