//! Suites: what they lend their cases, and their counters, which are checked and never believed.

use super::super::cases::Lent;
use super::super::clean;
use super::super::xml::Element;
use crate::event::Outcome;

/// An open suite.
pub(super) struct Suite {
    pub(super) line: u64,
    pub(super) depth: usize,
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) lent: Lent,
    /// What its attributes count.
    said: [Option<u64>; 4],
    pub(super) counted: Counts,
}

/// Counters in the order of [`Counts`].
const COUNTERS: [&str; 4] = ["tests", "failures", "errors", "skipped"];

/// What is in a suite, the suites in it included.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    /// Cases, those with a failure, with an error, not run.
    cases: [u64; 4],
    tries: u64,
}

impl Counts {
    /// One more case.
    pub(super) fn note(&mut self, outcome: Outcome, n_tries: usize) {
        self.cases[0] += 1;
        self.cases[1] += u64::from(outcome == Outcome::Failed);
        self.cases[2] += u64::from(matches!(outcome, Outcome::Error | Outcome::Unknown));
        self.cases[3] += u64::from(outcome == Outcome::Skipped);
        self.tries += n_tries as u64;
    }

    /// Those of a suite within.
    pub(super) fn add(&mut self, inner: Self) {
        for (sum, more) in self.cases.iter_mut().zip(inner.cases) {
            *sum += more;
        }
        self.tries += inner.tries;
    }
}

impl Suite {
    pub(super) fn of(element: &Element<'_>, depth: usize) -> Self {
        Self {
            line: element.line,
            depth,
            name: element.get("name").unwrap_or_default().into_owned(),
            file: element.get("file").as_deref().and_then(clean::name),
            lent: Lent::default(),
            said: COUNTERS.map(|counter| element.get(counter).as_deref().and_then(number)),
            counted: Counts::default(),
        }
    }

    /// Where its counters differ from what is in it.
    pub(super) fn remark(&self) -> Option<String> {
        let differ = |((counter, said), counted): ((&str, Option<u64>), u64)| {
            said.filter(|said| *said != counted).map(|said| format!("{counter}={said} where {counted} are"))
        };
        let pairs = COUNTERS.into_iter().zip(self.said).zip(self.counted.cases);
        let wrong: Vec<String> = pairs.filter_map(differ).collect();
        if wrong.is_empty() {
            return None;
        }
        let tries = match self.counted.tries {
            tries if tries == self.counted.cases[0] => String::new(),
            tries => format!(" (in {tries} tries)"),
        };
        let name = clean::clip(&self.name, 80);
        Some(format!("testsuite {name:?}: counters not believed: {}{tries}", wrong.join(", ")))
    }
}

/// A whole number, its digits grouped or not.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let grouped = || text.chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '\u{a0}')).collect::<String>();
    text.parse().ok().or_else(|| grouped().parse().ok())
}
