//! Every lens over every golden set: what it lists is what the analysis holds, every row is a link, the page
//! stays small, names from outside stay text.
#![cfg(feature = "ssr")]

use app::inspector::Inspector;
use app::lens::{AccLens, BdvLens, ConvergenceLens, DdeLens, Focus};
use leptos::prelude::*;
use serde_json::{Value, json};
use shared::event::{Logged, decode_logged, decode_value};
use shared::expect::{graph_of, now_of};
use shared::graph::ContextDocument;
use shared::id::EntityId;
use shared::lens::{Analysis, Lit, Nearness};
use shared::rules::settings_of;
use shared::time::Time;
use std::path::Path;
use std::sync::Arc;

/// Most elements a lens may have.
const ELEMENTS_MAX: usize = 1_720;

/// The golden sets that are kept as plain text, by name.
fn golden() -> Vec<(String, Arc<Analysis>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the golden sets") {
        let path = entry.expect("a folder").path();
        let Ok(text) = std::fs::read_to_string(path.join("events.ndjson")) else { continue };
        let events: Vec<Logged> = text.lines().map(logged).collect();
        let graph = graph_of(&events).expect("a whole log");
        let analysis = Analysis::of(graph.scene(&graph.snapshot(now_of(&graph))));
        found.push((path.file_name().expect("a name").to_string_lossy().into_owned(), Arc::new(analysis)));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() > 10, "the golden sets are there");
    found
}

fn logged(line: &str) -> Logged {
    decode_logged(serde_json::from_str(line).expect("JSON")).expect("an event")
}

#[derive(Clone, Copy)]
enum Part {
    Dde(bool),
    Bdv(bool),
    Acc(bool),
    Convergence(bool),
    Inspector,
}

fn render(part: Part, analysis: &Arc<Analysis>, selected: Option<EntityId>) -> String {
    let owner = Owner::new();
    let analysis = Arc::clone(analysis);
    let html = owner.with(|| {
        let analysis: Signal<Arc<Analysis>> = Signal::stored(analysis);
        let href = Callback::new(|id: Option<EntityId>| {
            id.map_or_else(|| "/i/I".to_owned(), |id| format!("/i/I?sel={id}"))
        });
        let focus = Focus::new(analysis, Signal::stored(selected), Callback::new(|_| {}), href);
        match part {
            Part::Dde(compact) => view! { <DdeLens analysis focus compact /> }.into_any(),
            Part::Bdv(compact) => view! { <BdvLens analysis focus compact /> }.into_any(),
            Part::Acc(compact) => view! { <AccLens analysis focus compact /> }.into_any(),
            Part::Convergence(compact) => view! { <ConvergenceLens analysis focus compact /> }.into_any(),
            Part::Inspector => view! { <Inspector analysis focus log="/log/" /> }.into_any(),
        }
        .to_html()
    });
    owner.cleanup();
    html
}

fn elements(html: &str) -> usize {
    html.split('<').skip(1).filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())).count()
}

#[test]
fn lenses_stay_small() {
    for (name, analysis) in golden() {
        for compact in [true, false] {
            for part in
                [Part::Dde(compact), Part::Bdv(compact), Part::Acc(compact), Part::Convergence(compact)]
            {
                let html = render(part, &analysis, None);
                let n = elements(&html);
                let lens: String = html.chars().skip_while(|c| *c != 'd').take(24).collect();
                assert!(n <= ELEMENTS_MAX, "{name} {lens}: {n} elements");
            }
        }
    }
}

/// How many rows the button under a table promises.
fn hidden(html: &str) -> usize {
    let Some((_, rest)) = html.split_once("Show all, ") else { return 0 };
    rest.split_once(" more row").expect("a count of rows").0.parse().expect("a number")
}

#[test]
fn every_task_and_scenario_is_a_row_with_a_link() {
    let mut hides = false;
    for (name, analysis) in golden() {
        let (dde, bdv) = (render(Part::Dde(true), &analysis, None), render(Part::Bdv(true), &analysis, None));
        let ids = |ids: Vec<&EntityId>, html: &str| {
            ids.into_iter().filter(|id| html.contains(&format!("/i/I?sel={id}\""))).count()
        };
        let tasks: Vec<&EntityId> = analysis.dde.tasks.iter().map(|task| &task.id).collect();
        let scenarios: Vec<&EntityId> = analysis.bdv.scenarios.iter().map(|scenario| &scenario.id).collect();
        for (what, html, all) in [("tasks", &dde, tasks), ("scenarios", &bdv, scenarios)] {
            let (shown, hidden) = (html.matches("scope=\"row\"").count(), hidden(html));
            assert_eq!(shown + hidden, all.len(), "{name}: {what}, {hidden} hidden");
            assert_eq!(ids(all, html), shown, "{name}: every row is a link to one of the {what}");
            hides |= hidden > 0;
        }
    }
    assert!(hides, "a recorded run has more scenarios than a page shows before a person asks for all");
}

#[test]
fn the_verdict_and_what_would_change_it_are_said() {
    for (name, analysis) in golden() {
        for compact in [true, false] {
            let html = render(Part::Convergence(compact), &analysis, None);
            let start: String =
                analysis.verdict.sentence.chars().take_while(|c| c.is_alphanumeric() || *c == ' ').collect();
            assert!(html.contains(&start), "{name}: {start}");
            let wanted = !analysis.verdict.counterfactual.is_empty();
            assert_eq!(html.contains("Deployable if"), wanted, "{name}: compact {compact}");
        }
    }
}

#[test]
fn the_inspector_knows_every_entity() {
    let (_, analysis) = golden().remove(1);
    for id in analysis.scene.entities.keys() {
        let html = render(Part::Inspector, &analysis, Some(id.clone()));
        let entity = &analysis.scene.entities[id];
        assert!(html.contains("Rests on") && html.contains(&entity.witnesses.join(", ")), "{id}");
        let event = entity.rests_on[0];
        assert!(html.contains(&format!("href=\"/log/{event}\" target=\"_blank\"")), "{id}: {event}");
    }
    // Of every link of an entity its state and its sentence, as JSON has them.
    let told = Analysis::clone(&analysis).with_states();
    for (link, standing) in told.links.iter().zip(&told.standings).step_by(97) {
        let html = render(Part::Inspector, &analysis, Some(link.id.from.clone()));
        let state = standing.state.expect("it was asked for").word();
        assert!(
            html.contains(&format!("data-state=\"{state}\" class=\"link-state\">{state}<")),
            "{state}: {html}"
        );
        let start = format!("{} {} ", link.id.kind.verb(true), link.id.to.kind.as_str());
        assert!(html.contains("class=\"sentence\"") && html.contains(&start), "{start}: {html}");
    }
    let gone: EntityId = "task:never-seen".parse().expect("an id");
    let html = render(Part::Inspector, &analysis, Some(gone));
    assert!(html.contains("Not known at this time"), "{html}");
}

/// The set, and one of its tasks by key.
fn task_of(set: &str, key: &str) -> (Arc<Analysis>, EntityId) {
    let (_, analysis) = golden().into_iter().find(|(name, _)| name == set).expect("the set");
    (analysis, EntityId::new(shared::id::Kind::Task, key))
}

#[test]
fn waiting_slack_and_deviations_are_said_in_names() {
    let (analysis, approval) = task_of("Iter-Golden-PipelineIssue", "change-approval");
    let full = render(Part::Dde(false), &analysis, None);
    assert!(
        full.contains("<li>Planned and never tried: Soak for two hours, Approval of the change,"),
        "{full}"
    );
    assert!(full.contains("Held up by") && full.contains("Slack"));
    let listed = full.split_once("Deviations from the plan").expect("the table").1;
    let missing = analysis.dde.plan.missing.len();
    assert!(missing > 3 && listed.matches("planned and never tried").count() == missing, "{listed}");
    assert!(
        !render(Part::Dde(true), &analysis, None).contains("class=\"remarks\""),
        "the mission page stays calm"
    );
    let waits = render(Part::Inspector, &analysis, Some(approval));
    assert!(waits.contains("did not pass; waits for Soak for two hours"), "{waits}");
    assert!(waits.contains("Held up by"), "{waits}");
    let (analysis, build) = task_of("Iter-Golden-Retries", "build-settlement");
    let retried = render(Part::Inspector, &analysis, Some(build));
    for said in [
        "Could begin",
        "into the work",
        "of back-off",
        "wasted ",
        "backed off ",
        "queued ",
        "Slack",
        "Last awaited",
    ] {
        assert!(retried.contains(said), "{said}: {retried}");
    }
    assert!(
        !render(Part::Dde(false), &analysis, None).contains("class=\"remarks\""),
        "ten retries are no storm"
    );
}

#[test]
fn a_selection_lights_its_thread_and_dims_the_rest() {
    let (_, analysis) = golden().remove(1);
    let task = analysis.dde.tasks.iter().find(|task| !task.attempts.is_empty()).expect("a task");
    let lit = Lit::of(&analysis, Some(&task.id));
    assert_eq!(lit.nearness(&task.id), Some(Nearness::Selected));
    let others = analysis.scene.entities.keys().filter(|id| lit.nearness(id) == Some(Nearness::Far)).count();
    assert!(others > 0, "a selection that lights everything says nothing");
    let html = render(Part::Dde(true), &analysis, Some(task.id.clone()));
    assert!(html.contains("data-lit=\"selected\"") && html.contains("aria-current=\"true\""));
    let gone: EntityId = "task:never-seen".parse().expect("an id");
    assert_eq!(Lit::of(&analysis, Some(&gone)).nearness(&task.id), None, "an absent selection dims nothing");
}

#[test]
fn names_from_outside_stay_text() {
    let (_, analysis) = golden().remove(0);
    let mut analysis = (*analysis).clone();
    let bad = "<img src=x onerror=alert(1)>";
    analysis.dde.tasks.iter_mut().for_each(|task| task.name = bad.to_owned());
    analysis.bdv.scenarios.iter_mut().for_each(|scenario| scenario.name = bad.to_owned());
    analysis.acc.modules.iter_mut().for_each(|module| {
        module.name = bad.to_owned();
        module.group = Some(bad.to_owned());
    });
    analysis.convergence.spine.nodes.iter_mut().for_each(|node| node.name = bad.to_owned());
    let analysis = Arc::new(analysis);
    for compact in [true, false] {
        for part in [Part::Dde(compact), Part::Bdv(compact), Part::Acc(compact), Part::Convergence(compact)] {
            assert!(!render(part, &analysis, None).contains("<img"));
        }
    }
}

#[test]
fn rules_in_force_and_what_they_find_are_shown_by_name() {
    let (_, analysis) =
        golden().into_iter().find(|(name, _)| name == "Iter-Golden-TechDebt").expect("the set");
    let mut scene = analysis.scene.clone();
    let import = &analysis.acc.dependencies[0];
    let rules = format!(
        "version = 1\n[[rule]]\nname = \"apart\"\nkind = \"forbidden\"\nfrom = {:?}\nto = {:?}\n\
         [[rule]]\nname = \"idle\"\nkind = \"required\"\nfrom = \"nobody\"\nto = \"**\"\n",
        import.from.key, import.to.key
    );
    let document = |body: &str, settings| ContextDocument {
        digest: String::new(),
        body: body.to_owned(),
        settings,
        position: 1,
    };
    scene.context.insert("rules".to_owned(), document(&rules, settings_of(&rules)));
    scene.context.insert("baseline".to_owned(), document("{}", Vec::new()));
    let analysis = Arc::new(Analysis::of(scene));
    let page = render(Part::Acc(false), &analysis, None);
    for words in ["apart", "forbidden import", ": check its patterns", "propagation cost", ">new<"] {
        assert!(page.contains(words), "{words}");
    }
    let violation =
        analysis.acc.violations.iter().find(|violation| violation.rule == "apart").expect("found");
    let html = render(Part::Inspector, &analysis, Some(violation.id.clone()));
    assert!(html.contains("forbidden import") && html.contains("new since it"), "{html}");
    let html = render(Part::Inspector, &analysis, Some("rule:idle".parse().expect("an id")));
    assert!(html.contains("import missing") && html.contains("Modules in its sets"), "{html}");
    let html = render(Part::Inspector, &analysis, Some(import.to.clone()));
    assert!(html.contains("Changes reach"), "{html}");
}

/// The answer to a log of these.
fn told(events: &[(&str, Value)]) -> Arc<Analysis> {
    let logged = |((kind, data), position): (&(&str, Value), u64)| {
        let envelope = json!({"specversion": "1.0", "id": position.to_string(), "source": "test",
            "time": "2026-11-17T09:00:00Z", "type": kind, "iteration": "I", "data": data});
        let event = decode_value(envelope, None).expect("a sound event");
        let recorded_at = Time::parse("2026-11-17T10:00:00Z").expect("a time");
        Logged { position, recorded_at, actor: None, steward: false, event }
    };
    let log: Vec<Logged> = events.iter().zip(1..).map(logged).collect();
    let graph = graph_of(&log).expect("a whole log");
    Arc::new(Analysis::of(graph.scene(&graph.snapshot(now_of(&graph)))))
}

#[test]
fn folders_that_use_each_other_are_shown_without_a_cycle_of_modules() {
    let import = |from: &str, to: &str| ("mission.import.declared.v1", json!({"from": from, "to": to}));
    let module = |module: &str| ("mission.module.declared.v1", json!({"module": module}));
    let mut events: Vec<(&str, Value)> =
        ["web/a", "web/b", "store/x", "store/y"].into_iter().map(module).collect();
    events.extend([import("web/a", "store/x"), import("store/y", "web/b")]);
    let page = render(Part::Acc(false), &told(&events), None);
    let shown = page.split_once("Folders that use each other").expect("the part").1;
    for said in ["store; web", "store → web → store", "no fewer references do", "(outermost)", ">CCD<"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(page.contains("<div hidden>") && page.contains("Cycles of modules"), "no module is in a cycle");
}

#[test]
fn what_suppresses_a_violation_is_said_by_its_name() {
    let found = |from: &str, more: Value| {
        let mut data = json!({"rule": "lint", "severity": "error", "from": from});
        data.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        ("mission.violation.detected.v1", data)
    };
    let body = json!({"violations": ["lint|old.c|"], "reason": "older than the rule", "actor": "person:0123456789abcdef"})
        .to_string();
    let digest = shared::event::Hash128::of_text(&body).to_string();
    let analysis = told(&[
        found("tool.c", json!({"waiver": "accepted", "justification": "generated code"})),
        found("mute.c", json!({"waiver": "accepted"})),
        found("old.c", json!({})),
        ("mission.context.recorded.v1", json!({"topic": "baseline", "digest": digest, "body": body})),
    ]);
    let page = render(Part::Acc(false), &analysis, None);
    assert!(page.contains("suppressed by its tool: generated code"), "{page}");
    assert_eq!(page.matches("in the baseline").count(), 1, "{page}");
    assert!(
        page.contains("1 violation is accepted by person:0123456789abcdef: older than the rule"),
        "{page}"
    );
    let short = render(Part::Acc(true), &analysis, None);
    assert_eq!(
        (short.matches("suppressed by its tool").count(), short.matches("in the baseline").count()),
        (2, 1)
    );
    let inspected = |from: &str| {
        let violation = analysis.acc.violations.iter().find(|violation| violation.from == from).expect("it");
        render(Part::Inspector, &analysis, Some(violation.id.clone()))
    };
    assert!(inspected("tool.c").contains("by its tool: generated code"), "{}", inspected("tool.c"));
    assert!(
        inspected("old.c").contains("by the accepted baseline: older than the rule"),
        "{}",
        inspected("old.c")
    );
}

#[test]
fn an_empty_iteration_says_what_to_do() {
    let graph = graph_of(&[]).expect("an empty log");
    let analysis = Arc::new(Analysis::of(graph.scene(&graph.snapshot(now_of(&graph)))));
    for part in [Part::Dde(true), Part::Bdv(false), Part::Acc(true), Part::Convergence(false)] {
        assert!(render(part, &analysis, None).contains("mission import"));
    }
}
