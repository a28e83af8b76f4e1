//! Dialects of JUnit XML: what each writes in its own way comes to the same facts.

use super::seen::*;
use shared::event::{Data, Facet, Outcome, Subject, split_detail};
use shared::id::{Kind, LinkKind, Stream};
use shared::import::{Format, Imported};

fn suite(inner: &str) -> Imported {
    read(format!("<testsuite name=\"s\">\n{inner}\n</testsuite>"))
}

fn said(imported: &Imported, line: u64, reason: &str) {
    let all = issues(imported);
    assert!(all.iter().any(|(at, it)| *at == line && it.contains(reason)), "{line} {reason}: {all:?}");
}

/// Details as a store keeps them: field and text.
fn details(imported: &Imported, field: &str) -> Vec<String> {
    let split = |event: &shared::event::Event| split_detail(&mut event.clone(), &[7; 32]);
    let all = imported.events.iter().flat_map(split);
    all.filter(|detail| detail.field.ends_with(field)).map(|detail| detail.value).collect()
}

#[test]
fn of_several_results_in_one_case_the_worst_counts_in_any_order() {
    let all = "<error message=\"e\"/><failure message=\"f\"/><skipped/>";
    let turned = "<skipped/><failure message=\"f\"/><error message=\"e\"/>";
    for inner in [all, turned] {
        let imported = suite(&format!("<testcase name=\"t\">{inner}</testcase>"));
        let tries = &tries(&imported, Kind::Scenario)["s#t"];
        assert_eq!((tries.len(), tries[0].outcome, tries[0].error.as_str()), (1, Outcome::Error, "e"));
        said(&imported, 2, "in one case, counts as error");
    }
    let twice = suite("<testcase name=\"t\"><failure message=\"a\"/><failure message=\"b\"/></testcase>");
    assert_eq!(tries(&twice, Kind::Scenario)["s#t"][0].error, "a");
    assert_eq!(twice.report.issues, [], "several failures are of one kind");
}

#[test]
fn nested_suites_lend_their_names_and_count_into_those_around_them() {
    let imported = read(
        "<testsuites tests=\"3\" failures=\"1\">
        <testsuite name=\"outer\" tests=\"3\" failures=\"2\"><testcase name=\"a\"/>
        <testsuite name=\"inner\" tests=\"1,000\"><testcase name=\"a\"/><testcase name=\"b\"><failure/></testcase></testsuite>
        </testsuite></testsuites>",
    );
    let all = outcomes(&imported, Kind::Scenario);
    assert_eq!(all.keys().collect::<Vec<_>>(), ["inner#a", "inner#b", "outer#a"]);
    said(&imported, 2, "testsuite \"outer\": counters not believed: failures=2 where 1 are");
    said(&imported, 3, "tests=1000 where 2 are");
    assert_eq!(imported.report.issues.len(), 2, "the root's counters are right");
}

#[test]
fn properties_are_requirements_tags_and_the_commit() {
    let imported = read(
        "<testsuite name=\"s\"><properties><property name=\"git.commit\" value=\"0a1b2c\"/>
        <property name=\"requirement\" value=\"R-1\"/><property name=\"os.name\" value=\"x\"/></properties>
        <testcase name=\"t\" classname=\"c\"><properties>
        <property name=\"requirements\" value=\"CALC-1, CALC-2\"/><property name=\"test_key\" value=\"CALC-9\"/>
        <property name=\"tags\">slow db</property></properties></testcase></testsuite>",
    );
    let verifies = links(&imported, LinkKind::Verifies);
    let of = |key: &str| ("c#t".to_owned(), key.to_owned());
    assert_eq!(verifies, [of("CALC-1"), of("CALC-2")].into());
    assert_eq!(links(&imported, LinkKind::Specifies), [("c".to_owned(), "R-1".to_owned())].into());
    let tags = held(&imported, Kind::Scenario, "c#t", Facet::Tags);
    assert_eq!(tags.as_deref(), Some("CALC-9 db slow"));
    let commit = facts(&imported)
        .into_iter()
        .find(|fact| fact.facet == Facet::Commit && matches!(fact.subject, Subject::Run(Stream::Bdv, _)));
    assert_eq!(commit.map(|fact| fact.value), Some(shared::event::Value::Text("0a1b2c".to_owned())));
    assert_eq!((imported.report.read, imported.report.unknown), (1, 0));
}

#[test]
fn output_of_what_failed_is_kept_beside_the_log_and_of_what_passed_not_at_all() {
    let imported = suite(
        "<testcase name=\"bad\"><failure message=\"f\"/><system-out>secret</system-out><system-err>too</system-err></testcase>
        <testcase name=\"good\"><system-out>chatter</system-out></testcase>
        <testcase name=\"flaky\"><flakyFailure message=\"f\"><system-out>first try</system-out></flakyFailure></testcase>",
    );
    assert_eq!(details(&imported, ".output"), ["secrettoo", "first try"]);
    let mut graph = String::new();
    for mut event in imported.events.clone() {
        split_detail(&mut event, &[7; 32]);
        graph += &format!("{event:?}");
    }
    assert!(!graph.contains("secret") && !graph.contains("first try") && !graph.contains("chatter"));
    assert_eq!(imported.report.unknown, 1, "the chatter is reported");
    said(&imported, 3, "system-out of a case that did not fail");
}

#[test]
fn characters_that_xml_does_not_allow_pass_raw_and_as_references() {
    let imported = suite(
        "<testcase name=\"a&#0;b\u{1}\" classname=\"c\"><failure message=\"1 &lt; 2 &#x1b;[31m &bogus; &#xFFFF;\">\u{7}&#8;</failure></testcase>",
    );
    let all = tries(&imported, Kind::Scenario);
    let key = all.keys().next().expect("a case");
    assert_eq!(key, "c#a b", "control characters make no key");
    assert_eq!(all[key][0].error, "1 < 2 \u{1b}[31m &bogus; \u{ffff}\n\u{7}\u{8}");
    let marked =
        read("\u{feff}<?xml version=\"1.0\"?><testsuite name=\"s\"><testcase name=\"t\"/></testsuite>");
    assert_eq!(marked.report.format, Format::Junit);
}

#[test]
fn numbers_of_other_locales_are_durations() {
    let ends = |time: &str| {
        let imported =
            suite(&format!("<testcase name=\"t\" timestamp=\"2026-11-17T10:00:00Z\" time=\"{time}\"/>"));
        assert_eq!(imported.report.issues, [], "{time}");
        let scenario = &analysis(&imported).bdv.scenarios[0];
        let attempt = scenario.attempts[0].clone();
        attempt.finished_at.expect("an end").millis_since(attempt.started_at.expect("a start"))
    };
    assert_eq!(ends("4,521"), 4_521_000);
    assert_eq!(ends("1.234,5"), 1_234_500);
    assert_eq!(ends("1,234.5"), 1_234_500);
    assert_eq!(ends("0,25"), 250);
}

#[test]
fn pytest_writes_a_broken_teardown_as_a_second_case_and_a_broken_collection_as_an_error() {
    let imported = suite(
        "<testcase classname=\"t.m\" name=\"both\"><failure message=\"assert 0\"/></testcase>
        <testcase classname=\"t.m\" name=\"both\"><error message='failed on teardown with \"boom\"'>trace</error></testcase>
        <testcase classname=\"t.m\" name=\"after\"/>
        <testcase classname=\"t.m\" name=\"after\"><error message='failed on teardown with \"boom\"'>trace</error></testcase>
        <testcase classname=\"\" name=\"t.broken\"><error message=\"collection failure\">ImportError</error></testcase>",
    );
    let all = tries(&imported, Kind::Scenario);
    for name in ["t.m#both", "t.m#after"] {
        let tries = &all[name];
        assert_eq!(
            (tries.len(), tries[0].outcome),
            (1, Outcome::Error),
            "{name}: one try, which ended badly"
        );
    }
    let broken = &all["s#t.broken"][0];
    assert_eq!((broken.outcome, broken.reason.as_str()), (Outcome::Unknown, "collection failure"));
    let bdv = analysis(&imported).bdv;
    assert_eq!((bdv.totals.failed, bdv.totals.undecided), (2, 1));
}

#[test]
fn a_repeated_case_is_the_next_try_and_what_lies_in_a_case_is_none() {
    let imported = suite(
        "<testcase classname=\"c\" name=\"t\"><failure/></testcase><testcase classname=\"c\" name=\"t\"/>
        <testcase classname=\"c\" name=\"u\"><testcase name=\"inner\"/><failure message=\"f\"/></testcase>",
    );
    let all = outcomes(&imported, Kind::Scenario);
    assert_eq!(all["c#t"], [Outcome::Failed, Outcome::Passed]);
    assert_eq!((all.len(), all["c#u"].as_slice()), (2, [Outcome::Failed].as_slice()));
    said(&imported, 3, "testcase: 1 item of a kind that is not used");
}

#[test]
fn what_an_attribute_says_counts_where_no_element_does() {
    let imported = suite(
        "<testcase name=\"off\" status=\"disabled\"/><testcase name=\"ran\" status=\"run\" result=\"completed\"/>
        <testcase name=\"bad\" status=\"fail\"/><testcase name=\"why\"><skipped message=\"no crew\">at x.py:3</skipped></testcase>",
    );
    let all = tries(&imported, Kind::Scenario);
    let of = |name: &str| (all[name][0].outcome, all[name][0].reason.as_str());
    assert_eq!(of("s#off"), (Outcome::Skipped, "not run"));
    assert_eq!(of("s#ran"), (Outcome::Passed, ""));
    assert_eq!(of("s#bad"), (Outcome::Failed, "its status says so"));
    assert_eq!(of("s#why"), (Outcome::Skipped, "no crew"));
}

#[test]
fn files_are_paths_and_prefixes_do_not_matter() {
    let imported = read(
        "<j:testsuite xmlns:j=\"urn:j\" name=\"s\" file=\"a.py\"><j:testcase name=\"t\" file=\".\\tests\\t.py\" line=\"7\"/>
        <j:testcase name=\"u\"/></j:testsuite>",
    );
    let path = |key| held(&imported, Kind::Scenario, key, Facet::Path);
    assert_eq!((path("s#t").as_deref(), path("s#u").as_deref()), (Some("tests/t.py"), Some("a.py")));
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_line() {
    let refusals = [
        (
            "<testsuite name=\"s\">\n<testcase name=\"t\" name=\"u\"/></testsuite>",
            2,
            "the attribute name stands there twice",
        ),
        ("<testsuite>\n<testcase>\n</testsuite>", 3, "expected `</testcase>`"),
        ("<testsuite>\n<testcase name=t/></testsuite>", 2, "<testcase>"),
        ("<testsuite>\n<testcase>\n", 3, "the file breaks off within <testcase>"),
        ("<testsuite/>\n<testsuite/>", 2, "<testsuite> is no"),
    ];
    for (text, line, reason) in refusals {
        let error = refused(text);
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.reason.contains(reason), "{text}: {error}");
    }
    let wide = format!("<testsuite {}/>", (0..300).map(|n| format!("a{n}=\"\" ")).collect::<String>());
    assert!(refused(wide).reason.contains("more than 256 attributes"));
}

#[test]
fn the_closing_digest_covers_what_a_store_keeps_of_output_and_long_errors() {
    let long = "x".repeat(2_000);
    let imported = suite(&format!(
        "<testcase name=\"t\"><failure message=\"{long}\"/><system-out>{long}</system-out></testcase>"
    ));
    let graph = stored(&imported.events);
    let scene = graph
        .scene(&graph.snapshot(shared::time::AsOf { valid: shared::time::Time::MAX, known: graph.head() }));
    assert!(scene.open_batches.is_empty());
    let facts = imported.events.iter().filter(|event| matches!(event.data, Data::Facts(_))).count();
    assert_eq!(facts, 1);
}
