//! What a policy sets about flakes: when a run is a mass failure, when a scenario is suspected, what proves a fix.

/// Limits in integers, so that they are the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Share of a run's tests, in millionths, that must fail together to make it a mass failure.
    pub mass_failure_share: u32,
    /// Tests a run must have before it can be one: two of three failing tests are no incident.
    pub mass_failure_min: u32,
    /// Lower end of the probability's interval, in millionths, above which a scenario is suspected.
    pub suspect_above: u32,
    /// Passing reruns on the fixing commit that prove a fix.
    pub fix_reruns: u32,
    /// Days that a proven fix is watched.
    pub grace_days: u32,
}

impl Limits {
    /// What counts where the policy says nothing.
    pub const BUILT_IN: Self = Self {
        mass_failure_share: 500_000,
        mass_failure_min: 10,
        suspect_above: 50_000,
        fix_reruns: 20,
        grace_days: 14,
    };
    /// Their names in settings and policies.
    pub const NAMES: [&'static str; 5] =
        ["mass_failure_share", "mass_failure_min", "suspect_above", "fix_reruns", "grace_days"];

    /// The limits in the order of [`Limits::NAMES`].
    #[must_use]
    pub const fn values(&self) -> [u32; 5] {
        [self.mass_failure_share, self.mass_failure_min, self.suspect_above, self.fix_reruns, self.grace_days]
    }

    /// The limits with these values, in the order of [`Limits::NAMES`].
    #[must_use]
    pub const fn of(values: [u32; 5]) -> Self {
        let [mass_failure_share, mass_failure_min, suspect_above, fix_reruns, grace_days] = values;
        Self { mass_failure_share, mass_failure_min, suspect_above, fix_reruns, grace_days }
    }

    /// Whether `failed` of a run's `tests` failing together say something about the run and not about the tests.
    #[must_use]
    pub fn is_mass_failure(&self, failed: u32, tests: u32) -> bool {
        let share = u64::from(failed) * 1_000_000;
        tests >= self.mass_failure_min && share >= u64::from(tests) * u64::from(self.mass_failure_share)
    }
}
