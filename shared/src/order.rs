//! Order with one copy of its code, whatever is ordered: the same orders as `slice::sort*`, `BTreeMap` and
//! `BTreeSet`, a fraction of the WebAssembly.
//!
//! The standard library compiles its sorts and maps anew for every type, about five kilobytes each; here places are
//! sorted through a dynamic comparison and the elements follow. Sorts are stable, O(n log n) comparisons, O(n)
//! moves; [`Map`] and [`Set`] say theirs.
//!
//! Not for the graph's own rows and tables, where a million of them must be sorted fast.

mod map;
mod ranking;
mod set;

pub use map::{Entry, Iter, Map};
pub use set::{Items, Set};

use std::cmp::Ordering;

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
