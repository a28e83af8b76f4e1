//! Values by hash, in one piece of memory: a search is a step or two, where a tree of as many takes twenty.
//!
//! [`Table`] knows a value by its hash alone; [`Numbers`] holds numbers of things that are kept elsewhere, in eight
//! bytes each, and asks whether one is it. Open addressing over hashes that are spread evenly already.

use crate::event::Hash128;

/// Slots of the first table; a power of two, as all sizes are.
const SLOTS: usize = 16;

/// A table that only grows.
#[derive(Debug, Default)]
pub(super) struct Table<V> {
    /// In the order in which they came; where each of them is.
    values: Vec<(Hash128, V)>,
    numbers: Numbers,
}

impl<V: Copy + Default> Table<V> {
    /// The value of `hash`.
    pub(super) fn get(&self, hash: Hash128) -> Option<&V> {
        let number = self.numbers.find(hash, |number| self.values[number as usize].0 == hash)?;
        self.values.get(number as usize).map(|(_, value)| value)
    }

    /// The value of `hash`, a default one if there was none.
    pub(super) fn entry(&mut self, hash: Hash128) -> &mut V {
        // Each value takes at least one byte of a file of 2^28 bytes.
        let next = self.values.len() as u32;
        let number = self.numbers.number(hash, next, |number| self.values[number as usize].0 == hash);
        if number == next {
            self.values.push((hash, V::default()));
        }
        &mut self.values[number as usize].1
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// All values, in the order in which they came.
    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.values.iter().map(|(_, value)| value)
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
        let at = match self.search(hash, is_it) {
            Ok(number) => return number,
            Err(free) => free,
        };
        self.slots[at] = (start_of(hash), next);
        self.len += 1;
        next
    }

    /// The number of what has that hash and of which `is_it` says so.
    pub(super) fn find(&self, hash: Hash128, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.search(hash, is_it).ok() }
    }

    /// The number, or the slot where it would be: there is always a free one.
    fn search(&self, hash: Hash128, is_it: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let start = start_of(hash);
        let mut at = self.place(start);
        loop {
            match self.slots[at] {
                (_, FREE) => return Err(at),
                (other, number) if other == start && is_it(number) => return Ok(number),
                _ => at = self.after(at),
            }
        }
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
