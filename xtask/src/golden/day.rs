//! A working day of Meridian Pay, as its tools report it.
//!
//! The stories under `stories` tell what goes wrong; this knows how such a day goes otherwise: the candidate is
//! announced, requirements and behaviour are read, modules are scanned, contracts are settled, the suite runs
//! on the work in progress, then the candidate is built, tested, staged and rolled out.

mod architecture;
mod behaviour;
mod execution;

pub use architecture::{Breach, Scan};
pub use behaviour::Suite;
pub use execution::{Pipeline, Try};

use super::journal::{Batch, Journal, Reporter, context};
use super::product::{CONTRACTS, Product};
use super::seed::Seed;
use super::story::Story;
use serde_json::{Value, json};
use shared::time::Time;

/// The product's name as a project.
pub const PROJECT: &str = "meridian-pay";
/// Who announces candidates.
const TRAIN: &str = "release-train";
const SERVER: &str = "mission:server";

/// The day of one iteration.
pub struct Day {
    /// What the iteration has of the product.
    pub product: Product,
    /// The log so far.
    pub journal: Journal,
    /// Number of the day's pipeline run; suites have numbers of their own.
    pub number: u32,
    /// Revision of the work in progress in the morning.
    pub draft: String,
    /// Revision of the candidate.
    pub commit: String,
    date: &'static str,
    seed: Seed,
    ci: Reporter,
    registry: Reporter,
}

impl Day {
    /// The morning of `story`'s day, before anything is reported.
    pub fn new(story: &Story) -> Self {
        let mut seed = Seed::of(&["day", story.name]);
        Self {
            product: Product::at(story.ordinal),
            journal: Journal::new(PROJECT, story.name),
            number: 4_780 + u32::from(story.ordinal) * 7,
            draft: seed.hex(12),
            commit: seed.hex(12),
            date: story.date,
            ci: Reporter::new("ci:pipeline", story.name, 4),
            registry: Reporter::new("registry:meridian", story.name, 15),
            seed,
        }
    }

    /// An instant of the day, UTC.
    pub fn at(&self, clock: &str) -> Time {
        Time::parse(&format!("{}T{clock}Z", self.date)).expect("a clock time")
    }

    /// Announces the candidate, pins what the server carries over, topic by topic, reads requirements, behaviour
    /// and plan.
    pub fn open(&mut self, story: &Story, pinned: &[(&str, Value)]) {
        let at = self.at("07:58:04.218");
        let mut opened = json!({"commit": self.commit, "title": story.title});
        if let Some(predecessor) = story.predecessor {
            opened["predecessor"] = json!(predecessor);
        }
        let opened_at = Some(at.plus(-350_000));
        self.journal.say((TRAIN, "opened"), "mission.iteration.opened.v1", opened_at, at, opened);
        for (n, (topic, body)) in (1..).zip(pinned) {
            self.pin(topic, &body.to_string(), at.plus(n * 1_700));
        }
        self.requirements();
        self.behaviour();
        self.plan();
    }

    /// Puts a document in force, as the server does for every open iteration of the project.
    pub fn pin(&mut self, topic: &str, body: &str, at: Time) {
        let data = context(topic, body);
        let id = format!("context:{topic}:{}:0", data["digest"].as_str().expect("a digest"));
        self.journal.say((SERVER, &id), "mission.context.recorded.v1", None, at, data);
    }

    fn requirements(&mut self) {
        let facts = self.product.requirements.iter().map(|r| {
            let mut data = json!({"requirement": r.key, "name": r.name, "text": r.text});
            if let Some(parent) = r.parent {
                data["parent"] = json!(parent);
            }
            ("mission.requirement.declared.v1", data)
        });
        let facts = facts.collect();
        let batch = Batch {
            source: "tracker:linear",
            id: &format!("tracker-{}", self.date),
            scope: Some("requirements"),
            stream: None,
            format: "tracker-export",
            valid: Some(self.at("07:59:30")),
            recorded_at: self.at("07:59:31.402"),
        };
        self.journal.batch(&batch, facts);
    }

    fn behaviour(&mut self) {
        let specs = self.product.features.iter().map(|feature| {
            let data = json!({
                "spec": feature.path(), "name": feature.name, "path": feature.path(),
                "specifies": feature.specifies, "tags": [format!("@{}", feature.area)],
            });
            ("mission.spec.declared.v1", data)
        });
        let scenarios = self.product.scenarios.iter().map(|scenario| {
            let tags: Vec<String> = scenario.feature.specifies.iter().map(|key| format!("@{key}")).collect();
            let proves: Vec<String> = scenario.proves.iter().map(|key| format!("contract:{key}")).collect();
            let path = scenario.feature.path();
            let mut data = json!({
                "scenario": scenario.key, "name": scenario.name, "spec": path, "path": path, "tags": tags,
            });
            if !proves.is_empty() {
                data["verifies"] = json!(proves);
            }
            ("mission.scenario.declared.v1", data)
        });
        let facts = specs.chain(scenarios).collect();
        let batch = Batch {
            source: "bdd:cucumber",
            id: &format!("features-{}", self.commit),
            scope: None,
            stream: None,
            format: "cucumber-messages",
            valid: None,
            recorded_at: self.at("08:01:12.077"),
        };
        self.journal.batch(&batch, facts);
    }

    fn plan(&mut self) {
        let facts = execution::plan(&self.product);
        let batch = Batch {
            source: "ci:pipeline",
            id: &format!("plan-{}", self.number),
            scope: None,
            stream: None,
            format: "pipeline-plan",
            valid: None,
            recorded_at: self.at("08:02:40.913"),
        };
        self.journal.batch(&batch, facts);
    }

    /// Settles the contracts from `clock` on; `slow` says which take how many milliseconds.
    pub fn contracts(&mut self, clock: &str, slow: &[(&str, i64)]) {
        let mut at = self.at(clock);
        for contract in CONTRACTS {
            let usual = self.seed.between(140, 780);
            let wanted = slow.iter().find(|(key, _)| *key == contract.key).map_or(usual, |slow| slow.1);
            let mut governs: Vec<String> = contract.tasks.iter().map(|task| format!("task:{task}")).collect();
            governs.extend(
                contract.modules.iter().map(|m| format!("module:{}", super::product::module(m.0, m.1))),
            );
            let id = |what: &str| format!("{}/{}/{what}", contract.key, self.date);
            let locked_at = at.plus(wanted * 1_000 + self.seed.between(0, 999));
            let say = |journal: &mut Journal, what: &str, at: Time, data: Value| {
                let kind = format!("mission.contract.{what}.v1");
                journal.say(("contracts:broker", &id(what)), &kind, Some(at), at.plus(64_000), data);
            };
            let proposed = json!({"contract": contract.key, "name": contract.name, "governs": governs});
            say(&mut self.journal, "proposed", at, proposed);
            let locked = json!({"contract": contract.key, "version": contract.version});
            say(&mut self.journal, "locked", locked_at, locked);
            at = at.plus(self.seed.between(4, 95) * 1_000_000);
        }
    }

    /// A record by a person.
    pub fn record(&mut self, who: &str, clock: &str, kind: &str, id: &str, data: Value) {
        let at = self.at(clock);
        self.journal.say_as(who, ("mission:api", id), kind, at, at.plus(21_000), data);
    }

    /// Nothing more is expected of the candidate.
    pub fn close(&mut self, clock: &str, reason: &str) {
        let at = self.at(clock);
        let data = json!({"reason": reason});
        self.journal.say((TRAIN, "closed"), "mission.iteration.closed.v1", Some(at), at.plus(140_000), data);
    }
}
