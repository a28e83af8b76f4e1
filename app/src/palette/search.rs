//! Fuzzy search: every letter in order, better the closer together and the nearer to where a word starts. Pure.
//!
//! Capitals are those of Latin, Greek and Cyrillic: the tables of all of Unicode are a thirtieth of the client.

/// How well `text` fits `wanted` (lower case, without spaces); `None` if it does not. Higher is better.
pub(super) fn score(wanted: &str, text: &str) -> Option<i32> {
    let mut score = 0_i32;
    let mut letters = wanted.chars().peekable();
    let (mut before, mut gap) = (' ', 0_i32);
    let mut run = 0_i32;
    for letter in text.chars() {
        let lower = small(letter);
        match letters.peek() {
            Some(wanted) if *wanted == lower => {
                letters.next();
                run += 1;
                let starts = !before.is_alphanumeric() || (small(before) == before && lower != letter);
                score += 4 * run + if starts { 12 } else { 0 } - gap.min(6);
                gap = 0;
            }
            Some(_) => {
                run = 0;
                gap += 1;
            }
            None => break,
        }
        before = letter;
    }
    let length = i32::try_from(text.len()).unwrap_or(i32::MAX);
    letters.peek().is_none().then_some(score * 8 - length.min(200))
}

/// What is asked for, as [`score`] wants it.
pub(super) fn wanted(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).map(small).collect()
}

/// The small letter of a capital; any other character as it is.
fn small(letter: char) -> char {
    let distance = match letter {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        _ => 0,
    };
    char::from_u32(u32::from(letter) + distance).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearer_names_come_first() {
        let best = |asked: &str, names: &[&'static str]| {
            let asked = wanted(asked);
            let found = names.iter().filter_map(|name| Some((score(&asked, name)?, *name)));
            found.max().map(|(_, name)| name)
        };
        assert_eq!(best("bapi", &["web-api-build", "build-api", "rebuild a pie"]), Some("build-api"));
        assert_eq!(
            best("asks 3", &["asks 3-D Secure once", "a task of size 3"]),
            Some("asks 3-D Secure once")
        );
        assert_eq!(best("unit", &["unit", "unit-tests-of-everything"]), Some("unit"));
        assert_eq!(best("xyz", &["build-api"]), None);
        assert_eq!(best("PAY", &["pay.feature"]), Some("pay.feature"));
        assert_eq!(best("éüжλ", &["ÉÜЖΛ"]), Some("ÉÜЖΛ"));
    }
}
