//! The browser's clock and timers.

use futures::channel::oneshot;
use leptos::prelude::{set_interval, set_timeout, window};
use shared::time::Time;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Local time. May be wrong; only differences to the server's count.
pub(crate) fn local_now() -> Time {
    // Milliseconds since 1970 fit for another 280,000 years.
    Time(js_sys::Date::now() as i64 * 1_000)
}

/// Milliseconds on a clock that never goes back.
pub(crate) fn monotonic_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Calls `then` before the next picture is drawn, with the monotonic time.
pub(crate) fn next_frame(then: impl FnOnce(f64) + 'static) {
    let callback = Closure::once_into_js(then);
    // There is a window: this runs in it.
    let _asked = window().request_animation_frame(callback.unchecked_ref());
}

/// Calls `then` after `millis`.
pub(crate) fn after(millis: u64, then: impl FnOnce() + 'static) {
    set_timeout(then, Duration::from_millis(millis));
}

/// Calls `again` every `millis`, for as long as the page lives.
pub(crate) fn every(millis: u64, again: impl Fn() + 'static) {
    set_interval(again, Duration::from_millis(millis));
}

/// Waits.
pub(crate) async fn sleep(millis: u64) {
    let (tell, told) = oneshot::channel();
    after(millis, move || {
        // Whoever waited may be gone.
        let _told = tell.send(());
    });
    // The timer always fires, and its sender with it.
    let _over = told.await;
}
