//! From a file to what people see: real files, where they are, through the store's cut, the graph and the lenses.

use super::real::{folder, open};
use super::seen::*;
use shared::event::{Outcome, Provenance};
use shared::lens::bdv::Totals;

fn counts(totals: &Totals) -> [u32; 6] {
    [totals.scenarios, totals.passed, totals.failed, totals.flaky, totals.skipped, totals.undecided]
}

#[test]
fn cucumber_retries_are_flakes_in_the_behaviour_lens() {
    let Some(folder) = folder("cucumber") else { return };
    let bdv = analysis(&open(&folder, "retry.ndjson")).bdv;
    assert_eq!(counts(&bdv.totals), [4, 1, 1, 2, 0, 0]);
    assert_eq!(bdv.scenarios.iter().map(|it| it.attempts.len()).sum::<usize>(), 9);
    for scenario in &bdv.scenarios {
        let numbers: Vec<u32> = scenario.attempts.iter().map(|it| it.n).collect();
        assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
    }
    let all = analysis(&open(&folder, "all-statuses.ndjson")).bdv;
    assert_eq!(counts(&all.totals), [6, 1, 1, 0, 1, 3]);
}

#[test]
fn junit_attempts_keep_their_order_timed_or_not() {
    let Some(folder) = folder("junit") else { return };
    let nextest = analysis(&open(&folder, "nextest.xml")).bdv;
    assert_eq!(counts(&nextest.totals), [3, 1, 1, 1, 0, 0]);
    assert_eq!(nextest.scenarios.iter().map(|it| it.attempts.len()).sum::<usize>(), 8);
    let surefire = analysis(&open(&folder, "surefire-flaky.xml")).bdv;
    assert_eq!(counts(&surefire.totals), [1, 0, 0, 1, 0, 0]);
    let seen: Vec<_> = surefire.scenarios[0].attempts.iter().map(|it| (it.n, it.outcome)).collect();
    assert_eq!(seen, [(1, Outcome::Failed), (2, Outcome::Failed), (3, Outcome::Passed)]);
    let untimed = |it: &shared::lens::dde::AttemptView| {
        it.started_at.is_none() && it.provenance == Provenance::Inferred
    };
    assert!(surefire.scenarios[0].attempts.iter().all(untimed));
}

#[test]
fn a_spark_application_is_two_passed_tasks() {
    let Some(folder) = folder("openlineage") else { return };
    let analysis = analysis(&open(&folder, "spark-bigquery.ndjson"));
    let tasks: Vec<_> =
        analysis.dde.tasks.iter().map(|it| (it.workflow.as_deref(), it.attempts.len())).collect();
    assert_eq!(tasks, [(Some("default/shakespeare_on_spark"), 1); 2]);
    assert_eq!(analysis.dde.artifacts.len(), 1);
}

#[test]
fn module_graphs_give_the_architecture_lens_their_known_figures() {
    let Some(folder) = folder("dependency-cruiser") else { return };
    let acc = analysis(&open(&folder, "violations.json")).acc;
    assert_eq!((acc.modules.len(), acc.dependencies.len(), acc.violations.len()), (175, 298, 7));
    let cli = acc.groups.iter().find(|group| group.id == "src/cli").expect("a folder");
    assert_eq!((cli.ca, cli.ce, format!("{:.3}", cli.instability)), (7, 14, "0.667".to_owned()));
    let cycle = analysis(&open(&folder, "three-module-cycle.json")).acc;
    assert_eq!(cycle.components.iter().map(|it| it.size).collect::<Vec<_>>(), [3]);
    let Some(folder) = super::real::folder("cargo-metadata") else { return };
    for (name, sizes) in [("metadata_cycle1.json", vec![2]), ("metadata_cycle2.json", vec![2, 2])] {
        let acc = analysis(&open(&folder, name)).acc;
        assert_eq!(acc.components.iter().map(|it| it.size).collect::<Vec<_>>(), sizes, "{name}");
        assert!(acc.components.iter().all(|it| !it.counts()), "{name}: dev cycles are legal");
    }
    let hyper = analysis(&open(&folder, "hyper_util_7afb1ed.json")).acc;
    let distinct: std::collections::BTreeSet<_> =
        hyper.dependencies.iter().map(|it| (&it.from, &it.to)).collect();
    assert_eq!((hyper.modules.len(), distinct.len()), (87, 151));
    assert_eq!(hyper.dependencies.iter().map(|it| it.weight).sum::<u32>(), 154);
}

#[test]
fn fixtures_reach_every_lens() {
    let imported = |name: &str| analysis(&read(fixture(name)));
    assert_eq!(counts(&imported("cucumber.ndjson").bdv.totals), [5, 1, 1, 1, 0, 2]);
    assert_eq!(counts(&imported("surefire.xml").bdv.totals), [6, 1, 2, 2, 1, 0]);
    assert_eq!(imported("openlineage.ndjson").dde.tasks.len(), 5);
    assert_eq!(imported("dependency-cruiser.json").acc.violations.len(), 3);
    assert_eq!(imported("modules.dot").acc.modules.len(), 8);
}
