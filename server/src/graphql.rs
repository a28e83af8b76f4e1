//! GraphQL at `/graphql`: the same answers as REST for those who prefer to ask for parts of them.
//!
//! Resolvers are thin: they ask the board and convert at this border; no rule lives here. Bounds: depth
//! [`DEPTH_MAX`], cost [`COMPLEXITY_MAX`], aliases and bytes by the body limit, subscriptions by the permits of
//! live streams. The schema is a snapshot in the tests: a change of it shows in review.
//!
//! Not here: who may (`http::auth`), verdict rules (`shared::verdict`).

mod mutation;
mod query;
mod serve;
mod subscription;
mod types;

pub use serve::routes;

use crate::service::Service;
use async_graphql::Schema;
use mutation::Mutation;
use query::Query;
use subscription::Subscription;

/// Deepest nesting of a query.
pub const DEPTH_MAX: usize = 12;
/// Highest cost of a query: fields, lists counted by what they may hold.
pub const COMPLEXITY_MAX: usize = 2_000;
/// Deepest recursion of the query parser.
const RECURSION_MAX: usize = 32;

/// The whole schema.
pub type MissionSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema over `service`.
#[must_use]
pub fn schema(service: Service) -> MissionSchema {
    Schema::build(Query, Mutation, Subscription)
        .data(service)
        .limit_depth(DEPTH_MAX)
        .limit_complexity(COMPLEXITY_MAX)
        .limit_recursive_depth(RECURSION_MAX)
        .limit_directives(8)
        .finish()
}

/// An error with a stable code in `extensions`.
fn coded(code: &'static str, message: impl Into<String>) -> async_graphql::Error {
    use async_graphql::ErrorExtensions;
    async_graphql::Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}
