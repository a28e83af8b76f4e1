//! Where the script begins: reads which page this is, brings what it needs, and takes the page over once.

use super::{PageData, files, list, load, page, stream};
use crate::browser;
use crate::routes::Place;
use shared::id::Name;
use shared::time::Position;
use shared::verdict::VerdictName;
use wasm_bindgen_futures::spawn_local;

/// Milliseconds until the log is asked for again after it did not come.
const AGAIN_MS: u64 = 3_000;

/// Starts the page.
pub(crate) fn start() {
    let Some(data) = browser::page_data().and_then(|text| serde_json::from_str::<PageData>(&text).ok())
    else {
        return;
    };
    spawn_local(async move {
        match data.iteration {
            None => list::live(data.now).await,
            Some(iteration) => mission(iteration, &data.changes, data.searched).await,
        }
    });
}

/// Takes a page of an iteration over. Until the log is here, the served page stays as it is.
async fn mission(iteration: Name, changes: &[(Position, VerdictName)], searched: Position) {
    let mut engine = loop {
        match load::log(&iteration).await {
            Ok(engine) => break engine,
            Err(error) => browser::warn(&format!("the log did not come, trying again: {error}")),
        }
        browser::sleep(AGAIN_MS).await;
    };
    engine.remember(changes, searched);
    let (path, query) = browser::address();
    let Ok(place) = Place::parse(&path, &query) else { return };
    let name = iteration.clone();
    page::open(engine, place, iteration, move |drive| {
        spawn_local(stream::listen(drive, name));
        files::hear(drive);
    });
}
