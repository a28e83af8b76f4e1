//! What must be the same everywhere: digests of a log's segment, and at many questions of the state, the
//! scene, the lenses' JSON and the verdict.

use shared::event::{Entry, Hash128, decode_logged};
use shared::graph::Graph;
use shared::lens::Analysis;
use shared::segment;
use shared::time::{AsOf, Time};
use std::fmt::Write;

/// Folds an NDJSON log and returns one line for each question, and one for its segment.
///
/// A log that cannot be read gives one line that says why.
pub fn report(log: &[u8]) -> String {
    fold(log).unwrap_or_else(|refusal| format!("refused: {refusal}\n"))
}

fn fold(log: &[u8]) -> Result<String, String> {
    let mut entries = Vec::new();
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        entries.push(Entry::from_logged(&decode_logged(value).map_err(|refusal| refusal.to_string())?));
    }
    let bytes = segment::encode(&entries);
    let again = segment::decode(&bytes).map_err(|error| error.to_string())?;
    let mut graph = Graph::default();
    for entry in again {
        graph.push(entry).map_err(|gap| gap.to_string())?;
    }
    let mut report = format!("segment {} {}\n", bytes.len(), segment::name(&bytes));
    let mut state = graph.snapshot(AsOf { valid: Time::ALWAYS, known: 0 });
    for eighth in 0..=8 {
        let known = graph.head() * eighth / 8;
        let then = graph.recorded_at(known).unwrap_or(Time::ALWAYS);
        for valid in [Time::ALWAYS, then, Time::MAX] {
            graph.step(&mut state, AsOf { valid, known });
            let analysis = Analysis::of(graph.scene(&state));
            let scene = format!("{:?}", analysis.scene);
            let lenses = (&analysis.dde, &analysis.bdv, &analysis.acc, &analysis.convergence);
            let lenses =
                serde_json::to_string(&(lenses, &analysis.verdict)).map_err(|error| error.to_string())?;
            let (digest, verdict) = (graph.digest(&state), analysis.verdict.verdict);
            let [scene, lenses] = [scene, lenses].map(|text| Hash128::of(&[text.as_bytes()]));
            writeln!(report, "{valid} {known} {digest} {scene} {lenses} {verdict:?}")
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(report)
}
