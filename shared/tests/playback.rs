//! Laws of the scrubber, for any log and any commands.

use proptest::prelude::*;
use shared::event::{Entry, Hash128};
use shared::graph::Graph;
use shared::playback::{Command, Direction, Mode, Playback, Speed, Timeline};
use shared::time::Time;

const FIRST: i64 = 1_780_000_000_000_000;

/// A log by pauses between recordings and lags of happening behind, in milliseconds.
fn graph(clocks: &[(u32, u32)]) -> Graph {
    let mut graph = Graph::default();
    let mut recorded = FIRST;
    for ((pause, lag), position) in clocks.iter().zip(1..) {
        recorded += i64::from(*pause) * 1_000;
        let entry = Entry {
            position,
            recorded_at: Time(recorded),
            source: "ci".into(),
            identity: Hash128([position as u8; 16]),
            content: Hash128([0; 16]),
            steward: false,
            clamped: false,
            stream: None,
            happened_at: Time(recorded - i64::from(*lag) * 1_000),
            batch: None,
            closing: None,
            naming: None,
            facts: Vec::new(),
        };
        graph.push(entry).expect("a log has no gaps");
    }
    graph
}

fn clocks() -> impl Strategy<Value = Vec<(u32, u32)>> {
    let pause = prop_oneof![2 => Just(0), 3 => 0..5_000_u32, 1 => 5_000..90_000_u32];
    let lag = prop_oneof![3 => Just(0), 1 => 0..60_000_u32];
    prop::collection::vec((pause, lag), 0..24)
}

fn now(graph: &Graph) -> Time {
    graph.recorded_at(graph.head()).unwrap_or(Time(FIRST)).plus(2_000_000)
}

fn command() -> impl Strategy<Value = Command> {
    let direction = prop_oneof![Just(Direction::Back), Just(Direction::Forward)];
    prop_oneof![
        Just(Command::Play),
        Just(Command::Pause),
        Just(Command::TogglePlay),
        Just(Command::Live),
        Just(Command::Start),
        Just(Command::End),
        Just(Command::ToggleHindsight),
        (-100_000_000..400_000_000_i64).prop_map(|micros| Command::SeekValid(Time(FIRST + micros))),
        (-90_000_000..90_000_000_i64).prop_map(Command::Nudge),
        (0..30_u64).prop_map(Command::SeekKnown),
        direction.clone().prop_map(Command::StepEvent),
        direction.prop_map(Command::StepVerdict),
        (0..8_usize).prop_map(|speed| Command::Speed(Speed::ALL[speed])),
        any::<bool>().prop_map(Command::SkipIdle),
    ]
}

fn after(commands: &[Command], timeline: &Timeline<'_>) -> Playback {
    commands.iter().fold(Playback::default(), |playback, command| playback.apply(*command, timeline))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_question_fits_its_mode(clocks in clocks(), commands in prop::collection::vec(command(), 0..12), elapsed in 0..20_000_u64) {
        let graph = graph(&clocks);
        let changes = [2, 5, 9].map(|change: u64| change.min(graph.head()));
        let timeline = Timeline { ticks: graph.ticks(), now: now(&graph), changes: &changes };
        let playback = after(&commands, &timeline).tick(elapsed, &timeline);
        let as_of = playback.as_of(&timeline);
        prop_assert!(as_of.known <= timeline.head() && as_of.valid <= timeline.now);
        match playback.mode {
            Mode::Live => prop_assert_eq!((as_of.valid, as_of.known), (timeline.now, timeline.head())),
            Mode::Hindsight => prop_assert_eq!(as_of.known, timeline.head()),
            Mode::Then => {
                prop_assert!(as_of.known <= timeline.known_at(as_of.valid));
                prop_assert!(graph.recorded_at(as_of.known).is_none_or(|recorded| recorded <= as_of.valid));
            }
            Mode::Paused => prop_assert!(!playback.playing),
        }
        prop_assert_eq!(playback.n_unseen(&timeline), timeline.head() - as_of.known);
    }

    #[test]
    fn a_frame_may_be_cut_anywhere(clocks in clocks(), commands in prop::collection::vec(command(), 0..8), a in 0..30_000_u64, b in 0..30_000_u64) {
        let graph = graph(&clocks);
        let timeline = Timeline { ticks: graph.ticks(), now: now(&graph), changes: &[] };
        let playback = after(&commands, &timeline).apply(Command::Play, &timeline);
        let whole = playback.tick(a + b, &timeline);
        let cut = playback.tick(a, &timeline).tick(b, &timeline);
        prop_assert_eq!((whole.mode, whole.as_of(&timeline)), (cut.mode, cut.as_of(&timeline)));
    }

    #[test]
    fn stepping_visits_every_event_and_comes_back(clocks in clocks()) {
        let graph = graph(&clocks);
        let timeline = Timeline { ticks: graph.ticks(), now: now(&graph), changes: &[] };
        let mut playback = Playback::default().apply(Command::Start, &timeline);
        for position in 1..=timeline.head() {
            let before = playback;
            playback = playback.apply(Command::StepEvent(Direction::Forward), &timeline);
            prop_assert_eq!(playback.as_of(&timeline).known, position);
            let back = playback.apply(Command::StepEvent(Direction::Back), &timeline);
            prop_assert_eq!(back.as_of(&timeline).known, before.as_of(&timeline).known);
        }
        prop_assert_eq!(playback.apply(Command::StepEvent(Direction::Forward), &timeline), playback);
    }

    #[test]
    fn what_is_paused_stays_while_the_log_grows(clocks in clocks(), seen in 0..24_usize, elapsed in 0..100_000_u64) {
        let (short, long) = (graph(&clocks[..seen.min(clocks.len())]), graph(&clocks));
        let then = Timeline { ticks: short.ticks(), now: now(&short), changes: &[] };
        let later = Timeline { ticks: long.ticks(), now: now(&long), changes: &[] };
        let paused = Playback::default().apply(Command::Pause, &then);
        prop_assert_eq!(paused.mode, Mode::Paused);
        prop_assert_eq!(paused.tick(elapsed, &later).as_of(&later), paused.as_of(&then));
        let live = Playback::default();
        prop_assert_eq!(live.tick(elapsed, &later).as_of(&later).known, long.head());
    }

    #[test]
    fn a_link_leads_back_to_its_question(clocks in clocks(), commands in prop::collection::vec(command(), 0..8)) {
        let graph = graph(&clocks);
        let timeline = Timeline { ticks: graph.ticks(), now: now(&graph), changes: &[] };
        let playback = after(&commands, &timeline);
        let as_of = playback.as_of(&timeline);
        let (valid, known) = match playback.mode {
            Mode::Live => (None, None),
            Mode::Hindsight => (Some(as_of.valid), None),
            _ => (Some(as_of.valid), Some(as_of.known)),
        };
        prop_assert_eq!(Playback::at(valid, known, &timeline).as_of(&timeline), as_of);
    }
}

#[test]
fn hindsight_keeps_the_time_and_then_keeps_what_was_known() {
    let graph = graph(&[(0, 0), (1_000, 0), (1_000, 2_000), (60_000, 0)]);
    let timeline = Timeline { ticks: graph.ticks(), now: now(&graph), changes: &[2, 4] };
    let then = Playback::default().apply(Command::SeekValid(Time(FIRST + 1_500_000)), &timeline);
    assert_eq!((then.mode, then.as_of(&timeline).known), (Mode::Then, 2));
    let hindsight = then.apply(Command::ToggleHindsight, &timeline);
    assert_eq!(hindsight.as_of(&timeline).known, 4);
    assert_eq!(hindsight.as_of(&timeline).valid, then.as_of(&timeline).valid);
    assert_eq!(hindsight.apply(Command::ToggleHindsight, &timeline), then);
    let flipped = then.apply(Command::StepVerdict(Direction::Forward), &timeline);
    assert_eq!(flipped.as_of(&timeline).known, 4);
    let idle = then.apply(Command::SkipIdle(true), &timeline).apply(Command::Play, &timeline);
    let jumped = idle.tick(11_000, &timeline).as_of(&timeline);
    assert_eq!(jumped.known, 4, "55 of the 60 idle seconds take no time");
}
