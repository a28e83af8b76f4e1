//! What the spine says of an entity: its state there, and whether the thread breaks at it.

use super::term::{Facts, text};
use crate::lens::mark::Mark;
use shared::id::EntityId;
use shared::lens::Analysis;

/// The state the spine shows.
pub(super) fn of_spine(analysis: &Analysis, id: &EntityId) -> Facts {
    let node = analysis.convergence.spine.nodes.iter().find(|node| node.id == *id);
    let mut facts: Facts =
        node.map(|node| ("State", Mark::of_spine(node.state).view())).into_iter().collect();
    if analysis.convergence.spine.gaps.contains(id) {
        facts.push(("Thread", text("breaks here: no link on one side")));
    }
    facts
}
