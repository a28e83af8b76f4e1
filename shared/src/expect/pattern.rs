//! Patterns: which JSON a piece of JSON stands for.
//!
//! | pattern | matches |
//! |---|---|
//! | an object | an object in which every named field matches; a field that is `null` may be absent |
//! | an array | an array of which, for every element listed, some element matches; order does not matter |
//! | `{"len": n}` | an array of n elements |
//! | `{"all": p}` | an array of which every element matches p |
//! | `{"none": p}` | an array of which no element matches p |
//! | `{"has": [p, …]}` | as an array, for use beside the others |
//! | `{"at_least": x}`, `{"at_most": x}`, `{"below": x}` | a number in these bounds |
//! | `{"contains": "text"}` | a text that holds it |
//! | a number | a number equal to six decimals |
//! | anything else | its equal |
//!
//! The operators of one object hold together. They are operators only against an array, number or text.

use serde_json::{Map, Value};

/// Depth to which patterns are followed.
const DEPTH_MAX: usize = 32;
/// Characters of a found value that are shown.
const SHOWN_CHARS_MAX: usize = 240;

/// A place where a pattern does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, from the root.
    pub path: String,
    /// The pattern there.
    pub expected: String,
    /// The value there.
    pub found: String,
}

/// Every place below `path` where `found` does not match `pattern`.
#[must_use]
pub fn compare(path: &str, pattern: &Value, found: &Value) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    follow(path, pattern, found, 0, &mut mismatches);
    mismatches
}

fn follow(path: &str, pattern: &Value, found: &Value, depth: usize, out: &mut Vec<Mismatch>) {
    if depth > DEPTH_MAX {
        out.push(mismatch(path, "a pattern less deep", found));
        return;
    }
    match (pattern, found) {
        (Value::Object(fields), Value::Object(_)) => {
            for (name, field) in fields {
                let value = found.get(name).unwrap_or(&Value::Null);
                follow(&format!("{path}.{name}"), field, value, depth + 1, out);
            }
        }
        (Value::Array(listed), Value::Array(elements)) => contain(path, listed, elements, depth, out),
        (Value::Object(operators), Value::Array(elements)) => {
            for (operator, operand) in operators {
                array_operator(path, operator, operand, elements, depth, out);
            }
        }
        (Value::Object(operators), Value::Number(_) | Value::String(_))
            if operators.iter().all(|(operator, operand)| holds(operator, operand, found)) => {}
        _ if !equal(pattern, found) => out.push(mismatch(path, pattern, found)),
        _ => {}
    }
}

fn array_operator(
    path: &str,
    operator: &str,
    operand: &Value,
    elements: &[Value],
    depth: usize,
    out: &mut Vec<Mismatch>,
) {
    match (operator, operand) {
        ("len", n) => follow(&format!("{path}.len"), n, &Value::from(elements.len()), depth + 1, out),
        ("has", Value::Array(listed)) => contain(path, listed, elements, depth, out),
        ("all", pattern) => {
            for (i, element) in elements.iter().enumerate() {
                follow(&format!("{path}{}", place(element, i)), pattern, element, depth + 1, out);
            }
        }
        ("none", pattern) => {
            for (i, element) in elements.iter().enumerate().filter(|(_, e)| matches(pattern, e, depth)) {
                let at = format!("{path}{}", place(element, i));
                out.push(mismatch(&at, format!("nothing like {pattern}"), element));
            }
        }
        _ => out.push(mismatch(path, format!("known operators, not {operator:?}"), &Value::Null)),
    }
}

/// Every listed pattern matches some element; of those that do not, the nearest element is explained.
fn contain(path: &str, listed: &[Value], elements: &[Value], depth: usize, out: &mut Vec<Mismatch>) {
    for pattern in listed.iter().filter(|p| !elements.iter().any(|element| matches(p, element, depth))) {
        let namesake = elements.iter().enumerate().find(|(_, element)| same_name(pattern, element));
        match namesake {
            Some((i, element)) => {
                follow(&format!("{path}{}", place(element, i)), pattern, element, depth + 1, out);
            }
            None => {
                let found = format!("no such element among {}", elements.len());
                out.push(Mismatch { path: path.to_owned(), expected: shown(pattern), found });
            }
        }
    }
}

fn matches(pattern: &Value, found: &Value, depth: usize) -> bool {
    let mut mismatches = Vec::new();
    follow("", pattern, found, depth + 1, &mut mismatches);
    mismatches.is_empty()
}

const NAMES: [&str; 4] = ["id", "name", "criterion", "rule"];

fn same_name(pattern: &Value, element: &Value) -> bool {
    let first = NAMES.iter().find_map(|name| Some((name, pattern.get(*name)?)));
    first.is_some_and(|(name, wanted)| element.get(*name) == Some(wanted))
}

/// Index of an element, or what it is called.
fn place(element: &Value, index: usize) -> String {
    let called = NAMES.iter().find_map(|name| element.get(*name)?.as_str());
    called.map_or_else(|| format!("[{index}]"), |name| format!("[{name}]"))
}

fn holds(operator: &str, operand: &Value, found: &Value) -> bool {
    match (operator, operand.as_f64(), found.as_f64()) {
        ("at_least", Some(limit), Some(value)) => value >= limit,
        ("at_most", Some(limit), Some(value)) => value <= limit,
        ("below", Some(limit), Some(value)) => value < limit,
        ("contains", ..) => match (operand.as_str(), found.as_str()) {
            (Some(part), Some(text)) => text.contains(part),
            _ => false,
        },
        _ => false,
    }
}

fn equal(pattern: &Value, found: &Value) -> bool {
    match (pattern.as_f64(), found.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        _ => pattern == found,
    }
}

fn mismatch(path: &str, expected: impl ToString, found: &Value) -> Mismatch {
    Mismatch { path: path.to_owned(), expected: expected.to_string(), found: shown(found) }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Object(map) => Value::Object(short(map)).to_string(),
        other => other.to_string(),
    };
    if text.chars().count() <= SHOWN_CHARS_MAX {
        return text;
    }
    text.chars().take(SHOWN_CHARS_MAX).chain("…".chars()).collect()
}

/// An object without its long lists.
fn short(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter()
        .map(|(name, value)| match value {
            Value::Array(list) if list.len() > 4 => {
                (name.clone(), Value::from(format!("{} elements", list.len())))
            }
            other => (name.clone(), other.clone()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(pattern: Value, found: Value) -> Vec<String> {
        compare("x", &pattern, &found).into_iter().map(|mismatch| mismatch.path).collect()
    }

    #[test]
    fn what_is_not_named_may_be_anything() {
        let found =
            json!({"a": 1, "b": [{"id": "p", "n": 1.0}, {"id": "q", "n": 2}], "c": "text", "d": null});
        for pattern in [
            json!({}),
            json!({"a": 1.0, "d": null, "absent": null}),
            json!({"b": [{"id": "q"}], "c": {"contains": "ex"}}),
            json!({"b": {"len": 2, "has": [{"n": 1}], "none": {"n": 3}, "all": {"n": {"at_least": 1}}}}),
            json!({"b": {"len": {"at_most": 2}}, "a": {"below": 2, "at_least": 1}}),
        ] {
            assert_eq!(compare("x", &pattern, &found), [], "{pattern}");
        }
    }

    #[test]
    fn every_difference_is_named_by_its_path() {
        let found = json!({"a": 1, "b": [{"id": "p", "n": 1}, {"id": "q", "n": 2}], "c": "text"});
        assert_eq!(paths(json!({"a": 2, "c": null, "e": 1}), found.clone()), ["x.a", "x.c", "x.e"]);
        assert_eq!(paths(json!({"b": [{"id": "q", "n": 3}]}), found.clone()), ["x.b[q].n"]);
        assert_eq!(paths(json!({"b": [{"id": "r"}]}), found.clone()), ["x.b"]);
        assert_eq!(paths(json!({"b": {"len": 3, "none": {"n": 2}}}), found.clone()), ["x.b.len", "x.b[q]"]);
        assert_eq!(paths(json!({"b": {"lenght": 2}}), found.clone()), ["x.b"]);
        assert_eq!(paths(json!({"a": {"at_least": 2}, "c": {"contains": "z"}}), found), ["x.a", "x.c"]);
    }
}
