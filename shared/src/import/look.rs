//! What a file looks like: keys of its first JSON document, elements of its XML, or its text; never its name.
//!
//! Each format says how well a look fits ([`Fit`]). Bounds: 64 keys an object, three objects deep, 256 elements.

mod json;
mod xml;

pub(super) use json::Keys;
use std::cmp::Reverse;
pub(super) use xml::Elements;

/// A file as it looks.
pub(super) enum Look<'t> {
    /// The first document in it.
    Json(Keys),
    /// Its root and what comes next.
    Xml(Elements),
    /// Anything else, from its first character that is no space.
    Text(&'t str),
}

/// Whether a file is of a format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is, by that many signs: of several formats the one with the most signs counts.
    Yes(usize),
    /// It is not, and why: what is missing, and how far away that is.
    No(Distance, String),
}

/// How far a file is from a format; the nearest is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Distance {
    /// Of the same form: signs missing, and signs found.
    Near(usize, Reverse<usize>),
    /// Of another form: XML for JSON and the like.
    Far,
}

impl Look<'_> {
    /// The look of `body`, which does not start with space.
    pub(super) fn of(body: &str) -> Look<'_> {
        match body.chars().next() {
            Some('<') => Look::Xml(Elements::of(body)),
            Some('{' | '[') => Look::Json(Keys::of(body)),
            _ => Look::Text(body),
        }
    }

    /// Fits a JSON document with all of the paths `all`, and one of `any` unless that is empty.
    ///
    /// A path names a key, or a key below a key (`graph.nodes`), through the first element of arrays.
    pub(super) fn json(&self, all: &[&str], any: &[&str]) -> Fit {
        let Look::Json(keys) = self else {
            return Fit::No(Distance::Far, "is JSON".to_owned());
        };
        let mut missing: Vec<String> =
            all.iter().filter(|key| !keys.has(key)).map(|&key| key.to_owned()).collect();
        let mut signs = all.len() - missing.len();
        if any.iter().any(|key| keys.has(key)) {
            signs += 1;
        } else if !any.is_empty() {
            missing.push(any.join(" or "));
        }
        match missing.len() {
            0 => Fit::Yes(signs),
            n => Fit::No(Distance::Near(n, Reverse(signs)), format!("misses {}", missing.join(", "))),
        }
    }

    /// Fits an XML document whose root is one of `roots`, whatever its namespace prefix.
    pub(super) fn xml(&self, roots: &[&str]) -> Fit {
        let starts = || roots.iter().map(|root| format!("<{root}>")).collect::<Vec<_>>().join(" or ");
        match self {
            Look::Xml(elements) if roots.contains(&elements.root()) => Fit::Yes(1),
            Look::Xml(elements) => {
                let edits = roots.iter().map(|root| xml::edits(root, elements.root())).min().unwrap_or(0);
                Fit::No(Distance::Near(edits, Reverse(0)), format!("starts with {}", starts()))
            }
            _ => Fit::No(Distance::Far, "is XML".to_owned()),
        }
    }

    /// Fits a text for which `is_it` holds; `wanted` says in words what it looks for.
    pub(super) fn text(&self, is_it: impl FnOnce(&str) -> bool, wanted: &str) -> Fit {
        match self {
            Look::Text(body) if is_it(body) => Fit::Yes(1),
            Look::Text(_) => Fit::No(Distance::Near(1, Reverse(0)), wanted.to_owned()),
            _ => Fit::No(Distance::Far, "is plain text".to_owned()),
        }
    }
}

impl Fit {
    /// The same, but what fits must also satisfy `holds`, else `why` it does not, one sign short.
    pub(super) fn and(self, holds: bool, why: impl FnOnce() -> String) -> Self {
        match self {
            Fit::Yes(signs) if holds => Fit::Yes(signs + 1),
            Fit::Yes(signs) => Fit::No(Distance::Near(1, Reverse(signs)), why()),
            no @ Fit::No(..) => no,
        }
    }

    /// The better of two ways to be of one format.
    pub(super) fn or(self, other: Fit) -> Self {
        match (&self, &other) {
            (Fit::Yes(a), Fit::Yes(b)) if b > a => other,
            (Fit::Yes(_), _) => self,
            (_, Fit::Yes(_)) => other,
            (Fit::No(a, _), Fit::No(b, _)) => {
                if b < a {
                    other
                } else {
                    self
                }
            }
        }
    }
}
