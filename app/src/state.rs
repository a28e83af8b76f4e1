//! The state of a mission page: one moment, one selection, one analysis, for all that is drawn.
//!
//! On the server it is made once from the board's answer and never changes; in the browser the engine
//! (`data`) is the only writer of what the log decides, and the person of what the address says.
//! Everything else is derived. Not here: folding, fetching, drawing.

mod moment;

pub use moment::{Chip, Link, Moment, Steps, Strip};

use crate::lens::Focus;
use crate::routes::{Page, Place};
use leptos::prelude::*;
use shared::id::{EntityId, Name};
use shared::lens::Analysis;
use shared::playback::Command;
use shared::time::{Position, Time};
use std::sync::Arc;

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The command palette.
    Palette,
    /// Help: keys and what they do.
    Help,
}

/// What the first rendering of a page needs.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The address.
    pub place: Place,
    /// The iteration.
    pub iteration: Name,
    /// Where the scrubber stands.
    pub moment: Moment,
    /// Everything there is to say then.
    pub analysis: Arc<Analysis>,
    /// What the scrubber runs along.
    pub strip: Arc<Strip>,
    /// How the page hears of new events.
    pub link: Link,
}

/// Handles of the state; cheap to copy.
#[derive(Clone, Copy)]
pub struct Mission {
    /// The iteration.
    pub iteration: StoredValue<Name>,
    /// Page, selection and filters; its time is that of [`Mission::here`].
    pub place: RwSignal<Place>,
    /// Where the scrubber stands.
    pub moment: RwSignal<Moment>,
    /// Everything there is to say then.
    pub analysis: RwSignal<Arc<Analysis>>,
    /// What the scrubber runs along.
    pub strip: RwSignal<Arc<Strip>>,
    /// How the page hears of new events.
    pub link: RwSignal<Link>,
    /// What lies over the page.
    pub overlay: RwSignal<Overlay>,
    /// Whether the inspector is shown.
    pub inspector: RwSignal<bool>,
    /// Whether keys do anything.
    pub shortcuts: RwSignal<bool>,
    /// A message that goes away again.
    pub toast: RwSignal<Option<String>>,
    /// What there is to say about files that were dropped, a text each, its first line a summary.
    pub files: RwSignal<Vec<String>>,
    /// The selection, as lenses see it.
    pub focus: Focus,
    /// The whole address, time included.
    pub here: Memo<Place>,
    /// Other iterations, once somebody looked for them.
    pub others: RwSignal<Vec<Name>>,
    /// Takes commands for the scrubber.
    pub command: Callback<Command>,
    /// The last position recorded by a time.
    pub known_at: Callback<Time, Position>,
}

/// What only whoever holds the log can do.
#[derive(Clone, Copy)]
pub struct Hands {
    /// Takes commands for the scrubber.
    pub command: Callback<Command>,
    /// The last position recorded by a time.
    pub known_at: Callback<Time, Position>,
}

impl Hands {
    /// On the server: a served page obeys nothing, its links do.
    #[must_use]
    pub fn none() -> Self {
        Self { command: Callback::new(|_| {}), known_at: Callback::new(|_| 0) }
    }
}

impl Mission {
    /// The state a page opens with; `hands` is where the scrubber's commands go.
    #[must_use]
    pub fn new(opening: Opening, hands: Hands) -> Self {
        let Hands { command, known_at } = hands;
        let Opening { place, iteration, moment, analysis, strip, link } = opening;
        let place = RwSignal::new(place);
        let moment = RwSignal::new(moment);
        let analysis = RwSignal::new(analysis);
        let here = Memo::new(move |_| {
            let address = moment.with(|moment| moment.address);
            place.with(|place| Place { notices: Vec::new(), ..place.at(address) })
        });
        let selected = Memo::new(move |_| place.with(|place| place.selected.clone()));
        let select = Callback::new(move |id: Option<EntityId>| {
            place.update(|place| *place = place.selecting(id));
        });
        let href = Callback::new(move |id: Option<EntityId>| here.with(|here| here.selecting(id).href()));
        Self {
            iteration: StoredValue::new(iteration),
            place,
            moment,
            analysis,
            strip: RwSignal::new(strip),
            link: RwSignal::new(link),
            overlay: RwSignal::new(Overlay::None),
            inspector: RwSignal::new(true),
            shortcuts: RwSignal::new(true),
            toast: RwSignal::new(None),
            files: RwSignal::new(Vec::new()),
            focus: Focus::new(analysis.into(), selected.into(), select, href),
            here,
            others: RwSignal::new(Vec::new()),
            command,
            known_at,
        }
    }

    /// Whether the log is one of dropped files: then no server knows of it.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.link.get() == Link::Local
    }

    /// Asks something of the scrubber.
    pub fn obey(&self, command: Command) {
        self.command.run(command);
    }

    /// Goes to another page of this iteration; time and selection stay.
    pub fn go(&self, page: Page) {
        self.place.update(|place| *place = place.on(page));
    }

    /// Follows a link within this iteration. The time of `place` is for the engine.
    pub fn follow(&self, place: Place) {
        self.place.set(place);
    }

    /// Shows a message for a while.
    pub fn say(&self, text: impl Into<String>) {
        self.toast.set(Some(text.into()));
    }
}
