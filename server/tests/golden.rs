//! The golden sets: every answer is as expected, every set is as large as it says, and a store gives back the
//! very bytes it was given.

use server::clock::Clock;
use server::golden::{Case, GoldenError, cases, load, log_of};
use server::service::Service;
use server::store::sqlite::SqliteStore;
use server::store::{Store, system_clock};
use shared::event::{Data, Entry};
use shared::expect::{Moment, graph_of, now_of};
use shared::id::Kind;
use shared::time::{AsOf, Time};
use shared::verdict::VerdictName;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The sets that tell the stories of Meridian Pay, with their verdicts.
const STORIES: [(&str, VerdictName); 15] = [
    ("AllPass", VerdictName::Deployable),
    ("Flaky", VerdictName::Deployable),
    ("Retries", VerdictName::PipelineIssue),
    ("DesignGap", VerdictName::DesignGap),
    ("TechDebt", VerdictName::TechDebt),
    ("Override", VerdictName::TechDebt),
    ("PipelineIssue", VerdictName::PipelineIssue),
    ("MixedDdeBdv", VerdictName::MixedFailure),
    ("MixedDdeAcc", VerdictName::MixedFailure),
    ("MixedBdvAcc", VerdictName::MixedFailure),
    ("SystemicFailure", VerdictName::SystemicFailure),
    ("LateEvidence", VerdictName::DesignGap),
    ("Large", VerdictName::Deployable),
    ("Pending", VerdictName::Pending),
    ("Rules", VerdictName::TechDebt),
];

fn case(name: &str) -> Case {
    load(&format!("Iter-Golden-{name}")).unwrap_or_else(|error| panic!("{error}"))
}

/// The verdict on a set at `as_of`.
fn verdict(case: &Case, valid: Option<Time>, known: Option<Time>) -> VerdictName {
    let graph = graph_of(&case.events).expect("a whole log");
    let now = now_of(&graph);
    let known = known.map_or(now.known, |time| graph.known_at(time));
    let as_of = AsOf { valid: valid.unwrap_or(now.valid), known };
    shared::lens::Analysis::of(graph.scene(&graph.snapshot(as_of))).verdict.verdict
}

#[test]
fn every_set_answers_as_expected() {
    for name in cases() {
        let case = load(&name).unwrap_or_else(|error| panic!("{error}"));
        let differences: Vec<String> =
            case.check().expect("a whole log").iter().map(ToString::to_string).collect();
        assert!(differences.is_empty(), "{name}:\n{}", differences.join("\n"));
    }
}

#[test]
fn every_verdict_can_be_taken_at_its_word() {
    for name in cases() {
        let case = load(&name).unwrap_or_else(|error| panic!("{error}"));
        let graph = graph_of(&case.events).expect("a whole log");
        let analysis = shared::lens::Analysis::of(graph.scene(&graph.snapshot(now_of(&graph))));
        let explanation = shared::explain::explain(&analysis);
        assert!(explanation.counterfactual.holds, "{name}: {explanation:#?}");
        assert_eq!(explanation.counterfactual.inapplicable, 0, "{name}");
        let blocked = analysis.verdict.verdict != VerdictName::Deployable;
        assert_eq!(explanation.reasons.iter().any(|reason| reason.needed), blocked, "{name}");
    }
}

#[test]
fn the_stories_are_all_there_in_their_order_with_their_verdicts() {
    let all = cases();
    let told: Vec<&str> = all.iter().filter_map(|name| name.strip_prefix("Iter-Golden-")).collect();
    assert_eq!(told, STORIES.map(|story| story.0));
    let mut predecessor = None;
    for (name, expected) in STORIES {
        let case = case(name);
        assert_eq!(verdict(&case, None, None), expected, "{name}");
        let Data::IterationOpened(opened) = &case.events[0].event.data else {
            panic!("{name} does not begin with its opening");
        };
        assert_eq!(opened.predecessor.as_ref().map(ToString::to_string), predecessor, "{name}");
        predecessor = Some(format!("Iter-Golden-{name}"));
        let asked = &case.expectations.expect;
        assert_eq!((asked[0].valid, asked[0].known), (Moment::Now, Moment::Now), "{name}");
        let then = asked.iter().filter(|e| e.valid == e.known && e.valid != Moment::Now).count();
        let hindsight = asked.iter().filter(|e| e.valid != e.known && e.known == Moment::Now).count();
        assert!(
            then >= 1 && hindsight >= 1,
            "{name} asks {then} times then and {hindsight} times in hindsight"
        );
    }
}

#[test]
fn every_story_is_of_a_believable_size() {
    for (name, _) in STORIES {
        let case = case(name);
        let graph = graph_of(&case.events).expect("a whole log");
        let scene = graph.scene(&graph.snapshot(now_of(&graph)));
        let mut there: BTreeMap<Kind, usize> = BTreeMap::new();
        for entity in scene.entities.values().filter(|entity| !entity.external) {
            *there.entry(entity.id.kind).or_default() += 1;
        }
        for (kind, at_least) in [
            (Kind::Task, 40),
            (Kind::Scenario, 60),
            (Kind::Module, 80),
            (Kind::Requirement, 10),
            (Kind::Spec, 10),
            (Kind::Contract, 8),
            (Kind::Artifact, 4),
            (Kind::Workflow, 6),
            (Kind::Rule, 6),
        ] {
            let found = there.get(&kind).copied().unwrap_or(0);
            assert!(found >= at_least, "{name}: {found} of {kind:?}, at least {at_least}");
        }
        let first = case.events[0].recorded_at;
        let hours = case.events.last().expect("events").recorded_at.millis_since(first) / 3_600_000;
        let events = case.events.len();
        assert!((5..=14).contains(&hours), "{name} takes {hours} h");
        let range = if name == "Large" { 20_001..=40_000 } else { 400..=4_000 };
        assert!(range.contains(&events), "{name}: {events} events");
        let late =
            graph.ticks().iter().filter(|tick| tick.recorded_at.millis_since(tick.happened_at) > 600_000);
        assert!(late.count() > 0, "{name}: nothing is late");
        let clamped = case.events.iter().filter(|logged| Entry::from_logged(logged).clamped);
        assert_eq!(clamped.count(), 0, "{name}: something is known before it happens");
        assert_eq!(graph.pending_namings().len(), 0, "{name}");
        assert!(graph.refused_namings().is_empty(), "{name}");
    }
}

#[test]
fn hindsight_turns_verdicts() {
    let at = |text: &str| Some(Time::parse(text).expect("a time"));
    for (name, time, then, later) in [
        ("LateEvidence", "2026-11-18T17:45:30Z", VerdictName::Deployable, VerdictName::DesignGap),
        ("MixedDdeBdv", "2026-11-12T13:30:00Z", VerdictName::PipelineIssue, VerdictName::MixedFailure),
    ] {
        let case = case(name);
        assert_eq!(verdict(&case, at(time), at(time)), then, "{name} as known then");
        assert_eq!(verdict(&case, at(time), None), later, "{name} in hindsight");
    }
}

#[tokio::test]
async fn a_store_gives_back_the_bytes_it_was_given() {
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open_temporary(system_clock()).await.expect("a temporary store"));
    for name in cases() {
        let case = load(&name).unwrap_or_else(|error| panic!("{error}"));
        let (iteration, head) = (case.expectations.iteration.clone(), case.expectations.head);
        let heads = store.restore(case.events).await.expect("a restore");
        assert_eq!(heads, BTreeMap::from([(iteration.clone(), head)]));
        let (mut printed, mut after) = (Vec::new(), 0);
        while after < head {
            for logged in store.read(&iteration, after, 1_000).await.expect("a read") {
                printed.extend(logged.to_json().to_string().into_bytes());
                printed.push(b'\n');
                after = logged.position;
            }
        }
        assert!(printed == *log_of(&name).expect("a log"), "{name} comes back otherwise");
    }
    let opened: Vec<String> =
        store.iterations().await.expect("rows").iter().map(|row| row.iteration.to_string()).collect();
    let stories = opened.iter().filter_map(|name| name.strip_prefix("Iter-Golden-"));
    assert!(stories.eq(STORIES.iter().map(|story| story.0)), "the history is in order");
}

#[tokio::test]
async fn the_large_one_fills_several_segments_and_keeps_packed_facts_packed() {
    let case = case("Large");
    let packed: Vec<usize> = case
        .events
        .iter()
        .filter_map(|logged| match &logged.event.data {
            Data::Facts(facts) => Some(facts.items.len()),
            _ => None,
        })
        .collect();
    assert!(packed.len() <= 12 && packed.iter().sum::<usize>() > 1_000, "{packed:?}");
    let iteration = case.expectations.iteration.clone();
    let end = case.events.last().expect("events").recorded_at;
    let store = SqliteStore::open_temporary(system_clock()).await.expect("a temporary store");
    store.restore(case.events).await.expect("a restore");
    let service = Service::with_clock(Arc::new(store), Clock::of(move || end)).await.expect("a service");
    let manifest = service.segments.manifest(&iteration).await.expect("a manifest");
    assert!(manifest.segments.len() >= 4, "{} sealed segments", manifest.segments.len());
}

#[test]
fn a_difference_says_where_and_an_unknown_set_what_there_is() {
    let mut case = case("AllPass");
    let head = case.expectations.head;
    case.expectations.head += 1;
    case.expectations.expect.truncate(1);
    case.expectations.expect[0].bdv = serde_json::json!({"totals": {"failed": 3}});
    let found = case.check().expect("a whole log");
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(said[0], format!("log: head: expected {}, found {head}", head + 1));
    assert_eq!(said[1], "valid now known now: bdv.totals.failed: expected 3, found 0");
    assert_eq!(said.len(), 2);
    let error = load("Iter-Golden-Nonsense").expect_err("there is none");
    assert!(matches!(error, GoldenError::Unknown(..)));
    assert!(error.to_string().contains("Iter-Golden-AllPass, Iter-Golden-Flaky"), "{error}");
    case.events.remove(3);
    assert!(matches!(case.check(), Err(GoldenError::Gap(..))));
}
