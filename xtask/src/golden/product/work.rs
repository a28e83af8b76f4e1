//! How Meridian Pay is built and released: workflows, tasks, what they make, and the contracts they keep.

/// A task.
pub struct Task {
    /// Its key.
    pub key: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Workflow it lies in.
    pub workflow: &'static str,
    /// Tasks it waits for.
    pub after: &'static [&'static str],
    /// How long it takes when all is well, in seconds.
    pub secs: u32,
    /// Area of `features/` it implements, if it builds a part of the product.
    pub area: Option<&'static str>,
    /// Ordinal of the first iteration that has it.
    pub since: u8,
}

/// Something made.
pub struct Artifact {
    /// Its key.
    pub key: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Task that makes it.
    pub task: &'static str,
    /// Crates it is built from.
    pub crates: &'static [&'static str],
}

/// An agreement.
pub struct Contract {
    /// Its key.
    pub key: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Version agreed on.
    pub version: &'static str,
    /// Tasks it binds.
    pub tasks: &'static [&'static str],
    /// Modules it binds, as crate and module.
    pub modules: &'static [(&'static str, &'static str)],
}

/// The workflows, by order of work: key and name.
pub const WORKFLOWS: &[(&str, &str)] = &[
    ("prepare", "Prepare"),
    ("build", "Build"),
    ("test", "Test"),
    ("package", "Package"),
    ("stage", "Stage"),
    ("release", "Release"),
];

const fn task(
    workflow: &'static str,
    key: &'static str,
    name: &'static str,
    after: &'static [&'static str],
    secs: u32,
) -> Task {
    Task { key, name, workflow, after, secs, area: None, since: 1 }
}

const fn build(
    key: &'static str,
    name: &'static str,
    after: &'static [&'static str],
    secs: u32,
    area: Option<&'static str>,
    since: u8,
) -> Task {
    Task { key, name, workflow: "build", after, secs, area, since }
}

/// All tasks; each stands after those it waits for.
pub const TASKS: &[Task] = &[
    task("prepare", "checkout", "Check out the candidate", &[], 21),
    task("prepare", "toolchain", "Install the pinned toolchain", &["checkout"], 64),
    task("prepare", "lint", "Lint and format", &["toolchain"], 143),
    task("prepare", "licences", "Check licences and advisories", &["checkout"], 38),
    task("prepare", "openapi-diff", "Compare the API with the last release", &["checkout"], 47),
    task("prepare", "migrations-check", "Check that migrations go both ways", &["checkout"], 96),
    build("build-money", "Build money", &["toolchain"], 74, None, 1),
    build("build-types", "Build types", &["toolchain"], 81, None, 1),
    build("build-ledger", "Build ledger", &["build-money", "build-types"], 168, Some("ledger"), 1),
    build("build-risk", "Build risk", &["build-money", "build-types"], 132, Some("risk"), 1),
    build("build-gateway", "Build gateway", &["build-money", "build-types"], 191, Some("checkout"), 1),
    build(
        "build-payments",
        "Build payments",
        &["build-ledger", "build-risk", "build-gateway"],
        214,
        Some("payments"),
        1,
    ),
    build("build-settlement", "Build settlement", &["build-ledger"], 157, Some("settlement"), 1),
    build("build-disputes", "Build disputes", &["build-payments"], 88, Some("disputes"), 1),
    build("build-reporting", "Build reporting", &["build-ledger"], 93, Some("reporting"), 7),
    build("build-merchant", "Build merchant", &["build-payments"], 119, Some("merchant"), 1),
    build("build-onboarding", "Build onboarding", &["build-types"], 106, None, 9),
    build(
        "build-api",
        "Build the API",
        &["build-payments", "build-settlement", "build-disputes", "build-merchant"],
        227,
        None,
        1,
    ),
    build(
        "build-worker",
        "Build the worker",
        &["build-settlement", "build-merchant", "build-disputes"],
        149,
        None,
        1,
    ),
    task("test", "unit-money", "Unit tests of money", &["build-money"], 34),
    task("test", "unit-ledger", "Unit tests of ledger", &["build-ledger"], 77),
    task("test", "unit-risk", "Unit tests of risk", &["build-risk"], 58),
    task("test", "unit-gateway", "Unit tests of gateway", &["build-gateway"], 91),
    task("test", "unit-payments", "Unit tests of payments", &["build-payments"], 126),
    task("test", "unit-settlement", "Unit tests of settlement", &["build-settlement"], 83),
    task("test", "unit-api", "Unit tests of the API", &["build-api"], 112),
    task("test", "property-money", "Property tests of rounding and allocation", &["build-money"], 305),
    task("test", "mutation-ledger", "Mutation tests of the ledger", &["unit-ledger"], 1_870),
    task(
        "test",
        "integration-ledger",
        "Ledger against PostgreSQL",
        &["build-ledger", "migrations-check"],
        342,
    ),
    task("test", "integration-gateway", "Gateway against the acquirers' sandboxes", &["build-gateway"], 611),
    task(
        "test",
        "integration-settlement",
        "Settlement files against the bank's checker",
        &["build-settlement"],
        423,
    ),
    task("test", "consumer-contracts", "Consumer contracts of the SDKs", &["build-api"], 188),
    task("test", "coverage", "Coverage report", &["unit-ledger", "unit-payments", "unit-api"], 54),
    task("package", "image-api", "Container image of the API", &["unit-api", "unit-payments"], 133),
    task("package", "image-worker", "Container image of the worker", &["build-worker"], 121),
    task("package", "image-settlement", "Container image of settlement", &["unit-settlement"], 118),
    task("package", "sdk-typescript", "TypeScript SDK", &["openapi-diff", "build-api"], 72),
    task("package", "sdk-python", "Python SDK", &["openapi-diff", "build-api"], 66),
    task("package", "helm-chart", "Helm chart", &["image-api", "image-worker", "image-settlement"], 29),
    task("package", "sbom", "Bill of materials", &["image-api", "image-worker", "image-settlement"], 43),
    task("package", "sign", "Sign images and SDKs", &["sbom", "sdk-typescript", "sdk-python"], 26),
    task("stage", "deploy-staging", "Deploy to staging", &["helm-chart", "sign"], 241),
    task("stage", "smoke-staging", "Smoke test on staging", &["deploy-staging"], 96),
    task(
        "stage",
        "migration-rehearsal",
        "Rehearse migrations on a copy of production",
        &["deploy-staging"],
        1_460,
    ),
    task("stage", "load-test", "Load test at twice the peak", &["smoke-staging"], 2_710),
    task("stage", "security-scan", "Dynamic security scan", &["smoke-staging"], 1_935),
    task("stage", "soak", "Soak for two hours", &["load-test"], 7_200),
    task(
        "release",
        "change-approval",
        "Approval of the change",
        &["soak", "security-scan", "migration-rehearsal"],
        605,
    ),
    task("release", "canary-5", "Canary, 5 % of traffic", &["change-approval"], 1_805),
    task("release", "canary-50", "Canary, 50 % of traffic", &["canary-5"], 1_810),
    task("release", "rollout", "Roll out to all regions", &["canary-50"], 915),
    task("release", "verify-rollout", "Verify the roll-out", &["rollout"], 184),
    task("release", "publish-sdks", "Publish the SDKs", &["rollout"], 58),
    task("release", "release-notes", "Publish the release notes", &["rollout"], 17),
];

const fn makes(
    key: &'static str,
    name: &'static str,
    task: &'static str,
    crates: &'static [&'static str],
) -> Artifact {
    Artifact { key, name, task, crates }
}

/// What the tasks make.
pub const ARTIFACTS: &[Artifact] = &[
    makes("openapi-document", "OpenAPI document", "openapi-diff", &["api"]),
    makes("advisory-report", "Licences and advisories", "licences", &["types", "telemetry"]),
    makes(
        "meridian-api",
        "API image",
        "image-api",
        &["api", "payments", "gateway", "risk", "ledger", "money", "types", "onboarding", "reporting"],
    ),
    makes(
        "meridian-worker",
        "Worker image",
        "image-worker",
        &["worker", "merchant", "disputes", "telemetry"],
    ),
    makes("meridian-settlement", "Settlement image", "image-settlement", &["settlement", "ledger", "money"]),
    makes("sdk-typescript", "TypeScript SDK", "sdk-typescript", &["api"]),
    makes("sdk-python", "Python SDK", "sdk-python", &["api"]),
    makes("helm-chart", "Helm chart", "helm-chart", &["api", "worker"]),
    makes("sbom", "Bill of materials", "sbom", &["types"]),
    makes("coverage-report", "Coverage report", "coverage", &["ledger", "payments", "api"]),
    makes("release-notes", "Release notes", "release-notes", &["api"]),
];

/// The contracts.
pub const CONTRACTS: &[Contract] = &[
    Contract {
        key: "acquirer-api",
        name: "Acquirer API",
        version: "3.4",
        tasks: &["integration-gateway"],
        modules: &[("gateway", "acquirer_north"), ("gateway", "acquirer_delta")],
    },
    Contract {
        key: "ledger-posting",
        name: "Posting to the ledger",
        version: "2.1",
        tasks: &["integration-ledger"],
        modules: &[("ledger", "lib"), ("payments", "capture")],
    },
    Contract {
        key: "settlement-file",
        name: "Settlement file, ISO 20022",
        version: "2019.09",
        tasks: &["integration-settlement"],
        modules: &[("settlement", "iso20022")],
    },
    Contract {
        key: "merchant-api",
        name: "Merchant API",
        version: "2026-10",
        tasks: &["openapi-diff", "consumer-contracts"],
        modules: &[("api", "payments_v2"), ("api", "refunds_v2")],
    },
    Contract {
        key: "webhook-events",
        name: "Webhook events",
        version: "2",
        tasks: &["consumer-contracts"],
        modules: &[("merchant", "webhook")],
    },
    Contract {
        key: "risk-decision",
        name: "Risk decision",
        version: "1.7",
        tasks: &["unit-risk"],
        modules: &[("risk", "score"), ("payments", "authorisation")],
    },
    Contract {
        key: "fx-rates",
        name: "Exchange rates",
        version: "1.2",
        tasks: &["property-money"],
        modules: &[("money", "rate")],
    },
    Contract {
        key: "dispute-evidence",
        name: "Dispute evidence",
        version: "1.0",
        tasks: &["build-disputes"],
        modules: &[("disputes", "evidence")],
    },
];
