//! One moment of the scrubber, and what it runs along. Pure: made from playback and timeline, on both sides.

use crate::clock;
use crate::routes::{Address, address};
use shared::layout::track::Track;
use shared::playback::{Command, Direction, Mode, Playback, Timeline};
use shared::time::{AsOf, Position, Time};
use shared::verdict::ribbon::Transition;

/// Where the scrubber stands, with all that is said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The scrubber.
    pub playback: Playback,
    /// The question it stands for.
    pub as_of: AsOf,
    /// Server time.
    pub now: Time,
    /// Last position of the log.
    pub head: Position,
    /// When the last known event was recorded.
    pub known_at: Time,
    /// Its address.
    pub address: Address,
    /// Where its buttons lead.
    pub steps: Steps,
}

/// Where the scrubber's buttons lead, so that each is a link that works without a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// To the event before.
    pub event_back: Address,
    /// To the event after.
    pub event_forward: Address,
    /// To the verdict change before.
    pub verdict_back: Address,
    /// To the verdict change after.
    pub verdict_forward: Address,
    /// Before the first event.
    pub start: Address,
    /// To the last event.
    pub end: Address,
    /// From as known then to with hindsight, or back.
    pub hindsight: Address,
}

/// What the scrubber runs along.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Strip {
    /// Density, late facts and marks; `None` for an empty log.
    pub track: Option<Track>,
    /// Changes of the verdict, as known then, oldest first.
    pub transitions: Vec<Transition>,
    /// Up to where all of them are found.
    pub searched: Position,
    /// When that was recorded, if the log goes on from there.
    pub searched_until: Option<Time>,
}

/// How the page hears of new events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not at all: the page is as it was served.
    Served,
    /// The stream is open; events came in with this lag, in milliseconds.
    Open,
    /// The stream is open and says nothing since.
    Silent(Time),
    /// The stream is broken since.
    Broken(Time),
    /// There is no stream: the log is made of files, in this browser alone.
    Local,
}

impl Moment {
    /// What `playback` stands for on `timeline`. O(events) at worst.
    #[must_use]
    pub fn of(playback: Playback, timeline: &Timeline<'_>) -> Self {
        let lead = |command| address(&playback.apply(command, timeline), timeline);
        let as_of = playback.as_of(timeline);
        Self {
            playback,
            as_of,
            now: timeline.now,
            head: timeline.head(),
            known_at: timeline.ticks.get(as_of.known).map_or(timeline.start(), |tick| tick.recorded_at),
            address: address(&playback, timeline),
            steps: Steps {
                event_back: lead(Command::StepEvent(Direction::Back)),
                event_forward: lead(Command::StepEvent(Direction::Forward)),
                verdict_back: lead(Command::StepVerdict(Direction::Back)),
                verdict_forward: lead(Command::StepVerdict(Direction::Forward)),
                start: lead(Command::Start),
                end: lead(Command::End),
                hindsight: lead(Command::ToggleHindsight),
            },
        }
    }

    /// The freshness chip.
    #[must_use]
    pub fn chip(&self, link: Link) -> Chip {
        let at = || clock::short(self.as_of.valid, self.now);
        match (self.playback.mode, link) {
            (Mode::Live, Link::Served) => {
                Chip::new("live", format!("as of {}", clock::time_of_day(self.now)))
            }
            (Mode::Live, Link::Local) => Chip::new("paused", "FILES, in this browser alone".to_owned()),
            (Mode::Live, Link::Open) => Chip::new("live", "LIVE".to_owned()),
            (Mode::Live, Link::Silent(since)) => {
                Chip::new("delayed", format!("DELAYED {}", clock::span(self.now.millis_since(since))))
            }
            (Mode::Live, Link::Broken(since)) => {
                Chip::new("offline", format!("OFFLINE since {}", clock::time_of_day(since)))
            }
            (Mode::Paused, _) => Chip::new("paused", format!("PAUSED {}{}", at(), self.unseen())),
            (Mode::Then, _) => Chip::new("then", format!("{} as known then", at())),
            (Mode::Hindsight, _) => Chip::new("hindsight", format!("{} with hindsight", at())),
        }
    }

    fn unseen(&self) -> String {
        match self.head - self.as_of.known {
            0 => String::new(),
            count => format!(", +{count} new"),
        }
    }

    /// What a screen reader says of the scrubber's handle.
    #[must_use]
    pub fn spoken(&self, verdict: &str) -> String {
        let how = match self.playback.mode {
            Mode::Live => "live",
            Mode::Paused => "paused",
            Mode::Then => "as known then",
            Mode::Hindsight => "with hindsight",
        };
        let AsOf { valid, known } = self.as_of;
        format!("{}, event {known} of {}, verdict {verdict}, {how}", clock::full(valid), self.head)
    }
}

/// A chip: its state for the style sheet and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// `live`, `paused`, `then`, `hindsight`, `delayed` or `offline`.
    pub state: &'static str,
    /// Its words.
    pub text: String,
}

impl Chip {
    fn new(state: &'static str, text: String) -> Self {
        Self { state, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Known, Valid};
    use shared::event::{Entry, Hash128};
    use shared::graph::Graph;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn log(times: &[&str]) -> Graph {
        let mut graph = Graph::default();
        for (position, time) in (1_u64..).zip(times) {
            let entry = Entry {
                position,
                recorded_at: at(time),
                happened_at: at(time),
                identity: Hash128::of(&[&[position as u8]]),
                content: Hash128::default(),
                source: "test".to_owned(),
                steward: false,
                clamped: false,
                stream: None,
                batch: None,
                closing: None,
                naming: None,
                facts: Vec::new(),
            };
            graph.push(entry).unwrap();
        }
        graph
    }

    #[test]
    fn chip_says_how_fresh_the_page_is() {
        let graph = log(&["2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"]);
        let now = at("2026-11-24T12:00:30Z");
        let timeline = Timeline { ticks: graph.ticks(), now, changes: &[] };
        let live = Moment::of(Playback::default(), &timeline);
        assert_eq!(live.chip(Link::Open).text, "LIVE");
        assert_eq!(live.chip(Link::Silent(now.plus(-23_000_000))).text, "DELAYED 23 s");
        assert_eq!(live.chip(Link::Broken(now)).state, "offline");
        assert_eq!(live.chip(Link::Served).text, "as of 12:00:30");
        let then =
            Moment::of(Playback::default().apply(Command::StepEvent(Direction::Back), &timeline), &timeline);
        assert_eq!(then.chip(Link::Open), Chip::new("then", "10:00:00 as known then".to_owned()));
        assert_eq!(then.steps.event_forward, (Valid::At(at("2026-11-24T11:00:00Z")), Known::Position(2)));
        let paused = Playback::at(Some(now), Some(1), &timeline);
        assert_eq!(Moment::of(paused, &timeline).chip(Link::Open).text, "PAUSED 12:00:30, +1 new");
    }

    #[test]
    fn every_step_is_an_address_that_leads_back_to_it() {
        let graph = log(&["2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"]);
        let timeline = Timeline { ticks: graph.ticks(), now: at("2026-11-24T12:00:00Z"), changes: &[2] };
        let mut moment = Moment::of(Playback::default(), &timeline);
        for _ in 0..5 {
            let (valid, known) = moment.steps.event_back;
            moment = Moment::of(crate::routes::playback(valid, known, &timeline), &timeline);
            assert_eq!(moment.address, (valid, known));
        }
        assert_eq!(moment.as_of.known, 0);
        let (valid, known) = moment.steps.verdict_forward;
        assert_eq!(crate::routes::playback(valid, known, &timeline).as_of(&timeline).known, 2);
    }
}
