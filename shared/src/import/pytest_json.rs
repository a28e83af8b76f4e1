//! pytest-json-report: every test with its stages, what broke in which, and collections that broke.
//!
//! A test has the key that pytest's own JUnit XML gives it (`tests.test_dock.TestDock#test_latch[1]`), so that
//! both reports of a run are about the same scenarios. Outcomes: `xfailed` is skipped and `xpassed` passed, as
//! there; a strict `xpassed` is a failure; `rerun` is what its last stages say, after one try that nobody
//! recorded (the report has room for one only). A collection that broke is a scenario without a usable result:
//! undecided, not failed.
//!
//! `created` is when the report was written, `created` − `duration` when the run began; tests have no times.
//! Requirements and tags come from `metadata` and `user_properties`. Not read: keywords (they mix marks with
//! names of files), log records, warnings, the summary.

mod report;
mod test;

use super::batch::Writer;
use super::cases::{Cases, Lent, Run, broken};
use super::clean;
use super::document::{Broken, Lines, check_whole, each_element, parse};
use super::look::{Fit, Look};
use crate::event::Outcome;
use crate::time::Time;
use report::{Collector, Head, Test};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Variables of CI systems that hold the commit, as pytest-metadata keeps them.
const COMMITS: [&str; 6] =
    ["GITHUB_SHA", "GIT_COMMIT", "CI_COMMIT_SHA", "TRAVIS_COMMIT", "BITBUCKET_COMMIT", "BUILD_SOURCEVERSION"];

/// Whether a file is a report of pytest-json-report.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&["created", "exitcode"], &["tests", "summary"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    check_whole(text)?;
    let head: Head<'_> = parse(text)
        .map_err(|(line, reason)| Broken::at(line + 1, format!("no pytest-json-report: {reason}")))?;
    let mut reading =
        Reading { cases: Cases::of(writer.run_key(None)), broken: 0, lines: Lines::of(text), writer };
    let run = reading.run(&head);
    if let Some(collectors) = head.collectors {
        reading.each(collectors, "collectors", Reading::collector)?;
    }
    match head.tests {
        Some(tests) => reading.each(tests, "tests", Reading::test)?,
        None => reading.writer.issues.note(1, "tests: missing, a summary only"),
    }
    reading.close(run, head.exitcode);
    Ok(())
}

/// What the report so far has said.
struct Reading<'r, 'w, 't> {
    writer: &'r mut Writer<'w>,
    lines: Lines<'t>,
    cases: Cases,
    /// Collections that broke.
    broken: usize,
}

impl<'t> Reading<'_, '_, 't> {
    /// Takes every element of `list`; one that cannot be read is refused alone.
    fn each<T: Deserialize<'t>>(
        &mut self,
        list: &'t RawValue,
        field: &str,
        take: fn(&mut Self, u64, T) -> Result<(), String>,
    ) -> Result<(), Broken> {
        let mut n = 0_usize;
        let line = self.lines.line_of(list.get());
        let walked = each_element(list.get(), |json| {
            let line = self.lines.line_of(json);
            let taken = match parse::<T>(json) {
                Ok(element) => take(self, line, element).map_err(|reason| (line, reason)),
                Err((below, reason)) => Err((line + below, reason)),
            };
            match taken {
                Ok(()) => self.writer.use_one(),
                Err((line, reason)) => self.writer.issues.reject(line, format!("{field}[{n}].{reason}")),
            }
            n += 1;
        });
        walked.map_err(|reason| Broken::at(line, format!("{field}: {reason}")))
    }

    /// Name and times of the run, so far as they can be read.
    fn run(&mut self, head: &Head<'_>) -> Run {
        let mut seconds = |field: &str, raw: Option<&RawValue>| {
            let line = raw.map(|raw| self.lines.line_of(raw.get()));
            let read = raw.map(|raw| micros(raw.get()))?;
            if read.is_none() {
                let reason = format!("{field}: not a number of seconds");
                self.writer.issues.flaw(line.unwrap_or(1), reason);
            }
            read
        };
        let created = seconds("created", head.created).map(Time);
        let lasted = seconds("duration", head.duration);
        let environment = head.environment.map(|raw| serde_json::from_str(raw.get()));
        let environment: BTreeMap<Cow<'_, str>, &RawValue> =
            environment.and_then(Result::ok).unwrap_or_default();
        let said = |name: &str| environment.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok());
        let python = said("Python").map(|version: Cow<'_, str>| format!("Python {version}"));
        let commit = COMMITS.into_iter().find_map(said).and_then(|text| clean::name(&text));
        Run {
            outcome: Outcome::Passed,
            reason: None,
            name: python.as_deref().and_then(clean::name),
            commit,
            started_at: created.zip(lasted).map(|(end, lasted)| end.plus(-lasted)).filter(|at| at.0 >= 0),
            finished_at: created,
        }
    }

    fn collector(&mut self, line: u64, collector: Collector<'_>) -> Result<(), String> {
        let Some(attempt) = collector.attempt(line) else {
            return Ok(());
        };
        self.broken += usize::from(attempt.outcome == Outcome::Unknown);
        let case = test::case_of(&collector.nodeid);
        let key = case.key().ok_or("nodeid: empty, and it was not collected")?;
        self.cases.declare(line, &key, case, Lent::default(), self.writer);
        self.cases.add(&key, attempt, self.writer);
        Ok(())
    }

    fn test(&mut self, line: u64, test: Test<'_>) -> Result<(), String> {
        let mut case = test::case_of(&test.nodeid);
        let key = case.key().ok_or("nodeid: empty")?;
        let tries = test.tries(line)?;
        test.properties(&mut case);
        if self.cases.is_new(&key) {
            self.cases.declare(line, &key, case, Lent::default(), self.writer);
        }
        for attempt in tries {
            self.cases.add(&key, attempt, self.writer);
        }
        Ok(())
    }

    /// The run is as bad as its tests; where they say nothing bad, as its exit code.
    fn close(self, run: Run, exitcode: Option<i64>) {
        let (outcome, reason) = match (self.cases.reason(), exitcode, self.broken) {
            (Some(reason), ..) => (Outcome::Failed, Some(reason)),
            (None, Some(3), _) => (Outcome::Error, Some("pytest had an internal error".to_owned())),
            (None, Some(4), _) => (Outcome::Error, Some("pytest was called wrongly".to_owned())),
            (None, _, 1..) => (Outcome::Unknown, Some(broken(self.broken))),
            (None, Some(2), _) => (Outcome::Cancelled, Some("pytest was interrupted".to_owned())),
            (None, None | Some(0 | 5), _) => (Outcome::Passed, None),
            (None, Some(code), _) => {
                (Outcome::Failed, Some(format!("pytest ended with {code} although no test failed")))
            }
        };
        self.cases.close(1, Run { outcome, reason, ..run }, self.writer);
    }
}

/// A number of seconds as microseconds; `None` for what is none between the years 1970 and 9999.
fn micros(json: &str) -> Option<i64> {
    let seconds: f64 = serde_json::from_str(json).ok()?;
    let in_range = (0.0..=Time::MAX.0 as f64 / 1e6).contains(&seconds);
    // In range, so the cast is exact to a microsecond; +0.5 rounds.
    in_range.then_some((seconds * 1e6 + 0.5) as i64)
}
