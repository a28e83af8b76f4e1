//! `depends` expressions: which tasks they name.

use crate::import::clean::clip;
use std::collections::BTreeSet;

/// The tasks named in `A && (B.Succeeded || !C.Failed)`. What has to hold of them is not kept apart.
///
/// # Errors
/// Names the first character or word that no such expression has.
pub(super) fn tasks_of(expression: &str) -> Result<BTreeSet<&str>, String> {
    let mut tasks = BTreeSet::new();
    let mut rest = expression.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("&&").or_else(|| rest.strip_prefix("||")) {
            rest = after;
        } else if matches!(first, '(' | ')' | '!') {
            rest = &rest[1..];
        } else {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("cannot be read at {:?}", clip(rest, 40)));
            }
            tasks.insert(&rest[..end]);
            rest = &rest[end..];
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
                if end == 0 {
                    return Err(format!("no result after the point at {:?}", clip(rest, 40)));
                }
                rest = &after[end..];
            }
        }
        rest = rest.trim_start();
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_task_is_found_and_nothing_else() {
        let tasks = |text| tasks_of(text).map(|it| it.into_iter().collect::<Vec<_>>().join(" "));
        assert_eq!(tasks("A").as_deref(), Ok("A"));
        assert_eq!(
            tasks("a-1 && (b_2.Succeeded || !c.AnySucceeded) && a-1.Daemoned").as_deref(),
            Ok("a-1 b_2 c")
        );
        assert_eq!(tasks("  ").as_deref(), Ok(""));
        assert_eq!(tasks("a & b"), Err("cannot be read at \"& b\"".to_owned()));
        assert_eq!(tasks("a. && b"), Err("no result after the point at \". && b\"".to_owned()));
    }
}
