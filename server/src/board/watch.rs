//! What the board does on its own: it looks for other processes' writes, and tells whoever watches when an
//! answer changes without an event.

use super::live::{Live, Pulse};
use super::{Inner, Question};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// How often other processes' writes are looked for. What this process wrote itself is offered within a tick, so
/// only what was there a tick ago and still is not in the graph is read.
const POLL_EVERY: Duration = Duration::from_millis(150);
/// How long an iteration has to be quiet before its next change is computed.
const QUIET_FOR: Duration = Duration::from_secs(1);
/// Longest sleep until a next change; then it is computed anew.
const SLEEP_MAX: Duration = Duration::from_secs(3600);

/// Looks for other processes' writes until the board is gone.
pub(super) async fn poll(board: Weak<Inner>) {
    let mut ticks = interval(POLL_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heads_before = BTreeMap::new();
    loop {
        ticks.tick().await;
        let Some(board) = board.upgrade() else { return };
        let lives = board.lock_shelf().all();
        if lives.is_empty() {
            continue;
        }
        let heads = match board.store.heads().await {
            Ok(heads) => heads,
            Err(error) => {
                tracing::warn!(%error, "cannot look for new events");
                continue;
            }
        };
        for live in lives {
            let behind = heads_before.get(&live.iteration).is_some_and(|head| *head > live.head());
            if behind
                && live.loaded.initialized()
                && let Err(error) = live.catch_up(board.store.as_ref()).await
            {
                tracing::warn!(%error, iteration = %live.iteration, "cannot catch up");
            }
        }
        heads_before = heads;
    }
}

/// Whoever holds one hears of changes of one iteration.
pub struct Subscription {
    pulses: watch::Receiver<Pulse>,
    live: Arc<Live>,
}

impl Subscription {
    /// Watches `live`, and starts its one timer unless it runs.
    pub(super) fn start(board: &Arc<Inner>, live: Arc<Live>) -> Self {
        live.watchers.fetch_add(1, Ordering::AcqRel);
        if !live.timed.swap(true, Ordering::AcqRel) {
            tokio::spawn(tell_changes(Arc::downgrade(board), Arc::downgrade(&live)));
        }
        Self { pulses: live.pulse.subscribe(), live }
    }

    /// The latest pulse; [`Subscription::next`] then waits for another one.
    pub fn latest(&mut self) -> Pulse {
        *self.pulses.borrow_and_update()
    }

    /// Waits for a pulse that has not been seen and returns the latest. Cancel-safe.
    pub async fn next(&mut self) -> Pulse {
        // The sender lives in `live`, which this holds, so the channel cannot be closed.
        let _open = self.pulses.changed().await;
        self.latest()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.live.watchers.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Waits for the next change of the answer at now, tells it, and again; ends when nobody watches.
async fn tell_changes(board: Weak<Inner>, weak: Weak<Live>) {
    loop {
        let (Some(inner), Some(live)) = (board.upgrade(), weak.upgrade()) else { return };
        if live.watchers() == 0 {
            live.timed.store(false, Ordering::SeqCst);
            // Somebody may have come just before and found the timer running: then it goes on.
            if live.watchers() == 0 || live.timed.swap(true, Ordering::SeqCst) {
                return;
            }
        }
        let mut pulses = live.pulse.subscribe();
        let seen = *pulses.borrow_and_update();
        drop((inner, live));
        if timeout(QUIET_FOR, pulses.changed()).await.is_ok() {
            // Events come in, and their pulses make everybody ask anew: nothing is computed for each.
            sleep(QUIET_FOR).await;
            continue;
        }
        let (Some(inner), Some(live)) = (board.upgrade(), weak.upgrade()) else { return };
        let (wait, changes) = until_next_change(&inner, &live).await;
        drop((inner, live));
        let quiet = timeout(wait, pulses.changed()).await.is_err();
        let Some(live) = weak.upgrade() else { return };
        if quiet && changes {
            live.pulse.send_if_modified(|pulse| {
                let same = *pulse == seen;
                pulse.changes += u64::from(same);
                same
            });
        }
    }
}

/// How long to wait, and whether the answer changes then (else it is only time to look again).
async fn until_next_change(board: &Inner, live: &Live) -> (Duration, bool) {
    let now = live.now(board.clock.now());
    let (as_of, _) = live.resolve(&Question::NOW, now);
    match live.analysis(as_of, true).await {
        Ok(analysis) => match analysis.verdict.next_change {
            Some(change) => {
                let micros = u64::try_from(change.0.saturating_sub(now.0)).unwrap_or(0);
                let wait = Duration::from_micros(micros);
                (wait.min(SLEEP_MAX), wait <= SLEEP_MAX)
            }
            None => (SLEEP_MAX, false),
        },
        Err(error) => {
            tracing::warn!(%error, iteration = %live.iteration, "cannot tell when the answer changes");
            (SLEEP_MAX, false)
        }
    }
}
