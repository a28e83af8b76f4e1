//! The crates of Meridian Pay and their modules, lowest layer first, and the rules of its architecture.

/// A crate.
pub struct Crate {
    /// Its name; its folder is `crates/NAME`.
    pub name: &'static str,
    /// Modules, lowest first: each may use those before it and the crates below.
    pub modules: &'static [&'static str],
    /// Crates below that its modules use.
    pub uses: &'static [&'static str],
    /// Ordinal of the first iteration that has it.
    pub since: u8,
}

/// A rule of the architecture.
pub struct Rule {
    /// Its key.
    pub key: &'static str,
    /// How bad a breach is.
    pub severity: &'static str,
    /// What it demands.
    pub text: &'static str,
}

/// All crates, lowest layer first.
pub const CRATES: &[Crate] = &[
    Crate {
        name: "money",
        modules: &["currency", "minor_units", "rounding", "amount", "rate", "allocation", "lib"],
        uses: &[],
        since: 1,
    },
    Crate {
        name: "types",
        modules: &[
            "ids",
            "country",
            "clock",
            "iban",
            "card_token",
            "email",
            "locale",
            "error",
            "signature",
            "page",
            "secret",
            "lib",
        ],
        uses: &[],
        since: 1,
    },
    Crate {
        name: "telemetry",
        modules: &["span", "counter", "audit", "redaction", "lib"],
        uses: &["types"],
        since: 1,
    },
    Crate {
        name: "ledger",
        modules: &["account", "entry", "posting", "period", "hold", "balance", "journal", "store", "lib"],
        uses: &["money", "types"],
        since: 1,
    },
    Crate {
        name: "risk",
        modules: &["signal", "device", "velocity", "blocklist", "rule", "score", "review", "lib"],
        uses: &["money", "types"],
        since: 1,
    },
    Crate {
        name: "gateway",
        modules: &[
            "message",
            "iso8583",
            "tls",
            "retry",
            "acquirer_north",
            "acquirer_delta",
            "network_token",
            "three_d_secure",
            "routing",
            "lib",
        ],
        uses: &["money", "types", "telemetry"],
        since: 1,
    },
    Crate {
        name: "payments",
        modules: &[
            "state",
            "idempotency",
            "authorisation",
            "capture",
            "void",
            "refund",
            "wallet",
            "exemption",
            "fees",
            "events",
            "lib",
        ],
        uses: &["money", "types", "ledger", "risk", "gateway"],
        since: 1,
    },
    Crate {
        name: "settlement",
        modules: &["calendar", "batch", "iso20022", "sepa", "faster_payments", "payout", "hold", "lib"],
        uses: &["money", "types", "ledger"],
        since: 1,
    },
    Crate {
        name: "disputes",
        modules: &["reason_code", "matching", "deadline", "evidence", "lib"],
        uses: &["money", "types", "ledger", "payments"],
        since: 1,
    },
    Crate {
        name: "reporting",
        modules: &["statement", "matching", "difference", "closing", "lib"],
        uses: &["money", "types", "ledger", "telemetry"],
        since: 7,
    },
    Crate {
        name: "merchant",
        modules: &["profile", "keys", "webhook", "delivery", "signing", "lib"],
        uses: &["types", "telemetry", "payments"],
        since: 1,
    },
    Crate {
        name: "onboarding",
        modules: &["identity", "owners", "sanctions", "document", "lib"],
        uses: &["types", "telemetry"],
        since: 9,
    },
    Crate {
        name: "api",
        modules: &[
            "auth",
            "problem",
            "payments_v2",
            "refunds_v2",
            "disputes_v2",
            "webhooks_v2",
            "reports_v2",
            "router",
            "lib",
        ],
        uses: &["types", "payments", "settlement", "disputes", "merchant"],
        since: 1,
    },
    Crate {
        name: "worker",
        modules: &["queue", "settle_job", "deliver_job", "expire_job", "lib"],
        uses: &["types", "settlement", "merchant", "disputes"],
        since: 1,
    },
];

const fn rule(key: &'static str, severity: &'static str, text: &'static str) -> Rule {
    Rule { key, severity, text }
}

/// The rules, by key.
pub const RULES: &[Rule] = &[
    rule(
        "domain-is-pure",
        "error",
        "ledger, risk, payments, settlement and disputes know no HTTP, no queue and no vendor.",
    ),
    rule("layers-point-down", "error", "A crate uses crates of lower layers only."),
    rule(
        "ledger-by-its-front",
        "error",
        "Other crates reach the ledger through ledger::lib, never its insides.",
    ),
    rule(
        "money-is-money",
        "error",
        "Amounts are money::amount; no float, no bare integer crosses a crate's border.",
    ),
    rule("no-new-vendor", "warn", "A vendor's library appears in gateway only."),
    rule("no-wide-module", "warn", "A module uses at most twelve others."),
    rule("secrets-stay-secret", "error", "types::secret is never written by telemetry."),
    rule("tests-stay-out", "info", "Test support is not reachable from a release build."),
];

/// Libraries of others that the product uses, and the module that does.
pub const EXTERNAL: &[(&str, &str)] = &[
    ("tokio", "crates/worker/src/queue.rs"),
    ("axum", "crates/api/src/router.rs"),
    ("sqlx", "crates/ledger/src/store.rs"),
    ("rustls", "crates/gateway/src/tls.rs"),
    ("ring", "crates/types/src/signature.rs"),
    ("tracing", "crates/telemetry/src/span.rs"),
    ("quick-xml", "crates/settlement/src/iso20022.rs"),
];

/// Key of a module: its file.
pub fn module(of: &str, name: &str) -> String {
    format!("crates/{of}/src/{name}.rs")
}
