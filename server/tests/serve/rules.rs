//! Rules set for a project, a baseline that grows when asked and shrinks by itself, suppressions in some modules.

use super::place::{Answered, Place, name, task};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use shared::event::event_json;
use shared::id::Name;
use shared::import::{Format, ImportOptions, import};

const RULES: &str = "version = 1\n[[rule]]\nname = \"web-uses-no-store\"\nkind = \"forbidden\"\nfrom = \"web/*\"\nto = \"store\"\n";

async fn ask(place: &Place, method: &str, path: &str, media: &str, body: &str) -> Answered {
    let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    let request = request.header("host", "localhost").header("content-type", media);
    place.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn put_rules(place: &Place, iteration: &str, rules: &str) -> Answered {
    ask(place, "PUT", &format!("/iterations/{iteration}/rules"), "application/toml", rules).await
}

async fn accept(place: &Place, iteration: &str, body: Value) -> Answered {
    let path = format!("/iterations/{iteration}/baseline");
    ask(place, "POST", &path, "application/json", &body.to_string()).await
}

/// A picture of the modules that `dot` draws, of `iteration` in the project shop.
async fn picture(place: &Place, iteration: &str, dot: &str) {
    let options = ImportOptions {
        iteration: name(iteration),
        project: Name::new("shop").unwrap(),
        file: "modules.dot".to_owned(),
        source: None,
        run: None,
        at: None,
        strict: false,
    };
    let events = import(dot.as_bytes(), Some(Format::Dot), &options).unwrap().events;
    let lines: Vec<String> =
        events.iter().map(|event| Value::Object(event_json(event)).to_string()).collect();
    assert_eq!(place.lines(lines.join("\n")).await.status, 200);
}

async fn data(place: &Place, path: &str) -> Value {
    place.get(&format!("/api/v1/iterations/{path}")).await.json()["items"].clone()
}

/// Keys of violations with whether they are suppressed and how they stand to the baseline.
async fn violations(place: &Place, iteration: &str) -> Vec<(String, bool, Value)> {
    let found = data(place, &format!("{iteration}/violations")).await;
    let one = |violation: &Value| {
        let key = violation["id"].as_str().unwrap().trim_start_matches("violation:").to_owned();
        (key, violation["suppressed"].as_bool().unwrap(), violation["state"].clone())
    };
    found.as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn rules_of_a_project_reach_its_open_iterations_and_mistakes_are_told() {
    let place = Place::new().await;
    picture(&place, "A", "digraph { \"web/a\" -> store; \"web/b\" -> store; job -> store }").await;
    let wrong = put_rules(&place, "@shop", &RULES.replace("from", "form")).await;
    wrong.is_problem(
        422,
        "rules line 5, rule \"web-uses-no-store\": there is no \"form\" here, did you mean \"from\"",
    );
    assert_eq!(violations(&place, "A").await, []);
    // The project's log begins with its first document.
    let set = put_rules(&place, "@shop", RULES).await;
    assert_eq!((set.status.as_u16(), &set.json()["position"]), (201, &json!(1)));
    let keys = |found: Vec<(String, bool, Value)>| found.into_iter().map(|(key, ..)| key).collect::<Vec<_>>();
    let both = ["web-uses-no-store|web/a|store", "web-uses-no-store|web/b|store"];
    assert_eq!(keys(violations(&place, "A").await), both);
    picture(&place, "B", "digraph { \"web/a\" -> store }").await;
    assert_eq!(keys(violations(&place, "B").await), both[..1]);
    let rules = data(&place, "B/rules").await;
    assert_eq!(rules["document"], RULES);
    assert_eq!(
        (&rules["rules"][0]["kind"], &rules["rules"][0]["modules"]),
        (&json!("forbidden"), &json!([1, 1]))
    );
    // An iteration that is not there does not begin so.
    assert_eq!(put_rules(&place, "nowhere", RULES).await.status, 404);
}

#[tokio::test]
async fn a_baseline_grows_for_a_reason_by_what_is_there_and_shrinks_by_itself() {
    let place = Place::new().await;
    put_rules(&place, "@shop", RULES).await;
    picture(&place, "A", "digraph { \"web/a\" -> store; \"web/b\" -> store }").await;
    accept(&place, "A", json!({"reason": " "})).await.is_problem(422, "grows for a reason");
    accept(&place, "A", json!({"reason": "old", "violations": ["x|y|z"]}))
        .await
        .is_problem(422, "no violation \"x|y|z\"");
    assert_eq!(accept(&place, "A", json!({"violations": []})).await.status, 422);
    assert_eq!(data(&place, "A/baseline").await, Value::Null);
    let grown = accept(&place, "A", json!({"reason": "older than the rule"})).await;
    let both = ["web-uses-no-store|web/a|store", "web-uses-no-store|web/b|store"];
    assert_eq!((grown.status.as_u16(), &grown.json()["added"]), (201, &json!(both)));
    accept(&place, "A", json!({"reason": "again"})).await.is_problem(422, "nothing to accept");
    for (key, suppressed, state) in violations(&place, "A").await {
        assert!(suppressed && state == "unchanged", "{key} {state}");
    }
    let baseline = data(&place, "A/baseline").await;
    assert_eq!((&baseline["violations"], &baseline["reason"]), (&json!(2), &json!("older than the rule")));
    let actor = baseline["actor"].as_str().unwrap();
    assert!(actor != "tester", "people are tokens: {actor}");
    let log = place.service.store.details(&name("@shop"), 2).await.unwrap();
    assert!(log.iter().any(|detail| detail.personal && detail.value == "tester"), "{log:?}");

    // B shows one of them gone, so C opens without it; there it is new when it comes back.
    picture(&place, "B", "digraph { \"web/a\" -> store; \"web/b\" }").await;
    let absent = json!([{"violation": both[1], "resolved": true}]);
    assert_eq!(data(&place, "B/baseline").await["absent"], absent);
    picture(&place, "C", "digraph { \"web/a\" -> store; \"web/b\" -> store }").await;
    let found = violations(&place, "C").await;
    let new = (both[1].to_owned(), false, json!("new"));
    let unchanged = (both[0].to_owned(), true, json!("unchanged"));
    assert_eq!(found, [new, unchanged]);
    let baseline = data(&place, "C/baseline").await;
    assert_eq!((&baseline["violations"], &baseline["reason"]), (&json!(1), &json!("older than the rule")));
    // What nobody looked at stays accepted.
    let line = task("D", "1");
    let mut line = line;
    line["project"] = json!("shop");
    place.lines(line.to_string()).await;
    picture(&place, "E", "digraph { \"web/a\" -> store }").await;
    assert_eq!(data(&place, "E/baseline").await["violations"], 1);
}

#[tokio::test]
async fn a_suppression_in_some_modules_is_carried_into_the_next_iteration() {
    let place = Place::new().await;
    put_rules(&place, "@shop", RULES).await;
    picture(&place, "A", "digraph { \"web/a\" -> store; \"web/b\" -> store }").await;
    let suppress = async |modules: Value, id: &str| {
        let body = json!({"id": id, "reason": "r", "rule": "web-uses-no-store", "modules": modules});
        ask(&place, "POST", "/iterations/A/suppressions", "application/json", &body.to_string()).await
    };
    suppress(json!([""]), "s0").await.is_problem(422, "data.modules: a pattern has");
    assert_eq!(suppress(json!(["web/b"]), "s1").await.status, 201);
    picture(&place, "B", "digraph { \"web/a\" -> store; \"web/b\" -> store }").await;
    for iteration in ["A", "B"] {
        let found: Vec<bool> = violations(&place, iteration).await.into_iter().map(|one| one.1).collect();
        assert_eq!(found, [false, true], "{iteration}");
    }
    assert_eq!(data(&place, "B/suppressions").await[0]["modules"], json!(["web/b"]));
}
