//! What is known of an entity, by kind: its state and figures as terms and values, what it means for the verdict,
//! and the events it rests on.

use super::architecture::{of_module, of_rule, of_violation};
use super::flakes;
use super::term::{Facts, text};
use super::thread::of_spine;
use crate::lens::Focus;
use crate::lens::figure::{counted, day_clock, duration, joined, micros};
use crate::lens::link::entity_link;
use crate::lens::mark::Mark;
use crate::lens::{name_of, named, slack, without_keys};
use leptos::prelude::*;
use shared::flake::Standing;
use shared::graph::Entity;
use shared::id::{EntityId, Kind, Stream};
use shared::lens::Analysis;
use shared::lens::bdv::{ProposedFix, Scenario};
use shared::lens::dde::{Task, Times, waiting_words};

/// Positions listed.
const POSITIONS_MAX: usize = 12;

/// What it is, and where it lies: "task in workflow checkout".
pub(super) fn place(analysis: &Analysis, id: &EntityId) -> String {
    let kind = id.kind.as_str();
    let group = analysis.scene.entities.get(id).and_then(|entity| entity.group.clone());
    let Some(group) = group else { return kind.to_owned() };
    match id.kind {
        Kind::Task => joined(&[kind, " in workflow ", &group]),
        Kind::Scenario => joined(&[kind, " of ", &group]),
        _ => joined(&[kind, " in ", &group]),
    }
}

/// Terms and values.
pub(super) fn facts(analysis: &Analysis, id: &EntityId) -> Facts {
    let Some(entity) = analysis.scene.entities.get(id) else { return Facts::new() };
    let mut facts = match id.kind {
        Kind::Task => of_task(analysis, analysis.dde.tasks.iter().find(|task| task.id == *id)),
        Kind::Scenario => of_scenario(analysis, analysis.bdv.scenarios.iter().find(|s| s.id == *id)),
        Kind::Contract => of_contract(analysis, id),
        Kind::Module => of_module(analysis, id),
        Kind::Violation => of_violation(analysis, id),
        Kind::Requirement => of_requirement(analysis, id),
        Kind::Rule => of_rule(analysis, id),
        _ => of_spine(analysis, id),
    };
    facts.extend(plain(entity));
    facts
}

/// Attributes that any kind may have.
fn plain(entity: &Entity) -> Facts {
    let code = |value: &String| {
        let value = value.clone();
        view! { <code>{value}</code> }.into_any()
    };
    let mut facts = Facts::new();
    facts.extend(entity.path.as_ref().map(|path| ("Path", code(path))));
    facts.extend(entity.version.as_ref().map(|version| ("Version", text(version.as_str()))));
    facts.extend(entity.digest.as_ref().map(|digest| ("Digest", code(digest))));
    facts.extend(entity.commit.as_ref().map(|commit| ("Commit", code(commit))));
    if !entity.tags.is_empty() {
        facts.push(("Tags", text(entity.tags.join(", "))));
    }
    if entity.planned {
        facts.push(("Planned", text("yes: it must report")));
    }
    if let Some(prose) = &entity.text {
        facts.push(("Says", text(prose.as_str())));
    }
    facts
}

fn of_task(analysis: &Analysis, task: Option<&Task>) -> Facts {
    let Some(task) = task else { return Facts::new() };
    let mut facts: Facts = vec![("State", Mark::of_task(task.state).view())];
    if let Some(span) = task.times.span_us {
        facts.push(("Took", text(joined(&[&micros(span), &taken(&task.times)]))));
    }
    let waits = waiting_words(&task.waits, |id| name_of(analysis, id));
    if !waits.is_empty() {
        facts.push(("Not started", text(waits)));
    }
    if !task.blocked_by.is_empty() {
        let names: Vec<String> = task.blocked_by.iter().map(|id| name_of(analysis, id)).collect();
        facts.push(("Held up by", text(names.join(", "))));
    }
    facts.push(("Rank", text(task.rank.to_string())));
    if task.critical {
        facts.push(("Critical path", text("yes")));
    }
    if let Some(slot) = task.schedule {
        let (earliest, latest) = (micros(slot.earliest_us), micros(slot.latest_us));
        facts.push(("Could begin", text(joined(&[&earliest, " to ", &latest, " into the work"]))));
        facts.push(("Slack", text(slack(task))));
    }
    facts.extend(task.held_by.as_ref().map(|id| ("Last awaited", text(name_of(analysis, id)))));
    for early in analysis.dde.plan.out_of_order.iter().filter(|early| early.task == task.id) {
        let by = early.by_us.map(|us| joined(&[&micros(us), " "])).unwrap_or_default();
        let before = name_of(analysis, &early.before);
        facts.push(("Too early", text(joined(&["started ", &by, "before ", &before, " had ended"]))));
    }
    facts
}

/// ": ran 9 m, queued 12 s, backed off 3 m, wasted 4 m", of all tries; nothing where running was all.
fn taken(times: &Times) -> String {
    let parts = [
        ("ran ", times.ran_us.filter(|&ran| Some(ran) != times.span_us)),
        ("queued ", times.queued_us),
        ("backed off ", times.backed_off_us),
        ("wasted ", times.wasted_us),
    ];
    let parts = parts.into_iter().filter_map(|(word, us)| Some((word, us.filter(|&us| us > 0)?)));
    let parts: Vec<String> = parts.map(|(word, us)| joined(&[word, &micros(us)])).collect();
    if parts.is_empty() { String::new() } else { joined(&[": ", &parts.join(", ")]) }
}

fn of_scenario(analysis: &Analysis, scenario: Option<&Scenario>) -> Facts {
    let Some(scenario) = scenario else { return Facts::new() };
    let mut facts: Facts = vec![("Status", Mark::of_scenario(scenario.status).view())];
    if let Some(reason) = &scenario.reason {
        facts.push(("Because", text(reason.as_str())));
    }
    if scenario.standing != Standing::Healthy {
        facts.push(("Standing", text(scenario.standing.words())));
    }
    facts.extend(flakes::facts(&scenario.flake));
    for record in analysis.bdv.quarantine.iter().filter(|record| record.scenario == scenario.id) {
        let state =
            if record.in_force { "in force" } else { record.note.as_deref().unwrap_or("not in force") };
        let until = record
            .expires_at
            .map_or_else(|| "without an end".to_owned(), |time| joined(&["until ", &day_clock(time)]));
        facts.push(("Quarantine", text([state, ", ", &until, ": ", &record.reason].concat())));
        facts.extend(record.ticket.as_ref().map(|ticket| ("Ticket", text(ticket.as_str()))));
        facts.extend(record.fix.as_ref().map(|fix| ("Proposed fix", text(fix_told(fix)))));
    }
    facts
}

/// "commit 1a2b3c4d5e, 3 of 10 reruns passed".
fn fix_told(fix: &ProposedFix) -> String {
    let commit: String = fix.commit.chars().take(10).collect();
    let (passed, needed) = (fix.passed.to_string(), fix.needed.to_string());
    let refuted = if fix.refuted { ", refuted by a failure" } else { "" };
    joined(&["commit ", &commit, ", ", &passed, " of ", &needed, " reruns passed", refuted])
}

fn of_contract(analysis: &Analysis, id: &EntityId) -> Facts {
    let Some(contract) = analysis.dde.contracts.iter().find(|contract| contract.id == *id) else {
        return Facts::new();
    };
    let mut facts: Facts = vec![("State", Mark::of_contract(contract.state).view())];
    facts.extend(contract.proposed_at.map(|time| ("Proposed", text(day_clock(time)))));
    facts.extend(contract.locked_at.map(|time| ("Locked", text(day_clock(time)))));
    facts.extend(contract.lock_latency_ms.map(|ms| ("Lock took", text(duration(ms)))));
    if contract.relocks > 0 {
        facts.push(("Locked again", text(counted(contract.relocks as usize, "time", "times"))));
    }
    let aligned = if contract.aligned {
        "yes".to_owned()
    } else if contract.misaligned.is_empty() {
        "no: not locked".to_owned()
    } else {
        let names: Vec<&str> = contract.misaligned.iter().take(6).map(|id| id.key.as_str()).collect();
        joined(&["no: ", &names.join(", "), " does not hold"])
    };
    facts.push(("Aligned", text(aligned)));
    facts
}

fn of_requirement(analysis: &Analysis, id: &EntityId) -> Facts {
    let Some(requirement) = analysis.bdv.requirements.iter().find(|requirement| requirement.id == *id) else {
        return Facts::new();
    };
    vec![
        ("Proof", Mark::of_coverage(requirement.coverage).view()),
        ("Proven by", text(counted(requirement.scenarios.len(), "scenario", "scenarios"))),
    ]
}

/// Reasons of the verdict that name it, and changes that would help.
pub(super) fn reasons_view(analysis: &Analysis, id: &EntityId, focus: Focus) -> AnyView {
    let streams = &analysis.verdict.streams;
    let reasons = Stream::ALL.iter().flat_map(|stream| &streams.get(*stream).reasons);
    let mut items: Vec<AnyView> = reasons
        .filter(|reason| reason.entities.contains(id))
        .map(|reason| {
            let (tone, word) = if reason.blocking { ("fail", "blocks") } else { ("flaky", "warning") };
            let text = without_keys(reason);
            view! { <li><span class="tag" data-tone=tone>{word}</span>" "{text}</li> }.into_any()
        })
        .collect();
    let changes = analysis.verdict.counterfactual.iter().filter(|change| change.entity.as_ref() == Some(id));
    items.extend(changes.take(4).map(|change| {
        let text = named(analysis, id, change.change.clone());
        view! { <li><span class="tag">"would help"</span>" "{text}</li> }.into_any()
    }));
    let governing = analysis.dde.contracts.iter().filter(|contract| contract.misaligned.contains(id));
    items.extend(governing.take(4).map(|contract| {
        let link = entity_link(&contract.id, "text-link", contract.name.clone().into_any(), focus);
        view! { <li><span class="tag">"contract"</span>" "{link}" does not hold because of it"</li> }
            .into_any()
    }));
    if items.is_empty() {
        return ().into_any();
    }
    view! { <h3>"For the verdict"</h3><ul class="reasons">{items}</ul> }.into_any()
}

/// Who says that it is there, and the events behind its attributes.
pub(super) fn evidence_view(analysis: &Analysis, id: &EntityId, log: &str) -> AnyView {
    let Some(entity) = analysis.scene.entities.get(id) else { return ().into_any() };
    let (witnesses, events) = (entity.witnesses.join(", "), events_view(&entity.rests_on, log));
    view! { <h3>"Rests on"</h3><p class="muted">{events}", stated by "{witnesses}</p> }.into_any()
}

/// "events 3, 17, 1204", each a link to its record below `log`, with source and type.
pub(super) fn events_view(positions: &[u64], log: &str) -> AnyView {
    let more = positions.len().saturating_sub(POSITIONS_MAX);
    let word = if positions.len() == 1 { "event " } else { "events " };
    let mut parts: Vec<AnyView> = Vec::new();
    for position in positions.iter().take(POSITIONS_MAX).map(ToString::to_string) {
        parts.push(if parts.is_empty() { word } else { ", " }.into_any());
        let href = [log, &position].concat();
        parts.push(view! { <a href=href target="_blank">{position}</a> }.into_any());
    }
    if more > 0 {
        parts.push(joined(&[" and ", &more.to_string(), " more"]).into_any());
    }
    parts.into_any()
}
