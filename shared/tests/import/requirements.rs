//! Requirements from sphinx-needs and OpenFastTrace: what they are, their links, their history.

use super::real::{folder, open};
use super::seen::*;
use shared::event::Event;
use shared::graph::Scene;
use shared::id::{EntityId, Kind, LinkKind};
use shared::import::Format;
use shared::lens::Analysis;
use shared::time::{AsOf, Time};
use std::collections::BTreeSet;

fn scene_at(events: &[Event], valid: Time) -> Scene {
    let graph = stored(events);
    graph.scene(&graph.snapshot(AsOf { valid, known: graph.head() }))
}

/// Keys of a kind in a scene.
fn there(scene: &Scene, kind: Kind) -> Vec<&str> {
    scene.of_kind(kind).map(|entity| entity.id.key.as_str()).collect()
}

/// Links that a scene declares: kind, ends, rule, confidence in millionths, evidence.
fn declared(scene: &Scene) -> BTreeSet<(LinkKind, String, String, String, u32, String)> {
    let pieces = scene.links.iter().flat_map(|link| link.evidence.iter().map(move |piece| (&link.id, piece)));
    pieces
        .map(|(id, piece)| {
            let (from, to) = (id.from.key.clone(), id.to.key.clone());
            (id.kind, from, to, piece.rule.clone(), piece.confidence, piece.text.clone())
        })
        .collect()
}

fn link(
    kind: LinkKind,
    from: &str,
    to: &str,
    rule: &str,
    share: u32,
    text: &str,
) -> (LinkKind, String, String, String, u32, String) {
    (kind, from.to_owned(), to.to_owned(), rule.to_owned(), share, text.to_owned())
}

#[test]
fn needs_are_what_their_type_says_with_the_links_that_their_schema_names() {
    let imported = read(fixture("needs.json"));
    let scene = scene_at(&imported.events, Time::MAX);
    assert_eq!(there(&scene, Kind::Requirement), ["B-1", "R-1", "R-2", "X-1"]);
    assert_eq!(there(&scene, Kind::Spec), ["S-1"]);
    assert_eq!(there(&scene, Kind::Scenario), ["T-1"]);
    assert_eq!(there(&scene, Kind::Task), ["I-1"]);
    use LinkKind::{DependsOn, Implements, PartOf, Specifies, Verifies};
    let expected = BTreeSet::from([
        link(PartOf, "R-2", "R-1", "needs:parent_needs", 1_000_000, "parent_needs: R-1"),
        link(Specifies, "S-1", "R-1", "needs:links", 1_000_000, "links: R-1.1, links: R-1"),
        link(Specifies, "S-1", "R-2", "needs:links", 1_000_000, "links: R-2[status==\"open\"]"),
        link(Verifies, "T-1", "R-1", "needs:proves", 1_000_000, "proves: R-1"),
        link(Implements, "I-1", "S-1", "needs:links", 1_000_000, "links: S-1"),
        link(Implements, "I-1", "S-9", "needs:links", 1_000_000, "links: S-9"),
        link(DependsOn, "X-1", "R-2", "needs:blocks", 1_000_000, "blocks: R-2"),
    ]);
    assert_eq!(declared(&scene), expected);
    let of = |kind: Kind, key: &str| &scene.entities[&EntityId::new(kind, key)];
    assert_eq!(of(Kind::Requirement, "R-1").tags, ["crew", "status:open", "type:req"]);
    assert_eq!(of(Kind::Requirement, "R-1").path.as_deref(), Some("asked/dock.rst"));
    assert_eq!(of(Kind::Requirement, "X-1").tags, ["external", "type:req"]);
    assert_eq!(of(Kind::Task, "I-1").tags, ["dead_links", "type:impl"]);
    assert_eq!(
        issues(&imported),
        [
            (6, "created: no time zone, read as UTC (here and below)"),
            (32, "I-1.links: \"S-9\" is no need of this file"),
            (34, "B-1.tags: invalid type: map, expected a sequence"),
        ]
    );
    assert_eq!((imported.report.read, imported.report.rejected), (10, 0), "seven needs and three of before");
}

#[test]
fn earlier_versions_are_history_and_what_they_alone_said_is_gone() {
    let imported = read(fixture("needs.json"));
    let before = scene_at(&imported.events, time("2026-10-31T00:00:00Z"));
    assert_eq!(before.entities.len(), 0, "nothing was asked for yet");
    let then = scene_at(&imported.events, time("2026-11-05T00:00:00Z"));
    assert_eq!(there(&then, Kind::Requirement), ["R-0", "R-1", "R-2"]);
    assert_eq!(
        declared(&then).len(),
        2,
        "links, and the field that has another of that name and _back beside it"
    );
    let of = |scene: &Scene, key: &str| scene.entities[&EntityId::new(Kind::Requirement, key)].clone();
    assert_eq!(of(&then, "R-1").tags, ["crew", "later", "type:req"]);
    assert_eq!(of(&then, "R-0").tags, ["gone", "old", "type:req"]);
    assert_eq!(of(&then, "R-1").text.as_deref(), Some("It docks."));
    assert_eq!(of(&then, "R-2").text.as_deref(), Some("Lights are on."));
    let now = scene_at(&imported.events, time("2026-11-11T00:00:00Z"));
    assert_eq!(of(&now, "R-1").text.as_deref(), Some("It docks\nby itself."));
    assert_eq!(of(&now, "R-2").text.as_deref(), Some(""), "taken back");
    assert!(!there(&now, Kind::Requirement).contains(&"R-0"));
    assert!(!declared(&now).iter().any(|link| link.2 == "R-0"));
}

#[test]
fn versions_without_a_time_are_no_history_and_the_current_one_holds_last() {
    let file = |old: &str, new: &str| {
        let version = |created: &str, id: &str| {
            format!(r#"{{{created}"needs":{{"{id}":{{"id":"{id}","type":"req","title":"t"}}}}}}"#)
        };
        format!(
            r#"{{"current_version":"2","versions":{{"1":{},"2":{}}}}}"#,
            version(old, "OLD"),
            version(new, "NEW")
        )
    };
    let at = |day: u32| format!("\"created\":\"2026-11-{day:02}T00:00:00Z\",");
    let untimed = read(file("", &at(2)));
    assert_eq!(present(&untimed, Kind::Requirement), BTreeSet::from(["NEW".to_owned()]));
    assert_eq!(issues(&untimed), [(1, "version \"1\": not read: without created it is no history")]);
    let always = read(file("", ""));
    assert_eq!(
        there(&scene_at(&always.events, Time(0)), Kind::Requirement),
        ["NEW"],
        "without times it holds always"
    );
    let late = read(file(&at(9), &at(2)));
    assert_eq!(there(&scene_at(&late.events, Time::MAX), Kind::Requirement), ["NEW"]);
    assert!(issues(&late)[0].1.contains("is the current one, and not the newest"), "{late:?}");
    assert_eq!(there(&scene_at(&late.events, time("2026-11-05T00:00:00Z")), Kind::Requirement), [""; 0]);
}

#[test]
fn oddities_of_a_needs_json_are_named_and_cost_as_little_as_possible() {
    let one = |needs: &str, rest: &str| {
        read(format!(r#"{{"current_version":"1","versions":{{"1":{{"needs":{{{needs}}}{rest}}}}}}}"#))
    };
    let twice = one(r#""A":{"id":"A"},"A":{"id":"A","title":"again"},"B":7"#, "");
    assert_eq!((twice.report.read, twice.report.rejected), (3, 2));
    assert_eq!(issues(&twice)[0].1, "needs.A: stands there twice");
    assert!(issues(&twice)[1].1.starts_with("needs.B: invalid type: integer `7`"), "{twice:?}");
    let schema = one(r#""A":{"id":"A","links":["B"]}"#, r#","needs_schema":{"properties":7}"#);
    assert!(issues(&schema)[0].1.starts_with("needs_schema: properties: invalid type"), "{schema:?}");
    let scalar = one(r#""A":{"id":"A","title":7,"links":"B, C"},"B":{"id":"B"},"C":{"id":"C"}"#, "");
    assert_eq!(issues(&scalar), [(1, "A.title: invalid type: integer `7`, expected a string")]);
    assert_eq!(links(&scalar, LinkKind::DependsOn).len(), 2);
    let reason = read_as(Format::SphinxNeeds, r#"{"versions": []}"#).expect_err("no needs").reason;
    assert!(reason.starts_with("not a needs.json: versions: invalid type"), "{reason}");
}

#[test]
fn real_needs_are_read_with_the_links_that_show_as_pairs() {
    let Some(folder) = folder("sphinx-needs") else { return };
    for (name, requirements, specs) in [("doc1.json", 8, 3), ("doc3.json", 8, 2)] {
        let imported = open(&folder, name);
        assert_eq!((imported.report.format, imported.report.rejected), (Format::SphinxNeeds, 0), "{name}");
        let found = (present(&imported, Kind::Requirement).len(), present(&imported, Kind::Spec).len());
        assert_eq!(found, (requirements, specs), "{name}");
        assert_eq!(imported.report.read, requirements as u64 + specs as u64);
        let parts = links(&imported, LinkKind::PartOf);
        let part = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            parts,
            BTreeSet::from([
                part("REQ_10", "REQ_4"),
                part("REQ_15", "REQ_4"),
                part("REQ_20", "REQ_10"),
                part("REQ_25", "REQ_15")
            ])
        );
        let scene = scene_at(&imported.events, Time::MAX);
        let rules: BTreeSet<String> = declared(&scene).into_iter().map(|link| link.3).collect();
        let expected =
            ["needs:checked_by", "needs:links", "needs:parent_needs", "needs:tests", "needs:triggered-by"];
        assert_eq!(rules.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{name}");
        let said: Vec<_> = issues(&imported);
        assert_eq!(said.len(), 1, "only that its time has no zone: {said:?}");
    }
}

#[test]
fn spec_objects_are_what_their_doctype_says_and_a_link_to_another_version_is_outdated() {
    let imported = read(fixture("specobjects.xml"));
    let scene = scene_at(&imported.events, Time::MAX);
    assert_eq!(there(&scene, Kind::Requirement), ["feat~dock", "req~dock.slow", "req~power"]);
    assert_eq!(there(&scene, Kind::Spec), ["dsn~approach"]);
    assert_eq!(there(&scene, Kind::Task), ["impl~approach-1"]);
    assert_eq!(there(&scene, Kind::Scenario), ["itest~docks"]);
    use LinkKind::{DependsOn, Implements, PartOf, Specifies, Verifies};
    let expected = BTreeSet::from([
        link(PartOf, "req~dock.slow", "feat~dock", "oft:covers", 1_000_000, "covers feat~dock~1"),
        link(PartOf, "req~power", "feat~dock", "oft:covers", 500_000, "covers feat~dock~1, but is draft"),
        link(DependsOn, "req~dock.slow", "req~power", "oft:depends", 1_000_000, "depends on req~power~1"),
        link(
            Specifies,
            "dsn~approach",
            "req~dock.slow",
            "outdated",
            500_000,
            "covers req~dock.slow~1, which is at version 2 now",
        ),
        link(Implements, "impl~approach-1", "dsn~approach", "oft:covers", 1_000_000, "covers dsn~approach~1"),
        link(Implements, "impl~approach-1", "dsn~gone", "oft:covers", 1_000_000, "covers dsn~gone~4"),
        link(Verifies, "itest~docks", "req~dock.slow", "oft:covers", 1_000_000, "covers req~dock.slow~2"),
    ]);
    assert_eq!(declared(&scene), expected);
    let requirement = &scene.entities[&EntityId::new(Kind::Requirement, "req~dock.slow")];
    assert_eq!(
        (requirement.version.as_deref(), requirement.path.as_deref()),
        (Some("2"), Some("doc/asked.md"))
    );
    assert_eq!(requirement.tags, ["crew", "needs:dsn", "needs:itest", "status:approved", "type:req"]);
    let feature = &scene.entities[&EntityId::new(Kind::Requirement, "feat~dock")];
    assert_eq!(feature.text.as_deref(), Some("It docks.\n\nCrews come home."));
    assert_eq!(
        issues(&imported),
        [
            (42, "sourcefile: absolute paths are left out (here and below)"),
            (48, "specobject: no id"),
            (61, "impl~approach-1: dsn~gone is not in this file"),
            (68, "version: \"x\" is no number, left out"),
        ]
    );
    assert_eq!((imported.report.read, imported.report.rejected), (7, 1));
    let analysis = Analysis::of(scene);
    let spine = &analysis.convergence.spine.links;
    let suspect: Vec<_> = spine.iter().filter(|it| it.suspect).map(|it| it.from.key.as_str()).collect();
    assert_eq!(suspect, ["dsn~approach"], "outdated evidence is shown as suspect");
    let slow = analysis.bdv.requirements.iter().find(|it| it.id.key == "req~dock.slow").expect("there");
    assert_eq!(slow.scenarios.len(), 1);
}

#[test]
fn the_aspec_report_says_how_far_coverage_goes_from_both_ends() {
    let imported = read(fixture("aspec.xml"));
    let scene = scene_at(&imported.events, Time::MAX);
    use LinkKind::{DependsOn, Implements, Specifies, Verifies};
    let expected = BTreeSet::from([
        link(
            Specifies,
            "dsn~approach",
            "req~dock.slow",
            "outdated",
            500_000,
            "covers req~dock.slow~1, another version than there is",
        ),
        link(Implements, "impl~approach-1", "dsn~approach", "oft:covers", 1_000_000, "covers dsn~approach~1"),
        link(
            Verifies,
            "utest~docks",
            "req~dock.slow",
            "oft:covers",
            500_000,
            "covers req~dock.slow, which does not ask for it",
        ),
        link(DependsOn, "req~dock.slow", "req~power", "oft:depends", 1_000_000, "depends on req~power~1"),
    ]);
    assert_eq!(declared(&scene), expected);
    let tags = |kind: Kind, key: &str| scene.entities[&EntityId::new(kind, key)].tags.join(" ");
    assert_eq!(
        tags(Kind::Requirement, "req~dock.slow"),
        "deep:cycle needs:dsn needs:itest shallow:uncovered status:approved type:req uncovered:dsn uncovered:itest"
    );
    assert_eq!(
        tags(Kind::Spec, "dsn~approach"),
        "deep:covered needs:impl shallow:covered status:approved type:dsn version:1"
    );
}

#[test]
fn a_test_that_verifies_a_spec_proves_the_requirement_behind_it() {
    let needs = r#""R":{"id":"R","type":"req"},"S":{"id":"S","type":"spec","links":["R"]},"T":{"id":"T","type":"test","links":["S"]}"#;
    let imported = read(format!(r#"{{"current_version":"1","versions":{{"1":{{"needs":{{{needs}}}}}}}}}"#));
    let analysis = analysis(&imported);
    let requirement = &analysis.bdv.requirements[0];
    assert_eq!(requirement.scenarios, [EntityId::new(Kind::Scenario, "T")]);
    let missing = &analysis.verdict.streams.bdv.missing;
    assert!(!missing.iter().any(|it| it.contains("Scenario T")), "it need not report: {missing:?}");
}
