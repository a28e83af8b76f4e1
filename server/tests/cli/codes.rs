//! Exit codes of every kind, and what stands beside them.

use super::place::Place;
use super::world::{at, event, evidence, execution};
use serde_json::json;

#[test]
fn each_verdict_has_its_exit_code_in_words_and_in_json() {
    let place = Place::new();
    for (name, dde, bdv, acc, code, verdict, words) in [
        ("All", true, true, true, 0, "deployable", "DEPLOYABLE"),
        ("Gap", true, false, true, 10, "design_gap", "DESIGN GAP"),
        ("Debt", true, true, false, 11, "tech_debt", "TECH DEBT"),
        ("Pipe", false, true, true, 12, "pipeline_issue", "PIPELINE ISSUE"),
        ("Mixed", true, false, false, 13, "mixed_failure", "MIXED FAILURE"),
        ("Halt", false, false, false, 20, "systemic_failure", "SYSTEMIC FAILURE: HALT"),
    ] {
        place.import(name, evidence(name, dde, bdv, acc)).good();
        let said = place.on_store(&["verdict", "--iteration", name]);
        said.is(code, "");
        assert!(said.out.starts_with(words), "{said:?}");
        assert!(said.out.matches("HALT").count() <= 1, "said once: {said:?}");
        let record = place.on_store(&["verdict", "--iteration", name, "--json"]);
        record.is(code, "");
        let record = record.json();
        assert_eq!((&record["verdict"], &record["exit_code"]), (&json!(verdict), &json!(code)));
        for key in [
            "iteration",
            "as_of",
            "position",
            "policy_digest",
            "engine_version",
            "streams",
            "criteria",
            "override",
            "counterfactual",
        ] {
            assert!(record.get(key).is_some(), "{key} in {record}");
        }
    }
    place.import("Wait", execution("Wait", true)).good();
    let pending = place.on_store(&["verdict", "--iteration", "Wait"]);
    pending.is(30, "");
    assert!(
        pending.out.contains("Still possible: Deployable at best, Mixed failure at worst"),
        "{pending:?}"
    );
    assert!(pending.out.contains("missing: "), "{pending:?}");
}

#[test]
fn an_override_in_force_exits_0_and_is_printed_unless_it_is_ignored() {
    let place = Place::new();
    let record = json!({"override": "O-1", "reason": "fixed by hand", "expires_at": "2999-01-01T00:00:00Z"});
    let log = evidence("I", true, false, true) + &event("I", "o", "override.recorded", 9, record);
    place.import("I", log).good();
    let with = place.on_store(&["verdict", "--iteration", "I"]);
    with.good();
    assert!(
        with.out.starts_with("DESIGN GAP") && with.out.contains("OVERRIDE IN FORCE  fixed by hand"),
        "{with:?}"
    );
    assert_eq!(place.on_store(&["verdict", "--iteration", "I", "--json"]).json()["override"]["id"], "O-1");
    let without = place.on_store(&["verdict", "--iteration", "I", "--no-override", "--json"]);
    without.is(10, "");
    let without = without.json();
    assert_eq!((&without["override"], &without["exit_code"]), (&json!(null), &json!(10)));
}

#[test]
fn usage_is_2_and_says_what_is_wrong() {
    let place = Place::new();
    for (args, words) in [
        (vec!["verdict"], "--iteration"),
        (vec!["verdikt"], "verdikt"),
        (vec!["verdict", "--iteration", "../../etc"], "a name must match [A-Za-z0-9]"),
        (vec!["verdict", "--iteration", "a'; drop table--"], "a name must match"),
        (vec!["lens", "dde", "--iteration", "🚀"], "a name must match"),
        (vec!["events", "--iteration", "\"x\""], "a name must match"),
        (vec!["import", "--iteration", "a/b", "-"], "a name must match"),
        (vec!["import", "--iteration", "I", "--project", "../p", "-"], "a name must match"),
        (vec!["verdict", "--iteration", "I", "--valid", "NaN"], "give RFC 3339 or now"),
        (vec!["verdict", "--iteration", "I", "--valid", "10000-01-01T00:00:00Z"], "not an RFC 3339 time"),
        (vec!["verdict", "--iteration", "I", "--known=-1"], "a log position or now"),
        (vec!["verdict", "--iteration", "I", "--known", "1.5"], "a log position or now"),
        (vec!["verdict", "--iteration", "I", "--wait", "--timeout", "soon"], "no duration"),
        (vec!["verdict", "--iteration", "I", "--timeout", "1s"], "--wait"),
        (vec!["verdict", "--iteration", "I", "--store", "mysql:x"], "is no store"),
        (vec!["verdict", "--iteration", "I", "--to", "ftp://x"], "is no URL of a server"),
        (vec!["verdict", "--iteration", "I", "--to", "https://"], "is no URL of a server"),
        (
            vec!["verdict", "--iteration", "I", "--to", "http://x", "--store", "sqlite:x"],
            "cannot be used with",
        ),
        (
            vec!["import", "--iteration", "I", "--format", "spreadsheet", "-"],
            "unknown format \"spreadsheet\"; known are",
        ),
        (vec!["import", "--iteration", "I", "--at", "yesterday", "-"], "not an RFC 3339 time"),
        (vec!["import", "--iteration", "I", "--restore", "--to", "http://x", "-"], "cannot be used with"),
        (vec!["import", "--iteration", "I", "-", "-"], "standard input can be read once only"),
        (vec!["import", "--iteration", "I"], "<FILE>"),
        (vec!["serve", "--listen", "nowhere"], "is no address"),
        (vec!["dlq", "replay"], "required"),
    ] {
        place.run(&args).is(2, words);
    }
    for args in [&["--help"][..], &["import", "--help"], &["--version"]] {
        let help = place.run(args);
        help.good();
        assert!(!help.out.is_empty() && help.err.is_empty(), "{help:?}");
    }
}

#[test]
fn what_is_not_there_is_6_and_is_not_made_by_asking() {
    let place = Place::new();
    for args in [
        &["verdict", "--iteration", "I"][..],
        &["lens", "bdv", "--iteration", "I"],
        &["events", "--iteration", "I"],
    ] {
        place.on_store(args).is(6, "not found");
        assert!(!place.path("store.db").exists(), "reading never writes");
    }
    place.import("I", execution("I", true)).good();
    for args in [
        &["verdict", "--iteration", "other"][..],
        &["lens", "acc", "--iteration", "other"],
        &["events", "--iteration", "other"],
        &["rebuild", "--iteration", "other"],
        &["dlq", "show", "7"],
        &["dlq", "discard", "7"],
    ] {
        place.on_store(args).is(6, "not found");
    }
}

#[test]
fn a_store_or_a_server_out_of_reach_is_4() {
    let place = Place::new();
    let no_database =
        place.file("text.db", "this is no database, only a text that is long enough to be read as one");
    for store in [
        format!("sqlite:{no_database}"),
        format!("sqlite:{}", place.path("no/such/folder/x.db").display()),
        "postgres://127.0.0.1:1/none".to_owned(),
    ] {
        let ran = place.run(&["verdict", "--iteration", "I", "--store", &store]);
        ran.is(4, "mission: ");
        assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 1), "{ran:?}");
    }
    place
        .run(&["verdict", "--iteration", "I", "--to", "http://127.0.0.1:1"])
        .is(4, "cannot reach http://127.0.0.1:1");
    let file = place.file("e.ndjson", execution("I", true));
    place.run(&["import", "--iteration", "I", "--to", "http://127.0.0.1:1", &file]).is(4, "cannot reach");
    place.on_store(&["rebuild"]).is(4, "there is no store at");
    place.on_store(&["dlq", "list"]).is(4, "there is no store at");
}

#[test]
fn a_server_with_tokens_is_5_without_one() {
    let place = Place::new();
    let tokens = place.file("tokens", "# who\nci:0123456789abcdef\n");
    let wrong = place.file("wrong", "not-the-right-token\n");
    let server = place.serve(&["--token-file", &tokens]);
    let events = place.file("e.ndjson", evidence("I", true, true, true));
    let to = ["--to", &server.url];
    let ask = |more: &[&str]| place.run(&[&["verdict", "--iteration", "I"], &to[..], more].concat());
    ask(&[]).is(5, "send a token");
    ask(&["--token-file", &wrong]).is(5, "send a token");
    place.run(&["import", "--iteration", "I", "--to", &server.url, &events]).is(5, "send a token");
    place.run(&["import", "--iteration", "I", "--to", &server.url, "--token-file", &tokens, &events]).good();
    ask(&["--token-file", &tokens]).good();
    let mut by_variable = place.mission(&["verdict", "--iteration", "I", "--to", &server.url]);
    super::place::ran(by_variable.env("MISSION_TOKEN", "0123456789abcdef")).good();
    for ran in [ask(&[]), ask(&["--token-file", &wrong])] {
        assert!(!ran.err.contains("not-the-right-token"), "{ran:?}");
    }
}

#[test]
fn waiting_ends_with_the_verdict_or_with_7_and_the_last_one() {
    let place = Place::new();
    let unknown = place.on_store(&["verdict", "--iteration", "I", "--wait", "--timeout", "1ms"]);
    unknown.is(7, "not found yet");
    assert_eq!(unknown.out, "");
    let store = place.store();
    let waiting = place
        .mission(&["verdict", "--iteration", "I", "--wait", "--timeout", "60s", "--json", "--store", &store])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    place.import("I", execution("I", true)).good();
    let pending = place.on_store(&["verdict", "--iteration", "I", "--wait", "--timeout", "1ms", "--json"]);
    pending.is(7, "still pending");
    assert_eq!(pending.json()["verdict"], "pending");
    place.import("I", evidence("I", true, false, true)).good();
    let decided = waiting.wait_with_output().expect("it ends");
    assert_eq!(decided.status.code(), Some(10));
    let record: serde_json::Value = serde_json::from_slice(&decided.stdout).expect("JSON");
    assert_eq!(record["verdict"], "design_gap");
}

#[test]
fn both_clocks_are_asked_and_store_and_server_print_the_same_bytes() {
    let place = Place::new();
    place.import("I", evidence("I", true, true, true)).good();
    // Learned later: it had failed after all.
    let late = json!({"key": "pay/ok", "run": "b", "outcome": "failed", "started_at": at(4)});
    place.import("I", event("I", "late", "scenario.finished", 6, late)).good();
    let server = place.serve(&[]);
    let v = at(30);
    for (known, verdict) in [("8", "deployable"), ("now", "design_gap")] {
        for command in [
            vec!["verdict"],
            vec!["lens", "dde"],
            vec!["lens", "bdv"],
            vec!["lens", "acc"],
            vec!["lens", "convergence"],
        ] {
            for form in [&["--json"][..], &[]] {
                let asked =
                    [&command, &["--iteration", "I", "--valid", &v, "--known", known][..], form].concat();
                let by_store = place.on_store(&asked);
                let by_server = place.run(&[&asked[..], &["--to", &server.url]].concat());
                assert_eq!((by_store.code, &by_store.out), (by_server.code, &by_server.out), "{asked:?}");
                assert!(!by_store.out.is_empty());
                if command == ["verdict"] && form == ["--json"] {
                    assert_eq!(by_store.json()["verdict"], verdict);
                    assert_eq!(by_store.json()["as_of"]["valid"], v);
                }
            }
        }
    }
    let by_store = place.on_store(&["events", "--iteration", "I"]);
    let by_server = place.run(&["events", "--iteration", "I", "--to", &server.url]);
    assert_eq!(by_store.good().out, by_server.good().out);
}

#[test]
fn the_catalogue_prints_every_type_with_its_fields() {
    let place = Place::new();
    let table = place.run(&["events", "--types"]);
    table.good();
    let rows: Vec<serde_json::Value> = place
        .run(&["events", "--types", "--json"])
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(rows.len(), shared::event::CATALOGUE.len());
    for row in shared::event::CATALOGUE {
        assert!(table.out.contains(row.name) && table.out.contains(row.fields), "{}", row.name);
    }
}
