//! Real files of other projects, where they stand beside this one: every fact their README states.
#![allow(clippy::disallowed_methods, reason = "tests read recorded files; the crate reads none")]

use super::seen::*;
use shared::event::{Outcome, TEXT_BYTES_MAX};
use shared::id::{Kind, Stream};
use shared::import::{Format, Imported, import};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder of real files, or a word that it is not there.
pub fn folder(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/real").join(name);
    if !root.is_dir() {
        println!("skipped: no folder shared/real/{name} beside the project");
        return None;
    }
    Some(root)
}

pub fn open(folder: &Path, name: &str) -> Imported {
    let bytes = std::fs::read(folder.join(name)).expect("a file named in the README");
    import(&bytes, None, &options()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn cucumber_retry_has_four_scenarios_and_nine_attempts_from_the_epoch_on() {
    let Some(folder) = folder("cucumber") else { return };
    let retry = open(&folder, "retry.ndjson");
    let tries = tries(&retry, Kind::Scenario);
    assert_eq!(totals(&retry), (4, 1, 2, 1));
    assert_eq!(tries.values().map(Vec::len).sum::<usize>(), 9);
    let mut flaky: Vec<usize> = tries
        .values()
        .filter(|it| it.len() > 1 && it.last().is_some_and(|last| last.outcome == Outcome::Passed))
        .map(Vec::len)
        .collect();
    flaky.sort_unstable();
    assert_eq!(flaky, [2, 3]);
    let first = tries.values().flatten().filter_map(|it| it.started_at).min();
    assert_eq!(first, Some(time("1970-01-01T00:00:00.001Z")));
    let key = runs(&retry, Stream::Bdv).pop_first().expect("a run");
    let (outcome, _, reason) = run(&retry, Stream::Bdv, &key).expect("a run");
    assert_eq!((outcome, reason.as_str()), (Outcome::Failed, "1 of 4 scenarios failed"));
}

#[test]
fn cucumber_statuses_examples_and_rules_are_told_apart() {
    let Some(folder) = folder("cucumber") else { return };
    let all = outcomes(&open(&folder, "all-statuses.ndjson"), Kind::Scenario);
    let one = |name: &str| {
        let found = all.iter().find(|(key, _)| key.ends_with(name)).expect(name);
        assert_eq!(found.1.len(), 1, "{name}");
        found.1[0]
    };
    assert_eq!(one("Passing"), Outcome::Passed);
    assert_eq!(one("Failing"), Outcome::Failed);
    assert_eq!(one("Skipped"), Outcome::Skipped);
    for undecided in ["Pending", "Undefined", "Ambiguous"] {
        assert_eq!(one(undecided), Outcome::Unknown);
    }
    let examples = open(&folder, "examples-tables.ndjson");
    let keys = present(&examples, Kind::Scenario);
    assert!(keys.contains("samples/examples-tables/examples-tables.feature: Examples Tables / Eating cucumbers | 12 | 5 | 7 |"), "{keys:?}");
    let rules = present(&open(&folder, "rules.ndjson"), Kind::Scenario);
    assert!(rules.iter().any(|key| {
        key.ends_with("Usage of a `Rule` / a sale cannot happen if there is no stock / No chocolates left")
    }));
    for name in names(&folder) {
        let report = open(&folder, &name).report;
        assert_eq!((report.format, report.rejected), (Format::Cucumber, 0), "{name}: {:?}", report.issues);
    }
}

#[test]
fn nextest_has_three_cases_and_eight_attempts_each_with_its_time() {
    let Some(folder) = folder("junit") else { return };
    let imported = open(&folder, "nextest.xml");
    assert_eq!(totals(&imported), (3, 1, 1, 1));
    let tries = tries(&imported, Kind::Scenario);
    let count = |name: &str| tries[&format!("fixture-project::basic#{name}")].len();
    assert_eq!((count("test_cwd"), count("test_failure_assert"), count("test_flaky_mod_4")), (1, 3, 4));
    assert!(tries.values().flatten().all(|it| it.started_at.is_some()));
    for tries in tries.values() {
        let numbers: Vec<u32> = tries.iter().map(|it| it.number).collect();
        assert!(numbers.is_sorted(), "document order is not the order of time: {numbers:?}");
    }
    let (outcome, started, _) =
        run(&imported, Stream::Bdv, "45c50042-482e-477e-88a2-60cfcc3eaf95").expect("the uuid names the run");
    assert_eq!((outcome, started), (Outcome::Failed, Some(time("2024-01-09T07:50:12.664Z"))));
}

#[test]
fn surefire_counters_are_not_believed_and_untimed_attempts_keep_their_order() {
    let Some(folder) = folder("junit") else { return };
    let imported = open(&folder, "surefire-flaky.xml");
    let all = tries(&imported, Kind::Scenario);
    let tries = &all["io.olamy.FlakyTest#testApp"];
    let seen: Vec<_> = tries.iter().map(|it| (it.number, it.outcome, it.started_at)).collect();
    assert_eq!(all.len(), 1);
    assert_eq!(seen, [(1, Outcome::Failed, None), (2, Outcome::Failed, None), (3, Outcome::Passed, None)]);
    assert!(tries[0].error.starts_with("junit.framework.AssertionFailedError: obvious fail"));
    assert!(tries[0].error.len() > TEXT_BYTES_MAX, "the whole text reaches the store");
    let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
    assert_eq!(run(&imported, Stream::Bdv, &key).map(|it| it.0), Some(Outcome::Passed));
}

#[test]
fn spark_is_one_workflow_run_with_two_tasks() {
    let Some(folder) = folder("openlineage") else { return };
    let imported = open(&folder, "spark-bigquery.ndjson");
    assert_eq!(imported.report.read, 12);
    assert_eq!(
        present(&imported, Kind::Workflow),
        BTreeSet::from(["default/shakespeare_on_spark".to_owned()])
    );
    let tasks = outcomes(&imported, Kind::Task);
    assert_eq!(tasks.len(), 2);
    assert!(tasks.values().all(|tries| tries == &[Outcome::Passed]));
    let (outcome, started, _) =
        run(&imported, Stream::Dde, "0192963f-929e-731b-a075-9bb14bf41d38").expect("the application's run");
    assert_eq!((outcome, started), (Outcome::Passed, Some(time("2024-10-16T16:53:08.979Z"))));
    assert_eq!(present(&imported, Kind::Artifact).len(), 1);
}

#[test]
fn every_marquez_event_imports_or_is_reported() {
    let Some(folder) = folder("openlineage") else { return };
    for name in names(&folder).into_iter().filter(|name| name.starts_with("marquez")) {
        let imported = open(&folder, &name);
        let report = &imported.report;
        assert_eq!((report.read, report.rejected), (1, 0), "{name}");
        let tasks = present(&imported, Kind::Task).len();
        assert!(tasks == 1 || (report.unknown == 1 && report.issues.len() == 1), "{name}: {report:?}");
    }
    let naive = open(&folder, "marquez-event_required_no_timezone.json").report.issues;
    assert!(naive.iter().any(|issue| issue.reason.contains("read as UTC")), "{naive:?}");
    let unicode = present(&open(&folder, "marquez-event_unicode.json"), Kind::Task);
    assert!(unicode.contains("my-scheduler-namespace/myjob.buggy_task🕷"), "{unicode:?}");
}

#[test]
fn every_cdevent_imports_or_is_counted_by_its_kind() {
    let Some(folder) = folder("cdevents") else { return };
    let (mut used, mut kinds) = (0, BTreeSet::new());
    for name in names(&folder).into_iter().filter(|name| name != "domainid.json") {
        let report = open(&folder, &name).report;
        assert_eq!(
            (report.format, report.read, report.rejected),
            (Format::Cdevents, 1, 0),
            "{name}: {report:?}"
        );
        if report.unknown == 1 {
            let kind = name.trim_end_matches(".json").replace('_', ".");
            let said = format!("{kind}: 1 item of a kind that is not used");
            assert!(report.issues.iter().any(|issue| issue.reason == said), "{name}: {report:?}");
            kinds.insert(kind);
        } else {
            used += 1;
        }
    }
    assert_eq!((used, kinds.len()), (14, 34), "48 events: {kinds:?}");
    let bytes = std::fs::read(folder.join("domainid.json")).expect("a file");
    assert!(import(&bytes, None, &options()).is_err(), "domainid.json is no event");
    let task = open(&folder, "taskrun_finished.json");
    assert_eq!(tries(&task, Kind::Task)["myTask"][0].error, "Something went wrong\nWith some more details");
    let case = outcomes(&open(&folder, "testcaserun_finished.json"), Kind::Scenario);
    assert_eq!(case["92834723894 @ dev"], [Outcome::Passed]);
    let skipped = tries(&open(&folder, "testcaserun_skipped.json"), Kind::Scenario);
    assert_eq!(skipped["92834723894 @ dev"][0].reason, "Not running in this environment");
    let suite = open(&folder, "testsuiterun_finished.json");
    let (outcome, _, reason) = run(&suite, Stream::Bdv, "myTestSuiteRun123").expect("a run");
    assert_eq!((outcome, reason.as_str()), (Outcome::Failed, "critical: Host 123.34.23.32 not found"));
    let artifact = present(&open(&folder, "artifact_published.json"), Kind::Artifact);
    assert_eq!(artifact, BTreeSet::from(["pkg:golang/mygit.com/myorg/myapp".to_owned()]));
}

#[test]
fn every_github_payload_imports_in_whatever_state_it_is() {
    let Some(folder) = folder("github-actions") else { return };
    for name in names(&folder) {
        let report = open(&folder, &name).report;
        let counted = (report.format, report.read, report.rejected, report.unknown);
        assert_eq!(counted, (Format::GithubActions, 1, 0, 0), "{name}: {report:?}");
    }
    let seen = |name: &str, task: &str| {
        let imported = open(&folder, &format!("workflow_job.{name}.payload.json"));
        let tries = tries(&imported, Kind::Task);
        let seen = &tries[task];
        assert_eq!((tries.len(), seen.len(), seen[0].number), (1, 1, 1), "{name}");
        (seen[0].run.clone(), seen[0].outcome, seen[0].started_at, seen[0].error.clone())
    };
    let failed = seen("completed.failure.with-organization", "CodeQL/linters");
    assert_eq!((failed.0.as_str(), failed.1), ("2202229078", Outcome::Failed));
    assert_eq!(failed.2, Some(time("2021-08-05T10:34:58Z")));
    assert_eq!(failed.3, "failed in step Run yarn run format-check");
    assert_eq!(seen("completed.success.with-organization", "CodeQL/linters").1, Outcome::Passed);
    assert_eq!(seen("in_progress", "CodeQL/Analyze (javascript)").1, Outcome::Running);
    assert_eq!(
        seen("queued", "CodeQL/update"),
        ("2202229078".to_owned(), Outcome::Queued, None, String::new())
    );
    for waiting in ["waiting", "queued.with-deployment"] {
        assert_eq!(seen(waiting, "Env Test/test").1, Outcome::Queued);
    }
    let whole = open(&folder, "workflow_run.completed.payload.json");
    assert_eq!(present(&whole, Kind::Workflow), BTreeSet::from(["test".to_owned()]));
    let (outcome, started, _) = run(&whole, Stream::Dde, "289782451").expect("a run");
    assert_eq!((outcome, started), (Outcome::Passed, Some(time("2020-10-05T16:33:49Z"))));
    let asked = open(&folder, "workflow_run.requested.payload.json");
    assert_eq!(run(&asked, Stream::Dde, "289782451").map(|it| it.0), Some(Outcome::Running));
    let stopped = open(&folder, "workflow_run.requested.with-conclusion.payload.json");
    let (outcome, _, reason) = run(&stopped, Stream::Dde, "289782451").expect("a run");
    assert_eq!((outcome, reason.as_str()), (Outcome::Unknown, "action_required"));
}

#[test]
fn dependency_cruiser_gives_its_modules_edges_folders_and_cycle() {
    let Some(folder) = folder("dependency-cruiser") else { return };
    let imported = open(&folder, "violations.json");
    assert_eq!(present(&imported, Kind::Module).len(), 175);
    let edges = imports(&imported);
    assert_eq!(edges.len(), 298);
    let inside = |module: &str| module.starts_with("src/cli/");
    let crossing =
        |from: bool, to: bool| edges.keys().filter(|(a, b, _)| inside(a) == from && inside(b) == to).count();
    assert_eq!((crossing(false, true), crossing(true, false)), (7, 14));
    assert_eq!(present(&imported, Kind::Violation).len(), 7);
    let cycle = open(&folder, "three-module-cycle.json");
    let components = components(&cycle, &["normal"]);
    assert_eq!(components.iter().map(BTreeSet::len).collect::<Vec<_>>(), [3]);
}

#[test]
fn cargo_metadata_gives_packages_edges_and_dev_cycles() {
    let Some(folder) = folder("cargo-metadata") else { return };
    let all = ["normal", "build", "dev"];
    for (name, sizes) in [("metadata_cycle1.json", vec![2]), ("metadata_cycle2.json", vec![2, 2])] {
        let imported = open(&folder, name);
        let found: Vec<usize> = components(&imported, &all).iter().map(BTreeSet::len).collect();
        assert_eq!(found, sizes, "{name}");
        assert_eq!(components(&imported, &["normal", "build"]).len(), 0, "{name}");
    }
    let hyper = open(&folder, "hyper_util_7afb1ed.json");
    assert_eq!(present(&hyper, Kind::Module).len(), 87);
    let edges = imports(&hyper);
    let distinct: BTreeSet<_> = edges.keys().map(|(from, to, _)| (from, to)).collect();
    assert_eq!((distinct.len(), edges.values().sum::<i64>()), (151, 154));
    let old = open(&folder, "metadata1.json");
    assert_eq!((present(&old, Kind::Module).len(), old.report.rejected), (32, 0));
    assert!(imports(&old).keys().any(|(_, _, kind)| kind == "build"), "old files know kinds by the manifest");
}

#[test]
fn no_import_names_a_path_of_the_machine_it_was_written_on() {
    let Some(folder) = folder("cargo-metadata") else { return };
    for name in names(&folder) {
        let text = format!("{:?}", entries(&open(&folder, &name).events));
        assert!(!text.contains("fakeuser") && !text.contains("fakepath"), "{name}");
    }
}
