//! Which position an identity stands at: an open-addressing table over 96 bits of every identity hash.
//!
//! About 18 bytes an event. The hashes are uniform already, so slots come straight from their bits; nothing
//! that leaves this module depends on slot order.

use crate::event::Hash128;

/// As much of an identity hash as the index keeps.
pub(super) type Key = [u32; 3];

/// The first 96 bits of an identity hash.
pub(super) fn key_of(hash: Hash128) -> Key {
    let part = |at: usize| u32::from_le_bytes([hash.0[at], hash.0[at + 1], hash.0[at + 2], hash.0[at + 3]]);
    [part(0), part(4), part(8)]
}

#[derive(Debug, Clone, Default)]
pub(super) struct Identities {
    keys: Vec<Key>,
    /// Position, or 0 for an empty slot.
    slots: Vec<u32>,
}

impl Identities {
    /// Takes in the identity of the next position.
    pub(super) fn push(&mut self, key: Key) {
        self.keys.push(key);
        if self.keys.len() * 8 > self.slots.len() * 7 {
            self.grow();
        } else {
            self.place(self.keys.len() as u32);
        }
    }

    /// The identity at `position`.
    pub(super) fn at(&self, position: u32) -> Key {
        self.keys[position as usize - 1]
    }

    /// All positions of an identity, ascending (the store lets there be one at most).
    pub(super) fn find(&self, key: Key) -> Vec<u32> {
        let mut found = Vec::new();
        if self.slots.is_empty() {
            return found;
        }
        let mut slot = self.home(key);
        while self.slots[slot] != 0 {
            if self.at(self.slots[slot]) == key {
                found.push(self.slots[slot]);
            }
            slot = self.next(slot);
        }
        found.sort_unstable();
        found
    }

    pub(super) fn shrink(&mut self) {
        self.keys.shrink_to_fit();
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 5 / 4).max(64)];
        for position in 1..=self.keys.len() as u32 {
            self.place(position);
        }
    }

    fn place(&mut self, position: u32) {
        let mut slot = self.home(self.at(position));
        while self.slots[slot] != 0 {
            slot = self.next(slot);
        }
        self.slots[slot] = position;
    }

    fn home(&self, key: Key) -> usize {
        ((u64::from(key[0]) * self.slots.len() as u64) >> 32) as usize
    }

    fn next(&self, slot: usize) -> usize {
        if slot + 1 == self.slots.len() { 0 } else { slot + 1 }
    }
}
