//! What one entity asks and offers, in one buffer: filled again and compared without asking for memory.

use crate::correlate::key::{Ask, Space};
use crate::correlate::{IN_FOLDER, Rule, asks, offers};
use crate::graph::Entity;

/// All asks and offers of an entity, in the order in which its rules name them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Spoken {
    text: String,
    asks: Vec<SpokenAsk>,
    offers: Vec<(Space, Span)>,
}

/// A part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: u32,
    end: u32,
}

/// An [`Ask`] by its places in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SpokenAsk {
    space: Space,
    rule: Rule,
    key: Span,
    word: Span,
    against: Option<Span>,
}

/// How many of two lists are the same at their beginnings and at their ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Common {
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Spoken {
    /// Takes in what `entity` says in the place of what was said before.
    pub(super) fn refill(&mut self, entity: &Entity) {
        let Self { text, asks: all, offers: offered } = self;
        text.clear();
        all.clear();
        offered.clear();
        let mut word = Span { start: 0, end: 0 };
        asks(entity, &mut |ask| {
            if ask.word != part(text, word) {
                word = put(text, ask.word);
            }
            let key = if ask.key == ask.word { word } else { put(text, ask.key) };
            let against = ask.against.map(|against| put(text, against));
            all.push(SpokenAsk { space: ask.space, rule: ask.rule, key, word, against });
        });
        offers(entity, &mut |space, key| {
            let key = put(text, key);
            offered.push((space, key));
        });
    }

    pub(super) fn n_asks(&self) -> usize {
        self.asks.len()
    }

    pub(super) fn n_offers(&self) -> usize {
        self.offers.len()
    }

    pub(super) fn ask(&self, at: usize) -> Ask<'_> {
        let SpokenAsk { space, rule, key, word, against } = self.asks[at];
        let against = against.map(|against| part(&self.text, against));
        Ask { space, key: part(&self.text, key), rule, word: part(&self.text, word), against }
    }

    pub(super) fn offer(&self, at: usize) -> (Space, &str) {
        let (space, key) = self.offers[at];
        (space, part(&self.text, key))
    }

    /// Whether an ask is for a folder around a path.
    pub(super) fn is_folder(&self, at: usize) -> bool {
        self.asks[at].rule == IN_FOLDER
    }

    /// The asks that it shares with `other`.
    pub(super) fn common_asks(&self, other: &Self) -> Common {
        common(self.n_asks(), other.n_asks(), |a, b| self.ask(a) == other.ask(b))
    }

    /// The offers that it shares with `other`.
    pub(super) fn common_offers(&self, other: &Self) -> Common {
        common(self.n_offers(), other.n_offers(), |a, b| self.offer(a) == other.offer(b))
    }
}

fn put(text: &mut String, part: &str) -> Span {
    let start = text.len() as u32;
    text.push_str(part);
    Span { start, end: text.len() as u32 }
}

fn part(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn common(n: usize, m: usize, same: impl Fn(usize, usize) -> bool) -> Common {
    let both = n.min(m);
    let first = (0..both).take_while(|at| same(*at, *at)).count();
    let last = (1..=both - first).take_while(|back| same(n - back, m - back)).count();
    Common { first, last }
}
