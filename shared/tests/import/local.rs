//! A log made of files alone, as a page makes it.

use shared::graph::Graph;
use shared::import::Local;
use shared::lens::Analysis;
use shared::time::{AsOf, Time};

const CASES: &str = r#"<testsuite name="pay"><testcase classname="pay" name="card"/></testsuite>"#;
const MODULES: &str = "digraph { web -> core }";

#[test]
fn files_become_one_log_without_gaps_and_each_counts_once() {
    let mut log = Local::default();
    let (first, told) = log.take("a.xml", CASES.as_bytes(), Time(2_000_000));
    assert_eq!((told.refused, told.report.map(|report| report.accepted)), (None, Some(1)));
    let (second, _) = log.take("b.dot", MODULES.as_bytes(), Time(1_000_000));
    let (again, told) = log.take("a.xml", CASES.as_bytes(), Time(3_000_000));
    let report = told.report.expect("read");
    assert_eq!((again.len(), report.accepted, report.duplicates), (0, 0, 1));
    let (none, told) = log.take("photo.png", b"\x89PNG", Time(3_000_000));
    assert!(none.is_empty() && told.report.is_none() && told.refused.is_some(), "{told:?}");
    let mut graph = Graph::default();
    let entries: Vec<_> = first.into_iter().chain(second).collect();
    assert!(
        entries.windows(2).all(|pair| pair[0].recorded_at <= pair[1].recorded_at),
        "clocks never go back"
    );
    for entry in entries {
        graph.push(entry).expect("no gap");
    }
    graph.settle();
    let as_of = AsOf { valid: Time(9_000_000), known: graph.head() };
    let found = Analysis::of(graph.scene(&graph.snapshot(as_of)));
    assert_eq!((found.bdv.totals.passed, found.acc.dependencies.len()), (1, 1));
}

#[test]
fn a_log_goes_on_where_another_one_ended() {
    let (mut whole, mut first, mut second) = (Local::default(), Local::default(), Local::default());
    let _same = whole.take("a.xml", CASES.as_bytes(), Time(2_000_000));
    let (begun, _) = first.take("a.xml", CASES.as_bytes(), Time(2_000_000));
    second.resume(&begun);
    let (again, told) = second.take("a.xml", CASES.as_bytes(), Time(1));
    assert_eq!((again.len(), told.report.map(|report| report.duplicates)), (0, Some(1)));
    assert_eq!(
        second.take("b.dot", MODULES.as_bytes(), Time(1_000_000)),
        whole.take("b.dot", MODULES.as_bytes(), Time(1_000_000))
    );
}

#[test]
fn a_feature_dropped_without_its_folder_says_how_it_is_known() {
    let text = "Feature: docking\n  Scenario: in\n    Given a ship\n";
    let said = |name: &str| {
        let (_, told) = Local::default().take(name, text.as_bytes(), Time(1));
        told.report.expect("read").issues
    };
    let bare = said("dock.feature");
    assert!(bare.len() == 1 && bare[0].reason.starts_with("known as dock.feature, without"), "{bare:?}");
    assert_eq!(said("features/dock.feature"), []);
}
