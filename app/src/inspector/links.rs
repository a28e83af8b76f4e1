//! Why an entity is linked to what: one sentence a link, its confidence, every piece of evidence.

use super::facts::events_view;
use crate::lens::Focus;
use crate::lens::figure::{counted, decimal, joined};
use crate::lens::link::entity_link;
use crate::lens::name_of;
use leptos::prelude::*;
use shared::correlate::Link;
use shared::graph::Evidence;
use shared::id::{EntityId, LinkKind};
use shared::lens::Analysis;

/// Links shown before a person asks for all.
const LINKS_MAX: usize = 12;
/// Links ever shown.
const LISTED_MAX: usize = 80;
/// Pieces of evidence shown of one link.
const PIECES_MAX: usize = 4;

/// The links of `id`: along the spine first, imports last.
pub(super) fn links_view(analysis: &Analysis, id: &EntityId, focus: Focus, log: &str) -> AnyView {
    let mut links: Vec<&Link> =
        analysis.links.iter().filter(|link| link.id.from == *id || link.id.to == *id).collect();
    if links.is_empty() {
        return view! { <h3>"Links"</h3><p class="muted">"Nothing is linked to it yet."</p> }.into_any();
    }
    shared::order::sort_by_key(&mut links, |link| (place(link.id.kind), link.id.from != *id));
    let listed = links.iter().take(LISTED_MAX).map(|link| link_view(analysis, link, id, focus, log));
    let mut items: Vec<AnyView> = listed.collect();
    let rest = items.split_off(items.len().min(LINKS_MAX));
    let beyond = links.len().saturating_sub(LISTED_MAX);
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

fn link_view(analysis: &Analysis, link: &Link, id: &EntityId, focus: Focus, log: &str) -> AnyView {
    let outward = link.id.from == *id;
    let other = if outward { &link.id.to } else { &link.id.from };
    let kind = other.kind.as_str();
    let target = entity_link(other, "text-link", name_of(analysis, other).into_any(), focus);
    let confidence = decimal(f64::from(link.confidence) / 1e6, 2);
    let more = link.evidence.len().saturating_sub(PIECES_MAX);
    let pieces =
        link.evidence.iter().take(PIECES_MAX).map(|piece| piece_view(piece, log)).collect::<Vec<_>>();
    let more =
        (more > 0).then(|| joined(&["and ", &counted(more, "more piece", "more pieces"), " of evidence"]));
    view! {
        <li>
            <span class="confidence" title="confidence">{confidence}</span>
            {link.id.kind.verb(outward)}" "{kind}" "{target}
            {pieces}
            <span class="small">{more}</span>
        </li>
    }
    .into_any()
}

fn piece_view(piece: &Evidence, log: &str) -> AnyView {
    let said = if piece.text.is_empty() { rule_words(&piece.rule) } else { &piece.text };
    let rule = rule_name(&piece.rule);
    let text = [said, if rule.is_empty() { "" } else { " · " }, &rule, " · "].concat();
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
