//! What an import says, as tables a test can read.

use shared::event::{Entry, Event, Facet, Fact, Logged, Outcome, Subject, Value, split_detail};
use shared::graph::Graph;
use shared::id::{EntityId, Kind, LinkKind, Name, Stream};
use shared::import::{Format, ImportError, ImportOptions, Imported, import};
use shared::lens::Analysis;
use shared::time::{AsOf, Time};
use std::collections::{BTreeMap, BTreeSet};

pub fn options() -> ImportOptions {
    ImportOptions {
        iteration: Name::new("i1").expect("a name"),
        project: Name::new("default").expect("a name"),
        file: "the-file".to_owned(),
        source: None,
        run: None,
        at: None,
        strict: false,
    }
}

pub fn read(bytes: impl AsRef<[u8]>) -> Imported {
    import(bytes.as_ref(), None, &options()).expect("a readable file")
}

pub fn refused(bytes: impl AsRef<[u8]>) -> ImportError {
    import(bytes.as_ref(), None, &options()).expect_err("must be refused")
}

pub fn read_as(format: Format, bytes: impl AsRef<[u8]>) -> Result<Imported, ImportError> {
    import(bytes.as_ref(), Some(format), &options())
}

/// Every fixture with the format it is in; they are our own, written to hold the traps of each format.
pub const FIXTURES: &[(&str, Format, &[u8])] = &[
    ("cucumber.ndjson", Format::Cucumber, include_bytes!("../fixtures/cucumber.ndjson")),
    ("docking.feature", Format::Gherkin, include_bytes!("../fixtures/docking.feature")),
    ("needs.json", Format::SphinxNeeds, include_bytes!("../fixtures/needs.json")),
    ("specobjects.xml", Format::Openfasttrace, include_bytes!("../fixtures/specobjects.xml")),
    ("aspec.xml", Format::Openfasttrace, include_bytes!("../fixtures/aspec.xml")),
    ("surefire.xml", Format::Junit, include_bytes!("../fixtures/surefire.xml")),
    ("nextest.xml", Format::Junit, include_bytes!("../fixtures/nextest.xml")),
    ("pytest.xml", Format::Junit, include_bytes!("../fixtures/pytest.xml")),
    ("pytest-rerun.xml", Format::Junit, include_bytes!("../fixtures/pytest-rerun.xml")),
    ("pytest.json", Format::PytestJson, include_bytes!("../fixtures/pytest.json")),
    ("pytest-rerun.json", Format::PytestJson, include_bytes!("../fixtures/pytest-rerun.json")),
    ("openlineage.ndjson", Format::Openlineage, include_bytes!("../fixtures/openlineage.ndjson")),
    ("airflow.ndjson", Format::Openlineage, include_bytes!("../fixtures/airflow.ndjson")),
    ("cdevents.ndjson", Format::Cdevents, include_bytes!("../fixtures/cdevents.ndjson")),
    ("cdevents-0.4.ndjson", Format::Cdevents, include_bytes!("../fixtures/cdevents-0.4.ndjson")),
    ("github-actions.ndjson", Format::GithubActions, include_bytes!("../fixtures/github-actions.ndjson")),
    ("argo.json", Format::Argo, include_bytes!("../fixtures/argo.json")),
    ("temporal.json", Format::Temporal, include_bytes!("../fixtures/temporal.json")),
    ("cargo-metadata.json", Format::CargoMetadata, include_bytes!("../fixtures/cargo-metadata.json")),
    (
        "dependency-cruiser.json",
        Format::DependencyCruiser,
        include_bytes!("../fixtures/dependency-cruiser.json"),
    ),
    ("modules.dot", Format::Dot, include_bytes!("../fixtures/modules.dot")),
    ("undirected.dot", Format::Dot, include_bytes!("../fixtures/undirected.dot")),
    ("modules.graphml", Format::Graphml, include_bytes!("../fixtures/modules.graphml")),
    ("nx.json", Format::Nx, include_bytes!("../fixtures/nx.json")),
    ("jdepend.xml", Format::Jdepend, include_bytes!("../fixtures/jdepend.xml")),
    ("findings.sarif", Format::Sarif, include_bytes!("../fixtures/findings.sarif")),
    ("export.ndjson", Format::Events, include_bytes!("../fixtures/export.ndjson")),
];

pub fn fixture(name: &str) -> &'static [u8] {
    FIXTURES.iter().find(|(it, ..)| *it == name).expect("a fixture").2
}

pub fn issues(imported: &Imported) -> Vec<(u64, &str)> {
    imported.report.issues.iter().map(|issue| (issue.line, issue.reason.as_str())).collect()
}

pub const RECORDED_AT: &str = "2026-11-24T12:00:00Z";

pub fn time(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

pub fn entries(events: &[Event]) -> Vec<Entry> {
    let logged = |(n, event): (usize, &Event)| Logged {
        position: n as u64 + 1,
        recorded_at: time(RECORDED_AT),
        actor: None,
        steward: false,
        event: event.clone(),
    };
    events.iter().enumerate().map(logged).map(|logged| Entry::from_logged(&logged)).collect()
}

pub fn facts(imported: &Imported) -> Vec<Fact> {
    entries(&imported.events).into_iter().flat_map(|entry| entry.facts).collect()
}

/// One try as a test wants to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTry {
    pub run: String,
    pub number: u32,
    pub outcome: Outcome,
    pub started_at: Option<Time>,
    pub error: String,
    pub reason: String,
}

/// Tries by task or scenario key, by start, then number.
pub fn tries(imported: &Imported, kind: Kind) -> BTreeMap<String, Vec<SeenTry>> {
    let mut found: BTreeMap<(String, String, u32), SeenTry> = BTreeMap::new();
    let mut ranks: BTreeMap<(String, String, u32), (Time, u8)> = BTreeMap::new();
    for fact in facts(imported) {
        let Subject::Attempt(id) = &fact.subject else { continue };
        if id.of.kind != kind {
            continue;
        }
        let key = (id.of.key.clone(), id.run.clone(), id.try_number);
        let seen = found.entry(key.clone()).or_insert_with(|| SeenTry {
            run: id.run.clone(),
            number: id.try_number,
            outcome: Outcome::Queued,
            started_at: None,
            error: String::new(),
            reason: String::new(),
        });
        match (fact.facet, fact.value) {
            (Facet::Outcome, Value::Outcome(outcome)) => {
                let rank = ranks.entry(key).or_insert((Time::ALWAYS, 0));
                if (fact.valid, fact.rank) >= *rank {
                    *rank = (fact.valid, fact.rank);
                    seen.outcome = outcome;
                }
            }
            (Facet::StartedAt, Value::Time(at)) => seen.started_at = Some(at),
            (Facet::Error, Value::Text(text)) => seen.error = text,
            (Facet::Reason, Value::Text(text)) => seen.reason = text,
            _ => {}
        }
    }
    let mut by_key: BTreeMap<String, Vec<SeenTry>> = BTreeMap::new();
    for ((key, ..), seen) in found {
        by_key.entry(key).or_default().push(seen);
    }
    for tries in by_key.values_mut() {
        tries.sort_by_key(|seen| (seen.started_at, seen.number));
    }
    by_key
}

/// Outcomes by key, in order.
pub fn outcomes(imported: &Imported, kind: Kind) -> BTreeMap<String, Vec<Outcome>> {
    let outcomes = |tries: Vec<SeenTry>| tries.into_iter().map(|seen| seen.outcome).collect();
    tries(imported, kind).into_iter().map(|(key, tries)| (key, outcomes(tries))).collect()
}

/// Scenarios: all, passed at once, flaky, failed in the end.
pub fn totals(imported: &Imported) -> (usize, usize, usize, usize) {
    let all = outcomes(imported, Kind::Scenario);
    let is = |wanted: fn(&[Outcome]) -> bool| all.values().filter(|tries| wanted(tries)).count();
    let passed = is(|tries| tries == [Outcome::Passed]);
    let flaky = is(|tries| tries.len() > 1 && tries.last() == Some(&Outcome::Passed));
    (all.len(), passed, flaky, is(|tries| tries.last().is_some_and(|last| last.is_bad())))
}

pub fn present(imported: &Imported, kind: Kind) -> BTreeSet<String> {
    let entity = |fact: Fact| match fact {
        Fact { subject: Subject::Entity(id), facet: Facet::Exists, value: Value::Flag(true), .. } => Some(id),
        _ => None,
    };
    facts(imported).into_iter().filter_map(entity).filter(|id| id.kind == kind).map(|id| id.key).collect()
}

/// A facet of an entity as text.
pub fn held(imported: &Imported, kind: Kind, key: &str, facet: Facet) -> Option<String> {
    let subject = Subject::Entity(EntityId::new(kind, key));
    let fact = facts(imported).into_iter().find(|fact| fact.subject == subject && fact.facet == facet)?;
    Some(match fact.value {
        Value::Text(text) => text,
        Value::Texts(texts) => texts.join(" "),
        other => format!("{other:?}"),
    })
}

pub fn links(imported: &Imported, kind: LinkKind) -> BTreeSet<(String, String)> {
    let link = |fact: Fact| match fact {
        Fact { subject: Subject::Link(id), facet: Facet::Exists, .. } if id.kind == kind => {
            Some((id.from.key, id.to.key))
        }
        _ => None,
    };
    facts(imported).into_iter().filter_map(link).collect()
}

/// Imports by from, to and kind, with their weights.
pub fn imports(imported: &Imported) -> BTreeMap<(String, String, String), i64> {
    let weight = |fact: Fact| match fact {
        Fact {
            subject: Subject::Link(id), facet: Facet::Weight, qualifier, value: Value::Number(n), ..
        } => Some(((id.from.key, id.to.key, qualifier), n)),
        _ => None,
    };
    facts(imported).into_iter().filter_map(weight).collect()
}

/// Winning outcome and reason of a run, with its start.
pub fn run(imported: &Imported, stream: Stream, key: &str) -> Option<(Outcome, Option<Time>, String)> {
    let subject = Subject::Run(stream, key.to_owned());
    let (mut best, mut started, mut reason) = (None, None, String::new());
    for fact in facts(imported).into_iter().filter(|fact| fact.subject == subject) {
        match (fact.facet, fact.value) {
            (Facet::Outcome, Value::Outcome(outcome)) => {
                best = best.max(Some((fact.valid, fact.rank, outcome)))
            }
            (Facet::StartedAt, Value::Time(at)) => started = Some(at),
            (Facet::Reason, Value::Text(text)) => reason = text,
            _ => {}
        }
    }
    best.map(|(_, _, outcome)| (outcome, started, reason))
}

/// Keys of all runs of a stream.
pub fn runs(imported: &Imported, stream: Stream) -> BTreeSet<String> {
    let key = |fact: Fact| match fact.subject {
        Subject::Run(of, key) if of == stream => Some(key),
        _ => None,
    };
    facts(imported).into_iter().filter_map(key).collect()
}

/// Components of more than one module, over imports of the given kinds; a naive reachability closure.
pub fn components(imported: &Imported, kinds: &[&str]) -> Vec<BTreeSet<String>> {
    let mut reach: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to, kind) in imports(imported).into_keys() {
        if kinds.contains(&kind.as_str()) {
            reach.entry(from).or_default().insert(to);
        }
    }
    loop {
        let mut grown = false;
        for from in reach.keys().cloned().collect::<Vec<_>>() {
            let further: BTreeSet<String> =
                reach[&from].iter().filter_map(|to| reach.get(to)).flatten().cloned().collect();
            let known = reach.get_mut(&from).expect("a key of the map");
            let before = known.len();
            known.extend(further);
            grown |= known.len() > before;
        }
        if !grown {
            break;
        }
    }
    let mutual = |a: &String| -> BTreeSet<String> {
        let back = |b: &&String| reach.get(*b).is_some_and(|it| it.contains(a));
        reach[a].iter().filter(back).cloned().chain([a.clone()]).collect()
    };
    let all: BTreeSet<BTreeSet<String>> = reach.keys().map(mutual).filter(|set| set.len() > 1).collect();
    all.into_iter().collect()
}

/// The log a store makes of `events`: long text cut, one position each.
pub fn stored(events: &[Event]) -> Graph {
    let mut graph = Graph::default();
    for (n, event) in events.iter().enumerate() {
        let mut event = event.clone();
        split_detail(&mut event, &[7; 32]);
        let logged = Logged {
            position: n as u64 + 1,
            recorded_at: time(RECORDED_AT),
            actor: None,
            steward: false,
            event,
        };
        graph.push(Entry::from_logged(&logged)).expect("no gap");
    }
    graph
}

/// All lenses over an import, as a store would hold it.
pub fn analysis(imported: &Imported) -> Analysis {
    let graph = stored(&imported.events);
    Analysis::of(graph.scene(&graph.snapshot(AsOf { valid: Time::MAX, known: graph.head() })))
}
