//! `kill -9` during load: what was acknowledged is there, once, at the position it was acknowledged with.
//!
//! Twenty times a real `mission serve` is killed at a moment that the progress of the load decides, by a seed:
//! after an answer, with a request sent but not answered, or in the middle of a body; then it is started again
//! over the same file and the load goes on where it was, sending again whatever was not acknowledged.

#[path = "kill/load.rs"]
mod load;
#[path = "kill/process.rs"]
mod process;

use load::{Load, Moment};
use process::Process;
use server::board::Rebuilt;
use server::service::Service;
use server::store::Store;
use shared::id::Name;
use std::collections::BTreeMap;
use std::sync::Arc;

const KILLS: u64 = 20;

/// Every id that is in the log, with its position; fails on one that is there twice.
async fn logged(store: &dyn Store, iteration: &Name) -> BTreeMap<String, u64> {
    let mut positions = BTreeMap::new();
    let mut after = 0;
    loop {
        let some = store.read(iteration, after, 4_096).await.expect("a read");
        let Some(last) = some.last() else { return positions };
        assert_eq!(some[0].position, after + 1, "the log has no gap");
        after = last.position;
        for logged in some {
            let twice = positions.insert(logged.event.identity.id.clone(), logged.position);
            assert_eq!(twice, None, "{} is there twice", logged.event.identity.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_events_survive_twenty_kills_once_each() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = format!("sqlite:{}", folder.path().join("store.db").display());
    let mut load = Load::new(20_261_124);
    for round in 0..KILLS {
        let process = Process::serve(&address);
        let moment = Moment::of_round(round, &mut load.random);
        load.run_until(&process, moment);
        process.kill();
    }
    let acknowledged_before_the_end = load.n_acknowledged();
    let process = Process::serve(&address);
    load.finish(&process);
    process.kill();
    assert!(acknowledged_before_the_end > 1_000, "{acknowledged_before_the_end}");
    assert!(load.n_broken_off > 10, "kills must hit requests under way: {}", load.n_broken_off);

    let store: Arc<dyn Store> = server::store::open(&address).await.expect("the store opens");
    let mut n_logged = 0;
    for (iteration, batches) in load.acknowledged() {
        let positions = logged(&*store, &iteration).await;
        let sent: Vec<&str> = batches.iter().flat_map(|batch| batch.ids()).collect();
        let own = positions.keys().filter(|id| !id.starts_with("context:")).count();
        assert_eq!(own, sent.len(), "{iteration}: no more and no less than what was acknowledged");
        for batch in batches {
            let last = batch.ids().map(|id| positions[id]).max();
            assert_eq!(last, batch.position, "{iteration}: where it was acknowledged");
        }
        n_logged += sent.len();
    }
    assert_eq!(n_logged as u64, load.n_acknowledged());

    let service = Service::open(store).await.expect("the service opens");
    let rebuilt = service.board.rebuild(None, true).await.expect("a rebuild");
    assert_eq!(rebuilt.len(), load::ITERATIONS.len());
    assert!(rebuilt.iter().all(Rebuilt::is_equal), "{rebuilt:?}");
}
