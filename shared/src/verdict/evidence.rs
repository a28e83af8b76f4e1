//! What evidence a stream has, and what it still lacks.
//!
//! Lacking comes in two strengths. *Pending*: something required has not reported, a run is open, a document
//! cannot be read, evidence is stale: then the stream is undecided, whatever else there is. *Inconclusive*: it
//! reported without a usable result, or cannot report because something before it failed: that keeps a stream
//! from passing, but not from failing.

use super::context::Context;
use super::{Action, Lenses};
use crate::event::Outcome;
use crate::graph::{Run, Scene};
use crate::id::{EntityId, Kind, LinkKind, Stream};
use crate::lens::bdv::{Scenario, Status};
use crate::lens::dde::{Task, TaskState, words};
use crate::order::{Map, Set};
use crate::time::Time;

/// Something a stream lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lack {
    /// What is missing, as a sentence.
    pub text: String,
    /// What has to happen, as a sentence.
    pub change: String,
    /// About what.
    pub entity: Option<EntityId>,
    /// What has to happen, for machines.
    pub action: Action,
    /// Whether it leaves the stream undecided even if a criterion fails.
    pub pending: bool,
}

impl Lack {
    fn pending(text: String, change: String, action: Action) -> Self {
        Self { text, change, entity: None, action, pending: true }
    }

    fn inconclusive(self) -> Self {
        Self { pending: false, ..self }
    }

    fn about(self, entity: &EntityId) -> Self {
        Self { entity: Some(entity.clone()), ..self }
    }
}

/// What a stream's evidence amounts to.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// Whether there is anything at all.
    pub any: bool,
    /// Whether plan, policy or pinned history demands something of the stream.
    pub demanded: bool,
    /// What is missing.
    pub lacks: Vec<Lack>,
    /// When the newest evidence goes stale, if the policy sets a limit.
    pub stale_at: Option<Time>,
}

/// Weighs the evidence of `stream`.
pub(super) fn weigh(stream: Stream, scene: &Scene, lenses: &Lenses, context: &Context) -> Evidence {
    let runs: Vec<&Run> = scene.runs.iter().filter(|run| run.stream == stream).collect();
    let pictures = scene.pictures.iter().filter(|picture| picture.stream == Some(stream));
    let mut found = Evidence { any: !runs.is_empty(), ..Evidence::default() };
    for problem in context.problems.iter().filter(|problem| problem.streams.contains(&stream)) {
        let change = "The document is recorded anew in a form that can be read.".to_owned();
        found.lacks.push(Lack::pending(problem.text.clone(), change, Action::Record(problem.topic.clone())));
    }
    let open = runs.iter().filter(|run| !run.outcome.is_final());
    found.lacks.extend(open.clone().map(|run| {
        let text = format!("Run {} is still open.", run.key);
        Lack::pending(text, format!("Run {} is closed.", run.key), Action::Close(run.key.clone()))
    }));
    let closed = runs.iter().any(|run| run.outcome.is_final()) || pictures.clone().next().is_some();
    if !closed && open.count() == 0 {
        let text = format!("No run or picture of {} is closed.", stream_words(stream));
        let change = format!("A run or picture of {} is recorded and closed.", stream_words(stream));
        found.lacks.push(Lack::pending(text, change, Action::Run));
    }
    found.any |= pictures.clone().next().is_some();
    match stream {
        Stream::Dde => execution(scene, lenses, context, closed, &mut found),
        Stream::Bdv => behaviour(scene, lenses, context, closed, &mut found),
        Stream::Acc => found.any |= !lenses.acc.modules.is_empty() || !lenses.acc.violations.is_empty(),
    }
    found.lacks.extend(cut_short(&runs));
    let ends = runs.iter().filter_map(|run| run.finished_at);
    let newest = ends.chain(pictures.map(|picture| picture.valid).filter(|at| *at != Time::ALWAYS)).max();
    stale(stream, scene, context, newest, &mut found);
    found
}

/// The stream in words.
pub(super) const fn stream_words(stream: Stream) -> &'static str {
    match stream {
        Stream::Dde => "execution",
        Stream::Bdv => "behaviour",
        Stream::Acc => "architecture",
    }
}

/// The newest explicit run, if somebody stopped it: its tries say less than they should.
fn cut_short<'a>(runs: &'a [&Run]) -> impl Iterator<Item = Lack> + 'a {
    let newest = runs.iter().filter(|run| run.explicit && run.outcome.is_final());
    let newest = newest.max_by_key(|run| (run.finished_at, run.position));
    let stopped = newest.filter(|run| matches!(run.outcome, Outcome::Cancelled | Outcome::Unknown));
    stopped.into_iter().map(|run| {
        let text = format!("Run {} ended {}.", run.key, words(run.outcome));
        Lack::pending(text, format!("Run {} is repeated to its end.", run.key), Action::Run).inconclusive()
    })
}

fn stale(stream: Stream, scene: &Scene, context: &Context, newest: Option<Time>, found: &mut Evidence) {
    let limit = context.policy.staleness_minutes.get(&stream).copied();
    let (Some(minutes), Some(newest)) = (limit, newest) else {
        return;
    };
    let stale_at = newest.plus(i64::from(minutes).saturating_mul(60_000_000));
    found.stale_at = Some(stale_at);
    if scene.as_of.valid >= stale_at {
        let words = stream_words(stream);
        let text = format!("The newest evidence of {words}, from {newest}, is older than {minutes} minutes.");
        let change = format!("A new run or picture of {words} is closed.");
        found.lacks.push(Lack::pending(text, change, Action::Run));
    }
}

fn execution(scene: &Scene, lenses: &Lenses, context: &Context, closed: bool, found: &mut Evidence) {
    let tasks = &lenses.dde.tasks;
    found.any |= tasks.iter().any(|task| !task.attempts.is_empty());
    let open_runs = open_runs(scene, Stream::Dde);
    let blocked = blocked(tasks, lenses);
    let required = &context.policy.required_tasks;
    for task in tasks {
        let needed = task.planned || required.contains(&task.id.key);
        found.demanded |= needed;
        let lack = task_lack(task, needed, &open_runs, blocked.contains(&task.id));
        found.lacks.extend(lack.map(|lack| lack.about(&task.id)));
    }
    absent(scene, Kind::Task, required, "The policy requires task", found);
    let decided = tasks.iter().any(|task| task.failed() || task.state == TaskState::Tried(Outcome::Passed));
    if closed && !decided && found.lacks.is_empty() {
        let text = "No task has a usable result.".to_owned();
        found.lacks.push(Lack::pending(text, "A task runs to its end.".to_owned(), Action::Pass));
    }
}

fn task_lack(task: &Task, needed: bool, open_runs: &Set<&str>, blocked: bool) -> Option<Lack> {
    let key = &task.id.key;
    let runs_and_passes = || format!("Task {key} runs and passes.");
    match task.state {
        TaskState::Waiting if needed && blocked => {
            let awaited: Vec<&str> = task.waits_for.iter().take(3).map(|id| id.key.as_str()).collect();
            let text = format!("Task {key} has not run: it waits for {}.", awaited.join(", "));
            Some(Lack::pending(text, runs_and_passes(), Action::Pass).inconclusive())
        }
        TaskState::Waiting if needed => {
            Some(Lack::pending(format!("Task {key} has not run."), runs_and_passes(), Action::Pass))
        }
        TaskState::Tried(state @ (Outcome::Running | Outcome::Queued)) => {
            let run = task.attempts.last().map_or("", |attempt| attempt.run.as_str());
            let text = format!("Task {key} is {}.", words(state));
            (!open_runs.contains(run)).then(|| Lack::pending(text, runs_and_passes(), Action::Pass))
        }
        TaskState::Tried(state @ (Outcome::Cancelled | Outcome::Unknown)) => {
            let text = format!("Task {key} ended {}.", words(state));
            Some(Lack::pending(text, runs_and_passes(), Action::Pass).inconclusive())
        }
        _ => None,
    }
}

/// Keys of runs that are open: their tries need no mention of their own.
fn open_runs(scene: &Scene, stream: Stream) -> Set<&str> {
    let open = scene.runs.iter().filter(|run| run.stream == stream && !run.outcome.is_final());
    open.map(|run| run.key.as_str()).collect()
}

/// Tasks that wait, directly or not, for a task that failed or was cancelled.
fn blocked<'a>(tasks: &'a [Task], lenses: &'a Lenses) -> Set<&'a EntityId> {
    let mut users: Map<&EntityId, Vec<&EntityId>> = Map::new();
    for dependency in &lenses.dde.dependencies {
        users.entry(&dependency.to).or_default().push(&dependency.from);
    }
    let waiting: Set<&EntityId> =
        tasks.iter().filter(|task| task.state == TaskState::Waiting).map(|task| &task.id).collect();
    let stopped = |task: &&Task| task.failed() || task.state == TaskState::Tried(Outcome::Cancelled);
    let mut open: Vec<&EntityId> = tasks.iter().filter(stopped).map(|task| &task.id).collect();
    let mut blocked = Set::new();
    while let Some(id) = open.pop() {
        for user in users.get(id).into_iter().flatten().filter(|user| waiting.contains(*user)) {
            if blocked.insert(*user) {
                open.push(user);
            }
        }
    }
    blocked
}

fn behaviour(scene: &Scene, lenses: &Lenses, context: &Context, closed: bool, found: &mut Evidence) {
    let scenarios = &lenses.bdv.scenarios;
    found.any |= scenarios.iter().any(|scenario| !scenario.attempts.is_empty());
    let open_runs = open_runs(scene, Stream::Bdv);
    let in_spec: Set<&EntityId> = lenses
        .links
        .of_kind(LinkKind::PartOf)
        .filter(|link| link.id.to.kind == Kind::Spec)
        .map(|link| &link.id.from)
        .collect();
    for scenario in scenarios.iter().filter(|scenario| !scenario.quarantined) {
        let key = &scenario.id.key;
        let demanded = scenario.planned
            || context.policy.required_scenarios.contains(key)
            || context.history.scenarios.contains(key);
        found.demanded |= demanded;
        let lack = scenario_lack(scenario, demanded || in_spec.contains(&scenario.id), &open_runs);
        found.lacks.extend(lack.map(|lack| lack.about(&scenario.id)));
    }
    absent(scene, Kind::Scenario, &context.policy.required_scenarios, "The policy requires scenario", found);
    absent(scene, Kind::Scenario, &context.history.scenarios, "Earlier iterations had scenario", found);
    let decided =
        scenarios.iter().any(|s| matches!(s.status, Status::Passed | Status::Flaky | Status::Failed));
    if closed && !decided && found.lacks.is_empty() {
        let text = "No scenario has a usable result.".to_owned();
        found.lacks.push(Lack::pending(text, "A scenario runs to its end.".to_owned(), Action::Pass));
    }
}

fn scenario_lack(scenario: &Scenario, needed: bool, open_runs: &Set<&str>) -> Option<Lack> {
    if scenario.status != Status::Undecided {
        return None;
    }
    let key = &scenario.id.key;
    let passes = format!("Scenario {key} runs and passes.");
    match scenario.attempts.last() {
        None => needed.then(|| Lack::pending(format!("Scenario {key} has not run."), passes, Action::Pass)),
        Some(last) if !last.outcome.is_final() => {
            let text = format!("Scenario {key} is {}.", words(last.outcome));
            (!open_runs.contains(last.run.as_str())).then(|| Lack::pending(text, passes, Action::Pass))
        }
        Some(_) => {
            let why = scenario.reason.as_deref().unwrap_or("no reason given");
            let text = format!("Scenario {key} has no usable result: {why}.");
            Some(Lack::pending(text, passes, Action::Pass).inconclusive())
        }
    }
}

/// Required keys that name nothing present.
fn absent(scene: &Scene, kind: Kind, required: &Set<String>, who: &str, found: &mut Evidence) {
    found.demanded |= !required.is_empty();
    for key in required {
        let id = EntityId::new(kind, key);
        if !scene.entities.contains_key(&id) {
            let text = format!("{who} {key}, which has not reported.");
            let change =
                format!("{} {key} reports and passes.", if kind == Kind::Task { "Task" } else { "Scenario" });
            found.lacks.push(Lack::pending(text, change, Action::Pass).about(&id));
        }
    }
}
