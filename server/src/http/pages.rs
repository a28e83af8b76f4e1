//! Pages: the first paint of every address, rendered from the board at the address's `AsOf`.
//!
//! What is wrong with an address is said on a page too: an unknown iteration is 404, a bad time falls back to now
//! with a notice. Nothing here writes. Not here: how pages look (`app`), the script's files (`assets`).

use super::rest::iterations::card;
use super::{HttpState, Problem, assets, content_security_policy};
use crate::board::{Known, Question};
use crate::service::Service;
use app::document::{self, Client};
use app::routes::{Page, Place, playback};
use app::state::{Link, Moment, Opening, Strip};
use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, HOST};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use shared::graph::Tick;
use shared::id::Name;
use shared::layout::track::track;
use shared::playback::{Mode, Timeline};
use shared::time::Position;
use shared::verdict::Card;
use std::sync::Arc;
use std::time::Duration;

/// Most iterations the list shows: the newest.
const LISTED_MAX: usize = 200;
/// Most events the served scrubber is drawn from; more are thinned out evenly.
const TICKS_MAX: usize = 100_000;
/// How long a page waits for changes of the verdict that nobody has looked for yet.
const CHANGES_PATIENCE: Duration = Duration::from_millis(250);
/// Who may frame an embedded lens: pages of this machine. It has nothing to press.
const EMBED_ANCESTORS: &str = "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*";

/// The routes of all pages and of the client's files.
pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/", get(list))
        .route("/i/{iteration}", get(show))
        .route("/i/{iteration}/{lens}", get(show))
        .route("/m/{iteration}", get(show))
        .route("/embed/v1/{lens}/{iteration}", get(show))
        .route("/pkg/{hash}/{file}", get(assets::file))
}

/// The answer where no route matches: a page for people, a problem for programs.
pub(super) async fn no_route(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let wants_page =
        headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("").contains("text/html");
    if method == Method::GET && wants_page {
        let path: String = uri.path().chars().take(200).collect();
        return trouble(StatusCode::NOT_FOUND, &format!("There is no page at {path}"));
    }
    super::problem::no_route().await.into_response()
}

async fn list(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    match cards(&state.service).await {
        Ok(cards) => {
            let host = headers.get(HOST).and_then(|value| value.to_str().ok());
            let origin = host.map(|host| format!("http://{host}")).unwrap_or_default();
            let now = state.service.board.wall_now();
            Html(document::list(cards, now, &origin, client())).into_response()
        }
        Err(problem) => trouble(problem.status(), problem.detail()),
    }
}

/// The newest iterations, in the order they opened.
async fn cards(service: &Service) -> Result<Vec<Card>, Problem> {
    let rows = service.store.iterations().await?;
    let rows: Vec<_> = rows.into_iter().filter(|row| !row.iteration.is_project_log()).collect();
    let mut cards = Vec::new();
    for row in rows.iter().skip(rows.len().saturating_sub(LISTED_MAX)) {
        cards.push(card(service, row).await?);
    }
    Ok(cards)
}

async fn show(State(state): State<HttpState>, uri: Uri) -> Response {
    match shown(&state.service, &uri).await {
        Ok(response) => response,
        Err(problem) => trouble(problem.status(), problem.detail()),
    }
}

async fn shown(service: &Service, uri: &Uri) -> Result<Response, Problem> {
    let place = Place::parse(uri.path(), uri.query().unwrap_or(""));
    let place = place.map_err(|error| Problem::not_found(error.to_string()))?;
    let Some(iteration) = place.page.iteration().cloned() else {
        return Err(Problem::not_found("there is no such page"));
    };
    if iteration.as_str() == app::data::LOCAL_ITERATION
        && service.store.iteration(&iteration).await?.is_none()
    {
        return Err(Problem::not_found(
            "files dropped onto a page are of that page alone, and a reload forgets them: drop them again",
        ));
    }
    let is_embedded = matches!(place.page, Page::Embed(..));
    let opening = opening(service, place, iteration).await?;
    let rendering = tokio::task::spawn_blocking(move || document::mission(opening, client()));
    let mut response = Html(rendering.await.map_err(|error| Problem::internal(&error))?).into_response();
    if is_embedded {
        let policy = content_security_policy(None).replace("frame-ancestors 'self'", EMBED_ANCESTORS);
        // Only ASCII that stands above: always a valid header.
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    Ok(response)
}

/// What `place` shows. `now` is resolved once, here.
async fn opening(service: &Service, place: Place, iteration: Name) -> Result<Opening, Problem> {
    let board = &service.board;
    let (transitions, searched) = board.changes(&iteration, CHANGES_PATIENCE).await?;
    let changes: Vec<Position> = transitions.iter().map(|change| change.position).collect();
    let now = board.now(&iteration).await?;
    let (moment, ticks, searched_until) = board
        .with_graph(&iteration, |graph| {
            let timeline = Timeline { ticks: graph.ticks(), now, changes: &changes };
            let moment = Moment::of(playback(place.valid, place.known, &timeline), &timeline);
            let stride = graph.ticks().len() / TICKS_MAX + 1;
            let until = graph.recorded_at(searched).filter(|_| searched < graph.head());
            (moment, graph.ticks().iter().step_by(stride).collect::<Vec<Tick>>(), until)
        })
        .await?;
    let is_live = moment.playback.mode == Mode::Live;
    let question = Question {
        valid: (!is_live).then_some(moment.as_of.valid),
        known: Some(Known::Position(moment.as_of.known)),
    };
    let analysis = board.answer(&iteration, &question).await?.analysis;
    let strip = Strip { track: track(&ticks), transitions, searched, searched_until };
    Ok(Opening { place, iteration, moment, analysis, strip: Arc::new(strip), link: Link::Served })
}

fn client() -> Option<Client<'static>> {
    assets::built().map(|assets| Client { base: &assets.base, rest: assets.is_split })
}

/// A page that says what is wrong.
fn trouble(status: StatusCode, detail: &str) -> Response {
    let title = match status {
        StatusCode::NOT_FOUND => "Not here",
        StatusCode::SERVICE_UNAVAILABLE => "Not now",
        _ => "Something is broken",
    };
    (status, Html(document::trouble(status.as_u16(), title, detail, client()))).into_response()
}
