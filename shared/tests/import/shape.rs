//! What holds for every format: sniffing, ids, packing, closing, options, the report.

use super::seen::*;
use shared::event::{Data, EVENT_BYTES_MAX, ITEMS_MAX, decode, event_json, split_detail};
use shared::import::{FILE_BYTES_MAX, Format, ImportOptions, Imported, import};
use shared::time::{AsOf, Time};
use std::collections::BTreeSet;

fn with(name: &str, change: impl FnOnce(&mut ImportOptions)) -> Imported {
    let mut options = options();
    change(&mut options);
    import(fixture(name), None, &options).expect("readable")
}

fn batches() -> impl Iterator<Item = (&'static str, Format)> {
    FIXTURES
        .iter()
        .filter(|(_, format, _)| *format != Format::Events)
        .map(|(name, format, _)| (*name, *format))
}

#[test]
fn every_fixture_is_recognised_by_its_content_alone() {
    for &(name, format, bytes) in FIXTURES {
        assert_eq!(read(bytes).report.format, format, "{name}");
        let marked = [b"\xef\xbb\xbf\r\n".as_slice(), bytes].concat();
        if !bytes.starts_with(b"<?xml") {
            assert_eq!(read(&marked).report.format, format, "{name} behind a byte order mark");
        }
    }
}

#[test]
fn what_is_not_known_is_refused_with_what_was_looked_for() {
    let reason = |text: &str| refused(text).reason;
    assert_eq!(reason(""), "the file is empty");
    assert!(reason("hello").contains("it starts with 'h'"));
    assert!(reason("<html/>").contains("XML that starts with <html>"));
    let old = reason("{\"version\":\"1.0.0\",\"runs\":[]}");
    assert!(old.contains("nearest are sarif (is version 2.1.0, and the file's is \"1.0.0\")"), "{old}");
    let known = reason("[{\"type\":\"cycle\",\"from\":\"a\",\"to\":\"b\",\"rule\":{\"name\":\"r\"}}]");
    assert!(known.contains("a list of known dependency-cruiser violations"), "{known}");
    let near = reason("{\"packages\":[],\"version\":1}");
    assert!(near.contains("nearest are cargo-metadata (misses workspace_members)"), "{near}");
    assert_eq!(near.matches(" (").count(), 3, "three formats, each with why: {near}");
    let near = reason("<testSuit/>");
    assert!(near.contains("nearest are junit (starts with <testsuites> or <testsuite>)"), "{near}");
    let near = reason("Hello, graph { }");
    assert!(
        near.contains("dot (starts with graph or digraph)") && near.contains("gherkin (starts with Feature:"),
        "{near}"
    );
    let arrows = reason("{\"cycles\": [\"a.ts -> b.ts -> a.ts\"]}");
    assert!(arrows.contains("known cycles"), "{arrows}");
    for (foreign, seems) in [
        ("{\"Report\": {}, \"files\": {}}", "a deptrac report"),
        ("{\"data\": [], \"generator\": \"g\", \"schema\": \"lobster-req-trace\"}", "a LOBSTER file"),
    ] {
        let why = reason(foreign);
        assert!(why.starts_with("no format that is read here"), "{why}");
        assert!(why.contains(seems) && why.contains("nearest are"), "{why}");
        for format in [Format::Cucumber, Format::Openlineage, Format::Cdevents, Format::Temporal] {
            assert!(read_as(format, foreign).is_err(), "{seems} as {format}");
        }
    }
    for (odd, seems) in [
        ("{}", "JSON, but no object with keys"),
        ("[]", "JSON, but no object with keys"),
        ("[1,2]", "JSON, but no object with keys first in its array"),
        ("{oops", "it looks like JSON, but its first document cannot be read: key must be a string"),
        ("{\"packages\"", "its first keys are packages"),
        ("<", "it looks like XML, but is none"),
        ("<!-- -->", "XML without an element"),
    ] {
        let why = reason(odd);
        let said = format!("no format that is read here: {seems}");
        assert!(why.starts_with(&said) && why.contains("; nearest are "), "{odd}: {why}");
        assert_eq!(why.rsplit("; nearest are ").next().map(|it| it.matches(" (").count()), Some(3), "{why}");
    }
    assert_eq!(reason(" \n\t"), "the file is nothing but space");
    let latin = refused(b"caf\xe9 au lait");
    assert_eq!(latin.line, 1);
    assert!(
        latin
            .reason
            .starts_with("not UTF-8 at byte 3; no format that is read here: it starts with 'c'; nearest")
            && latin.reason.matches(" (").count() == 3,
        "{latin}"
    );
    for (bytes, what) in [
        (&b"\x89PNG\r\n\x1a\n\0\0"[..], "a binary file (a PNG picture), and"),
        (b"\x1f\x8b\x08\0", "packed by gzip: unpack it first (gunzip FILE)"),
        (b"\x28\xb5\x2f\xfd\x04", "packed by zstd: unpack it first (zstd -d FILE)"),
        (b"PK\x03\x04", "packed by zip"),
        (b"word\0word", "a binary file, and every format that is read here is text"),
        (b"\xd0\xcf\0\0", "a binary file, and every format that is read here is text"),
    ] {
        let error = refused(bytes);
        assert!(error.line == 0 && error.reason.starts_with(what), "{error}");
    }
    let cloud = reason(r#"{"specversion":"1.0","id":"1","source":"s","type":"com.example.made"}"#);
    assert!(cloud.contains("com.example.made"), "{cloud}");
    let whole = vec![b' '; FILE_BYTES_MAX + 1];
    assert!(refused(whole).reason.contains("at most 268435456"));
}

#[test]
fn the_same_bytes_and_options_give_the_same_events() {
    for &(name, _, bytes) in FIXTURES {
        assert_eq!(read(bytes), read(bytes), "{name}");
    }
}

#[test]
fn the_batch_is_named_by_everything_that_decides_its_content_and_not_by_the_file_name() {
    for (name, format) in batches() {
        let plain = with(name, |_| {}).report.batch;
        let elsewhere = with(name, |it| it.file = "/elsewhere/x".to_owned()).report.batch;
        // A feature file does not say its path, by which results name its scenarios: there it is content.
        assert_eq!(elsewhere == plain, format != Format::Gherkin, "{name}");
        let others = [
            with(name, |it| it.run = Some("r".to_owned())),
            with(name, |it| it.at = Some(time("2026-11-17T00:00:00Z"))),
            with(name, |it| it.source = Some("ci".to_owned())),
            with(name, |it| it.iteration = shared::id::Name::new("i2").expect("a name")),
        ];
        let ids: BTreeSet<String> =
            others.into_iter().map(|it| it.report.batch).chain([plain.clone()]).collect();
        assert_eq!(ids.len(), 5, "{name}");
        let imported = with(name, |_| {});
        for (n, event) in imported.events.iter().enumerate() {
            assert_eq!(event.identity.id, format!("{plain}/{}", n + 1));
            assert_eq!(event.identity.source, format!("import:{format}"));
        }
    }
}

#[test]
fn a_batch_closes_over_what_the_store_holds_and_counts_from_there() {
    for (name, format) in batches() {
        let events = read(fixture(name)).events;
        let graph = stored(&events);
        let at = |known| graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known }));
        let (before, after) = (at(graph.head() - 1), at(graph.head()));
        assert!(before.entities.is_empty() && before.open_batches.len() == 1, "{name}: items wait");
        assert!(after.open_batches.is_empty(), "{name}: {:?}", after.open_batches);
        assert!(!after.entities.is_empty(), "{name}");
        assert_eq!(after.pictures.len(), usize::from(format.row().picture), "{name}");
    }
}

#[test]
fn long_texts_go_to_the_store_whole_and_are_cut_there_without_opening_the_batch() {
    let mut held = Vec::new();
    for name in ["cucumber.ndjson", "surefire.xml"] {
        for mut event in read(fixture(name)).events {
            held.extend(split_detail(&mut event, &[7; 32]));
        }
    }
    let of = |field: &str| held.iter().filter(|detail| detail.field.ends_with(field)).count();
    assert_eq!(
        (of(".error"), of(".output")),
        (1, 2),
        "one error beyond 256 bytes, two tries wrote something"
    );
}

#[test]
fn events_are_packed_within_the_limits_of_the_border_and_pass_it_unchanged() {
    let edges: String = (0..3_000).map(|n| format!("n{n} -> n{};\n", n / 2)).collect();
    let noise = "\u{1b}[31m<&\"é".repeat(9_000);
    let cases: String = (0..60)
        .map(|n| format!("<testcase name=\"t{n}\"><failure><![CDATA[{noise}]]></failure></testcase>"))
        .collect();
    let big = [format!("digraph big {{ {edges} }}"), format!("<testsuite name=\"s\">{cases}</testsuite>")];
    let fixtures = FIXTURES.iter().map(|(.., bytes)| bytes.to_vec());
    for bytes in fixtures.chain(big.map(String::into_bytes)) {
        let imported = read(&bytes);
        for event in &imported.events {
            let json = serde_json::Value::Object(event_json(event)).to_string();
            assert!(json.len() < 900 << 10 && json.len() < EVENT_BYTES_MAX, "{} bytes", json.len());
            if let Data::Facts(facts) = &event.data {
                assert!(facts.items.len() <= ITEMS_MAX);
            }
            let again = decode(json.as_bytes(), None).expect("our own event is sound");
            assert_eq!(&again.content_hash(), &event.content_hash());
            assert_eq!(&again.data, &event.data);
        }
    }
    let big = read(format!("digraph big {{ {edges} }}"));
    assert_eq!((big.report.read, big.events.len()), (6_000, 13), "500 facts an event, and the closing");
}

#[test]
fn at_dates_what_has_no_time_and_nothing_else() {
    let at = time("2026-01-01T00:00:00Z");
    let dated = with("modules.dot", |it| it.at = Some(at));
    assert!(facts(&dated).iter().all(|fact| fact.valid == at));
    assert_eq!(dated.events.last().and_then(|event| event.time), Some(at), "the picture holds from then on");
    assert!(facts(&with("modules.dot", |_| {})).iter().all(|fact| fact.valid == Time::ALWAYS));
    let nextest = with("nextest.xml", |it| it.at = Some(at));
    let started = tries(&nextest, shared::id::Kind::Scenario)["orbit::api#burns"][0].started_at;
    assert_eq!(started, Some(time("2026-11-17T09:00:01Z")));
}

#[test]
fn strict_refuses_the_whole_file_for_one_bad_item_and_names_it() {
    let strict = ImportOptions { strict: true, ..options() };
    let bad = [
        "docking.feature",
        "needs.json",
        "specobjects.xml",
        "surefire.xml",
        "openlineage.ndjson",
        "airflow.ndjson",
        "cdevents.ndjson",
        "github-actions.ndjson",
        "argo.json",
        "temporal.json",
        "dependency-cruiser.json",
        "modules.dot",
        "modules.graphml",
        "nx.json",
        "jdepend.xml",
        "findings.sarif",
        "export.ndjson",
    ];
    for &(name, _, bytes) in FIXTURES {
        let answer = import(bytes, None, &strict);
        assert_eq!(answer.is_err(), bad.contains(&name), "{name}");
    }
    let error = import(fixture("export.ndjson"), None, &strict).expect_err("strict");
    assert_eq!(error.to_string(), "the-file:3: strict: type: unknown event type \"mission.task.eaten.v1\"");
}

#[test]
fn the_report_adds_up_to_what_the_events_carry() {
    for &(name, _, bytes) in FIXTURES {
        let imported = read(bytes);
        let (report, carried) = (&imported.report, imported.carries.iter().sum::<u64>());
        assert_eq!(report.read, carried + report.rejected + report.unknown, "{name}: {report:?}");
        assert!(carried > 0, "{name}");
        assert!(report.issues.is_sorted_by_key(|issue| issue.line), "{name}");
    }
}

#[test]
fn a_report_lists_at_most_a_thousand_issues_and_says_how_many_more() {
    let imported =
        read(format!("{}{}", "{\"pickle\":{\"id\":\"1\",\"name\":\"n\"}}\n", "{\"meta\":7}\n".repeat(2_500)));
    let report = &imported.report;
    assert_eq!((report.rejected, report.issues.len()), (2_500, 1_001));
    assert_eq!(report.issues[1_000].reason, "1501 more issues left out", "one says that the run is open");
}
