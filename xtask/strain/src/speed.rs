//! How fast bytes become events, beside what a parser needs for the same bytes: `serde_json` to `Value`, `quick-xml`
//! through all events and attributes.
//!
//! Both in turns on the same bytes, the best of five each: what disturbs a run only ever makes it slower.

use super::corpus::options;
use super::ordinary;
use anyhow::{Context, Result, bail};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use shared::import::{FORMATS, Format, Piece, import_each};
use std::hint::black_box;
use std::time::Instant;

const TURNS: usize = 5;

/// Measures `formats`, or all of them, on about `bytes` each.
///
/// # Errors
/// An ordinary file is refused or only read in part.
pub fn run(bytes: usize, formats: &[&str]) -> Result<Value> {
    let wanted = |name: &&str| formats.is_empty() || formats.contains(name);
    let names = FORMATS.iter().map(|row| row.name).filter(wanted);
    let rows: Vec<Value> = names.map(|name| measure(name, bytes)).collect::<Result<_>>()?;
    Ok(json!({"formats": rows}))
}

fn measure(name: &str, bytes: usize) -> Result<Value> {
    eprintln!("{name} …");
    let format = Format::parse(name)?;
    let file = ordinary::file(name, bytes)?;
    let parser = Parser::of(&file);
    let (mut import, mut parse) = (f64::MAX, f64::MAX);
    let (mut read, mut events) = (0, 0_u64);
    for _ in 0..TURNS {
        let began = Instant::now();
        events = 0;
        let report = import_each(&file, Some(format), &options(false), &mut |piece| {
            events += u64::from(matches!(piece, Piece::Event { .. }));
            drop(black_box(piece));
        })
        .with_context(|| format!("an ordinary {name}; its template is xtask/strain/ordinary/{name}.txt"))?;
        import = import.min(began.elapsed().as_secs_f64());
        if report.rejected > 0 {
            bail!("an ordinary {name} with {} rejected items: {:?}", report.rejected, report.issues.first());
        }
        read = report.read;
        let began = Instant::now();
        parser.parse(&file)?;
        parse = parse.min(began.elapsed().as_secs_f64());
    }
    let parse = (parser != Parser::None).then_some(parse);
    Ok(json!({
        "format": name, "bytes": file.len(), "read": read, "events": events,
        "import_seconds": import, "parser": parser.name(), "parse_seconds": parse,
    }))
}

/// What the import is held against.
#[derive(Debug, PartialEq, Eq)]
enum Parser {
    Json,
    Xml,
    None,
}

impl Parser {
    fn of(file: &[u8]) -> Self {
        match file.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{' | b'[') => Parser::Json,
            Some(b'<') => Parser::Xml,
            _ => Parser::None,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Parser::Json => "serde_json",
            Parser::Xml => "quick-xml",
            Parser::None => "",
        }
    }

    fn parse(&self, file: &[u8]) -> Result<()> {
        match self {
            Parser::Json => {
                for value in serde_json::Deserializer::from_slice(file).into_iter::<Value>() {
                    drop(black_box(value?));
                }
                Ok(())
            }
            Parser::Xml => all_events(std::str::from_utf8(file)?),
            Parser::None => Ok(()),
        }
    }
}

fn all_events(text: &str) -> Result<()> {
    let mut xml = Reader::from_str(text);
    loop {
        match xml.read_event()? {
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    black_box(attribute?);
                }
            }
            Event::Eof => return Ok(()),
            other => drop(black_box(other)),
        }
    }
}
