//! The page for phones: verdict, reasons, key figures, what fails. Complete without a script, and no graph.
//!
//! Read-only. Time moves by links: the event or change of the verdict before and after, and live. It asks again by itself while live.

use crate::chip::{LiveChip, VerdictChip};
use crate::clock;
use crate::lens::figure::{actual, threshold};
use crate::lens::{name_of, with_names, without_keys};
use crate::routes::{Known, Page, Valid};
use crate::state::{Link, Opening, Steps};
use crate::words::{stream_icon, stream_slug};
use leptos::prelude::*;
use shared::event::Outcome;
use shared::id::Stream;
use shared::lens::Analysis;
use shared::lens::bdv::Status;
use shared::lens::dde::TaskState;
use shared::playback::Mode;
use shared::verdict::Reason;

/// Most things named in a list.
const NAMED_MAX: usize = 12;
/// Most names in a sentence.
const REASON_NAMES_MAX: usize = 3;

/// The page.
#[component]
pub fn PhonePage(
    /// What is shown.
    opening: Opening,
) -> impl IntoView {
    let Opening { place, iteration, moment, analysis, strip, .. } = opening;
    let verdict = &analysis.verdict;
    let full = place.on(Page::Mission(iteration.clone())).href();
    let chip = moment.chip(Link::Served);
    let title = analysis.scene.iteration.title.clone().unwrap_or_else(|| iteration.to_string());
    let step = |pick: fn(&Steps) -> crate::routes::Address| place.at(pick(&moment.steps)).href();
    let live = place.at((Valid::Now, Known::Now)).href();
    let known = strip.transitions.iter().rev().find(|change| change.position <= moment.as_of.known);
    // With hindsight, what stood on screen then says nothing about when it began.
    let same =
        known.filter(|change| change.verdict == verdict.verdict && strip.searched >= moment.as_of.known);
    let since =
        same.map(|change| format!("{} since {}", verdict.verdict.words(), clock::full(change.recorded_at)));
    let notices = place
        .notices
        .iter()
        .map(|text| view! { <p class="notice" role="alert">{text.clone()}</p> })
        .collect_view();
    view! {
        <main class="phone">
            <header>
                <a class="back" href="/">"All iterations"</a>
                <h1>{title}</h1>
                <p class="chips">
                    <VerdictChip verdict=verdict.verdict overridden=verdict.r#override.is_some() />
                    <LiveChip chip />
                </p>
                {since.map(|since| view! { <p class="muted since">{since}</p> })}
            </header>
            {notices}
            <p class="verdict-sentence">{verdict.sentence.clone()}</p>
            <nav class="phone-time" aria-label="Move in time">
                <a href=step(|steps| steps.verdict_back) aria-label="Verdict change before">"◂ Change"</a>
                <a href=step(|steps| steps.event_back) aria-label="Event before">"◂ Event"</a>
                <a href=step(|steps| steps.event_forward) aria-label="Event after">"Event ▸"</a>
                <a href=step(|steps| steps.verdict_forward) aria-label="Verdict change after">"Change ▸"</a>
                {(moment.playback.mode != Mode::Live).then(|| view! { <a href=live>"Live"</a> })}
            </nav>
            {reasons(&analysis)}
            {Stream::ALL.into_iter().map(|stream| figures(&analysis, stream)).collect_view()}
            {failing(&analysis)}
            <footer>
                <p class="muted">{format!("{} events known of {}. As of {}.", moment.as_of.known, moment.head, clock::full(moment.as_of.valid))}</p>
                <a href=full>"Full view"</a>
            </footer>
        </main>
    }
}

fn reasons(analysis: &Analysis) -> AnyView {
    let streams = &analysis.verdict.streams;
    let reasons = Stream::ALL
        .into_iter()
        .flat_map(|stream| &streams.get(stream).reasons)
        .filter(|reason| reason.blocking);
    let missing = Stream::ALL.into_iter().flat_map(|stream| &streams.get(stream).missing);
    let lines: Vec<String> = reasons
        .map(|reason| sentence(analysis, reason))
        .chain(missing.map(|text| with_names(analysis, text)))
        .take(3)
        .collect();
    if lines.is_empty() {
        return ().into_any();
    }
    view! {
        <section aria-labelledby="why">
            <h2 id="why">"Why"</h2>
            <ol class="reasons">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ol>
        </section>
    }
    .into_any()
}

/// A reason with the names of what it is about, not their keys.
fn sentence(analysis: &Analysis, reason: &Reason) -> String {
    let said = without_keys(reason);
    let shown = reason.entities.iter().take(REASON_NAMES_MAX);
    let mut names: Vec<String> = shown.map(|id| name_of(analysis, id)).collect();
    let more = reason.entities.len().saturating_sub(REASON_NAMES_MAX);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    if names.is_empty() || said == reason.text {
        return said;
    }
    format!("{}: {}.", said.trim_end_matches('.'), names.join(", "))
}

fn figures(analysis: &Analysis, stream: Stream) -> AnyView {
    let (title, kpis) = match stream {
        Stream::Dde => ("Execution", &analysis.dde.kpis),
        Stream::Bdv => ("Behaviour", &analysis.bdv.kpis),
        Stream::Acc => ("Architecture", &analysis.acc.kpis),
    };
    let state = analysis.verdict.streams.get(stream).state;
    let met = kpis.iter().filter(|kpi| kpi.met).count();
    let rows = kpis.iter().map(|kpi| {
        view! {
            <div class="figure" data-met=if kpi.met { "yes" } else { "no" }>
                <dt>{kpi.label.clone()}</dt>
                <dd>{actual(kpi)}{(!kpi.met).then(|| format!(", exit {}", threshold(kpi, kpi.exit)))}</dd>
            </div>
        }
    });
    view! {
        <section class="figures" data-state=stream_slug(state)>
            <h2><span aria-hidden="true">{stream_icon(state)}</span>" "{title}" "
                <small>{format!("{}, {met} of {} exit criteria", stream_slug(state), kpis.len())}</small></h2>
            <dl>{rows.collect_view()}</dl>
        </section>
    }
    .into_any()
}

/// What fails or flakes, by name.
fn failing(analysis: &Analysis) -> AnyView {
    let failed = |state: TaskState| {
        matches!(state, TaskState::Tried(Outcome::Failed | Outcome::Error | Outcome::TimedOut))
    };
    let tasks = analysis
        .dde
        .tasks
        .iter()
        .filter(|task| failed(task.state))
        .map(|task| ("task", "failed", task.name.clone()));
    let scenarios = analysis.bdv.scenarios.iter().filter_map(|scenario| match scenario.status {
        Status::Failed => Some(("scenario", "failed", scenario.name.clone())),
        Status::Flaky => Some(("scenario", "flaky", scenario.name.clone())),
        _ => None,
    });
    let violations = analysis
        .acc
        .violations
        .iter()
        .filter(|violation| !violation.suppressed)
        .map(|violation| ("violation", "open", name_of(analysis, &violation.id)));
    let all: Vec<_> = tasks.chain(scenarios).chain(violations).collect();
    if all.is_empty() {
        return ().into_any();
    }
    let more = all.len().saturating_sub(NAMED_MAX);
    let rows = all.into_iter().take(NAMED_MAX).map(|(kind, state, name)| {
        view! { <li data-state=state><span class="muted">{kind}</span>" "<span>{name}</span>" "<b>{state}</b></li> }
    });
    view! {
        <section aria-labelledby="failing">
            <h2 id="failing">"Failing or flaky"</h2>
            <ul class="failing">{rows.collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="muted">{format!("and {more} more")}</p> })}
        </section>
    }
    .into_any()
}
