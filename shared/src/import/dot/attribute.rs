//! Attribute lists: the label and the weight in them.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::Broken;
use super::token::{Token, Tokens};
use std::borrow::Cow;

/// Attributes we use.
#[derive(Default)]
pub(super) struct Attributes<'t> {
    pub(super) label: Option<Cow<'t, str>>,
    pub(super) weight: Option<u32>,
}

/// Any number of `[a=b, c]` lists.
pub(super) fn attributes<'t>(
    tokens: &mut Tokens<'t>,
    writer: &mut Writer<'_>,
) -> Result<Attributes<'t>, Broken> {
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
                "label" if !html => found.label = kept(text, clean::name_of),
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

/// `text` as `fit` makes it fit, borrowed from the file where that holds it.
pub(super) fn kept<'t>(
    text: Cow<'t, str>,
    fit: impl for<'f> Fn(&'f str) -> Option<Cow<'f, str>>,
) -> Option<Cow<'t, str>> {
    match text {
        Cow::Borrowed(text) => fit(text),
        Cow::Owned(text) => fit(&text).map(|text| Cow::Owned(text.into_owned())),
    }
}

/// A weight as a count of at least 1; fractions are rounded.
fn weight(text: &str) -> Option<u32> {
    let number: f64 = text.trim().parse().ok()?;
    (0.0..=4e9).contains(&number).then_some(((number + 0.5) as u32).max(1))
}
