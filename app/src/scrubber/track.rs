//! The track: density per stream, late facts, the verdict's ribbon, round times, and two handles on one axis.
//!
//! One element is the slider, for pointer and screen reader; its value is the event, its text the whole moment.

use super::ribbon::{Piece, pieces};
use crate::browser;
use crate::clock;
use crate::state::{Mission, Moment, Strip};
use crate::words::{verdict_sign, verdict_slug};
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use shared::id::Stream;
use shared::layout::FULL;
use shared::layout::track::{BINS, Late, STEPS, Track};
use shared::playback::{Command, Mode};
use std::fmt::Write;
use std::sync::Arc;

/// Room right of the last event, where now is and the verdict of now can be seen; of [`FULL`].
const NOW_ROOM: i32 = 400;

/// Which handle is being dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drag {
    Valid,
    Known,
}

/// The track.
#[component]
pub(super) fn TrackView(mission: Mission) -> impl IntoView {
    let drag = RwSignal::new(None);
    let seek = move |event: &PointerEvent| {
        let Some(x) = browser::fraction(event, FULL + NOW_ROOM) else { return };
        let now = mission.moment.with(|moment| moment.now);
        let at = |track: &Track| if x > FULL + NOW_ROOM / 2 { now } else { track.axis.at(x) };
        let time = mission.strip.with(|strip| strip.track.as_ref().map(at));
        match (time, drag.get_untracked()) {
            (Some(time), Some(Drag::Valid)) => mission.obey(Command::SeekValid(time)),
            (Some(time), Some(Drag::Known)) => mission.obey(Command::SeekKnown(mission.known_at.run(time))),
            _ => {}
        }
    };
    let start = move |event: PointerEvent, handle: Drag| {
        if event.button() == 0 {
            event.prevent_default();
            event.stop_propagation();
            browser::hold_pointer(&event);
            drag.set(Some(handle));
            seek(&event);
        }
    };
    let verdict = move || mission.analysis.with(|analysis| analysis.verdict.verdict.words());
    let strip = mission.strip;
    let valid_x =
        Memo::new(move |_| strip.with(|strip| mission.moment.with(|moment| valid_x(strip, moment))));
    let known_x =
        Memo::new(move |_| strip.with(|strip| mission.moment.with(|moment| known_x(strip, moment))));
    view! {
        <div class="track">
            <div class="track-labels" aria-hidden="true">
                {Stream::ALL.into_iter().map(|stream| view! { <span>{stream.as_str().to_ascii_uppercase()}</span> }).collect_view()}
            </div>
            <div class="track-area" role="slider" tabindex="0" aria-label="Time"
                aria-valuemin="0"
                aria-valuemax=move || mission.moment.with(|moment| moment.head.to_string())
                aria-valuenow=move || mission.moment.with(|moment| moment.as_of.known.to_string())
                aria-valuetext=move || mission.moment.with(|moment| moment.spoken(verdict()))
                on:pointerdown=move |event| start(event, Drag::Valid)
                on:pointermove=move |event| if drag.with_untracked(Option::is_some) { seek(&event) }
                on:pointerup=move |_| drag.set(None)
                on:pointercancel=move |_| drag.set(None)>
                {move || strip.with(drawing)}
                <div class="future" style:left=move || percent(valid_x.get())></div>
                <div class="handle handle-known" style:left=move || percent(known_x.get())
                    data-side=move || side(known_x.get())
                    on:pointerdown=move |event| start(event, Drag::Known)>
                    <span>{move || {
                        let near = (known_x.get() - valid_x.get()).abs() < FULL / 4;
                        // Where both have no room, the chip above says what is known.
                        if near { String::new() } else { mission.moment.with(known_words) }
                    }}</span>
                </div>
                <div class="handle handle-valid" style:left=move || percent(valid_x.get())
                    data-side=move || side(valid_x.get())>
                    <span>{move || mission.moment.with(valid_words)}</span>
                </div>
            </div>
        </div>
    }
}

/// Everything on the track but the handles: changes with the log, not with time.
fn drawing(strip: &Arc<Strip>) -> AnyView {
    let Some(track) = &strip.track else {
        return view! { <p class="track-empty">"Nothing has happened yet."</p> }.into_any();
    };
    let frame = format!("0 0 {} {STEPS}", FULL + NOW_ROOM);
    let densities = Stream::ALL.into_iter().zip(&track.density).map(|(stream, heights)| {
        view! {
            <svg class="density" data-stream=stream.as_str() viewBox=frame.clone() preserveAspectRatio="none" aria-hidden="true">
                <path d=bars(heights)></path>
            </svg>
        }
    });
    let folds = track.axis.folds().into_iter().map(|(x, width)| {
        view! { <div class="fold" title="nothing happened here" style:left=percent(x) style:width=percent(width)></div> }
    });
    let marks = track.marks.iter().map(|mark| {
        view! { <span class="mark" style:left=percent(mark.x)>{mark.label.clone()}</span> }
    });
    view! {
        {folds.collect_view()}
        {densities.collect_view()}
        <div class="late" aria-hidden="true">{lates(track)}</div>
        <div class="ribbon" aria-hidden="true">{pieces(strip, FULL + NOW_ROOM).into_iter().map(piece).collect_view()}</div>
        <div class="axis" aria-hidden="true">{marks.collect_view()}</div>
    }
    .into_any()
}

/// One path for all bars of a stream.
fn bars(heights: &[u8]) -> String {
    let mut path = String::new();
    let width = FULL / i32::try_from(BINS).unwrap_or(FULL);
    for (x, height) in
        (0..).step_by(usize::try_from(width).unwrap_or(1)).zip(heights).filter(|(_, height)| **height > 0)
    {
        // A string takes whatever is written.
        let _written = write!(path, "M{x} {STEPS}v-{height}h{}v{height}z", width - width / 4);
    }
    path
}

/// Late facts: a hollow diamond where it happened, a filled one where it was learned. Only the longest is labelled.
fn lates(track: &Track) -> AnyView {
    let longest = track.late.iter().map(|late| late.learned_x - late.happened_x).max().unwrap_or(0);
    let last = track.axis.last();
    let one = |late: &Late| {
        let width = late.learned_x - late.happened_x;
        let what =
            if late.count > 1 { format!("{} facts happened ", late.count) } else { "happened ".to_owned() };
        let words = format!(
            "{what}{}, learned {}",
            clock::short(late.happened_at, last),
            clock::short(late.learned_at, last)
        );
        let label = (width == longest && width > FULL / 4).then(|| words.clone());
        view! {
            <span class="late-line" style:left=percent(late.happened_x) style:width=percent(width) title=words>
                <i class="diamond hollow"></i>
                <span class="late-words">{label}</span>
                <i class="diamond filled"></i>
            </span>
        }
    };
    track.late.iter().map(one).collect_view().into_any()
}

fn piece(piece: Piece) -> impl IntoView {
    let words = piece.verdict.words();
    let label = match piece.width {
        width if width > FULL / 10 => {
            format!("{} {}", verdict_sign(piece.verdict), words.to_ascii_lowercase())
        }
        width if width > FULL / 60 => verdict_sign(piece.verdict).to_owned(),
        _ => String::new(),
    };
    let title = format!("{words} from {} (event {})", clock::full(piece.since), piece.position);
    view! {
        <span class="ribbon-piece" data-verdict=verdict_slug(piece.verdict) title=title
            style:left=percent(piece.x) style:width=percent(piece.width)>{label}</span>
    }
}

/// Beyond the last event nothing is to scale: what lies there lies halfway to now.
fn valid_x(strip: &Strip, moment: &Moment) -> i32 {
    let valid = moment.as_of.valid;
    match &strip.track {
        Some(track) if valid <= track.axis.last() => track.axis.x(valid),
        Some(_) if valid < moment.now && moment.playback.mode != Mode::Live => FULL + NOW_ROOM / 2,
        _ => FULL + NOW_ROOM,
    }
}

/// Known time has no instant of its own: in live and hindsight it is now, else when that position was recorded.
fn known_x(strip: &Strip, moment: &Moment) -> i32 {
    match moment.playback.mode {
        Mode::Live | Mode::Hindsight => FULL + NOW_ROOM,
        Mode::Then => valid_x(strip, moment),
        Mode::Paused => strip.track.as_ref().map_or(FULL, |track| track.axis.x(moment.known_at)),
    }
}

fn valid_words(moment: &Moment) -> String {
    match moment.playback.mode {
        Mode::Live => "now".to_owned(),
        _ => format!("valid {}", clock::short(moment.as_of.valid, moment.now)),
    }
}

fn known_words(moment: &Moment) -> String {
    match moment.playback.mode {
        Mode::Live | Mode::Then => String::new(),
        Mode::Hindsight => "known now".to_owned(),
        Mode::Paused => format!("known {}", clock::short(moment.known_at, moment.now)),
    }
}

/// On which side of its handle a label has room.
fn side(x: i32) -> &'static str {
    match x {
        x if x > FULL * 9 / 10 => "left",
        x if x < FULL / 10 => "right",
        _ => "middle",
    }
}

/// Of the width, room for now included.
fn percent(x: i32) -> String {
    let x = i64::from(x) * i64::from(FULL) / i64::from(FULL + NOW_ROOM);
    format!("{}.{:02}%", x / 100, x % 100)
}
