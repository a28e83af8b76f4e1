//! Golden sets: writes `golden/**`, or proves that what is committed is what it would write.
//!
//! Fifteen iterations of one made-up product, each with the answers its story demands. The same source gives the
//! same bytes: fixed days, a seeded stream instead of chance, no clock. Refuses to write a set whose answers are
//! not as the story says; whoever is wrong, it has to be found out first.
//!
//! Leaves alone every folder that is not of a story, such as a recorded run of this project. Reading sets is
//! `server::golden`'s business.

mod ask;
mod day;
mod journal;
mod labelled;
mod product;
pub mod seed;
mod stories;
mod story;

pub use labelled::FOLDER as LABELLED;
pub use seed::Seed;

use anyhow::{Context, Result, bail, ensure};
use shared::event::Logged;
use shared::expect::{Difference, Expectations, graph_of, now_of};
use shared::id::Name;
use std::fs;
use std::path::Path;
use stories::STORIES;
use story::Story;

/// Logs of more events than this are kept packed.
const PLAIN_EVENTS_MAX: usize = 8_192;
/// Level of the packing: slow to write, small to keep.
const ZSTD_LEVEL: i32 = 19;

/// A set as it lies in its folder.
struct Set {
    log: Vec<u8>,
    packed: bool,
    expectations: Expectations,
    differences: Vec<Difference>,
}

/// Writes every set under `root`, or compares with what is there if `check`.
///
/// # Errors
/// An answer is not as its story says, a file cannot be written, or, checking, a file differs.
pub fn run(root: &Path, check: bool) -> Result<()> {
    let mut wrong = Vec::new();
    for story in STORIES {
        let set = set_of(story)?;
        let events = set.expectations.head;
        eprintln!("{:<28} {:>6} events  {}", story.name, events, story.verdict);
        wrong.extend(set.differences.iter().map(|difference| format!("{}: {difference}", story.name)));
        if wrong.is_empty() {
            let folder = root.join("golden").join(story.name);
            if check { compare(&folder, &set)? } else { write(&folder, &set)? }
        }
    }
    labelled::run(root, check)?;
    ensure!(wrong.is_empty(), "{} answers are not as the stories say:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

fn set_of(story: &Story) -> Result<Set> {
    let told = (story.tell)(story);
    let graph = graph_of(&told.events)?;
    let expectations = Expectations {
        about: story.about.to_owned(),
        project: Name::new(day::PROJECT)?,
        iteration: Name::new(story.name)?,
        head: graph.head(),
        digest: Some(graph.digest(&graph.snapshot(now_of(&graph))).to_string()),
        expect: told.expect,
    };
    let differences =
        expectations.expect.iter().flat_map(|expectation| expectation.check(&graph, &expectations.iteration));
    Ok(Set {
        log: ndjson(&told.events),
        packed: told.events.len() > PLAIN_EVENTS_MAX,
        differences: differences.collect(),
        expectations,
    })
}

/// What `mission events` prints.
fn ndjson(events: &[Logged]) -> Vec<u8> {
    let lines = events.iter().flat_map(|logged| [logged.to_json().to_string(), "\n".to_owned()]);
    lines.collect::<String>().into_bytes()
}

fn document(expectations: &Expectations) -> Result<Vec<u8>> {
    let mut text = serde_json::to_string_pretty(expectations)?;
    text.push('\n');
    Ok(text.into_bytes())
}

fn write(folder: &Path, set: &Set) -> Result<()> {
    fs::create_dir_all(folder)?;
    let (log, other) = files(set.packed);
    // A set that grew or shrank past the limit leaves no second log behind.
    if folder.join(other).exists() {
        fs::remove_file(folder.join(other))?;
    }
    if !set.packed || unpacked(folder).ok().as_deref() != Some(set.log.as_slice()) {
        let bytes = if set.packed { zstd::bulk::compress(&set.log, ZSTD_LEVEL)? } else { set.log.clone() };
        fs::write(folder.join(log), bytes)?;
    }
    fs::write(folder.join("expect.json"), document(&set.expectations)?).context(folder.display().to_string())
}

const fn files(packed: bool) -> (&'static str, &'static str) {
    if packed { ("events.ndjson.zst", "events.ndjson") } else { ("events.ndjson", "events.ndjson.zst") }
}

fn unpacked(folder: &Path) -> Result<Vec<u8>> {
    let packed = fs::read(folder.join(files(true).0))?;
    Ok(zstd::stream::decode_all(packed.as_slice())?)
}

/// Compares what is written with `set`: packed logs by what is in them, so that a newer packer is no difference.
fn compare(folder: &Path, set: &Set) -> Result<()> {
    let log = if set.packed { unpacked(folder)? } else { fs::read(folder.join(files(false).0))? };
    let expect = fs::read(folder.join("expect.json"))?;
    for (name, there, wanted) in
        [("events", &log, &set.log), ("expect.json", &expect, &document(&set.expectations)?)]
    {
        if there != wanted {
            let line =
                there.split(|b| *b == b'\n').zip(wanted.split(|b| *b == b'\n')).position(|(a, b)| a != b);
            let at = line.map_or_else(|| "at its end".to_owned(), |line| format!("in line {}", line + 1));
            bail!("{}: {name} differs {at}; run `cargo xtask golden`", folder.display());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_committed_sets_are_what_the_stories_tell() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
        super::run(root, true).expect("the committed sets");
    }
}
