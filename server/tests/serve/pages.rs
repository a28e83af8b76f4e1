//! Pages as people without a script, and scripts without people, get them.

use super::place::{Answered, Place, name};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use std::time::Duration;

const HTML: &str = "text/html; charset=utf-8";

fn event(n: u32, kind: &str, time: &str, data: &Value) -> String {
    json!({
        "specversion": "1.0", "source": "test", "id": format!("e{n}"), "type": format!("mission.{kind}.v1"),
        "iteration": "I-1", "time": time, "data": data,
    })
    .to_string()
}

/// An iteration in which a task fails and then passes, both before now.
async fn furnished() -> Place {
    let place = Place::new().await;
    let lines = [
        event(
            1,
            "task.declared",
            "2026-11-17T09:00:00Z",
            &json!({"task": "build", "name": "Build <it> & all"}),
        ),
        event(2, "task.started", "2026-11-17T09:01:00Z", &json!({"key": "build", "run": "r1"})),
        event(
            3,
            "task.finished",
            "2026-11-17T09:02:00Z",
            &json!({"key": "build", "run": "r1", "outcome": "failed"}),
        ),
        event(4, "task.started", "2026-11-17T09:03:00Z", &json!({"key": "build", "run": "r2"})),
        event(
            5,
            "task.finished",
            "2026-11-17T09:04:00Z",
            &json!({"key": "build", "run": "r2", "outcome": "passed"}),
        ),
    ];
    let answer = place.lines(lines.join("\n")).await;
    assert_eq!(answer.json()["accepted"], 5, "{}", answer.json());
    place
}

fn text(answer: &Answered) -> String {
    assert_eq!(answer.headers["content-type"], HTML);
    String::from_utf8(answer.body.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_the_verdict_without_a_script() {
    let place = furnished().await;
    for path in [
        "/",
        "/i/I-1",
        "/i/I-1/dde",
        "/i/I-1/bdv",
        "/i/I-1/acc",
        "/i/I-1/convergence",
        "/m/I-1",
        "/embed/v1/dde/I-1",
    ] {
        let answer = place.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        let page = text(&answer);
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
        assert!(page.contains("data-verdict=\"pending\"") && page.contains("Pending"), "{path}: {page}");
        assert!(page.contains("I-1"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ribbon_and_the_steps_between_verdicts_are_in_the_first_paint() {
    let place = furnished().await;
    let board = &place.service.board;
    let (changes, searched) = board.changes(&name("I-1"), Duration::from_secs(60)).await.unwrap();
    assert_eq!((changes.len(), searched), (1, 5), "pending from the first event on");
    let page = text(&place.get("/i/I-1").await);
    assert!(
        page.contains("title=\"Pending from 2026-11-17 12:00:00 UTC (event 1)\" class=\"ribbon-piece\""),
        "{page}"
    );
    assert!(page.contains("\"changes\":[[1,\"pending\"]],\"searched\":5"), "the script takes it over");

    let more = event(6, "task.declared", "2026-11-17T09:05:00Z", &json!({"task": "deploy"}));
    assert_eq!(place.lines(more).await.json()["accepted"], 1);
    let (grown, searched) = board.changes(&name("I-1"), Duration::from_secs(60)).await.unwrap();
    assert_eq!((grown, searched), (changes, 6), "what was found stays, what is new is looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_its_moment_and_its_controls_are_links() {
    let place = furnished().await;
    let live = text(&place.get("/i/I-1/dde").await);
    assert!(live.contains("Build &lt;it&gt; &amp; all") && !live.contains("<it>"), "escaped");
    assert!(live.contains("data-state=\"live\""));
    let then = text(&place.get("/i/I-1/dde?v=2026-11-17T09:02:30Z").await);
    assert!(then.contains("09:02:30 with hindsight") && then.contains("data-state=\"hindsight\""), "{then}");
    for link in [
        "href=\"/i/I-1?v=2026-11-17T09:02:30Z\"",
        "href=\"/i/I-1/bdv?v=2026-11-17T09:02:30Z\"",
        "href=\"/i/I-1/dde?v=2026-11-17T09:02:00Z\"",
        "href=\"/i/I-1/dde?v=2026-11-17T09:03:00Z\"",
        "href=\"/i/I-1/dde\"",
    ] {
        assert!(then.contains(link), "{link} in {then}");
    }
    let known = text(&place.get("/i/I-1?k=1").await);
    assert!(known.contains("1 of 5 events"), "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_stays_in_every_link() {
    let place = furnished().await;
    let page = text(&place.get("/i/I-1/dde?sel=task:build&x=1").await);
    assert!(page.contains("href=\"/i/I-1/acc?sel=task:build&amp;x=1\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_address_is_said_on_a_page() {
    let place = furnished().await;
    for (path, words) in [
        ("/i/I-2", "I-2"),
        ("/m/I-2", "I-2"),
        ("/embed/v1/dde/I-2", "I-2"),
        ("/i/I-1/radar", "radar"),
        ("/i/I-1%22%3E%3Cscript%3E", "name must match"),
        ("/i/%2e%2e", "name must match"),
    ] {
        let answer = place.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        let page = text(&answer);
        assert!(page.contains(words) && page.contains("error-card"), "{path}: {page}");
        assert!(!page.contains("<script>"), "{path}: {page}");
    }
    let wrong = text(&place.get("/i/I-1?v=yesterday&sel=%3Cb%3E").await);
    assert!(wrong.contains("v=yesterday is no time") && wrong.contains("role=\"alert\""), "{wrong}");
    assert!(!wrong.contains("<b>names"), "{wrong}");
    let request = Request::get("/nowhere").header("host", "localhost");
    let nowhere = place.send(request.header("accept", "text/html,*/*").body(Body::empty()).unwrap()).await;
    assert_eq!(nowhere.status, 404);
    assert!(text(&nowhere).contains("There is no page at /nowhere"));
    place.get("/nowhere").await.is_problem(404, "nothing at this address");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_may_run_only_our_own_script_and_embeds_may_be_framed() {
    let place = furnished().await;
    let page = place.get("/i/I-1").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("script-src 'self' 'wasm-unsafe-eval';") && policy.contains("frame-ancestors 'self'")
    );
    assert_eq!(page.headers["x-frame-options"], "SAMEORIGIN");
    let embed = place.get("/embed/v1/bdv/I-1").await;
    let policy = embed.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'self' http://localhost:*"), "{policy}");
    assert!(!embed.headers.contains_key("x-frame-options"));
    assert!(!text(&embed).contains("class=\"rail\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_page_needs_no_script_and_never_reloads_under_the_reader() {
    let place = furnished().await;
    let page = text(&place.get("/m/I-1").await);
    assert!(
        !page.contains("http-equiv=\"refresh\"") && !page.contains("page-data") && !page.contains("<svg"),
        "{page}"
    );
    assert!(page.contains("class=\"figures\"") && page.contains("Full view"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_says_how_to_begin() {
    let place = Place::new().await;
    let page = text(&place.get("/").await);
    assert!(page.contains("mission import --iteration") && page.contains("http://localhost"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_client_are_told_apart_by_their_hash() {
    let place = Place::new().await;
    place.get("/pkg/0123456789abcdef/app.js").await.is_problem(404, "load the page again");
    place.get("/pkg/0123456789abcdef/..%2fstamp").await.is_problem(404, "load the page again");
}
