//! The load: events as busy tools send them, from a seed, as NDJSON bodies made before anything is timed.
//!
//! All three streams, about 0.6 KB an event; 1 % of the lines repeat an earlier event, 0.5 % are no event we
//! know (broken JSON, an unknown type, a wrong field), 2 % tell of hours ago. No clock: times follow a fixed one.

use std::fmt::Write;

/// First time of the load, on the fixed day, in milliseconds since midnight.
const NOON_MS: u64 = 12 * 3_600_000;
/// Milliseconds between two events on time.
const PAUSE_MS: u64 = 10;
/// Most that a late event is late, in milliseconds.
const LATE_MS_MAX: u64 = 6 * 3_600_000;
/// Bytes of an event.
const EVENT_BYTES: usize = 600;
/// Duplicates repeat one of so many latest lines.
const REPEATED_LINES: usize = 4_096;

/// A request body.
pub struct Body {
    /// One event a line.
    pub text: String,
    /// Lines in it.
    pub n_events: u64,
}

/// A whole load.
pub struct Load {
    /// Its requests, in order.
    pub bodies: Vec<Body>,
    /// Lines that are events sent for the first time.
    pub n_fresh: u64,
    /// Lines that repeat an earlier one.
    pub n_duplicates: u64,
    /// Lines that must be rejected.
    pub n_invalid: u64,
}

/// A linear congruential generator (Knuth's MMIX constants); the upper bits are the good ones.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) * bound) >> 31
    }
}

impl Load {
    /// `n_events` lines for `iteration`, `n_a_body` in each request.
    pub fn of(iteration: &str, n_events: u64, n_a_body: u64) -> Self {
        let mut load = Self { bodies: Vec::new(), n_fresh: 0, n_duplicates: 0, n_invalid: 0 };
        let mut random = Lcg(20_261_117);
        let mut latest: Vec<String> = Vec::with_capacity(REPEATED_LINES);
        let mut text = String::new();
        let mut n_lines = 0;
        for n in 0..n_events {
            match random.below(1_000) {
                0..10 if !latest.is_empty() => {
                    load.n_duplicates += 1;
                    text.push_str(&latest[random.below(latest.len() as u64) as usize]);
                }
                10..15 => {
                    load.n_invalid += 1;
                    text.push_str(&invalid(&mut random, iteration, n));
                }
                _ => {
                    load.n_fresh += 1;
                    let line = event(&mut random, iteration, n);
                    text.push_str(&line);
                    match latest.get_mut((n as usize) % REPEATED_LINES) {
                        Some(slot) => *slot = line,
                        None => latest.push(line),
                    }
                }
            }
            text.push('\n');
            n_lines += 1;
            if n_lines == n_a_body || n + 1 == n_events {
                load.bodies.push(Body { text: std::mem::take(&mut text), n_events: n_lines });
                n_lines = 0;
            }
        }
        load
    }
}

/// A line that must be rejected, in one of three ways.
fn invalid(random: &mut Lcg, iteration: &str, n: u64) -> String {
    let line = event(random, iteration, n);
    match random.below(3) {
        0 => line[..line.len() - 20].to_owned(),
        1 => line.replacen("\"type\":\"mission.", "\"type\":\"unknown.", 1),
        _ => line.replacen("\"data\":{", "\"data\":{\"surprise\":1,", 1),
    }
}

/// One sound event, padded to [`EVENT_BYTES`] by its subject.
fn event(random: &mut Lcg, iteration: &str, n: u64) -> String {
    let late = if random.below(100) < 2 { random.below(LATE_MS_MAX) } else { 0 };
    let time_ms = NOON_MS + (n * PAUSE_MS) % (10 * 3_600_000) - late;
    let (source, kind, data) = stated(random, n, time_ms);
    let mut line = String::with_capacity(EVENT_BYTES + 16);
    let id = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // Infallible: a String takes whatever is written.
    let _written = write!(
        line,
        "{{\"specversion\":\"1.0\",\"id\":\"{id:016x}-{n}\",\"source\":\"{source}\",\"type\":\"mission.{kind}.v1\",\
         \"time\":\"{}\",\"project\":\"bench\",\"iteration\":\"{iteration}\",\
         \"traceparent\":\"00-{id:016x}{:016x}-{:016x}-01\",\"data\":{data},\"subject\":\"",
        time(time_ms),
        random.below(1 << 31),
        random.below(1 << 31),
    );
    while line.len() < EVENT_BYTES - 2 {
        let _written = write!(line, "/{:08x}", random.below(1 << 31));
    }
    line.push_str("\"}");
    line
}

/// Source, type and data of an event.
fn stated(random: &mut Lcg, n: u64, time_ms: u64) -> (&'static str, &'static str, String) {
    let (run, commit) = (n / 5_000, 0xc0ff_ee00 + n / 50_000);
    match random.below(10) {
        0..4 => {
            let (key, failed) = (random.below(2_000), random.below(50) == 0);
            let end = if failed {
                "\"outcome\":\"failed\",\"error\":\"assertion failed: the answer was 502, expected 200, after 3 tries\""
            } else {
                "\"outcome\":\"passed\""
            };
            let data = format!(
                "{{\"key\":\"pipeline/stage-{}/task-{key}\",\"run\":\"run-{run}\",\"try\":{},{end},\
                 \"queued_at\":\"{}\",\"started_at\":\"{}\",\"commit\":\"{commit:040x}\"}}",
                key % 12,
                1 + random.below(3),
                time(time_ms - 9_000),
                time(time_ms - 7_500),
            );
            ("https://ci.example/acme/shop/actions", "task.finished", data)
        }
        4..7 => {
            let outcome = if random.below(40) == 0 { "failed" } else { "passed" };
            let data = format!(
                "{{\"key\":\"features/area-{}.feature:{}\",\"run\":\"suite-{run}\",\"outcome\":\"{outcome}\",\
                 \"started_at\":\"{}\",\"commit\":\"{commit:040x}\"}}",
                random.below(120),
                random.below(25) * 11,
                time(time_ms - 1_200),
            );
            ("https://ci.example/acme/shop/cucumber", "scenario.finished", data)
        }
        7..9 => {
            let data = format!(
                "{{\"from\":\"src/area-{}/module-{}.ts\",\"to\":\"src/area-{}/module-{}.ts\",\"kind\":\"normal\",\
                 \"weight\":{}}}",
                random.below(40),
                random.below(25),
                random.below(40),
                random.below(25),
                1 + random.below(9),
            );
            ("https://ci.example/acme/shop/architecture", "import.declared", data)
        }
        _ => {
            let data =
                format!("{{\"key\":\"pipeline/nightly-{}\",\"run\":\"run-{run}\"}}", random.below(5_000));
            ("https://ci.example/acme/shop/actions", "task.started", data)
        }
    }
}

/// RFC 3339 on the fixed day.
fn time(ms: u64) -> String {
    let (seconds, rest) = (ms / 1_000, ms % 1_000);
    format!("2025-11-17T{:02}:{:02}:{:02}.{rest:03}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_has_the_promised_mix_and_is_the_same_every_time() {
        let load = Load::of("I", 100_000, 1_000);
        assert_eq!(load.bodies.len(), 100);
        assert_eq!(load.bodies.iter().map(|body| body.n_events).sum::<u64>(), 100_000);
        assert_eq!(load.n_fresh + load.n_duplicates + load.n_invalid, 100_000);
        assert!((900..1_100).contains(&load.n_duplicates), "{}", load.n_duplicates);
        assert!((420..580).contains(&load.n_invalid), "{}", load.n_invalid);
        let bytes: usize = load.bodies.iter().map(|body| body.text.len()).sum();
        assert!((590..630).contains(&(bytes / 100_000)), "{bytes}");
        assert_eq!(Load::of("I", 1_000, 1_000).bodies[0].text, load.bodies[0].text);
    }

    #[test]
    fn times_are_of_one_day() {
        assert_eq!(time(NOON_MS + 61_005), "2025-11-17T12:01:01.005Z");
    }
}
