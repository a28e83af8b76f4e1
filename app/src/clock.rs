//! Times and spans as people read them. UTC throughout: two people who look at one page read one time.

use shared::time::Time;

/// Hours, minutes and seconds: `13:58:10`.
#[must_use]
pub fn time_of_day(time: Time) -> String {
    part(time, 11, 19)
}

/// The date: `2026-11-24`.
#[must_use]
pub fn date(time: Time) -> String {
    part(time, 0, 10)
}

/// Date and time of day.
#[must_use]
pub fn full(time: Time) -> String {
    if time == Time::ALWAYS {
        "always".to_owned()
    } else {
        format!("{} {} UTC", date(time), time_of_day(time))
    }
}

/// The time of day, with its date unless that is `today`'s.
#[must_use]
pub fn short(time: Time, today: Time) -> String {
    if date(time) == date(today) {
        time_of_day(time)
    } else {
        format!("{} {}", date(time), part(time, 11, 16))
    }
}

fn part(time: Time, from: usize, to: usize) -> String {
    time.to_string().get(from..to).unwrap_or("–").to_owned()
}

/// A span in its two largest units: `3 m 34 s`, `2 d 4 h`, `40 ms`.
#[must_use]
pub fn span(millis: i64) -> String {
    let millis = millis.max(0);
    let (seconds, minutes) = (millis / 1_000, millis / 60_000);
    let (hours, days) = (minutes / 60, minutes / 1_440);
    match () {
        () if millis < 1_000 => format!("{millis} ms"),
        () if seconds < 60 => format!("{seconds} s"),
        () if minutes < 60 => format!("{minutes} m {} s", seconds % 60),
        () if hours < 48 => format!("{hours} h {} m", minutes % 60),
        () => format!("{days} d {} h", hours % 24),
    }
}

/// Reads what a person types for a time: RFC 3339, `14:03`, `14:03:22` (on `day`'s date) or `-15m` (before `now`).
#[must_use]
pub fn typed(text: &str, day: Time, now: Time) -> Option<Time> {
    let text = text.trim();
    if let Some(crate::routes::Valid::Ago(micros)) = crate::routes::Valid::parse(text) {
        return Some(now.plus(-micros));
    }
    if let Ok(time) = Time::parse(text) {
        return Some(time);
    }
    let seconds = if text.matches(':').count() == 1 { ":00" } else { "" };
    let spaced = text.replacen(' ', "T", 1);
    let candidates = [
        format!("{}T{text}{seconds}Z", date(day)),
        format!("{spaced}{seconds}Z"),
        format!("{text}T00:00:00Z"),
    ];
    candidates.iter().find_map(|candidate| Time::parse(candidate).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn spans_have_two_units() {
        for (millis, text) in [
            (-5, "0 ms"),
            (40, "40 ms"),
            (59_999, "59 s"),
            (214_000, "3 m 34 s"),
            (7_200_000, "2 h 0 m"),
            (200_000_000, "2 d 7 h"),
        ] {
            assert_eq!(span(millis), text);
        }
    }

    #[test]
    fn typed_times_are_read_on_the_day_shown() {
        let (day, now) = (at("2026-11-24T09:00:00Z"), at("2026-11-25T09:00:00Z"));
        for (text, time) in [
            ("14:03", "2026-11-24T14:03:00Z"),
            (" 14:03:22 ", "2026-11-24T14:03:22Z"),
            ("-15m", "2026-11-25T08:45:00Z"),
            ("2026-11-20T01:02:03+01:00", "2026-11-20T00:02:03Z"),
            ("2026-11-20 01:02", "2026-11-20T01:02:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
        ] {
            assert_eq!(typed(text, day, now), Some(at(time)), "{text}");
        }
        for bad in ["", "25:00", "soon", "-", "14"] {
            assert_eq!(typed(bad, day, now), None, "{bad}");
        }
    }

    #[test]
    fn short_leaves_out_what_is_known() {
        assert_eq!(short(at("2026-11-24T09:08:07Z"), at("2026-11-24T20:00:00Z")), "09:08:07");
        assert_eq!(short(at("2026-11-23T09:08:07Z"), at("2026-11-24T20:00:00Z")), "2026-11-23 09:08");
    }
}
