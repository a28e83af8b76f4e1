//! The list of iterations with their verdicts, newest first. In the browser it looks for news every few seconds
//! while it is seen (`data::list`).

use crate::chip::VerdictChip;
use crate::clock;
use crate::words::{stream_icon, stream_slug};
use leptos::prelude::*;
use shared::id::Name;
use shared::order::Map;
use shared::time::Time;
use shared::verdict::{Card, StreamState, VerdictName};

/// The page.
#[component]
pub fn ListPage(
    /// All iterations, in the order they opened.
    cards: Signal<Vec<Card>>,
    /// Server time.
    now: Signal<Time>,
    /// Address of this server, for the example; empty if unknown.
    #[prop(into)]
    origin: String,
) -> impl IntoView {
    let by_name = Memo::new(move |_| {
        cards.with(|cards| cards.iter().map(|card| (card.iteration.clone(), card.clone())).collect())
    });
    let names = Memo::new(move |_| {
        cards.with(|cards| cards.iter().rev().map(|card| card.iteration.clone()).collect::<Vec<_>>())
    });
    view! {
        <div class="list-page">
            <header class="topbar">
                <a class="brand" href="/" aria-label="Mission Control">
                    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                        <path d="M10 1.5 17.5 5.8v8.4L10 18.5 2.5 14.2V5.8Z M2.5 5.8 10 10l7.5-4.2 M10 10v8.5"
                            fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"></path>
                    </svg>
                </a>
                <h1 class="iteration">"Iterations"</h1>
                <span class="spacer"></span>
                <button class="button needs-script" type="button" data-open-files=""
                    title="Or drop them onto the page. They are read in this browser alone.">"Open files"</button>
                <span class="muted">{move || format!("{} · {} UTC", clock::date(now.get()), clock::time_of_day(now.get()))}</span>
            </header>
            <main class="list" id="stage">
                {move || if names.with(Vec::is_empty) {
                    view! { <Nothing origin=origin.clone() /> }.into_any()
                } else {
                    view! {
                        <table class="list-table">
                            <thead>
                                <tr>
                                    <th scope="col">"Iteration"</th><th scope="col">"Verdict"</th>
                                    <th scope="col">"DDE"</th><th scope="col">"BDV"</th><th scope="col">"ACC"</th>
                                    <th scope="col" class="sentence">"Why"</th>
                                    <th scope="col" class="number">"Events"</th><th scope="col" class="number">"Last event"</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || names.get() key=Clone::clone let:name>
                                    <CardRow name cards=by_name now />
                                </For>
                            </tbody>
                        </table>
                    }.into_any()
                }}
            </main>
        </div>
    }
}

#[component]
fn CardRow(name: Name, cards: Memo<Map<Name, Card>>, now: Signal<Time>) -> impl IntoView {
    let first = cards.with_untracked(|cards| cards.get(&name).cloned());
    let key = name.clone();
    let card = Memo::new(move |before: Option<&Option<Card>>| {
        // A row that is about to go keeps what it showed.
        cards
            .with(|cards| cards.get(&key).cloned())
            .or_else(|| before.cloned().flatten())
            .or_else(|| first.clone())
    });
    let read = move |pick: fn(&Card) -> String| card.with(|card| card.as_ref().map(pick).unwrap_or_default());
    let verdict = Signal::derive(move || {
        card.with(|card| card.as_ref().map_or(VerdictName::Pending, |card| card.verdict))
    });
    let overridden =
        Signal::derive(move || card.with(|card| card.as_ref().is_some_and(|card| card.overridden)));
    let href = format!("/i/{name}");
    let phone = format!("/m/{name}");
    view! {
        <tr>
            <th scope="row">
                <a class="wide-only" href=href>{name.to_string()}</a>
                <a class="phone-only" href=phone>{name.to_string()}</a>
                <span class="muted project">{move || read(|card| card.project.to_string())}</span>
            </th>
            <td><VerdictChip verdict overridden /></td>
            <StreamCell card pick=|card| card.dde />
            <StreamCell card pick=|card| card.bdv />
            <StreamCell card pick=|card| card.acc />
            <td class="sentence">{move || read(|card| card.sentence.clone())}</td>
            <td class="number">{move || read(|card| card.head.to_string())}</td>
            <td class="number">{move || card.with(|card| card.as_ref().map(|card| clock::short(card.recorded_at, now.get())))}</td>
        </tr>
    }
}

#[component]
fn StreamCell(card: Memo<Option<Card>>, pick: fn(&Card) -> StreamState) -> impl IntoView {
    let state = move || card.with(|card| card.as_ref().map_or(StreamState::Undecided, pick));
    view! {
        <td class="stream" data-state=move || stream_slug(state())>
            <span aria-hidden="true">{move || stream_icon(state())}</span>
            <span class="visually-hidden">{move || stream_slug(state())}</span>
        </td>
    }
}

/// Nothing yet: the line that changes that.
#[component]
fn Nothing(origin: String) -> impl IntoView {
    let origin = if origin.is_empty() { "http://127.0.0.1:8000".to_owned() } else { origin };
    let line = format!("mission import --iteration my-first --to {origin} report.xml");
    view! {
        <section class="empty">
            <h2>"No iteration yet"</h2>
            <p>"Send what your tools already write. This page shows it as soon as it is there."</p>
            <pre><code>{line}</code></pre>
            <p class="muted">"JUnit XML, Cucumber Messages, pytest-json, Gherkin, sphinx-needs, OpenFastTrace, OpenLineage, CDEvents, GitHub Actions, Argo, Temporal, cargo metadata, dependency-cruiser, DOT, GraphML, Nx, JDepend, SARIF, or CloudEvents. "
                "Or run "<code>"mission demo"</code>" to look around."</p>
        </section>
    }
}
