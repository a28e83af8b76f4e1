//! The two clocks as values: instants in microseconds and the `AsOf` question. Reads no clock.
//!
//! Refuses: anything that is not RFC 3339, and years outside 0000 to 9999.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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

    /// Microseconds from `earlier` to this instant; `None` if that was later.
    #[must_use]
    pub fn micros_after(self, earlier: Time) -> Option<i64> {
        (self >= earlier).then(|| self.0.saturating_sub(earlier.0))
    }

    /// Milliseconds from `earlier` to this instant.
    #[must_use]
    pub fn millis_since(self, earlier: Time) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1_000)
    }
}

/// 0000-01-01T00:00:00Z, the first instant that RFC 3339 can write.
const YEAR_ZERO: i64 = -62_167_219_200_000_000;

/// Year, month and day of the day that is `days` after 1970-01-01, by the Gregorian calendar.
///
/// `civil_from_days` of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years start in March, so that the
/// day that is not always there is the last one; 400 years (146,097 days) repeat.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day - (153 * from_march + 2) / 5 + 1)
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC; `always` for [`Time::ALWAYS`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Time::ALWAYS {
            return f.write_str("always");
        }
        if !(YEAR_ZERO..=Time::MAX.0).contains(&self.0) {
            return write!(f, "{}us", self.0);
        }
        let (seconds, micros) = (self.0.div_euclid(1_000_000), self.0.rem_euclid(1_000_000));
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        let parts = [
            (0, 4, year),
            (5, 2, month),
            (8, 2, day),
            (11, 2, hour),
            (14, 2, minute),
            (17, 2, second),
            (20, 6, micros),
        ];
        for (at, digits, mut number) in parts {
            for place in (at..at + digits).rev() {
                text[place] = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        // No point without a fraction, no zeros at its end.
        let mut end = 26;
        while end > 19 && matches!(text[end - 1], b'0' | b'.') {
            end -= 1;
            if text[end] == b'.' {
                break;
            }
        }
        text[end] = b'Z';
        f.write_str(std::str::from_utf8(&text[..=end]).unwrap_or(""))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_standard_wants_them() {
        // Odd steps over all years, and around what is special.
        let steps = (YEAR_ZERO..=Time::MAX.0).step_by(39_916_801_234_567);
        let special =
            [0, 1, -1, 999_999, 1_000_000, 100_000, 951_782_400_000_000, 951_868_799_000_000, Time::MAX.0];
        for micros in steps.chain(special).chain([YEAR_ZERO]) {
            let time =
                OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).expect("in range");
            assert_eq!(Time(micros).to_string(), time.format(&Rfc3339).expect("RFC 3339"), "{micros}");
        }
        assert_eq!(Time(YEAR_ZERO - 1).to_string(), "-62167219200000001us");
        assert_eq!(Time(Time::MAX.0 + 1).to_string(), "253402300800000000us");
        assert_eq!(Time::ALWAYS.to_string(), "always");
    }
}
