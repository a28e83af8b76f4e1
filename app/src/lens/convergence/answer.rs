//! The verdict in words: the sentence, what would change it, an override beside it, and the three streams.

use crate::lens::Focus;
use crate::lens::figure::{counted, day_clock};
use crate::lens::link::entity_link;
use crate::lens::mark::Mark;
use crate::lens::{module_name, name_of};
use leptos::prelude::*;
use shared::id::{EntityId, Kind, Stream};
use shared::lens::Analysis;
use shared::verdict::{Counterfactual, Reason, Verdict, VerdictName};
use std::sync::Arc;

/// Changes named before "and N more" in the short form.
const SHORT_MAX: usize = 2;
/// Changes listed in the full form.
const LISTED_MAX: usize = 16;
/// Entities linked from a reason.
const LINKS_MAX: usize = 5;

/// The sentence and the nearest way to deployable.
pub(super) fn short_view(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let verdict = Memo::new(move |_| analysis.with(|analysis| Arc::new(analysis.verdict.clone())));
    view! {
        <div class="answer">
            <p class="verdict-sentence">{move || verdict.with(|verdict| verdict.sentence.clone())}</p>
            {move || verdict.with(|verdict| override_view(verdict))}
            {move || analysis.with(|analysis| if_view(analysis, focus))}
        </div>
    }
    .into_any()
}

/// The sentence, the streams with every reason, every change that is needed.
pub(super) fn full_view(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let verdict = Memo::new(move |_| analysis.with(|analysis| Arc::new(analysis.verdict.clone())));
    let streams = move || {
        analysis.with(|analysis| {
            Stream::ALL.into_iter().map(|stream| stream_view(analysis, stream, focus)).collect_view()
        })
    };
    view! {
        <div class="answer">
            <p class="verdict-sentence">{move || verdict.with(|verdict| verdict.sentence.clone())}</p>
            {move || verdict.with(|verdict| range_view(verdict))}
            {move || verdict.with(|verdict| override_view(verdict))}
        </div>
        <ul class="streams">{streams}</ul>
        {move || analysis.with(|analysis| changes_view(analysis, focus))}
    }
    .into_any()
}

/// What a pending verdict can still become.
fn range_view(verdict: &Verdict) -> AnyView {
    if verdict.verdict != VerdictName::Pending {
        return ().into_any();
    }
    let (best, worst) = (Mark::of_verdict(verdict.best).view(), Mark::of_verdict(verdict.worst).view());
    view! { <p class="muted">"It can still become "{best}" at best, "{worst}" at worst."</p> }.into_any()
}

fn override_view(verdict: &Verdict) -> AnyView {
    let Some(record) = &verdict.r#override else { return ().into_any() };
    let who = record.actor.clone().unwrap_or_else(|| "somebody".to_owned());
    let until = match record.expires_at {
        Some(time) => ["until ", &day_clock(time), " UTC"].concat(),
        None => "without an end".to_owned(),
    };
    let scope = if record.scope.is_empty() { "all streams".to_owned() } else { record.scope.join(", ") };
    let reason = record.reason.clone();
    view! {
        <p class="override">
            <b>"Overridden"</b>" for "{scope}" by "{who}", "{until}": "{reason}" The verdict itself stays."
        </p>
    }
    .into_any()
}

/// "Deployable if …", in one line.
fn if_view(analysis: &Analysis, focus: Focus) -> AnyView {
    let changes = &analysis.verdict.counterfactual;
    if changes.is_empty() {
        return ().into_any();
    }
    let named =
        changes.iter().take(SHORT_MAX).map(|change| change_view(analysis, change, focus)).collect_view();
    let more = changes.len().saturating_sub(SHORT_MAX);
    let more = (more > 0).then(|| ["And ", &counted(more, "more change", "more changes"), "."].concat());
    view! { <p class="muted">"Deployable if: "{named}{more}</p> }.into_any()
}

/// The change, with the entity called by its name.
fn change_view(analysis: &Analysis, change: &Counterfactual, focus: Focus) -> AnyView {
    let text = change.change.clone();
    match &change.entity {
        Some(id) => {
            let text = named(analysis, id, text);
            let link = entity_link(id, "text-link", text.into_any(), focus);
            view! { {link}" " }.into_any()
        }
        None => view! { <b>{text}</b>" " }.into_any(),
    }
}

/// A reason without the keys it ends in: what it is about is linked by name beside it.
pub(crate) fn without_keys(reason: &Reason) -> String {
    let head = reason.text.split_once(": ").filter(|_| !reason.entities.is_empty());
    head.map_or_else(|| reason.text.clone(), |(head, _)| [head, "."].concat())
}

/// `text` with names where it has keys.
pub(crate) fn named(analysis: &Analysis, id: &EntityId, text: String) -> String {
    with_names(analysis, &text.replace(&id.key, &name_of(analysis, id)))
}

/// `text` with names for the words that are keys of tasks or modules and look like keys.
pub(crate) fn with_names(analysis: &Analysis, text: &str) -> String {
    let named = |word: &str| {
        let key = word.trim_end_matches(['.', ',', ';', ':']);
        let ids = [Kind::Task, Kind::Module].map(|kind| EntityId::new(kind, key));
        let known = ids.iter().find(|id| analysis.scene.entities.contains_key(id));
        known.filter(|_| key.contains(['-', '_', '/', ':'])).map(|id| {
            let name =
                if id.kind == Kind::Module { module_name(analysis, key) } else { name_of(analysis, id) };
            [&name, &word[key.len()..]].concat()
        })
    };
    let words = text.split(' ').map(|word| named(word).unwrap_or_else(|| word.to_owned()));
    words.collect::<Vec<_>>().join(" ")
}

fn changes_view(analysis: &Analysis, focus: Focus) -> AnyView {
    let changes = &analysis.verdict.counterfactual;
    if changes.is_empty() {
        return ().into_any();
    }
    let more = changes.len().saturating_sub(LISTED_MAX);
    let mut items: Vec<AnyView> = changes
        .iter()
        .take(LISTED_MAX)
        .map(|change| view! { <li>{change_view(analysis, change, focus)}</li> }.into_any())
        .collect();
    if more > 0 {
        let more = ["and ", &counted(more, "more change", "more changes")].concat();
        items.push(view! { <li class="muted">{more}</li> }.into_any());
    }
    view! { <section class="part"><h3>"Deployable if"</h3><ol class="changes">{items}</ol></section> }
        .into_any()
}

fn stream_view(analysis: &Analysis, stream: Stream, focus: Focus) -> AnyView {
    let verdict = analysis.verdict.streams.get(stream);
    let name = match stream {
        Stream::Dde => "Execution",
        Stream::Bdv => "Behaviour",
        Stream::Acc => "Architecture",
    };
    let reasons = verdict.reasons.iter().map(|reason| reason_view(analysis, reason, focus)).collect_view();
    let missing = verdict.missing.iter().take(8).map(|text| {
        let text = with_names(analysis, text);
        view! { <li data-tone="missing"><span class="tag">"missing"</span>" "{text}</li> }.into_any()
    });
    let missing = missing.collect_view();
    let calm = match (verdict.not_applicable, verdict.reasons.is_empty() && verdict.missing.is_empty()) {
        (true, _) => "Not required by the policy, and without evidence.",
        (false, true) => "Every exit criterion holds.",
        (false, false) => "",
    };
    view! {
        <li class="stream">
            <h3>{name}" "{Mark::of_stream(verdict.state).view()}</h3>
            <p class="muted" hidden=calm.is_empty()>{calm}</p>
            <ul class="reasons">{reasons}{missing}</ul>
        </li>
    }
    .into_any()
}

fn reason_view(analysis: &Analysis, reason: &Reason, focus: Focus) -> AnyView {
    let (tone, word) = if reason.blocking { ("fail", "blocks") } else { ("flaky", "warning") };
    let text = without_keys(reason);
    let links = entity_links(analysis, &reason.entities, focus);
    view! { <li data-tone=tone><span class="tag" data-tone=tone>{word}</span>" "{text}{links}</li> }
        .into_any()
}

fn entity_links(analysis: &Analysis, ids: &[EntityId], focus: Focus) -> AnyView {
    let more = ids.len().saturating_sub(LINKS_MAX);
    let mut items: Vec<AnyView> = ids
        .iter()
        .take(LINKS_MAX)
        .map(|id| {
            let link = entity_link(id, "chip-link", name_of(analysis, id).into_any(), focus);
            view! { <li>{link}</li> }.into_any()
        })
        .collect();
    if more > 0 {
        let more = ["and ", &more.to_string(), " more"].concat();
        items.push(view! { <li class="muted">{more}</li> }.into_any());
    }
    view! { <ul class="chips">{items}</ul> }.into_any()
}
