//! What schedulers say of themselves: Argo's resources and Temporal's histories.

use super::seen::*;
use shared::event::{Outcome, Provenance};
use shared::id::{Kind, LinkKind, Stream};
use shared::import::{Format, Imported};
use std::collections::BTreeSet;

fn said(imported: &Imported, reason: &str) {
    assert!(
        issues(imported).iter().any(|(_, text)| text.contains(reason)),
        "{reason}\n{:#?}",
        issues(imported)
    );
}

fn of(imported: &Imported, key: &str) -> Vec<(u32, Outcome)> {
    let tries = tries(imported, Kind::Task);
    let tries = tries.get(key).unwrap_or_else(|| panic!("{key} in {:?}", tries.keys()));
    tries.iter().map(|it| (it.number, it.outcome)).collect()
}

#[test]
fn argo_retries_are_tries_of_one_task_and_groups_contain_their_members() {
    let imported = read(fixture("argo.json"));
    assert_eq!(of(&imported, "dock/build"), [(1, Outcome::Failed), (2, Outcome::Passed)]);
    assert_eq!(of(&imported, "dock/lint"), [(1, Outcome::Skipped)]);
    assert_eq!(of(&imported, "dock/notify"), [(1, Outcome::Skipped)]);
    assert_eq!(of(&imported, "dock/test(1:arm64)"), [(1, Outcome::Failed)]);
    assert_eq!(of(&imported, "dock/deploy"), [(1, Outcome::Running)]);
    assert_eq!(of(&imported, "dock/deploy[1].full"), [(1, Outcome::Queued)]);
    let parts = links(&imported, LinkKind::PartOf);
    for (task, workflow) in
        [("dock/build", "dock"), ("dock/deploy", "dock"), ("dock/deploy[0].canary", "dock/deploy")]
    {
        assert!(parts.contains(&(task.to_owned(), workflow.to_owned())), "{task} in {parts:?}");
    }
    let tries = tries(&imported, Kind::Task);
    assert!(tries.values().flatten().all(|it| it.run == "uid-1"));
    assert_eq!(tries["dock/build"][0].error, "exit code 1");
    assert_eq!(run(&imported, Stream::Dde, "uid-1").map(|it| it.0), Some(Outcome::Running));
    let made = BTreeSet::from([("dock/build".to_owned(), "dock/build/image".to_owned())]);
    assert_eq!(links(&imported, LinkKind::Produces), made, "archived logs are no product");
}

#[test]
fn argo_edges_are_the_plans_and_those_of_nodes_lifted_out_of_groups_and_retries() {
    let imported = read(fixture("argo.json"));
    let pair = |task: &str, other: &str| (format!("dock/{task}"), format!("dock/{other}"));
    let wanted = BTreeSet::from([
        pair("test", "build"),
        pair("test", "lint"),
        pair("deploy", "build"),
        pair("notify", "test"),
        pair("notify", "test(1:arm64)"),
        pair("clean", "deploy"),
        pair("deploy[1].full", "deploy[0].canary"),
    ]);
    let mut found = links(&imported, LinkKind::DependsOn);
    // The broken expression of `clean` names its first task before it breaks off; nothing of it is taken.
    let broken = pair("clean", "deploy");
    assert!(!found.contains(&broken));
    found.insert(broken);
    assert_eq!(found, wanted);
    said(&imported, "dag.tasks[notify].depends: no task \"ghost\" in this DAG");
    said(&imported, "dag.tasks[clean].depends: cannot be read at \"% odd\"");
    said(&imported, "status.nodes[n-odd].name: invalid type: integer");
    let dde = analysis(&imported).dde;
    let clean = dde.tasks.iter().find(|it| it.id.key == "dock/clean").expect("a planned task");
    assert!(clean.planned && clean.attempts.is_empty());
}

#[test]
fn argo_tasks_that_a_failed_workflow_never_started_are_skipped_by_inference() {
    let text = std::str::from_utf8(fixture("argo.json")).expect("text");
    let ended = text.replace("\"phase\": \"Running\",\n  \"startedAt\": \"2026-11-17T09:00:00Z\",\n  \"finishedAt\": null", "\"phase\": \"Failed\",\n  \"startedAt\": \"2026-11-17T09:00:00Z\",\n  \"finishedAt\": \"2026-11-17T09:09:00Z\"");
    assert_ne!(text, ended);
    let dde = analysis(&read(ended)).dde;
    let clean = dde.tasks.iter().find(|it| it.id.key == "dock/clean").expect("a planned task");
    let last = clean.attempts.last().expect("a try");
    assert_eq!(
        (last.outcome, last.provenance, last.started_at),
        (Outcome::Skipped, Provenance::Inferred, None)
    );
}

#[test]
fn argo_in_a_list_is_read_and_yaml_and_packed_nodes_are_refused_with_the_way_out() {
    let text = std::str::from_utf8(fixture("argo.json")).expect("text");
    let list = read(format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{text}]}}"));
    assert_eq!(list.report.format, Format::Argo);
    assert_eq!(of(&list, "dock/build").len(), 2);
    let yaml = refused("# made by hand\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\n");
    assert!(yaml.reason.contains("kubectl get wf NAME -o json"), "{yaml}");
    let packed = read(
        r#"{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"name":"w","creationTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Succeeded","compressedNodes":"H4sI"}}"#,
    );
    said(&packed, "status.compressedNodes: the nodes are packed (base64 of gzip) and cannot be read here");
}

#[test]
fn argo_workflows_of_one_template_are_one_task_and_loops_of_steps_are_as_their_items() {
    let workflow = |entry: &str, nodes: &str, spec: &str| {
        format!(
            r#"{{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{{"name":"w-1","generateName":"w-","labels":{{"workflows.argoproj.io/completed":true}}}},
"spec":{{"entrypoint":"{entry}"{spec}}},"status":{{"phase":"Succeeded","startedAt":"2026-01-01T00:00:00Z","finishedAt":"2026-01-01T01:00:00Z","nodes":{{{nodes}}}}}}}"#
        )
    };
    let node = |id: &str, name: &str, kind: &str, phase: &str, more: &str| {
        format!(
            r#""{id}":{{"name":"{name}","type":"{kind}","phase":"{phase}","startedAt":"2026-01-01T00:10:00Z","finishedAt":"2026-01-01T00:20:00Z"{more}}}"#
        )
    };
    let retried = [
        node("a", "w-1", "Retry", "Succeeded", r#","children":["b","c"]"#),
        node("b", "w-1(0)", "Pod", "Failed", r#","templateName":"echo""#),
        node("c", "w-1(1)", "Pod", "Succeeded", r#","templateName":"echo""#),
    ];
    let one = read(workflow("echo", &retried.join(","), ""));
    assert_eq!(of(&one, "w/echo"), [(1, Outcome::Failed), (2, Outcome::Passed)]);
    let steps = r#","templates":[{"name":"main","steps":[[{"name":"fan"}],[{"name":"db"}]]}]"#;
    let fanned = |second: &str| {
        let nodes = [
            node("a", "w-1", "Steps", "Succeeded", r#","templateName":"main""#),
            node("b", "w-1[0].fan(0:x)", "Pod", "Succeeded", r#","boundaryID":"a""#),
            node("c", "w-1[0].fan(1:y)", "Pod", second, r#","boundaryID":"a""#),
            node("d", "w-1[1].db", "Pod", "Running", r#","boundaryID":"a","daemoned":true"#),
        ];
        analysis(&read(workflow("main", &nodes.join(","), steps))).dde
    };
    let last = |dde: &shared::lens::Dde, key: &str| {
        let task = dde.tasks.iter().find(|it| it.id.key == key).expect(key);
        task.attempts.last().map(|it| (it.outcome, it.provenance))
    };
    assert_eq!(last(&fanned("Succeeded"), "w/[0].fan"), Some((Outcome::Passed, Provenance::Inferred)));
    assert_eq!(last(&fanned("Error"), "w/[0].fan"), Some((Outcome::Error, Provenance::Inferred)));
    assert_eq!(last(&fanned("Running"), "w/[0].fan").map(|it| it.0), Some(Outcome::Running));
    assert_eq!(last(&fanned("Skipped"), "w/[1].db"), Some((Outcome::Passed, Provenance::Inferred)));
}

#[test]
fn temporal_records_the_last_try_and_states_the_ones_before_as_unrecorded() {
    let imported = read(fixture("temporal.json"));
    let dde = analysis(&imported).dde;
    let task = |key: &str| dde.tasks.iter().find(|it| it.id.key == key).expect(key);
    let approach = task("Dock/Approach");
    let seen: Vec<_> = approach.attempts.iter().map(|it| (it.n, it.outcome, it.provenance)).collect();
    assert_eq!(
        seen,
        [
            (1, Outcome::Failed, Provenance::Unrecorded),
            (2, Outcome::Failed, Provenance::Unrecorded),
            (3, Outcome::Passed, Provenance::Recorded),
        ]
    );
    for unrecorded in &approach.attempts[..2] {
        assert_eq!((unrecorded.queued_at, unrecorded.started_at, unrecorded.finished_at), (None, None, None));
    }
    assert_eq!(approach.attempts[1].error.as_deref(), Some("no signal"));
    assert_eq!(approach.attempts[2].started_at, Some(time("2026-11-17T09:03:00Z")));
    let second = &task("Dock/Approach #2").attempts[0];
    assert_eq!((second.outcome, second.reason.as_deref()), (Outcome::TimedOut, Some("START_TO_CLOSE")));
    assert_eq!(second.queued_at, Some(time("2026-11-17T09:05:00Z")));
    assert_eq!(task("Dock/Latch").attempts[0].error.as_deref(), Some("latch stuck"));
    let left = &task("Dock/Report").attempts[0];
    assert_eq!(
        (left.outcome, left.provenance),
        (Outcome::Cancelled, Provenance::Inferred),
        "the workflow ended first"
    );
    assert_eq!(task("Dock/timer wait").attempts[0].outcome, Outcome::Skipped, "a wait is in no rate");
    let (outcome, started, reason) = run(&imported, Stream::Dde, "run-1").expect("a run");
    assert_eq!((outcome, reason.as_str()), (Outcome::Failed, "Docking failed"));
    assert_eq!(started, Some(time("2026-11-17T09:00:00.123456Z")));
    assert_eq!(links(&imported, LinkKind::DependsOn), BTreeSet::new(), "only the code knows what waits");
}

#[test]
fn temporal_dialects_and_orders_say_the_same() {
    let newest_first = std::str::from_utf8(fixture("temporal.json")).expect("text");
    let json: serde_json::Value = serde_json::from_str(newest_first).expect("json");
    let mut events = json["events"].as_array().expect("events").clone();
    events.reverse();
    let facts_of = |text: String| {
        let imported = read(text);
        let facts = facts(&imported).into_iter().map(|it| format!("{it:?}"));
        (facts.collect::<BTreeSet<_>>(), imported.report.rejected, imported.report.unknown)
    };
    let first = facts_of(newest_first.to_owned());
    assert_eq!(facts_of(serde_json::json!({ "events": events }).to_string()), first);
    assert_eq!(facts_of(serde_json::json!({ "history": { "events": events } }).to_string()), first);
    assert_eq!(facts_of(serde_json::json!(events).to_string()), first, "a bare array");
    let lines: Vec<String> = events.iter().map(ToString::to_string).collect();
    assert_eq!(facts_of(lines.join("\n")), first, "an event a line");
    let camel = newest_first.replace("EVENT_TYPE_ACTIVITY_TASK_", "ActivityTask");
    let camel = ["SCHEDULED", "STARTED", "COMPLETED", "CANCELED"].iter().fold(camel, |text, word| {
        let plain = format!("{}{}", &word[..1], word[1..].to_ascii_lowercase());
        text.replace(&format!("ActivityTask{word}"), &format!("ActivityTask{plain}"))
    });
    assert_eq!(facts_of(camel.replace("ActivityTaskTIMED_OUT", "ActivityTaskTimedOut")), first);
}

#[test]
fn temporal_histories_of_old_count_tries_from_zero_and_call_workflow_tasks_decisions() {
    let old = r#"{"events":[
{"eventId":"1","timestamp":"1590453492236550100","workflowExecutionStartedEventAttributes":{"workflowType":{"name":"W"},"taskList":{"name":"q"},"originalExecutionRunId":"r"}},
{"eventId":"2","timestamp":"1590453492236608200","eventType":"DecisionTaskScheduled","decisionTaskScheduledEventAttributes":{}},
{"eventId":"5","timestamp":"1590453492257079000","eventType":"ActivityTaskScheduled","activityTaskScheduledEventAttributes":{"activityId":"0","activityType":{"name":"A"},"taskList":{"name":"q"}}},
{"eventId":"6","timestamp":"1590453494307545100","eventType":"ActivityTaskStarted","activityTaskStartedEventAttributes":{"scheduledEventId":"5","attempt":2,"lastFailureReason":"java.io.IOException"}},
{"eventId":"7","timestamp":"1590453494325340900","eventType":"ActivityTaskFailed","activityTaskFailedEventAttributes":{"reason":"java.io.IOException","scheduledEventId":"5","startedEventId":"6"}}]}"#;
    let imported = read(old);
    assert_eq!(of(&imported, "W/A"), [(1, Outcome::Failed), (2, Outcome::Failed), (3, Outcome::Failed)]);
    let third = &tries(&imported, Kind::Task)["W/A"][2];
    assert_eq!(
        (third.error.as_str(), third.started_at),
        ("java.io.IOException", Some(time("2020-05-26T00:38:14.307545Z")))
    );
    assert_eq!(
        (imported.report.read, imported.report.unknown),
        (5, 0),
        "decision tasks say nothing of their own"
    );
}

#[test]
fn temporal_oddities_are_named_with_their_event_and_field() {
    let imported = read(fixture("temporal.json"));
    said(&imported, "eventId: missing; this is no event of a history");
    said(&imported, "event 21: eventTime: not a time: \"later\"");
    said(&imported, "what event 99 scheduled is not in this history");
    said(&imported, "MarkerRecorded: 1 item of a kind that is not used");
    assert_eq!((imported.report.rejected, imported.report.unknown), (2, 1));
    let headless = read(
        r#"[{"eventId":"7","eventTime":"2026-01-01T00:00:00Z","eventType":"TimerStarted","timerStartedEventAttributes":{"timerId":"t"}}]"#,
    );
    said(&headless, "no WorkflowExecutionStarted: the history has no beginning");
}

#[test]
fn an_absurd_number_of_unrecorded_tries_is_cut_and_said() {
    let text = std::str::from_utf8(fixture("temporal.json")).expect("text");
    let absurd = read(text.replace("\"attempt\": 3", "\"attempt\": 2000000000"));
    let tries = of(&absurd, "Dock/Approach");
    assert_eq!((tries.len(), tries.last()), (101, Some(&(2_000_000_000, Outcome::Passed))));
    said(&absurd, "1999999899 unrecorded tries are left out");
}
