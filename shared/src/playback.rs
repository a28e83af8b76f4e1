//! Playback: the scrubber as a value and commands on it; turns a position on the timeline into an `AsOf`.
//!
//! Modes: [`Mode::Live`] follows now/now; [`Mode::Paused`] holds any fixed V and K; [`Mode::Then`] is T/T, what
//! the screen showed; [`Mode::Hindsight`] is T/now. Everything is a pure function of the value, the command and
//! the [`Timeline`]: the same commands always give the same question. A frame that advances the clock by a then
//! by b ends where one that advances it by a + b does.
//!
//! Not here: clocks (the page says how much time went by and what now is), keys, drawing, comparing two times.

mod timeline;

pub use timeline::Timeline;

use crate::time::{AsOf, Position, Time};
use serde::{Deserialize, Serialize};

/// Milliseconds an event is shown for at [`Speed::Event`].
pub const EVENT_MILLIS: u64 = 300;
/// What of a gap between two events is played when idle time is skipped, in microseconds.
pub const IDLE_MICROS: i64 = 10_000_000;

/// What the two clocks are bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// V and K are now; follows the log.
    Live,
    /// V and K stand where they were put, apart from each other; never resumes by itself.
    Paused,
    /// K is what was known at V.
    Then,
    /// K is now.
    Hindsight,
}

/// How fast playing moves V.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speed {
    /// 0.25 times.
    Quarter,
    /// 0.5 times.
    Half,
    /// As it happened.
    One,
    /// 2 times.
    Two,
    /// 5 times.
    Five,
    /// 10 times.
    Ten,
    /// 60 times.
    Sixty,
    /// One event every [`EVENT_MILLIS`].
    Event,
}

impl Speed {
    /// All speeds, slowest first, events last.
    pub const ALL: [Speed; 8] = [
        Speed::Quarter,
        Speed::Half,
        Speed::One,
        Speed::Two,
        Speed::Five,
        Speed::Ten,
        Speed::Sixty,
        Speed::Event,
    ];

    /// Hundredths of real time; `None` for [`Speed::Event`].
    #[must_use]
    pub const fn hundredths(self) -> Option<i64> {
        match self {
            Speed::Quarter => Some(25),
            Speed::Half => Some(50),
            Speed::One => Some(100),
            Speed::Two => Some(200),
            Speed::Five => Some(500),
            Speed::Ten => Some(1_000),
            Speed::Sixty => Some(6_000),
            Speed::Event => None,
        }
    }
}

/// Which way a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the earlier one.
    Back,
    /// To the later one.
    Forward,
}

/// What a person (or a key, or a link) asks of the scrubber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Moves V on by itself from where it stands. Live moves already.
    Play,
    /// Stops; live becomes paused at now.
    Pause,
    /// Plays or pauses, whichever it does not.
    TogglePlay,
    /// Follows now.
    Live,
    /// Moves V; as known then, unless in hindsight.
    SeekValid(Time),
    /// Moves V by microseconds from where it stands.
    Nudge(i64),
    /// Moves K alone; V stays.
    SeekKnown(Position),
    /// To the event before or after: in the order of learning, or in hindsight of happening.
    StepEvent(Direction),
    /// To the verdict change before or after, as known then.
    StepVerdict(Direction),
    /// Before the first event.
    Start,
    /// To the last event, as known then.
    End,
    /// Sets the speed.
    Speed(Speed),
    /// Sets whether long gaps are skipped.
    SkipIdle(bool),
    /// Between as known then and with hindsight.
    ToggleHindsight,
}

/// Where the scrubber stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Playback {
    /// What the clocks are bound to.
    pub mode: Mode,
    /// V, unless live.
    valid: Time,
    /// K, if paused or then.
    known: Position,
    /// Whether V moves by itself.
    pub playing: bool,
    /// How fast.
    pub speed: Speed,
    /// Whether gaps beyond [`IDLE_MICROS`] are skipped.
    pub skips_idle: bool,
    /// Milliseconds played since the last event at [`Speed::Event`].
    carry: u64,
}

impl Default for Playback {
    fn default() -> Self {
        Self {
            mode: Mode::Live,
            valid: Time::ALWAYS,
            known: 0,
            playing: false,
            speed: Speed::One,
            skips_idle: false,
            carry: 0,
        }
    }
}

impl Playback {
    /// Where a link's `v` and `k` lead: live without both, hindsight without `k`, else that very question.
    #[must_use]
    pub fn at(valid: Option<Time>, known: Option<Position>, timeline: &Timeline<'_>) -> Self {
        let live = Self::default();
        match (valid, known) {
            (None, None) => live,
            (Some(valid), None) => Self { mode: Mode::Hindsight, valid, ..live },
            (valid, Some(known)) => {
                Self { valid: valid.unwrap_or(timeline.now), ..live }.with_known(known, timeline)
            }
        }
    }

    /// The question it stands for.
    #[must_use]
    pub fn as_of(&self, timeline: &Timeline<'_>) -> AsOf {
        let head = timeline.head();
        match self.mode {
            Mode::Live => AsOf { valid: timeline.now, known: head },
            Mode::Hindsight => AsOf { valid: self.valid, known: head },
            Mode::Paused | Mode::Then => AsOf { valid: self.valid, known: self.known.min(head) },
        }
    }

    /// Events in the log that the answer leaves out because they were learned later.
    #[must_use]
    pub fn n_unseen(&self, timeline: &Timeline<'_>) -> u64 {
        timeline.head() - self.as_of(timeline).known
    }

    /// Obeys a command.
    #[must_use]
    pub fn apply(self, command: Command, timeline: &Timeline<'_>) -> Self {
        let here = self.as_of(timeline);
        match command {
            Command::Play => self.play(timeline),
            Command::Pause => self.pause(here),
            Command::TogglePlay if self.playing || self.mode == Mode::Live => self.pause(here),
            Command::TogglePlay => self.play(timeline),
            Command::Live => Self { mode: Mode::Live, playing: false, carry: 0, ..self },
            Command::SeekValid(valid) => self.with_valid(valid, timeline),
            Command::Nudge(micros) => self.with_valid(here.valid.plus(micros), timeline),
            Command::SeekKnown(known) => Self { valid: here.valid, ..self }.with_known(known, timeline),
            Command::StepEvent(direction) => self.step_event(direction, timeline),
            Command::StepVerdict(direction) => match timeline.verdict_change(here.known, direction) {
                Some(position) => self.then_at(position, timeline),
                None => self,
            },
            Command::Start => self.with_valid(timeline.start(), timeline),
            Command::End => self.then_at(timeline.head(), timeline),
            Command::Speed(speed) => Self { speed, carry: 0, ..self },
            Command::SkipIdle(skips_idle) => Self { skips_idle, ..self },
            Command::ToggleHindsight => match self.mode {
                Mode::Live => self,
                Mode::Then | Mode::Paused => Self { mode: Mode::Hindsight, ..self },
                Mode::Hindsight => Self { mode: Mode::Then, known: timeline.known_at(self.valid), ..self },
            },
        }
    }

    /// Lets `elapsed_ms` of real time go by. Playing ends live once V reaches now.
    #[must_use]
    pub fn tick(self, elapsed_ms: u64, timeline: &Timeline<'_>) -> Self {
        if !self.playing || self.mode == Mode::Live {
            return self;
        }
        match self.speed.hundredths() {
            Some(hundredths) => {
                let elapsed = i64::try_from(elapsed_ms).unwrap_or(i64::MAX);
                self.advance(elapsed.saturating_mul(10).saturating_mul(hundredths), timeline)
            }
            None => self.advance_events(elapsed_ms, timeline),
        }
    }

    fn play(self, timeline: &Timeline<'_>) -> Self {
        match self.mode {
            Mode::Live => self,
            Mode::Then | Mode::Hindsight => Self { playing: true, ..self },
            Mode::Paused => Self { playing: true, ..self.with_valid(self.valid, timeline) },
        }
    }

    fn pause(self, here: AsOf) -> Self {
        let stopped = Self { playing: false, carry: 0, ..self };
        match self.mode {
            Mode::Live => Self { mode: Mode::Paused, valid: here.valid, known: here.known, ..stopped },
            _ => stopped,
        }
    }

    fn with_valid(self, valid: Time, timeline: &Timeline<'_>) -> Self {
        let valid = valid.max(timeline.start()).min(timeline.now);
        let mode = if self.mode == Mode::Hindsight { Mode::Hindsight } else { Mode::Then };
        Self { mode, valid, known: timeline.known_at(valid), carry: 0, ..self }
    }

    fn with_known(self, known: Position, timeline: &Timeline<'_>) -> Self {
        let known = known.min(timeline.head());
        // Several events of one instant: each of them was, for a moment, what the screen showed then.
        let is_then = known == timeline.known_at(self.valid)
            || (known > 0 && timeline.recorded_at(known) == self.valid);
        let mode = if is_then { Mode::Then } else { Mode::Paused };
        Self { mode, known, playing: self.playing && is_then, carry: 0, ..self }
    }

    /// What the screen showed when `position` had just been recorded (before the first event for 0).
    fn then_at(self, position: Position, timeline: &Timeline<'_>) -> Self {
        let valid = timeline.recorded_at(position);
        Self { mode: Mode::Then, valid, known: position, carry: 0, ..self }
    }

    fn step_event(self, direction: Direction, timeline: &Timeline<'_>) -> Self {
        if self.mode == Mode::Hindsight {
            return match timeline.happening(self.valid, direction) {
                Some(valid) => Self { valid, carry: 0, ..self },
                None => self,
            };
        }
        let here = self.as_of(timeline).known;
        match direction {
            Direction::Back => self.then_at(here.saturating_sub(1), timeline),
            Direction::Forward if here >= timeline.head() => self,
            Direction::Forward => self.then_at(here + 1, timeline),
        }
    }

    fn advance(mut self, micros: i64, timeline: &Timeline<'_>) -> Self {
        self.valid = match self.skips_idle {
            true => self.valid_beyond_idle(micros, timeline),
            false => self.valid.plus(micros).min(timeline.now),
        };
        if self.valid >= timeline.now {
            return Self { mode: Mode::Live, playing: false, carry: 0, ..self };
        }
        Self { known: timeline.known_at(self.valid), ..self }
    }

    /// Where V is after `micros` in which the idle part of every gap takes no time.
    fn valid_beyond_idle(self, mut micros: i64, timeline: &Timeline<'_>) -> Time {
        let mut valid = self.valid;
        while valid < timeline.now {
            let gap = timeline.gap(valid, self.mode == Mode::Hindsight);
            let fold = gap.from.plus(IDLE_MICROS).min(gap.to);
            if valid >= fold {
                valid = gap.to;
                continue;
            }
            if micros == 0 {
                break;
            }
            let taken = micros.min(fold.0.saturating_sub(valid.0));
            valid = valid.plus(taken);
            micros -= taken;
        }
        valid
    }

    fn advance_events(self, elapsed_ms: u64, timeline: &Timeline<'_>) -> Self {
        let mut next = self;
        let played = self.carry.saturating_add(elapsed_ms);
        for _ in 0..(played / EVENT_MILLIS).min(timeline.head() + 1) {
            let stepped = next.step_event(Direction::Forward, timeline);
            if stepped.as_of(timeline) == next.as_of(timeline) {
                return Self { mode: Mode::Live, playing: false, carry: 0, ..next };
            }
            next = stepped;
        }
        Self { carry: played % EVENT_MILLIS, ..next }
    }
}
