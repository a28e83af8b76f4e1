//! The frame of a lens: heading, key figures, body, and what stands there while there is nothing.

use super::figure::Figure;
use leptos::prelude::*;

/// What a lens is called.
#[derive(Debug, Clone, Copy)]
pub struct Title {
    /// Key: `dde`.
    pub lens: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Short name.
    pub short: &'static str,
}

/// A panel with heading and figures around `body`.
#[must_use]
pub fn panel(title: Title, compact: bool, figures: Memo<Vec<Figure>>, body: AnyView) -> AnyView {
    let id = [title.lens, "-title"].concat();
    let labelled = id.clone();
    let form = if compact { "compact" } else { "full" };
    view! {
        <section class="panel" id=title.lens data-lens=title.lens data-form=form aria-labelledby=labelled>
            <header class="panel-head">
                <h2 id=id>{title.name}" "<small>{title.short}</small></h2>
                <ul class="figures">{move || figures.with(|figures| figure_views(figures))}</ul>
            </header>
            <div class="panel-body">{body}</div>
        </section>
    }
    .into_any()
}

fn figure_views(figures: &[Figure]) -> Vec<AnyView> {
    let figure = |figure: &Figure| {
        let Figure { label, value, note, tone } = figure.clone();
        let heard = match tone {
            "missed" => " (exit criterion missed)",
            "warned" => " (target missed)",
            _ => "",
        };
        view! {
            <li data-tone=tone>
                {label}" "<b>{value}</b>" "{note}<span class="visually-hidden">{heard}</span>
            </li>
        }
        .into_any()
    };
    figures.iter().map(figure).collect()
}

/// What a lens says when it has nothing to show: what is missing, and what would bring it.
#[must_use]
pub fn empty(headline: &'static str, advice: &'static str, command: &'static str) -> AnyView {
    view! {
        <div class="empty">
            <p><b>{headline}</b></p>
            <p>{advice}</p>
            <p><code>{command}</code></p>
        </div>
    }
    .into_any()
}

/// A part of a full lens under its own heading.
#[must_use]
pub fn part(title: &'static str, class: &'static str, body: AnyView) -> AnyView {
    view! { <section class=class><h3>{title}</h3>{body}</section> }.into_any()
}
