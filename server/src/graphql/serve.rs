//! The way to the schema over HTTP: POST for queries and mutations, WebSocket (`graphql-transport-ws`) for
//! subscriptions, the schema itself as text. The writer of a mutation is whoever asks.

use super::{MissionSchema, schema};
use crate::http::{Actor, HttpState};
use async_graphql::http::ALL_WEBSOCKET_PROTOCOLS;
use async_graphql_axum::{GraphQLProtocol, GraphQLRequest, GraphQLResponse, GraphQLWebSocket};
use axum::Router;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::limit::RequestBodyLimitLayer;

/// Largest request, in bytes.
const BODY_BYTES_MAX: usize = 256 << 10;

/// `/graphql` and what belongs to it.
pub fn routes(state: &HttpState) -> Router<HttpState> {
    let schema = schema(state.service.clone());
    let sdl = schema.sdl();
    let (asked, opened) = (schema.clone(), schema);
    Router::new()
        .route(
            "/graphql",
            get(move |state, actor, protocol, upgrade| {
                subscribe(opened.clone(), state, actor, protocol, upgrade)
            })
            .post(move |state, actor, request| execute(asked.clone(), state, actor, request)),
        )
        .route("/graphql/schema", get(|| async move { sdl }))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
}

async fn execute(
    schema: MissionSchema,
    State(state): State<HttpState>,
    actor: Actor,
    request: GraphQLRequest,
) -> GraphQLResponse {
    let writer = state.writer(&actor);
    schema.execute(request.into_inner().data(writer)).await.into()
}

async fn subscribe(
    schema: MissionSchema,
    State(state): State<HttpState>,
    actor: Actor,
    protocol: GraphQLProtocol,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Ok(permit) = state.streams.clone().try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut data = async_graphql::Data::default();
    data.insert(state.writer(&actor));
    upgrade.protocols(ALL_WEBSOCKET_PROTOCOLS).max_message_size(BODY_BYTES_MAX).on_upgrade(
        move |socket| async move {
            GraphQLWebSocket::new(socket, schema, protocol).with_data(data).serve().await;
            drop(permit);
        },
    )
}
