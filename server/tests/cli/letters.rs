//! Dead letters from the command line: what was refused is listed, shown, sent again and forgotten.

use super::place::Place;
use super::world::{event, execution};
use serde_json::{Value, json};

#[test]
fn refused_events_are_listed_shown_replayed_and_discarded() {
    let place = Place::new();
    let eaten = event("I", "x", "task.eaten", 1, json!({}));
    place.import("I", execution("I", true) + &eaten).good();
    place.import("I", execution("I", false)).good();
    let list = place.on_store(&["dlq", "list"]);
    list.is(0, "3 dead letters");
    let lines: Vec<&str> = list.out.lines().collect();
    assert!(
        lines[0].contains("CATEGORY") && lines[1].contains("SCHEMA") && lines[2].contains("CRITICAL"),
        "{list:?}"
    );
    let first: Value = serde_json::from_str(
        place.on_store(&["dlq", "list", "--json"]).out.lines().next().expect("a letter"),
    )
    .expect("JSON");
    assert_eq!(first["iteration"], "I");
    let id = first["id"].to_string();
    let shown = place.on_store(&["dlq", "show", &id]);
    assert!(shown.good().out.contains("unknown event type") && shown.out.contains("task.eaten"), "{shown:?}");
    let again = place.on_store(&["dlq", "replay", &id]);
    again.is(1, "1 dead letter was refused again");
    assert!(again.out.contains("refused again: type: unknown event type"), "{again:?}");
    place.on_store(&["dlq", "discard", &id]).is(0, "1 dead letter discarded");
    place.on_store(&["dlq", "show", &id]).is(6, "not found");
    assert_eq!(place.on_store(&["dlq", "list", "--category", "schema"]).good().out, "");
    place.on_store(&["dlq", "replay", "--category", "transient"]).good();
    place.on_store(&["dlq", "discard", "--category", "critical"]).is(0, " discarded");
    let rest = place.on_store(&["dlq", "list"]);
    rest.good();
    assert!(!rest.out.contains("CRITICAL"), "{rest:?}");
    place.on_store(&["dlq", "discard", "--all"]).good();
    place.on_store(&["dlq", "list"]).is(0, "0 dead letters");
}
