//! Ordinary files of any size: what a tool writes on a large project, made from a template.
//!
//! A template (`ordinary/FORMAT.txt`) has sections `head`, `unit` (repeated), `sometimes` (in the place of one unit in
//! twenty), `between` and `tail`. In them `%n%` is the unit's number, `%p%` one of the forty before, `%g%` a group of
//! twenty, `%h%` a hash of the number, `%t%` a time, `%e%` that in seconds since 1970, `%d%` a duration in seconds, `%w%` a
//! word. A format without a template gets its fixture, grown. The same arguments give the same bytes.

use super::chance::Chance;
use super::corpus;
use super::mutate::grow;
use super::target::Target;
use anyhow::{Context, Result, bail};
use shared::import::Format;
use shared::time::Time;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// 2026-11-17T09:00:00Z.
const BASE_SECONDS: i64 = 1_794_906_000;
const WORDS: [&str; 8] = ["dock", "engine", "orbit", "payload", "radar", "solar", "thermal", "crew"];

/// About `bytes` of an ordinary file of `format`.
///
/// # Errors
/// There is no such format, or its template cannot be read.
pub fn file(format: &str, bytes: usize) -> Result<Vec<u8>> {
    let format = Format::parse(format)?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("ordinary/{format}.txt"));
    if !path.is_file() {
        let corpus = corpus::of(Target::Import(format))?;
        let largest = corpus.own.iter().max_by_key(|seed| seed.len()).context("a seed")?;
        return Ok(grow(largest, bytes, &mut Chance::of(1)));
    }
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(Template::of(&text).with_context(|| path.display().to_string())?.fill(bytes))
}

#[derive(Default)]
struct Template<'t> {
    head: &'t str,
    units: Vec<&'t str>,
    sometimes: Vec<&'t str>,
    between: &'t str,
    tail: &'t str,
}

impl<'t> Template<'t> {
    fn of(text: &'t str) -> Result<Self> {
        let mut template = Self::default();
        let sections = text.split("=== ").skip(1);
        for section in sections {
            let (name, body) = section.split_once('\n').context("a section without a line")?;
            match name {
                "head" => template.head = body,
                "unit" => template.units.push(body),
                "sometimes" => template.sometimes.push(body),
                "between" => template.between = body.trim_end_matches('\n'),
                "tail" => template.tail = body,
                other => bail!("unknown section {other:?}"),
            }
        }
        anyhow::ensure!(!template.units.is_empty(), "no unit");
        Ok(template)
    }

    fn fill(&self, bytes: usize) -> Vec<u8> {
        let mut chance = Chance::of(7);
        let mut text = String::with_capacity(bytes + 4_096);
        put(&mut text, self.head, 0, &mut chance);
        let mut n = 0;
        while text.len() < bytes {
            if n > 0 {
                text.push_str(self.between);
            }
            let units =
                if chance.one_in(20) && !self.sometimes.is_empty() { &self.sometimes } else { &self.units };
            put(&mut text, chance.pick(units).copied().unwrap_or(""), n, &mut chance);
            n += 1;
        }
        put(&mut text, self.tail, n, &mut chance);
        text.into_bytes()
    }
}

/// Writes a section as that of unit `n`.
fn put(text: &mut String, section: &str, n: usize, chance: &mut Chance) {
    for (at, part) in section.split('%').enumerate() {
        let seconds = BASE_SECONDS + (n / 4) as i64;
        // Writing to a text cannot fail.
        let _ = match part {
            _ if at % 2 == 0 => text.write_str(part),
            "n" => write!(text, "{n}"),
            "p" => write!(text, "{}", n.saturating_sub(1 + chance.below(40))),
            "g" => write!(text, "{}", n / 20),
            "h" => write!(text, "{:016x}", Chance::of(n as u64).next()),
            "t" => write!(text, "{}", Time(seconds * 1_000_000)),
            "e" => write!(text, "{seconds}"),
            "d" => write!(text, "0.{:03}", chance.below(1_000)),
            "w" => text.write_str(WORDS[chance.below(WORDS.len())]),
            other => write!(text, "%{other}%"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::options;
    use shared::import::{FORMATS, import};

    #[test]
    fn ordinary_files_are_read_without_a_flaw_as_what_they_are() {
        for row in FORMATS {
            let bytes = file(row.name, 40_000).expect(row.name);
            assert_eq!(bytes, file(row.name, 40_000).expect(row.name), "{}", row.name);
            // What a template makes is flawless: strict takes it. What is grown from a fixture need not be.
            let has_template = Path::new("ordinary").join(format!("{}.txt", row.name)).is_file();
            if !has_template {
                continue;
            }
            let imported = import(&bytes, None, &options(true)).expect(row.name);
            assert_eq!(imported.report.format, row.format);
            assert!(imported.report.read > 20, "{}: {:?}", row.name, imported.report);
        }
    }
}
