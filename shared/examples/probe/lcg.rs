//! Chance that is the same everywhere.

/// A linear congruential generator (Knuth's MMIX constants); the upper bits are the good ones.
pub struct Lcg(pub u64);

impl Lcg {
    /// A number from 0 up to, not including, `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) * bound) >> 31
    }
}
