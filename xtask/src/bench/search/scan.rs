//! The plain way to search: read the whole log and look at every fact. It says what the right answer is.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Instant;
use ureq::Agent;

/// Events a page of the log has at most.
const PAGE: u64 = 4_096;

/// Where a fact stands: an event, and in packed facts which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Place in the log.
    pub position: u64,
    /// Number among packed facts.
    pub item: Option<usize>,
}

/// The log as read.
pub struct Scan {
    /// Every fact with its words, oldest first.
    pub facts: Vec<(Fact, BTreeSet<String>)>,
    /// What reading took, in milliseconds.
    pub read_ms: f64,
}

impl Scan {
    /// Reads the log of `iteration`.
    ///
    /// # Errors
    /// The server does not give it.
    pub fn read(server: &str, iteration: &str) -> Result<Self> {
        let agent = Agent::config_builder().build().new_agent();
        let url = format!("{server}/api/v1/iterations/{iteration}/events");
        let mut events: Vec<Value> = Vec::new();
        let begun = Instant::now();
        loop {
            let request = agent.get(&url).query("limit", PAGE.to_string());
            let mut response = request.query("after", events.len().to_string()).call()?;
            let text = response.body_mut().with_config().limit(1 << 30).read_to_string()?;
            let page: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
            if page.is_empty() {
                break;
            }
            events.extend(page);
        }
        let read_ms = begun.elapsed().as_secs_f64() * 1e3;
        let mut facts = Vec::new();
        for (event, position) in events.iter().zip(1..) {
            add(&mut facts, event, position)?;
        }
        Ok(Self { facts, read_ms })
    }

    /// The newest `limit` facts that hold all words; adds how long looking took.
    pub fn find(&self, question: &str, limit: usize, took_ms: &mut Vec<f64>) -> Vec<Fact> {
        let begun = Instant::now();
        let mut asked = BTreeSet::new();
        cut(question, &mut asked);
        let holds = |words: &BTreeSet<String>| {
            asked.iter().all(|asked| words.iter().any(|word| word.starts_with(asked.as_str())))
        };
        // The whole log, as one must who keeps nothing.
        let mut found: Vec<Fact> =
            self.facts.iter().filter(|(_, words)| holds(words)).map(|(fact, _)| *fact).collect();
        took_ms.push(begun.elapsed().as_secs_f64() * 1e3);
        found.reverse();
        found.truncate(limit);
        found
    }
}

/// The facts of one event.
fn add(facts: &mut Vec<(Fact, BTreeSet<String>)>, event: &Value, position: u64) -> Result<()> {
    let texts = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let mut shared = BTreeSet::new();
    for field in ["source", "id", "subject", "traceparent"] {
        cut(&texts(&event[field]), &mut shared);
    }
    let kind = texts(&event["type"]);
    if kind != "mission.facts.v1" {
        let mut words = shared;
        cut(&kind, &mut words);
        gather(&event["data"], &mut words);
        // Times as written count as text of the event.
        facts.push((Fact { position, item: None }, words));
        return Ok(());
    }
    let items = event["data"]["items"].as_array().context("packed facts have items")?;
    for (n, item) in items.iter().enumerate() {
        let mut words = shared.clone();
        gather(item, &mut words);
        facts.push((Fact { position, item: Some(n) }, words));
    }
    Ok(())
}

fn gather(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => cut(text, words),
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::Object(map) => map.values().for_each(|item| gather(item, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn cut(text: &str, words: &mut BTreeSet<String>) {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.extend(parts.map(str::to_lowercase));
}
