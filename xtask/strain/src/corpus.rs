//! What fuzzing starts from: the fixtures of the importers' tests, small golden logs, and files that once broke
//! something (`found/TARGET/`), each read again at the start of every run.

use super::target::Target;
use anyhow::{Context, Result};
use shared::event::{Entry, Logged, decode_logged};
use shared::id::Name;
use shared::import::{Format, ImportOptions, import};
use shared::segment;
use std::fs;
use std::path::{Path, PathBuf};

/// Largest file that is taken as a seed.
const SEED_BYTES_MAX: usize = 64 << 10;
/// Golden sets whose logs are seeds for events and segments.
const GOLDEN: [&str; 3] = ["Iter-Golden-Override", "Iter-Golden-LateEvidence", "Iter-Golden-Flaky"];
/// The policy that is a seed: the built-in one has every kind of table.
const POLICY: &str = "shared/src/verdict/policy/built_in.toml";

/// Seeds of one target.
pub struct Corpus {
    /// Files the target is made for.
    pub own: Vec<Vec<u8>>,
    /// Files of the other targets, to splice with.
    pub other: Vec<Vec<u8>>,
    /// Files that once broke the target.
    pub found: Vec<(PathBuf, Vec<u8>)>,
}

/// Everything that is read as seeds of `target`.
///
/// # Errors
/// A folder of the workspace cannot be read, or there is no seed of the target.
pub fn of(target: Target) -> Result<Corpus> {
    let mut corpus = Corpus { own: Vec::new(), other: Vec::new(), found: found(target)? };
    for (path, bytes) in files(&root().join("shared/tests/fixtures"))? {
        let is_own = match target {
            Target::Import(format) => format_of(&bytes) == Some(format),
            Target::Auto => format_of(&bytes).is_some(),
            Target::Event | Target::Segment | Target::Policy => false,
        };
        anyhow::ensure!(bytes.len() <= SEED_BYTES_MAX, "{} is too large for a seed", path.display());
        if is_own { &mut corpus.own } else { &mut corpus.other }.push(bytes);
    }
    for name in GOLDEN {
        let path = root().join("golden").join(name).join("events.ndjson");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let lines: Vec<&str> = text.lines().collect();
        let part = |n: usize| lines[..lines.len().min(n)].join("\n");
        match target {
            Target::Import(Format::Events) => corpus.own.push(part(24).into_bytes()),
            Target::Event => corpus.own.extend(lines.iter().map(|line| line.as_bytes().to_vec())),
            Target::Segment => corpus.own.push(segment::encode(&entries(&part(48))?)),
            Target::Import(_) | Target::Auto | Target::Policy => {}
        }
    }
    if target == Target::Policy {
        corpus.own.push(fs::read(root().join(POLICY)).context(POLICY)?);
    }
    anyhow::ensure!(
        !corpus.own.is_empty(),
        "no seed of {target}: put a file of it into shared/tests/fixtures"
    );
    Ok(corpus)
}

/// The format that a file is recognised as.
fn format_of(bytes: &[u8]) -> Option<Format> {
    import(bytes, None, &options(false)).ok().map(|imported| imported.report.format)
}

fn entries(ndjson: &str) -> Result<Vec<Entry>> {
    let entry = |line| -> Result<Entry> {
        let logged: Logged = decode_logged(serde_json::from_str(line)?)?;
        Ok(Entry::from_logged(&logged))
    };
    ndjson.lines().map(entry).collect()
}

/// Files that once broke `target`.
pub fn found(target: Target) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let folder = found_folder(target);
    if folder.is_dir() { files(&folder) } else { Ok(Vec::new()) }
}

/// Where files that broke `target` are kept.
pub fn found_folder(target: Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("found").join(target.to_string())
}

/// The workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Options of every import here.
pub fn options(strict: bool) -> ImportOptions {
    let name = |text| Name::new(text).unwrap_or_else(|error| unreachable!("{error}"));
    ImportOptions {
        iteration: name("strain"),
        project: name("default"),
        file: "the-file".to_owned(),
        source: None,
        run: None,
        at: None,
        strict,
    }
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        Ok((path, bytes))
    };
    paths.into_iter().map(read).collect()
}
