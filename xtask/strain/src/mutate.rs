//! Changes to files: by what they are (JSON, XML, lines) and as bytes, a few at a time.

mod bytes;
mod json;
mod lines;
mod odd;
mod xml;

use super::chance::Chance;
use super::corpus::Corpus;

/// Most changes made to one case.
const CHANGES_MAX: usize = 6;
/// One case in so many is grown large, to see what memory depends on.
const GROWN_EVERY: u32 = 40;
/// Size that a grown case is aimed at, in bytes.
const GROWN_BYTES: usize = 1 << 20;
/// A case larger than this is not changed further.
const CASE_BYTES_MAX: usize = 4 << 20;

/// Makes cases of seeds.
pub struct Mutator<'c> {
    corpus: &'c Corpus,
    words: Vec<Vec<u8>>,
}

/// How a file is changed.
type Change = fn(&[u8], &Mutator<'_>, &mut Chance) -> Option<Vec<u8>>;

impl<'c> Mutator<'c> {
    /// One that changes the seeds of `corpus`.
    pub fn of(corpus: &'c Corpus) -> Self {
        Self { corpus, words: bytes::words(&corpus.own) }
    }

    /// A seed with a few changes.
    pub fn case(&mut self, chance: &mut Chance) -> Vec<u8> {
        let mut case = self.seed(chance).to_vec();
        if chance.one_in(GROWN_EVERY) {
            case = grow(&case, GROWN_BYTES, chance);
        }
        for _ in 0..=chance.below(CHANGES_MAX) {
            if case.len() > CASE_BYTES_MAX {
                break;
            }
            let changes: &[Change] = match case.iter().find(|byte| !byte.is_ascii_whitespace()) {
                Some(b'{' | b'[') => {
                    &[json::change, json::change, json::change, json::change, lines::change, bytes::change]
                }
                Some(b'<') => &[xml::change, xml::change, xml::change, lines::change, bytes::change],
                _ => &[lines::change, bytes::change],
            };
            let change = chance.pick(changes).copied().unwrap_or(bytes::change);
            if let Some(changed) = change(&case, self, chance) {
                case = changed;
            }
        }
        case
    }

    /// One of the target's own seeds; now and then a file it is not made for.
    fn seed(&self, chance: &mut Chance) -> &'c [u8] {
        let other = if chance.one_in(50) { chance.pick(&self.corpus.other) } else { None };
        other.or_else(|| chance.pick(&self.corpus.own)).map_or(&[], Vec::as_slice)
    }

    /// A word of the seeds.
    fn word(&self, chance: &mut Chance) -> &[u8] {
        chance.pick(&self.words).map_or(&[], Vec::as_slice)
    }
}

/// `file` with something in it repeated until it has about `bytes`, as what it is: elements of its longest list,
/// elements of XML, or lines.
pub fn grow(file: &[u8], bytes: usize, chance: &mut Chance) -> Vec<u8> {
    let grown = match file.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => json::grow(file, bytes, chance),
        Some(b'<') => xml::grow(file, bytes, chance),
        _ => None,
    };
    grown.unwrap_or_else(|| lines::grow(file, bytes))
}
