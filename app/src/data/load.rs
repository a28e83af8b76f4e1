//! Brings the log: the manifest, its sealed segments (immutable, so cached by the browser), then the tail.

use super::engine::Engine;
use crate::browser::{self, NetError};
use serde::Deserialize;
use shared::event::Entry;
use shared::graph::GapError;
use shared::id::Name;
use shared::segment::{self, SegmentError};
use shared::time::{Position, Time};

/// Why the log is not here.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    /// It did not come.
    #[error(transparent)]
    Net(#[from] NetError),
    /// What came is no segment.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// What came does not fit together.
    #[error(transparent)]
    Gap(#[from] GapError),
}

/// What of the manifest matters here.
#[derive(Debug, Deserialize)]
struct Manifest {
    head: Position,
    now: Time,
    segments: Vec<Sealed>,
}

#[derive(Debug, Deserialize)]
struct Sealed {
    hash: String,
}

/// The address of something of an iteration.
pub(super) fn url(iteration: &Name, rest: &str) -> String {
    format!("/api/v1/iterations/{iteration}/{rest}")
}

/// The engine over the whole log of `iteration`.
pub(super) async fn log(iteration: &Name) -> Result<Engine, LoadError> {
    let mut engine = Engine::default();
    let manifest: Manifest = browser::json(&url(iteration, "segments")).await?;
    engine.hear_clock(manifest.now, browser::local_now());
    let urls: Vec<String> =
        manifest.segments.iter().map(|sealed| url(iteration, &format!("segments/{}", sealed.hash))).collect();
    // All are asked for at once; they are folded in order, each as soon as those before it are there.
    let bodies = futures::future::join_all(urls.iter().map(|url| browser::bytes(url))).await;
    browser::mark("fetched");
    for body in bodies {
        engine.take_in(decoded(body?)?)?;
    }
    while engine.head() < manifest.head {
        let before = engine.head();
        let frame = browser::bytes(&url(iteration, &format!("tail?after={before}"))).await?;
        engine.take_in(decoded(frame)?)?;
        if engine.head() == before {
            break;
        }
    }
    engine.settle();
    browser::mark("folded");
    Ok(engine)
}

fn decoded(body: Option<Vec<u8>>) -> Result<Vec<Entry>, SegmentError> {
    body.map_or(Ok(Vec::new()), |bytes| segment::decode(&bytes))
}

/// Last position of the server's log.
pub(super) async fn head(iteration: &Name) -> Result<Position, LoadError> {
    let manifest: Manifest = browser::json(&url(iteration, "segments")).await?;
    Ok(manifest.head)
}
