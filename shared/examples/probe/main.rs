//! The probe: `shared` behind a C interface, so that Node can run the very code the browser runs.
//!
//! `alloc`, then `digest` of an NDJSON log (as `mission events` prints it) gives the report of [`report`]; `alloc`, then
//! `made` of any file gives the report of [`made`]; the
//! `bench_` calls build a graph of generated events and ask it questions, the `architecture_` calls a made-up
//! architecture and analyse it, the `behaviour_` calls a made-up suite, one call each, so that the caller can time
//! them. Nothing here reads a clock.

mod architecture;
mod behaviour;
mod bench;
mod correlation;
mod lcg;
mod made;
mod report;

use std::sync::Mutex;

/// What the last panic said; read it by [`complaint`] after a trap.
static COMPLAINT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The message of the panic that trapped, in the form of [`digest`]'s report.
#[unsafe(no_mangle)]
pub extern "C" fn complaint() -> *const u8 {
    COMPLAINT.lock().map_or(std::ptr::null(), |message| message.as_ptr())
}

fn with_length(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u32).to_le_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Reserves `length` bytes for the caller to fill; [`digest`] takes them back.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; length].into_boxed_slice()).cast()
}

/// Reads the log at `start` (from [`alloc`] with the same length) and returns the report: its length in four
/// little-endian bytes, then UTF-8 text. The caller keeps it for as long as the instance lives.
///
/// # Safety
/// `start` must come from [`alloc`]`(length)` and not have been given to this function before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn digest(start: *mut u8, length: usize) -> *const u8 {
    // SAFETY: the same is asked of the caller.
    unsafe { reported(start, length, report::report) }
}

/// As [`digest`], of a file of any format.
///
/// # Safety
/// As [`digest`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn made(start: *mut u8, length: usize) -> *const u8 {
    // SAFETY: the same is asked of the caller.
    unsafe { reported(start, length, made::made) }
}

/// # Safety
/// As [`digest`].
unsafe fn reported(start: *mut u8, length: usize, report: fn(&[u8]) -> String) -> *const u8 {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut message) = COMPLAINT.lock() {
            *message = with_length(&info.to_string());
        }
    }));
    // SAFETY: the caller passes on what `alloc` leaked, once, with its length.
    let bytes = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, length)) };
    Box::leak(with_length(&report(&bytes)).into_boxed_slice()).as_ptr()
}
