//! Feature files: what they declare, and that it is what a run of them names.
#![allow(clippy::disallowed_methods, reason = "tests read recorded files; the crate reads none")]

use super::real::{folder, open};
use super::seen::*;
use shared::event::Facet;
use shared::id::{Kind, LinkKind};
use shared::import::{Format, ImportOptions, Imported, import};
use shared::lens::bdv::Status;
use shared::time::{AsOf, Time};
use std::collections::BTreeSet;

const FILE: &str = "features/docking.feature";

/// Reads feature file `text` as `file`.
fn feature(file: &str, text: impl AsRef<[u8]>) -> Imported {
    let options = ImportOptions { file: file.to_owned(), ..options() };
    import(text.as_ref(), Some(Format::Gherkin), &options).unwrap_or_else(|error| panic!("{error}"))
}

fn keys(text: &str) -> Vec<String> {
    present(&feature("a.feature", text), Kind::Scenario).into_iter().collect()
}

fn broken(text: &str) -> (u64, String) {
    let error = read_as(Format::Gherkin, text).expect_err("must be refused");
    (error.line, error.reason)
}

#[test]
fn a_feature_is_a_spec_and_its_scenarios_and_rows_are_declared() {
    let imported = feature(FILE, fixture("docking.feature"));
    let of = |rest: &str| format!("{FILE}: Docking / {rest}");
    let expected = [
        of("Approach at <speed> | fast |"),
        of("Approach at <speed> | slow |"),
        of("Empty"),
        of("Hatches / Opens"),
        of("Hatches / Opens #2"),
    ];
    assert_eq!(present(&imported, Kind::Scenario).into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(present(&imported, Kind::Spec), BTreeSet::from([FILE.to_owned()]));
    assert_eq!(links(&imported, LinkKind::PartOf).len(), 5, "all lie in the feature");
    let held = |key: &str, facet| held(&imported, Kind::Scenario, key, facet);
    assert_eq!(held(&expected[0], Facet::Name).as_deref(), Some("Approach at fast"));
    assert_eq!(held(&expected[0], Facet::Tags).as_deref(), Some("@R-7 @req:R-12 @slow @storm"));
    assert_eq!(held(&expected[1], Facet::Tags).as_deref(), Some("@R-7 @req:R-12 @slow"));
    assert_eq!(held(&expected[3], Facet::Tags).as_deref(), Some("@R-7 @slow @twice"));
    assert_eq!(
        issues(&imported),
        [
            (30, "examples: 2 cells in a table of 1"),
            (43, "\"Nobody knows this step\" where a step is expected (en)")
        ]
    );
    assert_eq!((imported.report.read, imported.report.rejected), (6, 1));
}

#[test]
fn what_was_declared_and_what_was_run_are_the_same_scenarios() {
    let (declared, run) = (feature(FILE, fixture("docking.feature")), read(fixture("cucumber.ndjson")));
    assert_eq!(present(&declared, Kind::Scenario), present(&run, Kind::Scenario));
    assert_eq!(present(&declared, Kind::Spec), present(&run, Kind::Spec));
    let after = |events: &[shared::event::Event]| {
        let graph = stored(events);
        let scene = graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known: graph.head() }));
        let bdv = shared::lens::Analysis::of(scene).bdv;
        bdv.scenarios.iter().map(|it| (it.id.key.clone(), it.status)).collect::<Vec<_>>()
    };
    let before = after(&declared.events);
    assert!(before.iter().all(|(_, status)| *status == Status::Undecided), "none has run: {before:?}");
    let both = [declared.events.clone(), run.events.clone()].concat();
    assert_eq!(after(&both), after(&run.events));
    let turned = [run.events, declared.events].concat();
    assert_eq!(after(&both), after(&turned));
}

#[test]
fn features_that_real_runs_carry_declare_the_scenarios_that_ran() {
    let Some(folder) = folder("cucumber") else { return };
    let names = ["all-statuses", "examples-tables", "failedish-combinations", "retry", "rules"];
    for name in names {
        let text = std::fs::read_to_string(folder.join(format!("{name}.ndjson"))).expect("a file");
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let source = lines.filter_map(|line| line.get("source").cloned()).next().expect("a source");
        let declared = feature(source["uri"].as_str().expect("text"), source["data"].as_str().expect("text"));
        let run = open(&folder, &format!("{name}.ndjson"));
        assert_eq!(declared.report.issues, [], "{name}");
        let seen = |it: &Imported| {
            let keys = present(it, Kind::Scenario).into_iter();
            let told = |key: &str| {
                [Facet::Name, Facet::Path, Facet::Group, Facet::Tags]
                    .map(|facet| held(it, Kind::Scenario, key, facet))
            };
            let specs = present(it, Kind::Spec).into_iter();
            let titles = specs.map(|key| {
                (held(it, Kind::Spec, &key, Facet::Name), held(it, Kind::Spec, &key, Facet::Tags), key)
            });
            (
                keys.map(|key| (told(&key), key)).collect::<Vec<_>>(),
                titles.collect::<Vec<_>>(),
                links(it, LinkKind::PartOf),
            )
        };
        assert_eq!(seen(&declared), seen(&run), "{name}");
        assert!(!seen(&run).0.is_empty(), "{name}");
    }
}

#[test]
fn tags_lead_to_requirements_and_a_feature_that_did_not_run_leaves_the_stream_undecided() {
    use shared::event::data::RequirementDeclared;
    let requirement = |key: &str| {
        let data = RequirementDeclared {
            requirement: key.to_owned(),
            name: None,
            text: None,
            parent: None,
            version: None,
            path: None,
            tags: vec![],
        };
        let mut event = read(fixture("cucumber.ndjson")).events.remove(0);
        event.identity.id = key.to_owned();
        event.batch = None;
        event.data = shared::event::Data::RequirementDeclared(data);
        event
    };
    let mut events = feature(FILE, fixture("docking.feature")).events;
    events.extend([requirement("R-7"), requirement("R-12")]);
    let graph = stored(&events);
    let scene = graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known: graph.head() }));
    let analysis = shared::lens::Analysis::of(scene);
    let proven = |key: &str| {
        let found = analysis.bdv.requirements.iter().find(|it| it.id.key == key);
        found.map(|it| it.scenarios.len())
    };
    assert_eq!((proven("R-7"), proven("R-12")), (Some(5), Some(2)));
    let missing = &analysis.verdict.streams.bdv.missing;
    assert!(missing.iter().any(|it| it.contains("Opens #2 has not run")), "{missing:?}");
}

#[test]
fn the_path_is_what_results_name_whatever_spelling_it_is_given_in() {
    let spec = |file: &str| present(&feature(file, "Feature: f\nScenario: s\n"), Kind::Spec).pop_first();
    for spelling in [
        "features/a.feature",
        "./features/a.feature",
        "features\\a.feature",
        "file:features/a.feature",
        "features/a.feature.gz",
    ] {
        assert_eq!(spec(spelling).as_deref(), Some("features/a.feature"), "{spelling}");
    }
    for alone in ["/tmp/features/a.feature", "(standard input)"] {
        let said = feature(alone, "Feature: f\nScenario: s\n").report.issues;
        assert!(said[0].reason.starts_with("the path of this file is not relative"), "{said:?}");
    }
    let [one, other] = ["a", "b"].map(|file| feature(file, "Feature: f\nScenario: s\n"));
    assert_ne!(one.report.batch, other.report.batch, "the same text at two places is two features");
    let graph = stored(&[one.events, other.events].concat());
    let scene = graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known: graph.head() }));
    assert_eq!(scene.of_kind(Kind::Scenario).count(), 2, "neither replaces the other");
}

#[test]
fn a_feature_read_again_replaces_what_it_said_before() {
    let (before, after) = ("Feature: f\nScenario: old\nScenario: both\n", "Feature: f\nScenario: both\n");
    let events = [feature(FILE, before).events, feature(FILE, after).events].concat();
    let graph = stored(&events);
    let scene = graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known: graph.head() }));
    let names: Vec<_> = scene.of_kind(Kind::Scenario).map(|it| it.id.key.as_str()).collect();
    assert_eq!(names, ["features/docking.feature: f / both"]);
}

#[test]
fn features_are_read_in_the_language_they_name() {
    let text = "# language: de\nFunktionalität: Andocken\n\nGrundlage:\n  Angenommen die Luke ist zu\n\nRegel: Luken\n\nSzenariogrundriss: Nähern mit <Tempo>\n  Wenn es nähert\n  Dann dockt es\nBeispiele:\n  | Tempo |\n  | sacht |\n";
    assert_eq!(keys(text), ["a.feature: Andocken / Luken / Nähern mit <Tempo> | sacht |"]);
    assert_eq!(keys("# language: ja\n機能: 接続\nシナリオ: 開く\n前提x\n"), ["a.feature: 接続 / 開く"]);
    assert_eq!(read(text).report.format, Format::Gherkin, "known by its looks");
    assert!(refused("Funktionalität: ohne Kopf").reason.contains("where a feature must begin (en)"));
}

#[test]
fn what_is_no_feature_is_refused_with_its_line() {
    let (line, reason) = broken("# language: tlh\nFeature: f\n");
    assert_eq!(line, 1);
    assert!(reason.starts_with("language: tlh is not read here; known are en, de, "), "{reason}");
    assert_eq!(
        broken("# language: de\n\nFeature: f\n"),
        (3, "\"Feature: f\" where a feature must begin (de)".to_owned())
    );
    assert_eq!(
        broken("Feature: f\nScenario: s\nGiven a\n\"\"\"\nand so on\n"),
        (4, "this doc string never ends: the file breaks off within it".to_owned())
    );
    let (_, reason) = broken("# nothing but a remark\n");
    assert!(reason.starts_with("no feature in it"), "{reason}");
}
