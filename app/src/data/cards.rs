//! The iterations a server has, asked for page by page.

use crate::browser::{self, NetError};
use shared::id::Name;
use shared::verdict::Card;

/// Iterations the server lists at once.
const PAGE: usize = 200;

/// All iterations, in the order they opened.
pub(super) async fn cards() -> Result<Vec<Card>, NetError> {
    let mut all: Vec<Card> = Vec::new();
    loop {
        let after = all.last().map(|card| format!("&after={}", card.iteration)).unwrap_or_default();
        let page: Vec<Card> = browser::json(&format!("/api/v1/iterations?limit={PAGE}{after}")).await?;
        let is_last = page.len() < PAGE;
        all.extend(page);
        if is_last {
            all.retain(|card| !card.iteration.is_project_log());
            return Ok(all);
        }
    }
}

/// Names of all iterations, newest first.
pub(super) async fn names() -> Result<Vec<Name>, NetError> {
    Ok(cards().await?.into_iter().rev().map(|card| card.iteration).collect())
}
