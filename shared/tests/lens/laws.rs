//! Laws: order of events, worse evidence, checked counterfactuals.

use crate::world::{World, good};
use proptest::prelude::*;
use serde_json::json;
use shared::correlate::{LinkIndex, correlate};
use shared::event::{Outcome, Severity};
use shared::explain::explain;
use shared::graph::{Run, Scene};
use shared::id::{EntityId, Kind, LinkKind, Stream};
use shared::lens::{Analysis, Kpi};
use shared::verdict::context::Context;
use shared::verdict::{Counterfactual, Lenses, StreamState, VerdictName, changes};
use std::collections::{BTreeMap, BTreeSet};

/// What makes evidence worse.
#[derive(Debug, Clone, Copy)]
enum Worse {
    /// A passing task or scenario fails in its last try.
    Fail(usize),
    /// A try starts and does not end.
    Open(usize),
    /// A task or scenario loses its tries.
    Forget(usize),
    /// A run is open again.
    Reopen(usize),
    /// A run never was.
    Lose(usize),
    /// A module breaks a rule.
    Violate(usize),
    /// A module uses one that uses it.
    Entangle(usize),
}

fn worse() -> impl Strategy<Value = Worse> {
    prop_oneof![
        (0..40usize).prop_map(Worse::Fail),
        (0..40usize).prop_map(Worse::Open),
        (0..40usize).prop_map(Worse::Forget),
        (0..3usize).prop_map(Worse::Reopen),
        (0..3usize).prop_map(Worse::Lose),
        (0..20usize).prop_map(Worse::Violate),
        (1..20usize).prop_map(Worse::Entangle),
    ]
}

fn tried(scene: &mut Scene, i: usize) -> &mut shared::graph::Entity {
    let (kind, name) = if i < 20 { (Kind::Task, "t") } else { (Kind::Scenario, "s") };
    scene.entities.get_mut(&EntityId::new(kind, format!("{name}{:02}", i % 20))).expect("of the good world")
}

fn worsen(scene: &mut Scene, change: Worse) {
    match change {
        Worse::Fail(i) => {
            // What is open and then fails is settled, not worse.
            let last = tried(scene, i).attempts.last_mut();
            if let Some(last) = last.filter(|last| last.outcome == Outcome::Passed) {
                last.outcome = Outcome::Failed;
            }
        }
        Worse::Open(i) => {
            if let Some(last) = tried(scene, i).attempts.last_mut() {
                (last.outcome, last.finished_at) = (Outcome::Running, None);
            }
        }
        Worse::Forget(i) => tried(scene, i).attempts.clear(),
        Worse::Reopen(i) => {
            if let Some(run) = scene.runs.get_mut(i) {
                (run.outcome, run.finished_at) = (Outcome::Running, None);
            }
        }
        Worse::Lose(i) => {
            if i < scene.runs.len() {
                scene.runs.remove(i);
            }
        }
        Worse::Violate(i) => {
            let mut violation = scene.entities[&EntityId::new(Kind::Module, format!("m{i:02}"))].clone();
            violation.id = EntityId::new(Kind::Violation, format!("r|m{i:02}|"));
            violation.severity = Some(Severity::Error);
            (violation.rule, violation.from) = (Some("r".to_owned()), Some(format!("m{i:02}")));
            scene.entities.insert(violation.id.clone(), violation);
        }
        Worse::Entangle(i) => {
            let imports = |link: &&shared::graph::DeclaredLink| link.id.kind == LinkKind::Imports;
            let mut back = scene.links.iter().find(imports).expect("the good world has imports").clone();
            back.id.from = EntityId::new(Kind::Module, format!("m{i:02}"));
            back.id.to = EntityId::new(Kind::Module, format!("m{:02}", i - 1));
            scene.links.push(back);
            scene.links.sort_by(|a, b| a.id.cmp(&b.id));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn worse_evidence_never_makes_an_iteration_deployable(changes in prop::collection::vec(worse(), 1..6)) {
        let mut scene = good().scene_at("23:00:00");
        let mut deployable = true;
        for change in changes {
            worsen(&mut scene, change);
            let found = Analysis::of(scene.clone()).verdict;
            let now = found.verdict == VerdictName::Deployable;
            prop_assert!(deployable || !now, "{change:?} made it deployable: {}", found.sentence);
            deployable = now;
        }
    }

    #[test]
    fn whatever_went_wrong_the_changes_deploy_and_every_reason_is_needed(
        changes in prop::collection::vec(worse(), 1..12),
    ) {
        let mut scene = good().scene_at("23:00:00");
        for change in changes {
            worsen(&mut scene, change);
        }
        let analysis = Analysis::of(scene);
        let explanation = explain(&analysis);
        prop_assert!(explanation.counterfactual.holds, "{explanation:#?}");
        prop_assert_eq!(explanation.counterfactual.inapplicable, 0);
        prop_assert_eq!(explanation.reasons.is_empty(), explanation.verdict == VerdictName::Deployable);
        for reason in explanation.reasons.iter().filter(|reason| !reason.needed) {
            // Only missing evidence can make up for a missed criterion.
            let waits = explanation.reasons.iter().any(|other| {
                other.stream == reason.stream && other.needed && other.criterion.ends_with(".evidence")
            });
            prop_assert!(waits, "{explanation:#?}");
        }
        let needed = || explanation.reasons.iter().filter(|reason| reason.needed);
        for reason in needed() {
            let others = needed().filter(|other| other.criterion != reason.criterion);
            let others = others.map(|other| other.criterion.as_str()).collect();
            prop_assert_ne!(repaired(&analysis, &others, reason.stream), StreamState::Pass, "{:#?}", explanation);
            let all = needed().map(|other| other.criterion.as_str()).collect();
            prop_assert_eq!(repaired(&analysis, &all, reason.stream), StreamState::Pass, "{:#?}", explanation);
        }
    }

    #[test]
    fn any_order_of_the_events_gives_the_same_links_and_verdict(order in Just((0..messy().len()).collect::<Vec<_>>()).prop_shuffle()) {
        let told = messy();
        let essence = |world: &World| {
            let scene = world.scene_at("23:00:00");
            let links: Vec<_> = correlate(&scene)
                .into_iter()
                .map(|link| {
                    let pieces = link.evidence.into_iter().map(|piece| (piece.rule, piece.confidence, piece.text));
                    (link.id, link.confidence, pieces.collect::<Vec<_>>())
                })
                .collect();
            let verdict = Analysis::of(scene).verdict;
            (links, verdict.verdict, verdict.sentence)
        };
        prop_assert_eq!(essence(&told.reordered(&order)), essence(&told));
    }
}

/// How `stream` stands once the changes for `criteria` are done, found without the explanation's own verdicts.
fn repaired(analysis: &Analysis, criteria: &BTreeSet<&str>, stream: Stream) -> StreamState {
    let links = LinkIndex::new(&analysis.links);
    let lenses = Lenses { links: &links, dde: &analysis.dde, bdv: &analysis.bdv, acc: &analysis.acc };
    let all = changes(&analysis.scene, &lenses, &Context::of(&analysis.scene));
    let exits: BTreeMap<&str, f64> =
        analysis.verdict.criteria.iter().map(|criterion| (criterion.name.as_str(), criterion.exit)).collect();
    let mut scene = analysis.scene.clone();
    shared::explain::apply(
        &mut scene,
        all.iter().filter(|change| criteria.contains(change.criterion.as_str())),
        &exits,
    );
    Analysis::of(scene).verdict.streams.get(stream).state
}

/// Every rule, an orphan, a removed link, a late failure.
fn messy() -> World {
    let mut world = World::default();
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-1", "name": "Pay"}));
    world.say(
        "",
        "mission.spec.declared.v1",
        json!({"spec": "features/pay.feature", "name": "pay", "specifies": ["R-1", "R-2"]}),
    );
    world.say(
        "",
        "mission.task.declared.v1",
        json!({"task": "build", "paths": ["features"], "depends_on": ["lint"]}),
    );
    world.say("", "mission.task.declared.v1", json!({"task": "lint", "tags": ["R-1"]}));
    world.say("", "mission.module.declared.v1", json!({"module": "src/pay.rs", "group": "build"}));
    world.say(
        "",
        "mission.scenario.declared.v1",
        json!({"scenario": "s", "path": "src/tests/pay_test.rs", "tags": ["@R-1"], "name": "about R-1"}),
    );
    world
        .task("build", "ci", "passed", "09:00:00", "09:01:00")
        .task("lint", "ci", "passed", "09:02:00", "09:03:00");
    world.scenario("s", "bdd", "passed", "10:00:00", "c1").scenario("s", "bdd2", "failed", "09:30:00", "c1");
    world.run("acc", "scan", "passed", "11:00:00", "11:01:00");
    let link = json!({"kind": "verifies", "from": "scenario:s", "to": "task:build"});
    world.say("08:00:00", "mission.link.declared.v1", link.clone());
    world.say("08:30:00", "mission.link.removed.v1", link);
    world
}

/// Does what a counterfactual says, in the scene.
fn apply(scene: &mut Scene, change: &Counterfactual) {
    let applied = shared::explain::apply(scene, [change], &std::collections::BTreeMap::new());
    assert_eq!(applied.inapplicable, 0, "no way to apply {change:?}");
}

/// How far a figure is beyond its exit, as numerator over a common denominator.
fn badness(kpi: &Kpi) -> f64 {
    let actual = kpi.actual.unwrap_or(kpi.exit);
    (actual - kpi.exit).abs()
}

#[test]
fn every_counterfactual_brings_its_criterion_nearer_and_all_together_deploy() {
    let mut world = good();
    for i in 0..5 {
        world.task(&format!("t{i:02}"), "ci2", "failed", "12:00:00", "12:00:10");
        world.scenario(&format!("s{i:02}"), "bdd2", "failed", "12:00:00", "c2");
        world.scenario(&format!("s{:02}", i + 5), "bdd2", "failed", "12:00:00", "c1");
        world.scenario(&format!("s{:02}", i + 5), "bdd2", "passed", "12:01:00", "c1");
    }
    let violation = json!({"rule": "r", "severity": "error", "from": "m00", "to": "m01"});
    world.say("", "mission.violation.detected.v1", violation);
    world.import("m05", "m02", "normal").import("m09", "m08", "normal");
    let scene = world.scene_at("23:00:00");
    let before = Analysis::of(scene.clone()).verdict;
    assert_eq!(before.verdict, VerdictName::SystemicFailure);
    let criterion = |verdict: &shared::verdict::Verdict, name: &str| {
        verdict.criteria.iter().find(|kpi| kpi.name == name).expect("criteria are named").clone()
    };
    let mut all = scene.clone();
    for change in &before.counterfactual {
        let mut one = scene.clone();
        apply(&mut one, change);
        apply(&mut all, change);
        let after = Analysis::of(one).verdict;
        let (was, is) = (criterion(&before, &change.criterion), criterion(&after, &change.criterion));
        assert!(is.met || badness(&is) < badness(&was), "{change:?}: {was:?} to {is:?}");
    }
    let after = Analysis::of(all).verdict;
    assert_eq!(after.verdict, VerdictName::Deployable, "{}", after.sentence);
}

#[test]
fn leaving_one_change_out_is_not_enough_for_one_criterion() {
    let mut world = good();
    for i in 0..5 {
        world.scenario(&format!("s{i:02}"), "bdd2", "failed", "12:00:00", "c2");
    }
    let scene = world.scene_at("23:00:00");
    let changes = Analysis::of(scene.clone()).verdict.counterfactual;
    assert_eq!(changes.len(), 3, "18 of 20 are needed, 15 pass");
    for skipped in 0..changes.len() {
        let mut edited = scene.clone();
        for (i, change) in changes.iter().enumerate() {
            if i != skipped {
                apply(&mut edited, change);
            }
        }
        assert_eq!(Analysis::of(edited).verdict.verdict, VerdictName::DesignGap);
    }
}

#[test]
fn figures_as_a_whole_are_repaired_too() {
    let mut world = good();
    for i in 0..6 {
        let contract = format!("slow{i}");
        world.say("10:00:00", "mission.contract.proposed.v1", json!({"contract": contract}));
        world.say("10:00:09", "mission.contract.locked.v1", json!({"contract": contract}));
    }
    world.run("bdv", "long", "passed", "11:00:00", "12:00:00");
    for i in 0..20 {
        for j in 20..60 {
            world.import(&format!("m{i:02}"), &format!("m{j:02}"), "normal");
        }
    }
    let analysis = world.analysis();
    let missed: Vec<&str> =
        analysis.verdict.criteria.iter().filter(|kpi| !kpi.met).map(|kpi| kpi.name.as_str()).collect();
    assert_eq!(missed, ["dde.contract_lock_latency_p95", "bdv.execution_time"]);
    let explanation = explain(&analysis);
    assert!(explanation.counterfactual.holds, "{explanation:#?}");
    assert!(explanation.reasons.iter().all(|reason| reason.needed), "{explanation:#?}");
}

#[test]
fn a_run_of_another_stream_decides_nothing() {
    let mut scene = good().scene_at("23:00:00");
    scene.runs.retain(|run: &Run| run.stream != Stream::Acc);
    assert_eq!(Analysis::of(scene).verdict.verdict, VerdictName::Pending);
}
