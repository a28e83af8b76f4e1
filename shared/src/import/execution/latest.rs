//! What several statements agree on, whatever their order.

use crate::time::Time;

/// A value that the latest statement decides.
#[derive(Debug)]
pub(in crate::import) struct Latest<T>(Option<(Time, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Ord> Latest<T> {
    /// Hears that the value was `value` at `at`.
    pub(in crate::import) fn hear(&mut self, at: Time, value: Option<T>) {
        let Some(value) = value else { return };
        if self.0.as_ref().is_none_or(|(time, held)| (*time, held) < (at, &value)) {
            self.0 = Some((at, value));
        }
    }

    /// Hears everything that `other` heard.
    pub(in crate::import) fn hear_all(&mut self, other: Latest<T>) {
        if let Some((at, value)) = other.0 {
            self.hear(at, Some(value));
        }
    }

    /// What was heard last.
    pub(in crate::import) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

/// The first line of several, where 0 is none yet.
pub(super) fn first(seen: &mut u64, line: u64) {
    *seen = if *seen == 0 { line } else { (*seen).min(line) };
}
