//! The browser's data path over a real socket: segments, the tail, live frames, and the end of the server.

use super::place::{Place, name, task, tasks};
use axum::body::Body;
use axum::http::Request;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use server::http::HttpConfig;
use server::serve::{ServeError, ServeOptions, serve_until};
use shared::event::{Entry, Hash128};
use shared::segment;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Waits at most this long for something that must come at once.
const SOON: Duration = Duration::from_secs(20);

fn options(listen: &str) -> ServeOptions {
    ServeOptions { listen: listen.parse().unwrap(), tokens: None, local_user: "tester".to_owned() }
}

async fn started(
    place: &Place,
) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<Result<(), ServeError>>) {
    let (tell, told) = oneshot::channel();
    let closing = CancellationToken::new();
    let server = serve_until(place.service.clone(), options("127.0.0.1:0"), closing.clone(), |address| {
        tell.send(address).unwrap();
    });
    let server = tokio::spawn(server);
    (told.await.unwrap(), closing, server)
}

async fn heard(socket: &mut Socket) -> Message {
    loop {
        let message = tokio::time::timeout(SOON, socket.next()).await.expect("a message soon");
        match message.expect("an open stream").expect("a sound message") {
            Message::Ping(_) | Message::Pong(_) => {}
            message => return message,
        }
    }
}

/// Entries of the frames that come, until position `last`; beats are skipped.
async fn entries_to(socket: &mut Socket, last: u64) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    while entries.last().is_none_or(|entry| entry.position < last) {
        if let Message::Binary(bytes) = heard(socket).await {
            let frame = segment::decode(&bytes).expect("a sound frame");
            assert!(frame.len() <= 4096);
            entries.extend(frame);
        }
    }
    entries
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posted_event_appears_on_the_stream_without_reload() {
    let place = Place::new().await;
    assert_eq!(place.lines(tasks("I", 5000)).await.status, 200);
    let (address, closing, server) = started(&place).await;
    let url = format!("ws://{address}/api/v1/iterations/I/live?after=10");
    let (mut socket, _) = connect_async(&url).await.unwrap();
    let Message::Text(beat) = heard(&mut socket).await else { panic!("a beat comes first") };
    let beat: Value = serde_json::from_str(&beat).unwrap();
    assert_eq!(beat, json!({"head": 5000, "now": super::place::NOW}));
    let caught_up = entries_to(&mut socket, 5000).await;
    let positions: Vec<u64> = caught_up.iter().map(|entry| entry.position).collect();
    assert_eq!(positions, (11..=5000).collect::<Vec<u64>>());

    // Through the stream itself: each post is heard, in order, once, whoever sent it.
    for round in 0..5_u64 {
        let body: String = (0..10).map(|n| format!("{}\n", task("I", &format!("new-{round}-{n}")))).collect();
        assert_eq!(place.lines(body).await.json()["accepted"], 10);
        let last = 5000 + (round + 1) * 10;
        let fresh = entries_to(&mut socket, last).await;
        let positions: Vec<u64> = fresh.iter().map(|entry| entry.position).collect();
        assert_eq!(positions, (last - 9..=last).collect::<Vec<u64>>());
    }

    closing.cancel();
    let Message::Close(Some(frame)) = heard(&mut socket).await else { panic!("the server says goodbye") };
    assert_eq!(u16::from(frame.code), 1012);
    drop(socket);
    tokio::time::timeout(SOON, server).await.expect("an end soon").unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_give_every_reader_the_same_gapless_log() {
    let place = Place::new().await;
    place.is_up().await;
    let (address, closing, _server) = started(&place).await;
    let mut readers = Vec::new();
    for _ in 0..3 {
        let url = format!("ws://{address}/api/v1/iterations/still-up/live?after=0");
        let (mut socket, _) = connect_async(&url).await.unwrap();
        readers.push(tokio::spawn(async move { entries_to(&mut socket, 2001).await }));
    }
    let writers = (0..8_u32).map(|writer| {
        let place = &place;
        async move {
            for round in 0..25 {
                let lines = (0..10).map(|n| task("still-up", &format!("{writer}-{round}-{n}")).to_string());
                let answer = place.lines(lines.collect::<Vec<_>>().join("\n")).await;
                assert_eq!(answer.json()["accepted"], 10);
            }
        }
    });
    futures::future::join_all(writers).await;
    let mut logs = Vec::new();
    for reader in readers {
        logs.push(reader.await.unwrap());
    }
    let positions: Vec<u64> = logs[0].iter().map(|entry| entry.position).collect();
    assert_eq!(positions, (1..=2001).collect::<Vec<u64>>());
    assert!(logs.iter().all(|log| *log == logs[0]));
    let rebuilt = place.service.board.rebuild(None, true).await.unwrap();
    assert!(rebuilt.iter().all(server::board::Rebuilt::is_equal), "{rebuilt:?}");
    closing.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reader_that_knows_more_than_there_is_is_told_to_start_again() {
    let place = Place::new().await;
    place.is_up().await;
    let (address, closing, _server) = started(&place).await;
    for (path, status) in [("still-up/live?after=2", 409), ("none/live", 404), ("still-up/live?after=x", 400)]
    {
        let refused = connect_async(format!("ws://{address}/api/v1/iterations/{path}")).await;
        let Err(tokio_tungstenite::tungstenite::Error::Http(response)) = refused else {
            panic!("{path} must be refused");
        };
        assert_eq!(response.status(), status, "{path}");
    }
    let url = format!("ws://{address}/api/v1/iterations/still-up/live");
    let (mut socket, _) = connect_async(url).await.unwrap();
    let chatter = "x".repeat(100_000);
    socket.send(Message::text(chatter)).await.unwrap();
    while !matches!(socket.next().await, None | Some(Err(_) | Ok(Message::Close(_)))) {}
    place.is_up().await;
    closing.cancel();
}

#[tokio::test]
async fn manifest_segments_and_tail_are_the_whole_log() {
    let place = Place::new().await;
    assert_eq!(place.lines(tasks("I", 9000)).await.json()["accepted"], 9000);
    let manifest = place.get("/api/v1/iterations/I/segments").await.json();
    assert_eq!((&manifest["head"], &manifest["project"]), (&json!(9000), &json!("default")));
    let segments = manifest["segments"].as_array().unwrap();
    assert_eq!(segments.len(), 2);
    let mut entries: Vec<Entry> = Vec::new();
    for row in segments {
        let hash = row["hash"].as_str().unwrap();
        let path = format!("/api/v1/iterations/I/segments/{hash}");
        let plain = place.get(&path).await;
        assert_eq!(plain.headers["cache-control"], "private, immutable, max-age=31536000");
        assert_eq!(plain.headers["vary"], "accept-encoding");
        assert_eq!(plain.body.len() as u64, row["bytes"]);
        assert_eq!(segment::name(&plain.body), Hash128::parse(hash).unwrap());
        let request = Request::get(&path).header("host", "localhost").header("accept-encoding", "gzip, br");
        let packed = place.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(packed.headers["content-encoding"], "br");
        assert!(packed.body.len() < plain.body.len());
        let known =
            Request::get(&path).header("host", "localhost").header("if-none-match", &plain.headers["etag"]);
        assert_eq!(place.send(known.body(Body::empty()).unwrap()).await.status, 304);
        entries.extend(segment::decode(&plain.body).unwrap());
    }
    let after = entries.len();
    let tail = place.get(&format!("/api/v1/iterations/I/tail?after={after}")).await;
    assert_eq!(
        (&tail.headers["mission-first"], &tail.headers["mission-last"]),
        (&"8193".parse().unwrap(), &"9000".parse().unwrap())
    );
    entries.extend(segment::decode(&tail.body).unwrap());
    let positions: Vec<u64> = entries.iter().map(|entry| entry.position).collect();
    assert_eq!(positions, (1..=9000).collect::<Vec<u64>>());
    assert_eq!(place.get("/api/v1/iterations/I/tail?after=9000").await.status, 204);

    // Another server over the same log gives the same names.
    let again = server::service::Service::open(place.service.store.clone()).await.unwrap();
    let other = again.segments.manifest(&name("I")).await.unwrap();
    let names: Vec<String> = other.segments.iter().map(|row| row.hash.to_string()).collect();
    assert_eq!(json!(names), json!(segments.iter().map(|row| row["hash"].clone()).collect::<Vec<_>>()));
}

#[tokio::test]
async fn server_sent_events_carry_the_same_frames() {
    let place = Place::new().await;
    place.lines(tasks("I", 20)).await;
    let request = Request::get("/api/v1/iterations/I/live/events?after=0").header("host", "localhost");
    let request = request.header("last-event-id", "15").body(Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(place.router.clone(), request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    let mut chunks = response.into_body().into_data_stream();
    while !text.contains("event: frame") || !text.ends_with("\n\n") {
        let chunk = tokio::time::timeout(SOON, chunks.next()).await.expect("a chunk soon");
        text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
    }
    assert!(text.starts_with("event: beat\ndata: {\"head\":20,"), "{text}");
    assert!(text.contains("\nid: 20\n"), "{text}");
    let data = text.split("event: frame").nth(1).unwrap();
    let data = data.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data).unwrap();
    let entries = segment::decode(&bytes).unwrap();
    assert_eq!(entries.iter().map(|entry| entry.position).collect::<Vec<_>>(), [16, 17, 18, 19, 20]);
}

#[tokio::test]
async fn public_address_needs_a_token() {
    let place = Place::new().await;
    let refused = serve_until(place.service.clone(), options("0.0.0.0:0"), CancellationToken::new(), |_| {
        panic!("must not listen");
    });
    let error = refused.await.unwrap_err();
    assert_eq!(error.exit_code(), 3);
    assert!(error.to_string().contains("--token-file"), "{error}");
}

#[tokio::test]
async fn server_that_closes_is_not_ready() {
    let place = Place::new().await;
    let config = HttpConfig::local("tester");
    let closing = config.closing.clone();
    let router = server::http::router(place.service.clone(), config);
    closing.cancel();
    let request = Request::get("/readyz").header("host", "localhost").body(Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(response.status(), 503);
}
