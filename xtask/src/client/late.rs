//! What of the page's program comes late: functions that no page calls while it is taken over, be it the list, an
//! iteration, one lens alone or an embed, by what their names mention. A selection in the address calls some of them.
//!
//! Measured: a build that notes each function called, over every golden set. A name that is wrong here costs time,
//! never correctness: its page stops until the second part is there, and the browser tests say so. What is cold but
//! not named here merely arrives early.

use super::split::Candidate;

/// Parts of paths. They match whole identifiers, so `tables::full` is not `tables::full_name`.
const LATE: [&str; 39] = [
    // What opens when somebody asks for it, and what hears them ask.
    "app::inspector::known_view",
    "app::inspector::architecture",
    "app::inspector::facts::events_view",
    "app::inspector::links",
    "shared::correlate::explain",
    "shared::correlate::standing",
    "app::inspector::facts::reasons_view",
    "app::palette",
    "app::shell::help",
    "app::clock::typed",
    "app::data::files",
    "app::browser::hear",
    "app::browser::page::share",
    "app::browser::page::next_theme",
    "app::browser::page::show",
    "app::browser::page::keep",
    "app::browser::page::set_address",
    "app::data::address::follow",
    "app::scrubber::track::Drag",
    "app::state::Mission>::obey",
    "app::data::drive::Drive>::obey",
    // Views that change or go: the first ones are there already.
    "app::table::cell::Row as core::cmp::PartialEq",
    "drop_in_place::<app::data::engine::Engine",
    "into_any::rebuild",
    "into_any_attr::rebuild",
    "into_any_attr::clone",
    "any_view::elements",
    "any_view::insert_before_this",
    "tachys::view::Mountable>::elements",
    "tachys::view::Mountable>::insert_before_this",
    "tachys::view::Mountable>::unmount",
    "tachys::view::keyed::unpack_moves",
    // What the log of few iterations has, errors, and what libraries bring along.
    "shared::flake::past::PastTries> as serde_core::de::Deserialize",
    "shared::graph::scene::FixProposal> as serde_core::de::Deserialize",
    "serde_json::error::make_error",
    "serde_json::error::JsonUnexpected",
    "serde_json::error::ErrorCode",
    "btree::node::BalancingContext",
    "wasm_streams",
];

/// Instructions a function has at least for moving to be worth its stub: fewer bytes after brotli from there on.
const SIZE_MIN: u64 = 30;

/// Whether a function moves to the second part.
pub(super) fn is_late(function: &Candidate<'_>) -> bool {
    let name = plain(function.name);
    function.size >= SIZE_MIN && LATE.iter().any(|part| mentions(&name, part))
}

/// `name` without what tells crates apart: `app[87c6cf871d3de650]::list` is `app::list`.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let hash =
            after.find(']').filter(|end| *end >= 8 && after[..*end].bytes().all(|b| b.is_ascii_hexdigit()));
        rest = if let Some(end) = hash {
            &after[end + 1..]
        } else {
            out.push('[');
            after
        };
    }
    out.push_str(rest);
    out
}

/// Whether `part` stands in `name`, not within a longer identifier.
fn mentions(name: &str, part: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.match_indices(part)
        .any(|(at, part)| !name[..at].ends_with(is_part) && !name[at + part.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::{Candidate, is_late};

    #[test]
    fn names_are_late_by_the_paths_they_mention_and_large_ones_alone() {
        let late = |name| is_late(&Candidate { name, size: 100 });
        assert!(late("app[87c6cf871d3de650]::inspector::known_view"));
        assert!(late(
            "<core[15266d276e3a2055]::option::Option<app[87c6cf871d3de650]::palette::choice::Row>>::take"
        ));
        assert!(late("<_ as tachys[16ddedb22ee7498e]::view::any_view::IntoAny>::into_any::rebuild::<[u8]>"));
        assert!(!late("app[87c6cf871d3de650]::inspector::known_view_of"));
        assert!(!late("other[87c6cf871d3de650]::my_app::palette"));
        assert!(!late("app[87c6cf871d3de650]::lens::acc::cycles::components_short"));
        assert!(!is_late(&Candidate { name: "app::palette::choice", size: 5 }));
    }
}
