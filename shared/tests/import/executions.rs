//! What webhooks and event streams of CI systems say: CDEvents, GitHub Actions, OpenLineage as Airflow writes it.

use super::seen::*;
use shared::event::{Facet, Outcome, Provenance};
use shared::id::{Kind, LinkKind, Stream};
use std::collections::{BTreeMap, BTreeSet};

fn set(pairs: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn said(imported: &shared::import::Imported, line: u64, reason: &str) {
    let found = issues(imported).into_iter().any(|(at, text)| at == line && text.contains(reason));
    assert!(found, "line {line}: {reason}\n{:#?}", issues(imported));
}

#[test]
fn github_attempts_are_tries_of_one_run_and_partial_re_runs_keep_earlier_results() {
    let imported = read(fixture("github-actions.ndjson"));
    let tries = tries(&imported, Kind::Task);
    let of =
        |key: &str| tries[key].iter().map(|it| (it.run.as_str(), it.number, it.outcome)).collect::<Vec<_>>();
    assert_eq!(
        of("CI/test"),
        [("77", 1, Outcome::Failed), ("77", 2, Outcome::Passed), ("78", 1, Outcome::Passed)]
    );
    assert_eq!(tries["CI/test"][0].error, "failed in step Run tests");
    assert_eq!(of("CI/build"), [("77", 1, Outcome::Passed), ("78", 1, Outcome::Passed)]);
    said(&imported, 10, "CI/build: attempt 2 only carries an earlier result over");
    assert_eq!(of("CI/lint"), [("77", 1, Outcome::Skipped)]);
    assert_eq!(tries["CI/lint"][0].started_at, None, "a skipped job never starts");
    assert_eq!(of("CI/deploy"), [("78", 1, Outcome::Queued)]);
    let (outcome, started, _) = run(&imported, Stream::Dde, "77").expect("a run");
    assert_eq!((outcome, started), (Outcome::Passed, Some(time("2026-11-17T10:00:00Z"))));
    assert_eq!(
        links(&imported, LinkKind::DependsOn),
        BTreeSet::new(),
        "payloads do not say what a job needs"
    );
    assert_eq!(held(&imported, Kind::Task, "CI/test", Facet::Tags).as_deref(), Some("queue:ubuntu-latest"));
}

#[test]
fn github_queue_times_and_commits_reach_the_lens() {
    let imported = read(fixture("github-actions.ndjson"));
    let dde = analysis(&imported).dde;
    let build = dde.tasks.iter().find(|task| task.id.key == "CI/build").expect("a task");
    let first = &build.attempts[0];
    assert_eq!(first.queued_at, Some(time("2026-11-17T09:00:00Z")));
    assert_eq!(
        (first.started_at, first.finished_at),
        (Some(time("2026-11-17T09:00:30Z")), Some(time("2026-11-17T09:02:00Z")))
    );
    assert_eq!((first.commit.as_deref(), build.workflow.as_deref()), (Some("abc123"), Some("CI")));
}

#[test]
fn github_oddities_are_tolerated_or_named_with_line_and_field() {
    let imported = read(fixture("github-actions.ndjson"));
    said(&imported, 15, "workflow_job.status: holds the conclusion");
    said(&imported, 17, "CI/matrix: another job of this name in one attempt, kept as CI/matrix #2");
    said(&imported, 18, "payload without workflow_run and workflow_job: 1 item");
    said(&imported, 19, "workflow_job.conclusion: unknown \"exploded\"");
    said(&imported, 20, "workflow_job.completed_at: missing");
    said(&imported, 21, "workflow_job.created_at: not a time: \"yesterday\"");
    said(&imported, 22, "workflow_job.name: invalid type: sequence, expected a string");
    let report = &imported.report;
    assert_eq!((report.read, report.rejected, report.unknown), (22, 4, 1));
    let matrix = outcomes(&imported, Kind::Task);
    assert_eq!(
        (&matrix["CI/matrix"], &matrix["CI/matrix #2"]),
        (&vec![Outcome::TimedOut], &vec![Outcome::Skipped])
    );
}

#[test]
fn cdevents_runs_carry_the_number_of_the_try_in_their_ids() {
    let imported = read(fixture("cdevents.ndjson"));
    let tries = tries(&imported, Kind::Task);
    let of =
        |key: &str| tries[key].iter().map(|it| (it.run.as_str(), it.number, it.outcome)).collect::<Vec<_>>();
    assert_eq!(of("CI/build"), [("77", 1, Outcome::Passed)]);
    assert_eq!(of("CI/test"), [("77", 1, Outcome::Failed), ("77", 2, Outcome::Passed)]);
    assert_eq!(tries["CI/test"][0].error, "Something went wrong\nwith details");
    assert_eq!(of("sweep"), [("stray-1", 1, Outcome::Unknown)], "its pipeline run is not in the file");
    assert_eq!(run(&imported, Stream::Dde, "77").map(|it| it.0), Some(Outcome::Passed));
    assert_eq!(links(&imported, LinkKind::DependsOn), set(&[("CI/test", "CI/build")]));
    assert_eq!(links(&imported, LinkKind::Produces), set(&[("CI/build", "pkg:oci/dock")]));
    let digest = held(&imported, Kind::Artifact, "pkg:oci/dock", Facet::Digest);
    assert_eq!(digest.as_deref(), Some("sha256:abcd"));
}

#[test]
fn cdevents_test_cases_are_scenarios_an_environment_with_every_try() {
    let imported = read(fixture("cdevents.ndjson"));
    let tries = tries(&imported, Kind::Scenario);
    let login: Vec<_> = tries["login @ dev"].iter().map(|it| (it.number, it.outcome)).collect();
    assert_eq!(BTreeSet::from_iter(login), BTreeSet::from([(1, Outcome::Failed), (2, Outcome::Passed)]));
    assert!(tries["login @ dev"].iter().any(|it| it.reason == "critical: Failed assertion"));
    assert_eq!(tries["logout @ dev"][0].outcome, Outcome::Skipped);
    assert_eq!(
        (tries["login @ prod"][0].outcome, tries["login @ prod"][0].run.as_str()),
        (Outcome::Cancelled, "case-run-4")
    );
    assert!(links(&imported, LinkKind::PartOf).contains(&("login @ dev".to_owned(), "auth".to_owned())));
    assert_eq!(held(&imported, Kind::Spec, "auth", Facet::Name).as_deref(), Some("Auth suite"));
    let (outcome, _, reason) = run(&imported, Stream::Bdv, "suite-run-1").expect("a run");
    assert_eq!((outcome, reason.as_str()), (Outcome::Failed, "one of two"));
    let bdv = analysis(&imported).bdv;
    assert_eq!((bdv.totals.flaky, bdv.totals.skipped, bdv.totals.undecided), (1, 1, 1));
}

#[test]
fn cdevents_oddities_are_named_with_line_and_field_and_links_are_accounted_for() {
    let imported = read(fixture("cdevents.ndjson"));
    said(&imported, 19, "subject.content.outcome: unknown \"melted\"; the result counts as unknown");
    said(&imported, 19, "1 task or case runs name a pipeline or suite run that is not in this file");
    said(&imported, 20, "incident.detected: 1 item of a kind that is not used");
    said(&imported, 21, "incident.reported: 1 item of a kind that is not used");
    said(&imported, 22, "1 links lead to events that are not in this file");
    said(&imported, 23, "context.timestamp: not a time: \"soon\"");
    said(&imported, 24, "subject.content.taskName: invalid type: integer");
    said(&imported, 25, "context.timestamp: missing");
    said(&imported, 26, "data: not an object, so no CDEvent");
    assert_eq!((imported.report.rejected, imported.report.unknown), (4, 2));
}

/// Runs, numbers and outcomes of every task and scenario.
fn chains(imported: &shared::import::Imported) -> BTreeMap<String, Vec<(String, u32, Outcome)>> {
    let all = [Kind::Task, Kind::Scenario].into_iter().flat_map(|kind| tries(imported, kind));
    let chain = |tries: Vec<SeenTry>| {
        let mut chain: Vec<_> = tries.into_iter().map(|it| (it.run, it.number, it.outcome)).collect();
        chain.sort();
        chain
    };
    all.map(|(key, tries)| (key, chain(tries))).collect()
}

#[test]
fn cdevents_of_0_4_and_0_5_are_read_in_their_own_spelling_and_retry_of_joins_tries() {
    let imported = read(fixture("cdevents-0.4.ndjson"));
    let found = chains(&imported);
    let of = |key: &str| -> Vec<(&str, u32, Outcome)> {
        found[key].iter().map(|(run, number, outcome)| (run.as_str(), *number, *outcome)).collect()
    };
    let crane =
        [("crane-a", 1, Outcome::Error), ("crane-a", 2, Outcome::Failed), ("crane-a", 3, Outcome::Passed)];
    assert_eq!(of("Quay/crane"), crane);
    assert_eq!(of("Quay/paint"), [("paint", 1, Outcome::Passed)]);
    assert_eq!(of("tie @ dev"), [("suite-4", 1, Outcome::Failed), ("suite-4", 2, Outcome::Passed)]);
    assert_eq!(of("sweep"), [("sweep-1", 1, Outcome::Failed), ("sweep-1", 2, Outcome::Passed)]);
    assert_eq!(run(&imported, Stream::Dde, "quay-run-9").map(|it| it.0), Some(Outcome::Passed));
    assert_eq!(run(&imported, Stream::Bdv, "suite-4").map(|it| it.0), Some(Outcome::Passed));
    assert_eq!(held(&imported, Kind::Spec, "moor", Facet::Name).as_deref(), Some("Mooring"));
    let made = set(&[("Quay/crane", "pkg:golang/quay.example/quay")]);
    assert_eq!(links(&imported, LinkKind::Produces), made);
    said(&imported, 8, "retryOf leads from Quay/paint to Quay/crane: not followed");
    assert_eq!((imported.report.read, imported.report.rejected, imported.report.unknown), (18, 0, 0));
    assert_eq!(imported.report.issues.len(), 1, "{:?}", imported.report.issues);
}

#[test]
fn cdevents_say_the_same_in_the_spelling_of_every_version() {
    let old = std::str::from_utf8(fixture("cdevents-0.4.ndjson")).expect("text");
    let new: String = old
        .replace("\"version\": \"0.4.1\"", "\"specversion\": \"0.6.0\"")
        .replace("\"url\":", "\"uri\":")
        .replace("\"pass\"", "\"success\"")
        .replace("\"fail\"", "\"failure\"")
        .replace(".0.2.0\"", ".0.3.0\"");
    let kinds = ["pipelineRun", "taskRun", "testSuiteRun", "testCaseRun", "artifact"];
    let new = kinds.iter().fold(new, |text, kind| text.replace(&format!("\"type\": \"{kind}\", "), ""));
    assert!(!new.contains("0.4.1") && !new.contains("\"type\": \"taskRun\""));
    assert_eq!(chains(&read(&new)), chains(&read(old)));
}

#[test]
fn cdevents_that_repeat_each_other_in_a_circle_stay_apart() {
    let text = std::str::from_utf8(fixture("cdevents-0.4.ndjson")).expect("text");
    let link = "{\"linkType\":\"RELATION\",\"linkKind\":\"retryOf\",\"source\":{\"contextId\":\"40000000-0000-4000-8000-000000000016\"},\"target\":{\"contextId\":\"40000000-0000-4000-8000-000000000017\"},\"chainId\":\"c\"}";
    let imported = read(format!("{text}{link}\n"));
    let sweep: Vec<_> = chains(&imported)["sweep"].iter().map(|it| (it.0.clone(), it.1)).collect();
    assert_eq!(sweep, [("sweep-1".to_owned(), 1), ("sweep-2".to_owned(), 1)]);
    said(&imported, 19, "sweep: retryOf leads in a circle: not followed");
}

#[test]
fn airflow_tries_are_numbered_within_the_dag_run_and_ordered_by_number() {
    let imported = read(fixture("airflow.ndjson"));
    let tries = tries(&imported, Kind::Task);
    let load: Vec<_> =
        tries["ops/nightly.load"].iter().map(|it| (it.run.as_str(), it.number, it.outcome)).collect();
    assert_eq!(load, [("dag-run-1", 1, Outcome::Failed), ("dag-run-1", 2, Outcome::Passed)]);
    assert_eq!(tries["ops/nightly.load"][0].error, "connection reset");
    let keys: Vec<&str> = tries.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "ops/nightly.branch",
            "ops/nightly.check",
            "ops/nightly.done",
            "ops/nightly.load",
            "ops/nightly.never",
            "ops/nightly.shape[0]",
            "ops/nightly.shape[1]",
            "ops/report",
        ]
    );
    assert_eq!(run(&imported, Stream::Dde, "dag-run-1").map(|it| it.0), Some(Outcome::Passed));
    let parts = links(&imported, LinkKind::PartOf);
    assert!(parts.contains(&("ops/nightly.shape[1]".to_owned(), "ops/nightly".to_owned())));
    let dde = analysis(&imported).dde;
    let attempt = &dde.tasks.iter().find(|it| it.id.key == "ops/nightly.load").expect("a task").attempts[0];
    assert_eq!(attempt.queued_at, Some(time("2026-11-17T01:00:10Z")));
}

#[test]
fn airflow_edges_come_from_the_plan_and_the_tasks_and_parents_are_no_edges() {
    let imported = read(fixture("airflow.ndjson"));
    let task = |name: &str| format!("ops/nightly.{name}");
    let waits = [
        ("shape[0]", "load"),
        ("shape[1]", "load"),
        ("branch", "load"),
        ("check", "shape[0]"),
        ("check", "shape[1]"),
        ("done", "check"),
        ("never", "branch"),
    ];
    let mut wanted: BTreeSet<_> = waits.iter().map(|(a, b)| (task(a), task(b))).collect();
    wanted.insert(("ops/report".to_owned(), task("check")));
    assert_eq!(links(&imported, LinkKind::DependsOn), wanted);
    let scene = analysis(&imported).scene;
    let evidence = |from: &str, to: &str| {
        let link = scene
            .links
            .iter()
            .find(|it| it.id.kind == LinkKind::DependsOn && it.id.from.key == from && it.id.to.key == to);
        link.expect("a link")
            .evidence
            .iter()
            .map(|it| format!("{}: {}", it.rule, it.text))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        evidence("ops/report", "ops/nightly.check"),
        ["openlineage.jobDependencies: FINISH_TO_START, EXECUTE_ON_SUCCESS, IMPLICIT_DEPENDENCY"]
    );
    assert!(
        evidence("ops/nightly.check", "ops/nightly.shape[0]")
            .contains(&"airflow.task: upstream_task_ids of the task, trigger rule none_failed".to_owned())
    );
    said(&imported, 12, "START_TO_START from ops/side to ops/report is no order of end and start; no edge");
}

#[test]
fn airflows_last_word_is_compared_and_taken_only_where_no_event_can_come() {
    let imported = read(fixture("airflow.ndjson"));
    said(&imported, 11, "airflowState: ops/nightly.check is \"failed\", but by its own events it is passed");
    said(&imported, 11, "airflowState: ops/nightly.ghost is \"success\", but no event of it is in this file");
    let dde = analysis(&imported).dde;
    let last = |key: &str| {
        let task = dde.tasks.iter().find(|it| it.id.key == key).expect("a task");
        let last = task.attempts.last().expect("a try");
        (last.outcome, last.provenance, task.planned)
    };
    assert_eq!(last("ops/nightly.never"), (Outcome::Skipped, Provenance::Inferred, true));
    assert_eq!(last("ops/nightly.done"), (Outcome::Passed, Provenance::Inferred, true));
    assert_eq!(last("ops/nightly.check"), (Outcome::Passed, Provenance::Recorded, true));
}

#[test]
fn openlineage_tests_are_scenarios_and_warnings_never_block() {
    let imported = read(fixture("airflow.ndjson"));
    let tries = tries(&imported, Kind::Scenario);
    let of = |key: &str| {
        let it = &tries[&format!("ops/nightly.check/{key}")][0];
        (it.outcome, it.error.as_str(), it.reason.as_str())
    };
    assert_eq!(of("not_null"), (Outcome::Skipped, "", "failed with severity warn: expected 0, was 3"));
    assert_eq!(of("unique"), (Outcome::Failed, "expected 0, was 1", ""));
    assert_eq!(of("unique {\"column\": \"id\"}").0, Outcome::Passed);
    assert_eq!(of("fresh").0, Outcome::Skipped);
}

#[test]
fn openlineage_times_without_a_zone_or_finer_than_ours_are_flagged_once() {
    let imported = read(fixture("airflow.ndjson"));
    said(&imported, 2, "eventTime: no time zone, read as UTC (here and below)");
    said(&imported, 4, "eventTime: finer than a microsecond, cut (here and below)");
    said(&imported, 9, "facet airflow: task.upstream_task_ids: not a printed list of texts");
}
