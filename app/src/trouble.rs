//! The page that says what is wrong and what to do: unknown iterations, unknown addresses, a server in trouble.

use leptos::prelude::*;

/// The page.
#[component]
pub fn TroublePage(
    /// HTTP status, for those who look for it.
    status: u16,
    /// What happened, in a few words.
    #[prop(into)]
    title: String,
    /// What exactly.
    #[prop(into)]
    detail: String,
) -> impl IntoView {
    let again = (status >= 500).then(|| view! { <a class="button" href="">"Try again"</a>" " });
    let advice = match status {
        404 => "Check the name, or look in the list of iterations.",
        503 => "Try again in a moment.",
        _ => "What you see elsewhere still holds; the server's log says more.",
    };
    view! {
        <main class="trouble">
            <section class="error-card" role="alert">
                <h1>{title}</h1>
                <p>{detail}</p>
                <p class="muted">{advice}</p>
                <p>{again}<a class="button" href="/">"All iterations"</a></p>
                <p class="muted">{format!("Status {status}")}</p>
            </section>
        </main>
    }
}
