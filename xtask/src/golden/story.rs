//! What a story is: one iteration of the product, and what it tells. Which stories there are, `stories` knows.

use shared::event::Logged;
use shared::expect::Expectation;

/// An iteration and how it is told.
pub struct Story {
    /// Its place in the product's history, from 1.
    pub ordinal: u8,
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// Title of the candidate.
    pub title: &'static str,
    /// Its day.
    pub date: &'static str,
    /// The iteration before it.
    pub predecessor: Option<&'static str>,
    /// The verdict it ends with.
    pub verdict: &'static str,
    /// What it is a case of, in a sentence.
    pub about: &'static str,
    /// Tells it.
    pub tell: fn(&Story) -> Told,
}

/// A story that has been told.
pub struct Told {
    /// The log.
    pub events: Vec<Logged>,
    /// What it must answer.
    pub expect: Vec<Expectation>,
}
