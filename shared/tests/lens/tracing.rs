//! Links over time: their states, what makes them suspect, their sentence, likeness of texts, and that keeping up
//! with single events gives what deriving everything anew gives.

use crate::world::{World, at};
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::correlate::similar::{confidence, merged, similar};
use shared::correlate::{Correlation, FAN_MAX, LinkState, Touched, correlate, explain, fingerprint};
use shared::event::{Hash128, Outcome};
use shared::graph::Graph;
use shared::id::{EntityId, Kind};
use shared::lens::Analysis;
use shared::lens::bdv::remember;
use shared::lens::convergence::SpineLink;
use shared::time::{AsOf, Time};
use shared::verdict::history::History;

/// State of a link and what makes it suspect.
fn stands(analysis: &Analysis, id: &str) -> (LinkState, Option<String>) {
    let named = |link: &shared::correlate::Link| {
        format!("{} {} {}", link.id.kind.as_str(), link.id.from, link.id.to) == id
    };
    let at = analysis.links.iter().position(named).unwrap_or_else(|| panic!("no {id}"));
    let standing = &analysis.standings[at];
    (standing.state.expect("it was asked for"), standing.suspect_of.as_ref().map(ToString::to_string))
}

fn link(kind: &str, from: &str, to: &str, version: Option<&str>) -> Value {
    let mut data = json!({"kind": kind, "from": from, "to": to});
    if let Some(version) = version {
        data["version"] = json!(version);
    }
    data
}

/// A requirement in version 2 with a spec and two scenarios.
fn small() -> World {
    let mut world = World::default();
    world.say(
        "",
        "mission.requirement.declared.v1",
        json!({"requirement": "R", "name": "Pay", "version": "2"}),
    );
    world.say("", "mission.spec.declared.v1", json!({"spec": "pay", "name": "Paying"}));
    for key in ["s", "t"] {
        world.say("", "mission.scenario.declared.v1", json!({"scenario": key, "spec": "pay"}));
    }
    world
}

#[test]
fn a_link_against_another_version_is_outdated_or_predated() {
    for (version, state) in [
        (None, LinkState::Covered),
        (Some("2"), LinkState::Covered),
        (Some("1.9"), LinkState::Outdated),
        (Some("2.1"), LinkState::Predated),
        (Some("10"), LinkState::Predated),
        (Some("0123456789abcdef"), LinkState::Outdated),
    ] {
        let mut world = small();
        world.say("", "mission.link.declared.v1", link("verifies", "scenario:s", "requirement:R", version));
        let found = stands(&world.analysis(), "verifies scenario:s requirement:R");
        assert_eq!(found, (state, None), "{version:?}");
    }
    let mut world = small();
    let requirement = &world.analysis().scene.entities[&EntityId::new(Kind::Requirement, "R")];
    let reviewed = fingerprint(requirement);
    world.say(
        "",
        "mission.link.declared.v1",
        link("verifies", "scenario:s", "requirement:R", Some(&reviewed)),
    );
    assert_eq!(stands(&world.analysis(), "verifies scenario:s requirement:R").0, LinkState::Covered);
}

#[test]
fn a_tag_may_name_the_version_it_was_written_against() {
    for (tag, state) in
        [("@R~2", LinkState::Covered), ("req~R~1", LinkState::Outdated), ("@req:R~3", LinkState::Predated)]
    {
        let mut world = small();
        world.say("", "mission.scenario.declared.v1", json!({"scenario": "u", "tags": [tag]}));
        assert_eq!(stands(&world.analysis(), "verifies scenario:u requirement:R").0, state, "{tag}");
    }
}

#[test]
fn unwanted_duplicate_ambiguous_and_cyclic_links_are_told_apart() {
    let mut world = small();
    let say = |world: &mut World, data: Value| {
        world.say("", "mission.link.declared.v1", data);
    };
    say(&mut world, link("specifies", "scenario:s", "requirement:R", None));
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "N", "tags": ["needs:task"]}));
    say(&mut world, link("verifies", "scenario:s", "requirement:N", None));
    for key in ["D1", "D2"] {
        let twin = json!({"requirement": key, "name": "Refund", "text": "A customer gets it back."});
        world.say("", "mission.requirement.declared.v1", twin);
    }
    say(&mut world, link("verifies", "scenario:s", "requirement:D1", None));
    for (key, parent) in [("A", "B"), ("B", "A"), ("C", "A")] {
        world.say("", "mission.requirement.declared.v1", json!({"requirement": key, "parent": parent}));
    }
    for module in ["src/a/one.rs", "src/a"] {
        world.say("", "mission.module.declared.v1", json!({"module": module}));
    }
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "g", "path": "src/a/one_test.rs"}));
    let analysis = world.analysis();
    for (id, state) in [
        ("specifies scenario:s requirement:R", LinkState::Unwanted),
        ("verifies scenario:s requirement:N", LinkState::Unwanted),
        ("verifies scenario:s requirement:D1", LinkState::Duplicate),
        ("part_of requirement:A requirement:B", LinkState::Cycle),
        ("part_of requirement:B requirement:A", LinkState::Cycle),
        ("part_of requirement:C requirement:A", LinkState::Covered),
        ("verifies scenario:g module:src/a", LinkState::Ambiguous),
        ("verifies scenario:g module:src/a/one.rs", LinkState::Ambiguous),
        ("part_of scenario:s spec:pay", LinkState::Covered),
    ] {
        assert_eq!(stands(&analysis, id).0, state, "{id}");
    }
}

#[test]
fn an_orphan_is_shown_where_the_thread_is() {
    let mut world = small();
    world.say("", "mission.link.declared.v1", link("verifies", "scenario:s", "requirement:gone", None));
    let spine = world.analysis().convergence.spine;
    assert_eq!(spine.orphans.len(), 1);
    assert_eq!(spine.orphans[0].state, Some(LinkState::Orphaned));
    assert!(spine.orphans[0].explanation().ends_with("; orphaned: an end of it is not there."));
}

/// A requirement under another, a spec, a scenario in it, a task that implements it.
fn thread() -> World {
    let mut world = World::default();
    world.say(
        "",
        "mission.requirement.declared.v1",
        json!({"requirement": "P", "name": "Money", "text": "one"}),
    );
    world.say(
        "",
        "mission.requirement.declared.v1",
        json!({"requirement": "R", "name": "Pay", "parent": "P"}),
    );
    world.say("", "mission.spec.declared.v1", json!({"spec": "pay", "name": "Paying", "specifies": ["R"]}));
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s", "spec": "pay", "tags": ["@R"]}));
    world.say("", "mission.task.declared.v1", json!({"task": "t", "implements": ["pay"]}));
    world
}

const THREAD: [&str; 5] = [
    "part_of requirement:R requirement:P",
    "specifies spec:pay requirement:R",
    "verifies scenario:s requirement:R",
    "part_of scenario:s spec:pay",
    "implements task:t spec:pay",
];

fn suspects(world: &World) -> Vec<&'static str> {
    let analysis = world.analysis();
    THREAD.into_iter().filter(|id| stands(&analysis, id).1.is_some()).collect()
}

#[test]
fn a_changed_parent_makes_everything_below_suspect_until_it_is_reviewed() {
    let mut world = thread();
    assert!(suspects(&world).is_empty());
    // Said again word by word: nothing changed.
    world.say(
        "08:00:00",
        "mission.requirement.declared.v1",
        json!({"requirement": "P", "name": "Money", "text": "one"}),
    );
    assert!(suspects(&world).is_empty());
    world.say("09:00:00", "mission.requirement.declared.v1", json!({"requirement": "P", "text": "two"}));
    assert_eq!(suspects(&world), THREAD);
    let root = stands(&world.analysis(), THREAD[4]).1;
    assert_eq!(root.as_deref(), Some("requirement:P"), "it says what changed");
    // The spec is rewritten: it and what hangs on it are newer than the change.
    let mut rewritten = world.clone();
    rewritten.say("10:00:00", "mission.spec.declared.v1", json!({"spec": "pay", "name": "Paying, anew"}));
    assert_eq!(
        suspects(&rewritten),
        [
            "part_of requirement:R requirement:P",
            "verifies scenario:s requirement:R",
            "part_of scenario:s spec:pay",
            "implements task:t spec:pay"
        ]
    );
    // The child is reviewed against what the parent says now.
    let parent = &world.analysis().scene.entities[&EntityId::new(Kind::Requirement, "P")];
    let now = fingerprint(parent);
    world.say(
        "10:00:00",
        "mission.link.declared.v1",
        link("part_of", "requirement:R", "requirement:P", Some(&now)),
    );
    assert!(suspects(&world).is_empty());
    world.say("11:00:00", "mission.requirement.declared.v1", json!({"requirement": "P", "text": "three"}));
    assert_eq!(suspects(&world), THREAD, "the review was of the words before");
}

#[test]
fn what_changed_since_the_last_iteration_makes_links_suspect() {
    let mut history = History::default();
    remember(&mut history, [&thread().scene_at("23:00:00")]);
    let body = serde_json::to_string(&history).expect("JSON");
    let opened = |text: &str, spec: &str| {
        let mut world = World::default();
        let digest = Hash128::of(&[body.as_bytes()]).to_string();
        world.say(
            "",
            "mission.context.recorded.v1",
            json!({"topic": "history", "digest": digest, "body": body}),
        );
        world.say(
            "",
            "mission.requirement.declared.v1",
            json!({"requirement": "P", "name": "Money", "text": text}),
        );
        world.say(
            "",
            "mission.requirement.declared.v1",
            json!({"requirement": "R", "name": "Pay", "parent": "P"}),
        );
        world.say("", "mission.spec.declared.v1", json!({"spec": "pay", "name": spec, "specifies": ["R"]}));
        world.say(
            "",
            "mission.scenario.declared.v1",
            json!({"scenario": "s", "spec": "pay", "tags": ["@R"]}),
        );
        world.say("", "mission.task.declared.v1", json!({"task": "t", "implements": ["pay"]}));
        world
    };
    assert!(suspects(&opened("one", "Paying")).is_empty());
    assert_eq!(suspects(&opened("two", "Paying")), THREAD);
    // The spec was rewritten, too: it answers the change, and what implements it does not yet.
    let both = suspects(&opened("two", "Paying by card"));
    assert!(
        !both.contains(&"specifies spec:pay requirement:R") && both.contains(&"implements task:t spec:pay")
    );
}

#[test]
fn every_link_explains_itself_in_one_sentence() {
    let mut world = small();
    world.say(
        "",
        "mission.scenario.declared.v1",
        json!({"scenario": "u", "name": "Pay R-1", "tags": ["@R-1"]}),
    );
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-1", "name": "x"}));
    world.say("09:00:00", "mission.requirement.declared.v1", json!({"requirement": "R-1", "name": "y"}));
    let analysis = world.analysis();
    let at = analysis.links.iter().position(|link| link.id.to.key == "R-1").expect("it is linked");
    assert_eq!(
        explain(&analysis.links[at], &analysis.standings[at]),
        "scenario u proves requirement R-1 (0.90): Tag @R-1 of scenario u names requirement R-1, and 1 more reason; \
         suspect, because requirement R-1 changed since."
    );
    for (link, standing) in analysis.links.iter().zip(&analysis.standings) {
        let sentence = explain(link, standing);
        assert_eq!(SpineLink::of(link, standing).explanation(), sentence);
        assert!(sentence.ends_with('.') && sentence.matches(". ").count() == 0, "{sentence}");
    }
}

#[test]
fn texts_that_are_alike_are_proposed_and_nothing_else() {
    let mut world = World::default();
    for (key, name) in [
        ("R1", "Refund a card payment in part"),
        ("R2", "Authenticate a merchant by certificate"),
        ("R3", "Settle payouts every night"),
    ] {
        world.say("", "mission.requirement.declared.v1", json!({"requirement": key, "name": name}));
    }
    for (key, name) in [
        ("a", "Card payments are partially refunded"),
        ("b", "Merchant auth with a certificate"),
        ("c", "Zebra"),
    ] {
        world.say("", "mission.scenario.declared.v1", json!({"scenario": key, "name": name}));
    }
    let scene = world.scene_at("23:00:00");
    assert!(correlate(&scene).is_empty(), "no key matches");
    let found = similar(&scene);
    let pairs: Vec<(&str, &str)> =
        found.iter().map(|link| (link.id.from.key.as_str(), link.id.to.key.as_str())).collect();
    assert_eq!(pairs, [("a", "R1"), ("b", "R2")]);
    for link in &found {
        assert!(link.confidence < 1_000_000 && link.evidence[0].text.starts_with("Of all texts"));
        let said = SpineLink::suggestion(link).confirmation();
        assert_eq!((said.rule.as_deref(), said.confidence), (Some("text"), Some(link.confidence)));
    }
    let analysis = world.analysis();
    let told = analysis.all_links(true);
    assert_eq!(told.iter().filter(|link| link.suggested).count(), 2);
    assert!(told[0].explanation().ends_with("; suggested, it counts for nothing until it is confirmed."));
    assert!(analysis.all_links(false).is_empty() && analysis.links.is_empty(), "no lens knows of them");
    world.say(
        "",
        "mission.link.declared.v1",
        serde_json::to_value(told[0].confirmation()).expect("it is JSON"),
    );
    let told = world.analysis().all_links(true);
    assert_eq!(told.iter().map(|link| link.suggested).collect::<Vec<_>>(), [false, true], "one is confirmed");
    let all = merged(&correlate(&scene), &found);
    assert_eq!(all, found);
    for kind in [Kind::Spec, Kind::Scenario, Kind::Task] {
        let sure = |cosine, second| confidence(kind, cosine, second);
        assert!(sure(0.9, 0.1) > sure(0.9, 0.8) && sure(0.2, 0.1) < sure(0.9, 0.1) && sure(0.0, 0.0) == 0);
    }
}

#[test]
fn a_folder_in_which_too_many_lie_says_nothing_of_any_one_of_them() {
    let mut world = World::default();
    world.say("", "mission.task.declared.v1", json!({"task": "lint", "paths": ["features"]}));
    for n in 0..FAN_MAX + 2 {
        let path = format!("features/{n}.feature");
        world.say("", "mission.spec.declared.v1", json!({"spec": path, "path": path}));
    }
    world.say("", "mission.entity.removed.v1", json!({"entity": "spec:features/0.feature"}));
    world.say("", "mission.entity.removed.v1", json!({"entity": "spec:features/1.feature"}));
    let mut graph = Graph::default();
    let mut state = graph.snapshot(AsOf { valid: Time::MAX, known: 0 });
    let mut kept = Correlation::of(&graph.scene(&state));
    let mut counts = Vec::new();
    for (entry, n) in world.entries().into_iter().zip(0..) {
        graph.push(entry).expect("no gap");
        let cells = graph.step(&mut state, AsOf { valid: Time::MAX, known: graph.head() });
        let scene = graph.scene(&state);
        let changed = kept.apply(&scene, &Touched::by(&graph, &cells, &scene)).len();
        // Where it does not turn, one link comes.
        if (FAN_MAX - 1..).contains(&n) {
            assert_eq!(kept.links().cloned().collect::<Vec<_>>(), correlate(&scene));
        }
        counts.push((changed, kept.links().len()));
    }
    assert_eq!(counts[FAN_MAX - 1..], [(1, 255), (1, 256), (256, 0), (0, 0), (0, 0), (256, 256)]);
}

/// Something that a producer may say next.
#[derive(Debug, Clone)]
struct Said(&'static str, &'static str, Value);

fn said() -> impl Strategy<Value = Said> {
    let clock = prop::sample::select(vec!["", "08:00:00", "09:00:00", "10:00:00"]);
    let key = || prop::sample::select(vec!["R-1", "R-2", "pay", "build", "refunds-api"]);
    let path = || {
        prop::sample::select(vec![
            "src",
            "src/a/pay.rs",
            "lib/src/a/pay.rs",
            "x/src/a/pay.rs",
            "src/a/pay_test.rs",
            "features/pay.feature",
        ])
    };
    let tag = || {
        prop::sample::select(vec!["@R-1", "@req:R-2~1", "@task:build", "@contract:refunds-api", "trace:t1"])
    };
    let entity = || {
        prop::sample::select(vec!["requirement:R-1", "task:build", "scenario:pay", "module:src", "spec:pay"])
    };
    let commit = || prop::sample::select(vec!["c1", "c2"]);
    let kind = prop::sample::select(vec!["verifies", "implements", "realises"]);
    let data = prop_oneof![
        (key(), key(), tag()).prop_map(|(key, name, tag)| (
            "mission.requirement.declared.v1",
            json!({"requirement": key, "name": name, "tags": [tag]})
        )),
        (key(), path(), key()).prop_map(|(key, path, name)| (
            "mission.spec.declared.v1",
            json!({"spec": key, "path": path, "name": name})
        )),
        (key(), path(), tag(), key()).prop_map(|(key, path, tag, name)| (
            "mission.scenario.declared.v1",
            json!({"scenario": key, "path": path, "tags": [tag], "name": name})
        )),
        (key(), path(), tag(), key()).prop_map(|(key, path, tag, name)| (
            "mission.task.declared.v1",
            json!({"task": key, "paths": [path], "tags": [tag], "name": name})
        )),
        (path(), key()).prop_map(|(path, group)| (
            "mission.module.declared.v1",
            json!({"module": path, "group": group})
        )),
        key().prop_map(|key| ("mission.contract.proposed.v1", json!({"contract": key}))),
        (key(), commit()).prop_map(|(key, commit)| (
            "mission.artifact.produced.v1",
            json!({"artifact": key, "commit": commit})
        )),
        (key(), commit()).prop_map(|(key, commit)| (
            "mission.task.finished.v1",
            json!({"key": key, "run": key, "outcome": Outcome::Passed, "commit": commit})
        )),
        key().prop_map(|key| (
            "mission.task.finished.v1",
            json!({"key": key, "run": "ci", "outcome": Outcome::Passed})
        )),
        commit().prop_map(|commit| (
            "mission.run.finished.v1",
            json!({"stream": "dde", "run": "ci", "outcome": Outcome::Passed, "commit": commit})
        )),
        entity().prop_map(|entity| ("mission.entity.removed.v1", json!({"entity": entity}))),
        (kind.clone(), entity(), entity()).prop_map(|(kind, from, to)| (
            "mission.link.declared.v1",
            json!({"kind": kind, "from": from, "to": to, "confidence": 400_000})
        )),
        (kind, entity(), entity()).prop_map(|(kind, from, to)| (
            "mission.link.removed.v1",
            json!({"kind": kind, "from": from, "to": to})
        )),
    ];
    (clock, data).prop_map(|(clock, (kind, data))| Said(clock, kind, data))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keeping_up_gives_what_deriving_anew_gives(events in prop::collection::vec(said(), 1..60), back in prop::collection::vec(0..24u8, 60)) {
        let mut world = World::default();
        for Said(clock, kind, data) in &events {
            world.say(clock, kind, data.clone());
        }
        let mut graph = Graph::default();
        let mut state = graph.snapshot(AsOf { valid: Time::MAX, known: 0 });
        let mut kept = Correlation::of(&graph.scene(&state));
        for (entry, back) in world.entries().into_iter().zip(back) {
            graph.push(entry).expect("no gap");
            // Now and then the question moves in time, too.
            let valid = if back < 3 { at(["08:30:00", "09:30:00", "23:00:00"][usize::from(back)]) } else { Time::MAX };
            let cells = graph.step(&mut state, AsOf { valid, known: graph.head() });
            let scene = graph.scene(&state);
            let before: Vec<_> = kept.links().cloned().collect();
            let changed = kept.apply(&scene, &Touched::by(&graph, &cells, &scene));
            let (now, anew): (Vec<_>, Vec<_>) = (kept.links().cloned().collect(), correlate(&scene));
            prop_assert_eq!(&now, &anew);
            let differs = |id| before.iter().find(|link| link.id == id) != now.iter().find(|link| link.id == id);
            prop_assert!(changed.into_iter().all(differs), "a link is told that is as it was");
        }
    }
}
