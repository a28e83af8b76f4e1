//! The browser's engine over golden sets: whatever the scrubber is asked, what is shown is what a fresh snapshot
//! of the same question says, and the address of a moment leads back to it.

use app::data::engine::Engine;
use app::routes::Place;
use shared::event::{Entry, Logged, decode_logged};
use shared::graph::Graph;
use shared::lens::Analysis;
use shared::playback::{Command, Direction, Mode, Speed};
use shared::time::Time;
use shared::verdict::VerdictName;
use shared::verdict::ribbon::transitions;
use std::path::Path;

fn entries(set: &str) -> Vec<Entry> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden").join(set).join("events.ndjson");
    let text = std::fs::read_to_string(path).expect("the golden set");
    let logged = |line: &str| -> Logged {
        decode_logged(serde_json::from_str(line).expect("JSON")).expect("an event")
    };
    text.lines().map(|line| Entry::from_logged(&logged(line))).collect()
}

fn graph(entries: &[Entry]) -> Graph {
    let mut graph = Graph::default();
    entries.iter().for_each(|entry| graph.push(entry.clone()).expect("no gap"));
    graph
}

/// A clock that is wrong by hours: the engine goes by the server's.
const LOCAL: Time = Time(1_000_000_000_000_000);

fn engine(entries: &[Entry]) -> Engine {
    let mut engine = Engine::default();
    engine.take_in(entries.to_vec()).expect("no gap");
    engine.settle();
    let newest = entries.last().map_or(Time(0), |entry| entry.recorded_at);
    engine.hear_clock(newest.plus(3_600_000_000), LOCAL);
    engine
}

/// Everything a person may ask, in an order that visits late facts, both clocks and both ends.
fn commands(first: Time, last: Time) -> Vec<Command> {
    let part = |n: i64| Time(first.0 + (last.0 - first.0) / 10 * n);
    let mut commands = vec![Command::Start, Command::StepEvent(Direction::Forward)];
    for n in [7, 2, 9, 5] {
        commands.push(Command::SeekValid(part(n)));
        commands.extend([
            Command::ToggleHindsight,
            Command::StepEvent(Direction::Back),
            Command::Nudge(60_000_000),
        ]);
        commands.extend([
            Command::ToggleHindsight,
            Command::StepVerdict(Direction::Forward),
            Command::SeekKnown(40),
        ]);
    }
    commands.extend([
        Command::End,
        Command::StepVerdict(Direction::Back),
        Command::Live,
        Command::TogglePlay,
    ]);
    commands
}

#[test]
fn what_is_shown_is_what_a_fresh_snapshot_says() {
    for set in ["Iter-Golden-LateEvidence", "Iter-Golden-Override", "Iter-Golden-Retries"] {
        let entries = entries(set);
        let (graph, mut engine) = (graph(&entries), engine(&entries));
        while engine.search_on() {}
        let (first, last) = (entries[0].recorded_at, entries[entries.len() - 1].recorded_at);
        for command in commands(first, last) {
            engine.obey(command, LOCAL);
            let moment = engine.moment(LOCAL);
            let shown = engine.analysis(&moment);
            let fresh = Analysis::of(graph.scene(&graph.snapshot(moment.as_of)));
            assert_eq!(shown.verdict.verdict, fresh.verdict.verdict, "{set} {command:?}");
            assert_eq!(shown.scene.entities, fresh.scene.entities, "{set} {command:?}");
            assert_eq!(shown.links, fresh.links, "{set} {command:?}");

            let href = Place::parse("/i/I", "").unwrap().at(moment.address).href();
            let place = Place::parse("/i/I", href.split_once('?').map_or("", |(_, query)| query)).unwrap();
            engine.go((place.valid, place.known), LOCAL);
            let again = engine.moment(LOCAL);
            assert_eq!(again.as_of, moment.as_of, "{href}");
            // Paused at now is, read again, what was known then: the same question.
            let (mode, before) = (again.playback.mode, moment.playback.mode);
            assert!(mode == before || (mode, before) == (Mode::Then, Mode::Paused), "{href}: {mode:?}");
        }
    }
}

#[test]
fn events_that_come_in_are_shown_live_and_not_while_paused() {
    let entries = entries("Iter-Golden-LateEvidence");
    let whole = graph(&entries);
    let changes = transitions(&whole, 1_000);
    let deployable = changes.iter().rfind(|change| change.verdict == VerdictName::Deployable);
    // The last log of which the verdict was deployable ends before the change that follows.
    let position = deployable.expect("it was deployable").position;
    let after = changes.iter().find(|change| change.position > position).expect("then it was not");
    let cut = usize::try_from(after.position - 1).expect("a small log");
    let mut engine = engine(&entries[..cut]);
    let before = engine.moment(LOCAL);
    let shown = engine.analysis(&before);
    assert_eq!(shown.verdict.verdict, VerdictName::Deployable);
    engine.take_in(entries[cut - 3..].to_vec()).expect("what is there already is skipped");
    let after = engine.moment(LOCAL);
    assert_eq!(after.head, entries.len() as u64);
    assert_eq!(engine.analysis(&after).verdict.verdict, VerdictName::DesignGap);
    engine.go((app::routes::Valid::At(before.now), app::routes::Known::Position(cut as u64)), LOCAL);
    let paused = engine.moment(LOCAL);
    assert_eq!(engine.analysis(&paused).verdict.verdict, VerdictName::Deployable);
    assert!(engine.take_in(vec![Entry { position: 9_999, ..entries[0].clone() }]).is_err());
}

#[test]
fn the_ribbon_finds_the_verdict_that_stood_longest() {
    let entries = entries("Iter-Golden-LateEvidence");
    let mut engine = engine(&entries);
    assert!(!engine.is_searched());
    while engine.search_on() {}
    let strip = engine.strip();
    assert!(engine.is_searched());
    assert_eq!(strip.searched, entries.len() as u64);
    let verdicts: Vec<VerdictName> = strip.transitions.iter().map(|change| change.verdict).collect();
    assert_eq!(verdicts.first(), Some(&VerdictName::Pending));
    assert_eq!(verdicts.last(), Some(&VerdictName::DesignGap));
    assert!(verdicts.contains(&VerdictName::Deployable), "{verdicts:?}");
}

#[test]
fn what_the_server_found_is_not_looked_for_again() {
    let entries = entries("Iter-Golden-LateEvidence");
    let mut engine = engine(&entries);
    while engine.search_on() {}
    let found = engine.strip();
    let changes: Vec<_> = found.transitions.iter().map(|change| (change.position, change.verdict)).collect();
    let fresh = || {
        let mut engine = Engine::default();
        engine.take_in(entries.clone()).expect("no gap");
        engine
    };

    let mut whole = fresh();
    whole.remember(&changes, found.searched);
    assert!(whole.is_searched());
    assert_eq!(whole.strip().transitions, found.transitions, "on screen before anything is looked for");
    assert!(!whole.search_on());

    let known = changes.len() / 2;
    let mut half = fresh();
    half.remember(&changes[..known], changes[known].0 - 1);
    assert_eq!(half.strip().transitions, found.transitions[..known]);
    while half.search_on() {}
    assert_eq!(half.strip(), found);

    let mut other = fresh();
    other.remember(&changes, found.searched + 1);
    assert_eq!(other.strip().transitions, [], "a longer log than ours is another one");
}

#[test]
fn a_ribbon_that_grows_with_its_log_is_the_one_of_the_whole_log() {
    let entries = entries("Iter-Golden-LateEvidence");
    let whole = transitions(&graph(&entries), 10_000);
    let mut growing = Engine::default();
    for part in entries.chunks(97) {
        growing.take_in(part.to_vec()).expect("no gap");
        while growing.search_on() {}
        let strip = growing.strip();
        assert_eq!(strip.searched, growing.head());
        let known: Vec<_> =
            whole.iter().filter(|change| change.position <= growing.head()).copied().collect();
        assert_eq!(strip.transitions, known);
    }
}

#[test]
fn playing_goes_on_by_itself_and_ends_live() {
    let entries = entries("Iter-Golden-AllPass");
    let mut engine = engine(&entries);
    engine.obey(Command::Start, LOCAL);
    engine.obey(Command::Speed(Speed::Event), LOCAL);
    engine.obey(Command::Play, LOCAL);
    assert!(engine.is_playing());
    engine.tick(3_000, LOCAL);
    assert_eq!(engine.moment(LOCAL).as_of.known, 10);
    engine.tick(u64::MAX / 2, LOCAL);
    assert!(!engine.is_playing());
    assert_eq!(engine.moment(LOCAL).as_of.known, entries.len() as u64);
}
