//! Scenarios as JUnit XML, every try kept: surefire's elements, which dashboards know.
//!
//! A suite is a spec. A try that failed before a pass is a `flakyFailure`; of tries that all failed the first
//! is the `failure` and the others are `rerunFailure`s. An undecided scenario is `skipped` with the reason in
//! its message, since the format has no word for it.

use crate::id::Name;
use crate::lens::Analysis;
use crate::lens::bdv::{Scenario, Status};
use crate::lens::dde::AttemptView;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The scenarios of `analysis` as one `testsuites` document.
#[must_use]
pub fn junit(analysis: &Analysis, iteration: &Name) -> String {
    let mut suites: BTreeMap<&str, Vec<&Scenario>> = BTreeMap::new();
    for scenario in &analysis.bdv.scenarios {
        suites.entry(scenario.feature.as_deref().unwrap_or("scenarios")).or_default().push(scenario);
    }
    let counts = Counts::of(&analysis.bdv.scenarios.iter().collect::<Vec<_>>());
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    line(&mut xml, 0, &format!("<testsuites name={} {counts}>", quoted(iteration.as_str())));
    for (name, scenarios) in suites {
        let counts = Counts::of(&scenarios);
        line(&mut xml, 1, &format!("<testsuite name={} {counts}>", quoted(name)));
        for scenario in scenarios {
            case(&mut xml, name, scenario);
        }
        line(&mut xml, 1, "</testsuite>");
    }
    line(&mut xml, 0, "</testsuites>");
    xml
}

/// Head counts of a suite, in cases.
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
    micros: i64,
}

impl Counts {
    fn of(scenarios: &[&Scenario]) -> Self {
        let count = |wanted: &[Status]| scenarios.iter().filter(|s| wanted.contains(&s.status)).count();
        Self {
            tests: scenarios.len(),
            failures: count(&[Status::Failed]),
            skipped: count(&[Status::Skipped, Status::Undecided]),
            micros: scenarios.iter().map(|scenario| micros_of(scenario)).sum(),
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { tests, failures, skipped, micros } = self;
        let time = seconds(*micros);
        write!(
            f,
            "tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"{time}\""
        )
    }
}

/// Time of the deciding try, in microseconds; 0 where nobody recorded it.
fn micros_of(scenario: &Scenario) -> i64 {
    scenario.attempts.last().map_or(0, micros)
}

fn micros(attempt: &AttemptView) -> i64 {
    match (attempt.started_at, attempt.finished_at) {
        (Some(start), Some(end)) => end.0.saturating_sub(start.0).max(0),
        _ => 0,
    }
}

fn seconds(micros: i64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn case(xml: &mut String, suite: &str, scenario: &Scenario) {
    let time = seconds(micros_of(scenario));
    let head =
        format!("<testcase name={} classname={} time=\"{time}\"", quoted(&scenario.name), quoted(suite));
    line(xml, 2, &format!("{head}>"));
    let properties = [
        ("mission.scenario", scenario.id.key.clone()),
        ("mission.status", word(scenario.status).to_owned()),
        ("mission.quarantined", scenario.quarantined.to_string()),
    ];
    line(xml, 3, "<properties>");
    for (name, value) in properties {
        line(xml, 4, &format!("<property name=\"{name}\" value={}/>", quoted(&value)));
    }
    line(xml, 3, "</properties>");
    for (element, attempt) in outcomes(scenario) {
        outcome(xml, element, attempt);
    }
    match scenario.status {
        Status::Skipped => line(xml, 3, "<skipped/>"),
        Status::Undecided => {
            let why = scenario.reason.as_deref().unwrap_or("no usable result");
            line(xml, 3, &format!("<skipped message={}/>", quoted(&format!("undecided: {why}"))));
        }
        _ => {}
    }
    line(xml, 2, "</testcase>");
}

const fn word(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Flaky => "flaky",
        Status::Skipped => "skipped",
        Status::Undecided => "undecided",
    }
}

/// Elements of the tries that failed on the code of the deciding try, in order.
fn outcomes(scenario: &Scenario) -> Vec<(&'static str, &AttemptView)> {
    let bad = || scenario.attempts.iter().filter(|attempt| attempt.outcome.is_bad());
    match scenario.status {
        Status::Flaky => bad().map(|attempt| ("flakyFailure", attempt)).collect(),
        Status::Failed => {
            let mut last_row: Vec<&AttemptView> =
                scenario.attempts.iter().rev().take_while(|attempt| attempt.outcome.is_bad()).collect();
            last_row.reverse();
            let element = |i: usize| if i == 0 { "failure" } else { "rerunFailure" };
            last_row.into_iter().enumerate().map(|(i, attempt)| (element(i), attempt)).collect()
        }
        _ => Vec::new(),
    }
}

fn outcome(xml: &mut String, element: &str, attempt: &AttemptView) {
    let text = attempt.error.as_deref().or(attempt.reason.as_deref()).unwrap_or(attempt.outcome.as_str());
    let first = text.lines().next().unwrap_or_default();
    let mut open = format!("<{element} message={}", quoted(first));
    if let Some(start) = attempt.started_at {
        let _infallible = write!(open, " timestamp=\"{start}\" time=\"{}\"", seconds(micros(attempt)));
    }
    line(xml, 3, &format!("{open}>{}</{element}>", escaped(text)));
}

fn line(xml: &mut String, depth: usize, text: &str) {
    xml.extend(std::iter::repeat_n("  ", depth));
    xml.push_str(text);
    xml.push('\n');
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('\n', "&#10;").replace('\t', "&#9;").replace('\r', "&#13;"))
}

/// Escaped, and without the characters that XML 1.0 cannot carry.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
