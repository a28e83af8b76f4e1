//! `mission dlq`: dead letters, what could not be taken in, to look at, send again or forget.

use super::Context;
use super::failure::{Code, Failure};
use super::place::StoreFlag;
use super::print::{Align, Out, Table, count, harmless, say};
use crate::service::Service;
use crate::store::{Category, DeadLetter};
use clap::{Args, Subcommand};
use serde_json::json;

/// Letters read from the store at a time.
const PAGE: u32 = 200;

/// Works on dead letters.
#[derive(Debug, Args)]
pub(super) struct Dlq {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All dead letters, oldest first
    List {
        /// Only this category: SCHEMA, TRANSIENT or CRITICAL
        #[arg(long, value_name = "CATEGORY", value_parser = category)]
        category: Option<Category>,
        #[command(flatten)]
        store: StoreFlag,
    },
    /// One dead letter with its body
    Show {
        /// Its number
        id: i64,
        #[command(flatten)]
        store: StoreFlag,
    },
    /// Send dead letters again; those that are taken in are gone, the others stay (exit 1)
    Replay {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        store: StoreFlag,
    },
    /// Forget dead letters
    Discard {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        store: StoreFlag,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Numbers of dead letters
    ids: Vec<i64>,
    /// All of them
    #[arg(long)]
    all: bool,
    /// All of this category: SCHEMA, TRANSIENT or CRITICAL
    #[arg(long, value_name = "CATEGORY", value_parser = category)]
    category: Option<Category>,
}

fn category(text: &str) -> Result<Category, String> {
    Category::parse(&text.to_ascii_uppercase())
        .ok_or_else(|| format!("{text:?} is no category; SCHEMA, TRANSIENT or CRITICAL"))
}

impl Dlq {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut out = Out::new();
        let code = match self.action {
            Action::List { category, store } => {
                let service = store.open_existing(context).await?;
                list(&service, category, context.json, &mut out).await?
            }
            Action::Show { id, store } => {
                let service = store.open_existing(context).await?;
                let letter = service.store.dead_letter(id).await?.ok_or_else(|| no_letter(id))?;
                show(&letter, context.json, &mut out)?
            }
            Action::Replay { which, store } => {
                let service = store.open_existing(context).await?;
                let ids = which.ids(&service).await?;
                replay(&service, &ids, context, &mut out).await?
            }
            Action::Discard { which, store } => {
                let service = store.open_existing(context).await?;
                let ids = which.ids(&service).await?;
                discard(&service, &ids).await?
            }
        };
        out.flush()?;
        Ok(code)
    }
}

impl Which {
    /// The numbers that are meant.
    async fn ids(&self, service: &Service) -> Result<Vec<i64>, Failure> {
        if !self.all && self.category.is_none() {
            return Ok(self.ids.clone());
        }
        let mut ids = Vec::new();
        let mut after = 0;
        loop {
            let page = service.store.dead_letters(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(ids) };
            after = last.id;
            let wanted = |letter: &&DeadLetter| self.category.is_none_or(|wanted| wanted == letter.category);
            ids.extend(page.iter().filter(wanted).map(|letter| letter.id));
        }
    }
}

fn no_letter(id: i64) -> Failure {
    Failure::new(Code::NotFound, format!("dead letter {id} not found"))
}

async fn list(
    service: &Service,
    category: Option<Category>,
    as_json: bool,
    out: &mut Out,
) -> Result<u8, Failure> {
    let mut table = Table::new(&[
        ("ID", Align::Right),
        ("CATEGORY", Align::Left),
        ("ITERATION", Align::Left),
        ("RECORDED", Align::Left),
        ("REPLAYS", Align::Right),
        ("REASON", Align::Left),
    ]);
    let (mut after, mut n) = (0, 0);
    loop {
        let page = service.store.dead_letters(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for letter in page.iter().filter(|letter| category.is_none_or(|wanted| wanted == letter.category)) {
            n += 1;
            if as_json {
                out.json(letter)?;
                continue;
            }
            table.row([
                letter.id.to_string(),
                letter.category.as_str().to_owned(),
                letter.iteration.clone().unwrap_or_default(),
                letter.recorded_at.to_string(),
                letter.attempts.to_string(),
                letter.reason.clone(),
            ]);
        }
    }
    if !table.is_empty() {
        table.print(out)?;
    }
    out.flush()?;
    say(&count(n, "dead letter", "dead letters"));
    Ok(0)
}

fn show(letter: &DeadLetter, as_json: bool, out: &mut Out) -> Result<u8, Failure> {
    if as_json {
        out.json(letter)?;
        return Ok(0);
    }
    let attempts = letter.attempts.to_string();
    let recorded_at = letter.recorded_at.to_string();
    let id = letter.id.to_string();
    for (name, value) in [
        ("id", id.as_str()),
        ("category", letter.category.as_str()),
        ("iteration", letter.iteration.as_deref().unwrap_or("-")),
        ("identity", letter.identity.as_deref().unwrap_or("-")),
        ("recorded", &recorded_at),
        ("replays", &attempts),
        ("reason", &letter.reason),
    ] {
        out.line(format!("{name:<10} {}", harmless(value)))?;
    }
    out.line("")?;
    out.line(harmless(&letter.body))?;
    Ok(0)
}

async fn replay(service: &Service, ids: &[i64], context: &Context, out: &mut Out) -> Result<u8, Failure> {
    let writer = service.ingest.writer(&context.config.user(), false);
    let mut refused = 0;
    for &id in ids {
        let receipt = service.ingest.replay(id, writer.clone()).await?.ok_or_else(|| no_letter(id))?;
        let settled = receipt.rejected == 0;
        refused += u64::from(!settled);
        if context.json {
            out.json(&json!({"id": id, "settled": settled, "receipt": receipt}))?;
            continue;
        }
        let reason = receipt.errors.first().map_or("", |error| error.reason.as_str());
        match settled {
            true => out.line(format!("{id}  taken in"))?,
            false => out.line(format!("{id}  refused again: {}", harmless(reason)))?,
        }
    }
    out.flush()?;
    if refused > 0 {
        return Err(Failure::new(
            Code::Failed,
            format!("{} refused again", count(refused, "dead letter was", "dead letters were")),
        ));
    }
    Ok(0)
}

async fn discard(service: &Service, ids: &[i64]) -> Result<u8, Failure> {
    for &id in ids {
        if !service.store.discard(id).await? {
            return Err(no_letter(id));
        }
    }
    say(&format!("{} discarded", count(ids.len() as u64, "dead letter", "dead letters")));
    Ok(0)
}
