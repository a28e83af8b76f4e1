//! The one shape of a read: path, question, the part of the analysis it answers with. A macro, because the
//! description of an operation has to be an attribute on its function. The description looks its types up where
//! the macro is used: have `AsOfQuery`, `Listed` and `ProblemBody` in scope.

/// Defines the handler of a read, with its description. `{iteration}` is always in the path; a read of one
/// thing names the second path parameter.
macro_rules! read {
    ($(#[$doc:meta])* $name:ident, $tag:tt, $id:tt, $path:tt, $body:ty, |$analysis:ident| $pick:expr) => {
        $(#[$doc])*
        #[utoipa::path(get, path = $path, tag = $tag, operation_id = $id,
            params(("iteration" = String, Path, description = "Name of the iteration"), AsOfQuery),
            responses(
                (status = 200, body = Listed<$body>),
                (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
            ))]
        pub(super) async fn $name(
            axum::extract::State(state): axum::extract::State<crate::http::HttpState>,
            crate::http::IterationName(iteration): crate::http::IterationName,
            crate::http::Asked(question): crate::http::Asked,
            headers: axum::http::HeaderMap,
        ) -> Result<axum::response::Response, crate::http::Problem> {
            super::ask::part(&state.service, &iteration, &question, &headers, |answer| {
                let $analysis = &*answer.analysis;
                let part: $body = $pick;
                Ok(part)
            })
            .await
        }
    };
    ($(#[$doc:meta])* $name:ident($key:ident), $tag:tt, $id:tt, $path:tt, $body:ty, |$analysis:ident| $pick:expr) => {
        $(#[$doc])*
        #[utoipa::path(get, path = $path, tag = $tag, operation_id = $id,
            params(
                ("iteration" = String, Path, description = "Name of the iteration"),
                ("key" = String, Path, description = "Natural key, percent-encoded"),
                AsOfQuery,
            ),
            responses(
                (status = 200, body = Listed<$body>),
                (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
            ))]
        pub(super) async fn $name(
            axum::extract::State(state): axum::extract::State<crate::http::HttpState>,
            axum::extract::Path((iteration, $key)): axum::extract::Path<(shared::id::Name, String)>,
            crate::http::Asked(question): crate::http::Asked,
            headers: axum::http::HeaderMap,
        ) -> Result<axum::response::Response, crate::http::Problem> {
            super::ask::part(&state.service, &iteration, &question, &headers, |answer| {
                let $analysis = &*answer.analysis;
                let part: Option<$body> = $pick;
                part.ok_or_else(|| crate::http::Problem::not_found(format!("{} not found", $key)))
            })
            .await
        }
    };
}
