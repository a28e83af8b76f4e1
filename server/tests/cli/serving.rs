//! The server as a process: where it listens, how it stops, beside others on one file.

use super::place::Place;
use super::world::{architecture, behaviour, evidence, execution};
use serde_json::Value;
use std::process::Stdio;

#[test]
fn a_public_address_needs_a_token() {
    let place = Place::new();
    let store = place.store();
    let serve = |listen: &str| place.run(&["serve", "--listen", listen, "--store", &store]);
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let refused = serve(listen);
        refused.is(3, "is not a loopback address: give --token-file FILE");
        assert_eq!(refused.out, "");
    }
    assert!(!place.path("store.db").exists(), "nothing is made before it is refused");
    let bad = place.file("tokens", "ci:short\n");
    place.run(&["serve", "--listen", "0.0.0.0:0", "--token-file", &bad]).is(3, "token file, line 1");
    place.run(&["serve", "--token-file", "nowhere"]).is(3, "cannot read the token file");
    let server = place.serve(&[]);
    let taken = server.url.trim_start_matches("http://").to_owned();
    serve(&taken).is(4, "cannot listen on");
}

#[test]
fn a_server_stops_in_order_on_either_signal() {
    for signal in ["INT", "TERM"] {
        let place = Place::new();
        let mut server = place.serve(&[]);
        let file = place.file("e.ndjson", evidence("I", true, true, true));
        place.run(&["import", "--iteration", "I", "--to", &server.url, &file]).good();
        assert_eq!(server.stop(signal), (Some(0), String::new()), "{signal}");
        place.on_store(&["verdict", "--iteration", "I"]).good();
    }
}

#[test]
fn json_announces_the_url_as_json_and_logs_as_json() {
    let place = Place::new();
    let store = place.store();
    let mut child = place
        .mission(&["serve", "--listen", "127.0.0.1:0", "--store", &store, "--json", "--log-format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
    std::io::BufRead::read_line(&mut stdout, &mut line).expect("a line");
    let announced: Value = serde_json::from_str(&line).expect("JSON");
    assert!(announced["url"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")));
    super::place::send("TERM", child.id());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    let logged = String::from_utf8(output.stderr).expect("text");
    assert!(!logged.is_empty());
    for line in logged.lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
}

#[test]
fn two_servers_and_two_imports_share_one_file() {
    let place = Place::new();
    let (one, two) = (place.serve(&[]), place.serve(&[]));
    let files: Vec<String> = (0..8)
        .map(|n| {
            let text = execution("I", true) + &behaviour("I", true) + &architecture("I", true);
            place.file(&format!("{n}.ndjson"), text.replace("\"test\"", &format!("\"test-{n}\"")))
        })
        .collect();
    let mut children = Vec::new();
    for (n, file) in files.iter().enumerate() {
        let store = place.store();
        let target = match n % 3 {
            0 => vec!["--to", one.url.as_str()],
            1 => vec!["--to", two.url.as_str()],
            _ => vec!["--store", store.as_str()],
        };
        let args = [&["import", "--iteration", "I", file.as_str()][..], &target].concat();
        children.push(place.mission(&args).stdout(Stdio::null()).spawn().expect("the binary runs"));
    }
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let log = place.on_store(&["events", "--iteration", "I"]);
    let positions: Vec<u64> = log
        .good()
        .out
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).expect("JSON")["position"].as_u64().expect("a position")
        })
        .collect();
    assert_eq!(positions, (1..=64).collect::<Vec<u64>>(), "gapless, every event once");
    for server in [&one, &two] {
        let awaited = ["verdict", "--iteration", "I", "--wait", "--timeout", "60s", "--to", &server.url];
        place.run(&awaited).good();
    }
    place.on_store(&["rebuild", "--verify"]).is(0, "nothing differs");
}
