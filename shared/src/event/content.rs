//! Content hashes: 128 bits of BLAKE3 over a canonical form, and the order-free digest of a batch.

use super::{Event, Identity};
use crate::time::Time;
use std::fmt;

/// The first 128 bits of a BLAKE3 hash, written as 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash128(pub [u8; 16]);

impl Hash128 {
    /// Hashes a text as it is, so that anybody with a BLAKE3 tool gets the same: contexts name their documents so.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self::first_of(&blake3::hash(text.as_bytes()))
    }

    /// Hashes the parts, each preceded by its length so that no two lists of parts collide.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self::first_of(&hasher.finalize())
    }

    fn first_of(hash: &blake3::Hash) -> Self {
        let mut first = [0; 16];
        first.copy_from_slice(&hash.as_bytes()[..16]);
        Self(first)
    }

    /// Reads 32 hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        u128::from_str_radix(text, 16).ok().map(|n| Self(n.to_be_bytes()))
    }
}

impl fmt::Display for Hash128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl Identity {
    /// The identity as one hash.
    #[must_use]
    pub fn hash(&self) -> Hash128 {
        Hash128::of(&[self.source.as_bytes(), self.id.as_bytes()])
    }
}

impl Event {
    /// Hash of what the producer said: type, subject, data, time, and the event it corrects.
    ///
    /// Two events of one identity with equal hashes are one event sent twice; with other hashes a conflict.
    #[must_use]
    pub fn content_hash(&self) -> Hash128 {
        self.content_hash_of(&self.data.canonical_json())
    }

    /// [`Event::content_hash`] for a caller that has the canonical JSON of the data already.
    #[must_use]
    pub fn content_hash_of(&self, data: &str) -> Hash128 {
        let time = self.time.map_or([0; 9], |Time(micros)| {
            let mut bytes = [1; 9];
            bytes[1..].copy_from_slice(&micros.to_le_bytes());
            bytes
        });
        let subject = self.subject.as_deref().unwrap_or("");
        let corrects = self.corrects.as_ref().map_or([0; 16], |c| c.hash().0);
        Hash128::of(&[
            self.data.type_name().as_bytes(),
            subject.as_bytes(),
            &time,
            &corrects,
            data.as_bytes(),
        ])
    }
}

/// The digest of a batch's items: the sum of their hashes modulo 2^128, so that order does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchDigest(u128);

impl BatchDigest {
    /// Takes one more item in.
    pub fn add(&mut self, identity: Hash128, content: Hash128) {
        let item = Hash128::of(&[&identity.0, &content.0]);
        self.0 = self.0.wrapping_add(u128::from_be_bytes(item.0));
    }

    /// The digest of all items taken in so far.
    #[must_use]
    pub fn value(&self) -> Hash128 {
        Hash128(self.0.to_be_bytes())
    }
}
