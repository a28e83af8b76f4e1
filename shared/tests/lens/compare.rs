//! How an answer got from one moment to another, against a scan of every step.

use crate::world::{World, at, good};
use proptest::prelude::*;
use serde_json::json;
use shared::explain::{Clock, Comparison, compare};
use shared::graph::Graph;
use shared::id::{EntityId, Kind};
use shared::lens::Analysis;
use shared::time::{AsOf, Position};
use shared::verdict::VerdictName::{self, Deployable, DesignGap, TechDebt};

fn as_of(clock: &str, known: Position) -> AsOf {
    AsOf { valid: at(clock), known }
}

fn verdicts(comparison: &Comparison) -> Vec<(Clock, VerdictName, VerdictName)> {
    comparison.flips.iter().map(|flip| (flip.clock, flip.from.verdict, flip.to.verdict)).collect()
}

/// A good iteration, of whose scenarios three fail: known only later.
fn late_failures() -> (World, Position) {
    let mut world = good();
    let known = world.graph().head();
    for i in 0..3 {
        world.scenario(&format!("s{i:02}"), "late", "failed", "11:30:00", "c9");
    }
    (world, known)
}

#[test]
fn what_was_learned_later_is_told_from_what_happened_later() {
    let (mut world, known) = late_failures();
    world.scenario("s00", "fix", "passed", "13:00:00", "c10");
    let graph = world.graph();
    let found = compare(&graph, as_of("12:00:00", known), as_of("14:00:00", graph.head()));
    assert_eq!((found.diff.verdict.from, found.diff.verdict.to), (Deployable, Deployable));
    assert_eq!(
        verdicts(&found),
        [(Clock::Known, Deployable, DesignGap), (Clock::Valid, DesignGap, Deployable)]
    );
    let scenario = |i: u32| EntityId::new(Kind::Scenario, format!("s{i:02}"));
    assert_eq!(found.flips[0].events, [known + 3], "the third failure breaks the exit criterion of 90 %");
    assert_eq!(found.flips[0].entities, [scenario(2)]);
    assert_eq!(found.flips[1].at.valid, at("13:00:00"));
    assert_eq!(found.flips[1].events, [known + 4]);
    let ids = |changes: &[shared::lens::diff::EntityChange]| -> Vec<EntityId> {
        changes.iter().map(|change| change.id.clone()).collect()
    };
    assert_eq!(ids(&found.learned), [scenario(0), scenario(1), scenario(2)]);
    assert_eq!(ids(&found.happened), [scenario(0)]);
}

#[test]
fn what_flips_and_flips_back_on_one_leg_is_told() {
    let (mut world, known) = late_failures();
    for i in 0..3 {
        world.scenario(&format!("s{i:02}"), "fix", "passed", "11:45:00", "c10");
    }
    let graph = world.graph();
    let found = compare(&graph, as_of("12:00:00", known), as_of("12:00:00", graph.head()));
    assert_eq!((found.diff.verdict.from, found.diff.verdict.to), (Deployable, Deployable));
    let expected = [(Clock::Known, Deployable, DesignGap), (Clock::Known, DesignGap, Deployable)];
    assert_eq!(verdicts(&found), expected);
}

#[test]
fn an_expiry_flips_without_an_event() {
    let mut world = good();
    let violation = json!({"rule": "r", "severity": "error", "from": "m00", "to": "m01"});
    world.say("", "mission.violation.detected.v1", violation);
    let granted = json!({"suppression": "x", "reason": "legacy", "rule": "r", "expires_at": at("20:00:00")});
    world.say("12:00:00", "mission.suppression.granted.v1", granted);
    let graph = world.graph();
    let found = compare(&graph, as_of("19:00:00", graph.head()), as_of("21:00:00", graph.head()));
    assert_eq!(verdicts(&found), [(Clock::Valid, Deployable, TechDebt)]);
    assert_eq!(found.flips[0].at.valid, at("20:00:00"), "to the microsecond");
    assert!(found.learned.is_empty());
}

#[test]
fn going_back_is_the_same_way_in_reverse() {
    let (world, known) = late_failures();
    let graph = world.graph();
    let found = compare(&graph, as_of("12:00:00", graph.head()), as_of("12:00:00", known));
    assert_eq!(verdicts(&found), [(Clock::Known, DesignGap, Deployable)]);
    assert_eq!(found.flips[0].events, [known + 3], "the event that is no longer known");
    assert_eq!(found.flips[0].at.known, known + 2);
}

fn standing_at(graph: &Graph, as_of: AsOf) -> VerdictName {
    Analysis::of(graph.scene(&graph.snapshot(as_of))).verdict.verdict
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_flip_is_one_and_together_they_lead_from_one_answer_to_the_other(
        outcomes in prop::collection::vec((0..20u32, any::<bool>()), 4..30),
    ) {
        let mut world = good();
        let known = world.graph().head();
        for (i, (scenario, passed)) in outcomes.iter().enumerate() {
            let (outcome, clock) = (if *passed { "passed" } else { "failed" }, format!("12:{i:02}:00"));
            world.scenario(&format!("s{scenario:02}"), &format!("r{i}"), outcome, &clock, &format!("k{i}"));
        }
        let graph = world.graph();
        let (from, to) = (as_of("11:59:00", known), as_of("13:00:00", graph.head()));
        let found = compare(&graph, from, to);
        let mut now = standing_at(&graph, from);
        for flip in &found.flips {
            prop_assert_eq!(flip.from.verdict, now);
            prop_assert_eq!(standing_at(&graph, flip.at), flip.to.verdict);
            let before = match flip.clock {
                Clock::Known => AsOf { known: flip.at.known - 1, ..flip.at },
                Clock::Valid => AsOf { valid: flip.at.valid.plus(-1), ..flip.at },
            };
            prop_assert_eq!(standing_at(&graph, before), flip.from.verdict);
            now = flip.to.verdict;
        }
        prop_assert_eq!(now, standing_at(&graph, to));
    }
}
