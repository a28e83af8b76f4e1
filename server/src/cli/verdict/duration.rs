//! Durations as people write them: `90s`, `10m`, `1h30m`, `500ms`, or seconds alone.

use std::time::Duration;

/// Longest duration, in seconds: a week.
const SECONDS_MAX: u64 = 7 * 24 * 3600;

/// Reads a duration.
///
/// # Errors
/// A sentence that says what one looks like.
pub(in crate::cli) fn duration(text: &str) -> Result<Duration, String> {
    let refused = || format!("{text:?} is no duration; give 90s, 10m, 1h30m or 500ms, at most 168h");
    let (mut rest, mut total) = (text, Duration::ZERO);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().map_err(|_| refused())?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit_ms: u64 = match &rest[..letters] {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(refused()),
        };
        rest = &rest[letters..];
        let part = number.checked_mul(unit_ms).ok_or_else(refused)?;
        total = total.checked_add(Duration::from_millis(part)).ok_or_else(refused)?;
    }
    if text.is_empty() || total.as_secs() > SECONDS_MAX { Err(refused()) } else { Ok(total) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, ms) in
            [("90s", 90_000), ("10m", 600_000), ("1h30m", 5_400_000), ("500ms", 500), ("7", 7_000), ("0", 0)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for bad in ["", "fast", "-1s", "1.5h", "1d", "s", "1s ", "169h", "99999999999999999999h", "1é"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
