//! Evidence bundles: a log with the verdict and the statement made of it, to be checked again anywhere.
//!
//! A bundle is NDJSON: a header line ([`Header`]), then the log from position 1 to K as `mission events` prints
//! it. [`verify`] needs nothing else: it decodes and folds the events, names the pieces of the log by their
//! digests, judges anew and compares. It finds a changed, lost, added or reordered event, a verdict that does
//! not follow from the log, and a statement that says something else.
//!
//! Refuses a bundle of another engine version: digests compare within one. Not here: signatures.

use super::pieces::{Piece, Pieces};
use super::statement;
use crate::event::{Entry, Logged, decode_logged};
use crate::graph::Graph;
use crate::id::Name;
use crate::lens::Analysis;
use crate::time::AsOf;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Version of the format.
pub const BUNDLE_VERSION: u32 = 1;
/// Differences that [`verify`] lists at most.
const DIFFERENCES_MAX: usize = 64;

/// The first line of a bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`BUNDLE_VERSION`].
    pub mission_bundle: u32,
    /// [`crate::ENGINE_VERSION`] of whoever made it.
    pub engine_version: String,
    /// Project of the iteration.
    pub project: Name,
    /// The iteration.
    pub iteration: Name,
    /// The question; the log goes up to its K.
    pub as_of: AsOf,
    /// The log, piece by piece.
    pub pieces: Vec<Piece>,
    /// The verdict, as `mission verdict --json` prints it.
    pub verdict: Value,
    /// The statement of it.
    pub statement: Value,
}

impl Header {
    /// Header for the answer `analysis` to a log of `pieces`.
    #[must_use]
    pub fn of(analysis: &Analysis, project: &Name, iteration: &Name, pieces: Vec<Piece>) -> Self {
        Self {
            mission_bundle: BUNDLE_VERSION,
            engine_version: crate::ENGINE_VERSION.to_owned(),
            project: project.clone(),
            iteration: iteration.clone(),
            as_of: analysis.scene.as_of,
            verdict: analysis.verdict.to_json(iteration),
            statement: statement(analysis, project, iteration, &pieces),
            pieces,
        }
    }
}

/// What a bundle was found to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Its header.
    pub header: Header,
    /// Events read.
    pub events: u64,
    /// Where it is not what it says, at most 64 sentences; none is success.
    pub differences: Vec<String>,
}

/// Why a text is no bundle that can be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BundleError {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong there.
    pub reason: String,
}

/// Checks the bundle `text`. O(events + analysis).
///
/// # Errors
/// It is no bundle, of another version or engine, or a line is no event or out of order.
pub fn verify(text: &str) -> Result<Checked, BundleError> {
    let mut lines = (1u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let header = lines.next().map_or_else(
        || Err(BundleError { line: 1, reason: "the file is empty".to_owned() }),
        |(line, text)| read_header(text).map_err(|reason| BundleError { line, reason }),
    )?;
    let (mut graph, mut pieces) = (Graph::default(), Pieces::default());
    let mut differences = Vec::new();
    for (line, text) in lines {
        let at = |reason: String| BundleError { line, reason };
        let value: Value = serde_json::from_str(text).map_err(|error| at(error.to_string()))?;
        let logged = decode_logged(value).map_err(|refusal| at(refusal.to_string()))?;
        differences.extend(stray(&header, &logged));
        let entry = Entry::from_logged(&logged);
        pieces.push(entry.clone());
        graph.push(entry).map_err(|gap| at(gap.to_string()))?;
    }
    graph.settle();
    compare(&header, &graph, &pieces.finish(), &mut differences);
    differences.truncate(DIFFERENCES_MAX);
    Ok(Checked { events: graph.head(), header, differences })
}

fn read_header(text: &str) -> Result<Header, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| format!("no evidence bundle: its first line is no JSON ({error})"))?;
    let version = value.get("mission_bundle").and_then(Value::as_u64);
    match version {
        Some(version) if version == u64::from(BUNDLE_VERSION) => {}
        Some(version) => return Err(format!("bundle version {version}; known is {BUNDLE_VERSION}")),
        None => return Err("no evidence bundle: its first line has no mission_bundle".to_owned()),
    }
    let header: Header = serde_json::from_value(value).map_err(|error| format!("header: {error}"))?;
    if header.engine_version != crate::ENGINE_VERSION {
        return Err(format!(
            "made by engine {}, this is engine {}: verify it with a program of that engine",
            header.engine_version,
            crate::ENGINE_VERSION
        ));
    }
    Ok(header)
}

fn stray(header: &Header, logged: &Logged) -> Option<String> {
    let event = &logged.event;
    let is_own = event.iteration == header.iteration && event.project == header.project;
    (!is_own).then(|| {
        let (iteration, project) = (&event.iteration, &event.project);
        format!("event {} is of iteration {iteration}, project {project}", logged.position)
    })
}

fn compare(header: &Header, graph: &Graph, pieces: &[Piece], differences: &mut Vec<String>) {
    let known = header.as_of.known;
    if graph.head() != known {
        differences.push(format!("the log has {} events, the header says {known}", graph.head()));
    }
    if pieces.len() != header.pieces.len() {
        differences.push(format!("the log has {} pieces, the header {}", pieces.len(), header.pieces.len()));
    }
    for (found, said) in pieces.iter().zip(&header.pieces).filter(|(found, said)| found != said) {
        let (first, last) = (found.first, found.last);
        differences.push(format!(
            "events {first} to {last} have the digest {}, the header says {}",
            found.digest, said.digest
        ));
    }
    let analysis = Analysis::of(graph.scene(&graph.snapshot(header.as_of)));
    let anew = Header::of(&analysis, &header.project, &header.iteration, pieces.to_vec());
    for (what, said, found) in
        [("verdict", &header.verdict, anew.verdict), ("statement", &header.statement, anew.statement)]
    {
        differing(what, said, &as_read(found), differences);
    }
}

/// `value` as it is when read from text: what stands in a file has lost a float's last bit, perhaps.
fn as_read(value: Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or(value)
}

/// Paths at which `said` and `found` differ, each by its outermost differing value.
fn differing(path: &str, said: &Value, found: &Value, differences: &mut Vec<String>) {
    let mut open = vec![(path.to_owned(), said, found)];
    while let Some((path, said, found)) = open.pop() {
        if said == found || differences.len() >= DIFFERENCES_MAX {
            continue;
        }
        match (said, found) {
            (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                open.extend(a.iter().map(|(key, value)| (format!("{path}.{key}"), value, &b[key])));
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                open.extend(a.iter().zip(b).enumerate().map(|(i, (a, b))| (format!("{path}[{i}]"), a, b)));
            }
            _ => differences.push(format!("{path} is {}, the log gives {}", short(said), short(found))),
        }
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(80).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}
