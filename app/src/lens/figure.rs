//! Figures as people read them: shares, durations, times, counts. Whole-number arithmetic, so that server and
//! browser write the same text.

use shared::lens::Kpi;
use shared::lens::kpi::Unit;
use shared::time::Time;

/// A figure of a panel's heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// What it is, in a word.
    pub label: &'static str,
    /// Its value.
    pub value: String,
    /// What follows it: `of 90`.
    pub note: String,
    /// Name of the tone: empty, `missed` (exit) or `warned` (target).
    pub tone: &'static str,
}

impl Figure {
    /// A key figure under its short name.
    #[must_use]
    pub fn of(kpi: &Kpi) -> Self {
        let (label, noted) = short(&kpi.name);
        let note = if noted && kpi.denominator > 0 { of_all(kpi.denominator) } else { String::new() };
        let tone = match (kpi.met, kpi.target_met) {
            (false, _) => "missed",
            (true, false) => "warned",
            (true, true) => "",
        };
        Self { label, value: actual(kpi), note, tone }
    }
}

fn of_all(n: i64) -> String {
    joined(&["of ", &n.to_string()])
}

/// A short name, and whether the population is worth naming.
fn short(name: &str) -> (&'static str, bool) {
    match name {
        "dde.task_success_rate" => ("success", true),
        "dde.retry_rate" => ("retried", false),
        "dde.contract_lock_latency_p95" => ("lock p95", false),
        "bdv.scenario_pass_rate" => ("pass", true),
        "bdv.flake_rate" => ("flaky", false),
        "bdv.execution_time" => ("suite", false),
        "acc.blocking_violations" => ("blocking", false),
        "acc.cyclic_dependencies" => ("cycles", false),
        "acc.average_instability" => ("instability", false),
        "convergence.approval_rate" => ("approval", false),
        "convergence.contract_alignment" => ("aligned", false),
        "convergence.time_travel_latency" => ("time travel", false),
        _ => ("", false),
    }
}

/// The value of a key figure in its unit; "n/a" over an empty population.
#[must_use]
pub fn actual(kpi: &Kpi) -> String {
    if kpi.denominator <= 0 {
        return "n/a".to_owned();
    }
    let value = kpi.actual.unwrap_or(0.0);
    match kpi.unit {
        Unit::Ratio if kpi.name.ends_with("instability") => decimal(value, 2),
        Unit::Ratio => percent(kpi.numerator, kpi.denominator),
        Unit::Count => kpi.numerator.to_string(),
        Unit::Millis => duration(kpi.numerator / kpi.denominator),
    }
}

/// A threshold of a key figure, with its direction: `≥ 95 %`.
#[must_use]
pub fn threshold(kpi: &Kpi, limit: f64) -> String {
    use shared::lens::kpi::Direction;
    let sign = match kpi.direction {
        Direction::AtLeast => "≥ ",
        Direction::Below => "< ",
        Direction::AtMost if limit == 0.0 => "",
        Direction::AtMost => "≤ ",
    };
    let value = match kpi.unit {
        Unit::Ratio if kpi.name.ends_with("instability") => decimal(limit, 1),
        Unit::Ratio => joined(&[&decimal(limit * 100.0, 0), " %"]),
        Unit::Count => decimal(limit, 0),
        Unit::Millis => duration(limit as i64),
    };
    joined(&[sign, &value])
}

/// A share with one digit, cut rather than rounded, so that 94.96 % never reads as a met 95 %.
#[must_use]
pub fn percent(n: i64, all: i64) -> String {
    per_mille(n.saturating_mul(1000) / all.max(1))
}

/// Thousandths as a share: 971 is "97.1 %", 1000 is "100 %".
#[must_use]
pub fn per_mille(tenths: i64) -> String {
    let (whole, rest) = ((tenths / 10).to_string(), (tenths % 10).to_string());
    if tenths % 10 == 0 { joined(&[&whole, " %"]) } else { joined(&[&whole, ".", &rest, " %"]) }
}

/// A number of at least zero with `digits` (at most 3) after the point.
#[must_use]
pub fn decimal(value: f64, digits: u32) -> String {
    let scale = 10_i64.pow(digits.min(3));
    let scaled = (value.clamp(0.0, 1e12) * scale as f64 + 0.5) as i64;
    let whole = (scaled / scale).to_string();
    if digits == 0 {
        return whole;
    }
    let mut rest = (scaled % scale).to_string();
    while rest.len() < digits as usize {
        rest.insert(0, '0');
    }
    joined(&[&whole, ".", &rest])
}

/// Milliseconds as people say it: "52 ms", "0.8 s", "52 s", "4 m 12 s", "2 h 5 m", "3 d 4 h".
#[must_use]
pub fn duration(millis: i64) -> String {
    let millis = millis.max(0);
    let two = |a: i64, unit: &str, b: i64, small: &str| {
        let (a, b) = (a.to_string(), b.to_string());
        if b == "0" { joined(&[&a, unit]) } else { joined(&[&a, unit, " ", &b, small]) }
    };
    match millis {
        0..100 => joined(&[&millis.to_string(), " ms"]),
        100..10_000 => {
            let seconds = decimal(millis as f64 / 1000.0, 1);
            joined(&[seconds.trim_end_matches(".0"), " s"])
        }
        10_000..60_000 => joined(&[&(millis / 1000).to_string(), " s"]),
        60_000..3_600_000 => two(millis / 60_000, " m", millis / 1000 % 60, " s"),
        3_600_000..86_400_000 => two(millis / 3_600_000, " h", millis / 60_000 % 60, " m"),
        _ => two(millis / 86_400_000, " d", millis / 3_600_000 % 24, " h"),
    }
}

/// Microseconds as [`duration`] says them.
#[must_use]
pub fn micros(micros: i64) -> String {
    duration(micros / 1_000)
}

/// A time of day in UTC: "13:58:10".
#[must_use]
pub fn clock(time: Time) -> String {
    let text = time.to_string();
    text.get(11..19).unwrap_or(&text).to_owned()
}

/// Day and time in UTC: "2026-11-24 13:58".
#[must_use]
pub fn day_clock(time: Time) -> String {
    let text = time.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(clock)) => joined(&[day, " ", clock]),
        _ => text,
    }
}

/// A day: "2026-11-24".
#[must_use]
pub fn day(time: Time) -> String {
    let text = time.to_string();
    text.get(..10).unwrap_or(&text).to_owned()
}

/// "1 task", "3 tasks".
#[must_use]
pub fn counted(n: usize, one: &str, many: &str) -> String {
    joined(&[&n.to_string(), " ", if n == 1 { one } else { many }])
}

/// The pieces in a row.
#[must_use]
pub fn joined(pieces: &[&str]) -> String {
    pieces.concat()
}

/// The end of a path that still tells it apart: "…/lens/acc".
#[must_use]
pub fn tail(name: &str, chars_max: usize) -> String {
    let n = name.chars().count();
    if n <= chars_max {
        return name.to_owned();
    }
    let rest: String = name.chars().skip(n - (chars_max - 1)).collect();
    ["…", &rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut() {
        assert_eq!(percent(9_999, 10_000), "99.9 %");
        assert_eq!(percent(10_000, 10_000), "100 %");
        assert_eq!(percent(29, 35), "82.8 %");
        assert_eq!(percent(0, 0), "0 %");
    }

    #[test]
    fn durations_read_like_speech() {
        let said = [7, 800, 52_000, 60_000, 252_000, 7_500_000, 273_600_000].map(duration);
        assert_eq!(said, ["7 ms", "0.8 s", "52 s", "1 m", "4 m 12 s", "2 h 5 m", "3 d 4 h"]);
    }

    #[test]
    fn decimals_keep_their_zeros() {
        assert_eq!(decimal(0.05, 2), "0.05");
        assert_eq!(decimal(0.5, 1), "0.5");
        assert_eq!(decimal(99.0, 0), "99");
    }
}
