//! Addresses: the URL is the state. A [`Place`] is a page, a moment, a selection and what else the query says.
//!
//! `/` · `/i/{iteration}` · `/i/{iteration}/{lens}` · `/m/{iteration}` · `/embed/v1/{lens}/{iteration}`, each but
//! the first with `v` (valid time), `k` (known time), `sel`, `f` and `cam`. Unknown parameters are kept and
//! ignored; bad ones fall back and leave a notice. Natural ids only, so that a link works for ever.
//!
//! Not here: history, fetching, clocks. `now` stays `now` until the log resolves it.

mod moment;
mod name;
mod query;

pub use moment::{Address, Known, Valid, address, playback};
pub use name::LensName;

use shared::id::{EntityId, Name};
use std::fmt;

/// Longest query that is read, in bytes.
pub const QUERY_BYTES_MAX: usize = 8192;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// All iterations.
    List,
    /// The four lenses of an iteration.
    Mission(Name),
    /// One lens of it.
    Lens(Name, LensName),
    /// The page for phones.
    Phone(Name),
    /// One lens inside another site's page.
    Embed(Name, LensName),
}

/// An address, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which page.
    pub page: Page,
    /// When it happened.
    pub valid: Valid,
    /// When we learned it.
    pub known: Known,
    /// The selected entity.
    pub selected: Option<EntityId>,
    /// Which of the four panels is seen where there is room for one only; none for the verdict's.
    pub panel: Option<LensName>,
    /// Filters, as they were written.
    pub filter: Option<String>,
    /// The camera, as it was written.
    pub camera: Option<String>,
    /// Parameters this page knows nothing of, in order.
    pub rest: Vec<(String, String)>,
    /// What was wrong with the address, as sentences.
    pub notices: Vec<String>,
}

/// Why an address is none of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// No page has this path.
    #[error("there is no page at {0:?}")]
    Unknown(String),
    /// The path names an iteration that cannot be one.
    #[error(transparent)]
    Name(#[from] shared::id::IdError),
    /// The path names a lens that is none.
    #[error("no lens {0:?}; there are dde, bdv, acc and convergence")]
    Lens(String),
}

impl Page {
    /// Reads a path.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn parse(path: &str) -> Result<Self, PlaceError> {
        let parts: Vec<String> =
            path.split('/').filter(|part| !part.is_empty()).map(query::decoded).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [] => Ok(Page::List),
            ["i", iteration] => Ok(Page::Mission(Name::iteration(iteration)?)),
            ["i", iteration, lens] => Ok(Page::Lens(Name::iteration(iteration)?, lens_of(lens)?)),
            ["m", iteration] => Ok(Page::Phone(Name::iteration(iteration)?)),
            ["embed", "v1", lens, iteration] => Ok(Page::Embed(Name::iteration(iteration)?, lens_of(lens)?)),
            _ => Err(PlaceError::Unknown(path.chars().take(120).collect())),
        }
    }

    /// The iteration it is about.
    #[must_use]
    pub fn iteration(&self) -> Option<&Name> {
        match self {
            Page::List => None,
            Page::Mission(name) | Page::Lens(name, _) | Page::Phone(name) | Page::Embed(name, _) => {
                Some(name)
            }
        }
    }

    /// The lens it shows alone.
    #[must_use]
    pub fn lens(&self) -> Option<LensName> {
        match self {
            Page::Lens(_, lens) | Page::Embed(_, lens) => Some(*lens),
            Page::List | Page::Mission(_) | Page::Phone(_) => None,
        }
    }

    /// What the browser's tab says.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Page::List => "Iterations · Mission Control".to_owned(),
            Page::Mission(name) | Page::Phone(name) => format!("{name} · Mission Control"),
            Page::Lens(name, lens) | Page::Embed(name, lens) => {
                format!("{} · {name} · Mission Control", lens.title())
            }
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Page::List => f.write_str("/"),
            Page::Mission(name) => write!(f, "/i/{name}"),
            Page::Lens(name, lens) => write!(f, "/i/{name}/{}", lens.as_str()),
            Page::Phone(name) => write!(f, "/m/{name}"),
            Page::Embed(name, lens) => write!(f, "/embed/v1/{}/{name}", lens.as_str()),
        }
    }
}

fn lens_of(text: &str) -> Result<LensName, PlaceError> {
    LensName::parse(text).ok_or_else(|| PlaceError::Lens(text.chars().take(40).collect()))
}

impl Place {
    /// `page` now, with nothing selected.
    #[must_use]
    pub fn new(page: Page) -> Self {
        Self {
            page,
            valid: Valid::Now,
            known: Known::Now,
            selected: None,
            panel: None,
            filter: None,
            camera: None,
            rest: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Reads a path and a raw query (without `?`).
    ///
    /// # Errors
    /// The path is none of ours. A bad query is no error: it leaves [`Place::notices`].
    pub fn parse(path: &str, query: &str) -> Result<Self, PlaceError> {
        let mut place = Self::new(Page::parse(path)?);
        let query = if query.len() > QUERY_BYTES_MAX {
            place.notices.push("The address is too long; what follows ? was left out.".to_owned());
            ""
        } else {
            query
        };
        for (name, value) in query::pairs(query) {
            place.take(name, value);
        }
        if place.valid == Valid::Now && place.known == Known::Same {
            place.known = Known::Now;
        }
        Ok(place)
    }

    fn take(&mut self, name: String, value: String) {
        match name.as_str() {
            "v" => match Valid::parse(&value) {
                Some(valid) => self.valid = valid,
                None => self.note(format!("v={} is no time; showing now.", short(&value))),
            },
            "k" => match Known::parse(&value) {
                Some(known) => self.known = known,
                None => self.note(format!(
                    "k={} is neither a time nor a log position; showing what is known now.",
                    short(&value)
                )),
            },
            "sel" if value.is_empty() => {}
            "sel" => match value.parse() {
                Ok(id) => self.selected = Some(id),
                Err(_) => self.note(format!("sel={} names nothing; an id is KIND:KEY.", short(&value))),
            },
            "panel" => match LensName::parse(&value) {
                Some(lens) => self.panel = Some(lens),
                None => self.note(format!("panel={} is no panel; showing the verdict's.", short(&value))),
            },
            "f" => self.filter = Some(value).filter(|text| !text.is_empty()),
            "cam" => self.camera = Some(value).filter(|text| !text.is_empty()),
            _ => self.rest.push((name, value)),
        }
    }

    fn note(&mut self, notice: String) {
        self.notices.push(notice);
    }

    /// The address.
    #[must_use]
    pub fn href(&self) -> String {
        let mut out = self.page.to_string();
        let mut put = |name: &str, value: &str| {
            out.push(if out.contains('?') { '&' } else { '?' });
            query::encode(name, &mut out);
            out.push('=');
            query::encode(value, &mut out);
        };
        if let Some(valid) = self.valid.text() {
            put("v", &valid);
        }
        if let Some(known) = self.known.text() {
            put("k", &known);
        }
        if let Some(id) = &self.selected {
            put("sel", &id.to_string());
        }
        if let Some(lens) = self.panel {
            put("panel", lens.as_str());
        }
        for (name, value) in [("f", &self.filter), ("cam", &self.camera)] {
            value.iter().for_each(|value| put(name, value));
        }
        self.rest.iter().for_each(|(name, value)| put(name, value));
        out
    }

    /// The same moment and selection on another page of the same iteration.
    #[must_use]
    pub fn on(&self, page: Page) -> Self {
        Self { page, camera: None, notices: Vec::new(), ..self.clone() }
    }

    /// The same place with another panel where there is room for one only.
    #[must_use]
    pub fn showing(&self, panel: LensName) -> Self {
        Self { panel: Some(panel), notices: Vec::new(), ..self.clone() }
    }

    /// The same page and moment with another selection.
    #[must_use]
    pub fn selecting(&self, selected: Option<EntityId>) -> Self {
        Self { selected, notices: Vec::new(), ..self.clone() }
    }

    /// The same page and selection at another moment.
    #[must_use]
    pub fn at(&self, (valid, known): Address) -> Self {
        Self { valid, known, notices: Vec::new(), ..self.clone() }
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::Time;

    fn read(url: &str) -> Place {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        Place::parse(path, query).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn every_page_reads_back_what_it_writes() {
        for url in [
            "/",
            "/i/Iter-1",
            "/i/Iter-1/dde?v=2026-11-24T13:58:10Z",
            "/i/@shop/acc?v=2026-11-24T13:58:10Z&k=1204&sel=task:build-api",
            "/i/a.b_c@d+e:f-g/convergence?k=7&sel=module:src/a%20b%26c.rs&f=status:failed;team:core&cam=1,2,3",
            "/i/Iter-1?k=7&sel=task:t&panel=bdv&f=x",
            "/m/Iter-1?v=-15m&k=same",
            "/embed/v1/bdv/Iter-1?theme=dark&chrome=none",
        ] {
            assert_eq!(read(url).href(), url);
            assert_eq!(read(url).notices, Vec::<String>::new(), "{url}");
        }
    }

    #[test]
    fn times_take_every_form_people_write() {
        let at = Time::parse("2026-11-24T13:58:10Z").unwrap();
        for v in ["2026-11-24T13:58:10Z", "2026-11-24T14:58:10%2B01:00", "2026-11-24T14:58:10+01:00"] {
            assert_eq!(read(&format!("/i/a?v={v}")).valid, Valid::At(at), "{v}");
        }
        for live in ["", "v=live", "v=now&k=now", "k=same", "v=&k="] {
            let place = read(&format!("/i/a?{live}"));
            assert_eq!((place.valid, place.known), (Valid::Now, Known::Now), "{live}");
        }
        assert_eq!(read("/i/a?v=-90s").valid, Valid::Ago(90_000_000));
        assert_eq!(read("/i/a?k=12").known, Known::Position(12));
        assert_eq!(read("/i/a?k=2026-11-24T13:58:10Z").known, Known::At(at));
    }

    #[test]
    fn bad_parameters_fall_back_with_a_notice_and_unknown_ones_stay() {
        let place = read("/i/a?v=yesterday&k=-1&sel=nothing&panel=table&x=1&y=%F0%9F%9A%80&z");
        assert_eq!((place.valid, place.known, &place.selected), (Valid::Now, Known::Now, &None));
        assert_eq!(place.notices.len(), 4, "{:?}", place.notices);
        assert_eq!(place.href(), "/i/a?x=1&y=%F0%9F%9A%80&z=");
        let long = format!("x={}", "y".repeat(QUERY_BYTES_MAX));
        assert_eq!(Place::parse("/i/a", &long).unwrap().notices.len(), 1);
    }

    #[test]
    fn paths_of_nobody_are_refused_with_a_reason() {
        for bad in
            ["/x", "/i", "/i/a/b", "/i/a/dde/x", "/i/..", "/i/%2e%2e", "/embed/v2/dde/a", "/m/a%22", "/i/%00"]
        {
            assert!(Place::parse(bad, "").is_err(), "{bad}");
        }
    }

    #[test]
    fn changes_keep_what_they_do_not_touch() {
        let place = read("/i/a/dde?v=2026-11-24T13:58:10Z&k=3&sel=task:t&f=x&cam=1,2,3&u=1");
        let other = place.on(Page::Lens(Name::new("a").unwrap(), LensName::Acc));
        assert_eq!(other.href(), "/i/a/acc?v=2026-11-24T13:58:10Z&k=3&sel=task:t&f=x&u=1");
        assert_eq!(place.selecting(None).href(), "/i/a/dde?v=2026-11-24T13:58:10Z&k=3&f=x&cam=1,2,3&u=1");
        assert_eq!(place.at((Valid::Now, Known::Now)).href(), "/i/a/dde?sel=task:t&f=x&cam=1,2,3&u=1");
    }
}
