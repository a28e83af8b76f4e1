//! A verdict for people: the sentence, the three streams with reasons and gaps, the criteria, what would help.

use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table, harmless};
use shared::id::{Kind, Name, Stream};
use shared::lens::Kpi;
use shared::lens::kpi::Direction;
use shared::verdict::{
    Counterfactual, OverrideInForce, Reason, StreamState, StreamStates, Verdict, VerdictName,
};

/// Gaps, and changes that would help, named one a line; the rest is counted.
const LINES_MAX: usize = 12;

/// Prints the whole record.
pub(super) fn print(verdict: &Verdict, iteration: &Name, out: &mut Out) -> Result<(), Failure> {
    headline(verdict.verdict, &verdict.sentence, out)?;
    out.line(format!("{iteration} as of {}, position {}", verdict.as_of.valid, verdict.as_of.known))?;
    if verdict.verdict == VerdictName::Pending {
        let (best, worst) = (verdict.best.words(), verdict.worst.words());
        out.line(format!("Still possible: {best} at best, {worst} at worst"))?;
    }
    if let Some(record) = &verdict.r#override {
        override_in_force(record, out)?;
    }
    streams(&verdict.streams, out)?;
    criteria("Criteria", &verdict.criteria, out)?;
    deployable_if(&verdict.counterfactual, out)?;
    if let Some(change) = verdict.next_change {
        out.line("")?;
        out.line(format!("Without new events this answer changes at {change}"))?;
    }
    let (policy, engine) = (&verdict.policy_digest, &verdict.engine_version);
    out.line("")?;
    out.line(format!("policy {}, engine {}", harmless(policy), harmless(engine)))
}

/// The verdict and its sentence, without saying it twice.
pub(in crate::cli) fn headline(verdict: VerdictName, sentence: &str, out: &mut Out) -> Result<(), Failure> {
    let words = verdict.words();
    let said = [format!("{words}: "), "HALT, ".to_owned()];
    let rest = said.iter().find_map(|said| sentence.strip_prefix(said.as_str())).unwrap_or(sentence);
    out.line(format!("{}  {}", words.to_uppercase(), harmless(rest)))
}

fn override_in_force(record: &OverrideInForce, out: &mut Out) -> Result<(), Failure> {
    let actor = record.actor.as_deref().unwrap_or("nobody named");
    let scope = if record.scope.is_empty() { "all streams".to_owned() } else { record.scope.join(", ") };
    let until = record.expires_at.map_or_else(|| "without end".to_owned(), |end| format!("until {end}"));
    out.line("")?;
    out.line(format!("OVERRIDE IN FORCE  {}", harmless(&record.reason)))?;
    out.line(format!(
        "  {} by {}, for {}, since {}, {until}",
        harmless(&record.id),
        harmless(actor),
        harmless(&scope),
        record.since
    ))
}

/// The streams, each with its reasons and what is missing.
pub(in crate::cli) fn streams(streams: &StreamStates, out: &mut Out) -> Result<(), Failure> {
    out.line("")?;
    for stream in Stream::ALL {
        let verdict = streams.get(stream);
        let state = match (verdict.state, verdict.not_applicable) {
            (_, true) => "not required, no evidence",
            (StreamState::Pass, _) => "pass",
            (StreamState::Fail, _) => "FAIL",
            (StreamState::Undecided, _) => "undecided",
        };
        out.line(format!("{:<14}{state}", stream_name(stream)))?;
        for reason in &verdict.reasons {
            let kind = if reason.blocking { "" } else { "warning: " };
            out.line(format!("  {kind}{}", harmless(&reason_text(reason))))?;
        }
        let missing = verdict.missing.iter().map(|missing| format!("missing: {missing}"));
        some(missing, "missing", out)?;
    }
    Ok(())
}

/// A reason with violations as who breaks what, not by their keys.
fn reason_text(reason: &Reason) -> String {
    let violations = reason.entities.iter().filter(|id| id.kind == Kind::Violation);
    violations.fold(reason.text.clone(), |text, id| {
        let mut parts = id.key.splitn(3, '|');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(rule), Some(from), None | Some("")) => text.replace(&id.key, &format!("{from} ({rule})")),
            (Some(rule), Some(from), Some(to)) => text.replace(&id.key, &format!("{from} → {to} ({rule})")),
            _ => text,
        }
    })
}

/// The first lines of a list, and how many more there are.
fn some(lines: impl ExactSizeIterator<Item = String>, what: &str, out: &mut Out) -> Result<(), Failure> {
    let more = lines.len().saturating_sub(LINES_MAX);
    for line in lines.take(LINES_MAX) {
        out.line(format!("  {}", harmless(&line)))?;
    }
    if more > 0 {
        out.line(format!("  and {more} more {what}, all with --json"))?;
    }
    Ok(())
}

fn stream_name(stream: Stream) -> &'static str {
    match stream {
        Stream::Dde => "Execution",
        Stream::Bdv => "Behaviour",
        Stream::Acc => "Architecture",
    }
}

/// Key figures against target and exit criterion.
pub(in crate::cli) fn criteria(title: &'static str, kpis: &[Kpi], out: &mut Out) -> Result<(), Failure> {
    if kpis.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        (title, Align::Left),
        ("ACTUAL", Align::Right),
        ("TARGET", Align::Right),
        ("EXIT", Align::Right),
        ("", Align::Left),
    ]);
    for kpi in kpis {
        let sign = match kpi.direction {
            Direction::AtLeast => "≥",
            Direction::Below => "<",
            Direction::AtMost => "≤",
        };
        let actual = kpi.actual.map_or_else(|| "-".to_owned(), |actual| kpi.written(actual));
        let threshold = |value: f64| format!("{sign} {}", kpi.written(value));
        let state = match (kpi.denominator, kpi.met, kpi.target_met) {
            (0, ..) => "not applicable",
            (_, false, _) => "MISSED",
            (_, true, false) => "warning",
            (_, true, true) => "met",
        };
        table.row([kpi.label.clone(), actual, threshold(kpi.target), threshold(kpi.exit), state.to_owned()]);
    }
    out.line("")?;
    table.print(out)
}

/// The changes that would make the iteration deployable.
pub(in crate::cli) fn deployable_if(changes: &[Counterfactual], out: &mut Out) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.line("Deployable if")?;
    some(changes.iter().map(|change| change.change.clone()), "changes", out)
}
