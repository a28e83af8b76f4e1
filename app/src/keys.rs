//! Keys: one table from a key to what it does. A key never changes its meaning with the state of play.
//!
//! Matched on what the key types, not where it lies, so that every layout works. Keys that browsers or screen
//! readers own (with Alt or Meta and arrows, Ctrl+L, T, W, N, F5) are never bound; a test holds that.

use crate::routes::LensName;
use shared::playback::{Command, Direction};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Something of the scrubber.
    Time(Command),
    /// A lens, or all four.
    Lens(Option<LensName>),
    /// The inspector, shown or not.
    Inspector,
    /// The command palette.
    Palette,
    /// Help.
    Help,
    /// Close what lies over the page, else clear the selection.
    Escape,
    /// The address of this moment, copied.
    Share,
    /// The next theme.
    Theme,
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'a> {
    /// What it types, as the browser names it.
    pub key: &'a str,
    /// Control or Command held.
    pub ctrl: bool,
    /// Shift held.
    pub shift: bool,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// How the key is written for people.
    pub shown: &'static str,
    /// What it types.
    pub key: &'static str,
    /// Whether Control or Command goes with it.
    pub ctrl: bool,
    /// Whether Shift must (`true`), or must not be held; `None` for keys that need Shift on some layouts.
    pub shift: Option<bool>,
    /// What it asks for.
    pub act: Act,
    /// In words.
    pub words: &'static str,
}

const SECOND: i64 = 1_000_000;

const fn plain(shown: &'static str, key: &'static str, act: Act, words: &'static str) -> Binding {
    Binding { shown, key, ctrl: false, shift: None, act, words }
}

const fn arrow(
    shown: &'static str,
    key: &'static str,
    shift: bool,
    micros: i64,
    words: &'static str,
) -> Binding {
    Binding { shown, key, ctrl: false, shift: Some(shift), act: Act::Time(Command::Nudge(micros)), words }
}

/// All keys.
pub const BINDINGS: &[Binding] = &[
    plain("Space", " ", Act::Time(Command::TogglePlay), "Play or pause"),
    arrow("←", "ArrowLeft", false, -SECOND, "One second back"),
    arrow("→", "ArrowRight", false, SECOND, "One second on"),
    arrow("Shift ←", "ArrowLeft", true, -10 * SECOND, "Ten seconds back"),
    arrow("Shift →", "ArrowRight", true, 10 * SECOND, "Ten seconds on"),
    plain(",", ",", Act::Time(Command::StepEvent(Direction::Back)), "Previous event"),
    plain(".", ".", Act::Time(Command::StepEvent(Direction::Forward)), "Next event"),
    plain("[", "[", Act::Time(Command::StepVerdict(Direction::Back)), "Previous change of the verdict"),
    plain("]", "]", Act::Time(Command::StepVerdict(Direction::Forward)), "Next change of the verdict"),
    plain("Home", "Home", Act::Time(Command::Start), "Before the first event"),
    plain("End", "End", Act::Time(Command::End), "The last event"),
    plain("L", "l", Act::Time(Command::Live), "Live"),
    plain("K", "k", Act::Time(Command::ToggleHindsight), "As known then, or with hindsight"),
    plain("0", "0", Act::Lens(None), "All four lenses"),
    plain("1", "1", Act::Lens(Some(LensName::Dde)), "Execution"),
    plain("2", "2", Act::Lens(Some(LensName::Bdv)), "Behaviour"),
    plain("3", "3", Act::Lens(Some(LensName::Acc)), "Architecture"),
    plain("4", "4", Act::Lens(Some(LensName::Convergence)), "Convergence: the verdict"),
    plain("\\", "\\", Act::Inspector, "Show or hide the inspector"),
    plain("Y", "y", Act::Share, "Copy the address of this moment"),
    plain("/", "/", Act::Palette, "Find anything"),
    Binding {
        shown: "Ctrl K",
        key: "k",
        ctrl: true,
        shift: Some(false),
        act: Act::Palette,
        words: "Commands",
    },
    plain("Esc", "Escape", Act::Escape, "Close, or clear the selection"),
    plain("?", "?", Act::Help, "This help"),
];

/// What `key` asks for.
#[must_use]
pub fn act(key: Key<'_>) -> Option<Act> {
    let lower = key.key.to_ascii_lowercase();
    let fits = |binding: &&Binding| {
        (binding.key == key.key || (key.key.chars().count() == 1 && binding.key == lower))
            && binding.ctrl == key.ctrl
            && binding.shift.is_none_or(|shift| shift == key.shift)
    };
    BINDINGS.iter().find(fits).map(|binding| binding.act)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_bindings_clash_and_none_is_the_browsers() {
        for (at, one) in BINDINGS.iter().enumerate() {
            for other in &BINDINGS[at + 1..] {
                let apart = one.key != other.key
                    || one.ctrl != other.ctrl
                    || matches!((one.shift, other.shift), (Some(a), Some(b)) if a != b);
                assert!(apart, "{} and {}", one.shown, other.shown);
            }
            assert!(!(one.ctrl && "ltwnr".contains(one.key)), "{}", one.shown);
        }
    }

    #[test]
    fn keys_are_matched_by_what_they_type() {
        let key = |key, ctrl, shift| act(Key { key, ctrl, shift });
        assert_eq!(key("K", false, true), Some(Act::Time(Command::ToggleHindsight)));
        assert_eq!(key("k", true, false), Some(Act::Palette));
        assert_eq!(key("/", false, true), Some(Act::Palette));
        assert_eq!(key("?", false, true), Some(Act::Help));
        assert_eq!(key("ArrowLeft", false, true), Some(Act::Time(Command::Nudge(-10 * SECOND))));
        for unbound in
            [("l", true, false), ("F5", false, false), ("ArrowLeft", true, false), ("x", false, false)]
        {
            assert_eq!(key(unbound.0, unbound.1, unbound.2), None, "{unbound:?}");
        }
    }
}
