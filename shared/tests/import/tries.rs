//! What files of tests and of pipelines say: scenarios, tasks, tries and runs.

use super::seen::*;
use shared::event::{Facet, Outcome};
use shared::id::{Kind, LinkKind, Stream};
use shared::import::ImportOptions;
use std::collections::BTreeSet;

const FEATURE: &str = "features/docking.feature";

#[test]
fn cucumber_scenarios_are_known_by_names_and_rows_and_their_attempts_by_number() {
    let imported = read(fixture("cucumber.ndjson"));
    let all = tries(&imported, Kind::Scenario);
    let outcomes =
        |key: &str| all[&format!("{FEATURE}: {key}")].iter().map(|it| it.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes("Docking / Approach at <speed> | slow |"), [Outcome::Failed, Outcome::Passed]);
    assert_eq!(outcomes("Docking / Approach at <speed> | fast |"), [Outcome::Unknown]);
    assert_eq!(outcomes("Docking / Hatches / Opens"), [Outcome::Failed]);
    assert_eq!(outcomes("Docking / Hatches / Opens #2"), [Outcome::Passed], "equal names stay two scenarios");
    assert_eq!(outcomes("Docking / Empty"), [Outcome::Unknown]);
    assert_eq!(all.len(), 5, "a pickle that no test case names was filtered out");
    let slow = &all[&format!("{FEATURE}: Docking / Approach at <speed> | slow |")];
    assert_eq!((slow[0].number, slow[1].number), (1, 2));
    assert_eq!(slow[0].started_at, Some(shared::time::Time(1_795_000_001_000_000)));
    assert!(slow[0].error.starts_with("thruster stuck\ntrace line ü"));
    let fast = &all[&format!("{FEATURE}: Docking / Approach at <speed> | fast |")];
    assert_eq!(fast[0].reason, "undefined");
    assert_eq!(all[&format!("{FEATURE}: Docking / Empty")][0].reason, "no steps");
}

#[test]
fn cucumber_keeps_features_tags_commit_and_what_it_does_not_use() {
    let imported = read(fixture("cucumber.ndjson"));
    let slow = format!("{FEATURE}: Docking / Approach at <speed> | slow |");
    let scenario = |facet| held(&imported, Kind::Scenario, &slow, facet);
    assert_eq!(scenario(Facet::Tags).as_deref(), Some("@R-7 @req:R-12"));
    assert_eq!(scenario(Facet::Name).as_deref(), Some("Approach at slow"));
    assert_eq!(held(&imported, Kind::Spec, FEATURE, Facet::Name).as_deref(), Some("Docking"));
    assert!(links(&imported, LinkKind::PartOf).contains(&(slow, FEATURE.to_owned())));
    let report = &imported.report;
    assert_eq!((report.rejected, report.unknown), (0, 4));
    let said = issues(&imported);
    assert!(
        said.contains(&(10, "stepDefinition: 2 items of a kind that is not used, the first here")),
        "{said:?}"
    );
    assert!(said.iter().any(|(_, reason)| reason.starts_with("futureKind: 1 item")), "{said:?}");
}

#[test]
fn a_cucumber_run_can_fail_although_every_scenario_passed() {
    let passed = |line: &&str| !line.contains("FAILED") && !line.contains("UNDEFINED");
    let text = std::str::from_utf8(fixture("cucumber.ndjson")).expect("text");
    let green: Vec<&str> = text.lines().filter(passed).collect();
    let imported = read(green.join("\n"));
    let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
    let (outcome, _, reason) = run(&imported, Stream::Bdv, &key).expect("a run");
    assert_eq!(outcome, Outcome::Failed);
    assert_eq!(reason, "the run failed although none of its scenarios did");
}

#[test]
fn a_cucumber_run_that_never_finished_stays_open_and_says_so() {
    let text = std::str::from_utf8(fixture("cucumber.ndjson")).expect("text");
    let cut: Vec<&str> =
        text.lines().take_while(|line| !line.contains(r#""testCaseStartedId":"a4""#)).collect();
    let imported = read(cut.join("\n"));
    let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
    assert_eq!(run(&imported, Stream::Bdv, &key).map(|it| it.0), Some(Outcome::Running));
    let hatch = format!("{FEATURE}: Docking / Hatches / Opens");
    assert_eq!(outcomes(&imported, Kind::Scenario)[&hatch], [Outcome::Running]);
    let said = issues(&imported);
    assert!(said.iter().any(|(_, reason)| reason.contains("no testRunFinished")), "{said:?}");
}

#[test]
fn the_run_key_is_what_was_asked_for_else_the_files_own_else_its_digest() {
    let keys = |bytes: &[u8], options: &ImportOptions| {
        runs(&shared::import::import(bytes, None, options).expect("readable"), Stream::Bdv)
    };
    let nextest = keys(fixture("nextest.xml"), &options());
    assert_eq!(nextest, BTreeSet::from(["1f0c9a52-7c1d-4a11-9f51-0d6d3f1c2b3a".to_owned()]));
    let cucumber = keys(fixture("cucumber.ndjson"), &options()).pop_first().expect("a run");
    assert!(cucumber.len() == 32 && cucumber != "1", "testRunStarted.id is no key: {cucumber}");
    let asked = ImportOptions { run: Some("build 7".to_owned()), ..options() };
    for name in ["nextest.xml", "cucumber.ndjson", "surefire.xml"] {
        assert_eq!(keys(fixture(name), &asked), BTreeSet::from(["build 7".to_owned()]), "{name}");
    }
}

#[test]
fn surefire_reruns_come_in_the_order_they_ran() {
    let imported = read(fixture("surefire.xml"));
    let all = outcomes(&imported, Kind::Scenario);
    let of = |name: &str| all[&format!("com.example.DockTest#{name}")].as_slice();
    assert_eq!(of("aligns"), [Outcome::Passed]);
    assert_eq!(of("latches"), [Outcome::Failed, Outcome::Error, Outcome::Passed]);
    assert_eq!(of("seals"), [Outcome::Failed, Outcome::Failed, Outcome::Error]);
    assert_eq!(of("vents"), [Outcome::Skipped]);
    assert_eq!(of("repeats"), [Outcome::Failed, Outcome::Passed]);
    assert_eq!(of("many results"), [Outcome::Error]);
    let seals = &tries(&imported, Kind::Scenario)["com.example.DockTest#seals"];
    assert_eq!(seals[0].error, "first leak", "the message is not said twice");
    assert!(seals.iter().all(|it| it.started_at.is_none()), "a suite's time dates no attempt");
    let repeats = &tries(&imported, Kind::Scenario)["com.example.DockTest#repeats"];
    assert_eq!(repeats[0].error, "1 < 2");
}

#[test]
fn junit_reports_what_it_cannot_take_and_counts_for_itself() {
    let imported = read(fixture("surefire.xml"));
    let said = issues(&imported);
    assert!(said.contains(&(16, "time: not a duration in seconds: \"NaN\"")), "{said:?}");
    assert!(said.contains(&(19, "testcase: no name")), "{said:?}");
    assert!(said.iter().any(|(line, reason)| *line == 2 && reason.contains("read as UTC")), "{said:?}");
    let several = "testcase \"many results\": failure, error, skipped in one case, counts as error";
    assert!(said.contains(&(20, several)), "{said:?}");
    let counters = "testsuite \"com.example.DockTest\": counters not believed: tests=9 where 8 are, \
                    failures=8 where 2 are, errors=7 where 1 are, skipped=3 where 1 are (in 12 tries)";
    assert!(said.contains(&(2, counters)), "{said:?}");
    assert_eq!((imported.report.read, imported.report.rejected, imported.report.unknown), (9, 1, 1));
    let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
    let (outcome, started, reason) = run(&imported, Stream::Bdv, &key).expect("a run");
    assert_eq!((outcome, reason.as_str()), (Outcome::Failed, "2 of 6 test cases failed"));
    assert_eq!(started, Some(time("2026-11-17T09:00:00Z")));
}

#[test]
fn nextest_attempts_carry_their_own_times_and_a_flaky_fail_is_a_failure() {
    let imported = read(fixture("nextest.xml"));
    let all = tries(&imported, Kind::Scenario);
    let burns = &all["orbit::api#burns"];
    assert_eq!(burns[0].error, "attempt 1 & no thrust", "captured output is no error text");
    assert_eq!(burns[0].started_at, Some(time("2026-11-17T09:00:01Z")));
    assert_eq!((burns[0].outcome, burns[1].outcome), (Outcome::Failed, Outcome::Passed));
    let flaky_fail = &all["orbit::api#flaky counts as failed"];
    assert_eq!((flaky_fail.len(), flaky_fail[1].outcome), (2, Outcome::Failed));
    assert_eq!(totals(&imported), (2, 0, 1, 1));
}

#[test]
fn openlineage_parents_are_workflows_and_new_run_ids_are_new_tries() {
    let imported = read(fixture("openlineage.ndjson"));
    assert_eq!(present(&imported, Kind::Workflow), BTreeSet::from(["ops/nightly".to_owned()]));
    let all = tries(&imported, Kind::Task);
    let load: Vec<_> = all["ops/nightly.load"].iter().map(|it| (it.run.as_str(), it.outcome)).collect();
    assert_eq!(load, [("load-1", Outcome::Failed), ("load-2", Outcome::Passed)]);
    assert_eq!(all["ops/nightly.load"][0].error, "connection reset");
    let shape = &all["ops/nightly.shape"];
    assert_eq!((shape.len(), shape[0].outcome), (1, Outcome::Passed), "its START came after its COMPLETE");
    assert_eq!(shape[0].started_at, Some(time("2026-11-17T01:03:10Z")));
    assert_eq!(all["ops/nightly.check"][0].outcome, Outcome::Running);
    assert!(!all.contains_key("ops/nightly"), "a workflow is no task");
    let parts = links(&imported, LinkKind::PartOf);
    assert!(parts.contains(&("ops/nightly.load".to_owned(), "ops/nightly".to_owned())));
    let waits = links(&imported, LinkKind::DependsOn);
    assert_eq!(waits, BTreeSet::from([("ops/nightly.shape".to_owned(), "ops/nightly.load".to_owned())]));
    let nightly = run(&imported, Stream::Dde, "dag-run-1").expect("the workflow's run");
    assert_eq!(nightly.0, Outcome::Running, "nobody said that it ended");
}

#[test]
fn openlineage_outputs_of_completed_runs_are_artifacts_and_oddities_are_reported() {
    let imported = read(fixture("openlineage.ndjson"));
    let made = links(&imported, LinkKind::Produces);
    let pair = |task: &str, artifact: &str| (task.to_owned(), artifact.to_owned());
    let wanted = [pair("ops/nightly.load", "s3://lake/raw"), pair("ops/nightly.shape", "s3://lake/clean")];
    assert_eq!(made, BTreeSet::from(wanted));
    let tasks = present(&imported, Kind::Task);
    assert!(tasks.contains("ops/declared"), "a JobEvent declares its job");
    assert!(!tasks.contains("ops/nightly.x"), "a refused event leaves no trace");
    let said = issues(&imported);
    assert!(said.iter().any(|(line, reason)| *line == 7 && reason.contains("read as UTC")), "{said:?}");
    assert!(said.contains(&(12, "DatasetEvent: 1 item of a kind that is not used")), "{said:?}");
    assert!(said.contains(&(13, "eventTime: not a time: \"10000-01-01T00:00:00Z\"")), "{said:?}");
    assert!(said.contains(&(14, "eventType: unknown \"EXPLODE\"")), "{said:?}");
    assert_eq!((imported.report.read, imported.report.rejected, imported.report.unknown), (14, 2, 1));
}

#[test]
fn openlineage_is_the_same_as_one_event_as_an_array_and_line_by_line() {
    let text = std::str::from_utf8(fixture("openlineage.ndjson")).expect("text");
    let array = format!("[\n{}\n]\n", text.trim_end().replace('\n', ",\n"));
    let (lines, array) = (read(text), read(array));
    let facts_of =
        |imported| facts(imported).into_iter().map(|it| format!("{it:?}")).collect::<BTreeSet<_>>();
    assert_eq!(facts_of(&lines), facts_of(&array));
    assert_eq!(array.report.issues[0].line, lines.report.issues[0].line + 1, "lines count in arrays too");
    let pretty: serde_json::Value = serde_json::from_str(text.lines().nth(1).expect("a line")).expect("json");
    let one = read(serde_json::to_string_pretty(&pretty).expect("json"));
    assert_eq!(outcomes(&one, Kind::Task)["ops/nightly.load"], [Outcome::Running]);
}

#[test]
fn a_junit_suite_without_cases_is_a_run_and_a_suite_that_reports_an_error_is_a_failed_one() {
    let outcome = |xml: &str| {
        let imported = read(xml);
        let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
        let (outcome, _, reason) = run(&imported, Stream::Bdv, &key).expect("a run");
        (outcome, reason)
    };
    assert_eq!(outcome("<testsuites><testsuite name=\"s\" tests=\"0\"/></testsuites>").0, Outcome::Passed);
    let broken = outcome(
        "<testsuite name=\"s\"><testcase name=\"t\"/><error message=\"set-up \u{1b}[31mfailed\"/></testsuite>",
    );
    assert_eq!(broken, (Outcome::Failed, "a suite reports an error: set-up \u{1b}[31mfailed".to_owned()));
}
