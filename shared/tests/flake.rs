//! Flake probabilities: the published cases, honest intervals, determinism.

use shared::flake::{Posteriors, Tries, posterior, wilson};

fn commits(parts: &[(usize, u32, u32)]) -> Vec<Tries> {
    parts.iter().flat_map(|&(n, failed, passed)| vec![Tries { failed, passed }; n]).collect()
}

fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= 0.001, "{actual} is not {expected}");
}

#[test]
fn case_a_one_flip_and_one_broken_commit() {
    let found = posterior(&commits(&[(18, 0, 1), (1, 1, 1), (1, 2, 0)]));
    near(found.probability, 0.1054);
    near(found.low, 0.019);
    near(found.high, 0.241);
    near(found.broken, 0.0822);
}

#[test]
fn case_b_twenty_passes_leave_a_small_rate() {
    let found = posterior(&commits(&[(20, 0, 1)]));
    near(found.probability, 0.0455);
    near(found.low, 0.001);
    near(found.high, 0.134);
}

#[test]
fn case_c_a_regression_is_no_flake() {
    let found = posterior(&commits(&[(10, 0, 1), (10, 3, 0)]));
    near(found.probability, 0.092);
    near(found.broken, 0.498);
}

#[test]
fn case_d_many_flips_make_a_flake() {
    let found = posterior(&commits(&[(10, 0, 1), (5, 1, 1)]));
    near(found.probability, 0.2727);
    near(found.low, 0.131);
    near(found.high, 0.436);
    near(found.broken, 0.059);
}

#[test]
fn wilson_bounds_are_the_published_ones() {
    for (hits, n, low, high) in [(1, 20, 0.009, 0.236), (0, 20, 0.0, 0.161), (0, 300, 0.0, 0.013)] {
        let found = wilson(hits, n);
        near(found.0, low);
        near(found.1, high);
    }
    assert_eq!(wilson(0, 0), (0.0, 1.0));
}

#[test]
fn remembered_answers_are_the_computed_ones_whatever_the_order() {
    let mut memory = Posteriors::default();
    let mut tries = commits(&[(3, 0, 1), (2, 1, 1), (1, 4, 0)]);
    let first = memory.of(&tries);
    tries.reverse();
    assert_eq!(memory.of(&tries), first);
    assert_eq!(posterior(&tries), first);
}

#[test]
fn extreme_counts_stay_within_bounds() {
    for tries in
        [commits(&[(1, 0, 100_000)]), commits(&[(500, 9, 0)]), commits(&[(1, 70_000, 70_000)]), vec![]]
    {
        let found = posterior(&tries);
        for value in [found.probability, found.low, found.high, found.broken] {
            assert!((0.0..=1.0).contains(&value), "{tries:?}: {found:?}");
        }
        assert!(found.low <= found.high);
    }
}
