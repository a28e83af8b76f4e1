//! Which format a file is of, asked of every format; or which are the nearest and why it is none of them.

use super::format::{FORMATS, Format};
use super::look::{Fit, Keys, Look};
use super::reader;

/// Nearest formats that a refusal names.
const NEAREST: usize = 3;
/// Formats we tell apart but do not read, with the paths that give them away.
const FOREIGN: &[(&str, &[&str])] = &[
    (
        "a list of known dependency-cruiser violations, which says what is tolerated and not what there is: give the result of depcruise --output-type json",
        &["rule", "from", "to"],
    ),
    (
        "a deptrac report, whose messages name classes and not modules: give deptrac --formatter=graphviz-dot as dot",
        &["Report", "files"],
    ),
    ("a LOBSTER file", &["data", "generator", "schema"]),
    ("an npm package.json", &["name", "version", "dependencies"]),
];

/// The format of `text`, or why it is none that we read.
pub(super) fn sniff(text: &str) -> Result<Format, String> {
    let body = text.trim_start();
    if body.is_empty() {
        let what = if text.is_empty() { "empty" } else { "nothing but space" };
        return Err(format!("the file is {what}"));
    }
    let look = Look::of(body);
    let mut best: Option<(usize, Format)> = None;
    let mut misses = Vec::new();
    for row in FORMATS {
        match reader::recognise(row.format, &look) {
            Fit::Yes(signs) if best.is_none_or(|(most, _)| signs > most) => best = Some((signs, row.format)),
            Fit::Yes(_) => {}
            Fit::No(distance, why) => misses.push((distance, row.format, why)),
        }
    }
    if let Some((_, format)) = best {
        return Ok(format);
    }
    misses.sort();
    let nearest: Vec<String> =
        misses.into_iter().take(NEAREST).map(|(_, format, why)| format!("{format} ({why})")).collect();
    Err(format!("no format that is read here: {}; nearest are {}", seems(&look), nearest.join(", ")))
}

/// What the file is like, in words.
fn seems(look: &Look<'_>) -> String {
    match look {
        Look::Json(keys) if let Some(lack) = keys.lack() => lack.to_owned(),
        Look::Xml(elements) if let Some(lack) = elements.lack() => lack.to_owned(),
        Look::Json(keys) => foreign(keys).map_or_else(
            || {
                format!(
                    "its first keys are {}",
                    keys.names().iter().take(6).cloned().collect::<Vec<_>>().join(", ")
                )
            },
            |name| format!("it seems to be {name}"),
        ),
        Look::Xml(elements) => format!("XML that starts with <{}>", elements.root()),
        Look::Text(body) => format!("it starts with {:?}", body.chars().next().unwrap_or(' ')),
    }
}

fn foreign(keys: &Keys) -> Option<&'static str> {
    let is_it = |paths: &[&str]| paths.iter().all(|path| keys.has(path));
    let arrows = || keys.names().iter().any(|name| keys.text(name).is_some_and(|text| text.contains(" -> ")));
    let known = FOREIGN.iter().find(|(_, paths)| is_it(paths)).map(|(name, _)| *name);
    known.or_else(|| {
        arrows().then_some(
            "a list of known cycles (\"a -> b -> c\"), which says what is tolerated and not what there is",
        )
    })
}
