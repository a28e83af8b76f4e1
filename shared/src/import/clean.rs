//! Foreign texts made fit for us: keys, free text, instants and durations.

use crate::event::Hash128;
use crate::id::{KEY_BYTES_MAX, has_control};
use crate::scan;
use crate::time::Time;
use std::borrow::Cow;

/// Longest error text taken from a file, in bytes; the store keeps 256 of them in the log.
pub(super) const ERROR_BYTES_MAX: usize = 16 << 10;
/// Longest reason or other short text, in bytes.
pub(super) const REASON_BYTES_MAX: usize = 512;
/// Longest name of a thing, in bytes.
pub(super) const NAME_BYTES_MAX: usize = 512;

/// `text` as a natural key: trimmed, control characters as spaces, a long one cut and ended by its hash.
/// `None` if nothing is left.
pub(super) fn key(text: &str) -> Option<String> {
    key_of(text).map(Cow::into_owned)
}

/// [`key`], borrowed where `text` holds it as it is.
pub(super) fn key_of(text: &str) -> Option<Cow<'_, str>> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    let mut key = Cow::Borrowed(trimmed);
    if has_control(trimmed) {
        key = trimmed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    }
    if key.len() > KEY_BYTES_MAX {
        let tail = format!("~{}", Hash128::of(&[text.as_bytes()]));
        key = Cow::Owned(clip(&key, KEY_BYTES_MAX - tail.len()).to_owned() + &tail);
    }
    Some(key)
}

/// The longest start of `text` with at most `bytes_max` bytes.
pub(super) fn clip(text: &str, bytes_max: usize) -> &str {
    if text.len() <= bytes_max {
        return text;
    }
    let end = (0..=bytes_max).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    &text[..end]
}

/// Trimmed and clipped free text; `None` if nothing is left.
pub(super) fn prose(text: &str, bytes_max: usize) -> Option<String> {
    prose_of(text, bytes_max).map(str::to_owned)
}

fn prose_of(text: &str, bytes_max: usize) -> Option<&str> {
    let text = clip(text.trim(), bytes_max).trim_end();
    (!text.is_empty()).then_some(text)
}

/// A name for people: one line of it.
pub(super) fn name(text: &str) -> Option<String> {
    name_of(text).map(Cow::into_owned)
}

/// [`name`], borrowed where `text` holds it as it is.
pub(super) fn name_of(text: &str) -> Option<Cow<'_, str>> {
    if scan::is_plain(text) && has_single_spaces(text.as_bytes()) {
        return prose_of(text, NAME_BYTES_MAX).map(Cow::Borrowed);
    }
    prose(&text.split_whitespace().collect::<Vec<_>>().join(" "), NAME_BYTES_MAX).map(Cow::Owned)
}

/// Whether no two spaces stand side by side.
fn has_single_spaces(mut text: &[u8]) -> bool {
    while let Some(at) = scan::first(text, |byte| byte == b' ') {
        text = &text[at + 1..];
        if text.starts_with(b" ") {
            return false;
        }
    }
    true
}

/// A path as repositories write it: slashes, nothing before the first folder's name.
pub(super) fn path(text: &str) -> Option<String> {
    let path = name(text)?.replace('\\', "/");
    let path = path.strip_prefix("file:").map_or(path.as_str(), |rest| rest.trim_start_matches("//"));
    let path = path.trim_start_matches("./");
    (!path.is_empty()).then(|| path.to_owned())
}

/// An instant, and whether it came without a time zone and was read as UTC.
pub(super) fn instant(text: &str) -> Result<(Time, bool), String> {
    let text = text.trim();
    let refused = || format!("not a time: {:?}", clip(text, 64));
    if let Ok(time) = Time::parse(text) {
        return Ok((time, false));
    }
    let (date, clock) = text.split_once(['T', ' ']).ok_or_else(refused)?;
    let zone_at = clock.rfind(['+', '-', 'Z', 'z']);
    let (clock, zone) = zone_at.map_or((clock, ""), |at| clock.split_at(at));
    let zone: Cow<'_, str> = match (zone.len(), zone.is_ascii()) {
        (0, _) => Cow::Borrowed("Z"),
        (3, true) => Cow::Owned(format!("{zone}:00")),
        (5, true) => Cow::Owned(format!("{}:{}", &zone[..3], &zone[3..])),
        _ => Cow::Borrowed(zone),
    };
    let seconds = if clock.matches(':').count() == 1 { ":00" } else { "" };
    let time = Time::parse(&format!("{date}T{clock}{seconds}{zone}")).map_err(|_| refused())?;
    Ok((time, zone_at.is_none()))
}

/// A duration in seconds as microseconds; commas group digits unless that cannot be.
pub(super) fn seconds(text: &str) -> Result<i64, String> {
    const DAYS_100: f64 = 8_640_000.0;
    let text = text.trim();
    let refused = || format!("not a duration in seconds: {:?}", clip(text, 40));
    let comma = text.bytes().rposition(|byte| byte == b',');
    let plain: Cow<'_, str> = match comma.map(|comma| (comma, text.rfind('.'))) {
        None => Cow::Borrowed(text),
        Some((comma, Some(dot))) if comma < dot => Cow::Owned(text.replace(',', "")),
        Some((_, Some(_))) => Cow::Owned(text.replace('.', "").replace(',', ".")),
        Some((comma, None)) => {
            let grouping = text.len() - comma == 4 && comma > 0 && !text.starts_with('0');
            Cow::Owned(text.replace(',', if grouping { "" } else { "." }))
        }
    };
    let number: f64 = plain.parse().map_err(|_| refused())?;
    if !(0.0..=DAYS_100).contains(&number) {
        return Err(refused());
    }
    // In range, so the cast is exact to a microsecond; +0.5 rounds.
    Ok((number * 1e6 + 0.5) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_without_a_zone_are_utc_and_say_so() {
        let utc = |text| instant(text).expect("a time");
        assert_eq!(utc("2020-12-28T19:51:01.641499"), (utc("2020-12-28T19:51:01.641499Z").0, true));
        assert_eq!(utc("2020-12-28 19:51:01"), (utc("2020-12-28T19:51:01Z").0, true));
        assert_eq!(utc("2020-12-28T20:51:01+0100"), (utc("2020-12-28T19:51:01Z").0, false));
        assert_eq!(utc("2020-12-28T19:51:01.6414991234Z").0, utc("2020-12-28T19:51:01.641499Z").0);
        for bad in ["", "NaN", "yesterday", "10000-01-01T00:00:00Z", "2020-13-01T00:00:00", "2020-12-28Té+1"]
        {
            assert!(instant(bad).expect_err(bad).starts_with("not a time"), "{bad}");
        }
    }

    #[test]
    fn durations_survive_locales_and_refuse_what_is_no_duration() {
        assert_eq!(seconds("0.004"), Ok(4_000));
        assert_eq!(seconds("4,521"), Ok(4_521_000_000));
        assert_eq!(seconds("4,521.5"), Ok(4_521_500_000));
        assert_eq!(seconds("0,004"), Ok(4_000));
        assert_eq!(seconds("12,5"), Ok(12_500_000));
        for bad in ["NaN", "inf", "-1", "1e99", "", "1.2.3", "fast"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_one_line_with_single_spaces() {
        for (text, expected) in
            [(" a  b ", "a b"), ("a b", "a b"), (" a b\n", "a b"), ("a\tb", "a b"), ("ü\u{a0}b", "ü b")]
        {
            assert_eq!(name(text).as_deref(), Some(expected), "{text:?}");
        }
        assert_eq!(name("  "), None);
        assert_eq!(
            name(&format!("{} b", "a".repeat(NAME_BYTES_MAX - 1))),
            Some("a".repeat(NAME_BYTES_MAX - 1))
        );
    }

    #[test]
    fn keys_are_sound_whatever_the_name() {
        assert_eq!(key(" a\tb\n"), Some("a b".to_owned()));
        assert_eq!(key(" \n "), None);
        let (long, other) = ("ü".repeat(900), "ü".repeat(901));
        let (long, other) = (key(&long).expect("a key"), key(&other).expect("a key"));
        assert!(crate::id::check_key(&long).is_ok() && long != other);
    }
}
