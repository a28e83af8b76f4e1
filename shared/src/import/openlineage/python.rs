//! Lists of texts as Python prints them: `['a', "b'c"]`, `{'a'}`, `set()`.
//!
//! A scanner over the text: nothing is evaluated, and anything but a flat list of texts is refused.

use std::iter::Peekable;
use std::str::Chars;

/// The texts of a printed list, tuple or set.
///
/// # Errors
/// What is wrong, and where.
pub(super) fn list_of(text: &str) -> Result<Vec<String>, String> {
    let text = text.trim();
    if matches!(text, "" | "None" | "set()" | "frozenset()") {
        return Ok(Vec::new());
    }
    let text = text.strip_prefix("frozenset(").and_then(|it| it.strip_suffix(')')).unwrap_or(text);
    let inner = [('[', ']'), ('{', '}'), ('(', ')')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .ok_or_else(|| "not a printed list of texts".to_owned())?;
    let mut texts = Vec::new();
    let mut chars = inner.chars().peekable();
    loop {
        skip_spaces(&mut chars);
        let quote = match chars.next() {
            None => return Ok(texts),
            Some(quote @ ('\'' | '"')) => quote,
            Some(other) => return Err(format!("{other:?} where a quoted text was expected")),
        };
        texts.push(quoted(&mut chars, quote)?);
        skip_spaces(&mut chars);
        match chars.next() {
            None => return Ok(texts),
            Some(',') => {}
            Some(other) => return Err(format!("{other:?} between two texts")),
        }
    }
}

fn skip_spaces(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
}

fn quoted(chars: &mut Peekable<Chars<'_>>, quote: char) -> Result<String, String> {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(escaped(chars)?),
            c if c == quote => return Ok(text),
            c => text.push(c),
        }
    }
    Err("a text that does not end".to_owned())
}

fn escaped(chars: &mut Peekable<Chars<'_>>) -> Result<char, String> {
    let digits = match chars.next() {
        Some(plain @ ('\\' | '\'' | '"')) => return Ok(plain),
        Some('n') => return Ok('\n'),
        Some('r') => return Ok('\r'),
        Some('t') => return Ok('\t'),
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        other => return Err(format!("an escape that is not known: {other:?}")),
    };
    let code: String = chars.take(digits).collect();
    let parsed = u32::from_str_radix(&code, 16).ok().filter(|_| code.len() == digits);
    parsed.and_then(char::from_u32).ok_or_else(|| format!("an escape that is no character: {code:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_lists_are_read_and_nothing_is_evaluated() {
        let list = |text| list_of(text).map(|it| it.join("|"));
        assert_eq!(list("[]").as_deref(), Ok(""));
        assert_eq!(list("set()").as_deref(), Ok(""));
        assert_eq!(list("['a', 'b.c']").as_deref(), Ok("a|b.c"));
        assert_eq!(list(r#"["it's", 'say \'hi\'', '\u00e9\x41']"#).as_deref(), Ok("it's|say 'hi'|éA"));
        assert_eq!(list("{'a',}").as_deref(), Ok("a"));
        for bad in
            ["['a' 'b']", "['a", "[1]", "__import__('os')", "['\\q']", "['\\ud800']", "['a']]", "[['a']]"]
        {
            assert!(list(bad).is_err(), "{bad}");
        }
    }
}
