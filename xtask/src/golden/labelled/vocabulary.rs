//! Words of the labelled product: areas, what can be done with what, how people shorten it.

/// A verb in the forms that titles use.
pub struct Verb {
    /// "cancel".
    pub plain: &'static str,
    /// "cancelling".
    pub going: &'static str,
    /// "cancelled".
    pub done: &'static str,
    /// "cancellation".
    pub noun: &'static str,
}

const fn verb(plain: &'static str, going: &'static str, done: &'static str, noun: &'static str) -> Verb {
    Verb { plain, going, done, noun }
}

/// Areas of the product, also the names of folders.
pub const AREAS: &[&str] = &[
    "refunds",
    "payouts",
    "disputes",
    "invoices",
    "subscriptions",
    "webhooks",
    "merchants",
    "reports",
    "taxes",
    "cards",
    "wallets",
    "vouchers",
    "sessions",
    "catalogues",
    "shipments",
    "notifications",
    "ledgers",
    "quotes",
    "rewards",
    "mandates",
    "terminals",
    "accounts",
    "exports",
    "limits",
    "chargebacks",
    "settlements",
    "transfers",
    "budgets",
    "receipts",
    "orders",
    "returns",
    "deposits",
    "loans",
    "advances",
    "permits",
    "audits",
    "alerts",
    "tickets",
    "channels",
    "devices",
    "partners",
    "regions",
    "holidays",
    "imports",
    "fees",
    "parcels",
    "surveys",
    "tenants",
];

/// What there is in every area.
pub const OBJECTS: &[&str] = &[
    "request",
    "batch",
    "statement",
    "rule",
    "record",
    "template",
    "summary",
    "transaction",
    "schedule",
    "identity",
];

/// What can be done with it.
pub const VERBS: &[Verb] = &[
    verb("create", "creating", "created", "creation"),
    verb("cancel", "cancelling", "cancelled", "cancellation"),
    verb("approve", "approving", "approved", "approval"),
    verb("reject", "rejecting", "rejected", "rejection"),
    verb("archive", "archiving", "archived", "archival"),
    verb("restore", "restoring", "restored", "restoration"),
    verb("authenticate", "authenticating", "authenticated", "authentication"),
    verb("validate", "validating", "validated", "validation"),
    verb("schedule", "scheduling", "scheduled", "scheduling"),
    verb("split", "splitting", "split", "split"),
    verb("merge", "merging", "merged", "merger"),
    verb("retry", "retrying", "retried", "retry"),
];

/// Under what circumstances.
pub const QUALIFIERS: &[&str] = &[
    "for one merchant",
    "within a day",
    "without an account",
    "in two currencies",
    "after a time-out",
    "with an expired card",
    "on a mobile phone",
    "for a locked account",
    "twice in a row",
    "at the end of the month",
    "over the limit",
    "during maintenance",
];

/// As people in a hurry write it.
const SHORT: &[(&str, &str)] = &[
    ("authentication", "auth"),
    ("authenticated", "auth'd"),
    ("transaction", "txn"),
    ("subscription", "subscr"),
    ("notification", "notif"),
    ("merchant", "merch"),
    ("account", "acct"),
    ("statement", "stmt"),
    ("currencies", "ccys"),
    ("maintenance", "maint."),
    ("cancellation", "cancel"),
    ("validation", "valid."),
    ("request", "req"),
    ("template", "tmpl"),
];

/// A title with its long words cut short.
pub fn abbreviated(text: &str) -> String {
    SHORT.iter().fold(text.to_owned(), |text, (long, short)| text.replace(long, short))
}

/// A title as a file is called after it.
pub fn slug(text: &str) -> String {
    text.replace([' ', '\''], "-")
}
