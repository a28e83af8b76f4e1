//! The question as people ask it, before `now` and timestamps are resolved: `v` and `k` of a URL or a flag.

use shared::time::{Position, Time, TimeError};

/// When we had to know it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Up to this position of the log.
    Position(Position),
    /// Up to what was recorded by this time.
    At(Time),
}

/// What is asked: `None` is now. Resolved once, by [`Board::answer`](super::Board::answer), and echoed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    /// When it happened.
    pub valid: Option<Time>,
    /// When we learned it.
    pub known: Option<Known>,
}

/// Why `v` or `k` says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// `v` is no time.
    #[error("valid time: {0}; give RFC 3339 or now")]
    Valid(TimeError),
    /// `k` is neither a time nor a position.
    #[error("known time: {0}; give RFC 3339, a log position or now")]
    Known(TimeError),
}

impl Question {
    /// What is true now, as we know it now.
    pub const NOW: Question = Question { valid: None, known: None };

    /// Reads `v` (RFC 3339) and `k` (RFC 3339 or a log position). Absent, empty or `now` is now.
    ///
    /// # Errors
    /// Which of the two says nothing.
    pub fn parse(valid: Option<&str>, known: Option<&str>) -> Result<Self, QuestionError> {
        let said = |text: &&str| !text.is_empty() && *text != "now";
        let valid = valid.filter(said).map(Time::parse).transpose().map_err(QuestionError::Valid)?;
        let known = match known.filter(said) {
            None => None,
            Some(text) => match text.parse::<Position>() {
                Ok(position) => Some(Known::Position(position)),
                Err(_) => Some(Known::At(Time::parse(text).map_err(QuestionError::Known)?)),
            },
        };
        Ok(Self { valid, known })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_takes_a_position_or_a_time_and_refuses_the_rest() {
        let at = Time::parse("2026-03-01T10:00:00Z").unwrap();
        let ask = |k| Question::parse(None, Some(k)).map(|q| q.known);
        assert_eq!(ask("17"), Ok(Some(Known::Position(17))));
        assert_eq!(ask("2026-03-01T10:00:00Z"), Ok(Some(Known::At(at))));
        assert_eq!(ask("now"), Ok(None));
        assert_eq!(ask(""), Ok(None));
        for bad in ["-1", "1.5", "yesterday", "+10000-01-01T00:00:00Z", "99999999999999999999999"] {
            assert!(ask(bad).is_err(), "{bad}");
        }
        assert!(Question::parse(Some("17"), None).is_err());
    }
}
