//! What the server counts and times about itself, in the Prometheus text format.
//!
//! Nothing here reaches a log, a graph or a verdict. Names and units follow Prometheus' conventions.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// All counters, gauges and histograms of one process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    accepted: Counter,
    duplicates: Counter,
    rejected: Counter,
    refused: Counter,
    requests: Gauge,
    visible: Histogram,
    append: Histogram,
    queries: Histogram,
    graphs: Gauge,
    graph_events: Gauge,
    streams: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Self {
        // 100 µs to about 13 s, doubling.
        let durations = || Histogram::new(exponential_buckets(0.0001, 2.0, 18));
        let mut metrics = Self {
            registry: Registry::with_prefix("mission"),
            accepted: Counter::default(),
            duplicates: Counter::default(),
            rejected: Counter::default(),
            refused: Counter::default(),
            requests: Gauge::default(),
            visible: durations(),
            append: durations(),
            queries: durations(),
            graphs: Gauge::default(),
            graph_events: Gauge::default(),
            streams: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let r = &mut self.registry;
        r.register("ingest_accepted", "Events appended to a log", self.accepted.clone());
        r.register("ingest_duplicates", "Events that were in the log already", self.duplicates.clone());
        r.register("ingest_rejected", "Events refused and kept as dead letters", self.rejected.clone());
        r.register("ingest_refused_requests", "Ingest requests refused whole", self.refused.clone());
        r.register("ingest_requests_in_flight", "Ingest requests being worked on", self.requests.clone());
        let seconds = Unit::Seconds;
        let visible = self.visible.clone();
        r.register_with_unit("ingest_visible", "Request read to events folded and told", seconds, visible);
        let append = self.append.clone();
        r.register_with_unit("store_append", "One append, queueing and commit", Unit::Seconds, append);
        let queries = self.queries.clone();
        r.register_with_unit("board_answer", "One answer, computed or remembered", Unit::Seconds, queries);
        r.register("board_graphs", "Iterations in memory", self.graphs.clone());
        r.register("board_events", "Events in all graphs in memory", self.graph_events.clone());
        r.register("live_streams", "Open live streams", self.streams.clone());
    }

    /// Everything in the Prometheus (OpenMetrics) text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(error) => format!("# {error}\n# EOF\n"),
        }
    }

    /// Counts what became of the events of one request.
    pub(crate) fn ingested(&self, accepted: u64, duplicates: u64, rejected: u64) {
        self.accepted.inc_by(accepted);
        self.duplicates.inc_by(duplicates);
        self.rejected.inc_by(rejected);
    }

    /// Counts a request that was refused whole.
    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    /// Counts an ingest request in; it is counted out when the value is dropped.
    pub(crate) fn request(&self) -> InFlight {
        InFlight::new(&self.requests)
    }

    /// Counts a live stream in; it is counted out when the value is dropped.
    pub(crate) fn stream(&self) -> InFlight {
        InFlight::new(&self.streams)
    }

    /// Times from a request read to its events folded.
    pub(crate) fn visible(&self, took: Duration) {
        self.visible.observe(took.as_secs_f64());
    }

    /// Times one append.
    pub(crate) fn appended(&self, took: Duration) {
        self.append.observe(took.as_secs_f64());
    }

    /// Times one answer.
    pub(crate) fn answered(&self, took: Duration) {
        self.queries.observe(took.as_secs_f64());
    }

    /// Sets how much the board holds.
    pub(crate) fn board(&self, graphs: u64, events: u64) {
        self.graphs.set(i64::try_from(graphs).unwrap_or(i64::MAX));
        self.graph_events.set(i64::try_from(events).unwrap_or(i64::MAX));
    }
}

/// Something that goes on, counted until it is dropped.
#[derive(Debug)]
pub struct InFlight(Gauge);

impl InFlight {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
