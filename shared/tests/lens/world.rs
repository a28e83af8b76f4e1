//! Small iterations told event by event, through decode, entry and graph to an analysis.

use serde_json::{Value, json};
use shared::event::{BatchDigest, Entry, Event, Hash128, Logged, decode_value};
use shared::graph::{Graph, Scene};
use shared::lens::Analysis;
use shared::time::{AsOf, Time};

/// An iteration as its events tell it, each recorded one second after it happened.
#[derive(Debug, Clone, Default)]
pub struct World {
    told: Vec<(Option<Time>, &'static str, Value)>,
}

/// An instant of the day all worlds play on.
pub fn at(clock: &str) -> Time {
    Time::parse(&format!("2026-11-17T{clock}Z")).expect("a clock time")
}

impl World {
    /// States `data` of `kind` at `clock`; an empty clock leaves the time out.
    pub fn say(&mut self, clock: &str, kind: &'static str, data: Value) -> &mut Self {
        self.told.push(((!clock.is_empty()).then(|| at(clock)), kind, data));
        self
    }

    /// A try of a task, from `start` to `end`.
    pub fn task(&mut self, task: &str, run: &str, outcome: &str, start: &str, end: &str) -> &mut Self {
        let data = json!({"key": task, "run": run, "outcome": outcome, "started_at": at(start)});
        self.say(end, "mission.task.finished.v1", data)
    }

    /// A try of a scenario on a commit.
    pub fn scenario(
        &mut self,
        scenario: &str,
        run: &str,
        outcome: &str,
        end: &str,
        commit: &str,
    ) -> &mut Self {
        let tries =
            self.told.iter().filter(|(_, _, told)| told["key"] == scenario && told["run"] == run).count();
        let mut data = json!({"key": scenario, "run": run, "outcome": outcome, "try": tries + 1});
        if !commit.is_empty() {
            data["commit"] = json!(commit);
        }
        self.say(end, "mission.scenario.finished.v1", data)
    }

    /// A closed run of `stream`.
    pub fn run(&mut self, stream: &str, run: &str, outcome: &str, start: &str, end: &str) -> &mut Self {
        let data = json!({"stream": stream, "run": run, "outcome": outcome, "started_at": at(start)});
        self.say(end, "mission.run.finished.v1", data)
    }

    pub fn import(&mut self, from: &str, to: &str, kind: &str) -> &mut Self {
        self.say("", "mission.import.declared.v1", json!({"from": from, "to": to, "kind": kind}))
    }

    /// Puts the document `body` in force.
    pub fn context(&mut self, topic: &str, body: &str) -> &mut Self {
        let digest = Hash128::of_text(body).to_string();
        let data = json!({"topic": topic, "digest": digest, "body": body});
        self.say("", "mission.context.recorded.v1", data)
    }

    /// A closed picture of the architecture in `scope` that says `items`.
    pub fn picture(&mut self, clock: &str, scope: &str, items: Value) -> &mut Self {
        let item = (Some(at(clock)), "mission.facts.v1", json!({"items": items, "scope": scope}));
        let packed = event(&item);
        let mut digest = BatchDigest::default();
        digest.add(packed.identity.hash(), packed.content_hash());
        let closed = json!({"batch": packed.batch, "count": 1, "digest": digest.value().to_string(),
            "scope": scope, "stream": "acc"});
        self.told.push(item);
        self.say(clock, "mission.batch.closed.v1", closed)
    }

    /// The events in another order, each with its own time and identity.
    pub fn reordered(&self, order: &[usize]) -> Self {
        Self { told: order.iter().map(|&i| self.told[i].clone()).collect() }
    }

    pub fn len(&self) -> usize {
        self.told.len()
    }

    /// The log, as a store keeps it.
    pub fn logged(&self) -> Vec<Logged> {
        let mut log = Vec::new();
        let mut clock = at("00:00:00");
        for (told, position) in self.told.iter().zip(1u64..) {
            clock = told.0.map_or(clock, |time| clock.max(time.plus(1_000_000)));
            let event = event(told);
            log.push(Logged { position, recorded_at: clock, actor: None, steward: false, event });
        }
        log
    }

    /// The log as the graph takes it in.
    pub fn entries(&self) -> Vec<Entry> {
        self.logged().iter().map(Entry::from_logged).collect()
    }

    pub fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        for entry in self.entries() {
            graph.push(entry).expect("no gap");
        }
        graph.settle();
        graph
    }

    pub fn scene_at(&self, clock: &str) -> Scene {
        let graph = self.graph();
        graph.scene(&graph.snapshot(AsOf { valid: at(clock), known: graph.head() }))
    }

    /// The answer at the head, at the end of the day.
    pub fn analysis(&self) -> Analysis {
        self.analysis_at("23:59:59")
    }

    pub fn analysis_at(&self, clock: &str) -> Analysis {
        Analysis::of(self.scene_at(clock)).with_states()
    }
}

/// The event of something told; packed facts are items of a batch named by their scope and time.
fn event((time, kind, data): &(Option<Time>, &'static str, Value)) -> Event {
    let mut envelope = json!({
        "specversion": "1.0", "id": format!("{kind} {data} {time:?}"), "source": "test",
        "type": kind, "iteration": "I-1", "data": data,
    });
    if let Some(time) = time {
        envelope["time"] = json!(time);
    }
    if *kind == "mission.facts.v1" {
        envelope["batch"] = json!(format!("{} {time:?}", data["scope"]));
    }
    envelope["id"] = json!(Hash128::of(&[envelope.to_string().as_bytes()]).to_string());
    decode_value(envelope, None).expect("a sound event")
}

/// An iteration that is deployable: 20 tasks, 20 scenarios in a spec, 20 modules, a locked contract.
pub fn good() -> World {
    let mut world = World::default();
    world.say("", "mission.requirement.declared.v1", json!({"requirement": "R-1", "name": "Pay by card"}));
    world.say("", "mission.spec.declared.v1", json!({"spec": "features/pay.feature", "specifies": ["R-1"]}));
    for i in 0..20 {
        let depends_on: Vec<String> = (i > 0).then(|| format!("t{:02}", i - 1)).into_iter().collect();
        let task = format!("t{i:02}");
        let declared = json!({"task": task, "depends_on": depends_on, "planned": true, "implements": ["features/pay.feature"]});
        world.say("", "mission.task.declared.v1", declared);
        let scenario =
            json!({"scenario": format!("s{i:02}"), "spec": "features/pay.feature", "tags": ["@R-1"]});
        world.say("", "mission.scenario.declared.v1", scenario);
        world.say(
            "",
            "mission.module.declared.v1",
            json!({"module": format!("m{i:02}"), "group": "src/core"}),
        );
        if i > 0 {
            world.import(&format!("m{:02}", i - 1), &format!("m{i:02}"), "normal");
        }
        world.task(&task, "ci", "passed", &format!("09:{i:02}:00"), &format!("09:{i:02}:30"));
        let end = format!("10:{:02}:{:02}", i * 14 / 60, i * 14 % 60);
        world.scenario(&format!("s{i:02}"), "bdd", "passed", &end, "c1");
    }
    world.say("", "mission.module.declared.v1", json!({"module": "leaf"}));
    world.say(
        "08:00:00",
        "mission.contract.proposed.v1",
        json!({"contract": "api", "governs": ["task:t00", "module:m00"]}),
    );
    world.say("08:00:00.5", "mission.contract.locked.v1", json!({"contract": "api", "version": "1"}));
    let artifact = json!({"artifact": "server", "task": "t19", "modules": ["m00"]});
    world.say("11:00:00", "mission.artifact.produced.v1", artifact);
    world.run("dde", "ci", "passed", "09:00:00", "09:20:00");
    world.run("bdv", "bdd", "passed", "10:00:00", "10:04:59");
    world.run("acc", "scan", "passed", "11:00:00", "11:00:10");
    world
}
