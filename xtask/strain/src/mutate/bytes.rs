//! Changes to bytes, whatever they mean; and to words, as long as a file has any.

use super::{Mutator, odd};
use crate::chance::Chance;

/// Words that are gathered from seeds.
const WORDS_MAX: usize = 2_000;
/// Bytes that break an encoding or a line.
const BREAKING: &[u8] =
    &[0x00, 0x0a, 0x0d, 0x22, 0x26, 0x3c, 0x5c, 0x7f, 0x80, 0xc0, 0xe2, 0xed, 0xef, 0xf0, 0xff];

/// One change.
#[allow(clippy::unnecessary_wraps, reason = "one of several changes, others of which may not apply")]
pub fn change(case: &[u8], mutator: &Mutator<'_>, chance: &mut Chance) -> Option<Vec<u8>> {
    let mut case = case.to_vec();
    let at = chance.below(case.len() + 1);
    let magnitude = chance.below(10);
    let length = chance.below(1 << magnitude);
    let end = (at + length).min(case.len());
    match chance.below(10) {
        0 if at < case.len() => case[at] ^= 1 << chance.below(8),
        1 if at < case.len() => case[at] = chance.next() as u8,
        2 => drop(case.drain(at..end)),
        3 => {
            let part = case[at..end].to_vec();
            let to = chance.below(case.len() + 1);
            case.splice(to..to, part);
        }
        4 => case.truncate(at),
        5 => case.splice(at..at, chance.pick(BREAKING).copied()).for_each(drop),
        6 => case.splice(at..at, mutator.word(chance).iter().copied()).for_each(drop),
        7 => {
            let text = chance.pick(odd::TEXTS).copied().unwrap_or("");
            case.splice(at..at, text.bytes()).for_each(drop);
        }
        8 => return Some(word_for_word(&case, mutator, chance)),
        _ => {
            let length = 1 << chance.below(18);
            let byte = case.get(at).copied().unwrap_or(b'x');
            case.splice(at..at, std::iter::repeat_n(byte, length)).for_each(drop);
        }
    }
    Some(case)
}

/// Words and figures of the files, each once.
pub fn words(files: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> =
        files.iter().flat_map(|file| file.split(|b| !is_word(*b))).map(<[u8]>::to_vec).collect();
    words.retain(|word| !word.is_empty());
    words.sort();
    words.dedup();
    words.truncate(WORDS_MAX);
    words
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.@".contains(&byte)
}

/// Puts another word, or an odd text, in the place of one.
fn word_for_word(case: &[u8], mutator: &Mutator<'_>, chance: &mut Chance) -> Vec<u8> {
    let starts: Vec<usize> =
        (0..case.len()).filter(|&at| is_word(case[at]) && (at == 0 || !is_word(case[at - 1]))).collect();
    let Some(&start) = chance.pick(&starts) else { return case.to_vec() };
    let end = case[start..].iter().position(|&byte| !is_word(byte)).map_or(case.len(), |n| start + n);
    let word = if chance.one_in(3) {
        chance.pick(odd::TEXTS).map_or(&[][..], |text| text.as_bytes())
    } else {
        mutator.word(chance)
    };
    [&case[..start], word, &case[end..]].concat()
}
