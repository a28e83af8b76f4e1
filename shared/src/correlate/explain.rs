//! Every link in one sentence: what it says, how surely, why, and what speaks against it.

use super::key::called;
use super::{CERTAIN, Link, LinkState, Standing};
use crate::id::LinkId;

/// One sentence that explains `link` as it stands.
///
/// "scenario s proves requirement R-7 (0.90): tag @R-7 of scenario s names requirement R-7, and 1 more reason;
/// suspect, because requirement R-1 changed since."
#[must_use]
pub fn explain(link: &Link, standing: &Standing) -> String {
    let pieces: Vec<(u32, &str)> =
        link.evidence.iter().map(|piece| (piece.confidence, piece.text.as_str())).collect();
    sentence(&link.id, link.confidence, &pieces, standing)
}

/// The sentence of a link that is as sure as `confidence` (millionths) by `pieces` (millionths, sentence).
pub(crate) fn sentence(id: &LinkId, confidence: u32, pieces: &[(u32, &str)], standing: &Standing) -> String {
    let (from, to) = (called(&id.from), called(&id.to));
    let mut text = [&from, " ", id.kind.verb(true), " ", &to, " (", &share(confidence), ")"].concat();
    let strongest = pieces.iter().reduce(|best, piece| if piece.0 > best.0 { piece } else { best });
    if let Some((_, why)) = strongest {
        text.push_str(": ");
        // The sentence goes on inside of this one.
        text.push_str(why.trim_end_matches('.'));
    }
    match pieces.len() {
        0 | 1 => {}
        2 => text.push_str(", and 1 more reason"),
        n => text.push_str(&format!(", and {} more reasons", n - 1)),
    }
    if let Some(state) = standing.state.filter(|state| *state != LinkState::Covered) {
        text.push_str("; ");
        text.push_str(state.words());
    }
    if let Some(changed) = &standing.suspect_of {
        text.push_str("; suspect, because ");
        text.push_str(&called(changed));
        text.push_str(" changed since");
    }
    text.push('.');
    text
}

/// Millionths as a number with two decimals, cut rather than rounded.
fn share(millionths: u32) -> String {
    format!("{}.{:02}", millionths / CERTAIN, millionths % CERTAIN / 10_000)
}
