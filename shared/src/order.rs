//! Sorting with one copy of the sorting code, whatever is sorted: the same orders as `slice::sort*`, a fraction of
//! the WebAssembly.
//!
//! The standard library compiles its sorts anew for every type, about five kilobytes each; here places are sorted
//! through a dynamic comparison and the elements follow. Stable, O(n log n) comparisons, O(n) moves.
//!
//! Not for the graph's own rows, where a million of them must be sorted fast.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts `items` by `compare`, equal ones staying in their order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = places(items.len(), &mut |a, b| compare(&items[a as usize], &items[b as usize]));
    arrange(items, order);
}

/// Sorts `items` by `key`, equal ones staying in their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts `items`.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// A map of `items`, of equal keys the last. What `collect` gives, but without a sort of its own for every type.
pub fn map<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in items {
        map.insert(key, value);
    }
    map
}

/// A set of `items`. What `collect` gives, but without a sort of its own for every type.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}

/// The places of `n` items in their order. At most `u32::MAX` items.
#[inline(never)]
fn places(n: usize, compare: &mut dyn FnMut(u32, u32) -> Ordering) -> Vec<u32> {
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    let mut order: Vec<u32> = (0..n).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// Moves every item to where `order` wants it: the item at `order[i]` goes to `i`.
fn arrange<T>(items: &mut [T], mut order: Vec<u32>) {
    for start in 0..order.len() {
        let mut to = start;
        // Follow the cycle that begins here; a place that is done points at itself.
        while order[to] as usize != start {
            let from = order[to] as usize;
            items.swap(to, from);
            order[to] = to as u32;
            to = from;
        }
        order[to] = to as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::{sort, sort_by_key};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn orders_are_those_of_the_standard_library(mut items in prop::collection::vec((0_u8..9, any::<u16>()), 0..200)) {
            let mut by_key = items.clone();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_key(&mut by_key, |item| item.0);
            prop_assert_eq!(by_key, expected);
            let mut expected = items.clone();
            expected.sort();
            sort(&mut items);
            prop_assert_eq!(items, expected);
        }
    }
}
