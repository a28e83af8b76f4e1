//! Flake figures: the published cases of every formula, honest intervals, determinism, naive models.

use proptest::prelude::*;
use shared::flake::past::{CLEAN_CODES_MAX, CODES_MAX, PastTries};
use shared::flake::{
    Conduct, Limits, Posteriors, ReasonCode, Reruns, Standing, Term, Tries, Version, posterior,
    transition_score, unweighted, weighted, wilson,
};
use shared::time::Time;

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

fn outcomes(text: &str) -> Vec<bool> {
    text.chars().map(|c| matches!(c, 'P' | '0')).collect()
}

#[test]
fn transition_scores_are_the_published_ones() {
    for (tries, score) in
        [("FFFFF", 0.0), ("PPFFF", 0.2), ("PFPFF", 0.4), ("PFFFFF", 0.0), ("PF", 0.2), ("", 0.0), ("F", 0.0)]
    {
        near(transition_score(&outcomes(tries), 5), score);
    }
    assert_eq!(transition_score(&outcomes("PF"), 0), 0.0);
}

/// Figures over versions written as digits, 0 for a pass and 1 for a failure, as in the paper's example.
fn figures(versions: &[&str], figure: fn(&Version) -> f64) -> Vec<f64> {
    versions.iter().map(|tries| figure(&Version::of(outcomes(tries)))).collect()
}

#[test]
fn flip_rate_and_entropy_are_those_of_the_papers_example() {
    let constant = ["0000", "0000", "0000", "000"];
    let tc_2 = ["0011", "0000", "1010", "101"];
    let tc_4 = ["0101", "0000", "0000", "111"];
    for figure in [Version::flip_rate as fn(&Version) -> f64, Version::entropy] {
        for tries in [constant, ["1111", "1111", "1111", "111"]] {
            near(unweighted(&figures(&tries[..3], figure)), 0.0);
            near(weighted(&figures(&tries, figure)), 0.0);
        }
    }
    near(unweighted(&figures(&tc_2[..3], Version::flip_rate)), 0.4444);
    near(unweighted(&figures(&tc_2[..3], Version::entropy)), 0.6667);
    near(weighted(&figures(&tc_2, Version::flip_rate)), 0.6231);
    // As coded in adamnpeace/flaky-tests; the paper prints 0.76.
    near(weighted(&figures(&tc_2, Version::entropy)), 0.7407);
    for figure in [Version::flip_rate as fn(&Version) -> f64, Version::entropy] {
        near(unweighted(&figures(&tc_4[..3], figure)), 0.3333);
        near(weighted(&figures(&tc_4, figure)), 0.2120);
    }
    assert_eq!((unweighted(&[]), weighted(&[])), (0.0, 0.0));
}

#[test]
fn reason_codes_are_named_as_in_json() {
    for code in ReasonCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}

#[test]
fn half_of_ten_failing_together_is_a_mass_failure() {
    let limits = Limits::BUILT_IN;
    for (failed, tests, mass) in
        [(5, 10, true), (4, 10, false), (9, 9, false), (50, 100, true), (49, 100, false), (0, 0, false)]
    {
        assert_eq!(limits.is_mass_failure(failed, tests), mass, "{failed} of {tests}");
    }
    assert_eq!(Limits::of(limits.values()), limits);
}

const DAY: i64 = 86_400_000_000;

/// A record from day 10 to day 40.
fn term(fix: Option<Reruns>) -> Term {
    Term { since: Time(10 * DAY), expires_at: Some(Time(40 * DAY)), fix }
}

#[test]
fn a_scenario_walks_from_healthy_to_quarantined_and_back() {
    let limits = Limits::BUILT_IN;
    let by_tries = |flips: u32, low: u32| Conduct { failed: 2, passed: 9, flips, low }.standing(&limits);
    assert_eq!(by_tries(0, 0), Standing::Healthy);
    assert_eq!(by_tries(1, 0), Standing::Suspected);
    assert_eq!(by_tries(0, 50_001), Standing::Suspected);
    assert_eq!(by_tries(1, 50_001), Standing::Flaky);
    assert_eq!(by_tries(2, 0), Standing::Flaky);
    let flaky = Conduct { failed: 2, passed: 9, flips: 2, low: 0 };
    let on = |day: i64, fix: Option<Reruns>| term(fix).standing(&flaky, Time(day * DAY), &limits);
    assert_eq!(on(9, None), None, "not yet");
    assert_eq!(on(10, None), Some(Standing::Quarantined));
    assert_eq!(on(40, None), None, "expired: gates again");
    let proposed = Reruns { needed: 20, passed: 19, ..Reruns::default() };
    assert_eq!(on(20, Some(proposed)), Some(Standing::FixProposed));
    assert_eq!(on(40, Some(proposed)), None);
    assert_eq!(on(20, Some(Reruns { refuted: true, ..proposed })), Some(Standing::Flaky));
    let proven = Reruns { passed: 20, proven_at: Some(Time(21 * DAY)), ..proposed };
    assert_eq!(on(34, Some(proven)), Some(Standing::Grace));
    assert_eq!(on(35, Some(proven)), Some(Standing::Healthy));
    assert_eq!(on(50, Some(proven)), Some(Standing::Healthy), "the record's end changes nothing more");
    assert_eq!(on(34, Some(Reruns { relapsed: true, ..proven })), Some(Standing::Flaky));
    let broken = Conduct { failed: 1, ..Conduct::default() };
    assert_eq!(term(None).standing(&broken, Time(20 * DAY), &limits), Some(Standing::Broken));
    assert_eq!(broken.standing(&limits), Standing::Broken);
    let gating: Vec<bool> =
        [Standing::Healthy, Standing::Suspected, Standing::Flaky, Standing::Grace, Standing::Broken]
            .into_iter()
            .map(Standing::gates)
            .collect();
    assert_eq!(gating, [true; 5]);
    assert!(!Standing::Quarantined.gates() && !Standing::FixProposed.gates());
}

/// E[p_f], its 5 % and 95 % quantile, and E[p_b] on a plain grid over both parameters.
fn on_a_grid(commits: &[Tries], n: u32) -> [f64; 4] {
    let middle = |cell: u32| (f64::from(cell) + 0.5) / f64::from(n);
    let power = |x: f64, n: u32| (0..n).fold(1.0, |product, _| product * x);
    let mut density = vec![0.0; n as usize];
    let (mut total, mut mean, mut broken) = (0.0, 0.0, 0.0);
    for i in 0..n {
        for j in 0..n {
            let (p_f, p_b) = (middle(i), middle(j));
            let likelihood: f64 = commits
                .iter()
                .map(|t| {
                    let good = (1.0 - p_b) * power(p_f, t.failed) * power(1.0 - p_f, t.passed);
                    if t.passed == 0 && t.failed > 0 { good + p_b } else { good }
                })
                .product();
            density[i as usize] += likelihood;
            total += likelihood;
            mean += likelihood * p_f;
            broken += likelihood * p_b;
        }
    }
    let quantile = |share: f64| {
        let mut below = 0.0;
        let reached = density.iter().position(|mass| {
            below += mass;
            below >= share * total
        });
        middle(u32::try_from(reached.unwrap_or(0)).unwrap_or(0))
    };
    [mean / total, quantile(0.05), quantile(0.95), broken / total]
}

fn tries() -> impl Strategy<Value = Vec<Tries>> {
    prop::collection::vec((0..3u32, 0..3u32).prop_map(|(failed, passed)| Tries { failed, passed }), 1..12)
        .prop_map(|mut commits| {
            // A commit without a try is none.
            commits.retain(|tries| tries.failed + tries.passed > 0);
            commits
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_closed_form_agrees_with_a_plain_grid(commits in tries()) {
        let found = posterior(&commits);
        let naive = on_a_grid(&commits, 160);
        for (found, naive) in [found.probability, found.low, found.high, found.broken].into_iter().zip(naive) {
            prop_assert!((found - naive).abs() <= 0.008, "{found} is not {naive} for {commits:?}");
        }
    }

    #[test]
    fn wilson_holds_the_share_and_narrows(hits in 0..40u32, more in 0..40u32) {
        let n = hits + more;
        prop_assume!(n > 0);
        let (low, high) = wilson(hits, n);
        let share = f64::from(hits) / f64::from(n);
        prop_assert!(0.0 <= low && low <= share + 1e-12 && share <= high + 1e-12 && high <= 1.0);
        let (low_10, high_10) = wilson(hits * 10, n * 10);
        prop_assert!(high_10 - low_10 < high - low);
    }

    #[test]
    fn figures_over_versions_agree_with_their_formulas(versions in prop::collection::vec(prop::collection::vec(any::<bool>(), 1..9), 1..9)) {
        let all: Vec<Version> = versions.iter().map(|tries| Version::of(tries.iter().copied())).collect();
        let rates: Vec<f64> = all.iter().map(Version::flip_rate).collect();
        let mut sums = (0.0, 0.0, 0.0);
        for (i, tries) in versions.iter().enumerate() {
            let flips = tries.windows(2).filter(|pair| pair[0] != pair[1]).count() as f64;
            let rate = if tries.len() > 1 { flips / (tries.len() - 1) as f64 } else { 0.0 };
            let weight: f64 = (i + 1..versions.len()).map(|_| 0.9).product();
            sums = (sums.0 + rate, sums.1 + weight * rate, sums.2 + weight);
        }
        prop_assert!((unweighted(&rates) - sums.0 / versions.len() as f64).abs() < 1e-12);
        prop_assert!((weighted(&rates) - sums.1 / sums.2).abs() < 1e-12);
        for version in &all {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&version.entropy()));
            prop_assert_eq!(version.entropy() > 0.0, version.tries.flips());
        }
    }

    #[test]
    fn what_is_remembered_reads_back_and_stays_bounded(added in prop::collection::vec((0..40u8, prop::collection::vec(any::<bool>(), 1..4)), 0..60)) {
        let mut past = PastTries::default();
        for (commit, tries) in &added {
            past.add(&if *commit == 0 { String::new() } else { format!("commit {commit} of many") }, tries);
        }
        let text = past.to_string();
        prop_assert_eq!(PastTries::try_from(text), Ok(past.clone()));
        prop_assert!(past.codes.len() <= CODES_MAX);
        let failed_first = past.codes.first().is_none_or(|code| code.tries.contains(&false));
        prop_assert!(failed_first || past.codes.len() <= CLEAN_CODES_MAX);
        // The newest code is never forgotten.
        if let Some((commit, tries)) = added.last().filter(|(commit, _)| *commit != 0) {
            let newest = past.on(&format!("commit {commit} of many")).expect("the newest code");
            prop_assert!(newest.tries.failed >= u32::from(tries.contains(&false)));
        }
    }
}

#[test]
fn a_text_that_is_no_summary_is_refused_and_named() {
    for text in ["", "x", "1 c", "1 c:PX", "-1", "1  c:P", "2000"] {
        let error = PastTries::try_from(text.to_owned()).unwrap_err().to_string();
        assert!(error.starts_with("no summary of tries"), "{error}");
    }
    let past = PastTries::try_from("2 a:b:PF :P".to_owned()).unwrap();
    assert_eq!((past.clean, past.codes[0].commit.as_str(), past.codes[1].commit.as_str()), (2, "a:b", ""));
}
