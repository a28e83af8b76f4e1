//! An explanation for people: each reason with its evidence and whether it is needed, and what the changes lead to.

use crate::cli::failure::Failure;
use crate::cli::print::{Out, count, harmless};
use shared::explain::{Explanation, ReasonChecked};
use shared::time::Position;
use shared::verdict::StreamState;

/// Sentences, and positions of events, shown of a reason.
const SHOWN_MAX: usize = 8;

pub(super) fn print(explanation: &Explanation, out: &mut Out) -> Result<(), Failure> {
    out.line("")?;
    out.line("Explained, by applying what would help and judging again")?;
    for reason in &explanation.reasons {
        print_reason(reason, out)?;
    }
    let checked = &explanation.counterfactual;
    let changes = count(checked.changes, "change", "changes");
    match (checked.changes, checked.holds) {
        (0, true) => out.line("  nothing keeps it from being deployable"),
        (_, true) => out.line(format!("  with {changes} applied the verdict is Deployable")),
        (_, false) => out.line(format!(
            "  with {changes} applied the verdict is {}: what is listed is not enough",
            checked.verdict.words()
        )),
    }
}

fn print_reason(reason: &ReasonChecked, out: &mut Out) -> Result<(), Failure> {
    let left = match reason.alone {
        StreamState::Pass => "passes",
        StreamState::Fail => "fails",
        StreamState::Undecided => "is undecided",
    };
    let needed = if reason.needed { "needed" } else { "follows from the others" };
    let stream = reason.stream.as_str().to_uppercase();
    out.line(format!("  {}  {needed}: with all else repaired {stream} {left}", reason.criterion))?;
    for text in reason.text.iter().take(SHOWN_MAX) {
        out.line(format!("      {}", harmless(text)))?;
    }
    let more = reason.text.len().saturating_sub(SHOWN_MAX) as u64;
    if more > 0 {
        out.line(format!("      and {more} more"))?;
    }
    if reason.evidence.is_empty() {
        Ok(())
    } else {
        out.line(format!("      events {}", events(&reason.evidence)))
    }
}

fn events(positions: &[Position]) -> String {
    let named: Vec<String> =
        positions.iter().take(SHOWN_MAX).map(|position| format!("#{position}")).collect();
    let more = positions.len().saturating_sub(SHOWN_MAX);
    if more > 0 { format!("{} and {more} more", named.join(" ")) } else { named.join(" ") }
}
