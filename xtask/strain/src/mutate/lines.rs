//! Changes to lines: gone, twice, elsewhere, cut, or of another file.

use super::Mutator;
use crate::chance::Chance;

/// One change.
pub fn change(case: &[u8], mutator: &Mutator<'_>, chance: &mut Chance) -> Option<Vec<u8>> {
    let mut lines: Vec<&[u8]> = case.split_inclusive(|&byte| byte == b'\n').collect();
    if lines.is_empty() {
        return None;
    }
    let (at, to) = (chance.below(lines.len()), chance.below(lines.len()));
    let joined;
    match chance.below(8) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(to, lines[at]),
        2 => lines.swap(at, to),
        3 => lines.truncate(at + 1),
        4 => {
            let times = 1 << chance.below(11);
            let line = lines[at];
            lines.splice(at..at, std::iter::repeat_n(line, times)).for_each(drop);
        }
        5 => {
            let line = lines[at];
            lines[at] = &line[..chance.below(line.len() + 1)];
        }
        6 => {
            let other: Vec<&[u8]> = mutator.seed(chance).split_inclusive(|&byte| byte == b'\n').collect();
            let from = chance.below(other.len() + 1);
            let end = (from + 1 + chance.below(8)).min(other.len());
            lines.splice(at..at, other.get(from..end).unwrap_or(&[]).iter().copied()).for_each(drop);
        }
        _ => {
            joined = [lines[at].trim_ascii_end(), if chance.one_in(2) { b"\r\n" } else { b"" }].concat();
            lines[at] = &joined;
        }
    }
    Some(lines.concat())
}

/// `file` repeated, line by line after the first, until it has about `bytes`.
pub fn grow(file: &[u8], bytes: usize) -> Vec<u8> {
    let mut grown = file.to_vec();
    if !grown.ends_with(b"\n") {
        grown.push(b'\n');
    }
    while grown.len() < bytes && !file.is_empty() {
        grown.extend_from_slice(file);
        if !grown.ends_with(b"\n") {
            grown.push(b'\n');
        }
    }
    grown
}
