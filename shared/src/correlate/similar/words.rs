//! Words of texts as numbers, and texts as vectors of them.

use std::collections::BTreeMap;

/// A text: words by number, ascending, with their weights; of length 1 once weighed.
pub(super) type Vector = Vec<(u32, f64)>;

/// Words that are in every text.
const COMMON: [&str; 40] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "given", "has", "have", "i", "if",
    "in", "into", "is", "it", "its", "must", "no", "not", "of", "on", "or", "shall", "should", "so", "that",
    "the", "then", "there", "to", "was", "when", "which", "will", "with",
];
/// Words read of one text.
const WORDS_MAX: usize = 256;
/// What the first letters of a word weigh beside the word.
const START_WEIGHT: f64 = 0.5;
const START_LETTERS: usize = 4;

/// All words of all texts.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    numbers: BTreeMap<String, u32>,
    words: Vec<String>,
    texts_with: Vec<u32>,
    texts: u32,
}

impl Lexicon {
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Counts the words of one thing's texts, each text with its weight.
    pub(super) fn count(&mut self, texts: &[(&str, f64)]) -> Vector {
        let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
        for (text, weight) in texts {
            for word in words(text) {
                let start: String = word.chars().take(START_LETTERS).collect();
                *counts.entry(self.number(&word)).or_default() += weight;
                if start.chars().count() == START_LETTERS {
                    // An asterisk is in no word.
                    *counts.entry(self.number(&(start + "*"))).or_default() += weight * START_WEIGHT;
                }
            }
        }
        self.texts += 1;
        for number in counts.keys() {
            self.texts_with[*number as usize] += 1;
        }
        counts.into_iter().collect()
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.words.len() as u32;
        self.numbers.insert(word.to_owned(), number);
        self.words.push(word.to_owned());
        self.texts_with.push(0);
        number
    }

    /// Weighs words by how rare they are among all texts counted, and brings every vector to length 1.
    pub(super) fn weigh(&self, vectors: &mut [Vector]) {
        let texts = f64::from(self.texts);
        for vector in vectors {
            let mut squares = 0.0;
            for (word, weight) in vector.iter_mut() {
                let with = f64::from(self.texts_with[*word as usize]);
                // Damped counts: a word said twice does not say twice as much.
                *weight = libm::log(1.0 + *weight) * libm::log(1.0 + texts / with);
                squares += *weight * *weight;
            }
            let length = libm::sqrt(squares);
            vector.iter_mut().filter(|_| length > 0.0).for_each(|(_, weight)| *weight /= length);
        }
    }

    /// The words that two texts share, the weightiest first, at most `n`.
    pub(super) fn shared(&self, one: &Vector, other: &Vector, n: usize) -> Vec<String> {
        let mut shared: Vec<(f64, u32)> = Vec::new();
        for (word, weight) in one {
            if let Ok(at) = other.binary_search_by_key(word, |(word, _)| *word) {
                shared.push((weight * other[at].1, *word));
            }
        }
        crate::order::sort_by(&mut shared, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let named = shared.into_iter().map(|(_, word)| self.words[word as usize].clone());
        named.filter(|word| !word.ends_with('*')).take(n).collect()
    }
}

/// Words of a text in lower case, without endings and without those that are in every text.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for c in text.chars().chain([' ']) {
        let parts = !c.is_alphanumeric() || (before.is_lowercase() && c.is_uppercase());
        if parts && !word.is_empty() {
            let whole = std::mem::take(&mut word);
            if COMMON.binary_search(&whole.as_str()).is_err() {
                words.push(stem(&whole).to_owned());
            }
            if words.len() >= WORDS_MAX {
                break;
            }
        }
        if c.is_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words
}

/// A word without the endings of number and tense; short ones stay as they are.
fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 7] = ["ations", "ation", "ings", "ing", "ed", "es", "s"];
    let ends = |ending: &&str| word.len() >= ending.len() + 3 && word.ends_with(*ending);
    ENDINGS.iter().find(|ending| ends(ending)).map_or(word, |ending| &word[..word.len() - ending.len()])
}
