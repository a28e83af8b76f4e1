//! A graph of generated events and the questions to time, beside a naive replay of the same events.

use crate::lcg::Lcg;
use shared::event::{Entry, Facet, Fact, Hash128, Naming, Outcome, Subject, Value};
use shared::graph::{Graph, State};
use shared::id::{EntityId, Kind, Stream};
use shared::time::{AsOf, Time};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Facets of one entity: cells are entities times these.
const FACETS: [Facet; 4] = [Facet::Outcome, Facet::Group, Facet::Commit, Facet::Weight];
/// First recording, in microseconds.
const START: i64 = 1_780_000_000_000_000;
/// Microseconds between two recordings.
const PAUSE: i64 = 40_000;

/// Counts the bytes that are in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged; only a counter is kept beside.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: passed on as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: passed on as it came.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One version, as a replay without an index keeps it.
struct Plain {
    cell: u32,
    valid: i64,
    known: u32,
    dead: u32,
    value: u32,
}

struct Bench {
    graph: Graph,
    state: State,
    plain: Vec<Plain>,
    n_cells: u32,
    graph_bytes: usize,
}

static BENCH: Mutex<Option<Bench>> = Mutex::new(None);

/// Generates and folds `n_events` over `n_cells`: 5 % late by up to a tenth of the range, 0.5 % retractions.
#[unsafe(no_mangle)]
pub extern "C" fn bench_build(n_events: u32, n_cells: u32) {
    let mut lcg = Lcg(42);
    let mut plain = Vec::with_capacity(n_events as usize);
    for known in 1..=n_events {
        let recorded = START + i64::from(known) * PAUSE;
        let late =
            if lcg.below(100) < 5 { lcg.below(u64::from(n_events) * PAUSE as u64 / 10) as i64 } else { 0 };
        plain.push(Plain {
            cell: lcg.below(u64::from(n_cells)) as u32,
            valid: recorded - late,
            known,
            dead: u32::MAX,
            value: lcg.below(6) as u32,
        });
    }
    let mut names = vec![0; n_events as usize];
    for known in 1_000..n_events {
        if lcg.below(200) == 0 {
            let named = lcg.below(u64::from(known) - 1) as u32;
            names[known as usize] = named + 1;
            let named = &mut plain[named as usize];
            named.dead = named.dead.min(known + 1);
        }
    }
    let before = IN_USE.load(Ordering::Relaxed);
    let mut graph = Graph::default();
    for (row, names) in plain.iter().zip(&names) {
        graph.push(entry(row, *names)).expect("positions count from 1");
    }
    graph.settle();
    let graph_bytes = IN_USE.load(Ordering::Relaxed) - before;
    let state = graph.snapshot(AsOf { valid: Time(START), known: 0 });
    *BENCH.lock().expect("one thread") = Some(Bench { graph, state, plain, n_cells, graph_bytes });
}

fn identity(known: u32) -> Hash128 {
    let mut lcg = Lcg(u64::from(known) << 20);
    let bytes = std::array::from_fn(|_| lcg.below(256) as u8);
    Hash128(bytes)
}

fn entry(row: &Plain, names: u32) -> Entry {
    let recorded = START + i64::from(row.known) * PAUSE;
    let subject = Subject::Entity(EntityId::new(Kind::Task, format!("task-{}", row.cell / 4)));
    let fact = Fact {
        subject,
        facet: FACETS[row.cell as usize % 4],
        qualifier: String::new(),
        valid: Time(row.valid),
        rank: 0,
        value: Value::Outcome(Outcome::ALL[row.value as usize]),
    };
    Entry {
        position: u64::from(row.known),
        recorded_at: Time(recorded),
        source: "bench".to_owned(),
        identity: identity(row.known),
        content: Hash128([0; 16]),
        steward: false,
        clamped: false,
        stream: Some(Stream::Dde),
        happened_at: Time(row.valid),
        batch: None,
        closing: None,
        naming: (names > 0).then(|| Naming { named: identity(names), source: "bench".to_owned() }),
        facts: vec![fact],
    }
}

fn with<T>(use_it: impl FnOnce(&mut Bench) -> T) -> T {
    use_it(BENCH.lock().expect("one thread").as_mut().expect("bench_build comes first"))
}

/// The question at a share of the range on each clock, in millionths.
fn question(bench: &Bench, valid: u32, known: u32) -> AsOf {
    let head = bench.graph.head();
    let range = head as i64 * PAUSE;
    AsOf {
        valid: Time(
            START + range / 1_000_000 * i64::from(valid) + range % 1_000_000 * i64::from(valid) / 1_000_000,
        ),
        known: head * u64::from(known) / 1_000_000,
    }
}

/// Answers a question from nothing and keeps the answer.
#[unsafe(no_mangle)]
pub extern "C" fn bench_snapshot(valid: u32, known: u32) {
    with(|bench| {
        let as_of = question(bench, valid, known);
        bench.state = bench.graph.snapshot(as_of);
    });
}

/// Moves the answer to another question; returns how many cells changed.
#[unsafe(no_mangle)]
pub extern "C" fn bench_step(valid: u32, known: u32) -> u32 {
    with(|bench| {
        let as_of = question(bench, valid, known);
        bench.graph.step(&mut bench.state, as_of).len() as u32
    })
}

/// Answers a question by replaying all events; returns a sum over the winners.
#[unsafe(no_mangle)]
pub extern "C" fn bench_replay(valid: u32, known: u32) -> u32 {
    with(|bench| {
        let AsOf { valid: Time(valid), known } = question(bench, valid, known);
        let known = known as u32;
        let mut best: Vec<Option<&Plain>> = vec![None; bench.n_cells as usize];
        for row in &bench.plain[..known as usize] {
            if row.valid <= valid && row.dead > known {
                let kept = &mut best[row.cell as usize];
                if kept.is_none_or(|kept| (kept.valid, kept.known) < (row.valid, row.known)) {
                    *kept = Some(row);
                }
            }
        }
        checksum(best.into_iter().map(|row| row.map(|row| row.known)))
    })
}

/// The same sum over the kept answer: equal to the replay's, or the index is wrong.
#[unsafe(no_mangle)]
pub extern "C" fn bench_checksum() -> u32 {
    with(|bench| {
        let mut winners = vec![None; bench.n_cells as usize];
        for cell in bench.graph.cells() {
            let Subject::Entity(id) = bench.graph.subject(cell) else { continue };
            let number = id.key.trim_start_matches("task-").parse::<usize>().expect("keys are generated");
            let facet =
                FACETS.iter().position(|facet| *facet == bench.graph.facet(cell)).expect("one of four");
            let held = bench.graph.value(&bench.state, cell);
            winners[number * 4 + facet] = held.map(|(_, _, position)| position as u32);
        }
        checksum(winners.into_iter())
    })
}

fn checksum(winners: impl Iterator<Item = Option<u32>>) -> u32 {
    winners.fold(0, |sum: u32, winner| sum.wrapping_mul(31).wrapping_add(winner.unwrap_or(0)))
}

/// Bytes the graph holds, payloads included.
#[unsafe(no_mangle)]
pub extern "C" fn bench_bytes() -> u32 {
    with(|bench| u32::try_from(bench.graph_bytes).expect("memory of wasm32 has 32 bits"))
}
