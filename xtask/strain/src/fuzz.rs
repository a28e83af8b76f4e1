//! Fuzzing one target: seeds changed by chance, each case judged, a failing one made small and kept.
//!
//! Blind to coverage and without tools to install. The same seed gives the same cases in the same order. A case is
//! written to `target/fuzz/TARGET/current` before it runs, so that one that ends the process is still there; a
//! watchdog ends the process when a case takes longer than [`CASE_SECONDS_MAX`].

use super::chance::Chance;
use super::corpus::{self, Corpus};
use super::judge;
use super::mutate::Mutator;
use super::shrink::shrink;
use super::target::Target;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Longest a case may take; an ordinary one takes milliseconds.
const CASE_SECONDS_MAX: u64 = 20;
/// Stack of the thread that runs the cases, as small as any that imports.
const STACK_BYTES: usize = 1 << 20;
/// Exit code of a case that hangs.
const HANGS: i32 = 3;

/// Fuzzes `target` for `time`; fails with the first case that breaks it.
pub fn run(target: Target, time: Duration, seed: u64) -> Result<ExitCode> {
    let folder = corpus::root().join("target/fuzz").join(target.to_string());
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let watch = Watch::start(folder.join("current"));
    let work = move || -> Result<ExitCode> {
        std::panic::set_hook(Box::new(|_| ()));
        let corpus = corpus::of(target)?;
        let began = Instant::now();
        let enough = |n| n > 0 && began.elapsed() >= time;
        let (n, failure) = cases(&corpus, seed, enough, |bytes| watch.judge(target, bytes))?;
        let Some(Failure { bytes, wrong }) = failure else {
            let seconds = began.elapsed().as_secs_f64();
            eprintln!("{target}: nothing in {n} cases, {seconds:.0} s, seed {seed}");
            fs::remove_file(&watch.file).context("the current case")?;
            return Ok(ExitCode::SUCCESS);
        };
        eprintln!("{target}: case {n} of seed {seed}: {wrong}");
        keep(target, &folder, &bytes, &wrong)?;
        Ok(ExitCode::FAILURE)
    };
    on_a_small_stack(work)
}

/// A case that breaks its target, and how.
struct Failure {
    bytes: Vec<u8>,
    wrong: String,
}

/// Runs cases until `enough` says so: how many, and the first failing one.
fn cases(
    corpus: &Corpus,
    seed: u64,
    enough: impl Fn(usize) -> bool,
    mut judge: impl FnMut(&[u8]) -> Result<Option<String>>,
) -> Result<(usize, Option<Failure>)> {
    let seeds = corpus.found.iter().map(|(_, bytes)| bytes).chain(&corpus.own);
    let mut n = 0;
    for bytes in seeds {
        n += 1;
        if let Some(wrong) = judge(bytes)? {
            return Ok((n, Some(Failure { bytes: bytes.clone(), wrong })));
        }
    }
    let mut mutator = Mutator::of(corpus);
    let mut chance = Chance::of(seed);
    let mut changed = 0;
    while !enough(changed) {
        (n, changed) = (n + 1, changed + 1);
        let bytes = mutator.case(&mut chance);
        if let Some(wrong) = judge(&bytes)? {
            return Ok((n, Some(Failure { bytes, wrong })));
        }
    }
    Ok((n, None))
}

/// Makes the case small and says where it is kept.
fn keep(target: Target, folder: &Path, bytes: &[u8], wrong: &str) -> Result<()> {
    // The same kind of failure: the words up to the first figure.
    let kind = |wrong: &str| wrong.chars().take_while(|c| !c.is_ascii_digit()).take(60).collect::<String>();
    let wanted = kind(wrong);
    let small = shrink(bytes, |part| judge::wrong(target, part).is_some_and(|wrong| kind(&wrong) == wanted));
    let hash = shared::event::Hash128::of(&[&small]).to_string();
    let file = folder.join(&hash[..12]);
    fs::write(&file, &small)?;
    eprintln!("  {} bytes, {} of them matter: {}", bytes.len(), small.len(), file.display());
    let found = corpus::found_folder(target);
    eprintln!("  keep it as a test:  mkdir -p {0} && cp {1} {0}/", found.display(), file.display());
    Ok(())
}

/// Judges one file and says what is wrong with it.
pub fn judge_file(target: Target, file: &Path) -> Result<ExitCode> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    on_a_small_stack(move || match judge::wrong(target, &bytes) {
        None => Ok(ExitCode::SUCCESS),
        Some(wrong) => bail!("{target}: {wrong}"),
    })
}

fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work)?;
    thread.join().unwrap_or_else(|_| bail!("the fuzzer itself broke"))
}

/// Ends the process when a case takes too long.
struct Watch {
    /// The case that runs.
    file: PathBuf,
    /// Its number; 0 between cases.
    case: Arc<AtomicU64>,
    /// How many there were.
    n: AtomicU64,
}

impl Watch {
    fn start(file: PathBuf) -> Self {
        let case = Arc::new(AtomicU64::new(0));
        let (seen, path) = (Arc::clone(&case), file.clone());
        thread::spawn(move || {
            let mut last = (0, Instant::now());
            loop {
                thread::sleep(Duration::from_millis(500));
                let now = seen.load(Ordering::Acquire);
                if now == 0 || now != last.0 {
                    last = (now, Instant::now());
                } else if last.1.elapsed().as_secs() >= CASE_SECONDS_MAX {
                    eprintln!("case {now} takes longer than {CASE_SECONDS_MAX} s: {}", path.display());
                    std::process::exit(HANGS);
                }
            }
        });
        Self { file, case, n: AtomicU64::new(0) }
    }

    fn judge(&self, target: Target, bytes: &[u8]) -> Result<Option<String>> {
        fs::write(&self.file, bytes).with_context(|| self.file.display().to_string())?;
        let n = self.n.fetch_add(1, Ordering::Relaxed) + 1;
        self.case.store(n, Ordering::Release);
        let wrong = judge::wrong(target, bytes);
        self.case.store(0, Ordering::Release);
        Ok(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changed cases a target gets in the tests; the fuzzer itself runs for minutes.
    const CASES: usize = 40;

    #[test]
    fn nothing_found_before_breaks_its_target_and_a_few_cases_of_chance_do_not_either() {
        let broken = on_a_small_stack(|| {
            let mut broken = Vec::new();
            for target in Target::all() {
                let corpus = corpus::of(target)?;
                let judge = |bytes: &[u8]| Ok(judge::wrong(target, bytes));
                if let (n, Some(Failure { wrong, .. })) = cases(&corpus, 1, |n| n >= CASES, judge)? {
                    broken.push(format!("{target}, case {n}: {wrong}"));
                }
            }
            Ok(broken)
        });
        assert_eq!(broken.expect("seeds"), [""; 0]);
    }

    #[test]
    fn the_same_seed_gives_the_same_cases() {
        let target = Target::parse("junit").expect("a target");
        let corpus = corpus::of(target).expect("seeds");
        let run = |seed: u64| {
            let (mut mutator, mut chance) = (Mutator::of(&corpus), Chance::of(seed));
            (0..60).map(|_| mutator.case(&mut chance)).collect::<Vec<_>>()
        };
        assert!(run(5) == run(5) && run(5) != run(6));
    }
}
