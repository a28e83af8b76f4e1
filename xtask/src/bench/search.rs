//! `bench search`: questions over 100,000 violations by HTTP to a release server on SQLite, beside reading the log and
//! looking at every one, in the same run.
//!
//! Half of the violations are events of their own, half are packed by the hundreds as an import packs them. Every
//! answer is held against that of the plain scan, so what is fast is also right.

mod load;
mod scan;

use super::ingest::client::Sender;
use super::ingest::load::Body;
use super::ingest::server::Server;
use super::table::{Bar, Table, percentile};
use anyhow::{Context, Result, ensure};
use clap::Args;
use load::QUESTIONS;
use scan::{Fact, Scan};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Instant;
use ureq::Agent;

/// How much to search.
#[derive(Debug, Args)]
pub struct Options {
    /// Violations in the log.
    #[arg(long, default_value_t = 100_000)]
    violations: usize,
    /// Rounds of all questions.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Cargo profile of the server.
    #[arg(long, default_value = "release")]
    profile: String,
}

/// Iteration that holds them.
const ITERATION: &str = "search";
/// Hits asked for, the default of the interface.
const HITS: usize = 50;

/// Runs the whole bench.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let mission = super::ingest::build_mission(root, &options.profile)?;
    let folder = root.join("target/bench/search");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder)?;
    let server = Server::start(&mission, &folder.join("store.db"))?;
    let mut table = Table::new("search");
    send(&server, options.violations)?;
    let client = Client::new(&server.url);
    let begun = Instant::now();
    client.ask("src")?;
    table.tell("the first question, at once after the last event", ms(begun), "ms");
    let scan = Scan::read(&server.url, ITERATION)?;
    ensure!(scan.facts.len() >= options.violations, "{} facts in the log", scan.facts.len());
    table.tell("facts searched", scan.facts.len() as f64, "");
    measure(&client, &scan, options.rounds, &mut table)?;
    drop(server);
    fs::remove_dir_all(&folder).ok();
    table.finish(root)
}

fn send(server: &Server, violations: usize) -> Result<()> {
    let sender = Sender::new(&server.url);
    for text in load::bodies(ITERATION, violations) {
        let n_events = text.lines().count() as u64;
        let receipt = sender.send(&Body { text, n_events })?;
        ensure!(receipt.accepted >= n_events, "{} of {n_events} accepted", receipt.accepted);
    }
    Ok(())
}

/// Every question in turns, so that what disturbs the machine disturbs all alike.
fn measure(client: &Client, scan: &Scan, rounds: usize, table: &mut Table) -> Result<()> {
    let mut took: Vec<Vec<f64>> = vec![Vec::new(); QUESTIONS.len()];
    let mut scanned = Vec::new();
    for round in 0..rounds {
        for (question, took) in QUESTIONS.iter().zip(&mut took) {
            let words = question.words[round % question.words.len()];
            let begun = Instant::now();
            let hits = client.ask(words)?;
            took.push(ms(begun));
            if round < question.words.len() {
                let expected = scan.find(words, HITS, &mut scanned);
                ensure!(hits == expected, "{words:?}: {} hits, the scan has {}", hits.len(), expected.len());
            }
        }
    }
    for (question, took) in QUESTIONS.iter().zip(&mut took) {
        took.sort_by(f64::total_cmp);
        table.tell(format!("{}, p50", question.kind), percentile(took, 0.5), "ms");
        table.tell(format!("{}, p95", question.kind), percentile(took, 0.95), "ms");
    }
    let mut all: Vec<f64> = took.into_iter().flatten().collect();
    all.sort_by(f64::total_cmp);
    scanned.sort_by(f64::total_cmp);
    table.tell("all questions, p50", percentile(&all, 0.5), "ms");
    table.bar("all questions, p95", percentile(&all, 0.95), "ms", Bar::Max(50.0));
    table.tell("all questions, most", percentile(&all, 1.0), "ms");
    table.tell("plain scan: reading the log", scan.read_ms, "ms");
    table.tell("plain scan: looking at every fact, p50", percentile(&scanned, 0.5), "ms");
    let plain = scan.read_ms + percentile(&scanned, 0.5);
    table.tell("plain scan ÷ search, p50", plain / percentile(&all, 0.5), "×");
    Ok(())
}

fn ms(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}

/// One that asks.
struct Client {
    agent: Agent,
    url: String,
}

#[derive(Deserialize)]
struct Hit {
    position: u64,
    item: Option<usize>,
    event: Value,
}

impl Client {
    fn new(server: &str) -> Self {
        Self { agent: Agent::config_builder().build().new_agent(), url: format!("{server}/api/v1/search") }
    }

    /// The facts found, newest first.
    fn ask(&self, words: &str) -> Result<Vec<Fact>> {
        let request = self.agent.get(&self.url).query("q", words).query("limit", HITS.to_string());
        let mut response = request.call().with_context(|| format!("searching {words:?}"))?;
        let hits: Vec<Hit> = response.body_mut().read_json().context("the answer is no list of hits")?;
        ensure!(hits.iter().all(|hit| hit.event.is_object()), "a hit without its event");
        Ok(hits.into_iter().map(|hit| Fact { position: hit.position, item: hit.item }).collect())
    }
}
