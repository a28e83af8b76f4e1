//! The index: versions of cells as columns, answering who wins where, and what lies between two questions.
//!
//! A row is one version of one cell, numbered in the order in which rows began to count, so "known at K" is
//! "number below a bound". Rows sorted by (cell, valid, rank, position, number) form the base; the newest ones
//! wait in an unsorted tail, chained by cell, until there are enough to be worth a merge. A second order over
//! the base goes by valid time alone. A row that can stop counting while it stays known (its batch's closing
//! dies, it is named, another picture wins) has a gate; cells without such rows carry no gate column.
//!
//! About 24 bytes a row besides what is shared. [`Rows::winner`] is O(log versions + versions skipped).

mod merge;
mod since;

use super::terms::{Code, rank_of};

/// No row, no gate column, not dead.
pub(super) const NONE: u32 = u32::MAX;
/// A tail is merged when it has more rows than this and than an eighth of the base.
const TAIL_ROWS_MIN: usize = 4096;

/// What decides whether a known row counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate {
    /// Position from which it no longer counts, or [`NONE`].
    pub(super) dead: u32,
    /// Scope whose winner must be `lot`, or [`NONE`].
    pub(super) scope: u32,
    /// The batch's closing it came with.
    pub(super) lot: u32,
}

/// A question as the index needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'a> {
    pub(super) valid: i64,
    pub(super) known: u32,
    /// Rows from this number on are not known yet.
    pub(super) bound: u32,
    /// Winning lot of every scope, or [`NONE`].
    pub(super) pictures: &'a [u32],
}

/// A row about to be added.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewRow {
    pub(super) cell: u32,
    pub(super) valid: i64,
    pub(super) position: u32,
    pub(super) code: Code,
    pub(super) gate: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Rows {
    // By row number.
    cell: Vec<u32>,
    position: Vec<u32>,
    code: Vec<Code>,
    // The base: by place.
    offsets: Vec<u32>,
    valid: Vec<i64>,
    row: Vec<u32>,
    by_valid: Vec<u32>,
    gates_at: Vec<u32>,
    gates: Vec<u32>,
    // The tail: by row number less the base's length.
    tail_valid: Vec<i64>,
    tail_gate: Vec<u32>,
    tail_next: Vec<u32>,
    tail_first: Vec<u32>,
    // Gate 0 is always open.
    gate: Vec<Gate>,
    /// (position, cell) of every death, by position.
    deaths: Vec<(u32, u32)>,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            cell: Vec::new(),
            position: Vec::new(),
            code: Vec::new(),
            offsets: vec![0],
            valid: Vec::new(),
            row: Vec::new(),
            by_valid: Vec::new(),
            gates_at: Vec::new(),
            gates: Vec::new(),
            tail_valid: Vec::new(),
            tail_gate: Vec::new(),
            tail_next: Vec::new(),
            tail_first: Vec::new(),
            gate: vec![Gate { dead: NONE, scope: NONE, lot: NONE }],
            deaths: Vec::new(),
        }
    }
}

impl Rows {
    pub(super) fn len(&self) -> u32 {
        self.cell.len() as u32
    }

    pub(super) fn cell(&self, row: u32) -> u32 {
        self.cell[row as usize]
    }

    pub(super) fn position(&self, row: u32) -> u32 {
        self.position[row as usize]
    }

    pub(super) fn code(&self, row: u32) -> Code {
        self.code[row as usize]
    }

    pub(super) fn push(&mut self, new: NewRow) {
        if self.tail_valid.len() > TAIL_ROWS_MIN.max(self.row.len() / 8) {
            self.merge();
        }
        let (cell, number) = (new.cell as usize, self.len());
        self.cell.push(new.cell);
        self.position.push(new.position);
        self.code.push(new.code);
        if cell >= self.tail_first.len() {
            self.tail_first.resize(cell + 1, NONE);
        }
        self.tail_valid.push(new.valid);
        self.tail_gate.push(new.gate);
        self.tail_next.push(self.tail_first[cell]);
        self.tail_first[cell] = number;
    }

    /// A gate for the rows of one lot.
    pub(super) fn add_gate(&mut self, gate: Gate) -> u32 {
        self.gate.push(gate);
        self.gate.len() as u32 - 1
    }

    pub(super) fn gate(&self, gate: u32) -> Gate {
        self.gate[gate as usize]
    }

    /// Ends all `rows` of one lot at `position`.
    pub(super) fn close_gate(&mut self, gate: u32, rows: std::ops::Range<u32>, position: u32) {
        self.gate[gate as usize].dead = position;
        for row in rows {
            self.deaths.push((position, self.cell(row)));
        }
    }

    /// Ends one row at `position`, unless it has ended already.
    pub(super) fn kill(&mut self, row: u32, position: u32) {
        let gate = self.gate(self.gate_of(row));
        if gate.dead != NONE {
            return;
        }
        let closed = self.add_gate(Gate { dead: position, ..gate });
        self.set_gate(row, closed);
        self.deaths.push((position, self.cell(row)));
    }

    /// Valid time of any row. O(versions of its cell).
    pub(super) fn valid_of(&self, row: u32) -> i64 {
        match self.tail_index(row) {
            Some(index) => self.tail_valid[index],
            None => self.valid[self.place_of(row)],
        }
    }

    /// Valid time of the winner at `valid`: found where the search for it ended. O(log versions + skipped).
    pub(super) fn valid_of_winner(&self, row: u32, valid: i64) -> i64 {
        if let Some(index) = self.tail_index(row) {
            return self.tail_valid[index];
        }
        let cell = self.cell(row) as usize;
        let places = self.offsets[cell] as usize..self.offsets[cell + 1] as usize;
        let last = places.start + self.valid[places.clone()].partition_point(|time| *time <= valid);
        let within = self.row[places.start..last].iter().rposition(|other| *other == row);
        self.valid[places.start + within.expect("a winner's valid time is not beyond the question's")]
    }

    pub(super) fn gate_of(&self, row: u32) -> u32 {
        if let Some(index) = self.tail_index(row) {
            return self.tail_gate[index];
        }
        let cell = self.cell(row) as usize;
        match self.gates_at[cell] {
            NONE => 0,
            at => self.gates[at as usize + self.place_of(row) - self.offsets[cell] as usize],
        }
    }

    /// The winner of `cell`: greatest (valid, rank, position, number) among the rows that count.
    pub(super) fn winner(&self, cell: u32, query: &Query<'_>) -> u32 {
        let best = self.base_winner(cell as usize, query);
        match self.tail_first.get(cell as usize) {
            None | Some(&NONE) => best.map_or(NONE, |(row, _)| row),
            Some(&first) => self.tail_winner(first, best, query),
        }
    }

    fn base_winner(&self, cell: usize, query: &Query<'_>) -> Option<(u32, i64)> {
        let end = *self.offsets.get(cell + 1)? as usize;
        let start = self.offsets[cell] as usize;
        let versions = &self.valid[start..end];
        let last = versions.partition_point(|valid| *valid <= query.valid);
        let rows = &self.row[start..start + last];
        let at = match self.gates_at[cell] {
            NONE => rows.iter().rposition(|row| *row < query.bound)?,
            at => {
                let gates = &self.gates[at as usize..at as usize + last];
                let both = rows.iter().zip(gates);
                both.rev()
                    .position(|(row, gate)| *row < query.bound && self.is_open(*gate, query))
                    .map(|back| last - 1 - back)?
            }
        };
        Some((rows[at], versions[at]))
    }

    fn tail_winner(&self, first: u32, best: Option<(u32, i64)>, query: &Query<'_>) -> u32 {
        let mut best = best.map(|(row, valid)| (self.order(row, valid), row));
        let mut row = first;
        while let Some(index) = self.tail_index(row) {
            let valid = self.tail_valid[index];
            if row < query.bound && valid <= query.valid && self.is_open(self.tail_gate[index], query) {
                best = best.max(Some((self.order(row, valid), row)));
            }
            row = self.tail_next[index];
        }
        best.map_or(NONE, |(_, row)| row)
    }

    fn is_open(&self, gate: u32, query: &Query<'_>) -> bool {
        let gate = self.gate(gate);
        gate.dead > query.known
            && (gate.scope == NONE || query.pictures.get(gate.scope as usize) == Some(&gate.lot))
    }

    fn order(&self, row: u32, valid: i64) -> (i64, u32, u32) {
        (valid, rank_of(self.code(row)), self.position(row))
    }

    /// Calls `touch` with the cell of every row whose valid time is in (after, up_to]; base rows only are
    /// counted by [`Self::between`] beforehand.
    pub(super) fn each_valid_in(&self, after: i64, up_to: i64, mut touch: impl FnMut(u32)) {
        for place in &self.by_valid[self.between(after, up_to)] {
            touch(self.cell(self.row[*place as usize]));
        }
        let base = self.row.len();
        for (index, valid) in self.tail_valid.iter().enumerate() {
            if after < *valid && *valid <= up_to {
                touch(self.cell[base + index]);
            }
        }
    }

    /// The part of the second order whose valid time is in (after, up_to].
    pub(super) fn between(&self, after: i64, up_to: i64) -> std::ops::Range<usize> {
        let first_after = |time: i64| self.by_valid.partition_point(|at| self.valid[*at as usize] <= time);
        first_after(after)..first_after(up_to)
    }

    /// The cells of rows that died in (after, up_to].
    pub(super) fn died_in(&self, after: u32, up_to: u32) -> &[(u32, u32)] {
        let first_after = |time: u32| self.deaths.partition_point(|(position, _)| *position <= time);
        &self.deaths[first_after(after)..first_after(up_to)]
    }

    /// The least valid time beyond `valid`.
    pub(super) fn next_valid(&self, valid: i64) -> Option<i64> {
        let first = self.by_valid.partition_point(|at| self.valid[*at as usize] <= valid);
        let base = self.by_valid.get(first).map(|at| self.valid[*at as usize]);
        let tail = self.tail_valid.iter().copied().filter(|time| *time > valid).min();
        [base, tail].into_iter().flatten().min()
    }

    /// All versions of a cell as (row, valid, gate), in no particular order.
    pub(super) fn versions(&self, cell: u32) -> Vec<(u32, i64, u32)> {
        let mut versions = Vec::new();
        if let Some(end) = self.offsets.get(cell as usize + 1) {
            let start = self.offsets[cell as usize];
            let gates_at = self.gates_at[cell as usize];
            for at in start..*end {
                let gate = if gates_at == NONE { 0 } else { self.gates[(gates_at + at - start) as usize] };
                versions.push((self.row[at as usize], self.valid[at as usize], gate));
            }
        }
        let mut row = self.tail_first.get(cell as usize).copied().unwrap_or(NONE);
        while let Some(index) = self.tail_index(row) {
            versions.push((row, self.tail_valid[index], self.tail_gate[index]));
            row = self.tail_next[index];
        }
        versions
    }

    /// Index in the tail; `None` for a base row and for [`NONE`].
    fn tail_index(&self, row: u32) -> Option<usize> {
        (row != NONE).then(|| (row as usize).checked_sub(self.row.len())).flatten()
    }

    fn place_of(&self, row: u32) -> usize {
        let cell = self.cell(row) as usize;
        let places = self.offsets[cell] as usize..self.offsets[cell + 1] as usize;
        let within = self.row[places.clone()].iter().position(|other| *other == row);
        places.start + within.expect("the base holds every row below its length, in its own cell")
    }

    fn set_gate(&mut self, row: u32, gate: u32) {
        if let Some(index) = self.tail_index(row) {
            self.tail_gate[index] = gate;
            return;
        }
        let cell = self.cell(row) as usize;
        let (start, end) = (self.offsets[cell] as usize, self.offsets[cell + 1] as usize);
        if self.gates_at[cell] == NONE {
            self.gates_at[cell] = self.gates.len() as u32;
            self.gates.resize(self.gates.len() + end - start, 0);
        }
        let at = self.gates_at[cell] as usize + self.place_of(row) - start;
        self.gates[at] = gate;
    }
}
