//! `v` and `k` of an address: when it happened and when we learned it, before `now` is resolved.

use shared::playback::{Mode, Playback, Timeline};
use shared::time::{Position, Time};

/// Both clocks of an address.
pub type Address = (Valid, Known);

/// When it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Valid {
    /// Now.
    Now,
    /// At this instant.
    At(Time),
    /// So many microseconds before now.
    Ago(i64),
}

/// When we learned it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Now.
    Now,
    /// As known when it happened.
    Same,
    /// By this instant.
    At(Time),
    /// Up to this position of the log.
    Position(Position),
}

impl Valid {
    /// Reads `now`, `live`, RFC 3339 or `-15m` (units s, m, h, d).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "now" | "live" => Some(Valid::Now),
            _ => match text.strip_prefix('-') {
                Some(span) => micros(span).map(Valid::Ago),
                None => Time::parse(text).ok().map(Valid::At),
            },
        }
    }

    /// As it stands in an address; `None` for now.
    #[must_use]
    pub fn text(self) -> Option<String> {
        match self {
            Valid::Now => None,
            Valid::At(time) => Some(time.to_string()),
            Valid::Ago(micros) => Some(format!("-{}", span(micros))),
        }
    }
}

impl Known {
    /// Reads `now`, `same`, a log position or RFC 3339.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "now" | "live" => Some(Known::Now),
            "same" => Some(Known::Same),
            _ => match text.parse() {
                Ok(position) => Some(Known::Position(position)),
                Err(_) => Time::parse(text).ok().map(Known::At),
            },
        }
    }

    /// As it stands in an address; `None` for now.
    #[must_use]
    pub fn text(self) -> Option<String> {
        match self {
            Known::Now => None,
            Known::Same => Some("same".to_owned()),
            Known::At(time) => Some(time.to_string()),
            Known::Position(position) => Some(position.to_string()),
        }
    }
}

/// Where the scrubber stands for an address.
#[must_use]
pub fn playback(valid: Valid, known: Known, timeline: &Timeline<'_>) -> Playback {
    let valid = match valid {
        Valid::Now => None,
        Valid::At(time) => Some(time),
        Valid::Ago(micros) => Some(timeline.now.plus(-micros)),
    };
    let known = match (known, valid) {
        (Known::Now, _) | (Known::Same, None) => None,
        (Known::Same, Some(valid)) => Some(timeline.known_at(valid)),
        (Known::At(time), _) => Some(timeline.known_at(time)),
        (Known::Position(position), _) => Some(position),
    };
    Playback::at(valid, known, timeline)
}

/// The address of where the scrubber stands.
#[must_use]
pub fn address(playback: &Playback, timeline: &Timeline<'_>) -> Address {
    let as_of = playback.as_of(timeline);
    match playback.mode {
        Mode::Live => (Valid::Now, Known::Now),
        Mode::Hindsight => (Valid::At(as_of.valid), Known::Now),
        Mode::Then | Mode::Paused => (Valid::At(as_of.valid), Known::Position(as_of.known)),
    }
}

const UNITS: [(i64, char); 4] =
    [(86_400_000_000, 'd'), (3_600_000_000, 'h'), (60_000_000, 'm'), (1_000_000, 's')];

/// Reads `15m`.
fn micros(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let (micros, _) = UNITS.into_iter().find(|(_, name)| *name == unit)?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    i64::from(number).checked_mul(micros)
}

fn span(micros: i64) -> String {
    let whole = |unit: &&(i64, char)| micros % unit.0 == 0;
    let (unit, name) = UNITS.iter().find(whole).copied().unwrap_or((1_000_000, 's'));
    format!("{}{name}", micros / unit)
}
