//! The allocator of `mission`, counting what the calling thread holds and held at most.
//!
//! Memory that one thread takes and another gives back is counted where it happens, so only work that stays on one
//! thread is measured rightly. Beyond [`HELD_MAX`] it refuses, which ends the process: better than the machine.

use mimalloc::MiMalloc;
use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

/// Most bytes a thread may hold.
const HELD_MAX: isize = 6 << 30;

#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

struct Counting;

/// Adds `bytes` to what is held; whether that is allowed.
fn count(bytes: isize) -> bool {
    HELD.with(|held| {
        let now = held.get() + bytes;
        if now > HELD_MAX {
            return false;
        }
        held.set(now);
        PEAK.with(|peak| peak.set(peak.get().max(now)));
        true
    })
}

// SAFETY: every call is passed on to the allocator unchanged; what is counted is in plain cells of the
// thread, which need no allocation themselves.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !count(layout.size() as isize) {
            return std::ptr::null_mut();
        }
        // SAFETY: as the caller promises.
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as the caller promises.
        unsafe { MiMalloc.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !count(size as isize - layout.size() as isize) {
            return std::ptr::null_mut();
        }
        // SAFETY: as the caller promises.
        unsafe { MiMalloc.realloc(at, layout, size) }
    }
}

/// Runs `work`: what it gives, and the bytes it held at most beyond what was held before.
pub fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.with(Cell::get);
    PEAK.with(|peak| peak.set(before));
    let done = work();
    let peak = PEAK.with(Cell::get) - before;
    (done, usize::try_from(peak).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::peak_of;

    #[test]
    fn what_was_held_at_most_is_counted_and_what_is_given_back_is_not() {
        let (kept, peak) = peak_of(|| {
            drop(vec![0_u8; 1 << 20]);
            drop(vec![0_u8; 1 << 20]);
            vec![0_u8; 1 << 10]
        });
        assert_eq!((kept.len(), peak >> 20), (1 << 10, 1));
        assert!(peak_of(|| ()).1 == 0);
    }
}
