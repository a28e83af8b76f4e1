//! What real files of other projects say, through import, graph and lenses. Skipped where they are not.
#![allow(clippy::disallowed_methods, reason = "tests read recorded files; the crate reads none")]

use shared::event::{Dependency, Entry, Logged, split_detail};
use shared::graph::Graph;
use shared::id::Name;
use shared::import::{ImportOptions, import};
use shared::lens::{Acc, Analysis};
use shared::time::{AsOf, Time};
use std::path::Path;

/// The analysis of one file; `None`, with a word, where the folder of real inputs is not beside the project.
fn analysis(file: &str) -> Option<Analysis> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/real").join(file);
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {file} is not there");
        return None;
    };
    let options = ImportOptions {
        iteration: Name::new("I-1").expect("a name"),
        project: Name::new("p").expect("a name"),
        file: file.to_owned(),
        source: None,
        run: None,
        at: None,
        strict: false,
    };
    let imported = import(&bytes, None, &options).unwrap_or_else(|error| panic!("{error}"));
    let mut graph = Graph::default();
    let recorded_at = Time::parse("2026-11-17T12:00:00Z").expect("a time");
    for (mut event, position) in imported.events.into_iter().zip(1..) {
        // As a store does; the batch's digest counts on it.
        split_detail(&mut event, &[0; 32]);
        let logged = Logged { position, recorded_at, actor: None, steward: false, event };
        graph.push(Entry::from_logged(&logged)).expect("no gap");
    }
    graph.settle();
    let state = graph.snapshot(AsOf { valid: recorded_at, known: graph.head() });
    Some(Analysis::of(graph.scene(&state)))
}

fn cyclic(acc: &Acc) -> Option<f64> {
    acc.kpis.iter().find(|kpi| kpi.name == "acc.cyclic_dependencies").and_then(|kpi| kpi.actual)
}

#[test]
fn guppys_workspaces_cycle_through_dev_dependencies_only() {
    for (file, components) in [("metadata_cycle1.json", 1), ("metadata_cycle2.json", 2)] {
        let Some(analysis) = analysis(&format!("cargo-metadata/{file}")) else { return };
        assert_eq!(analysis.acc.components.len(), components, "{file}");
        for component in &analysis.acc.components {
            assert_eq!(component.size, 2);
            assert!(component.kinds.contains(&Dependency::Dev));
        }
        assert_eq!(cyclic(&analysis.acc), Some(0.0));
    }
}

#[test]
fn dependency_cruisers_own_graph_has_the_known_folder_metrics() {
    let Some(analysis) = analysis("dependency-cruiser/violations.json") else { return };
    let group = analysis.acc.groups.iter().find(|group| group.id == "src/cli").expect("src/cli");
    assert_eq!((group.ca, group.ce, group.instability), (7, 14, 0.666_667));
    assert_eq!(analysis.acc.modules.len(), 175);
    assert_eq!(analysis.acc.dependencies.len(), 298);
}

#[test]
fn a_cycle_through_a_dynamic_import_is_one_component_of_three() {
    let Some(analysis) = analysis("dependency-cruiser/three-module-cycle.json") else { return };
    let sizes: Vec<u32> = analysis.acc.components.iter().map(|component| component.size).collect();
    assert_eq!(sizes, [3]);
    assert_eq!(analysis.acc.components[0].shortest_cycle.len(), 3);
    assert_eq!(cyclic(&analysis.acc), Some(1.0));
}

#[test]
fn cucumbers_retries_are_one_pass_two_flakes_one_failure() {
    let Some(analysis) = analysis("cucumber/retry.ndjson") else { return };
    let totals = analysis.bdv.totals;
    assert_eq!((totals.scenarios, totals.passed, totals.flaky, totals.failed), (4, 1, 2, 1));
    assert_eq!(analysis.bdv.scenarios.iter().map(|scenario| scenario.attempts.len()).sum::<usize>(), 9);
}

#[test]
fn junit_files_tell_flakes_from_failures() {
    let Some(nextest) = analysis("junit/nextest.xml") else { return };
    let totals = nextest.bdv.totals;
    assert_eq!((totals.scenarios, totals.passed, totals.flaky, totals.failed), (3, 1, 1, 1));
    let Some(surefire) = analysis("junit/surefire-flaky.xml") else { return };
    let totals = surefire.bdv.totals;
    assert_eq!((totals.scenarios, totals.flaky), (1, 1));
    assert_eq!(surefire.bdv.scenarios[0].attempts.len(), 3);
}
