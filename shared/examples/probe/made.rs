//! What is made of a file, and must be the same everywhere: events and report of its import; under rules, a baseline
//! and a suppression the lenses, the explanation and every export.

use serde_json::{Value, json};
use shared::event::data::{ContextRecorded, Topic};
use shared::event::{Entry, Event, Hash128, Logged, decode, event_json, split_detail};
use shared::explain::explain;
use shared::export::bundle::{Header, verify};
use shared::export::{Piece, Pieces, junit, sarif, statement, table};
use shared::graph::Graph;
use shared::id::Name;
use shared::import::{ImportOptions, import};
use shared::lens::Analysis;
use shared::time::{AsOf, Time};
use std::fmt::Write;

const ITERATION: &str = "Iter-Probe";
/// When everything is recorded: microseconds since 1970.
const RECORDED_AT: Time = Time(1_763_366_400_000_000);
/// Finds something in any architecture with an import.
const RULES: &str = "version = 1\n\
    [[rule]]\nname = \"none\"\nkind = \"forbidden\"\nfrom = \"**\"\nto = \"**\"\n\
    [[rule]]\nname = \"stable\"\nkind = \"stable-dependencies\"\nseverity = \"warn\"\n";

/// A line for each thing that is made of `file`: its name, length and digest. A file that is refused gives one line.
pub fn made(file: &[u8]) -> String {
    all(file).unwrap_or_else(|refusal| format!("refused: {refusal}\n"))
}

fn all(file: &[u8]) -> Result<String, String> {
    let iteration = Name::new(ITERATION).map_err(|error| error.to_string())?;
    let options = ImportOptions {
        iteration: iteration.clone(),
        project: Name::new("default").map_err(|error| error.to_string())?,
        file: "features/made.feature".to_owned(),
        source: None,
        run: None,
        at: None,
        strict: false,
    };
    let mut imported = import(file, None, &options).map_err(|error| error.to_string())?;
    let mut report = Report::default();
    report.json("report", &imported.report)?;
    let events: Vec<Value> = imported.events.iter().map(|event| Value::Object(event_json(event))).collect();
    report.json("events", &events)?;

    // Our own events name a project of theirs; a log has one.
    imported.events.iter_mut().for_each(|event| event.project = options.project.clone());
    // Rules first, to see what they find; then the same with some of that accepted and some suppressed.
    let rules = context(Topic::Rules, RULES.to_owned())?;
    let (found, _) = judge(&[&[rules.clone()][..], &imported.events[..]].concat())?;
    let mut keys = found.acc.violations.iter().map(|violation| violation.id.key.clone());
    let mut before = vec![rules];
    if let Some(key) = keys.next() {
        before.push(context(Topic::Baseline, json!({"violations": [key], "reason": "old"}).to_string())?);
    }
    if let Some(violation) = keys.next() {
        let granted = json!({"suppression": "s", "reason": "known", "violation": violation});
        before.push(event("mission.suppression.granted.v1", &granted)?);
    }
    report.line("found", &found.acc.violations.len().to_string());
    let (analysis, log) = judge(&[before, imported.events].concat())?;
    for (name, lens) in [
        ("dde", serde_json::to_string(&analysis.dde)),
        ("bdv", serde_json::to_string(&analysis.bdv)),
        ("acc", serde_json::to_string(&analysis.acc)),
        ("convergence", serde_json::to_string(&analysis.convergence)),
    ] {
        report.line(name, &lens.map_err(|error| error.to_string())?);
    }
    report.json("verdict", &analysis.verdict.to_json(&iteration))?;
    report.json("explain", &explain(&analysis))?;
    exports(&analysis, &iteration, &options.project, &log, &mut report)?;
    Ok(report.text)
}

fn exports(
    analysis: &Analysis,
    iteration: &Name,
    project: &Name,
    log: &[Logged],
    report: &mut Report,
) -> Result<(), String> {
    report.json("sarif", &sarif(analysis, iteration))?;
    report.line("junit", &junit(analysis, iteration));
    let pieces = pieces(log);
    report.json("statement", &statement(analysis, project, iteration, &pieces))?;
    for table in &table::TABLES {
        report.line(table.name, &table.csv(analysis).map_err(|error| error.to_string())?);
    }
    let header = Header::of(analysis, project, iteration, pieces);
    let mut bundle = serde_json::to_string(&header).map_err(|error| error.to_string())? + "\n";
    for logged in log {
        bundle += &logged.to_json().to_string();
        bundle.push('\n');
    }
    report.line("bundle", &bundle);
    report.line("differences", &verify(&bundle).map_err(|error| error.to_string())?.differences.join("\n"));
    Ok(())
}

/// The answer to a log of `events` at its head, and the log.
fn judge(events: &[Event]) -> Result<(Analysis, Vec<Logged>), String> {
    let mut graph = Graph::default();
    let mut log = Vec::new();
    for (position, event) in (1..).zip(events) {
        let mut event = event.clone();
        split_detail(&mut event, &[0; 32]);
        let logged = Logged { position, recorded_at: RECORDED_AT, actor: None, steward: true, event };
        graph.push(Entry::from_logged(&logged)).map_err(|gap| gap.to_string())?;
        log.push(logged);
    }
    let as_of = AsOf { valid: RECORDED_AT, known: graph.head() };
    Ok((Analysis::of(graph.scene(&graph.snapshot(as_of))), log))
}

fn pieces(log: &[Logged]) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    log.iter().for_each(|logged| pieces.push(Entry::from_logged(logged)));
    pieces.finish()
}

fn context(topic: Topic, body: String) -> Result<Event, String> {
    let data = serde_json::to_value(ContextRecorded::of(topic, body)).map_err(|error| error.to_string())?;
    event("mission.context.recorded.v1", &data)
}

fn event(kind: &str, data: &Value) -> Result<Event, String> {
    let id = Hash128::of_text(&data.to_string()).to_string();
    let envelope = json!({"specversion": "1.0", "id": id, "source": "probe", "type": kind,
        "iteration": ITERATION, "time": RECORDED_AT.to_string(), "data": data});
    decode(envelope.to_string().as_bytes(), None).map_err(|refusal| refusal.to_string())
}

/// Names, lengths and digests.
#[derive(Default)]
struct Report {
    text: String,
}

impl Report {
    fn line(&mut self, name: &str, made: &str) {
        let digest = Hash128::of(&[made.as_bytes()]);
        // Writing to a text cannot fail.
        let _written = writeln!(self.text, "{name} {} {digest}", made.len());
    }

    fn json(&mut self, name: &str, made: &impl serde::Serialize) -> Result<(), String> {
        self.line(name, &serde_json::to_string(made).map_err(|error| error.to_string())?);
        Ok(())
    }
}
