//! A made-up suite over many runs, and what to time of it: the behaviour lens, and a plain way to its posterior.

use crate::lcg::Lcg;
use shared::correlate::LinkIndex;
use shared::event::{Outcome, Provenance};
use shared::flake::{Tries, posterior};
use shared::graph::{Attempt, Entity, Graph, Run, Scene};
use shared::id::{AttemptId, EntityId, Kind, Stream};
use shared::lens::Bdv;
use shared::time::{AsOf, Time};
use shared::verdict::context::Context;
use std::sync::Mutex;

/// Runs on one commit: the second is the same code again, where a flake shows.
const RUNS_A_COMMIT: u32 = 2;
/// The run in which nine of ten scenarios fail together.
const MASS_FAILURE: u32 = 7;
/// Cells of the plain grid, along either side.
const GRID: u32 = 400;

struct Bench {
    scene: Scene,
    context: Context,
}

static BENCH: Mutex<Option<Bench>> = Mutex::new(None);

/// Builds a suite that ran `runs` times. Of ten scenarios seven only pass, two are flakes of up to 30 %, one is broken
/// from some commit on.
#[unsafe(no_mangle)]
pub extern "C" fn behaviour_build(scenarios: u32, runs: u32) {
    let empty = Graph::default();
    let mut scene = empty.scene(&empty.snapshot(AsOf { valid: Time::MAX, known: 0 }));
    let mut lcg = Lcg(42);
    scene.runs = (0..runs).map(run).collect();
    for scenario in 0..scenarios {
        let id = EntityId::new(Kind::Scenario, format!("feature{:03}/scenario{scenario:05}", scenario / 20));
        let fails_of_100 = if scenario % 10 > 7 { 1 + lcg.below(30) } else { 0 };
        let broken_from = if scenario % 10 == 7 { lcg.below(u64::from(runs)) as u32 } else { runs };
        let fails = |run: u32, lcg: &mut Lcg| {
            let together = run == MASS_FAILURE && lcg.below(10) > 0;
            together || run >= broken_from || lcg.below(100) < fails_of_100
        };
        let attempts = (0..runs).map(|run| attempt(&id, run, fails(run, &mut lcg))).collect();
        scene.entities.insert(id.clone(), Entity { attempts, ..Entity::named(id) });
    }
    let context = Context::of(&scene);
    *BENCH.lock().expect("one thread") = Some(Bench { scene, context });
}

/// What run `n` was of.
fn commit(n: u32) -> String {
    format!("commit{:04}", n / RUNS_A_COMMIT)
}

fn run(n: u32) -> Run {
    Run {
        stream: Stream::Bdv,
        key: format!("run{n:04}"),
        outcome: Outcome::Passed,
        started_at: Some(Time(i64::from(n) * 1_000_000)),
        finished_at: Some(Time(i64::from(n) * 1_000_000 + 900_000)),
        name: None,
        commit: Some(commit(n)),
        reason: None,
        explicit: true,
        position: 1,
    }
}

fn attempt(of: &EntityId, n: u32, fails: bool) -> Attempt {
    let started = Time(i64::from(n) * 1_000_000);
    Attempt {
        id: AttemptId { of: of.clone(), run: format!("run{n:04}"), try_number: 1 },
        n: n + 1,
        outcome: if fails { Outcome::Failed } else { Outcome::Passed },
        queued_at: None,
        started_at: Some(started),
        finished_at: Some(started),
        provenance: Provenance::Recorded,
        error: None,
        reason: None,
        commit: Some(commit(n)),
        position: 1,
    }
}

fn with<T>(use_it: impl FnOnce(&Bench) -> T) -> T {
    use_it(BENCH.lock().expect("one thread").as_ref().expect("behaviour_build comes first"))
}

/// The lens with all figures of flakes; the number of scenarios whose tries flipped on one code.
#[unsafe(no_mangle)]
pub extern "C" fn behaviour_lens() -> u32 {
    with(|bench| {
        let lens = Bdv::of(&bench.scene, &LinkIndex::new(&[]), &bench.context);
        lens.scenarios.iter().filter(|scenario| scenario.flake.flips > 0).count() as u32
    })
}

/// Tries by commit of a flake over `commits`: one in five failed and passed, one in ten failed twice.
fn sample(commits: u32) -> Vec<Tries> {
    let of = |n: u32| match n % 10 {
        0 | 5 => Tries { failed: 1, passed: 1 },
        7 => Tries { failed: 2, passed: 0 },
        _ => Tries { failed: 0, passed: 2 },
    };
    (0..commits).map(of).collect()
}

/// The expected probability of a flake, as the lens has it.
#[unsafe(no_mangle)]
pub extern "C" fn behaviour_posterior(commits: u32) -> f64 {
    posterior(&sample(commits)).probability
}

/// The same on a plain two-dimensional grid.
#[unsafe(no_mangle)]
pub extern "C" fn behaviour_naive_posterior(commits: u32) -> f64 {
    let tries = sample(commits);
    let middle = |cell: u32| (f64::from(cell) + 0.5) / f64::from(GRID);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for p_f in (0..GRID).map(middle) {
        for p_b in (0..GRID).map(middle) {
            let mut likelihood = 1.0;
            for one in &tries {
                let good =
                    libm::pow(p_f, f64::from(one.failed)) * libm::pow(1.0 - p_f, f64::from(one.passed));
                let broken = if one.passed == 0 { p_b } else { 0.0 };
                likelihood *= (1.0 - p_b) * good + broken;
            }
            sum += likelihood;
            weighted += p_f * likelihood;
        }
    }
    weighted / sum
}
