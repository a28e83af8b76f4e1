//! Merging the tail into the base. O(rows), with the old columns dropped as soon as they are read.

use super::{NONE, Rows};
use crate::graph::terms::rank_of;

impl Rows {
    /// Sorts every row into the base.
    pub(in crate::graph) fn merge(&mut self) {
        if self.tail_valid.is_empty() {
            return;
        }
        let base = self.row.len();
        let mut tail: Vec<u32> = (base as u32..self.len()).collect();
        tail.sort_unstable_by_key(|row| {
            let index = *row as usize;
            let valid = self.tail_valid[index - base];
            (self.cell[index], valid, rank_of(self.code[index]), self.position[index], *row)
        });
        let (moved, landed) = self.weave(&tail);
        self.weave_second(&tail, &moved, &landed);
        self.tail_valid = Vec::new();
        self.tail_gate = Vec::new();
        self.tail_next = Vec::new();
        self.tail_first.iter_mut().for_each(|first| *first = NONE);
    }

    /// Merges the columns sorted by cell; says where every base place moved and where the tail landed.
    fn weave(&mut self, tail: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let base = self.row.len();
        let total = self.cell.len();
        let n_cells = self.tail_first.len().max(self.offsets.len() - 1);
        let old_cells = self.offsets.len() - 1;
        let mut offsets = Vec::with_capacity(n_cells + 1);
        let mut valid = Vec::with_capacity(total);
        let mut row = Vec::with_capacity(total);
        let mut gates_at = Vec::with_capacity(n_cells);
        let mut gates = Vec::with_capacity(self.gates.len());
        let mut moved = Vec::with_capacity(base);
        let mut landed = Vec::with_capacity(tail.len());
        let mut rest = tail.iter().copied().peekable();
        for cell in 0..n_cells {
            let start = row.len();
            offsets.push(start as u32);
            let first_gate = gates.len();
            let mut gated = false;
            let (mut old, end) = match cell < old_cells {
                true => (self.offsets[cell] as usize, self.offsets[cell + 1] as usize),
                false => (0, 0),
            };
            let (old_start, gates_start) = (old, self.gates_at.get(cell).copied().unwrap_or(NONE));
            loop {
                let next = rest.peek().copied().filter(|next| self.cell[*next as usize] as usize == cell);
                let take_old = match next {
                    None if old == end => break,
                    None => true,
                    Some(next) => old < end && self.comes_first(old, next, base),
                };
                let gate = if take_old {
                    moved.push(row.len() as u32);
                    valid.push(self.valid[old]);
                    row.push(self.row[old]);
                    old += 1;
                    if gates_start == NONE {
                        0
                    } else {
                        self.gates[gates_start as usize + old - 1 - old_start]
                    }
                } else {
                    let next = rest.next().expect("peeked just now");
                    landed.push(row.len() as u32);
                    valid.push(self.tail_valid[next as usize - base]);
                    row.push(next);
                    self.tail_gate[next as usize - base]
                };
                gated |= gate != 0;
                gates.push(gate);
            }
            if !gated {
                gates.truncate(first_gate);
            }
            gates_at.push(if gated { first_gate as u32 } else { NONE });
        }
        offsets.push(row.len() as u32);
        gates.shrink_to_fit();
        (self.offsets, self.valid, self.row) = (offsets, valid, row);
        (self.gates_at, self.gates) = (gates_at, gates);
        (moved, landed)
    }

    /// Whether the base row at `place` sorts before the tail row of the same cell.
    fn comes_first(&self, place: usize, tail_row: u32, base: usize) -> bool {
        let old = self.row[place];
        let key = |row: u32, valid: i64| (self.order(row, valid), row);
        key(old, self.valid[place]) < key(tail_row, self.tail_valid[tail_row as usize - base])
    }

    /// Merges the order by valid time.
    fn weave_second(&mut self, tail: &[u32], moved: &[u32], landed: &[u32]) {
        debug_assert_eq!(tail.len(), landed.len());
        let mut newcomers = landed.to_vec();
        newcomers.sort_unstable_by_key(|place| (self.valid[*place as usize], *place));
        let mut newcomers = newcomers.into_iter().peekable();
        let mut by_valid = Vec::with_capacity(self.row.len());
        for place in std::mem::take(&mut self.by_valid) {
            let place = moved[place as usize];
            let time = self.valid[place as usize];
            while let Some(newcomer) = newcomers.next_if(|new| self.valid[*new as usize] < time) {
                by_valid.push(newcomer);
            }
            by_valid.push(place);
        }
        by_valid.extend(newcomers);
        self.by_valid = by_valid;
    }

    /// Gives back what growing has reserved.
    pub(in crate::graph) fn shrink(&mut self) {
        self.cell.shrink_to_fit();
        self.position.shrink_to_fit();
        self.code.shrink_to_fit();
        self.gate.shrink_to_fit();
        self.deaths.shrink_to_fit();
    }
}
