//! The tokens of DOT: names bare, numeric, quoted or HTML, comments and preprocessor lines skipped.

use super::super::batch::Writer;
use super::super::document::{Broken, Lines};
use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name; `bare` ones can be keywords, HTML ones are no plain text.
    Id {
        text: Cow<'a, str>,
        bare: bool,
        html: bool,
    },
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Equals,
    Semicolon,
    Comma,
    Colon,
    /// `->`
    Arrow,
    /// `--`
    Line,
}

/// Reads tokens with one token of look-ahead.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    lines: Lines<'a>,
    peeked: Option<Option<Token<'a>>>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0, lines: Lines::of(text), peeked: None }
    }

    /// Tells `writer` how far the file was read.
    pub(super) fn tell(&self, writer: &mut Writer<'_>) {
        writer.has_read(self.text, self.at);
    }

    /// Line of the last token read.
    pub(super) fn line(&mut self) -> u64 {
        self.lines.line(self.at)
    }

    pub(super) fn broken(&mut self, reason: impl Into<String>) -> Broken {
        let line = self.line();
        Broken::at(line, reason)
    }

    pub(super) fn peek(&mut self) -> Result<Option<&Token<'a>>, Broken> {
        if self.peeked.is_none() {
            self.peeked = Some(self.read()?);
        }
        Ok(self.peeked.as_ref().and_then(Option::as_ref))
    }

    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, Broken> {
        match self.peeked.take() {
            Some(token) => Ok(token),
            None => self.read(),
        }
    }

    /// Takes the next token if it is `wanted`.
    pub(super) fn take(&mut self, wanted: &Token<'a>) -> Result<bool, Broken> {
        let is_it = self.peek()? == Some(wanted);
        if is_it {
            self.next()?;
        }
        Ok(is_it)
    }

    /// Takes the next token if it is a name.
    pub(super) fn take_id(&mut self) -> Result<Option<Cow<'a, str>>, Broken> {
        match self.peek()? {
            Some(Token::Id { .. }) => match self.next()? {
                Some(Token::Id { text, .. }) => Ok(Some(text)),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn read(&mut self) -> Result<Option<Token<'a>>, Broken> {
        self.skip()?;
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let (token, length) = match (bytes.first(), bytes.get(1)) {
            (None, _) => return Ok(None),
            (Some(b'{'), _) => (Token::OpenBrace, 1),
            (Some(b'}'), _) => (Token::CloseBrace, 1),
            (Some(b'['), _) => (Token::OpenBracket, 1),
            (Some(b']'), _) => (Token::CloseBracket, 1),
            (Some(b'='), _) => (Token::Equals, 1),
            (Some(b';'), _) => (Token::Semicolon, 1),
            (Some(b','), _) => (Token::Comma, 1),
            (Some(b':'), _) => (Token::Colon, 1),
            (Some(b'-'), Some(b'>')) => (Token::Arrow, 2),
            (Some(b'-'), Some(b'-')) => (Token::Line, 2),
            (Some(b'"'), _) => return self.quoted().map(Some),
            (Some(b'<'), _) => return self.html().map(Some),
            _ => return self.bare().map(Some),
        };
        self.at += length;
        Ok(Some(token))
    }

    fn skip(&mut self) -> Result<(), Broken> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let line_start = self.at == 0 || self.text.as_bytes()[self.at - 1] == b'\n';
            let length = if trimmed.starts_with("//") || (line_start && trimmed.starts_with('#')) {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if let Some(comment) = trimmed.strip_prefix("/*") {
                match comment.find("*/") {
                    Some(end) => end + 4,
                    None => return Err(self.broken("a comment is not closed")),
                }
            } else {
                return Ok(());
            };
            self.at += length;
        }
    }

    /// `"…"`, and more of them joined by `+`.
    fn quoted(&mut self) -> Result<Token<'a>, Broken> {
        let mut whole: Option<String> = None;
        loop {
            let part = self.quoted_part()?;
            let after = self.at;
            self.skip()?;
            let more = self.rest().starts_with('+');
            if more {
                self.at += 1;
                self.skip()?;
            }
            if !(more && self.rest().starts_with('"')) {
                if more {
                    return Err(self.broken("+ joins quoted names only"));
                }
                self.at = after;
                let text = match whole {
                    Some(whole) => Cow::Owned(whole + &part),
                    None => part,
                };
                return Ok(Token::Id { text, bare: false, html: false });
            }
            whole.get_or_insert_default().push_str(&part);
        }
    }

    fn quoted_part(&mut self) -> Result<Cow<'a, str>, Broken> {
        let body = &self.rest()[1..];
        let (mut escaped, mut plain) = (false, true);
        for (n, byte) in body.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => (escaped, plain) = (true, false),
                b'"' => {
                    self.at += n + 2;
                    let text = &body[..n];
                    return Ok(if plain { Cow::Borrowed(text) } else { Cow::Owned(unescape(text)) });
                }
                _ => {}
            }
        }
        Err(self.broken("a quoted name is not closed"))
    }

    fn html(&mut self) -> Result<Token<'a>, Broken> {
        let rest = self.rest();
        let mut depth = 0_u64;
        for (n, byte) in rest.bytes().enumerate() {
            match byte {
                b'<' => depth += 1,
                b'>' if depth == 1 => {
                    self.at += n + 1;
                    return Ok(Token::Id { text: Cow::Borrowed(&rest[..=n]), bare: false, html: true });
                }
                b'>' => depth -= 1,
                _ => {}
            }
        }
        Err(self.broken("an HTML name is not closed"))
    }

    fn bare(&mut self) -> Result<Token<'a>, Broken> {
        let rest = self.rest();
        let first = rest.chars().next().unwrap_or(' ');
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
        let length = match first {
            '-' | '.' | '0'..='9' => {
                let digits = &rest[1..];
                let end = digits.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(digits.len());
                if end == 0 && !first.is_ascii_digit() { 0 } else { end + 1 }
            }
            _ => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        };
        if length == 0 {
            return Err(self.broken(format!("{first:?} is no DOT")));
        }
        self.at += length;
        Ok(Token::Id { text: Cow::Borrowed(&rest[..length]), bare: true, html: false })
    }
}

/// `\"` is a quote, a backslash at the end of a line joins lines, line escapes are spaces; others stay.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('\\', Some('"')) => out.extend(chars.next()),
            ('\\', Some('\n')) => {
                chars.next();
            }
            ('\\', Some('n' | 'l' | 'r')) => {
                chars.next();
                out.push(' ');
            }
            ('\\', Some('\\')) => {
                chars.next();
                out.push_str("\\\\");
            }
            _ => out.push(c),
        }
    }
    out
}
