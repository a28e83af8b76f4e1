//! Imports: reports, re-runs, refusals that leave nothing behind, several files, compression, Ctrl-C.

use super::place::{Place, fixture, send};
use super::world::{architecture, behaviour, event, evidence, execution};
use serde_json::{Value, json};
use shared::import::FORMATS;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).expect("written");
    encoder.finish().expect("finished")
}

/// Numbers of a report.
fn counts(report: &Value) -> [u64; 5] {
    ["read", "accepted", "duplicates", "rejected", "unknown"]
        .map(|key| report[key].as_u64().expect("a number"))
}

#[test]
fn every_format_is_known_by_its_looks_and_reported() {
    let place = Place::new();
    let files = [
        ("cucumber.ndjson", "cucumber", true),
        ("docking.feature", "gherkin", true),
        ("needs.json", "sphinx-needs", true),
        ("specobjects.xml", "openfasttrace", true),
        ("nextest.xml", "junit", true),
        ("surefire.xml", "junit", true),
        ("openlineage.ndjson", "openlineage", true),
        ("cargo-metadata.json", "cargo-metadata", true),
        ("dependency-cruiser.json", "dependency-cruiser", true),
        ("modules.dot", "dot", true),
        ("undirected.dot", "dot", true),
        ("export.ndjson", "events", false),
        ("aspec.xml", "openfasttrace", true),
        ("pytest.json", "pytest-json", true),
        ("airflow.ndjson", "openlineage", true),
        ("cdevents.ndjson", "cdevents", true),
        ("cdevents-0.4.ndjson", "cdevents", true),
        ("github-actions.ndjson", "github-actions", true),
        ("argo.json", "argo", true),
        ("temporal.json", "temporal", true),
        ("modules.graphml", "graphml", true),
        ("nx.json", "nx", true),
        ("jdepend.xml", "jdepend", true),
        ("findings.sarif", "sarif", true),
    ];
    let without: Vec<&str> = FORMATS.iter().map(|row| row.name).collect();
    let without = without.into_iter().filter(|name| !files.iter().any(|(_, format, _)| format == name));
    assert_eq!(without.collect::<Vec<_>>(), [""; 0], "every format has a file here");
    for (name, format, counted) in files {
        let file = fixture(name).display().to_string();
        let first = place.on_store(&["import", "--iteration", "I", "--json", &file]);
        let report = first.good().json();
        assert_eq!(report["format"], format, "{name}");
        let [read, accepted, duplicates, rejected, unknown] = counts(&report);
        assert_eq!((accepted, duplicates), (read - rejected - unknown, 0), "{name}: {report}");
        assert!(accepted > 0 && report["position"].as_u64() > Some(0), "{name}: {report}");
        assert_eq!(report["batch"].as_str().map(str::len), Some(if counted { 32 } else { 0 }), "{name}");
        let keys: Vec<&String> = report.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            [
                "accepted",
                "batch",
                "duplicates",
                "format",
                "issues",
                "position",
                "read",
                "rejected",
                "unknown"
            ]
        );
        let again = place.on_store(&["import", "--iteration", "I", "--json", "--format", format, &file]);
        let again = again.good().json();
        assert_eq!(counts(&again)[1..3], [0, accepted], "{name}: {again}");
    }
}

#[test]
fn the_report_for_people_names_line_and_reason() {
    let place = Place::new();
    let text =
        execution("I", true) + "{\"specversion\":\"1.0\"}\n" + &event("I", "x", "task.eaten", 1, json!({}));
    let file = place.file("e.ndjson", text);
    let said = place.on_store(&["import", "--iteration", "I", &file]);
    said.good();
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines[0], format!("{file}: events, 4 read, 2 accepted, 0 duplicates, 2 rejected, 0 unknown"));
    assert_eq!(lines[1], "  position 2");
    assert_eq!(lines[2], "  line 3: id: missing");
    assert_eq!(lines[3], "  line 4: type: unknown event type \"mission.task.eaten.v1\"");
}

#[test]
fn strict_refuses_all_and_leaves_nothing() {
    let place = Place::new();
    let text = execution("I", true) + "{\"specversion\":\"1.0\"}\n";
    let file = place.file("e.ndjson", text);
    let refused = place.on_store(&["import", "--iteration", "I", "--strict", &file]);
    refused.is(8, "nothing is stored");
    assert!(refused.err.contains("e.ndjson:3: strict: id: missing"), "{refused:?}");
    assert_eq!(refused.out, "");
    place.on_store(&["events", "--iteration", "I"]).is(6, "not found");
}

#[test]
fn one_refused_file_does_not_keep_the_others_out() {
    let place = Place::new();
    let none = place.file("none.json", "{\"a\": 1}");
    let xml = fixture("nextest.xml").display().to_string();
    let dot = fixture("modules.dot").display().to_string();
    let missing = place.path("missing.xml").display().to_string();
    let ran = place.on_store(&["import", "--iteration", "I", "--json", &xml, &none, &missing, &dot]);
    ran.is(8, "none.json: no format that is read here");
    assert!(ran.err.contains("missing.xml: cannot be read: No such file"), "{ran:?}");
    let reports: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(reports.iter().map(|report| &report["file"]).collect::<Vec<_>>(), [&json!(xml), &json!(dot)]);
}

#[test]
fn project_source_run_and_at_reach_the_events() {
    let place = Place::new();
    let xml = fixture("surefire.xml").display().to_string();
    place
        .on_store(&[
            "import",
            "--iteration",
            "I",
            "--project",
            "shop",
            "--source",
            "ci",
            "--run",
            "r-7",
            "--at",
            "2026-03-01T10:00:00+01:00",
            &xml,
        ])
        .good();
    let log = place.on_store(&["events", "--iteration", "I"]);
    let first: Value = serde_json::from_str(log.good().out.lines().next().expect("an event")).expect("JSON");
    assert_eq!((&first["project"], &first["source"]), (&json!("shop"), &json!("ci")));
    assert_eq!(first["time"], "2026-03-01T09:00:00Z");
    assert!(log.out.contains("\"run\":\"r-7\""), "{log:?}");
    place.on_store(&["import", "--iteration", "I", "--project", "other", "--run", "r-8", &xml]).good();
    let letters = place.on_store(&["dlq", "list", "--json"]);
    assert!(letters.good().out.contains("CRITICAL"), "an iteration has one project: {letters:?}");
}

#[test]
fn compressed_files_and_standard_input_are_read() {
    let place = Place::new();
    let plain = evidence("I", true, true, true);
    let gz = place.file("e.ndjson.gz", gzip(plain.as_bytes()));
    let zst = place.file("e.ndjson.zst", zstd::bulk::compress(plain.as_bytes(), 3).expect("compressed"));
    let first = place.on_store(&["import", "--iteration", "I", "--json", &gz]);
    assert_eq!(counts(&first.good().json())[1..3], [8, 0]);
    let second = place.on_store(&["import", "--iteration", "I", "--json", &zst]);
    assert_eq!(counts(&second.good().json())[1..3], [0, 8]);
    let third = place.import("I", &plain);
    assert_eq!(counts(&third.good().json())[1..3], [0, 8]);
}

#[test]
fn a_server_takes_in_the_same_as_a_store_does() {
    let (local, remote) = (Place::new(), Place::new());
    let server = remote.serve(&[]);
    for name in ["cucumber.ndjson", "openlineage.ndjson", "dependency-cruiser.json", "export.ndjson"] {
        let file = fixture(name).display().to_string();
        let here = local.on_store(&["import", "--iteration", "I", "--json", &file]);
        let there = remote.run(&["import", "--iteration", "I", "--json", "--to", &server.url, &file]);
        assert_eq!(here.good().out, there.good().out);
    }
    let letters = |place: &Place| place.on_store(&["dlq", "list", "--json"]).good().out.lines().count();
    assert_eq!((letters(&local), letters(&remote)), (3, 3), "what was refused is kept");
}

#[test]
fn a_picture_that_was_replaced_says_so_when_it_comes_again() {
    let place = Place::new();
    let first = place.file("a.dot", "digraph deps { a -> b }");
    let second = place.file("b.dot", "digraph deps { a -> c }");
    for file in [&first, &second] {
        place.on_store(&["import", "--iteration", "I", file]).good();
    }
    let again = place.on_store(&["import", "--iteration", "I", &first]);
    assert!(
        again.good().out.contains("another one replaced it") && again.out.contains("--run or --at"),
        "{again:?}"
    );
    let anew = place.on_store(&["import", "--iteration", "I", "--run", "2", &first]);
    assert!(!anew.good().out.contains("replaced"), "{anew:?}");
    let modules = place.on_store(&["lens", "acc", "--iteration", "I", "--json"]).good().json();
    let ids: Vec<&str> =
        modules["modules"].as_array().expect("modules").iter().filter_map(|m| m["id"].as_str()).collect();
    assert!(ids.contains(&"module:b") && !ids.contains(&"module:c"), "{ids:?}");
}

#[test]
fn the_same_identity_with_other_content_is_reported_with_its_line_and_kept() {
    let place = Place::new();
    place.import("I", execution("I", true)).good();
    let clash = place.import("I", behaviour("I", true) + &execution("I", false)).good().json();
    assert_eq!(counts(&clash), [4, 2, 0, 2, 0], "{clash}");
    assert_eq!(clash["issues"][0]["line"], 3);
    assert!(clash["issues"][0]["reason"].as_str().is_some_and(|why| why.contains("dead letter")), "{clash}");
    place.on_store(&["verdict", "--iteration", "I"]).is(30, "");
}

/// A server that takes the first chunk and then falls silent; gives what came, and the connection.
fn silent_server() -> (String, std::thread::JoinHandle<(String, String, TcpStream)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        let mut reader = BufReader::new(stream.try_clone().expect("a copy"));
        let first = request(&mut reader);
        let body = "{\"accepted\":1,\"duplicates\":0,\"rejected\":0,\"positions\":{\"I\":1},\"errors\":[]}";
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        (&stream).write_all((head + body).as_bytes()).expect("answered");
        let second = request(&mut reader);
        (first, second, stream)
    });
    (url, thread)
}

/// The body of one request.
fn request(reader: &mut impl BufRead) -> String {
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    String::from_utf8(body).expect("text")
}

/// Test cases with long names, which fill the events; 40,000 need several chunks.
fn long_junit(cases: u32) -> String {
    let class = "long".repeat(100);
    let cases: String = (0..cases)
        .map(|n| format!("<testcase classname=\"suite.of.{class}\" name=\"case {n}\"/>\n"))
        .collect();
    format!("<testsuite name=\"s\">\n{cases}</testsuite>")
}

#[test]
fn ctrl_c_between_chunks_leaves_the_batch_open() {
    let place = Place::new();
    let file = place.file("long.xml", long_junit(40_000));
    let (url, server) = silent_server();
    let child = place
        .mission(&["import", "--iteration", "I", "--to", &url, &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let (first, second, _held) = server.join().expect("two requests came");
    assert!(!first.contains("mission.batch.closed.v1"), "what closes the batch comes last");
    assert!(!second.is_empty());
    send("INT", child.id());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty(), "no report of half a file");
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"));
}

#[test]
fn ctrl_c_while_reading_leaves_nothing() {
    let place = Place::new();
    let store = place.store();
    let mut child = place
        .mission(&["import", "--iteration", "I", "--store", &store, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // More than a pipe holds: once it is written, the process listens to signals and reads.
    stdin.write_all(architecture("I", true).repeat(500).as_bytes()).expect("written");
    send("INT", child.id());
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    place.on_store(&["events", "--iteration", "I"]).is(6, "not found");
}

/// What a person sees on the terminal while `file` is imported into `iteration`.
#[cfg(target_os = "linux")]
fn on_a_terminal(place: &Place, iteration: &str, file: &str) -> String {
    let (mission, store) = (env!("CARGO_BIN_EXE_mission"), place.store());
    let line = format!("{mission} import --iteration {iteration} --store {store} {file}");
    let output = std::process::Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("HOME", place.path(""))
        .stdin(Stdio::null())
        .output()
        .expect("script gives it a terminal");
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{seen}");
    seen
}

#[test]
#[cfg(target_os = "linux")]
fn a_large_file_shows_how_far_it_is_on_a_terminal_alone() {
    let place = Place::new();
    let file = place.file("long.xml", long_junit(6_000));
    let store = place.store();
    let plain = place.run(&["import", "--iteration", "I", "--store", &store, &file]);
    assert_eq!(plain.good().err, "", "nothing where standard error is no terminal");
    let seen = on_a_terminal(&place, "J", &file);
    for doing in ["loading, 1 MB so far", "reading, ", "storing, "] {
        assert!(seen.contains(&format!("\u{1b}[Klong.xml: {doing}")), "{doing:?} in {seen}");
    }
    assert!(seen.contains(" items of 2 MB so far"), "{seen}");
    let last = seen.rfind("\r\u{1b}[K").expect("the line is drawn in place");
    assert!(seen[last..].contains("6000 read, 6000 accepted"), "it is gone before the report: {seen}");
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_known_only_at_the_end_of_a_file_shows_how_much_of_it_was_read() {
    let place = Place::new();
    let text = "long".repeat(50);
    let dot: String = (0..6_000).map(|n| format!("\"{text} {n}\" -> \"{text}\"\n")).collect();
    let dot = format!("digraph {{ {dot} }}");
    let line = |n: u32| {
        let event = json!({"eventType": "COMPLETE", "eventTime": "2026-01-01T00:00:00Z",
            "run": {"runId": format!("r-{n}")}, "job": {"namespace": text, "name": format!("job {}", n % 10)}});
        format!("{event}\n")
    };
    let events: String = (0..5_000).map(line).collect();
    for (name, text) in [("long.dot", dot), ("long.ndjson", events)] {
        let file = place.file(&format!("{name}.gz"), gzip(text.as_bytes()));
        let seen = on_a_terminal(&place, name, &file);
        let drawn = |doing: &str| {
            let start = format!("\u{1b}[K{name}.gz: {doing}, ");
            let at = seen.find(&start).unwrap_or_else(|| panic!("{doing} in {seen}")) + start.len();
            seen[at..].split('\r').next().unwrap_or("").to_owned()
        };
        assert!(drawn("unpacking").ends_with(" MB so far"), "{seen}");
        let reading = drawn("reading");
        let share = reading.strip_suffix(" % of 2 MB").or(reading.strip_suffix(" % of 1 MB"));
        let share = share.and_then(|share| share.parse::<u32>().ok());
        assert!(share.is_some_and(|share| (1..50).contains(&share)), "{name}: {reading:?}");
    }
}
