//! Drops graphs and makes them anew from the log, and shows that nothing differs.

use super::{Board, BoardError};
use crate::store::Store;
use shared::event::Hash128;
use shared::graph::Graph;
use shared::id::Name;
use shared::time::{AsOf, Position, Time};

/// Events read from the log at a time.
const READ_EVENTS: u32 = 4096;

/// What became of one iteration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Its project.
    pub project: Name,
    /// Its name.
    pub iteration: Name,
    /// Last position.
    pub head: Position,
    /// Digest of the state at the head, from scratch: the same for the same log, in every process.
    pub digest: Hash128,
    /// Digest of the same state as the board had it, fed event by event as they came, and moved there by steps.
    pub incremental: Hash128,
}

impl Rebuilt {
    /// Whether both ways gave the same bytes.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.digest == self.incremental
    }
}

impl Board {
    /// Rebuilds `iteration`, or all of them, and puts the fresh graphs in place of those in memory.
    ///
    /// With `verify` each answer of the old way is compared: the graph in memory (else one fed event by event)
    /// with its state stepped from the first position to the last, against a fresh graph's snapshot.
    ///
    /// # Errors
    /// No such iteration, or a log that cannot be read.
    pub async fn rebuild(&self, iteration: Option<&Name>, verify: bool) -> Result<Vec<Rebuilt>, BoardError> {
        let iterations = match iteration {
            Some(name) => vec![name.clone()],
            None => self.inner.store.iterations().await?.into_iter().map(|row| row.iteration).collect(),
        };
        let mut rebuilt = Vec::with_capacity(iterations.len());
        for name in iterations {
            rebuilt.push(self.rebuild_one(&name, verify).await?);
        }
        Ok(rebuilt)
    }

    async fn rebuild_one(&self, iteration: &Name, verify: bool) -> Result<Rebuilt, BoardError> {
        let live = self.inner.live(iteration).await?;
        let head = live.head();
        let fresh = from_log(self.inner.store.as_ref(), iteration, head).await?;
        // Everything known counts from when it was recorded at the latest: the digest is of the log alone.
        let valid = fresh.recorded_at(head).unwrap_or(Time::ALWAYS);
        let as_of = AsOf { valid, known: head };
        let digest = fresh.digest(&fresh.snapshot(as_of));
        let incremental = if verify { stepped(&live.graph(), as_of) } else { digest };
        live.replace(fresh, self.inner.store.as_ref()).await?;
        let rebuilt = Rebuilt {
            project: live.project.clone(),
            iteration: iteration.clone(),
            head,
            digest,
            incremental,
        };
        Ok(rebuilt)
    }
}

/// A graph of the log up to `head`, from scratch.
async fn from_log(store: &dyn Store, iteration: &Name, head: Position) -> Result<Graph, BoardError> {
    let mut graph = Graph::default();
    while graph.head() < head {
        let limit = u32::try_from(head - graph.head()).unwrap_or(READ_EVENTS).min(READ_EVENTS);
        let logged = store.read(iteration, graph.head(), limit).await?;
        if logged.is_empty() {
            break;
        }
        for entry in super::frames::entries_from_logged(logged).await? {
            graph.push(entry).map_err(|gap| BoardError::Gap(iteration.clone(), gap))?;
        }
    }
    Ok(graph)
}

/// Digest of the state at `as_of`, reached by steps through the whole history instead of by one snapshot.
fn stepped(graph: &Graph, as_of: AsOf) -> Hash128 {
    const STEPS: u64 = 64;
    let mut state = graph.snapshot(AsOf { valid: Time::ALWAYS, known: 0 });
    for step in 1..=STEPS {
        let known = as_of.known * step / STEPS;
        let valid = graph.recorded_at(known).unwrap_or(as_of.valid);
        graph.step(&mut state, AsOf { valid, known });
    }
    graph.step(&mut state, as_of);
    graph.digest(&state)
}
