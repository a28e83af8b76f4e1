//! Why an entity is linked to what: of each link the confidence, the state in a word, one sentence, every piece of
//! evidence; and the links that wait for an end that is not there.

use super::facts::events_view;
use crate::lens::Focus;
use crate::lens::figure::{counted, decimal, joined};
use crate::lens::link::entity_link;
use crate::lens::name_of;
use leptos::prelude::*;
use shared::correlate::{Link, LinkState, Standing, explain, orphans, states_of};
use shared::graph::Evidence;
use shared::id::{EntityId, LinkId, LinkKind};
use shared::lens::Analysis;

/// Links shown before a person asks for all.
const LINKS_MAX: usize = 12;
/// Links ever shown.
const LISTED_MAX: usize = 80;
/// Pieces of evidence shown of one link.
const PIECES_MAX: usize = 4;

/// The links of `id`: along the spine first, imports last, what waits at the end.
pub(super) fn links_view(analysis: &Analysis, id: &EntityId, focus: Focus, log: &str) -> AnyView {
    let of_id = |link: &LinkId| link.from == *id || link.to == *id;
    let mut links: Vec<(usize, &Link)> =
        analysis.links.iter().enumerate().filter(|(_, link)| of_id(&link.id)).collect();
    shared::order::sort_by_key(&mut links, |(_, link)| (place(link.id.kind), link.id.from != *id));
    let beyond = links.len().saturating_sub(LISTED_MAX);
    links.truncate(LISTED_MAX);
    let states = states_of(&analysis.scene, &analysis.links, links.iter().map(|(_, link)| *link));
    let mut items: Vec<AnyView> = Vec::new();
    for ((at, link), state) in links.into_iter().zip(states) {
        let standing = Standing { state: Some(state), suspect_of: analysis.standings[at].suspect_of.clone() };
        items.push(link_view(analysis, link, &standing, id, (focus, log)));
    }
    let waits = Standing { state: Some(LinkState::Orphaned), suspect_of: None };
    for declared in orphans(&analysis.scene).into_iter().filter(|link| of_id(&link.id)).take(LINKS_MAX) {
        let link = Link { id: declared.id.clone(), confidence: 0, evidence: declared.evidence.clone() };
        items.push(link_view(analysis, &link, &waits, id, (focus, log)));
    }
    if items.is_empty() {
        return view! { <h3>"Links"</h3><p class="muted">"Nothing is linked to it yet."</p> }.into_any();
    }
    let rest = items.split_off(items.len().min(LINKS_MAX));
    let beyond = (beyond > 0).then(|| joined(&["And ", &counted(beyond, "more link", "more links"), "."]));
    let rest = (!rest.is_empty()).then(|| {
        let label = counted(rest.len(), "more link", "more links");
        view! { <details><summary>{label}</summary><ul class="why-list">{rest}</ul></details> }
    });
    view! {
        <h3>"Linked because"</h3>
        <ul class="why-list">{items}</ul>
        {rest}
        <p class="muted">{beyond}</p>
    }
    .into_any()
}

/// Order of kinds: what explains most comes first.
const fn place(kind: LinkKind) -> u8 {
    match kind {
        LinkKind::Specifies | LinkKind::Implements | LinkKind::Produces | LinkKind::Realises => 0,
        LinkKind::Verifies | LinkKind::Governs | LinkKind::Breaks => 1,
        LinkKind::DependsOn => 2,
        LinkKind::PartOf => 3,
        LinkKind::Imports => 4,
    }
}

fn link_view(
    analysis: &Analysis,
    link: &Link,
    standing: &Standing,
    id: &EntityId,
    (focus, log): (Focus, &str),
) -> AnyView {
    let outward = link.id.from == *id;
    let other = if outward { &link.id.to } else { &link.id.from };
    let kind = other.kind.as_str();
    let target = entity_link(other, "text-link", name_of(analysis, other).into_any(), focus);
    let confidence = decimal(f64::from(link.confidence) / 1e6, 2);
    let more = link.evidence.len().saturating_sub(PIECES_MAX);
    let sentence = explain(link, standing);
    let shown = link.evidence.iter().take(PIECES_MAX);
    let pieces = shown.map(|piece| piece_view(piece, &sentence, log)).collect::<Vec<_>>();
    let more =
        (more > 0).then(|| joined(&["and ", &counted(more, "more piece", "more pieces"), " of evidence"]));
    let word = standing.state.unwrap_or_default().word();
    let suspect = standing
        .suspect_of
        .is_some()
        .then(|| view! { <span class="link-state" data-state="suspect">"suspect"</span> });
    view! {
        <li>
            <span class="confidence" title="confidence">{confidence}</span>
            {link.id.kind.verb(outward)}" "{kind}" "{target}
            <span class="link-state" data-state=word>{word}</span>
            {suspect}
            <span class="sentence">{sentence}</span>
            {pieces}
            <span class="small">{more}</span>
        </li>
    }
    .into_any()
}

/// A piece by its rule and events, and by what it says unless `sentence` has that already.
fn piece_view(piece: &Evidence, sentence: &str, log: &str) -> AnyView {
    let said = if piece.text.is_empty() { rule_words(&piece.rule) } else { &piece.text };
    let is_told = sentence.contains(said.trim_end_matches('.'));
    let rule = rule_name(&piece.rule);
    let between = if is_told || rule.is_empty() { "" } else { " · " };
    let text = [if is_told { "" } else { said }, between, &rule, " · "].concat();
    let events = events_view(&piece.rests_on, log);
    view! { <span class="small">{text}{events}</span> }.into_any()
}

fn rule_name(rule: &str) -> String {
    rule.replace('_', " ")
}

fn rule_words(rule: &str) -> &'static str {
    match rule {
        "declared" => "a producer names both",
        "exact_path" => "both stand in the same file",
        "tag" => "a tag of one names the other",
        "fuzzy_path" => "one lies in the other's folder",
        "same_name" => "their names are equal",
        "mention" => "a title mentions the other",
        _ => "its producer's own rule",
    }
}
