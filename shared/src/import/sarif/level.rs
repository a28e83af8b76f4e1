//! Kinds and levels of results, and what suppressions say.

use super::super::document::Text;
use super::log::Suppression;
use crate::event::{Baseline, Severity, Waiver};

/// What a result is, by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A violation, as severe as its level.
    Fail,
    /// Somebody has to look: noted.
    Open,
    /// The rule holds here.
    Pass,
    /// Says nothing about a rule.
    Other,
}

/// `fail` without; an unknown kind is an error.
pub(super) fn kind_of(kind: Option<&str>) -> Result<Kind, String> {
    Ok(match kind.unwrap_or("fail") {
        "fail" => Kind::Fail,
        "open" | "review" => Kind::Open,
        "pass" => Kind::Pass,
        "informational" | "notApplicable" => Kind::Other,
        other => return Err(format!("kind: unknown {other:?}")),
    })
}

/// A level as severity.
pub(super) fn severity_of(level: &str) -> Result<Severity, String> {
    Ok(match level {
        "error" => Severity::Error,
        "warning" => Severity::Warn,
        "note" | "none" => Severity::Info,
        other => return Err(format!("level: unknown {other:?}")),
    })
}

/// Absent: nothing is known. Suppressed only if one is accepted or has no status, and none is rejected.
pub(super) fn waiver_of(suppressions: Option<&[Suppression<'_>]>) -> Result<Option<Waiver>, String> {
    let Some(suppressions) = suppressions else { return Ok(None) };
    let (mut accepted, mut rejected) = (false, false);
    for suppression in suppressions {
        match suppression.status.as_deref() {
            None | Some("accepted") => accepted = true,
            Some("rejected") => rejected = true,
            Some("underReview") => {}
            Some(other) => return Err(format!("suppressions.status: unknown {other:?}")),
        }
    }
    Ok(Some(match (suppressions.is_empty(), rejected, accepted) {
        (true, ..) => Waiver::Absent,
        (_, true, _) => Waiver::Rejected,
        (_, _, true) => Waiver::Accepted,
        _ => Waiver::UnderReview,
    }))
}

/// The first justification of a suppression that makes the result's standing `waiver`: of an accepted one, for a
/// result that is suppressed, never of one that is under review beside it.
pub(super) fn justification_of<'a, 'b>(
    suppressions: Option<&'b [Suppression<'a>]>,
    waiver: Option<Waiver>,
) -> Option<&'b Text<'a>> {
    let decides = |suppression: &&Suppression<'_>| match suppression.status.as_deref() {
        None | Some("accepted") => waiver == Some(Waiver::Accepted),
        Some("rejected") => waiver == Some(Waiver::Rejected),
        Some(_) => waiver == Some(Waiver::UnderReview),
    };
    suppressions?.iter().filter(decides).find_map(|suppression| suppression.justification.as_ref())
}

/// How a result stands to the baseline; `Err(None)` if it is absent now.
pub(super) fn baseline_of(state: Option<&str>) -> Result<Option<Baseline>, Option<String>> {
    Ok(match state {
        None => None,
        Some("new") => Some(Baseline::New),
        Some("unchanged") => Some(Baseline::Unchanged),
        Some("updated") => Some(Baseline::Updated),
        Some("absent") => return Err(None),
        Some(other) => return Err(Some(format!("baselineState: unknown {other:?}"))),
    })
}
