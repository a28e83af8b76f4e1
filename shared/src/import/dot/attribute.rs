//! Attribute lists: the label and the weight in them.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::Broken;
use super::token::{Token, Tokens};

/// Attributes we use.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) label: Option<String>,
    pub(super) weight: Option<u32>,
}

/// Any number of `[a=b, c]` lists.
pub(super) fn attributes(tokens: &mut Tokens<'_>, writer: &mut Writer<'_>) -> Result<Attributes, Broken> {
    let mut found = Attributes::default();
    while tokens.take(&Token::OpenBracket)? {
        while !tokens.take(&Token::CloseBracket)? {
            if tokens.take(&Token::Comma)? || tokens.take(&Token::Semicolon)? {
                continue;
            }
            let Some(key) = tokens.take_id()? else {
                return Err(tokens.broken("expected an attribute or ]"));
            };
            if !tokens.take(&Token::Equals)? {
                continue;
            }
            let Some(Token::Id { text, html, .. }) = tokens.next()? else {
                return Err(tokens.broken("expected a value after ="));
            };
            match key.as_ref() {
                "label" if !html => found.label = clean::name(&text),
                "weight" => {
                    found.weight = weight(&text);
                    if found.weight.is_none() {
                        let line = tokens.line();
                        let text = clean::clip(&text, 40);
                        writer.issues.flaw(line, format!("weight: {text:?} is no count, left out"));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(found)
}

/// A weight as a count of at least 1; fractions are rounded.
fn weight(text: &str) -> Option<u32> {
    let number: f64 = text.trim().parse().ok()?;
    (0.0..=4e9).contains(&number).then_some(((number + 0.5) as u32).max(1))
}
