//! The log out and in again: the same positions, the same digest.

use super::place::{Place, fixture};
use super::world::{evidence, execution};
use serde_json::Value;

/// Digest of the only iteration of a store.
fn digest(place: &Place) -> (Value, Value) {
    let rebuilt = place.on_store(&["rebuild", "--verify", "--json"]).good().json();
    assert_eq!(rebuilt["verified"], true);
    (rebuilt["digest"].clone(), rebuilt["position"].clone())
}

#[test]
fn events_piped_into_restore_give_the_same_log_and_digest() {
    let (from, to) = (Place::new(), Place::new());
    for name in ["cucumber.ndjson", "openlineage.ndjson", "dependency-cruiser.json"] {
        from.on_store(&["import", "--iteration", "I", &fixture(name).display().to_string()]).good();
    }
    from.import("I", evidence("I", true, false, true)).good();
    let log = from.on_store(&["events", "--iteration", "I"]).good().out.clone();
    let store = to.store();
    let report =
        to.pipe(&["import", "--iteration", "I", "--restore", "--json", "--store", &store, "-"], &log);
    let report = report.good().json();
    assert_eq!(
        (report["read"].as_u64(), &report["accepted"]),
        (Some(log.lines().count() as u64), &report["read"])
    );
    assert_eq!(to.on_store(&["events", "--iteration", "I"]).good().out, log);
    assert_eq!(digest(&from), digest(&to));
    let rest = from.on_store(&["events", "--iteration", "I", "--after", "3"]);
    assert_eq!(rest.good().out.lines().count(), log.lines().count() - 3);
    let same = from.pipe(&["import", "--iteration", "I", "--json", "--store", &from.store(), "-"], &log);
    assert_eq!(same.good().json()["duplicates"].as_u64(), Some(log.lines().count() as u64), "piped back in");
}

#[test]
fn restore_takes_whole_logs_into_empty_iterations_only() {
    let place = Place::new();
    place.import("I", execution("I", true)).good();
    let log = place.on_store(&["events", "--iteration", "I"]).good().out.clone();
    let store = place.store();
    let restore = |iteration: &str, text: &str| {
        place.pipe(&["import", "--iteration", iteration, "--restore", "--store", &store, "-"], text)
    };
    restore("I", &log).is(8, "already has events");
    let gap: String = log.lines().skip(1).map(|line| format!("{line}\n")).collect();
    restore("J", &gap).is(8, "position 1 was expected");
    restore("J", &evidence("J", true, true, true)).is(8, "position: must be a whole number from 1");
    restore("J", &log[..log.len() - 20]).is(8, "(standard input):2:");
    restore("J", "").is(8, "no events");
    place.on_store(&["events", "--iteration", "J"]).is(6, "not found");
    restore("J", &log).good();
    let other = place.on_store(&["events", "--iteration", "J"]);
    assert_eq!(other.good().out, log.replace("\"iteration\":\"I\"", "\"iteration\":\"J\""));
}
