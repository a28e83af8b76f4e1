//! Values by hash, in one piece of memory: a search is a step or two, where a tree of as many takes twenty.
//!
//! [`Table`] knows a value by its hash alone; [`Numbers`] holds numbers of things that are kept elsewhere, in eight
//! bytes each, and asks whether one is it. Open addressing over hashes that are spread evenly already. No order:
//! nothing may come to depend on one.

use crate::event::Hash128;

/// Slots of the first table; a power of two, as all sizes are.
const SLOTS: usize = 16;

/// A table that only grows.
#[derive(Debug, Default)]
pub(super) struct Table<V> {
    slots: Vec<Option<(Hash128, V)>>,
    len: usize,
}

impl<V: Copy + Default> Table<V> {
    /// The value of `hash`.
    pub(super) fn get(&self, hash: Hash128) -> Option<&V> {
        let slot = self.slots.get(self.place(hash)?)?;
        slot.as_ref().map(|(_, value)| value)
    }

    /// The value of `hash`, a default one if there was none.
    pub(super) fn entry(&mut self, hash: Hash128) -> &mut V {
        if self.slots.len() * 3 <= self.len * 4 {
            self.grow();
        }
        let at = self.place(hash).unwrap_or(0);
        let slot = &mut self.slots[at];
        if slot.is_none() {
            self.len += 1;
        }
        &mut slot.get_or_insert((hash, V::default())).1
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All values, in no order.
    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.slots.iter().flatten().map(|(_, value)| value)
    }

    /// Where `hash` is, or would be: there is always an empty slot. `None` of a table without slots.
    fn place(&self, hash: Hash128) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = start_of(hash) as usize & mask;
        while self.slots[at].as_ref().is_some_and(|(other, _)| *other != hash) {
            at = (at + 1) & mask;
        }
        Some(at)
    }

    fn grow(&mut self) {
        let mut larger = Self { slots: vec![None; (self.slots.len() * 2).max(SLOTS)], len: self.len };
        for (hash, value) in self.slots.drain(..).flatten() {
            if let Some(at) = larger.place(hash) {
                larger.slots[at] = Some((hash, value));
            }
        }
        *self = larger;
    }
}

/// Numbers that only grow in number.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The start of a hash and a number; [`FREE`] where there is none.
    slots: Vec<(u32, u32)>,
    len: usize,
}

/// No number.
const FREE: u32 = u32::MAX;

impl Numbers {
    /// The number of what has that hash and of which `is_it` says so, else `next`, which is now its number.
    pub(super) fn number(&mut self, hash: Hash128, next: u32, is_it: impl Fn(u32) -> bool) -> u32 {
        if self.slots.len() * 3 <= self.len * 4 {
            self.grow();
        }
        let start = start_of(hash);
        let mut at = self.place(start);
        while self.slots[at].1 != FREE {
            let (other, number) = self.slots[at];
            if other == start && is_it(number) {
                return number;
            }
            at = self.after(at);
        }
        self.slots[at] = (start, next);
        self.len += 1;
        next
    }

    fn place(&self, start: u32) -> usize {
        start as usize & (self.slots.len() - 1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        let slots = vec![(0, FREE); (self.slots.len() * 2).max(SLOTS)];
        for (start, number) in std::mem::replace(&mut self.slots, slots) {
            if number != FREE {
                let mut at = self.place(start);
                while self.slots[at].1 != FREE {
                    at = self.after(at);
                }
                self.slots[at] = (start, number);
            }
        }
    }
}

fn start_of(hash: Hash128) -> u32 {
    let [a, b, c, d, ..] = hash.0;
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_and_nothing_else() {
        let hash = |n: u32| Hash128::of(&[&n.to_le_bytes()]);
        let mut table = Table::<u32>::default();
        assert_eq!(table.get(hash(1)), None);
        for n in 0..5_000 {
            *table.entry(hash(n)) += n;
            *table.entry(hash(n)) += 1;
        }
        assert!((0..5_000).all(|n| table.get(hash(n)) == Some(&(n + 1))));
        assert_eq!((table.len(), table.values().count(), table.get(hash(5_000))), (5_000, 5_000, None));
    }
    #[test]
    fn numbers_are_found_again_also_where_hashes_are_the_same() {
        let hash = |n: u32| Hash128::of(&[&(n / 3).to_le_bytes()]);
        let mut numbers = Numbers::default();
        for n in 0..3_000 {
            assert_eq!(numbers.number(hash(n), n, |other| other == n), n);
        }
        for n in 0..3_000 {
            assert_eq!(numbers.number(hash(n), 9_999, |other| other == n), n);
        }
        assert_eq!(numbers.number(hash(0), 3_000, |_| false), 3_000);
    }
}
