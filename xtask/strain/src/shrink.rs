//! A failing case made small: pieces are taken out as long as it still fails in the same way.
//!
//! Pieces are halves, quarters and so on down to single lines, then to single bytes (delta debugging, Zeller and
//! Hildebrandt 2002, without the recombination). Cost: bounded by tries and by time.

use std::time::{Duration, Instant};

const TRIES_MAX: usize = 4_000;
const TIME_MAX: Duration = Duration::from_secs(30);

/// The smallest part of `bytes` found for which `fails` still holds.
pub fn shrink(bytes: &[u8], fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut limit = Limit { tries: TRIES_MAX, until: Instant::now() + TIME_MAX };
    let by_line: Vec<Vec<u8>> = bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let lines = fewer(by_line, &fails, &mut limit).concat();
    let by_byte: Vec<Vec<u8>> = lines.iter().map(|&byte| vec![byte]).collect();
    fewer(by_byte, &fails, &mut limit).concat()
}

struct Limit {
    tries: usize,
    until: Instant,
}

impl Limit {
    fn allows(&mut self) -> bool {
        self.tries = self.tries.saturating_sub(1);
        self.tries > 0 && Instant::now() < self.until
    }
}

/// Takes out runs of parts, long ones first.
fn fewer(mut parts: Vec<Vec<u8>>, fails: &impl Fn(&[u8]) -> bool, limit: &mut Limit) -> Vec<Vec<u8>> {
    let mut run = parts.len().div_ceil(2);
    while run > 0 {
        let mut at = 0;
        while at < parts.len() && limit.allows() {
            let end = (at + run).min(parts.len());
            let without = [&parts[..at], &parts[end..]].concat();
            if fails(&without.concat()) {
                parts = without;
            } else {
                at = end;
            }
        }
        run /= 2;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn what_does_not_matter_is_gone() {
        let text = "first\nneedle here\nlast\n".repeat(40) + "odd one\n";
        let fails = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("odd");
        assert_eq!(shrink(text.as_bytes(), fails), b"odd");
    }
}
