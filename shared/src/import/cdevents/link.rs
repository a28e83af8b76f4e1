//! Links between events, and which of them say something about tasks and artifacts.

use super::message::{End, Link};
use crate::event::Hash128;
use crate::import::clean;

/// What an event is about, as far as links care.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// A task run by its subject's id; whether the event says that it is over.
    Task(String, bool),
    /// A test case run by its subject's id.
    Case(String),
    /// A made artifact by its key.
    Artifact(String),
    /// Anything else.
    Other,
}

/// An event's id as links name it: their case differs in practice.
pub(super) fn event_key(id: &str) -> Hash128 {
    Hash128::of(&[id.trim().to_ascii_lowercase().as_bytes()])
}

/// A link: the later event came after, or because of, the earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    /// The event that the link leads to.
    pub(super) later: Hash128,
    /// The event it comes from.
    pub(super) earlier: Hash128,
    /// Rule of the dependency it may be.
    pub(super) rule: &'static str,
    /// The link in words.
    pub(super) evidence: String,
}

/// Relations whose target is the cause of their source. Others say no order.
fn is_causal(kind: &str) -> bool {
    matches!(
        plain(kind).as_str(),
        "trigger" | "triggeredby" | "cause" | "causedby" | "dependson" | "artifact" | "producedby"
    )
}

/// The two events of a `RELATION` of kind `retryOf`, seen from the event `own` it is embedded in, if it is: the later
/// try, then the one that it tries again.
pub(super) fn retry_of(link: &Link<'_>, own: Option<Hash128>) -> Option<(Hash128, Hash128)> {
    let word = link.link_kind.as_deref().unwrap_or("");
    let is_retry = link.link_type.eq_ignore_ascii_case("RELATION") && plain(word) == "retryof";
    let id_of = |end: &Option<End<'_>>| end.as_ref()?.context_id.as_deref().map(event_key);
    let later = own.or_else(|| id_of(&link.source)).filter(|_| is_retry)?;
    Some((later, id_of(&link.target)?))
}

/// A word of links in lower case without its punctuation.
fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The order a link says, seen from the event `own` it is embedded in, if it is; `None` if it says none.
///
/// # Errors
/// Names the field of a link that is no link.
pub(super) fn cause_of(link: &Link<'_>, own: Option<Hash128>) -> Result<Option<Cause>, String> {
    let id_of = |end: Option<&End<'_>>| end.and_then(|end| end.context_id.as_deref()).map(event_key);
    let kind = link.link_type.to_ascii_uppercase();
    let (later, earlier) = match kind.as_str() {
        "START" => return Ok(None),
        "PATH" => (own.or_else(|| id_of(link.to.as_ref())), id_of(link.from.as_ref())),
        "END" => (own.or_else(|| id_of(link.end.as_ref())), id_of(link.from.as_ref())),
        "RELATION" => (own.or_else(|| id_of(link.source.as_ref())), id_of(link.target.as_ref())),
        other => return Err(format!("links.linkType: unknown {:?}", clean::clip(other, 40))),
    };
    let word = link.link_kind.as_deref().unwrap_or("");
    if kind == "RELATION" && !is_causal(word) {
        return Ok(None);
    }
    let (Some(later), Some(earlier)) = (later, earlier) else {
        return Ok(None); // a link to a resource of another system, or with an end missing
    };
    let (rule, words) = match kind.as_str() {
        "RELATION" => ("cdevents.relation", format!("RELATION {}", clean::name(word).unwrap_or_default())),
        "END" => ("cdevents.end", "END".to_owned()),
        _ => ("cdevents.path", "PATH".to_owned()),
    };
    let there = [&link.from, &link.target].into_iter().flatten().find_map(|end| end.context_id.as_deref());
    let evidence =
        format!("{words} link from event {}", clean::name(there.unwrap_or("")).unwrap_or_default());
    Ok(Some(Cause { later, earlier, rule, evidence }))
}
