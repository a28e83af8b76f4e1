//! Exports: what other tools read in them, and what a changed bundle gives away.

use crate::world::{World, at, good};
use serde_json::{Value, json};
use shared::event::Entry;
use shared::export::bundle::{Header, verify};
use shared::export::{Pieces, junit, sarif, statement};
use shared::graph::Graph;
use shared::id::Name;
use shared::import::{Format, ImportOptions, import};
use shared::lens::Analysis;
use shared::lens::bdv::Totals;
use shared::time::AsOf;

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

/// Some of everything: a failure, a flake, a skip, one undecided, a blocking and a suppressed violation.
fn mixed() -> World {
    let mut world = good();
    world
        .scenario("s00", "bdd2", "failed", "12:00:00", "c2")
        .scenario("s00", "bdd2", "failed", "12:01:00", "c2");
    world
        .scenario("s01", "bdd2", "failed", "12:00:00", "c2")
        .scenario("s01", "bdd2", "passed", "12:01:00", "c2");
    world.scenario("s02", "bdd2", "skipped", "12:00:00", "c2");
    world.scenario("s03", "bdd2", "cancelled", "12:00:00", "c2");
    world.say(
        "",
        "mission.rule.declared.v1",
        json!({"rule": "layers", "severity": "error", "text": "Down only."}),
    );
    world.say(
        "",
        "mission.violation.detected.v1",
        json!({"rule": "layers", "severity": "error", "from": "m00", "to": "m01", "reason": "up <&> \u{1}"}),
    );
    world.say("", "mission.violation.detected.v1", json!({"rule": "old", "severity": "warn", "from": "m02"}));
    let granted = json!({"suppression": "x", "reason": "legacy", "rule": "old"});
    world.say("12:00:00", "mission.suppression.granted.v1", granted);
    let artifact = json!({"artifact": "image", "task": "t19", "digest": "sha256:0aff"});
    world.say("12:30:00", "mission.artifact.produced.v1", artifact);
    world
}

#[test]
fn sarif_says_of_every_violation_whether_it_is_suppressed_and_where_it_is() {
    let log = sarif(&mixed().analysis(), &name("I-1"));
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["tool"]["driver"]["rules"][0]["shortDescription"]["text"], "Down only.");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    let (open, covered) = (&results[0], &results[1]);
    assert_eq!(
        (&open["ruleId"], &open["level"], &open["ruleIndex"]),
        (&json!("layers"), &json!("error"), &json!(0))
    );
    assert_eq!(open["suppressions"], json!([]));
    assert_eq!(open["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "m00");
    assert_eq!(open["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "m01");
    assert_eq!(covered["level"], "warning");
    assert_eq!(covered["suppressions"][0]["status"], "accepted");
    assert_eq!(covered["suppressions"][0]["justification"], "legacy");
    let print = |result: &Value| result["partialFingerprints"]["missionViolation/v1"].clone();
    assert_ne!(print(open), print(covered));
}

#[test]
fn junit_read_back_by_our_own_reader_counts_the_same() {
    let analysis = mixed().analysis();
    let xml = junit(&analysis, &name("I-1"));
    let options = ImportOptions {
        iteration: name("I-2"),
        project: name("p"),
        file: "out.xml".to_owned(),
        source: None,
        run: None,
        at: Some(at("13:00:00")),
        strict: false,
    };
    let imported = import(xml.as_bytes(), Some(Format::Junit), &options).expect("our own JUnit");
    let mut graph = Graph::default();
    for (event, position) in imported.events.into_iter().zip(1..) {
        let recorded_at = at("14:00:00");
        let logged = shared::event::Logged { position, recorded_at, actor: None, steward: false, event };
        graph.push(Entry::from_logged(&logged)).expect("no gap");
    }
    graph.settle();
    let as_of = AsOf { valid: at("15:00:00"), known: graph.head() };
    let again = Analysis::of(graph.scene(&graph.snapshot(as_of))).bdv.totals;
    let was = &analysis.bdv.totals;
    assert_eq!((was.failed, was.flaky, was.skipped, was.undecided), (1, 1, 1, 1));
    // The format has no word for undecided.
    assert_eq!(again, Totals { skipped: 2, undecided: 0, ..*was });
}

#[test]
fn a_statement_names_artifacts_policy_and_log_by_digest() {
    let world = mixed();
    let analysis = world.analysis();
    let pieces = pieces(&world);
    let found = statement(&analysis, &name("p"), &name("I-1"), &pieces);
    assert_eq!(found["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(found["subject"], json!([{"name": "image", "digest": {"sha256": "0aff"}}]));
    let predicate = &found["predicate"];
    assert_eq!(predicate["verificationResult"], "FAILED");
    assert_eq!(predicate["policy"]["digest"]["blake3-128"], analysis.verdict.policy_digest);
    assert_eq!(predicate["inputAttestations"][0]["digest"]["missionSegment"], pieces[0].digest);
    assert_eq!(
        statement(&good().analysis(), &name("p"), &name("I-1"), &pieces)["predicate"]["verificationResult"],
        "PASSED"
    );
}

fn pieces(world: &World) -> Vec<shared::export::Piece> {
    let mut pieces = Pieces::default();
    for logged in world.logged() {
        pieces.push(Entry::from_logged(&logged));
    }
    pieces.finish()
}

fn bundle(world: &World) -> Vec<Value> {
    let log = world.logged();
    let event = &log[0].event;
    let header = Header::of(&world.analysis(), &event.project, &event.iteration, pieces(world));
    let header = serde_json::to_value(header).expect("a header");
    std::iter::once(header).chain(log.iter().map(shared::event::Logged::to_json)).collect()
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_bundle_checks_itself_and_shows_every_change() {
    let whole = bundle(&mixed());
    let checked = verify(&text(&whole)).expect("a bundle");
    assert_eq!(checked.differences, Vec::<String>::new());
    assert_eq!(checked.events as usize + 1, whole.len());

    let failed = whole.iter().position(|line| line["data"]["outcome"] == "failed").expect("a failure");
    let mut forged = whole.clone();
    forged[failed]["data"]["outcome"] = json!("passed");
    let found = verify(&text(&forged)).expect("still a bundle").differences;
    assert!(found.iter().any(|line| line.contains("have the digest")), "{found:?}");

    let mut flattered = whole.clone();
    flattered[0]["verdict"]["verdict"] = json!("deployable");
    flattered[0]["statement"]["predicate"]["verificationResult"] = json!("PASSED");
    let found = verify(&text(&flattered)).expect("still a bundle").differences;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("verdict.verdict is \"deployable\", the log gives"), "{found:?}");

    let mut shortened = whole.clone();
    shortened.pop();
    let found = verify(&text(&shortened)).expect("still a bundle").differences;
    assert!(found[0].contains("events, the header says"), "{found:?}");
}

#[test]
fn what_is_no_bundle_is_refused_with_its_line() {
    let whole = bundle(&good());
    let refused = |lines: &[Value]| verify(&text(lines)).expect_err("refused").to_string();
    assert_eq!(verify("").expect_err("refused").to_string(), "line 1: the file is empty");
    assert!(verify("PK").expect_err("refused").reason.contains("no evidence bundle"));
    assert!(refused(&whole[1..]).contains("no mission_bundle"));
    let mut other = whole.clone();
    other[0]["engine_version"] = json!("0");
    assert!(refused(&other).contains("engine 0"), "{}", refused(&other));
    let mut gap = whole.clone();
    gap.remove(5);
    assert!(refused(&gap).starts_with("line 6: "), "{}", refused(&gap));
}

/// A violation as a tool reports it, with what else is told of it.
fn reported(world: &mut World, from: &str, told: Value) {
    let mut data =
        json!({"rule": "lint", "severity": "error", "from": from, "fingerprint": from.len().to_string()});
    data.as_object_mut().expect("an object").extend(told.as_object().expect("an object").clone());
    world.say("", "mission.violation.detected.v1", data);
}

fn results(world: &World) -> Vec<Value> {
    sarif(&world.analysis(), &name("I-1"))["runs"][0]["results"].as_array().expect("results").clone()
}

#[test]
fn what_a_tool_says_of_a_violation_is_kept() {
    let mut world = World::default();
    let told = json!({"waiver": "accepted", "justification": "generated", "baseline": "unchanged", "reason": "a.c:7: too: long"});
    reported(&mut world, "a.c", told);
    reported(
        &mut world,
        "bb.c",
        json!({"waiver": "under_review", "justification": "asked for", "baseline": "new"}),
    );
    let found = results(&world);
    let (open, covered) = (&found[0], &found[1]);
    assert_eq!(covered["suppressions"][0]["justification"], "generated");
    assert_eq!(covered["suppressions"][0]["properties"]["record"], "tool");
    assert_eq!(covered["message"]["text"], "too: long");
    assert_eq!(covered["locations"][0]["physicalLocation"]["region"], json!({"startLine": 7}));
    assert_eq!((&covered["baselineState"], &open["baselineState"]), (&json!("unchanged"), &json!("new")));
    let asked = &open["suppressions"][0];
    assert_eq!((&asked["status"], &asked["justification"]), (&json!("underReview"), &json!("asked for")));
    assert!(open["locations"][0]["physicalLocation"].get("region").is_none());

    // One of which its tool says nothing: then a run says nothing of baselines, but its tool's word stays.
    reported(&mut world, "ccc.c", json!({"reason": "other.c:7: is not its file"}));
    let found = results(&world);
    assert!(found.iter().all(|result| result.get("baselineState").is_none()), "{found:?}");
    assert_eq!(found[0]["properties"]["toolBaselineState"], "new");
    assert_eq!(found[1]["message"]["text"], "other.c:7: is not its file");
}

#[test]
fn what_is_gone_and_known_by_a_fingerprint_has_no_place() {
    let mut world = good();
    world.context(
        "baseline",
        &json!({"violations": ["lint|#0aff", "lint|m00|"], "reason": "old"}).to_string(),
    );
    let found = results(&world);
    let (printed, placed) = (&found[0], &found[1]);
    assert_eq!((&printed["baselineState"], &placed["baselineState"]), (&json!("absent"), &json!("absent")));
    assert!(printed.get("locations").is_none(), "{printed}");
    assert_eq!(printed["message"]["text"], "A breach of lint is gone.");
    assert!(printed["partialFingerprints"]["missionViolation/v1"].is_string());
    assert_eq!(placed["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "m00");
}
