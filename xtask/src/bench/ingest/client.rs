//! The other side: requests over kept connections, and one reader of the live stream that notes what it sees when.

use super::load::Body;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use ureq::Agent;

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the server answers.
#[derive(Debug, Default, Deserialize)]
pub struct Receipt {
    /// Events in the log now.
    pub accepted: u64,
    /// Events that were there already.
    pub duplicates: u64,
    /// Events refused.
    pub rejected: u64,
    /// Last position by iteration.
    pub positions: BTreeMap<String, u64>,
}

/// One sender with its own connection.
pub struct Sender {
    agent: Agent,
    url: String,
}

impl Sender {
    /// A sender to the server at `url`.
    pub fn new(url: &str) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().new_agent();
        Self { agent, url: format!("{url}/api/v1/events") }
    }

    /// Sends a body; when the server is busy, again after the time it says.
    pub fn send(&self, body: &Body) -> Result<Receipt> {
        loop {
            let request = self.agent.post(&self.url).header("content-type", "application/x-ndjson");
            let mut response = request.send(body.text.as_str()).context("cannot send events")?;
            let status = response.status().as_u16();
            if matches!(status, 429 | 503) {
                let after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
                let seconds = after.and_then(|text| text.parse().ok()).unwrap_or(1);
                std::thread::sleep(Duration::from_secs(seconds));
                continue;
            }
            if status != 200 {
                bail!("{status}: {}", response.body_mut().read_to_string().unwrap_or_default());
            }
            return response.body_mut().read_json().context("the receipt is no JSON");
        }
    }
}

/// A reader of the live stream: the last position of each frame, and when it came.
pub struct Reader {
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    frames: Mutex<Vec<(u64, Instant)>>,
    more: Condvar,
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, Vec<(u64, Instant)>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// Reads all that `iteration` has after position `after`, for as long as the server lives.
    pub fn open(url: &str, iteration: &str, after: u64) -> Result<Self> {
        let agent = Agent::config_builder().build().new_agent();
        let url = format!("{url}/api/v1/iterations/{iteration}/live/events?after={after}");
        let response = agent.get(&url).call().context("cannot open the live stream")?;
        let seen = Arc::new(Seen::default());
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut lines = BufReader::with_capacity(1 << 16, response.into_body().into_reader());
            let mut line = Vec::new();
            // Data comes before the id or after it; the blank line ends both.
            let mut last = None;
            while lines.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                if let Some(id) = line.strip_prefix(b"id: ") {
                    last = std::str::from_utf8(id).ok().and_then(|text| text.trim().parse().ok());
                }
                if line == b"\n"
                    && let Some(position) = last.take()
                {
                    noted.lock().push((position, Instant::now()));
                    noted.more.notify_all();
                }
                line.clear();
            }
        });
        Ok(Self { seen })
    }

    /// Waits until `position` has been seen, and says when.
    pub fn wait_for(&self, position: u64) -> Result<Instant> {
        let frames = self.seen.lock();
        let unseen = |frames: &mut Vec<(u64, Instant)>| frames.last().is_none_or(|last| last.0 < position);
        let waited = self.seen.more.wait_timeout_while(frames, PATIENCE, unseen);
        let (frames, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            bail!("position {position} was not seen within {} s", PATIENCE.as_secs());
        }
        let at = frames.partition_point(|frame| frame.0 < position);
        frames.get(at).map(|frame| frame.1).context("it was seen")
    }
}
