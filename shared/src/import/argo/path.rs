//! Names of nodes as paths of tasks: without the workflow's own name, and without the numbers of retries.

/// Where a node lies below its workflow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path {
    /// The same for every run and every try; empty for the workflow's root.
    pub(super) task: String,
    /// Numbers of the retries on the way down: in their order, tries are in the order of time.
    pub(super) retries: Vec<u32>,
}

/// The path that `node` is of in the workflow named `workflow`.
///
/// `w.build(1)` is the second try of `build`; `w.build(0:amd64)` is an item of a loop and a task of its own.
pub(super) fn path_of(node: &str, workflow: &str) -> Path {
    let below = node.strip_prefix(workflow).unwrap_or(node);
    let mut path = Path { task: String::new(), retries: Vec::new() };
    let mut rest = below;
    while let Some(open) = rest.find('(') {
        let (before, after) = (&rest[..open], &rest[open..]);
        let Some(close) = closing(after) else { break };
        path.task.push_str(before);
        match after[1..close].parse::<u32>() {
            Ok(number) => path.retries.push(number),
            Err(_) => path.task.push_str(&after[..=close]),
        }
        rest = &after[close + 1..];
    }
    path.task.push_str(rest);
    if let Some(trimmed) = path.task.strip_prefix('.') {
        path.task = trimmed.to_owned();
    }
    path
}

/// Where the parenthesis that opens `text` closes.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_numbers_of_tries_and_items_are_tasks() {
        let path = |node| {
            let path = path_of(node, "wf-x7");
            (path.task, path.retries)
        };
        assert_eq!(path("wf-x7"), (String::new(), vec![]));
        assert_eq!(path("wf-x7.build"), ("build".to_owned(), vec![]));
        assert_eq!(path("wf-x7.build(1)"), ("build".to_owned(), vec![1]));
        assert_eq!(path("wf-x7(0)[0].fail(2)"), ("[0].fail".to_owned(), vec![0, 2]));
        assert_eq!(path("wf-x7.test(0:a(1),b)(3)"), ("test(0:a(1),b)".to_owned(), vec![3]));
        assert_eq!(path("wf-x7.odd(0:a(").0, "odd(0:a(");
        assert_eq!(path("other"), ("other".to_owned(), vec![]));
        assert_eq!(path("wf-x7.a(99999999999)").0, "a(99999999999)");
    }
}
