//! What a cell said before: how far its latest versions agree, and all that count.

use super::{Query, Rows};

impl Rows {
    /// The position of the first of the versions, up to the winner, that say the same as it without a break, and
    /// whether an earlier one said something else.
    ///
    /// Other than for the winner, a version of a picture that was replaced counts: it was said. What was named
    /// does not. It may become another while the winner stays: what was said before may be learned late.
    /// O(versions of the cell).
    pub(in crate::graph) fn since(&self, cell: u32, winner: u32, query: &Query<'_>) -> (u32, bool) {
        let mut said = Vec::new();
        let mut won = (i64::MAX, 0, self.position(winner));
        for (row, valid, gate) in self.versions(cell) {
            if row < query.bound && self.gate(gate).dead > query.known {
                said.push((self.order(row, valid), self.code(row) == self.code(winner)));
            }
            if row == winner {
                won = self.order(row, valid);
            }
        }
        let mut other = None;
        for (order, is_same) in &said {
            if !is_same && *order < won {
                other = other.max(Some(*order));
            }
        }
        let mut first = won;
        for (order, is_same) in &said {
            if *is_same && Some(*order) > other {
                first = first.min(*order);
            }
        }
        (first.2, other.is_some())
    }

    /// The versions of a cell that count at the question, the winner and those before it, as (row, valid time), in
    /// no particular order. O(versions of the cell).
    pub(in crate::graph) fn counting(&self, cell: u32, query: &Query<'_>) -> Vec<(u32, i64)> {
        let versions = self.versions(cell).into_iter();
        let counts = versions.filter(|(row, valid, gate)| {
            *row < query.bound && *valid <= query.valid && self.is_open(*gate, query)
        });
        counts.map(|(row, valid, _)| (row, valid)).collect()
    }
}
