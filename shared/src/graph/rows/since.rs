//! Since when a cell says what it says: how far its latest versions agree.

use super::{NONE, Query, Rows};

impl Rows {
    /// The position of the first of the versions, up to the winner, that say the same as it without a break, and
    /// whether an earlier one said something else.
    ///
    /// Other than for the winner, a version of a picture that was replaced counts: it was said. What was named
    /// does not. O(versions of the cell).
    pub(in crate::graph) fn since(&self, cell: u32, winner: u32, query: &Query<'_>) -> (u32, bool) {
        let mut first = self.position(winner);
        let mut said: Vec<(i64, u32, u32)> = Vec::new();
        let mut take = |row: u32, valid: i64, gate: u32| {
            if row < query.bound && valid <= query.valid && self.gate(gate).dead > query.known {
                said.push((valid, self.position(row), row));
            }
        };
        if let Some(end) = self.offsets.get(cell as usize + 1) {
            let start = self.offsets[cell as usize] as usize;
            let gates_at = self.gates_at[cell as usize];
            for place in start..*end as usize {
                let gate = if gates_at == NONE { 0 } else { self.gates[gates_at as usize + place - start] };
                take(self.row[place], self.valid[place], gate);
            }
        }
        let mut row = self.tail_first.get(cell as usize).copied().unwrap_or(NONE);
        while let Some(index) = self.tail_index(row) {
            take(row, self.tail_valid[index], self.tail_gate[index]);
            row = self.tail_next[index];
        }
        if said.len() < 2 {
            return (first, false);
        }
        crate::order::sort(&mut said);
        let at = said.iter().position(|(_, _, row)| *row == winner).unwrap_or(said.len() - 1);
        for (_, position, row) in said[..at].iter().rev() {
            if self.code(*row) != self.code(winner) {
                return (first, true);
            }
            first = *position;
        }
        (first, false)
    }
}
