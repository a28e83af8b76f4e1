//! Restoring whole logs.

use super::log::{append, name, whole_log};
use super::place::Place;
use crate::events::{pending, small};
use server::store::{Appended, StoreError};
use shared::event::Logged;
use shared::time::Time;

fn logged(iteration: &str, position: u64, recorded_at: i64) -> Logged {
    let mut event = small(iteration, &position.to_string(), 1);
    event.project = name("shop");
    Logged {
        position,
        recorded_at: Time(recorded_at),
        actor: position.is_multiple_of(2).then(|| "ci".to_owned()),
        steward: position.is_multiple_of(3),
        event,
    }
}

pub async fn whole(place: &Place) {
    let store = place.open().await;
    let logs: Vec<Logged> = (1..=700)
        .flat_map(|n| [logged("i2", n, 2_000 + (n as i64 / 10)), logged("i1", n, 1_000 + n as i64)])
        .collect();
    let heads = store.restore(logs.clone()).await.expect("a restore");
    assert_eq!(heads, [(name("i1"), 700), (name("i2"), 700)].into_iter().collect());
    for iteration in ["i1", "i2"] {
        let expected: Vec<&Logged> =
            logs.iter().filter(|l| l.event.iteration.as_str() == iteration).collect();
        let restored = whole_log(&*store, iteration).await;
        assert!(restored.iter().eq(expected), "{iteration} is as it was");
    }
    let rows = store.iterations().await.expect("rows");
    let opened: Vec<&str> = rows.iter().map(|row| row.iteration.as_str()).collect();
    assert_eq!(opened, ["i1", "i2"], "in the order they opened");
    assert_eq!((rows[0].opened_at, rows[0].recorded_at), (Time(1_001), Time(1_700)));
    assert_eq!(append(&*store, small("i1", "9", 1)).await, Appended::Duplicate(9));
    let next = append(&*store, small("i1", "new", 1)).await;
    assert!(matches!(next, Appended::Accepted(701, at) if at > Time(1_700)), "{next:?}");

    // What one store gives out another one takes in.
    let elsewhere = place.another();
    let other = elsewhere.open().await;
    let log = whole_log(&*store, "i1").await;
    other.restore(log.clone()).await.expect("a restore");
    assert_eq!(whole_log(&*other, "i1").await, log);
}

pub async fn refused(place: &Place) {
    let store = place.open().await;
    let sound = || vec![logged("i1", 1, 5), logged("i1", 2, 5), logged("i1", 3, 6)];
    let mut gap = sound();
    gap.remove(1);
    let mut late = sound();
    late.remove(0);
    let mut backwards = sound();
    backwards[2].recorded_at = Time(4);
    let mut twice = sound();
    twice[2].event.identity = twice[0].event.identity.clone();
    let mut project = sound();
    project[1].event.project = name("bank");
    for wrong in [gap, late, backwards, twice, project] {
        let mut all = vec![logged("i0", 1, 5)];
        all.extend(wrong);
        let error = store.restore(all).await.expect_err("no whole log");
        assert!(matches!(&error, StoreError::NotWhole(reason) if reason.starts_with("i1:")), "{error}");
    }
    assert_eq!(store.heads().await.expect("heads").len(), 0, "nothing of it was written");

    store.append(vec![pending(small("i1", "a", 1))]).await.expect("an append");
    let mut all = sound();
    all.push(logged("i0", 1, 5));
    let error = store.restore(all).await.expect_err("i1 has events");
    assert!(matches!(&error, StoreError::NotEmpty(iteration) if *iteration == name("i1")), "{error}");
    assert_eq!(store.heads().await.expect("heads").len(), 1, "i0 was not written either");
    assert_eq!(store.restore(Vec::new()).await.expect("nothing to do").len(), 0);
}
