//! Extractors that all routes share: the iteration of a path, the question of a query, and queries whose
//! refusal is a problem that says what is wrong.

use super::Problem;
use crate::board::Question;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::id::Name;
use std::collections::BTreeMap;

/// The `{iteration}` of the path, a valid name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IterationName(pub Name);

impl<S: Send + Sync> FromRequestParts<S> for IterationName {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<BTreeMap<String, String>>::from_request_parts(parts, state).await;
        let Path(segments) = path.map_err(|error| Problem::bad_request(error.body_text()))?;
        let text = segments.get("iteration").map_or("", String::as_str);
        Ok(Self(Name::iteration(text)?))
    }
}

/// The question of the query: `v` (or `valid`) and `k` (or `known`); absent is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked(pub Question);

#[derive(Deserialize)]
struct Clocks {
    #[serde(alias = "valid")]
    v: Option<String>,
    #[serde(alias = "known")]
    k: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Parsed(Clocks { v, k }) = Parsed::from_request_parts(parts, state).await?;
        Ok(Self(Question::parse(v.as_deref(), k.as_deref())?))
    }
}

/// A query as `T`; as [`Query`], refused with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parsed<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(value)| Self(value)).map_err(|error| Problem::bad_request(error.body_text()))
    }
}
