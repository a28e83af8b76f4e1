//! The load: writers that send batches, remember what was acknowledged, and send the rest again.

use super::process::Process;
use serde_json::json;
use shared::id::Name;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What is written to, turn about.
pub const ITERATIONS: [&str; 3] = ["A", "B", "C"];
const WRITERS: usize = 3;

/// A linear congruential generator (Knuth's MMIX constants); the upper bits are the good ones.
pub struct Lcg(u64);

impl Lcg {
    /// The next number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) * bound) >> 31
    }
}

/// When a server is killed: at the `after`th request of its life.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    after: u64,
    what: What,
}

/// How far that request has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Its answer has been read.
    Answered,
    /// All of it has been sent.
    Sent,
    /// Some of its body has not.
    HalfSent,
}

impl Moment {
    /// The moment of a round.
    pub fn of_round(round: u64, random: &mut Lcg) -> Self {
        let what = [What::Answered, What::Sent, What::HalfSent][(round % 3) as usize];
        Self { after: 1 + random.below(40), what }
    }
}

/// Events sent together.
#[derive(Debug, Clone)]
pub struct Batch {
    iteration: usize,
    first: u64,
    count: u64,
    ids: Vec<String>,
    /// Where the acknowledgement says its last event is.
    pub position: Option<u64>,
}

impl Batch {
    fn new(iteration: usize, first: u64, count: u64) -> Self {
        let ids = (first..first + count).map(|n| format!("e-{n}")).collect();
        Self { iteration, first, count, ids, position: None }
    }

    /// Ids of its events.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }

    /// One event a line, of all kinds: declared, tried, failed with a long text, corrected.
    fn lines(&self) -> String {
        let event = |n: u64| {
            let (kind, data) = match n % 4 {
                0 => ("task.declared", json!({"task": format!("t-{}", n % 97), "planned": true})),
                1 => (
                    "scenario.finished",
                    json!({"key": format!("s-{}", n % 53), "run": "r", "outcome": "passed"}),
                ),
                2 => (
                    "import.declared",
                    json!({"from": format!("m-{}", n % 31), "to": format!("m-{}", n % 29)}),
                ),
                _ => {
                    let error = "a line of a long trace\n".repeat(20);
                    (
                        "task.finished",
                        json!({"key": format!("t-{}", n % 97), "run": format!("r-{}", n % 7),
                        "outcome": "failed", "error": error}),
                    )
                }
            };
            json!({
                "specversion": "1.0", "source": "kill", "id": format!("e-{n}"), "type": format!("mission.{kind}.v1"),
                "iteration": ITERATIONS[self.iteration], "project": "shop", "data": data,
                "time": format!("2026-11-17T09:{:02}:{:02}Z", n / 60 % 60, n % 60),
            })
        };
        (self.first..self.first + self.count).map(|n| format!("{}\n", event(n))).collect()
    }
}

/// All batches so far.
pub struct Load {
    /// Where chance comes from.
    pub random: Lcg,
    /// Requests that a kill broke off.
    pub n_broken_off: u64,
    next: u64,
    pending: Vec<Batch>,
    acknowledged: Vec<Batch>,
}

impl Load {
    /// A load from a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Lcg(seed), n_broken_off: 0, next: 0, pending: Vec::new(), acknowledged: Vec::new() }
    }

    /// Events acknowledged so far.
    pub fn n_acknowledged(&self) -> u64 {
        self.acknowledged.iter().map(|batch| batch.count).sum()
    }

    /// Acknowledged batches by iteration.
    pub fn acknowledged(&self) -> BTreeMap<Name, Vec<&Batch>> {
        let mut by_iteration: BTreeMap<Name, Vec<&Batch>> = BTreeMap::new();
        for batch in &self.acknowledged {
            let name = Name::iteration(ITERATIONS[batch.iteration]).expect("a name");
            by_iteration.entry(name).or_default().push(batch);
        }
        by_iteration
    }

    fn batch(&mut self) -> Batch {
        let count = 1 + self.random.below(60);
        let batch = Batch::new(self.random.below(ITERATIONS.len() as u64) as usize, self.next, count);
        self.next += count;
        batch
    }

    /// Writes with several writers at once until `moment`, when the server is killed.
    pub fn run_until(&mut self, process: &Process, moment: Moment) {
        let n_batches = moment.after as usize + WRITERS + 2;
        let mut batches = std::mem::take(&mut self.pending);
        while batches.len() < n_batches {
            batches.push(self.batch());
        }
        batches.reverse();
        let work = Work {
            process,
            moment: Some(moment),
            queue: Mutex::new(batches),
            n_begun: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            done: Mutex::new(Vec::new()),
        };
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| work.write());
            }
        });
        self.take_back(work);
    }

    /// Sends everything that has not been acknowledged, and a little more.
    pub fn finish(&mut self, process: &Process) {
        let mut batches = std::mem::take(&mut self.pending);
        batches.push(self.batch());
        let work = Work {
            process,
            moment: None,
            queue: Mutex::new(batches),
            n_begun: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            done: Mutex::new(Vec::new()),
        };
        work.write();
        self.take_back(work);
        assert!(self.pending.is_empty(), "a server that lives acknowledges everything");
    }

    fn take_back(&mut self, work: Work<'_>) {
        let done = work.done.into_inner().expect("no writer panicked");
        self.pending = work.queue.into_inner().expect("no writer panicked");
        self.pending.reverse();
        for batch in done {
            match batch.position {
                Some(_) => self.acknowledged.push(batch),
                None => {
                    self.n_broken_off += 1;
                    self.pending.push(batch);
                }
            }
        }
    }
}

/// What several writers share.
struct Work<'a> {
    process: &'a Process,
    moment: Option<Moment>,
    queue: Mutex<Vec<Batch>>,
    n_begun: AtomicU64,
    is_over: AtomicBool,
    done: Mutex<Vec<Batch>>,
}

impl Work<'_> {
    /// Sends batches until there are none, or the server is gone.
    fn write(&self) {
        while !self.is_over.load(Ordering::Acquire) {
            let Some(mut batch) = self.queue.lock().expect("no writer panicked").pop() else { return };
            batch.position = self.send(&batch);
            if batch.position.is_none() {
                self.is_over.store(true, Ordering::Release);
            }
            self.done.lock().expect("no writer panicked").push(batch);
        }
    }

    /// Sends one batch, and kills the server if this is the moment. Where its last event is, if acknowledged.
    fn send(&self, batch: &Batch) -> Option<u64> {
        let turn = self.n_begun.fetch_add(1, Ordering::AcqRel) + 1;
        let what = self.moment.filter(|moment| moment.after == turn).map(|moment| moment.what);
        let lines = batch.lines();
        let n_held = if what == Some(What::HalfSent) { lines.len() / 2 } else { 0 };
        let request = self.process.begin(&lines, n_held);
        if matches!(what, Some(What::Sent | What::HalfSent)) {
            self.process.kill();
        }
        let receipt = request?.receipt();
        if what == Some(What::Answered) {
            self.process.kill();
        }
        let receipt = receipt?;
        let counted = receipt["accepted"].as_u64().zip(receipt["duplicates"].as_u64());
        assert_eq!(counted.map(|(new, there)| new + there), Some(batch.count), "{receipt}");
        receipt["positions"][ITERATIONS[batch.iteration]].as_u64()
    }
}
