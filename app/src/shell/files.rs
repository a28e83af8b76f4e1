//! What came of files that were dropped onto the page: a line each, with its issues below.

use crate::state::Mission;
use leptos::prelude::*;

/// The reports, newest first; nothing while no file was dropped.
#[component]
pub(super) fn Files(mission: Mission) -> impl IntoView {
    let report = |text: &String| {
        let mut lines = text.lines().map(ToOwned::to_owned);
        let head = lines.next().unwrap_or_default();
        let issues: Vec<String> = lines.collect();
        if issues.is_empty() {
            return view! { <p>{head}</p> }.into_any();
        }
        let issues = issues.into_iter().map(|issue| view! { <li>{issue}</li> }).collect_view();
        view! { <details><summary>{head}</summary><ul>{issues}</ul></details> }.into_any()
    };
    move || {
        let reports = mission.files.with(|files| files.iter().rev().map(report).collect::<Vec<AnyView>>());
        (!reports.is_empty()).then(|| view! {
            <div class="notice files" role="status">
                {reports}
                <button class="button" type="button" on:click=move |_| mission.files.set(Vec::new())>"Dismiss"</button>
            </div>
        })
    }
}
