//! What module graphs say: pictures of modules, imports, rules and violations; and our own events.

use super::seen::*;
use shared::event::{Data, Facet};
use shared::id::{Kind, LinkKind, Name, Stream};
use shared::import::{Format, ImportOptions, Imported, import};
use std::collections::BTreeSet;

fn weight(imported: &Imported, from: &str, to: &str, kind: &str) -> Option<i64> {
    imports(imported).get(&(from.to_owned(), to.to_owned(), kind.to_owned())).copied()
}

fn scope(imported: &Imported) -> (Option<String>, Option<Stream>) {
    match &imported.events.last().expect("a closing event").data {
        Data::BatchClosed(closed) => (closed.scope.clone(), closed.stream),
        other => panic!("the last event closes the batch, not {other:?}"),
    }
}

#[test]
fn cargo_packages_are_modules_and_dependencies_keep_their_kind() {
    let imported = read(fixture("cargo-metadata.json"));
    let modules = present(&imported, Kind::Module);
    let wanted = ["app", "core", "serde@1.0.1", "serde@2.0.0", "testkit"];
    assert_eq!(modules.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
    let module = |key, facet| held(&imported, Kind::Module, key, facet);
    assert_eq!(module("core", Facet::Group).as_deref(), Some("workspace"));
    assert_eq!(module("core", Facet::Path).as_deref(), Some("crates/core"));
    assert_eq!(module("serde@1.0.1", Facet::Group).as_deref(), Some("external"));
    assert_eq!(module("serde@1.0.1", Facet::Path), None, "paths outside of the workspace are the machine's");
    assert_eq!(weight(&imported, "core", "serde@1.0.1", "normal"), Some(2), "two targets, one import");
    assert_eq!(weight(&imported, "app", "core", "normal"), Some(1));
    assert_eq!(weight(&imported, "app", "core", "build"), Some(1));
    assert_eq!(components(&imported, &["normal", "build", "dev"]).len(), 1);
    assert_eq!(components(&imported, &["normal", "build"]).len(), 0, "a dev cycle is legal");
    assert_eq!(scope(&imported), (Some("cargo-metadata:orbit".to_owned()), Some(Stream::Acc)));
}

#[test]
fn cargo_metadata_without_resolution_uses_the_workspaces_own_dependencies() {
    let mut json: serde_json::Value = serde_json::from_slice(fixture("cargo-metadata.json")).expect("json");
    json["resolve"] = serde_json::Value::Null;
    json["packages"].as_array_mut().expect("a list").truncate(3);
    let imported = read(json.to_string());
    assert_eq!(present(&imported, Kind::Module).len(), 3);
    assert_eq!(weight(&imported, "core", "testkit", "dev"), Some(1));
    assert_eq!(weight(&imported, "app", "core", "build"), Some(1));
    assert_eq!(imports(&imported).len(), 4);
}

#[test]
fn dependency_cruiser_merges_parallel_edges_and_knows_outsiders() {
    let imported = read(fixture("dependency-cruiser.json"));
    assert_eq!(weight(&imported, "src/a.ts", "src/b.ts", "normal"), Some(2));
    assert_eq!(weight(&imported, "src/a.ts", "node_modules/jest/index.js", "dev"), Some(1));
    let module = |key, facet| held(&imported, Kind::Module, key, facet);
    for outsider in ["fs", "node_modules/left/index.js", "node_modules/jest/index.js"] {
        assert_eq!(module(outsider, Facet::External).as_deref(), Some("Flag(true)"), "{outsider}");
    }
    assert_eq!(module("src/ui/c.ts", Facet::Group).as_deref(), Some("src/ui"));
    assert_eq!(components(&imported, &["normal"]).len(), 1, "found in the edges, not in `circular`");
    assert_eq!(scope(&imported).0.as_deref(), Some("dependency-cruiser"));
}

#[test]
fn dependency_cruiser_rules_and_violations_keep_severity_and_reason() {
    let imported = read(fixture("dependency-cruiser.json"));
    let rule = |key, facet| held(&imported, Kind::Rule, key, facet).unwrap_or_default();
    assert_eq!(rule("no-circular", Facet::Severity), "Severity(Error)");
    assert_eq!(rule("no-circular", Facet::Text), "cycles make modules inseparable");
    assert_eq!(rule("unused", Facet::Severity), "Severity(Warn)", "the tool's default");
    assert_eq!(rule("not-in-allowed", Facet::Severity), "Severity(Info)");
    assert_eq!(rule("no-ui", Facet::Severity), "Severity(Warn)", "a rule known by its violation alone");
    let violation = |key, facet| held(&imported, Kind::Violation, key, facet).unwrap_or_default();
    let cycle = violation("no-circular|src/a.ts|src/b.ts", Facet::Reason);
    assert_eq!(cycle, "src/a.ts → src/b.ts → src/ui/c.ts → src/a.ts");
    assert_eq!(violation("no-ui|src/b.ts|src/ui/c.ts", Facet::Reason), "b must not see the screen");
    assert_eq!(violation("no-orphans|src/ui/c.ts|", Facet::Severity), "Severity(Info)");
    let breaks = links(&imported, LinkKind::Breaks);
    assert!(breaks.contains(&("no-ui|src/b.ts|src/ui/c.ts".to_owned(), "no-ui".to_owned())));
    assert_eq!(issues(&imported), [(118, "module: missing field `source`")]);
}

#[test]
fn dot_reads_names_clusters_chains_and_weights() {
    let imported = read(fixture("modules.dot"));
    let modules = present(&imported, Kind::Module);
    let wanted = ["-1.5", "<<b>html</b>>", "http", "live", "log", "store", "ui", "étoile"];
    assert_eq!(modules.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
    let module = |key, facet| held(&imported, Kind::Module, key, facet);
    assert_eq!(module("store", Facet::Name).as_deref(), Some("The \"store\""));
    assert_eq!(module("store", Facet::Group).as_deref(), Some("Core"), "the first cluster that names it");
    assert_eq!(module("http", Facet::Group).as_deref(), Some("web"));
    assert_eq!(module("ui", Facet::Group), None);
    let edges: Vec<(String, i64)> = imports(&imported)
        .into_iter()
        .map(|((from, to, _), weight)| (format!("{from} {to}"), weight))
        .collect();
    let edges: Vec<(&str, i64)> = edges.iter().map(|(edge, weight)| (edge.as_str(), *weight)).collect();
    let wanted = [
        ("-1.5 étoile", 2), // the graph's default weight
        ("http live", 3),
        ("http log", 4),
        ("http store", 1 + 1 + 4),
        ("store log", 2),
        ("ui http", 4),
        ("ui ui", 2), // a weight that is none
    ];
    assert_eq!(edges, wanted);
    assert_eq!(issues(&imported), [(15, "weight: \"many\" is no count, left out")]);
    assert_eq!(scope(&imported).0.as_deref(), Some("dot:modules"), "a name is no path");
}

#[test]
fn dot_reads_undirected_edges_left_to_right_and_strict_ones_once() {
    let imported = read(fixture("undirected.dot"));
    assert_eq!(weight(&imported, "a", "b", "normal"), Some(7));
    assert_eq!(weight(&imported, "b", "c", "normal"), Some(1));
    assert_eq!(scope(&imported).0.as_deref(), Some("dot"));
    for (bad, reason) in [
        ("graph { a -> b }", "-> is for a digraph, -- for a graph"),
        ("digraph { a -> }", "unexpected CloseBrace"),
        ("digraph { a -> b", "the file breaks off within {"),
        ("digraph { \"a }", "a quoted name is not closed"),
        ("digraph { a [weight= }", "expected a value after ="),
        ("digraph { <a }", "an HTML name is not closed"),
        ("digraph {\n a /* b }", "a comment is not closed"),
    ] {
        let error = refused(bad);
        assert_eq!((error.reason.as_str(), error.line > 0), (reason, true), "{bad}");
    }
}

#[test]
fn our_own_events_keep_their_envelopes_and_take_the_iteration_asked_for() {
    let imported = read(fixture("export.ndjson"));
    assert_eq!((imported.report.format, imported.report.batch.as_str()), (Format::Events, ""));
    assert_eq!((imported.report.read, imported.report.rejected), (4, 2));
    assert_eq!(
        issues(&imported),
        [
            (3, "type: unknown event type \"mission.task.eaten.v1\""),
            (4, "time: not an RFC 3339 time: \"10000-01-01T00:00:00Z\""),
        ]
    );
    let ids: BTreeSet<&str> = imported.events.iter().map(|event| event.identity.id.as_str()).collect();
    assert_eq!(ids, BTreeSet::from(["e1", "e2"]));
    assert!(
        imported.events.iter().all(|event| event.iteration.as_str() == "i1" && event.identity.source == "ci")
    );
    assert_eq!(imported.events[0].project.as_str(), "orbit");
    let asked = ImportOptions { project: Name::new("moon").expect("a name"), ..options() };
    let moved = import(fixture("export.ndjson"), None, &asked).expect("readable");
    assert!(moved.events.iter().all(|event| event.project.as_str() == "moon"));
}
