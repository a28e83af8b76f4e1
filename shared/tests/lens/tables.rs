//! The lenses' tables: each against its golden file, and that nothing of the lens JSON is in none of them.
#![allow(clippy::disallowed_methods, reason = "tests read and write golden files; the crate touches none")]

use crate::world::{World, at};
use serde_json::{Value, json};
use shared::export::table::{TABLES, Table, table};
use shared::lens::Analysis;
use std::collections::BTreeSet;
use std::path::Path;

/// Architecture: two folders that use each other though only two modules do, one rule that is broken.
const RULES: &str =
    "version = 1\n[[rule]]\nname = \"inwards\"\nkind = \"forbidden\"\nfrom = \"store/**\"\nto = \"web/**\"\n";

fn execution(world: &mut World) {
    let declared = |task: &str, depends_on: &[&str], planned: bool| json!({"task": task, "workflow": "ci", "depends_on": depends_on, "planned": planned});
    for (task, depends_on, planned) in [
        ("build", &[][..], true),
        ("test", &["build"], true),
        ("deploy", &["test", "odd;\\name"], true),
        ("publish", &[], true),
        ("chicken", &["egg"], false),
        ("egg", &["chicken"], false),
    ] {
        world.say("", "mission.task.declared.v1", declared(task, depends_on, planned));
    }
    let links = json!({"task": "build", "implements": ["features/pay.feature", "features/gone.feature"], "name": "=1+1, \"x\""});
    world.say("", "mission.task.declared.v1", links);
    world.task("build", "ci", "passed", "09:00:00", "09:10:00");
    world.task("test", "ci", "failed", "09:05:00", "09:12:00");
    world.task("extra", "ci", "passed", "09:00:00", "09:01:00");
    world.say("", "mission.task.declared.v1", declared("extra", &[], false));
    for number in 1..=7 {
        let outcome = if number == 7 { "passed" } else { "failed" };
        let data = json!({"key": "pull", "run": "ci", "try": number, "outcome": outcome,
            "queued_at": at(&format!("09:20:{:02}", number * 5)),
            "started_at": at(&format!("09:20:{:02}", number * 5 + 1)), "error": "connection refused"});
        world.say(&format!("09:20:{:02}", number * 5 + 2), "mission.task.finished.v1", data);
    }
    let contract = json!({"contract": "api", "governs": ["task:deploy", "module:web/a"]});
    world.say("08:00:00", "mission.contract.proposed.v1", contract);
    world.say("08:00:00", "mission.contract.proposed.v1", json!({"contract": "db"}));
    world.say("08:00:01.5", "mission.contract.locked.v1", json!({"contract": "db", "version": "1"}));
    let artifact = json!({"artifact": "image", "task": "build", "version": "1.4", "digest": "sha256:0aff",
        "modules": ["web/a", "web/b"]});
    world.say("11:00:00", "mission.artifact.produced.v1", artifact);
    world.run("dde", "ci", "failed", "09:00:00", "09:30:00");
}

fn behaviour(world: &mut World) {
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-1", "name": "Pay by card"}));
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-2"}));
    world.say("", "mission.spec.declared.v1", json!({"spec": "features/pay.feature", "specifies": ["R-1"]}));
    for scenario in ["s0", "s1", "s2"] {
        let data = json!({"scenario": scenario, "spec": "features/pay.feature", "tags": ["@R-1"]});
        world.say("", "mission.scenario.declared.v1", data);
    }
    world.scenario("s3", "bdd", "cancelled", "10:00:00", "c1");
    world.scenario("s0", "bdd", "passed", "10:00:00", "c1").scenario("s2", "bdd", "failed", "10:00:30", "c1");
    world.scenario("s1", "bdd", "failed", "10:00:00", "c1").scenario("s1", "bdd", "passed", "10:01:00", "c1");
    let granted = json!({"quarantine": "q", "scenario": "s1", "reason": "flaky", "ticket": "PAY-7",
        "owner": "person:0123456789abcdef", "expires_at": at("22:00:00")});
    world.say("10:30:00", "mission.quarantine.granted.v1", granted);
    let fix = json!({"record": "q", "commit": "c2", "reruns": 3});
    world.say("10:40:00", "mission.quarantine.fix_proposed.v1", fix);
    world.run("bdv", "bdd", "failed", "10:00:00", "10:04:59");
}

fn architecture(world: &mut World) {
    for module in ["web/a", "web/b", "store/x", "store/y"] {
        let group = module.split('/').next();
        let path = [module, ".rs"].concat();
        let data = json!({"module": module, "group": group, "path": path, "types": 4, "abstract_types": 1});
        world.say("", "mission.module.declared.v1", data);
    }
    for (from, to) in [("web/a", "store/x"), ("store/y", "web/b"), ("web/a", "web/b"), ("web/b", "web/a")] {
        world.import(from, to, "normal");
    }
    world.context("rules", RULES);
    let accepted = json!({"violations": ["layers|web/a|", "lint|web/b|"], "reason": "old, for now", "actor": "person:0123456789abcdef"});
    world.context("baseline", &accepted.to_string());
    let waived = json!({"rule": "layers", "severity": "error", "from": "web/b", "reason": "up",
        "waiver": "accepted", "justification": "generated", "baseline": "unchanged"});
    world.say("", "mission.violation.detected.v1", waived);
    world.say(
        "",
        "mission.violation.detected.v1",
        json!({"rule": "old", "severity": "warn", "from": "store/x"}),
    );
    let old = json!({"rule": "old", "severity": "warn", "text": "Nothing old,\nnothing at all."});
    world.say("", "mission.rule.declared.v1", old);
    let granted = json!({"suppression": "x", "reason": "legacy", "rule": "old", "modules": ["store/**"],
        "owner": "person:0123456789abcdef", "expires_at": at("22:00:00")});
    world.say("12:00:00", "mission.suppression.granted.v1", granted);
    let granted = json!({"suppression": "y", "reason": "-1 + 2", "violation": "old|gone|"});
    world.say("12:00:00", "mission.suppression.granted.v1", granted);
    world.run("acc", "scan", "passed", "11:00:00", "11:00:10");
    let record = json!({"override": "o1", "reason": "hotfix", "expires_at": at("23:59:59.9"),
        "scope": ["bdv", "acc", "dde"], "actor": "person:0123456789abcdef"});
    world.say("12:00:00", "mission.override.recorded.v1", record);
}

/// Something of everything that a lens can tell.
fn everything() -> Analysis {
    let mut world = World::default();
    execution(&mut world);
    behaviour(&mut world);
    architecture(&mut world);
    world.analysis_at("20:00:00")
}

#[test]
fn every_table_has_rows_and_is_its_golden_file() {
    let analysis = everything();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables");
    let rows_of = |table: &Table| table.rows(&analysis).expect("a lens is JSON").len();
    let empty: Vec<&str> =
        TABLES.iter().filter(|table| rows_of(table) == 0).map(|table| table.name).collect();
    assert!(empty.is_empty(), "no row in {empty:?}");
    for table in &TABLES {
        let csv = table.csv(&analysis).expect("a lens is JSON");
        let path = folder.join(format!("{}.csv", table.name));
        if std::env::var_os("MISSION_UPDATE").is_some() {
            std::fs::write(&path, &csv).expect("a file to write");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == csv, "{} differs; look at it and run with MISSION_UPDATE=1:\n{csv}", path.display());
        let json = table.json(&analysis).expect("a lens is JSON");
        let rows = json.as_array().expect("rows");
        let headers: BTreeSet<&str> = table.headers().collect();
        assert_eq!(headers.len(), table.columns.len(), "{} has a header twice", table.name);
        for row in rows {
            let fields: BTreeSet<&str> = row.as_object().expect("a row").keys().map(String::as_str).collect();
            assert_eq!(fields, headers, "{}", table.name);
        }
    }
    let kept = std::fs::read_dir(&folder).expect("the golden files").count();
    assert_eq!(kept, TABLES.len(), "a golden file is of no table");
}

#[test]
fn every_column_is_told_of_some_row() {
    // What nothing tells in this world.
    let untold = [
        ("attempts", "reason"),
        ("quarantine", "note"),
        ("quarantine", "fix.proven_at"),
        ("quarantine", "fix.grace_until"),
        ("spine-links", "suspect_of"),
        ("orphans", "suspect_of"),
    ];
    let analysis = everything();
    let mut empty = Vec::new();
    for table in &TABLES {
        let rows = table.rows(&analysis).expect("a lens is JSON");
        let is_empty = |at: usize| rows.iter().all(|row| row[at].is_null());
        let headers = table.headers().enumerate().filter(|(at, _)| is_empty(*at));
        empty.extend(headers.map(|(_, header)| (table.name, header)));
    }
    assert_eq!(empty, untold);
}

/// Whether the path `found` is one of the pattern `pattern`, in which `*` is any step.
fn fits(pattern: &[&str], found: &[&str]) -> bool {
    pattern.len() == found.len() && pattern.iter().zip(found).all(|(p, f)| *p == "*" || p == f)
}

/// What of the lens JSON the columns of `table` hold, as patterns.
fn held(table: &Table) -> Vec<String> {
    let mut held = Vec::new();
    for from in table.from {
        for column in table.columns {
            match column.split_once('=').map_or(*column, |(_, path)| path) {
                "." => held.push((*from).to_owned()),
                path if path.contains(['^', '#']) => {}
                path => held.push(format!("{from}.{path}")),
            }
        }
    }
    held
}

/// Paths below `value` that no table holds: of plain values, and of lists, also empty ones.
fn unheld(value: &Value, path: &str, held: &[String], found: &mut BTreeSet<String>) {
    let steps: Vec<&str> = path.split('.').collect();
    let holds = |pattern: &String| fits(&pattern.split('.').collect::<Vec<_>>(), &steps);
    match value {
        _ if held.iter().any(holds) && !is_nested(value) => {}
        Value::Array(items) => {
            let list = format!("{path}.*");
            let is_home = |from: &&str| {
                fits(&from.split('.').collect::<Vec<_>>(), &list.split('.').collect::<Vec<_>>())
            };
            let is_table = TABLES.iter().flat_map(|table| table.from).any(is_home);
            if !is_table {
                found.insert(list.clone());
            }
            items.iter().for_each(|item| unheld(item, &list, held, found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| unheld(field, &format!("{path}.{name}"), held, found));
        }
        // A struct that is not there.
        Value::Null if held.iter().any(|pattern| pattern.starts_with(&format!("{path}."))) => {}
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// Whether a cell of it would be more than a plain value or a list of such.
fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    }
}

#[test]
fn nothing_of_the_lens_json_is_in_no_table() {
    let analysis = everything();
    let held: Vec<String> = TABLES.iter().flat_map(held).collect();
    let mut found = BTreeSet::new();
    let lenses = [
        ("dde", serde_json::to_value(&analysis.dde)),
        ("bdv", serde_json::to_value(&analysis.bdv)),
        ("acc", serde_json::to_value(&analysis.acc)),
        ("convergence", serde_json::to_value(&analysis.convergence)),
    ];
    for (name, lens) in lenses {
        let mut lens = lens.expect("a lens is JSON");
        if name != "convergence" {
            // The convergence lens has them all.
            let kpis = lens["kpis"].take();
            let all = serde_json::to_value(&analysis.convergence.kpis).expect("figures are JSON");
            let all = all.as_array().expect("a list");
            assert!(kpis.as_array().expect("a list").iter().all(|kpi| all.contains(kpi)), "{name}");
            lens.as_object_mut().expect("an object").remove("kpis");
        }
        unheld(&lens, name, &held, &mut found);
    }
    // A word, or a word and what with.
    found.retain(|path| !path.starts_with("convergence.counterfactual.*.action."));
    assert_eq!(found, BTreeSet::new());

    let mut missed = BTreeSet::new();
    unheld(&json!({"tasks": [{"id": "t", "new": [{"a": 1}]}], "none": []}), "dde", &held, &mut missed);
    let missed: Vec<&str> = missed.iter().map(String::as_str).collect();
    assert_eq!(
        missed,
        ["dde.none.*", "dde.tasks.*.new.*", "dde.tasks.*.new.*.a"],
        "the walk sees what is missing"
    );
}

#[test]
fn a_cell_is_safe_in_a_spreadsheet_and_its_list_can_be_taken_apart() {
    let csv = table("tasks").expect("tasks").csv(&everything()).expect("a lens is JSON");
    assert!(csv.contains("\r\ntask:build,\"'=1+1, \"\"x\"\"\","), "{csv}");
    assert!(csv.contains(",task:odd\\;\\\\name;task:test,"), "{csv}");
    assert!(table("nothing").is_none());
}
