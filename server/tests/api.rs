//! REST and GraphQL over one small iteration: the description is true, every operation answers, every record a
//! person adds shows in the next answer, and the bounds hold.

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod serve {
    pub mod place;
}

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use serve::place::{Answered, Place};
use shared::export::table::TABLES;
use shared::lens::{Acc, Bdv, Convergence, Dde};
use std::collections::BTreeSet;
use std::path::Path;

/// One failing scenario, one blocking violation, one retried task.
fn log() -> String {
    let at = |minute: u32| format!("2026-11-17T09:{minute:02}:00Z");
    let mut n = 0;
    let mut event = |kind: &str, minute: u32, data: Value| {
        n += 1;
        json!({"specversion": "1.0", "source": "test", "id": n.to_string(), "iteration": "I", "project": "shop",
            "type": format!("mission.{kind}.v1"), "time": at(minute), "data": data})
        .to_string()
    };
    [
        event("iteration.opened", 0, json!({"commit": "c1"})),
        event("requirement.declared", 0, json!({"requirement": "R-1", "name": "Pay by card"})),
        event("spec.declared", 0, json!({"spec": "pay.feature", "specifies": ["R-1"]})),
        event("scenario.declared", 0, json!({"scenario": "pay/ok", "spec": "pay.feature", "verifies": ["requirement:R-1"]})),
        event("task.declared", 0, json!({"task": "build", "workflow": "ci", "implements": ["pay.feature"]})),
        event("task.declared", 0, json!({"task": "ship", "workflow": "ci", "depends_on": ["build"]})),
        event("task.finished", 2, json!({"key": "build", "run": "1", "outcome": "failed", "started_at": at(1)})),
        event("task.finished", 4, json!({"key": "build", "run": "1", "try": 2, "outcome": "passed", "started_at": at(3)})),
        event("task.finished", 6, json!({"key": "ship", "run": "1", "outcome": "passed", "started_at": at(5)})),
        event("contract.proposed", 1, json!({"contract": "pay-api", "governs": ["task:build"]})),
        event("contract.locked", 2, json!({"contract": "pay-api"})),
        event("artifact.produced", 4, json!({"artifact": "api", "task": "build", "modules": ["web"]})),
        event("scenario.finished", 8, json!({"key": "pay/ok", "run": "b", "outcome": "failed", "started_at": at(7), "error": "no card"})),
        event("module.declared", 0, json!({"module": "web", "group": "front"})),
        event("module.declared", 0, json!({"module": "core", "group": "back"})),
        event("import.declared", 0, json!({"from": "web", "to": "core", "weight": 3})),
        event("import.declared", 0, json!({"from": "core", "to": "web"})),
        event("rule.declared", 0, json!({"rule": "layers", "severity": "error"})),
        event("violation.detected", 9, json!({"rule": "layers", "severity": "error", "from": "core", "to": "web"})),
        event("run.finished", 9, json!({"stream": "acc", "run": "a", "outcome": "passed"})),
    ]
    .join("\n")
}

async fn place() -> Place {
    let place = Place::new().await;
    let receipt = place.lines(log()).await.json();
    assert_eq!((&receipt["accepted"], &receipt["rejected"]), (&json!(20), &json!(0)), "{receipt}");
    place
}

async fn send(place: &Place, method: &str, path: &str, body: &Value) -> Answered {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let body = body.to_string();
    let request = request.header("content-type", "application/json").header("content-length", body.len());
    place.send(request.body(Body::from(body)).unwrap()).await
}

async fn graphql(place: &Place, query: &str) -> Value {
    send(place, "POST", "/graphql", &json!({"query": query})).await.json()
}

/// Compares with a committed file; `MISSION_UPDATE=1` writes it instead.
fn is_snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    if std::env::var_os("MISSION_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} differs; look at the change and run with MISSION_UPDATE=1", path.display());
}

#[tokio::test]
async fn every_described_read_answers_and_names_the_question_as_resolved() {
    let place = place().await;
    let document = place.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    let operations: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    assert!(operations >= 32, "{operations} operations");
    let mut ids = BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path} {method}");
            assert!(operation["summary"].as_str().or(operation["description"].as_str()).is_some(), "{path}");
        }
        let is_stream =
            path.contains("/live") || path.contains("{hash}") || path.contains("dead-letters/{id}");
        if item.get("get").is_none() || is_stream {
            continue;
        }
        let key = match path {
            path if path.contains("/tasks/") => "build",
            path if path.contains("/modules/") => "core",
            _ => "pay%2Fok",
        };
        let filled = path
            .replace("{iteration}", "I")
            .replace("{key}", key)
            .replace("{lens}", "acc")
            .replace("{entity}", "task:build")
            .replace("{position}", "1")
            .replace("{table}", "tasks");
        let filled = match filled.as_str() {
            "/api/v1/search" => "/api/v1/search?q=build".to_owned(),
            "/api/v1/iterations/I/links/evidence" => {
                format!("{filled}?from=task:build&to=artifact:api")
            }
            _ => filled,
        };
        let answer = place.get(&filled).await;
        assert_eq!(answer.status, 200, "{filled}: {}", String::from_utf8_lossy(&answer.body));
        if document["paths"][path]["get"]["parameters"].to_string().contains("\"name\":\"k\"")
            && answer.headers["content-type"] == "application/json"
        {
            assert_eq!(answer.json()["as_of"]["known"], 20, "{filled}");
        }
    }
    is_snapshot("openapi.json", &format!("{document:#}\n"));
}

#[tokio::test]
async fn a_fixed_question_has_a_validator_and_then_a_short_answer() {
    let place = place().await;
    let path = "/api/v1/iterations/I/tasks?v=2026-11-17T09:02:30Z&k=20";
    let first = place.get(path).await;
    let states: Vec<Value> =
        first.json()["items"].as_array().unwrap().iter().map(|t| t["state"].clone()).collect();
    assert_eq!(states, ["failed", "waiting"]);
    let request =
        Request::get(path).header("host", "localhost").header("if-none-match", &first.headers["etag"]);
    assert_eq!(place.send(request.body(Body::empty()).unwrap()).await.status, 304);
    assert!(place.get("/api/v1/iterations/I/tasks").await.headers.get("etag").is_none());
}

#[tokio::test]
async fn what_people_record_shows_in_the_next_answer() {
    let place = place().await;
    let verdict = || async { place.get("/api/v1/iterations/I/verdict").await.json() };
    assert_eq!(verdict().await["verdict"], "systemic_failure");

    let suppression = json!({"reason": "planned for next week", "violation": "layers|core|web",
        "owner": "Grace Hopper", "expires_at": "2026-12-01T00:00:00Z"});
    let added = send(&place, "POST", "/api/v1/iterations/I/suppressions", &suppression).await;
    assert_eq!(added.status, 201, "{}", String::from_utf8_lossy(&added.body));
    let shown = place.get("/api/v1/iterations/I/suppressions").await.json();
    assert_eq!((&shown["items"][0]["in_force"], &shown["items"][0]["covers"]), (&json!(true), &json!(1)));
    assert!(shown["items"][0]["owner"].as_str().unwrap().starts_with("person:"), "a name is only a token");

    let later = json!({"reason": "the bank is down", "expires_at": "2026-11-18T00:00:00Z", "id": "o-1"});
    assert_eq!(send(&place, "POST", "/api/v1/iterations/I/overrides", &later).await.status, 201);
    assert_eq!(send(&place, "POST", "/api/v1/iterations/I/overrides", &later).await.status, 201, "repeated");
    let overridden = verdict().await;
    assert_eq!(overridden["override"]["reason"], "the bank is down");
    assert_eq!(overridden["exit_code"], 0);
    assert_ne!(overridden["verdict"], "deployable", "the computed verdict stays");

    let ended = send(&place, "DELETE", "/api/v1/iterations/I/overrides/o-1", &Value::Null).await;
    assert_eq!(ended.status, 200, "{}", String::from_utf8_lossy(&ended.body));
    assert_eq!(verdict().await["override"], Value::Null);
    send(&place, "DELETE", "/api/v1/iterations/I/overrides/none", &Value::Null).await.is_problem(404, "none");

    let unknown = json!({"reason": "r", "expires_at": "2026-11-18T00:00:00Z", "scenaro": "x"});
    let refused = send(&place, "POST", "/api/v1/iterations/I/quarantine", &unknown).await;
    assert!(refused.status.is_client_error());
    let request = Request::put("/api/v1/iterations/I/policy").header("host", "localhost");
    let refused = place.send(request.body(Body::from("required_streams = 7")).unwrap()).await;
    refused.is_problem(422, "policy line 1: invalid type: integer `7`");
    assert_eq!(send(&place, "POST", "/api/v1/iterations/I/decisions", &Value::Null).await.status, 201);
    let decisions = place.get("/api/v1/iterations/I/decisions").await.json();
    assert_eq!(decisions["items"][0]["record"]["iteration"], "I");
}

#[tokio::test]
async fn unknown_things_are_problems_that_name_them() {
    let place = place().await;
    place.get("/api/v1/iterations/J/tasks").await.is_problem(404, "J");
    place.get("/api/v1/iterations/I/tasks/none").await.is_problem(404, "none");
    place.get("/api/v1/iterations/I/lenses/xyz").await.is_problem(404, "xyz");
    place.get("/api/v1/iterations/I/export/xyz").await.is_problem(404, "xyz");
    place.get("/api/v1/iterations/..%2Fetc/tasks").await.is_problem(400, "a name must match");
    place.get("/api/v1/iterations/I/tasks?v=yesterday").await.is_problem(400, "yesterday");
    place.get("/api/v1/search?q=").await.is_problem(400, "words");
    place.get("/api/v1/dead-letters/99").await.is_problem(404, "99");
}

#[tokio::test]
async fn a_dead_letter_is_replayed_or_says_why_not() {
    let place = place().await;
    place.lines("{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"s\",\"type\":\"no.such\",\"iteration\":\"I\"}").await;
    let letters = place.get("/api/v1/dead-letters").await.json();
    assert_eq!(letters[0]["category"], "SCHEMA");
    let path = format!("/api/v1/dead-letters/{}", letters[0]["id"]);
    let replayed = send(&place, "POST", &format!("{path}/replay"), &Value::Null).await.json();
    assert_eq!(replayed["settled"], false);
    assert_eq!(place.get(&path).await.json()["attempts"], 1);
    assert_eq!(send(&place, "DELETE", &path, &Value::Null).await.status, 204);
    place.get(&path).await.is_problem(404, "no dead letter");
}

#[tokio::test]
async fn an_exported_table_is_safe_in_a_spreadsheet() {
    let place = place().await;
    let cell = json!({"specversion": "1.0", "id": "f", "source": "s", "type": "mission.task.declared.v1",
        "iteration": "I", "data": {"task": "evil", "name": "=cmd(\"x\"),1"}});
    place.lines(cell.to_string()).await;
    let csv = place.get("/api/v1/iterations/I/export/tasks").await;
    assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(String::from_utf8(csv.body).unwrap().contains("\"'=cmd(\"\"x\"\"),1\""));
}

#[tokio::test]
async fn graphql_answers_the_same_and_mutates_through_the_log() {
    let place = place().await;
    is_snapshot("schema.graphql", &String::from_utf8(place.get("/graphql/schema").await.body).unwrap());
    let asked = graphql(
        &place,
        "{ iterations { name verdict { name } }
           iteration(name: \"I\") { head kpis { name met } nodes(status: \"failed\") { id attempts { n outcome } }
             violations { rule suppressed } lens(name: DDE) }
           then: iteration(name: \"I\", asOf: {valid: \"2026-11-17T09:02:30Z\"}) { verdict { name asOf { known } } }
           diff(iteration: \"I\", from: {known: \"5\"}) events(iteration: \"I\", limit: 2) }",
    )
    .await;
    assert_eq!(asked["errors"], Value::Null, "{asked}");
    let data = &asked["data"];
    assert_eq!(data["iterations"][0]["verdict"]["name"], "systemic_failure");
    assert_eq!(data["iteration"]["nodes"][0]["id"], "scenario:pay/ok");
    assert_eq!(data["iteration"]["lens"]["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(data["then"]["verdict"]["asOf"]["known"], 20);
    assert_eq!(data["events"].as_array().unwrap().len(), 2);
    let suppressed = graphql(
        &place,
        "mutation { suppress(iteration: \"I\", reason: \"known\", rule: \"layers\") { position } }",
    )
    .await;
    assert_eq!(suppressed["data"]["suppress"]["position"], 21, "{suppressed}");
    let missing = graphql(&place, "{ iteration(name: \"J\") { head } }").await;
    assert_eq!(missing["errors"][0]["extensions"]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn graphql_refuses_what_is_too_deep_or_too_dear() {
    let place = place().await;
    let deep = format!("{{ {} {} }}", "iterations { verdict { streams {".repeat(20), "}}}".repeat(20));
    assert!(graphql(&place, &deep).await["errors"][0]["message"].is_string());
    let aliases: String =
        (0..100).map(|n| format!("a{n}: iteration(name: \"I\") {{ lens(name: DDE) }} ")).collect();
    let dear = graphql(&place, &format!("{{ {aliases} }}")).await;
    assert_eq!(dear["errors"][0]["message"], "Query is too complex.", "{dear}");
    let large = json!({"query": format!("{{ {} }}", "a".repeat(300 << 10))});
    assert_eq!(send(&place, "POST", "/graphql", &large).await.status, 413);
}

#[tokio::test]
async fn a_subscription_tells_where_things_stand_and_then_what_changes() {
    use futures::StreamExt;
    let place = place().await;
    let schema = server::graphql::schema(place.service.clone());
    let mut verdicts = Box::pin(
        schema
            .execute_stream("subscription { verdictChanged(iteration: \"I\") { before verdict { name } } }"),
    );
    let mut nodes = Box::pin(schema.execute_stream(
        "subscription { nodeStatusUpdated(iteration: \"I\") { before node { id status } } }",
    ));
    let first = verdicts.next().await.unwrap().data.into_json().unwrap();
    assert_eq!(first["verdictChanged"], json!({"before": null, "verdict": {"name": "systemic_failure"}}));
    let polled = futures::poll!(nodes.next());
    assert!(polled.is_pending(), "nothing has changed yet");
    let retried = json!({"specversion": "1.0", "source": "test", "id": "again", "iteration": "I",
        "type": "mission.scenario.finished.v1", "time": "2026-11-17T09:30:00Z",
        "data": {"key": "pay/ok", "run": "c", "outcome": "passed", "commit": "c2", "started_at": "2026-11-17T09:29:00Z"}});
    place.lines(retried.to_string()).await;
    let node = nodes.next().await.unwrap().data.into_json().unwrap();
    assert_eq!(
        node["nodeStatusUpdated"],
        json!({"before": "failed", "node": {"id": "scenario:pay/ok", "status": "passed"}})
    );
    let second = verdicts.next().await.unwrap().data.into_json().unwrap();
    assert_eq!(
        second["verdictChanged"],
        json!({"before": "systemic_failure", "verdict": {"name": "mixed_failure"}})
    );
}

/// The lenses as they are described.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(Dde, Bdv, Acc, Convergence)))]
struct Lenses;

/// Paths of all lists below `schema`: `dde.tasks`, `dde.tasks.*.attempts`.
fn lists(schemas: &Value, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        lists(schemas, &schemas[name], path, found);
    }
    for choice in ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array()).flatten() {
        lists(schemas, choice, path, found);
    }
    if schema["items"].is_object() {
        found.insert(path.to_owned());
        lists(schemas, &schema["items"], &format!("{path}.*"), found);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        lists(schemas, field, &format!("{path}.{name}"), found);
    }
}

#[test]
fn every_list_that_a_lens_is_described_with_is_a_table_or_a_column_of_one() {
    let document = serde_json::to_value(<Lenses as utoipa::OpenApi>::openapi()).unwrap();
    let schemas = &document["components"]["schemas"];
    let mut found = BTreeSet::new();
    for (name, path) in [("Dde", "dde"), ("Bdv", "bdv"), ("Acc", "acc"), ("Convergence", "convergence")] {
        lists(schemas, &schemas[name], path, &mut found);
    }
    assert!(found.contains("acc.levels.*.components.*.cut.*.imports") && found.len() > 50, "{found:?}");
    let homes = TABLES.iter().flat_map(|table| table.from.iter().map(|from| (*from).to_owned()));
    let columns = TABLES.iter().flat_map(|table| {
        let paths =
            table.columns.iter().map(|column| column.split_once('=').map_or(*column, |(_, path)| path));
        paths.flat_map(|path| table.from.iter().map(move |from| format!("{from}.{path}")))
    });
    let held: Vec<String> = homes.chain(columns).collect();
    let fits = |pattern: &str, path: &str| {
        let (pattern, path): (Vec<&str>, Vec<&str>) =
            (pattern.split('.').collect(), path.split('.').collect());
        pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, step)| *p == "*" || p == step)
    };
    // The convergence lens has the figures of all; a cycle of tasks is one cell.
    let elsewhere = [
        "dde.kpis",
        "bdv.kpis",
        "acc.kpis",
        "dde.kpis.*.evidence",
        "bdv.kpis.*.evidence",
        "acc.kpis.*.evidence",
        "dde.cycles.*",
    ];
    found.retain(|path| !elsewhere.contains(&path.as_str()));
    found.retain(|path| !held.iter().any(|held| fits(held, path) || fits(held, &format!("{path}.*"))));
    assert_eq!(found, BTreeSet::new());
}
