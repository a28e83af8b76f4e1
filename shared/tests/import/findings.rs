//! What SARIF says: violations, by what they are known, where they are, what suppresses them.

use super::real::{folder, open};
use super::seen::*;
use shared::event::{Baseline, Outcome, Severity, Waiver};
use shared::id::{Kind, Stream};
use shared::import::{Format, Imported};
use shared::lens::acc::Violation;
use shared::time::{AsOf, Time};

/// Violations by the text of their reason.
fn violations(imported: &Imported) -> Vec<Violation> {
    analysis(imported).acc.violations
}

fn about<'v>(all: &'v [Violation], text: &str) -> &'v Violation {
    let is_it = |it: &&Violation| it.reason.as_deref().is_some_and(|reason| reason.ends_with(text));
    all.iter().find(is_it).unwrap_or_else(|| panic!("no violation about {text:?}: {all:?}"))
}

/// A log of one run with these results.
fn log(results: &str) -> String {
    format!(
        "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"T\"}}}},\"results\":[{results}]}}]}}"
    )
}

#[test]
fn results_are_violations_as_severe_as_result_run_and_rule_say() {
    let all = violations(&read(fixture("findings.sarif")));
    let severity = |text| (about(&all, text).rule.clone(), about(&all, text).severity);
    assert_eq!(severity("'x' is {unused}"), ("L1".to_owned(), Severity::Error), "the rule's level");
    assert_eq!(severity("up"), ("L2".to_owned(), Severity::Warn), "no level anywhere");
    assert_eq!(severity("from the plugin"), ("P1".to_owned(), Severity::Error), "an extension's rule");
    assert_eq!(severity("raised by the run"), ("L3".to_owned(), Severity::Error), "set anew by the run");
    assert_eq!(severity("said"), ("L2/sub".to_owned(), Severity::Info));
    assert_eq!(severity("please look"), ("L2".to_owned(), Severity::Info), "to review is no breach");
    assert_eq!(all.len(), 8, "pass, notApplicable, absent and a result told twice are none: {all:?}");
}

#[test]
fn places_are_relative_to_the_roots_the_log_names() {
    let all = violations(&read(fixture("findings.sarif")));
    let from = |text| about(&all, text).from.as_str();
    assert_eq!(from("'x' is {unused}"), "src/a b.c", "a base within a base");
    assert_eq!(from("up"), "src/up.c", "an absolute path is cut to its root");
    assert_eq!(from("from the plugin"), "src/lib/held.c", "an artifact by index");
    assert_eq!(from("raised by the run"), "orbit.core", "a module before a function");
    assert_eq!(from("said"), "core.Dock", "names around names");
    assert_eq!(from("please look"), ".", "no place at all");
    assert_eq!(about(&all, "up").reason.as_deref(), Some("src/up.c:3: up"));
}

#[test]
fn a_tools_own_suppressions_and_times_are_kept() {
    let imported = read(fixture("findings.sarif"));
    let all = violations(&imported);
    let plugin = about(&all, "from the plugin");
    assert_eq!((plugin.waiver, plugin.suppressed_by.as_deref()), (Some(Waiver::Accepted), Some("tool")));
    assert_eq!(plugin.justification.as_deref(), Some("generated"));
    assert_eq!(about(&all, "up").waiver, Some(Waiver::UnderReview));
    assert_eq!(about(&all, "raised by the run").waiver, Some(Waiver::Absent), "known not to be");
    let graph = stored(&imported.events);
    let at = |clock: &str| {
        let scene = graph.scene(&graph.snapshot(AsOf { valid: time(clock), known: graph.head() }));
        let held = |it: &&shared::graph::Entity| it.id.kind == Kind::Violation;
        let texts = scene.entities.values().filter(held).filter_map(|it| it.reason.clone());
        texts.filter(|text| text.ends_with("unused}") || text == "gone").collect::<Vec<_>>()
    };
    assert!(at("2026-10-31T00:00:00Z").is_empty());
    assert_eq!(at("2026-11-03T00:00:00Z").len(), 2, "both since they were first detected");
    assert_eq!(at("2026-11-18T00:00:00Z").len(), 1, "what is absent was resolved when the run ended");
    let (outcome, started, _) = run(&imported, Stream::Acc, "run-guid").expect("the tool's run");
    assert_eq!((outcome, started), (Outcome::Passed, Some(time("2026-11-17T09:00:00Z"))));
}

#[test]
fn identity_is_the_fingerprint_else_rule_place_and_message_and_never_the_line() {
    let key = |result: &str| {
        let keys = present(&read(log(result)), Kind::Violation);
        assert_eq!(keys.len(), 1, "{result}");
        keys.into_iter().next().expect("one")
    };
    let place = |uri: &str, line: u32| {
        format!(
            "\"locations\":[{{\"physicalLocation\":{{\"artifactLocation\":{{\"uri\":\"{uri}\"}},\"region\":{{\"startLine\":{line}}}}}}}]"
        )
    };
    let plain = |uri, line, text: &str| {
        key(&format!("{{\"ruleId\":\"r\",\"message\":{{\"text\":\"{text}\"}},{}}}", place(uri, line)))
    };
    assert_eq!(plain("a.c", 1, "m"), plain("a.c", 9, "m"), "a line is no identity");
    assert_ne!(plain("a.c", 1, "m"), plain("b.c", 1, "m"));
    assert_ne!(plain("a.c", 1, "m"), plain("a.c", 1, "n"));
    let printed = |kind: &str, uri, text: &str, prints: &str| {
        let place = place(uri, 1);
        key(&format!("{{\"ruleId\":\"r\",\"message\":{{\"text\":\"{text}\"}},\"{kind}\":{prints},{place}}}"))
    };
    let part = |uri, text, prints| printed("partialFingerprints", uri, text, prints);
    assert_eq!(part("a.c", "m", "{\"h/v1\":\"1\"}"), part("a.c", "other words", "{\"h/v1\":\"1\"}"));
    assert_ne!(part("a.c", "m", "{\"h/v1\":\"1\"}"), part("b.c", "m", "{\"h/v1\":\"1\"}"), "only a part");
    let both = "{\"h/v1\":\"1\",\"h/v2\":\"2\"}";
    assert_eq!(part("a.c", "m", both), part("a.c", "m", "{\"h/v2\":\"2\"}"), "the greatest version");
    let full = |uri| printed("fingerprints", uri, "m", "{\"id\":\"1\"}");
    assert_eq!(full("a.c"), full("moved/a.c"));
    // Beside a result that has the first version only, the first is the greatest common one.
    let first = "{\"ruleId\":\"r\",\"message\":{\"text\":\"x\"},\"partialFingerprints\":{\"h/v1\":\"9\"}}";
    let second = format!(
        "{{\"ruleId\":\"r\",\"message\":{{\"text\":\"m\"}},\"partialFingerprints\":{both},{}}}",
        place("a.c", 1)
    );
    let keys = present(&read(log(&format!("{first},{second}"))), Kind::Violation);
    assert!(keys.contains(&part("a.c", "m", "{\"h/v1\":\"1\"}")), "{keys:?}");
}

#[test]
fn a_suppressed_result_never_hides_the_same_one_that_is_not() {
    let hidden = "{\"ruleId\":\"r\",\"level\":\"error\",\"message\":{\"text\":\"m\"},\"suppressions\":[{\"kind\":\"external\"}]}";
    let open = "{\"ruleId\":\"r\",\"level\":\"error\",\"message\":{\"text\":\"m\"},\"suppressions\":[]}";
    for both in [format!("{hidden},{open}"), format!("{open},{hidden}")] {
        let all = violations(&read(log(&both)));
        assert_eq!(all.iter().filter(|it| it.blocks()).count(), 1, "{all:?}");
    }
}

#[test]
fn a_run_that_failed_or_says_nothing_is_no_picture_and_never_a_pass() {
    let pictures = |text: &str| {
        let graph = stored(&read(text).events);
        graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known: graph.head() })).pictures.len()
    };
    assert_eq!(pictures(&log("")), 1, "[] is: nothing was found");
    assert_eq!(pictures(&log("").replace("\"results\":[]", "\"results\":null")), 0);
    let broken = log("").replace(
        "\"results\":[]",
        "\"results\":[],\"invocations\":[{\"executionSuccessful\":false,\"exitCode\":3,\"exitCodeDescription\":\"out of memory\"}]",
    );
    assert_eq!(pictures(&broken), 0);
    let imported = read(&broken);
    let key = runs(&imported, Stream::Acc).pop_first().expect("a run");
    let (outcome, _, reason) = run(&imported, Stream::Acc, &key).expect("a run");
    assert_eq!(outcome, Outcome::Unknown);
    assert!(reason.ends_with("exit code 3: out of memory"), "{reason}");
    let acc = &analysis(&imported).verdict.streams.acc;
    assert_ne!(acc.state, shared::verdict::StreamState::Pass, "{acc:?}");
}

#[test]
fn what_is_lost_of_a_log_is_reported() {
    let imported = read(fixture("findings.sarif"));
    let said = issues(&imported);
    let has = |text: &str| said.iter().any(|(line, reason)| *line > 1 && reason.contains(text));
    assert!(has("result: kind: unknown \"odd\""), "{said:?}");
    assert!(has("notApplicable: 1 item of a kind that is not used"), "{said:?}");
    assert!(has("codeFlows: not read"), "{said:?}");
    assert!(has("this result was told before"), "{said:?}");
    assert!(has("edge: no node \"n2\" or no node \"n9\""), "{said:?}");
    assert_eq!((imported.report.read, imported.report.rejected, imported.report.unknown), (18, 2, 1));
    let old = read_as(Format::Sarif, "{\"version\":\"1.0.0\",\"runs\":[]}").expect_err("too old");
    assert_eq!(old.reason, "version: \"1.0.0\", only \"2.1.0\" is read");
}

#[test]
fn graphs_of_a_run_are_modules_and_imports() {
    let imported = read(fixture("findings.sarif"));
    let modules: Vec<String> = present(&imported, Kind::Module).into_iter().collect();
    assert_eq!(modules, ["core", "panel", "ui"]);
    let edges: Vec<_> = imports(&imported).into_keys().map(|(from, to, _)| (from, to)).collect();
    assert_eq!(edges, [("panel".to_owned(), "core".to_owned())]);
    let group = held(&imported, Kind::Module, "panel", shared::event::Facet::Group);
    assert_eq!(group.as_deref(), Some("ui"));
}

#[test]
fn the_suppressions_of_the_tutorial_are_as_its_own_texts_say() {
    let Some(folder) = folder("sarif") else { return };
    let all = violations(&open(&folder, "Suppressions.sarif"));
    assert_eq!(all.len(), 9);
    for violation in &all {
        let text = violation.reason.as_deref().expect("a text");
        // The last three have a rejected suppression beside another: left to the consumer, ours stay visible.
        let rejected_beside = text.contains("at least one");
        assert_eq!(violation.suppressed, text.contains("hidden") && !rejected_beside, "{text}");
    }
    assert_eq!(all.iter().filter(|it| !it.suppressed).count(), 6);
}

#[test]
fn the_other_samples_of_the_tutorial_give_their_results() {
    let Some(folder) = folder("sarif") else { return };
    let all = violations(&open(&folder, "Baseline.sarif"));
    let mut states: Vec<_> = all.iter().map(|it| it.baseline).collect();
    states.sort_unstable();
    assert_eq!(states, [Some(Baseline::New), Some(Baseline::Unchanged), Some(Baseline::Updated)]);
    let flows = open(&folder, "CodeFlows.sarif");
    assert_eq!(violations(&flows)[0].from, "collections/list.h");
    assert!(issues(&flows).iter().any(|(_, reason)| reason.starts_with("codeFlows: not read")));
    let all = violations(&open(&folder, "Taxonomies.sarif"));
    let seen: Vec<_> = all.iter().map(|it| (it.rule.as_str(), it.severity, it.from.as_str())).collect();
    let wanted = [
        ("TUT1001", Severity::Error, "C:/code/myProject/io/kb.c"),
        ("TUT1002", Severity::Warn, "C:/code/myProject/io/file.c"),
    ];
    assert_eq!(seen, wanted);
}

#[test]
fn a_justification_is_of_the_suppression_that_decides() {
    let why = |suppressions: &str| {
        let result =
            format!("{{\"ruleId\":\"r\",\"message\":{{\"text\":\"m\"}},\"suppressions\":[{suppressions}]}}");
        let found = violations(&read(log(&result)));
        (found[0].waiver, found[0].justification.clone())
    };
    let one = |status: &str| {
        format!("{{\"kind\":\"external\",\"status\":\"{status}\",\"justification\":\"{status}\"}}")
    };
    let plain = "{\"kind\":\"inSource\",\"justification\":\"no status\"}";
    let [accepted, rejected, asked] = ["accepted", "rejected", "underReview"].map(one);
    let said = |waiver, text: &str| (Some(waiver), Some(text.to_owned()));
    assert_eq!(why(&format!("{asked},{accepted}")), said(Waiver::Accepted, "accepted"));
    assert_eq!(why(&format!("{asked},{plain}")), said(Waiver::Accepted, "no status"));
    assert_eq!(why(&format!("{accepted},{rejected}")), said(Waiver::Rejected, "rejected"));
    assert_eq!(why(&asked), said(Waiver::UnderReview, "underReview"));
    assert_eq!(why(&format!("{asked},{{\"kind\":\"external\"}}")), (Some(Waiver::Accepted), None));
}

#[test]
fn what_is_exported_and_read_back_says_the_same() {
    let told = violations(&read(fixture("findings.sarif")));
    let analysis = analysis(&read(fixture("findings.sarif")));
    let exported = shared::export::sarif(&analysis, &shared::id::Name::new("I-1").expect("a name"));
    let again = violations(&read(exported.to_string()));
    let facts = |all: &[Violation]| {
        let mut facts: Vec<_> = all
            .iter()
            .map(|v| {
                (v.rule.clone(), v.from.clone(), v.reason.clone(), v.suppressed, v.justification.clone())
            })
            .collect();
        facts.sort();
        facts
    };
    assert_eq!(facts(&again), facts(&told));
}
