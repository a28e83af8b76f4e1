//! Runs of the suite: scenarios in shards, reported feature by feature.

use super::{Day, Try};
use serde_json::{Value, json};
use shared::time::Time;
use std::collections::BTreeMap;

const SECOND: i64 = 1_000_000;

/// A run of the suite.
pub struct Suite<'a> {
    /// Key of the run.
    pub run: String,
    /// Name for people.
    pub name: &'a str,
    /// When it starts.
    pub start: &'a str,
    /// Revision it runs on.
    pub commit: String,
    /// Scenarios that do not simply pass, by key, with their tries.
    pub tries: BTreeMap<String, Vec<Try>>,
    /// Features to which the run is limited; all without.
    pub only: Vec<&'a str>,
    /// Features whose report was stuck, and when it arrived; with the run itself if it was all of them.
    pub late: Option<(&'a [&'a str], &'a str)>,
    /// Share of the usual time, in percent.
    pub percent: i64,
    /// Workers.
    pub shards: usize,
    /// Whether starts are reported too, each as it happens.
    pub streams: bool,
    /// Whether it is reported, too, when a scenario waits for a worker.
    pub queues: bool,
    /// Set if the run failed by itself.
    pub broken: Option<&'a str>,
    /// Source of the reports.
    pub source: &'a str,
}

impl<'a> Suite<'a> {
    /// A run in which all scenarios pass.
    pub fn new(run: impl Into<String>, name: &'a str, start: &'a str, commit: &str) -> Self {
        Self {
            run: run.into(),
            name,
            start,
            commit: commit.to_owned(),
            tries: BTreeMap::new(),
            only: Vec::new(),
            late: None,
            percent: 100,
            shards: 4,
            streams: false,
            queues: false,
            broken: None,
            source: "bdd:cucumber",
        }
    }

    /// The same with a scenario, by key, that does not simply pass.
    pub fn with(mut self, scenario: String, tries: &[Try]) -> Self {
        self.tries.insert(scenario, tries.to_vec());
        self
    }

    /// The same with features whose report came late.
    pub fn late(mut self, features: &'a [&'a str], clock: &'a str) -> Self {
        self.late = Some((features, clock));
        self
    }

    /// The same with every start reported too.
    pub fn streaming(mut self) -> Self {
        self.streams = true;
        self
    }

    /// The same with every wait for a worker reported too.
    pub fn queueing(mut self) -> Self {
        self.queues = true;
        self
    }
}

impl Day {
    /// Runs the suite and closes its run. Features go to the shard that is free first.
    pub fn behave(&mut self, suite: &Suite) {
        let start = self.at(suite.start);
        let stuck = suite.late.map(|(features, clock)| (features, self.at(clock)));
        let all_stuck = stuck
            .filter(|(features, _)| !suite.only.is_empty() && *features == suite.only.as_slice())
            .map(|(_, clock)| clock);
        let about = json!({"stream": "bdv", "run": suite.run, "name": suite.name, "commit": suite.commit});
        let recorded = all_stuck.unwrap_or_else(|| start.plus(310_000));
        self.report(suite, "started", "mission.run.started.v1", start, recorded, about);
        let mut free = vec![start.plus(4 * SECOND); suite.shards];
        let product = self.product.clone();
        let in_run = |slug: &str| suite.only.is_empty() || suite.only.contains(&slug);
        for feature in product.features.iter().filter(|feature| in_run(feature.slug)) {
            let shard = (0..free.len()).min_by_key(|i| free[*i]).unwrap_or(0);
            let scenarios = product.scenarios_of(feature.slug);
            let late = stuck.filter(|(features, _)| features.contains(&feature.slug)).map(|(_, clock)| clock);
            free[shard] = self.run_feature(suite, &scenarios, free[shard], late);
        }
        let end = free.into_iter().max().unwrap_or(start).plus(2 * SECOND);
        let bad = suite.tries.values().filter_map(|tries| tries.last()).any(Try::is_bad);
        let outcome = if bad || suite.broken.is_some() { "failed" } else { "passed" };
        let mut data = json!({
            "stream": "bdv", "run": suite.run, "outcome": outcome, "started_at": start,
            "commit": suite.commit,
        });
        if let Some(reason) = suite.broken {
            data["reason"] = json!(reason);
        }
        let recorded = all_stuck.map_or(end.plus(2_450_000), |clock| clock.plus(900_000));
        self.report(suite, "finished", "mission.run.finished.v1", end, recorded, data);
    }

    /// Runs scenarios one after the other from `start` and reports them at the end; answers when that is.
    fn run_feature(&mut self, suite: &Suite, scenarios: &[String], start: Time, late: Option<Time>) -> Time {
        let mut at = start;
        let mut told: Vec<(String, &str, Time, Value)> = Vec::new();
        for key in scenarios {
            let tries = suite.tries.get(key).cloned().unwrap_or_else(|| vec![Try::PASSED]);
            for (n, each) in (1..).zip(&tries) {
                let started = at.plus(self.seed.between(90_000, 700_000));
                let took = self.seed.between(4_200_000, 13_500_000) * suite.percent / 100;
                at = started.plus(took * each.percent.min(160) / 100);
                let mut data = json!({
                    "key": key, "run": suite.run, "try": n, "outcome": each.outcome, "commit": suite.commit,
                });
                if !each.error.is_empty() {
                    data["error"] = json!(each.error);
                }
                if suite.queues {
                    let about = json!({"key": key, "run": suite.run, "try": n});
                    let queued = started.plus(-60_000);
                    told.push((format!("{key}/{n}/queued"), "mission.scenario.queued.v1", queued, about));
                }
                if suite.streams {
                    let about = json!({"key": key, "run": suite.run, "try": n});
                    told.push((format!("{key}/{n}/started"), "mission.scenario.started.v1", started, about));
                } else {
                    data["started_at"] = json!(started);
                }
                told.push((format!("{key}/{n}/finished"), "mission.scenario.finished.v1", at, data));
            }
        }
        let upload = late.unwrap_or_else(|| at.plus(self.seed.between(700_000, 1_900_000)));
        for (n, (id, kind, valid, data)) in (1..).zip(told) {
            let streamed = suite.streams && late.is_none();
            let recorded = if streamed {
                valid.plus(self.seed.between(40_000, 420_000))
            } else {
                upload.plus(n * 3_300)
            };
            self.report(suite, &id, kind, valid, recorded, data);
        }
        at
    }

    fn report(&mut self, suite: &Suite, id: &str, kind: &str, valid: Time, recorded: Time, data: Value) {
        let id = format!("{}/{id}", suite.run);
        self.journal.say((suite.source, &id), kind, Some(valid), recorded, data);
    }
}
