//! Files that mean harm or are broken: a clear answer with its exit code, nothing half-stored.

use super::place::Place;
use super::world::{evidence, execution};
use serde_json::{Value, json};
use std::io::Write;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).expect("written");
    encoder.finish().expect("finished")
}

/// Imports a file that must be refused whole, and sees that nothing was stored.
#[track_caller]
fn refused(name: &str, bytes: impl AsRef<[u8]>, words: &str) {
    let place = Place::new();
    let file = place.file(name, bytes);
    let ran = place.on_store(&["import", "--iteration", "I", &file]);
    ran.is(8, words);
    assert!(ran.err.starts_with("mission: refused, nothing is stored: ") && ran.out.is_empty(), "{ran:?}");
    assert!(!place.path("store.db").exists(), "a store is not even made");
}

#[test]
fn compression_that_breaks_off_is_refused() {
    let plain = evidence("I", true, true, true);
    let gz = gzip(plain.as_bytes());
    refused("cut.gz", &gz[..gz.len() - 9], "not whole gzip");
    refused("tail.gz", [&gz[..], b"tail"].concat(), "not whole gzip");
    let zst = zstd::bulk::compress(plain.as_bytes(), 3).expect("compressed");
    refused("cut.zst", &zst[..zst.len() / 2], "not whole zstd");
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    refused(
        "bomb.gz",
        gzip(&vec![b' '; 300 << 20]),
        "more than 268435456 bytes, before or after decompression",
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    refused(
        "deep.json",
        format!("{{\"packages\":{deep},\"workspace_members\":[]}}"),
        "nested deeper than 64 levels",
    );
}

#[test]
fn text_that_is_none_is_refused() {
    refused(
        "bad.ndjson",
        [execution("I", true).as_bytes(), b"{\"id\":\"\xff\xfe\"}\n"].concat(),
        "bad.ndjson:3: not UTF-8",
    );
    refused("empty", "", "empty");
    refused("blank", " \n\n", "");
    refused("prose.txt", "Dear diary, today nothing was deployed.", "no format that is read here");
}

#[test]
fn a_container_that_breaks_off_is_refused() {
    let whole = evidence("I", true, true, true);
    refused("cut.ndjson", &whole[..whole.len() - 30], "the file breaks off here");
    refused("cut.xml", "<testsuite name=\"s\"><testcase name=\"t\"/>", "cut.xml:1:");
}

#[test]
fn a_line_of_a_hundred_megabytes_costs_that_line_only() {
    let place = Place::new();
    let long = format!(
        "{{\"specversion\":\"1.0\",\"id\":\"l\",\"source\":\"s\",\"type\":\"mission.task.declared.v1\",\"subject\":\"{}\"}}\n",
        "x".repeat(100_000_000)
    );
    let file = place.file("long.ndjson", execution("I", true) + &long + &execution("I", true));
    let report = place.on_store(&["import", "--iteration", "I", "--json", &file]).good().json();
    assert_eq!(
        (&report["accepted"], &report["duplicates"], &report["rejected"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert_eq!(report["issues"][0]["line"], 3);
    assert!(
        report["issues"][0]["reason"].as_str().is_some_and(|why| why.contains("at most 1048576")),
        "{report}"
    );
    refused("x.txt", "x".repeat(100_000_000), "no format that is read here");
}

#[test]
fn bad_items_between_good_ones_are_reported_alone() {
    let place = Place::new();
    let good = execution("I", true);
    let with = |field: &str, value: Value| {
        let mut event: Value = serde_json::from_str(good.lines().next().expect("an event")).expect("JSON");
        event[field] = value;
        format!("{event}\n")
    };
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let text = good.clone()
        + &with("time", json!("NaN"))
        + &with("time", json!("10000-01-01T00:00:00Z"))
        + &with("time", json!(17))
        + &with("type", json!("mission.task.eaten.v1"))
        + &with("data", json!({"key": 7}))
        + &with("data", json!("a text"))
        + &with("project", json!("../../etc"))
        + &good.lines().next().expect("an event").replace("\"data\":{", &format!("\"x\":{deep},\"data\":{{"))
        + "\n{\"time\": NaN}\n"
        + &with("iteration", json!("../../other"));
    let report = place.import("I", text).good().json();
    let issues: Vec<(u64, &str)> = report["issues"]
        .as_array()
        .expect("issues")
        .iter()
        .map(|issue| (issue["line"].as_u64().expect("a line"), issue["reason"].as_str().expect("a reason")))
        .collect();
    for (line, words) in [
        (3, "time: not an RFC 3339 time"),
        (4, "time: not an RFC 3339 time"),
        (5, "time: must be a string"),
        (6, "unknown event type"),
        (7, "data.key: "),
        (8, "data"),
        (9, "project: a name must match"),
        (10, "nested deeper than 64 levels"),
        (11, "expected value"),
    ] {
        let found = issues.iter().find(|(at, _)| *at == line).unwrap_or_else(|| panic!("{line}: {issues:?}"));
        assert!(found.1.contains(words), "{words}: {found:?}");
    }
    // The iteration of the command line counts, so what the last line says of its own does not matter.
    assert_eq!(
        (&report["accepted"], &report["duplicates"], &report["rejected"]),
        (&json!(2), &json!(1), &json!(9))
    );
}
