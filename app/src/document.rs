//! Pages as HTML documents, rendered on the server: the first paint of every address.
//!
//! The body is whole and its links work without the script; the page's data stand beside it as JSON, from which
//! the script takes over. Not here: answers (the server brings them), headers.

use crate::data::PageData;
use crate::embed::Embed;
use crate::list::ListPage;
use crate::phone::PhonePage;
use crate::routes::{Page, Place};
use crate::shell::Shell;
use crate::state::{Hands, Mission, Opening};
use crate::trouble::TroublePage;
use leptos::prelude::*;
use shared::time::Time;
use shared::verdict::Card;
use std::fmt::Write;

/// Where the built client lies; `None` if it has not been built.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// Folder of the files, `/pkg/HASH`.
    pub base: &'a str,
    /// Whether there is a second part of it, which the first paint may need.
    pub rest: bool,
}

/// The list.
#[must_use]
pub fn list(cards: Vec<Card>, now: Time, origin: &str, client: Option<Client<'_>>) -> String {
    let data = PageData { iteration: None, now, changes: Vec::new(), searched: 0 };
    let client = client.map(|client| Client { rest: false, ..client });
    let body = rendered(move || {
        let (cards, now) = (Signal::stored(cards), Signal::stored(now));
        view! { <ListPage cards now origin=origin.to_owned() /> }.into_any()
    });
    document(&Page::List.title(), "Iterations and whether they may be deployed", &body, Some(&data), client)
}

/// A page of an iteration.
#[must_use]
pub fn mission(opening: Opening, client: Option<Client<'_>>) -> String {
    let page = opening.place.page.clone();
    let data = PageData {
        iteration: Some(opening.iteration.clone()),
        now: opening.moment.now,
        changes: opening.strip.transitions.iter().map(|change| (change.position, change.verdict)).collect(),
        searched: opening.strip.searched,
    };
    let description = opening.analysis.verdict.sentence.clone();
    let is_phone = matches!(page, Page::Phone(_));
    let client = client.map(|client| Client { rest: client.rest && needs_rest(&opening.place), ..client });
    let title = page.title();
    let body = rendered(move || match page {
        Page::Phone(_) => view! { <PhonePage opening /> }.into_any(),
        Page::Embed(_, lens) => {
            view! { <Embed mission=Mission::new(opening, Hands::none()) lens /> }.into_any()
        }
        _ => view! { <Shell mission=Mission::new(opening, Hands::none()) /> }.into_any(),
    });
    document(&title, &description, &body, (!is_phone).then_some(&data), client)
}

/// Whether the script shows functions of its second part as soon as it takes over, see `xtask/src/client/late.rs`.
fn needs_rest(place: &Place) -> bool {
    place.selected.is_some()
}

/// A page that says what is wrong.
#[must_use]
pub fn trouble(status: u16, title: &str, detail: &str, client: Option<Client<'_>>) -> String {
    let (heading, detail_text) = (title.to_owned(), detail.to_owned());
    let body = rendered(move || view! { <TroublePage status title=heading detail=detail_text /> }.into_any());
    document(&format!("{title} · Mission Control"), detail, &body, None, client)
}

/// Renders in an owner of its own, so that nothing of one request outlives it.
fn rendered(view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| view().to_html());
    owner.cleanup();
    html
}

/// The whole document. With `data` the script takes over.
fn document(
    title: &str,
    description: &str,
    body: &str,
    data: Option<&PageData>,
    client: Option<Client<'_>>,
) -> String {
    let (title, description) = (escaped(title), escaped(description));
    let mut head = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"description\" content=\"{description}\">\
         <meta property=\"og:title\" content=\"{title}\"><meta property=\"og:description\" content=\"{description}\">\
         <link rel=\"icon\" href=\"data:image/svg+xml,{ICON}\">"
    );
    let mut tail = String::new();
    match client {
        Some(Client { base, rest }) => {
            put(
                &mut head,
                format_args!(
                    "<link rel=\"stylesheet\" href=\"{base}/app.css\"><script src=\"{base}/theme.js\"></script>"
                ),
            );
            if let Some(data) = data {
                put(
                    &mut head,
                    format_args!(
                        "<link rel=\"modulepreload\" href=\"{base}/app.js\">\
                         <link rel=\"preload\" as=\"fetch\" crossorigin href=\"{base}/app_bg.wasm\">"
                    ),
                );
                if rest {
                    put(
                        &mut head,
                        format_args!("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"{base}/app_rest.wasm\">"),
                    );
                }
                // `<` never stands in the JSON, so nothing in it can end the element.
                let json = serde_json::to_string(data).unwrap_or_default().replace('<', "\\u003c");
                put(
                    &mut tail,
                    format_args!(
                        "<script id=\"page-data\" type=\"application/json\">{json}</script>\
                         <script type=\"module\" src=\"{base}/boot.js\"></script>"
                    ),
                );
            }
        }
        None => tail.push_str(
            "<p class=\"notice\" role=\"status\">This server was built without its web client: pages are plain and do \
             not move. Run <code>cargo xtask build</code> and build the server again.</p>",
        ),
    }
    format!("{head}</head><body><div id=\"app\">{body}</div>{tail}</body></html>")
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // A string takes whatever is written.
    let _written = out.write_fmt(text);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// The hexagon of the top bar.
const ICON: &str = "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E%3Cpath d='M10 1.5 17.5 \
5.8v8.4L10 18.5 2.5 14.2V5.8Z M2.5 5.8 10 10l7.5-4.2 M10 10v8.5' fill='none' stroke='%231D85FD' \
stroke-width='1.5'/%3E%3C/svg%3E";
