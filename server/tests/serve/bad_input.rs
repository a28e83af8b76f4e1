//! What outsiders may send: every kind of bad input gets a clear answer, stores nothing, and the server goes on.

use super::place::{Place, task, tasks};
use serde_json::{Value, json};
use server::http::Tokens;
use server::store::Category;
use std::io::Write;

const NDJSON: (&str, &str) = ("content-type", "application/x-ndjson");
const ONE: (&str, &str) = ("content-type", "application/cloudevents+json");
const MIB: usize = 1 << 20;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn with(field: &str, value: impl Into<Value>) -> Value {
    let mut event = task("I", "1");
    event[field] = value.into();
    event
}

#[tokio::test]
async fn truncated_compression_is_refused_whole() {
    let place = Place::new().await;
    let whole = tasks("I", 50);
    let gzipped = gzip(whole.as_bytes());
    let cut = gzipped[..gzipped.len() - 9].to_vec();
    place.post(&[NDJSON, ("content-encoding", "gzip")], cut).await.is_problem(400, "not whole gzip");
    let zstd = zstd::bulk::compress(whole.as_bytes(), 3).unwrap();
    let cut = zstd[..zstd.len() / 2].to_vec();
    place.post(&[NDJSON, ("content-encoding", "zstd")], cut).await.is_problem(400, "not whole zstd");
    place.post(&[NDJSON, ("content-encoding", "gzip")], "no gzip at all").await.is_problem(400, "gzip");
    place.is_up_and_empty().await;
}

#[tokio::test]
async fn invalid_utf8_is_refused_whole() {
    let place = Place::new().await;
    let mut body = tasks("I", 3).into_bytes();
    body.extend_from_slice(b"{\"id\":\"\xff\xfe\"}\n");
    place.lines(body).await.is_problem(400, "not UTF-8 at byte");
    place.is_up_and_empty().await;
}

#[tokio::test]
async fn body_beyond_the_limit_is_refused_before_and_after_decompression() {
    let place = Place::new().await;
    let line_of_100_mb = "x".repeat(100_000_000);
    place.lines(line_of_100_mb).await.is_problem(413, "20971520 bytes");
    let bomb = gzip(&vec![b' '; 200 * MIB]);
    assert!(bomb.len() < 20 * MIB);
    place.post(&[NDJSON, ("content-encoding", "gzip")], bomb).await.is_problem(413, "after decompression");
    let bomb = zstd::bulk::compress(&vec![0; 200 * MIB], 1).unwrap();
    place.post(&[NDJSON, ("content-encoding", "zstd")], bomb).await.is_problem(413, "after decompression");
    let many = "{}\n".repeat(200_000);
    place.lines(many).await.is_problem(413, "events a request");
    place.is_up_and_empty().await;
}

#[tokio::test]
async fn one_event_beyond_a_mebibyte_is_rejected_alone() {
    let place = Place::new().await;
    let large = with("subject", "x".repeat(MIB + 1));
    let body = format!("{}\n{large}\n{}\n", task("I", "0"), task("I", "2"));
    let answer = place.lines(body).await;
    assert_eq!(answer.status, 200);
    let receipt = answer.json();
    assert_eq!((&receipt["accepted"], &receipt["rejected"]), (&json!(2), &json!(1)));
    assert_eq!(receipt["positions"], json!({"I": 2}));
    assert_eq!(receipt["errors"][0]["index"], 1);
    assert!(receipt["errors"][0]["reason"].as_str().unwrap().contains("1048576"), "{receipt}");
    let letters = place.service.store.dead_letters(0, 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].body.len() <= MIB);
}

#[tokio::test]
async fn depth_bomb_is_refused_without_recursion() {
    let place = Place::new().await;
    for depth in [65, 100_000, 5_000_000] {
        let bomb = format!(
            "{{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"iteration\":\"I\",\"type\":\"t\",\"data\":{}{}}}",
            "[".repeat(depth),
            "]".repeat(depth)
        );
        let words = if bomb.len() > MIB { "bytes" } else { "nested deeper than 64" };
        place.post(&[ONE], bomb.clone()).await.is_problem(422, words);
        let batch =
            place.post(&[("content-type", "application/cloudevents-batch+json")], format!("[{bomb}]"));
        let receipt = batch.await.json();
        assert_eq!(receipt["rejected"], 1);
        assert!(receipt["errors"][0]["reason"].as_str().unwrap().contains(words), "{receipt}");
    }
    place.lines("[".repeat(15 * MIB)).await;
    place.post(&[ONE], "[".repeat(15 * MIB)).await.is_problem(400, "not JSON");
    place.is_up_and_empty().await;
}

#[tokio::test]
async fn one_refused_event_is_a_clear_problem_and_a_dead_letter() {
    let place = Place::new().await;
    let cases: Vec<(Value, &str)> = vec![
        (with("data", json!({"task": 7})), "data.task"),
        (with("data", json!("task")), "data"),
        (with("data", json!({"task": "t", "tsk": "typing error"})), "tsk"),
        (with("id", 7), "id: must be a string"),
        (with("id", ""), "id"),
        (with("type", "mission.task.exploded.v1"), "unknown event type"),
        (with("specversion", "2.0"), "specversion"),
        (with("time", "NaN"), "time: not an RFC 3339 time"),
        (with("time", f64::MAX), "time: must be a string"),
        (with("time", "10000-01-01T00:00:00Z"), "RFC 3339"),
        (with("time", "+10000-01-01T00:00:00Z"), "RFC 3339"),
        (with("time", "2026-02-30T00:00:00Z"), "RFC 3339"),
        (with("iteration", "../../etc/passwd"), "a name must match"),
        (with("iteration", "I'; drop table event_log;--"), "a name must match"),
        (with("iteration", "\"I\""), "a name must match"),
        (with("iteration", "🚀"), "a name must match"),
        (with("iteration", ""), "a name must match"),
        (with("iteration", "x".repeat(129)), "a name must match"),
        (with("project", "../p"), "a name must match"),
        (json!([]), "not a JSON object"),
        (json!(null), "not a JSON object"),
        (json!({}), "specversion: missing"),
    ];
    let count = cases.len();
    for (event, words) in cases {
        let answer = place.post(&[ONE], event.to_string()).await;
        answer.is_problem(422, words);
        let receipt = answer.json();
        assert_eq!((&receipt["accepted"], &receipt["rejected"]), (&json!(0), &json!(1)));
        assert_eq!(receipt["errors"][0]["index"], 0);
    }
    assert_eq!(place.stored().await, 0);
    let letters = place.service.store.dead_letters(0, 100).await.unwrap();
    assert_eq!(letters.len(), count);
    assert!(letters.iter().all(|letter| letter.category == Category::Schema));
    place.is_up().await;
}

#[tokio::test]
async fn text_that_is_no_json_is_refused_or_rejected() {
    let place = Place::new().await;
    place.post(&[ONE], "{\"id\": NaN}").await.is_problem(400, "not JSON");
    place.post(&[ONE], "").await.is_problem(400, "not JSON");
    place.post(&[("content-type", "application/json")], "[1,").await.is_problem(400, "not a JSON array");
    let receipt = place.lines("{\"id\": NaN}\n\n  \nnonsense\n").await.json();
    assert_eq!((&receipt["accepted"], &receipt["rejected"]), (&json!(0), &json!(2)));
    assert_eq!(receipt["errors"][1]["index"], 1);
    place.is_up_and_empty().await;
}

#[tokio::test]
async fn bad_lines_are_rejected_alone_and_the_rest_is_stored() {
    let place = Place::new().await;
    let mut lines: Vec<String> = (0..100).map(|n| task("I", &n.to_string()).to_string()).collect();
    lines[10] = "{".to_owned();
    lines[20] = with("type", "mission.unknown.v1").to_string();
    lines[30] = lines[29].clone();
    lines[40] = {
        let mut other = task("I", "39");
        other["data"]["task"] = json!("something else");
        other.to_string()
    };
    let receipt = place.lines(lines.join("\r\n")).await.json();
    assert_eq!(receipt["accepted"], 96);
    assert_eq!(receipt["duplicates"], 1);
    assert_eq!(receipt["rejected"], 3);
    assert_eq!(receipt["positions"], json!({"I": 96}));
    let errors = receipt["errors"].as_array().unwrap();
    assert_eq!(errors.iter().map(|e| e["index"].as_u64().unwrap()).collect::<Vec<_>>(), [10, 20, 40]);
    assert_eq!(errors[1]["id"], "1");
    assert_eq!(errors[2]["id"], "39");
    let again = place.lines(lines.join("\n")).await.json();
    assert_eq!(
        (&again["accepted"], &again["duplicates"], &again["rejected"]),
        (&json!(0), &json!(97), &json!(3))
    );
    let letters = place.service.store.dead_letters(0, 10).await.unwrap();
    let count = |wanted| letters.iter().filter(|letter| letter.category == wanted).count();
    assert_eq!((count(Category::Schema), count(Category::Critical)), (2, 1));
}

#[tokio::test]
async fn every_form_of_body_is_understood() {
    let place = Place::new().await;
    let batch = format!("[{},{}]", task("I", "a"), task("I", "b"));
    type Headers = Vec<(&'static str, &'static str)>;
    let forms: Vec<(Headers, Vec<u8>)> = vec![
        (vec![ONE], task("I", "1").to_string().into_bytes()),
        (vec![("content-type", "application/json; charset=utf-8")], task("I", "2").to_string().into_bytes()),
        (vec![("content-type", "application/json")], batch.clone().into_bytes()),
        (vec![], format!("{:#}", task("I", "3")).into_bytes()),
        (vec![], tasks("J", 2).into_bytes()),
        (vec![NDJSON, ("content-encoding", "gzip")], gzip(tasks("K", 2).as_bytes())),
        (
            vec![NDJSON, ("content-encoding", "zstd")],
            zstd::bulk::compress(tasks("L", 2).as_bytes(), 1).unwrap(),
        ),
        (
            vec![
                ("content-type", "application/json"),
                ("ce-specversion", "1.0"),
                ("ce-id", "bin%20ary"),
                ("ce-source", "test"),
                ("ce-type", "mission.task.declared.v1"),
                ("ce-iteration", "B"),
            ],
            b" {\"task\": \"b\"} ".to_vec(),
        ),
    ];
    let mut stored = 0;
    for (headers, body) in forms {
        let answer = place.post(&headers, body).await;
        assert_eq!(answer.status, 200, "{headers:?}: {}", String::from_utf8_lossy(&answer.body));
        stored += answer.json()["accepted"].as_u64().unwrap();
        assert_eq!(answer.json()["rejected"], 0);
    }
    // Beside them, each iteration after the first has its project's history.
    assert_eq!((stored, place.stored().await), (12, 12 + 4));
    let logged = place.service.store.read(&super::place::name("B"), 0, 1).await.unwrap();
    assert_eq!(logged[0].event.identity.id, "bin ary");
    place.post(&[("content-type", "text/xml")], "<a/>").await.is_problem(415, "application/x-ndjson");
    place.post(&[NDJSON, ("content-encoding", "br")], "x").await.is_problem(415, "gzip or zstd");
}

#[tokio::test]
async fn errors_of_every_layer_are_problems() {
    let place = Place::new().await;
    place.get("/nowhere").await.is_problem(404, "nothing at this address");
    let answer = place.get("/api/v1/events").await;
    answer.is_problem(405, "method");
    assert_eq!(answer.headers["allow"], "POST");
    for bad in ["..%2F..%2Fetc", "%22quoted%22", "%F0%9F%9A%80", "a%20b", "%00"] {
        place.get(&format!("/api/v1/iterations/{bad}/segments")).await.is_problem(400, "a name must match");
    }
    place.get("/api/v1/iterations/%FF/segments").await.is_problem(400, "");
    place.get("/api/v1/iterations/none/segments").await.is_problem(404, "iteration none not found");
    place.get("/api/v1/iterations/none/tail?after=-1").await.is_problem(400, "after");
    place.is_up().await;
    place.get("/api/v1/iterations/still-up/segments/xyz").await.is_problem(400, "32 hexadecimal digits");
    let unknown = "0".repeat(32);
    place.get(&format!("/api/v1/iterations/still-up/segments/{unknown}")).await.is_problem(404, "no segment");
    place.get("/api/v1/iterations/still-up/live").await.is_problem(400, "");
}

#[tokio::test]
async fn server_without_tokens_answers_only_to_this_machine() {
    use axum::body::Body;
    use axum::http::Request;
    let place = Place::new().await;
    let rebound = Request::get("/livez").header("host", "evil.example:8000").body(Body::empty()).unwrap();
    place.send(rebound).await.is_problem(403, "localhost only");
    let other_site = [NDJSON, ("origin", "https://evil.example")];
    place.post(&other_site, tasks("I", 1)).await.is_problem(403, "other sites");
    place.post(&[NDJSON, ("origin", "null")], tasks("I", 1)).await.is_problem(403, "other sites");
    assert_eq!(place.post(&[NDJSON, ("origin", "http://localhost")], tasks("I", 1)).await.status, 200);
}

#[tokio::test]
async fn server_with_tokens_lets_nobody_else_in() {
    use axum::body::Body;
    use axum::http::Request;
    let tokens = Tokens::parse("ci:0123456789abcdef\nmia:fedcba9876543210:steward\n").unwrap();
    let place = Place::with(Some(tokens)).await;
    for path in ["/livez", "/metrics", "/api/v1/iterations/I/segments", "/nowhere"] {
        place.get(path).await.is_problem(401, "Bearer");
    }
    place.lines(tasks("I", 1)).await.is_problem(401, "Bearer");
    for bad in ["Bearer 0123456789abcdeX", "Basic 0123456789abcdef", "Bearer", "0123456789abcdef"] {
        place.post(&[NDJSON, ("authorization", bad)], tasks("I", 1)).await.is_problem(401, "Bearer");
    }
    assert_eq!(place.stored().await, 0);
    let good = [NDJSON, ("authorization", "bearer 0123456789abcdef")];
    assert_eq!(place.post(&good, tasks("I", 1)).await.status, 200);
    let steward = [NDJSON, ("cookie", "a=b; mission_token=fedcba9876543210")];
    assert_eq!(place.post(&steward, tasks("J", 1)).await.status, 200);
    let logged = |text: &'static str| {
        let store = place.service.store.clone();
        async move { store.read(&super::place::name(text), 0, 1).await.unwrap().remove(0) }
    };
    let (by_ci, by_mia) = (logged("I").await, logged("J").await);
    assert!(by_ci.actor.as_ref().unwrap().starts_with("person:") && by_ci.actor != by_mia.actor);
    assert_eq!((by_ci.steward, by_mia.steward), (false, true));

    let form = |token: &str| {
        Request::post("/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("token={token}&next=%2Fi%2FI%2Fdde")))
            .unwrap()
    };
    assert_eq!(place.get("/login").await.status, 200);
    assert_eq!(place.send(form("wrong")).await.status, 401);
    let answer = place.send(form("0123456789abcdef")).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["location"]), (303, &"/i/I/dde".parse().unwrap()));
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let page = Request::get("/i/I/dde?v=now").header("accept", "text/html").body(Body::empty()).unwrap();
    let answer = place.send(page).await;
    assert_eq!(answer.headers["location"], "/login?next=/i/I/dde%3Fv%3Dnow");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let place = Place::new().await;
    for path in ["/livez", "/nowhere", "/login"] {
        let answer = place.get(path).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("'unsafe-eval'"));
    }
    let metrics = String::from_utf8(place.get("/metrics").await.body).unwrap();
    assert!(metrics.contains("mission_ingest_accepted_total 0") && metrics.ends_with("# EOF\n"), "{metrics}");
}
