//! Keys by number, with those who ask for and offer them.

use crate::correlate::FAN_MAX;
use crate::correlate::key::Space;
use std::collections::{BTreeMap, BTreeSet};

/// All keys that anybody asks for or offers.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    /// By space, then key.
    numbers: Vec<BTreeMap<Box<str>, u32>>,
    keys: Vec<Key>,
    free: Vec<u32>,
}

/// Who is after one key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    space: Space,
    /// Entities that ask for it, by number.
    pub(super) asked: BTreeSet<u32>,
    /// How many of them ask because their path lies in it.
    crowd: usize,
    /// Entities that offer it, by number.
    pub(super) offered: BTreeSet<u32>,
}

impl Key {
    /// Whether few enough offer it for it to say something.
    pub(super) fn says(&self) -> bool {
        self.offered.len() <= self.space.fan_max()
    }

    /// Whether few enough lie in it, if it is a folder, for it to say something of what does.
    pub(super) fn says_as_folder(&self) -> bool {
        self.crowd <= FAN_MAX
    }

    /// One more asks for it, or one fewer, because its path lies in it.
    pub(super) fn crowd(&mut self, more: bool) {
        self.crowd = if more { self.crowd + 1 } else { self.crowd - 1 };
    }
}

impl Keys {
    /// The number of a key, which it has while anybody asks for or offers it.
    pub(super) fn number(&mut self, space: Space, key: &str) -> u32 {
        if self.numbers.len() <= space.place() {
            self.numbers.resize(space.place() + 1, BTreeMap::new());
        }
        let numbers = &mut self.numbers[space.place()];
        if let Some(number) = numbers.get(key) {
            return *number;
        }
        let fresh = Key { space, asked: BTreeSet::new(), crowd: 0, offered: BTreeSet::new() };
        let number = match self.free.pop() {
            Some(number) => {
                self.keys[number as usize] = fresh;
                number
            }
            None => {
                self.keys.push(fresh);
                (self.keys.len() - 1) as u32
            }
        };
        numbers.insert(key.into(), number);
        number
    }

    pub(super) fn key(&self, number: u32) -> &Key {
        &self.keys[number as usize]
    }

    pub(super) fn key_mut(&mut self, number: u32) -> &mut Key {
        &mut self.keys[number as usize]
    }

    /// Forgets a key that nobody asks for or offers any more. `number` is, or was, the one of `key`.
    pub(super) fn release(&mut self, space: Space, key: &str, number: u32) {
        let Key { asked, offered, .. } = &self.keys[number as usize];
        // Once forgotten it is no longer found, even if it is released twice.
        if asked.is_empty() && offered.is_empty() && self.numbers[space.place()].remove(key).is_some() {
            self.free.push(number);
        }
    }
}
