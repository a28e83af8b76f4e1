//! Where the browser enters: called by `boot.js` once WebAssembly is there.

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the page, what panics being told on the console.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    crate::data::boot::start();
}
