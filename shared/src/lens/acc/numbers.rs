//! The number of a module by its key, faster than by comparing keys: a table by a hash of the key.
//!
//! A lookup takes a few probes; keys made to collide take a search among all keys, never more. What a lookup answers
//! does not depend on the hash.

use crate::graph::Entity;
use crate::id::EntityId;

/// Places looked at before the keys are searched.
const PROBES_MAX: usize = 16;
/// An empty place.
const NONE: u32 = u32::MAX;

/// The numbers of modules, which are in id order.
pub(super) struct Numbers<'a> {
    modules: &'a [&'a Entity],
    places: Vec<u32>,
}

impl<'a> Numbers<'a> {
    /// The numbers of `modules`. O(n).
    pub fn of(modules: &'a [&'a Entity]) -> Self {
        let mut places = vec![NONE; (modules.len() * 2).next_power_of_two()];
        for (module, number) in modules.iter().zip(0..) {
            let free = probes(&module.id.key, places.len()).find(|place| places[*place] == NONE);
            if let Some(place) = free {
                places[place] = number;
            }
        }
        Self { modules, places }
    }

    /// The number of a module, if there is such.
    pub fn get(&self, id: &EntityId) -> Option<u32> {
        for place in probes(&id.key, self.places.len()) {
            let module = self.modules.get(self.places[place] as usize)?;
            if module.id == *id {
                return Some(self.places[place]);
            }
        }
        let found = self.modules.binary_search_by(|module| module.id.cmp(id)).ok()?;
        u32::try_from(found).ok()
    }
}

/// Where a key may stand among `n` places, a power of two.
fn probes(key: &str, n: usize) -> impl Iterator<Item = usize> {
    let mut hash = 0u64;
    for chunk in key.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    let first = (hash >> 32) as usize;
    (0..PROBES_MAX).map(move |step| (first + step) & (n - 1))
}
