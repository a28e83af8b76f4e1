//! Single lines: the language header, tags, table rows.

/// The code in a header `# language: code`.
pub(super) fn language_header(line: &str) -> Option<&str> {
    let code =
        line.strip_prefix('#')?.trim_start().strip_prefix("language")?.trim_start().strip_prefix(':')?;
    let code = code.trim();
    let is_letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
    (!code.is_empty() && code.chars().all(is_letter)).then_some(code)
}

/// The tags in a line that starts with one; those with a space within are no tags.
pub(super) fn tags(line: &str) -> Vec<Result<String, String>> {
    let comment = line.match_indices('#').find(|(at, _)| line[..*at].ends_with(char::is_whitespace));
    let line = comment.map_or(line, |(at, _)| &line[..at]);
    let tags = line.split('@').skip(1).map(str::trim).filter(|tag| !tag.is_empty());
    let sound = |tag: &str| match tag.contains(char::is_whitespace) {
        true => Err(format!("tag: white space within @{tag}")),
        false => Ok(format!("@{tag}")),
    };
    tags.map(sound).collect()
}

/// The cells of a table row; what follows the last bar does not count.
pub(super) fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_first) = (Vec::new(), String::new(), true);
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '|' => {
                if !is_first {
                    cells.push(trimmed(&cell).to_owned());
                }
                is_first = false;
                cell.clear();
            }
            '\\' => match rest.next() {
                Some('n') => cell.push('\n'),
                Some(c @ ('|' | '\\')) => cell.push(c),
                Some(c) => cell.extend(['\\', c]),
                None => {}
            },
            c => cell.push(c),
        }
    }
    cells
}

/// Without space around; line breaks that were written as `\n` stay.
fn trimmed(cell: &str) -> &str {
    cell.trim_matches([' ', '\t', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{a0}'])
}

#[cfg(test)]
mod tests {
    use super::{cells, language_header, tags};

    #[test]
    fn headers_name_a_language() {
        assert_eq!(language_header("#language:de"), Some("de"));
        assert_eq!(language_header("#  language : zh-CN "), Some("zh-CN"));
        assert_eq!(language_header("# languages: de"), None);
        assert_eq!(language_header("# language: de # really"), None);
    }

    #[test]
    fn cells_keep_what_is_escaped() {
        assert_eq!(cells(r"| a | b\|c | d\\ | \x | e\nf |"), ["a", "b|c", r"d\", r"\x", "e\nf"]);
        assert_eq!(cells("|| x | lost"), ["", "x"]);
        assert_eq!(cells("| a \\"), [""; 0]);
    }

    #[test]
    fn tags_end_at_a_comment_and_hold_no_space() {
        let found: Vec<_> = tags("@a  @b@c #@d").into_iter().map(Result::unwrap).collect();
        assert_eq!(found, ["@a", "@b", "@c"]);
        assert_eq!(
            tags("@a#1 @ @b c"),
            [Ok("@a#1".to_owned()), Err("tag: white space within @b c".to_owned())]
        );
    }
}
