//! A map in the order of its keys, for what the browser carries: the standard library's ordered map costs three to
//! six kilobytes of WebAssembly for every pair of types, this one some hundred bytes.
//!
//! Entries lie in the order they came in; a [`Ranking`], whose code is the same for all, knows the order of their
//! keys. Same answers as `BTreeMap` (property-tested against it); lookups take O(log n), and at most `u32::MAX`
//! entries fit, more than memory does.
//!
//! Not for the graph's own tables, where a million events count every byte.

use super::arrange;
use super::ranking::{Place, Ranking, Walk};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::fmt;
use std::ops::{Index, RangeFrom};

/// A map in the order of its keys.
#[derive(Clone)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
    ranking: Ranking,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> Map<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self { entries: Vec::new(), ranking: Ranking::default() }
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Entries in the order of their keys.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { entries: &self.entries, walk: self.ranking.walk() }
    }

    /// Keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// Values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Values, to be changed, in the order of their keys.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        let ranking = std::mem::replace(&mut self.ranking, Ranking::natural(self.entries.len()));
        arrange(&mut self.entries, ranking.into_list());
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// Values in the order of their keys.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.into_iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> Map<K, V> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> (Place, Option<u32>)
    where
        K: Borrow<Q>,
    {
        let entries = &self.entries;
        self.ranking.find(&mut |number| entries[number as usize].0.borrow().cmp(key))
    }

    /// The value of `key`.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.find(key).1.map(|number| &self.entries[number as usize].1)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.find(key).1.map(|number| &mut self.entries[number as usize].1)
    }

    /// Whether there is an entry for `key`.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).1.is_some()
    }

    /// Sets the value of `key`; the one it had. As in the standard library, an equal key that is there stays.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            (_, Some(number)) => Some(std::mem::replace(&mut self.entries[number as usize].1, value)),
            (place, None) => {
                self.put(place, key, value);
                None
            }
        }
    }

    fn put(&mut self, place: Place, key: K, value: V) -> u32 {
        let number = self.entries.len() as u32;
        self.ranking.insert(place, number);
        self.entries.push((key, value));
        number
    }

    /// Takes the entry of `key` out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (place, number) = self.find(key);
        number.map(|number| self.take_out(place, number).1)
    }

    /// Takes the first entry out.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        let number = self.ranking.walk().next()?;
        Some(self.take_out(Place::FIRST, number))
    }

    fn take_out(&mut self, place: Place, number: u32) -> (K, V) {
        // The last entry moves into the gap.
        let last = self.entries.len() as u32 - 1;
        let (place_of_last, _) = self.find(&self.entries[last as usize].0);
        self.ranking.rename(place_of_last, number);
        self.ranking.remove(place);
        self.entries.swap_remove(number as usize)
    }

    /// Keeps the entries that `wanted` says.
    pub fn retain(&mut self, mut wanted: impl FnMut(&K, &mut V) -> bool) {
        for (key, mut value) in std::mem::take(self) {
            if wanted(&key, &mut value) {
                self.insert(key, value);
            }
        }
    }

    /// The entry of `key`, there or not.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        let (place, number) = self.find(&key);
        Entry { map: self, key, place, number }
    }

    /// Entries from a key on, in order.
    #[must_use]
    pub fn range(&self, keys: RangeFrom<K>) -> Iter<'_, K, V> {
        Iter { entries: &self.entries, walk: self.ranking.walk_from(self.find(&keys.start).0) }
    }
}

/// The entry of a key, there or not.
pub struct Entry<'a, K, V> {
    map: &'a mut Map<K, V>,
    key: K,
    place: Place,
    number: Option<u32>,
}

impl<'a, K: Ord, V> Entry<'a, K, V> {
    /// Its value; where there is none, the one that `make` makes.
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'a mut V {
        let number = match self.number {
            Some(number) => number,
            None => self.map.put(self.place, self.key, make()),
        };
        &mut self.map.entries[number as usize].1
    }

    /// Its value; where there is none, `value`.
    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }

    /// Its value; where there is none, the default.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value, if there is one.
    #[must_use]
    pub fn and_modify(self, change: impl FnOnce(&mut V)) -> Self {
        if let Some(number) = self.number {
            change(&mut self.map.entries[number as usize].1);
        }
        self
    }
}

/// Entries of a [`Map`] in the order of their keys.
pub struct Iter<'a, K, V> {
    entries: &'a [(K, V)],
    walk: Walk<'a>,
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self { entries: self.entries, walk: self.walk.clone() }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = &self.entries[self.walk.next()? as usize];
        Some((key, value))
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let (key, value) = &self.entries[self.walk.next_back()? as usize];
        Some((key, value))
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(mut self) -> Self::IntoIter {
        arrange(&mut self.entries, self.ranking.into_list());
        self.entries.into_iter()
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

impl<K: Ord + Borrow<Q>, Q: Ord + ?Sized, V> Index<&Q> for Map<K, V> {
    type Output = V;

    /// # Panics
    /// If there is no such entry, as maps of the standard library do.
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("whoever indexes knows that the key is there")
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::collections::BTreeMap::deserialize(deserializer).map(|map| map.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Map;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// What a step does, with a key: so few that they meet, so many that a run does not hold them.
    fn steps() -> impl Strategy<Value = Vec<(u8, u16)>> {
        prop::collection::vec((0_u8..8, 0_u16..1_500), 0..3_000)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn answers_are_those_of_the_standard_library(steps in steps(), sorted in any::<bool>()) {
            let (mut map, mut expected) = (Map::new(), BTreeMap::new());
            if sorted {
                map.extend((0..700).map(|key| (key, 0)));
                expected.extend((0..700).map(|key| (key, 0)));
            }
            for (value, (step, key)) in steps.into_iter().enumerate() {
                match step {
                    0 => prop_assert_eq!(map.remove(&key), expected.remove(&key)),
                    1 => prop_assert_eq!(map.get(&key), expected.get(&key)),
                    2 => {
                        let change = |seen: &mut usize| *seen += 1;
                        *map.entry(key).and_modify(change).or_default() += 1;
                        *expected.entry(key).and_modify(change).or_default() += 1;
                    }
                    3 if value % 16 == 0 => prop_assert_eq!(map.pop_first(), expected.pop_first()),
                    4 if value % 64 == 0 => {
                        prop_assert!(map.range(key..).eq(expected.range(key..)));
                        prop_assert!(map.iter().rev().eq(expected.iter().rev()));
                    }
                    5 if value % 256 == 0 => map.values_mut().zip(expected.values_mut()).for_each(|(a, b)| {
                        (*a, *b) = (*b + value, *a + value);
                    }),
                    _ => prop_assert_eq!(map.insert(key, value), expected.insert(key, value)),
                }
                prop_assert_eq!(map.len(), expected.len());
            }
            prop_assert_eq!(&map, &map.clone().into_iter().collect());
            map.retain(|key, value| key % 3 == 0 || *value % 2 == 0);
            expected.retain(|key, value| key % 3 == 0 || *value % 2 == 0);
            prop_assert!(map.into_iter().eq(expected));
        }

        #[test]
        fn both_ends_of_a_walk_meet(keys in prop::collection::btree_set(any::<u16>(), 0..1_500), turns in prop::collection::vec(any::<bool>(), 0..1_600)) {
            let map: Map<u16, ()> = keys.iter().rev().map(|key| (*key, ())).collect();
            let (mut walk, mut expected) = (map.keys(), keys.iter());
            for back in turns {
                match back {
                    true => prop_assert_eq!(walk.next_back(), expected.next_back()),
                    false => prop_assert_eq!(walk.next(), expected.next()),
                }
            }
        }
    }
}
