//! The built client: scripts, WebAssembly and style sheet, inside the binary, under a folder named by their hash.
//!
//! Whatever lies under `/pkg/HASH/` never changes, so it is cached for ever; another build has another hash. A
//! server that was built before its client serves pages without them, and they say so. Debug builds read the
//! folder when they start instead of carrying it.

use super::Problem;
use super::immutable::{Immutable, Keeper, coding};
use crate::segments::Coding;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The folder the client is built into. `MISSION_CLIENT` changes with every client that is built, so that a
/// release build never carries an older one.
#[derive(RustEmbed)]
#[folder = "../target/site/pkg"]
#[allow_missing = true]
struct Built;

const _: Option<&str> = option_env!("MISSION_CLIENT");

/// Starts the client. A file of its own, because the policy of the pages allows no inline script.
const BOOT: &str = include_str!("../../../app/src/browser/boot.js");
/// Hears files that are dropped, and the worker that reads them.
const FILES: &str = include_str!("../../../app/src/browser/files.js");
const FILES_WORKER: &str = include_str!("../../../app/src/browser/files_worker.js");
/// Puts the chosen theme on before the first paint.
const THEME: &str = "try{const t=localStorage.getItem(\"mission.theme\");\
    if(t===\"light\"||t===\"dark\")document.documentElement.dataset.theme=t}catch{}\n";
/// The second part of the program, which development builds do not have.
const REST: &str = "app_rest.wasm";
/// The files every client consists of.
const NEEDED: [&str; 5] = ["app.js", "app_bg.wasm", "app.css", "reader.js", "reader_bg.wasm"];

/// A built client.
pub(super) struct Assets {
    /// `/pkg/HASH`.
    pub(super) base: String,
    /// Whether its program comes in two parts.
    pub(super) is_split: bool,
    files: BTreeMap<String, Bytes>,
}

/// The client of this binary; `None` if it was built without.
pub(super) fn built() -> Option<&'static Assets> {
    static ASSETS: LazyLock<Option<Assets>> = LazyLock::new(Assets::read);
    ASSETS.as_ref()
}

impl Assets {
    fn read() -> Option<Self> {
        let mut files = BTreeMap::new();
        for name in Built::iter().filter(|name| name.starts_with("app") || name.starts_with("reader")) {
            let file = Built::get(&name)?;
            files.insert(name.into_owned(), Bytes::from(file.data.into_owned()));
        }
        files.insert("boot.js".to_owned(), Bytes::from_static(BOOT.as_bytes()));
        files.insert("files.js".to_owned(), Bytes::from_static(FILES.as_bytes()));
        files.insert("files_worker.js".to_owned(), Bytes::from_static(FILES_WORKER.as_bytes()));
        files.insert("theme.js".to_owned(), Bytes::from_static(THEME.as_bytes()));
        if !NEEDED.iter().all(|name| files.contains_key(*name)) {
            tracing::warn!("no web client in this binary; pages are plain");
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        for (name, bytes) in &files {
            hasher.update(name.as_bytes()).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        }
        let base = format!("/pkg/{}", &hasher.finalize().to_hex()[..16]);
        let is_split = files.contains_key(REST);
        Some(Self { base, is_split, files })
    }

    /// `name` in `coding`, or plain where it is not there in it.
    fn pick(&self, name: &str, coding: Coding) -> Option<(&Bytes, Coding)> {
        let plain = self.files.get(name)?;
        let ending = match coding {
            Coding::Brotli => "br",
            Coding::Gzip => "gz",
            Coding::Identity | Coding::Zstd => return Some((plain, Coding::Identity)),
        };
        let coded = self.files.get(&format!("{name}.{ending}")).map(|bytes| (bytes, coding));
        Some(coded.unwrap_or((plain, Coding::Identity)))
    }
}

/// `GET /pkg/{hash}/{file}`.
pub(super) async fn file(
    Path((hash, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let gone = || Problem::not_found("this server has no such file; load the page again");
    let assets = built().filter(|assets| assets.base.ends_with(&format!("/{hash}"))).ok_or_else(gone)?;
    let kind = content_type(&name).ok_or_else(gone)?;
    let (bytes, coding) = assets.pick(&name, coding(&headers)).ok_or_else(gone)?;
    let body = bytes.clone();
    Ok(Immutable { hash: &hash, kind, keeper: Keeper::Anybody, coding, body }.answer(&headers))
}

/// Of the files there are; compressed ones are not asked for by name.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "css" => Some("text/css; charset=utf-8"),
        _ => None,
    }
}
