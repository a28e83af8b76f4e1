//! The scrubber: what happened and what we learned along one axis, two handles, and the ways to move them.
//!
//! Draws [`Strip`](crate::state::Strip) and [`Moment`](crate::state::Moment); every way to move is a
//! [`Command`](shared::playback::Command). Whatever a drag does, a button, a key and a typed time do too, and the
//! buttons are links, so that stepping works without a script.
//!
//! Not here: what a command does (`shared::playback`), where things lie (`shared::layout::track`).

mod note;
mod ribbon;
mod track;
mod transport;

use crate::state::Mission;
use leptos::prelude::*;
use note::Note;
use track::TrackView;
use transport::Transport;

/// The scrubber.
#[component]
pub fn Scrubber(
    /// The state.
    mission: Mission,
) -> impl IntoView {
    view! {
        <footer class="scrubber" aria-label="Time">
            <Transport mission />
            <TrackView mission />
            <Note mission />
        </footer>
    }
}
