//! `bench ingest`: events in over HTTP until they are durable, deduplicated, folded and seen by a reader of the
//! live stream, beside a raw batched insert of the same rows with the same durability in the same run.
//!
//! First as fast as the server takes them, then at a steady pace to see how long an event takes to be seen.
//! Load, server and reader share the machine's cores: what the load costs is not taken off.

pub(super) mod client;
pub(super) mod load;
pub(super) mod server;

use super::table::{Bar, Table, percentile};
use crate::shell::Shell;
use anyhow::{Context, Result, ensure};
use clap::Args;
use client::{Reader, Receipt, Sender};
use load::{Body, Load};
use serde::Deserialize;
use server::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How much to send.
#[derive(Debug, Args)]
pub struct Options {
    /// Lines sent as fast as they are taken.
    #[arg(long, default_value_t = 400_000)]
    events: u64,
    /// Lines in one request then.
    #[arg(long, default_value_t = 1_000)]
    batch: u64,
    /// Senders at a time.
    #[arg(long, default_value_t = 4)]
    senders: usize,
    /// Seconds of the steady part.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Cargo profile of the server.
    #[arg(long, default_value = "release")]
    profile: String,
}

/// Lines a second in the steady part.
const PACE: u64 = 10_000;
/// Lines in one request there.
const PACED_BATCH: u64 = 100;
/// Senders there; each may be late for its turn without holding up the others.
const PACED_SENDERS: usize = 8;

/// Runs the whole bench.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let (mission, raw_insert) = build(root, &options.profile)?;
    let folder = root.join("target/bench/ingest");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder)?;
    let store = folder.join("store.db");
    let server = Server::start(&mission, &store)?;
    let mut table = Table::new("ingest");
    let rate = flat_out(&server, options, &mut table)?;
    steady(&server, options, &mut table)?;
    let memory = server.rss_mib();
    drop(server);
    let raw = baseline(&raw_insert, &store, &folder.join("raw.db"))?;
    table.tell("raw insert: rows", raw.rows, "");
    table.tell("raw insert", raw.rows_per_second, "rows/s");
    table.bar("flat out ÷ raw insert", rate / raw.rows_per_second, "", Bar::Min(0.5));
    if let Some((now, most)) = memory {
        table.tell("memory at the end", now, "MiB RSS");
        table.tell("memory at its most", most, "MiB RSS");
    }
    fs::remove_dir_all(&folder).ok();
    table.finish(root)
}

/// Builds the server and the yardstick.
fn build(root: &Path, profile: &str) -> Result<(PathBuf, PathBuf)> {
    let folder = built(root, profile, &["--bin", "mission", "--example", "raw_insert"])?;
    Ok((folder.join("mission"), folder.join("examples/raw_insert")))
}

/// Builds the server alone.
///
/// # Errors
/// It does not compile.
pub(super) fn build_mission(root: &Path, profile: &str) -> Result<PathBuf> {
    Ok(built(root, profile, &["--bin", "mission"])?.join("mission"))
}

/// Builds targets of the server: the folder they are in.
fn built(root: &Path, profile: &str, targets: &[&str]) -> Result<PathBuf> {
    let mut cargo = Shell::cargo(root);
    cargo.args(["build", "--package", "server", "--locked", "--profile", profile]).args(targets);
    cargo.run("building the server")?;
    Ok(root.join("target").join(if profile == "dev" { "debug" } else { profile }))
}

/// Sends everything as fast as it is taken; rows a second from the first byte sent to the last event seen.
fn flat_out(server: &Server, options: &Options, table: &mut Table) -> Result<f64> {
    let load = Load::of("flat-out", options.events, options.batch);
    let reader = opened(server, "flat-out")?;
    let cpu_before = server.cpu_s();
    let begun = Instant::now();
    let receipts = send_all(&server.url, &load.bodies, options.senders, |_| begun)?;
    let answered_s = begun.elapsed().as_secs_f64();
    let last = check(&load, &receipts, "flat-out")?;
    let seconds = reader.wait_for(last)?.duration_since(begun).as_secs_f64();
    let rate = load.n_fresh as f64 / seconds;
    table.tell("flat out: lines sent", options.events as f64, "");
    table.tell("flat out: rows accepted", load.n_fresh as f64, "");
    table.tell("flat out: duplicates", load.n_duplicates as f64, "");
    table.tell("flat out: rejected", load.n_invalid as f64, "");
    table.tell("flat out: answered", load.n_fresh as f64 / answered_s, "events/s");
    table.bar("flat out: durable, folded, seen", rate, "events/s", Bar::Min(10_000.0));
    if let (Some(before), Some(after)) = (cpu_before, server.cpu_s()) {
        table.tell("CPU a million events", (after - before) * 1e6 / load.n_fresh as f64, "s");
    }
    Ok(rate)
}

/// Sends at [`PACE`] and measures from the moment a request was due to the moment its last event was seen.
fn steady(server: &Server, options: &Options, table: &mut Table) -> Result<()> {
    let load = Load::of("steady", PACE * options.seconds, PACED_BATCH);
    let reader = opened(server, "steady")?;
    let pause = Duration::from_secs(1) * u32::try_from(PACED_BATCH)? / u32::try_from(PACE)?;
    let begun = Instant::now() + Duration::from_millis(50);
    let due = |index: usize| begun + pause * index as u32;
    let cpu_before = server.cpu_s();
    let receipts = send_all(&server.url, &load.bodies, PACED_SENDERS, due)?;
    let sent_s = begun.elapsed().as_secs_f64();
    let cpu_after = server.cpu_s();
    check(&load, &receipts, "steady")?;
    let mut waits_ms = Vec::with_capacity(receipts.len());
    for (index, receipt) in receipts.iter().enumerate() {
        let position = receipt.positions.get("steady").copied().unwrap_or(0);
        let seen = reader.wait_for(position)?;
        waits_ms.push(seen.duration_since(due(index)).as_secs_f64() * 1e3);
    }
    waits_ms.sort_by(f64::total_cmp);
    let pace = load.bodies.iter().map(|body| body.n_events).sum::<u64>() as f64 / sent_s;
    table.bar("steady: pace kept", pace, "lines/s", Bar::Min(PACE as f64 * 0.98));
    table.tell("steady: sent to seen, p50", percentile(&waits_ms, 0.5), "ms");
    table.bar("steady: sent to seen, p95", percentile(&waits_ms, 0.95), "ms", Bar::Below(250.0));
    table.tell("steady: sent to seen, p99", percentile(&waits_ms, 0.99), "ms");
    table.tell("steady: sent to seen, most", percentile(&waits_ms, 1.0), "ms");
    if let (Some(before), Some(after)) = (cpu_before, cpu_after) {
        table.tell("steady: cores used by the server", (after - before) / sent_s, "");
    }
    Ok(())
}

/// Opens an iteration and a reader of it.
fn opened(server: &Server, iteration: &str) -> Result<Reader> {
    let opening = format!(
        "{{\"specversion\":\"1.0\",\"id\":\"opened\",\"source\":\"bench\",\"type\":\"mission.iteration.opened.v1\",\
         \"project\":\"bench\",\"iteration\":\"{iteration}\"}}"
    );
    let receipt = Sender::new(&server.url).send(&Body { text: opening, n_events: 1 })?;
    Reader::open(&server.url, iteration, receipt.positions.get(iteration).copied().unwrap_or(0))
}

/// Sends `bodies` in turn by `n_senders`, each no earlier than it is `due`. Receipts in the order of the bodies.
fn send_all(
    url: &str,
    bodies: &[Body],
    n_senders: usize,
    due: impl Fn(usize) -> Instant + Sync,
) -> Result<Vec<Receipt>> {
    let next = AtomicUsize::new(0);
    let send = || -> Result<Vec<(usize, Receipt)>> {
        let sender = Sender::new(url);
        let mut receipts = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(body) = bodies.get(index) else { return Ok(receipts) };
            std::thread::sleep(due(index).saturating_duration_since(Instant::now()));
            receipts.push((index, sender.send(body)?));
        }
    };
    let mut receipts = std::thread::scope(|scope| -> Result<Vec<(usize, Receipt)>> {
        let senders: Vec<_> = (0..n_senders).map(|_| scope.spawn(send)).collect();
        let mut all = Vec::with_capacity(bodies.len());
        for sender in senders {
            all.extend(sender.join().map_err(|_| anyhow::anyhow!("a sender panicked"))??);
        }
        Ok(all)
    })?;
    receipts.sort_by_key(|(index, _)| *index);
    Ok(receipts.into_iter().map(|(_, receipt)| receipt).collect())
}

/// Holds the receipts against what was sent; the last position.
fn check(load: &Load, receipts: &[Receipt], iteration: &str) -> Result<u64> {
    let sum = |count: fn(&Receipt) -> u64| receipts.iter().map(count).sum::<u64>();
    let told = (sum(|r| r.accepted), sum(|r| r.duplicates), sum(|r| r.rejected));
    let sent = (load.n_fresh, load.n_duplicates, load.n_invalid);
    ensure!(told == sent, "accepted, duplicates, rejected: {told:?}, expected {sent:?}");
    let last = receipts.iter().filter_map(|receipt| receipt.positions.get(iteration)).max();
    last.copied().context("nothing was accepted")
}

/// What the yardstick says.
#[derive(Deserialize)]
struct Raw {
    rows: f64,
    rows_per_second: f64,
}

/// Inserts the rows of `store` into a new store.
fn baseline(raw_insert: &Path, store: &Path, target: &Path) -> Result<Raw> {
    let program = raw_insert.to_str().context("the target folder's path is text")?;
    let text = Shell::of(program).arg(store).arg(target).read("inserting the same rows bare")?;
    serde_json::from_str(&text).context("the yardstick prints JSON")
}
