//! One run told in several formats, and the same events in any order and number: the same state.
//!
//! CDEvents that carry GitHub's run addresses give GitHub's own keys, try for try. OpenLineage has an id a try
//! and no run to number it in (outside Airflow), so there tries agree in number, outcome and time, not in keys.
//! Cucumber's JUnit XML has one try a scenario, and neither file nor rule: last outcomes agree, flakes are lost.
//! Feature files and their runs stand in `features`, pytest's two reports in `pytest`.

use super::seen::*;
use proptest::prelude::*;
use shared::event::Outcome;
use shared::graph::Scene;
use shared::id::Kind;
use shared::import::Imported;
use shared::lens::dde::TaskState;
use std::collections::{BTreeMap, BTreeSet};

/// One job of the synthetic run: name, attempt, start, end, whether it passed.
const JOBS: [(&str, u32, &str, &str, bool); 4] = [
    ("build", 1, "2026-11-17T09:00:30Z", "2026-11-17T09:02:00Z", true),
    ("test", 1, "2026-11-17T09:02:10Z", "2026-11-17T09:03:00Z", false),
    ("lint", 1, "2026-11-17T09:00:20Z", "2026-11-17T09:01:00Z", true),
    ("test", 2, "2026-11-17T10:00:40Z", "2026-11-17T10:01:00Z", true),
];

fn github() -> String {
    let job = |(name, attempt, start, end, passed): &(&str, u32, &str, &str, bool)| {
        let conclusion = if *passed { "success" } else { "failure" };
        format!(
            r#"{{"workflow_job":{{"id":"{name}-{attempt}","run_id":77,"run_attempt":{attempt},"workflow_name":"CI","name":"{name}","status":"completed","conclusion":"{conclusion}","started_at":"{start}","completed_at":"{end}"}}}}"#
        )
    };
    JOBS.iter().map(job).collect::<Vec<_>>().join("\n")
}

fn cdevents() -> String {
    let event = |id: String, kind: &str, at: &str, subject: String, content: String| {
        format!(
            r#"{{"context":{{"specversion":"0.5.1","id":"{id}","source":"s","type":"dev.cdevents.{kind}.0.3.0","timestamp":"{at}"}},"subject":{{"id":"{subject}","content":{{{content}}}}}}}"#
        )
    };
    let run = |attempt: u32| format!("https://api.github.com/repos/o/r/actions/runs/77/attempts/{attempt}");
    let mut events = vec![event(
        "p".to_owned(),
        "pipelinerun.queued",
        "2026-11-17T09:00:00Z",
        run(1),
        r#""pipelineName":"CI""#.to_owned(),
    )];
    for (name, attempt, start, end, passed) in JOBS {
        let base = format!(r#""taskName":"{name}","pipelineRun":{{"id":"{}"}}"#, run(attempt));
        let outcome = if passed { "success" } else { "failure" };
        let subject = || format!("jobs/{name}-{attempt}");
        events.push(event(format!("{name}{attempt}s"), "taskrun.started", start, subject(), base.clone()));
        let end_content = format!(r#"{base},"outcome":"{outcome}""#);
        events.push(event(format!("{name}{attempt}f"), "taskrun.finished", end, subject(), end_content));
    }
    events.join("\n")
}

fn openlineage() -> String {
    let mut events = Vec::new();
    for (name, attempt, start, end, passed) in JOBS {
        let end_kind = if passed { "COMPLETE" } else { "FAIL" };
        for (kind, at) in [("START", start), (end_kind, end)] {
            events.push(format!(
                r#"{{"eventType":"{kind}","eventTime":"{at}","schemaURL":"s","run":{{"runId":"{name}-{attempt}","facets":{{"parent":{{"run":{{"runId":"77"}},"job":{{"namespace":"","name":"CI"}}}}}}}},"job":{{"namespace":"CI","name":"{name}"}}}}"#
            ));
        }
    }
    events.join("\n")
}

type Seen = (u32, Outcome, Option<shared::time::Time>, Option<shared::time::Time>);

/// State, workflow and tries of a task, and the keys of the tries.
type SeenTask = (TaskState, Option<String>, Vec<Seen>, Vec<(String, u32)>);

/// State and tries of every task, as the lens shows them; with the keys of the tries beside.
fn tasks(imported: &Imported) -> BTreeMap<String, SeenTask> {
    let analysis = analysis(imported);
    let keys = |key: &str| {
        let entity = analysis.scene.entities.values().find(|it| it.id.kind == Kind::Task && it.id.key == key);
        entity.expect("a task").attempts.iter().map(|it| (it.id.run.clone(), it.id.try_number)).collect()
    };
    let seen = |it: &shared::lens::dde::AttemptView| (it.n, it.outcome, it.started_at, it.finished_at);
    let tasks = analysis.dde.tasks.iter().map(|task| {
        let tries = task.attempts.iter().map(seen).collect();
        (task.id.key.clone(), (task.state, task.workflow.clone(), tries, keys(&task.id.key)))
    });
    tasks.collect()
}

#[test]
fn one_run_in_three_formats_is_the_same_tasks_and_tries() {
    let (github, cdevents, openlineage) =
        (tasks(&read(github())), tasks(&read(cdevents())), tasks(&read(openlineage())));
    assert_eq!(github.keys().collect::<Vec<_>>(), ["CI/build", "CI/lint", "CI/test"]);
    assert_eq!(github["CI/test"].3, [("77".to_owned(), 1), ("77".to_owned(), 2)]);
    assert_eq!(cdevents, github, "CDEvents with GitHub's addresses have GitHub's keys");
    for (key, (state, workflow, tries, keys)) in openlineage {
        assert_eq!((&state, &workflow, &tries), (&github[&key].0, &github[&key].1, &github[&key].2), "{key}");
        assert!(keys.iter().all(|(_, number)| *number == 1), "every try is a run of its own");
    }
}

#[test]
fn one_run_in_two_formats_imported_twice_is_still_one_run() {
    let (github, cdevents) = (read(github()), read(cdevents()));
    let events = [github.events.clone(), cdevents.events, github.events].concat();
    let graph = stored(&events[..events.len() - 1]);
    let scene: Scene = graph
        .scene(&graph.snapshot(shared::time::AsOf { valid: shared::time::Time::MAX, known: graph.head() }));
    let tries = |key: &str| scene.entities[&shared::id::EntityId::new(Kind::Task, key)].attempts.len();
    assert_eq!((tries("CI/build"), tries("CI/test"), tries("CI/lint")), (1, 2, 1));
}

/// Scenarios of a run that repeats what fails, twice at most; whether each try passed.
const SCENARIOS: [(&str, &[bool]); 4] = [
    ("passes", &[true]),
    ("passes the second time", &[false, true]),
    ("passes the third time", &[false, false, true]),
    ("never passes", &[false, false, false]),
];

fn messages() -> String {
    let uri = r#""uri":"features/retry.feature""#;
    let stamp = |second: usize| format!(r#""timestamp":{{"seconds":{}}}"#, 1_795_000_000 + second);
    let (mut children, mut pickles, mut cases, mut tries) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n, (name, passed)) in SCENARIOS.iter().enumerate() {
        children.push(format!(r#"{{"scenario":{{"id":"s{n}","name":"{name}","examples":[]}}}}"#));
        pickles.push(format!(
            r#"{{"pickle":{{"id":"p{n}",{uri},"name":"{name}","astNodeIds":["s{n}"],"tags":[]}}}}"#
        ));
        cases.push(format!(r#"{{"testCase":{{"id":"c{n}","pickleId":"p{n}"}}}}"#));
        for (attempt, passed) in passed.iter().enumerate() {
            let (id, at) = (format!("a{n}{attempt}"), stamp(tries.len() + 1));
            let result =
                if *passed { r#""status":"PASSED""# } else { r#""status":"FAILED","message":"broke""# };
            tries.push(format!(
                r#"{{"testCaseStarted":{{"id":"{id}","testCaseId":"c{n}","attempt":{attempt},{at}}}}}"#
            ));
            tries.push(format!(
                r#"{{"testStepFinished":{{"testCaseStartedId":"{id}","testStepResult":{{{result}}}}}}}"#
            ));
            tries.push(format!(r#"{{"testCaseFinished":{{"testCaseStartedId":"{id}",{at}}}}}"#));
        }
    }
    let document = format!(
        r#"{{"gherkinDocument":{{{uri},"feature":{{"name":"Retry","children":[{}]}}}}}}"#,
        children.join(",")
    );
    let (start, end) = (stamp(0), stamp(60));
    let start = format!(r#"{{"testRunStarted":{{{start}}}}}"#);
    let end = format!(r#"{{"testRunFinished":{{"success":false,{end}}}}}"#);
    [vec![document], pickles, vec![start], cases, tries, vec![end]].concat().join("\n")
}

fn cucumber_junit() -> String {
    let case = |(name, passed): &(&str, &[bool])| {
        let failure = "<failure type=\"Error\" message=\"broke\">\n<![CDATA[Error: broke]]></failure>\n";
        let failure = if passed.ends_with(&[true]) { "" } else { failure };
        format!("<testcase classname=\"Retry\" name=\"{name}\" time=\"0.003\">\n{failure}</testcase>\n")
    };
    let start = shared::time::Time(1_795_000_000_000_000);
    let cases: String = SCENARIOS.iter().map(case).collect();
    format!(
        "<testsuite name=\"Cucumber\" time=\"60\" tests=\"4\" failures=\"1\" timestamp=\"{start}\">\n{cases}</testsuite>"
    )
}

#[test]
fn cucumbers_junit_says_how_scenarios_ended_and_only_its_messages_say_which_flaked() {
    let (messages, junit) = (read(messages()), read(cucumber_junit()));
    let last = |imported: &Imported| -> BTreeMap<String, Outcome> {
        let of = |(key, outcomes): (String, Vec<Outcome>)| {
            let name = key.rsplit(['/', '#']).next().unwrap_or("").trim().to_owned();
            (name, *outcomes.last().expect("a try"))
        };
        outcomes(imported, Kind::Scenario).into_iter().map(of).collect()
    };
    assert_eq!(last(&messages), last(&junit));
    let ran = |imported: &Imported| {
        let stream = shared::id::Stream::Bdv;
        let key = runs(imported, stream).pop_first().expect("a run");
        run(imported, stream, &key).map(|(outcome, started, _)| (outcome, started)).expect("a run")
    };
    assert_eq!(ran(&messages), ran(&junit));
    assert_eq!((totals(&messages), totals(&junit)), ((4, 1, 2, 1), (4, 3, 0, 1)), "passed, flaky, failed");
    let rate = |imported: &Imported| {
        let kpi = analysis(imported).bdv.kpis.into_iter().find(|it| it.name == "bdv.scenario_pass_rate");
        kpi.expect("a figure").actual
    };
    assert_eq!(rate(&messages), rate(&junit), "flaky counts as passed");
    let keys = |imported: &Imported| present(imported, Kind::Scenario);
    assert!(keys(&messages).is_disjoint(&keys(&junit)), "JUnit XML does not name the feature file");
}

/// Everything an import says, without where it was said; what is reported, without lines.
fn meaning(imported: &Imported) -> (BTreeSet<String>, BTreeMap<String, usize>) {
    let facts = facts(imported).into_iter().map(|fact| format!("{fact:?}")).collect();
    let mut issues: BTreeMap<String, usize> = BTreeMap::new();
    for issue in &imported.report.issues {
        *issues.entry(issue.reason.clone()).or_default() += 1;
    }
    (facts, issues)
}

const STREAMS: [&str; 5] = [
    "cdevents.ndjson",
    "cdevents-0.4.ndjson",
    "github-actions.ndjson",
    "airflow.ndjson",
    "openlineage.ndjson",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_in_any_order_and_number_say_the_same(
        which in 0..STREAMS.len(),
        order in any::<prop::sample::Index>(),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let text = std::str::from_utf8(fixture(STREAMS[which])).expect("text");
        let sound: Vec<&str> = text.lines().filter(|line| import_alone(line)).collect();
        let once = meaning(&read(sound.join("\n")));
        let mut lines = sound.clone();
        for copy in again {
            lines.push(sound[copy.index(sound.len())]);
        }
        let mut seed = order.index(usize::MAX - 1) as u64 | 1;
        for last in (1..lines.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            lines.swap(last, (seed >> 33) as usize % (last + 1));
        }
        let shuffled = meaning(&read(lines.join("\n")));
        prop_assert_eq!(shuffled.0, once.0);
    }
}

/// Whether a line is an event of its own accord: bad ones change what the whole file is taken for.
fn import_alone(line: &str) -> bool {
    shared::import::import(line.as_bytes(), None, &options()).is_ok_and(|it| it.report.rejected == 0)
}
