//! Patterns: which modules a piece of text stands for.
//!
//! | pattern | matches |
//! |---|---|
//! | `web/page` | the module with this key |
//! | `web/*` | `*` any run of characters but `/` and `:`, so within one part of a path |
//! | `web/**` | `**` any run at all; at the end after `/` or `::` also `web` itself |
//! | `group:PATTERN` | a module whose group (crate, package, folder) matches |
//! | `tag:PATTERN` | a module with a tag that matches |
//!
//! Case counts. There is no way to write a literal `*`: no tool names modules so.

use crate::graph::Entity;

/// Longest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 512;

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern(String);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a pattern has 1 to {PATTERN_BYTES_MAX} bytes and no control characters")]
pub struct PatternError;

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`] for one that is empty, too long or holds control characters.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let is_empty = parts(text).1.is_empty();
        if is_empty || text.len() > PATTERN_BYTES_MAX || text.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(PatternError);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it matches the module `key`, of which `entity` is known. O(pattern · text) at worst.
    #[must_use]
    pub fn matches(&self, key: &str, entity: Option<&Entity>) -> bool {
        let (what, glob) = parts(&self.0);
        match (what, entity) {
            (b'k', _) => globs(glob, key),
            (b'g', Some(entity)) => entity.group.as_deref().is_some_and(|group| globs(glob, group)),
            (_, Some(entity)) => entity.tags.iter().any(|tag| globs(glob, tag)),
            (_, None) => false,
        }
    }
}

/// Whether any of `patterns` matches.
#[must_use]
pub fn any(patterns: &[Pattern], key: &str, entity: Option<&Entity>) -> bool {
    patterns.iter().any(|pattern| pattern.matches(key, entity))
}

/// What it looks at (`g`roup, `t`ag or `k`ey), and the glob.
fn parts(text: &str) -> (u8, &str) {
    match (text.strip_prefix("group:"), text.strip_prefix("tag:")) {
        (Some(glob), _) => (b'g', glob),
        (_, Some(glob)) => (b't', glob),
        _ => (b'k', text),
    }
}

fn globs(glob: &str, text: &str) -> bool {
    let folder = glob.strip_suffix("/**").or_else(|| glob.strip_suffix("::**"));
    folder.is_some_and(|folder| run(folder.as_bytes(), text.as_bytes()))
        || run(glob.as_bytes(), text.as_bytes())
}

/// Two stars to go back to, the last `**` and the last `*` behind it: whatever an earlier one could take, the later
/// one can.
fn run(glob: &[u8], text: &[u8]) -> bool {
    let (mut g, mut t) = (0, 0);
    // Behind the star in the glob, and where in the text what it takes ends.
    type Star = Option<(usize, usize)>;
    let (mut wide, mut narrow): (Star, Star) = (None, None);
    loop {
        match (glob.get(g), text.get(t)) {
            (Some(b'*'), _) if glob.get(g + 1) == Some(&b'*') => {
                g += 2;
                (wide, narrow) = (Some((g, t)), None);
            }
            (Some(b'*'), _) => {
                g += 1;
                narrow = Some((g, t));
            }
            (None, None) => return true,
            (Some(asked), Some(there)) if asked == there => (g, t) = (g + 1, t + 1),
            _ => match (narrow, wide) {
                (Some((after, from)), _) if text.get(from).is_some_and(|byte| !b"/:".contains(byte)) => {
                    (g, t) = (after, from + 1);
                    narrow = Some((after, t));
                }
                (_, Some((after, from))) if from < text.len() => {
                    (g, t) = (after, from + 1);
                    (wide, narrow) = (Some((after, t)), None);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stop_at_parts_and_double_stars_do_not() {
        let matching = [
            ("web/page", "web/page"),
            ("web/*", "web/page.js"),
            ("*", "serde"),
            ("a*", "a"),
            ("**", "a/b::c"),
            ("web/**", "web"),
            ("web/**", "web/a/b"),
            ("shared::lens::**", "shared::lens"),
            ("shared::*::acc", "shared::lens::acc"),
            ("**/test/*.js", "src/a/test/b.js"),
            ("**b*/c", "ab/xb/cb/c"),
            ("*a*a/b", "aaa/b"),
        ];
        for (glob, text) in matching {
            assert!(globs(glob, text), "{glob} {text}");
        }
        let others = [
            ("web/page", "web/page2"),
            ("web/*", "web/a/b"),
            ("web/*", "web"),
            ("web/**", "webs"),
            ("a::*", "a::b::c"),
            ("*b*/c", "xb/yb/c"),
            ("", "a"),
        ];
        for (glob, text) in others {
            assert!(!globs(glob, text), "{glob} {text}");
        }
    }

    #[test]
    fn groups_and_tags_are_asked_for_by_name() {
        use crate::id::{EntityId, Kind};
        let mut module = Entity::named(EntityId::new(Kind::Module, "m"));
        module.group = Some("src/core".to_owned());
        module.tags = vec!["ui".to_owned(), "web".to_owned()];
        let matches = |text: &str| Pattern::new(text).unwrap().matches("m", Some(&module));
        assert!(matches("group:src/*") && matches("tag:web") && matches("m"));
        assert!(!matches("group:src") && !matches("tag:u") && !matches("ui"));
        assert!(!Pattern::new("tag:ui").unwrap().matches("m", None));
        for text in ["", "tag:", "a\tb"] {
            assert_eq!(Pattern::new(text), Err(PatternError), "{text:?}");
        }
    }

    /// The same by trying every split.
    fn slow(glob: &[u8], text: &[u8]) -> bool {
        match glob {
            [] => text.is_empty(),
            [b'*', b'*', rest @ ..] => (0..=text.len()).any(|n| slow(rest, &text[n..])),
            [b'*', rest @ ..] => (0..=text.len())
                .take_while(|n| text[..*n].iter().all(|byte| *byte != b'/'))
                .any(|n| slow(rest, &text[n..])),
            [asked, rest @ ..] => text.first() == Some(asked) && slow(rest, &text[1..]),
        }
    }

    /// All words over `letters` of up to `length`.
    fn words(letters: &[u8], length: usize) -> Vec<Vec<u8>> {
        let mut all: Vec<Vec<u8>> = vec![Vec::new()];
        let mut from = 0;
        for _ in 0..length {
            let until = all.len();
            for at in from..until {
                for letter in letters {
                    all.push([&all[at][..], &[*letter]].concat());
                }
            }
            from = until;
        }
        all
    }

    #[test]
    fn every_short_pattern_matches_what_trying_every_split_matches() {
        let texts = words(b"a/", 5);
        for glob in words(b"a/*", 6) {
            for text in &texts {
                assert_eq!(run(&glob, text), slow(&glob, text), "{glob:?} {text:?}");
            }
        }
    }
}
