//! pytest, by its own two reports: both say the same of one run.

use super::seen::*;
use shared::event::{Facet, Outcome, Provenance};
use shared::id::{Kind, LinkKind, Stream};
use shared::import::{Format, ImportOptions, Imported, import};
use shared::time::{AsOf, Time};

const DOCK: &str = "tests.test_docking.TestDocking";

fn said(imported: &Imported, reason: &str) -> u64 {
    let all = issues(imported);
    all.iter().find(|(_, it)| it.contains(reason)).unwrap_or_else(|| panic!("{reason}: {all:?}")).0
}

/// The scene after these fixtures, one after the other, all of one run.
fn scene_after(names: [&str; 2]) -> String {
    let options = ImportOptions { run: Some("build 7".to_owned()), ..options() };
    let read = |name| import(fixture(name), None, &options).expect("readable");
    let events: Vec<_> = names.into_iter().flat_map(|name| read(name).events).collect();
    let graph = stored(&events);
    let scene = graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known: graph.head() }));
    assert!(scene.open_batches.is_empty());
    let bdv = shared::lens::Analysis::of(scene).bdv;
    let mut text = String::new();
    for scenario in bdv.scenarios {
        let tries =
            scenario.attempts.iter().map(|it| (it.n, it.outcome, &it.error, &it.reason, it.provenance));
        text += &format!(
            "{} {:?} {:?} {:?}\n",
            scenario.id,
            scenario.status,
            scenario.verifies,
            tries.collect::<Vec<_>>()
        );
    }
    text + &format!(
        "{:?} {:?} {:?}",
        bdv.totals,
        bdv.specs,
        bdv.kpis.iter().map(|kpi| &kpi.name).collect::<Vec<_>>()
    )
}

#[test]
fn both_reports_of_a_run_come_to_one_state_in_any_order() {
    let (xml, json) = ("pytest.xml", "pytest.json");
    assert_eq!(scene_after([xml, json]), scene_after([json, xml]));
    let facts_of = |name: &str| {
        let imported = read(fixture(name));
        let all = outcomes(&imported, Kind::Scenario);
        (
            all,
            present(&imported, Kind::Spec),
            links(&imported, LinkKind::Verifies),
            links(&imported, LinkKind::PartOf),
        )
    };
    assert_eq!(facts_of(xml), facts_of(json));
    let errors = |name: &str| -> Vec<(String, String)> {
        let tries = tries(&read(fixture(name)), Kind::Scenario).into_iter();
        tries.flat_map(|(key, tries)| tries.into_iter().map(move |it| (key.clone(), it.error))).collect()
    };
    assert_eq!(errors(xml), errors(json), "word for word");
}

#[test]
fn outcomes_of_pytest_are_ours() {
    let imported = read(fixture("pytest.json"));
    let all = tries(&imported, Kind::Scenario);
    let of = |key: &str| {
        let tries = &all[key];
        assert_eq!(tries.len(), 1, "{key}");
        (tries[0].outcome, tries[0].reason.as_str())
    };
    assert_eq!(of(&format!("{DOCK}#test_aligns")), (Outcome::Passed, ""));
    assert_eq!(of(&format!("{DOCK}#test_approach[fast]")), (Outcome::Failed, ""));
    assert_eq!(of("tests.test_docking#test_setup_breaks"), (Outcome::Error, ""));
    assert_eq!(of("tests.test_docking#test_teardown_breaks"), (Outcome::Error, ""));
    assert_eq!(of("tests.test_docking#test_vents"), (Outcome::Skipped, "no crew"));
    assert_eq!(of("tests.test_docking#test_seals"), (Outcome::Skipped, ""));
    let after_all = "passed although it was expected to fail";
    assert_eq!(of("tests.test_docking#test_seals_after_all"), (Outcome::Passed, after_all));
    assert_eq!(of("tests.test_docking#test_strict"), (Outcome::Failed, "passed although it must not"));
    assert!(all[&format!("{DOCK}#test_latches")][0].error.contains("AssertionError: not latched"));
    let error = &all["tests.test_docking#test_both_break"][0].error;
    assert!(error.starts_with("failed on teardown with \"AssertionError: clamp leaks"), "{error}");
}

#[test]
fn a_collection_that_broke_is_undecided_and_one_that_was_skipped_is_skipped() {
    let imported = read(fixture("pytest.json"));
    let all = tries(&imported, Kind::Scenario);
    let broken = &all["pytest#tests.test_broken"][0];
    assert_eq!((broken.outcome, broken.reason.as_str()), (Outcome::Unknown, "collection failure"));
    assert!(broken.error.contains("No module named 'no_such_module'"));
    assert_eq!(all["pytest#tests.test_optional"][0].outcome, Outcome::Skipped);
    let only = r#"{"created":1,"exitcode":2,"collectors":[{"nodeid":"t.py","outcome":"failed"}],"tests":[]}"#;
    let imported = read(only);
    let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
    let (outcome, _, reason) = run(&imported, Stream::Bdv, &key).expect("a run");
    assert_eq!((outcome, reason.as_str()), (Outcome::Unknown, "1 collection broke"));
}

#[test]
fn the_run_ends_when_the_report_was_written_and_is_named_by_its_surroundings() {
    let imported = read(
        r#"{"created":1795000000.5,"duration":0.25,"exitcode":0,"root":"/x","tests":[],
        "environment":{"Python":"3.11.7","Packages":{"pytest":"9"},"GITHUB_SHA":"0a1b2c"}}"#,
    );
    let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
    let (outcome, started, _) = run(&imported, Stream::Bdv, &key).expect("a run");
    assert_eq!((outcome, started), (Outcome::Passed, Some(time("2026-11-18T11:06:40.25Z"))));
    let all = facts(&imported);
    let held = |facet| all.iter().find(|fact| fact.facet == facet).map(|fact| fact.value.clone());
    assert_eq!(held(Facet::Name), Some(shared::event::Value::Text("Python 3.11.7".to_owned())));
    assert_eq!(held(Facet::Commit), Some(shared::event::Value::Text("0a1b2c".to_owned())));
    assert_eq!(
        all.iter().filter(|fact| fact.facet == Facet::Outcome).map(|it| it.valid).max(),
        Some(time("2026-11-18T11:06:40.5Z"))
    );
}

#[test]
fn an_exit_code_speaks_where_no_test_does() {
    for (code, outcome) in [
        (0, Outcome::Passed),
        (1, Outcome::Failed),
        (2, Outcome::Cancelled),
        (3, Outcome::Error),
        (4, Outcome::Error),
        (5, Outcome::Passed),
    ] {
        let imported = read(format!("{{\"created\":1,\"exitcode\":{code},\"tests\":[]}}"));
        let key = runs(&imported, Stream::Bdv).pop_first().expect("a run");
        assert_eq!(run(&imported, Stream::Bdv, &key).map(|it| it.0), Some(outcome), "{code}");
    }
}

#[test]
fn what_ran_again_is_flaky_by_either_report_though_neither_says_why() {
    for (name, first) in
        [("pytest-rerun.xml", Provenance::Inferred), ("pytest-rerun.json", Provenance::Unrecorded)]
    {
        let imported = read(fixture(name));
        let bdv = analysis(&imported).bdv;
        let flaky = bdv.scenarios.iter().find(|it| it.name == "test_flaky").expect(name);
        assert_eq!(flaky.status, shared::lens::bdv::Status::Flaky, "{name}");
        assert_eq!(
            (flaky.attempts[0].outcome, flaky.attempts[0].provenance),
            (Outcome::Failed, first),
            "{name}"
        );
        assert_eq!((bdv.totals.flaky, bdv.totals.failed, bdv.totals.passed), (1, 1, 1), "{name}");
    }
    let xml = outcomes(&read(fixture("pytest-rerun.xml")), Kind::Scenario);
    assert_eq!(xml["re.test_flaky#test_always"], [Outcome::Failed; 3]);
    assert_eq!(xml["re.test_flaky#test_flaky"], [Outcome::Failed, Outcome::Failed, Outcome::Passed]);
}

#[test]
fn bad_elements_are_refused_alone_with_line_and_field() {
    let imported = read(
        "{\"created\": \"yesterday\", \"duration\": -1, \"exitcode\": 0, \"tests\": [
{\"nodeid\": \"a.py::t\", \"outcome\": \"passed\"},
{\"nodeid\": \"a.py::u\", \"outcome\": \"exploded\"},
{\"nodeid\": \"\", \"outcome\": \"passed\"},
{\"nodeid\": \"a.py::v\", \"outcome\": \"failed\", \"call\":
 {\"outcome\": \"failed\", \"longrepr\": 7}},
{\"outcome\": \"passed\"}, 7]}",
    );
    assert_eq!((imported.report.read, imported.report.rejected), (6, 5));
    assert_eq!(said(&imported, "tests[1].outcome: unknown \"exploded\""), 3);
    assert_eq!(said(&imported, "tests[2].nodeid: empty"), 4);
    assert_eq!(said(&imported, "tests[3].call.longrepr: invalid type: integer `7`"), 6);
    assert_eq!(said(&imported, "tests[4].missing field `nodeid`"), 7);
    assert_eq!(said(&imported, "tests[5].invalid type: integer `7`"), 7);
    assert_eq!(said(&imported, "created: not a number of seconds"), 1);
    assert_eq!(said(&imported, "duration: not a number of seconds"), 1);
}

#[test]
fn a_summary_alone_is_a_run_without_tests() {
    let imported = read(r#"{"created":1.5,"duration":1,"exitcode":1,"summary":{"failed":1,"total":1}}"#);
    assert_eq!(imported.report.format, Format::PytestJson);
    said(&imported, "tests: missing, a summary only");
    let refused = read_as(Format::PytestJson, "{\"tests\": {}}").expect_err("no list");
    assert!(refused.reason.starts_with("tests: invalid type: map"), "{refused}");
}

#[test]
fn properties_and_metadata_name_requirements_and_tags() {
    let imported = read(
        r#"{"created":1,"exitcode":0,"tests":[{"nodeid":"a.py::t","outcome":"passed",
        "metadata":{"requirement":["R-1","R-2"],"tags":"slow","answer":42},
        "user_properties":[{"requirement":"R-2"},{"test_id":7},{"x":{"requirement":"R-9"}}]}]}"#,
    );
    let of = |key: &str| ("a#t".to_owned(), key.to_owned());
    assert_eq!(links(&imported, LinkKind::Verifies), [of("R-1"), of("R-2")].into());
    assert_eq!(held(&imported, Kind::Scenario, "a#t", Facet::Tags).as_deref(), Some("7 slow"));
}
