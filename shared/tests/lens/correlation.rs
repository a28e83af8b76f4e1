//! Correlation: each rule, evidence that adds up, orphans that wait.

use crate::world::{World, good};
use serde_json::json;
use shared::correlate::{correlate, noisy_or, orphans};

/// Links as `kind from to`, confidence, rules.
fn links(world: &World) -> Vec<(String, u32, Vec<String>)> {
    correlate(&world.scene_at("23:00:00"))
        .into_iter()
        .map(|link| {
            let id = format!("{} {} {}", link.id.kind.as_str(), link.id.from, link.id.to);
            (id, link.confidence, link.evidence.into_iter().map(|piece| piece.rule).collect())
        })
        .collect()
}

fn only(world: &World, id: &str, confidence: u32, rules: &[&str]) {
    let found = links(world);
    let link = found.iter().find(|link| link.0 == id).unwrap_or_else(|| panic!("{id} not in {found:?}"));
    assert_eq!((link.1, link.2.iter().map(String::as_str).collect::<Vec<_>>()), (confidence, rules.to_vec()));
}

#[test]
fn tags_name_requirements_specs_tasks_and_contracts() {
    let mut world = World::default();
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-12"}));
    world.say("09:00:00", "mission.contract.proposed.v1", json!({"contract": "api"}));
    world.say("", "mission.task.declared.v1", json!({"task": "build", "tags": ["spec:pay"]}));
    world.say("", "mission.spec.declared.v1", json!({"spec": "pay", "tags": ["@req:R-12", "@task:build"]}));
    let tags = ["@R-12", "@contract:api", "@task:build", "@req:gone"];
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s", "tags": tags}));
    only(&world, "specifies spec:pay requirement:R-12", 800_000, &["tag"]);
    only(&world, "implements task:build spec:pay", 800_000, &["tag"]);
    only(&world, "verifies scenario:s requirement:R-12", 800_000, &["tag"]);
    only(&world, "verifies scenario:s contract:api", 800_000, &["tag"]);
    only(&world, "verifies scenario:s task:build", 800_000, &["tag"]);
    assert_eq!(links(&world).len(), 5);
}

#[test]
fn paths_link_exactly_by_folder_and_by_test_file() {
    let mut world = World::default();
    let feature = "features/shop/pay.feature";
    world.say("", "mission.spec.declared.v1", json!({"spec": feature}));
    world.say(
        "",
        "mission.task.declared.v1",
        json!({"task": "exact", "paths": ["./features/shop/pay.feature"]}),
    );
    world.say("", "mission.task.declared.v1", json!({"task": "folder", "paths": ["features/shop/"]}));
    world.say("", "mission.module.declared.v1", json!({"module": "src/shop"}));
    world.say("", "mission.module.declared.v1", json!({"module": "src/shop/pay.ts"}));
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s", "path": "src/shop/pay.test.ts"}));
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "t", "path": "src/shopping/x.ts"}));
    only(&world, "implements task:exact spec:features/shop/pay.feature", 900_000, &["exact_path"]);
    only(&world, "implements task:folder spec:features/shop/pay.feature", 700_000, &["fuzzy_path"]);
    only(&world, "verifies scenario:s module:src/shop", 700_000, &["fuzzy_path"]);
    only(&world, "verifies scenario:s module:src/shop/pay.ts", 700_000, &["fuzzy_path"]);
    assert_eq!(links(&world).len(), 4, "src/shop is no folder of src/shopping");
}

#[test]
fn a_moved_file_keeps_its_last_folder_and_name() {
    let mut world = World::default();
    world.say("", "mission.module.declared.v1", json!({"module": "packages/shop/src/cart/total.ts"}));
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s", "path": "src/cart/total.test.ts"}));
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "t", "path": "cart/other.test.ts"}));
    only(&world, "verifies scenario:s module:packages/shop/src/cart/total.ts", 600_000, &["moved_path"]);
    assert_eq!(links(&world).len(), 1);
    for i in 0..4 {
        let module = format!("packages/p{i}/src/cart/total.ts");
        world.say("", "mission.module.declared.v1", json!({"module": module}));
    }
    assert!(links(&world).is_empty(), "five such files say nothing");
}

#[test]
fn traces_and_commits_join_what_ran_together() {
    let mut world = World::default();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("trace:00-{trace}-00f067aa0ba902b7-01");
    world.say("", "mission.task.declared.v1", json!({"task": "e2e", "tags": [format!("trace:{trace}")]}));
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s", "tags": [parent]}));
    only(&world, "verifies scenario:s task:e2e", 800_000, &["trace"]);
    world.say("11:00:00", "mission.artifact.produced.v1", json!({"artifact": "server", "commit": "c9"}));
    // Its try names no commit; its run does.
    world.task("build", "ci", "passed", "09:00:00", "09:01:00");
    let run = json!({"stream": "dde", "run": "ci", "outcome": "passed", "commit": "c9"});
    world.say("09:02:00", "mission.run.finished.v1", run);
    only(&world, "produces task:build artifact:server", 500_000, &["commit"]);
    let second = json!({"key": "lint", "run": "ci", "outcome": "passed", "commit": "c9"});
    world.say("09:03:00", "mission.task.finished.v1", second);
    assert_eq!(links(&world).len(), 1, "two tasks ran on it");
}

#[test]
fn contracts_are_found_by_name_and_mention() {
    let mut world = World::default();
    world.say("09:00:00", "mission.contract.proposed.v1", json!({"contract": "refunds-api"}));
    world.say("", "mission.module.declared.v1", json!({"module": "src/refunds.rs", "group": "refunds_api"}));
    world.say("", "mission.task.declared.v1", json!({"task": "t", "name": "Refunds API"}));
    let title = "Answers as refunds-api says";
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s", "name": title}));
    only(&world, "governs contract:refunds-api module:src/refunds.rs", 500_000, &["same_name"]);
    only(&world, "governs contract:refunds-api task:t", 500_000, &["same_name"]);
    only(&world, "verifies scenario:s contract:refunds-api", 500_000, &["mention"]);
}

#[test]
fn names_are_weak_evidence() {
    let mut world = World::default();
    world.say("", "mission.module.declared.v1", json!({"module": "src/a.rs", "group": "api_server"}));
    world.say("09:00:00", "mission.artifact.produced.v1", json!({"artifact": "api-server"}));
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-7"}));
    world.say("", "mission.scenario.declared.v1", json!({"scenario": "s", "name": "Refund (R-7): twice"}));
    only(&world, "realises artifact:api-server module:src/a.rs", 500_000, &["same_name"]);
    only(&world, "verifies scenario:s requirement:R-7", 500_000, &["mention"]);
}

#[test]
fn independent_evidence_adds_up_and_every_piece_stays_visible() {
    let mut world = World::default();
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-7"}));
    let scenario = json!({"scenario": "s", "name": "Refund R-7", "tags": ["@R-7"]});
    world.say("", "mission.scenario.declared.v1", scenario);
    only(&world, "verifies scenario:s requirement:R-7", 900_000, &["mention", "tag"]);
    let declared = json!({
        "kind": "verifies", "from": "scenario:s", "to": "requirement:R-7", "rule": "trace", "confidence": 900_000,
    });
    world.say("", "mission.link.declared.v1", declared);
    only(&world, "verifies scenario:s requirement:R-7", 990_000, &["mention", "tag", "trace"]);
    let link = &correlate(&world.scene_at("23:00:00"))[0];
    assert!(link.evidence.iter().all(|piece| !piece.rests_on.is_empty() && !piece.text.is_empty()));
}

#[test]
fn an_orphan_waits_until_its_other_end_arrives() {
    let mut world = World::default();
    world.say("", "mission.spec.declared.v1", json!({"spec": "pay", "specifies": ["R-1"]}));
    let scene = world.scene_at("23:00:00");
    assert!(correlate(&scene).is_empty());
    assert_eq!(orphans(&scene).len(), 1);
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-1"}));
    only(&world, "specifies spec:pay requirement:R-1", 1_000_000, &["declared"]);
}

#[test]
fn noisy_or_is_certain_only_if_a_piece_is() {
    assert_eq!(noisy_or([].into_iter()), 0);
    assert_eq!(noisy_or([500_000, 500_000].into_iter()), 750_000);
    assert_eq!(noisy_or([1_000_000, 1].into_iter()), 1_000_000);
    assert_eq!(noisy_or([999_999; 40].into_iter()), 999_999);
    assert_eq!(noisy_or([800_000, 700_000, 500_000].into_iter()), 970_000);
}

#[test]
fn the_spine_shows_the_thread_and_where_it_breaks() {
    let mut world = good();
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-9"}));
    let spine = world.analysis().convergence.spine;
    assert!(spine.gaps.iter().any(|id| id.key == "R-9"));
    assert!(!spine.gaps.iter().any(|id| id.key == "R-1"));
    let link = spine.links.iter().find(|link| link.to.key == "m00").expect("artifact to module");
    assert_eq!((link.confidence, link.suspect), (1.0, false));
    assert!(!link.evidence[0].events.is_empty());
}
