//! The two clocks as values: instants in microseconds and the `AsOf` question. Reads no clock.
//!
//! Refuses: anything that is not RFC 3339, and years outside 0000 to 9999.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 time: {0:?}")]
pub struct TimeError(pub String);

/// An instant: microseconds since 1970-01-01T00:00:00Z. Finer digits are cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

impl Time {
    /// Before everything: the valid time of structure without a time (holds at every V).
    pub const ALWAYS: Time = Time(i64::MIN);
    /// After everything that can be written as RFC 3339.
    pub const MAX: Time = Time(253_402_300_799_999_999);

    /// Parses RFC 3339 with any offset.
    ///
    /// # Errors
    /// [`TimeError`] naming the text (shortened), also for a year beyond 9999.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let refused = || TimeError(text.chars().take(64).collect());
        let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| refused())?;
        let micros = parsed.unix_timestamp_nanos().div_euclid(1_000);
        i64::try_from(micros).map(Self).map_err(|_| refused())
    }

    /// This instant plus `micros`, saturating.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Milliseconds from `earlier` to this instant.
    #[must_use]
    pub fn millis_since(self, earlier: Time) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1_000)
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC; `always` for [`Time::ALWAYS`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Time::ALWAYS {
            return f.write_str("always");
        }
        let text = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .ok()
            .and_then(|t| t.to_offset(UtcOffset::UTC).format(&Rfc3339).ok());
        match text {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}us", self.0),
        }
    }
}

impl FromStr for Time {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        Time::parse(text)
    }
}

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "always" {
            return Ok(Time::ALWAYS);
        }
        Time::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A place in an iteration's log, from 1, without gaps. 0 is before the first event.
pub type Position = u64;

/// The question every query asks: what was true at `valid`, with what was known at `known`.
///
/// `now/now` is live, `T/T` what the screen showed then, `T/now` hindsight. A timestamp K resolves once,
/// at the edge, to a position; so does `now`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AsOf {
    /// When it happened: facts with a later valid time do not count.
    pub valid: Time,
    /// When we learned it: events after this position do not count.
    pub known: Position,
}
