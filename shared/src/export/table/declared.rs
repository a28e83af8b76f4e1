//! The tables there are.

use super::Table;

/// The tables there are, lens by lens.
#[rustfmt::skip]
pub static TABLES: [Table; 46] = [
    Table {
        name: "tasks",
        words: "Tasks with their schedule and where their time went",
        from: &["dde.tasks.*"],
        columns: &[
            "id", "name", "workflow", "state", "rank", "planned", "critical", "waits_for", "blocked_by", "held_by",
            "schedule.earliest_us", "schedule.latest_us", "schedule.slack_us", "times.started_at",
            "times.finished_at", "times.span_us", "times.queued_us", "times.ran_us", "times.backed_off_us",
            "times.wasted_us",
        ],
    },
    Table {
        name: "attempts",
        words: "Tries of tasks and scenarios",
        from: &["dde.tasks.*.attempts.*", "bdv.scenarios.*.attempts.*"],
        columns: &[
            "of=^id", "n", "run", "outcome", "queued_at", "started_at", "finished_at", "provenance", "queue_us",
            "run_us", "backoff_us", "backoff_ms", "overlaps", "error", "reason", "commit", "position",
        ],
    },
    Table {
        name: "waits",
        words: "Why tasks have not started",
        from: &["dde.tasks.*.waits.*"],
        columns: &["task=^id", "reason", "on", "since"],
    },
    Table {
        name: "task-dependencies",
        words: "Tasks and what they wait for",
        from: &["dde.dependencies.*"],
        columns: &["from", "to"],
    },
    Table {
        name: "critical-path",
        words: "The critical path of the finished work, first to last",
        from: &["dde.critical_path.*"],
        columns: &["place=#", "task=."],
    },
    Table {
        name: "task-cycles",
        words: "Tasks that wait for each other",
        from: &["dde.cycles.*"],
        columns: &["cycle=#", "tasks=."],
    },
    Table {
        name: "plan",
        words: "Plan and length of the work, in one row",
        from: &["dde"],
        columns: &["planned=plan.planned", "open=plan.open", "length_us"],
    },
    Table {
        name: "missing",
        words: "Tasks planned and never tried",
        from: &["dde.plan.missing.*"],
        columns: &["task=."],
    },
    Table {
        name: "unexpected",
        words: "Tasks tried without being planned",
        from: &["dde.plan.unexpected.*"],
        columns: &["task=."],
    },
    Table {
        name: "out-of-order",
        words: "Tasks that started before what they wait for had finished",
        from: &["dde.plan.out_of_order.*"],
        columns: &["task", "before", "by_us"],
    },
    Table {
        name: "storms",
        words: "Retry storms",
        from: &["dde.storms.*"],
        columns: &["from", "to", "starts", "retries", "tasks", "error"],
    },
    Table {
        name: "contracts",
        words: "Contracts",
        from: &["dde.contracts.*"],
        columns: &[
            "id", "name", "state", "proposed_at", "locked_at", "lock_latency_ms", "relocks", "governs", "verified_by",
            "aligned", "misaligned",
        ],
    },
    Table {
        name: "artifacts",
        words: "Artifacts",
        from: &["dde.artifacts.*"],
        columns: &["id", "name", "version", "digest", "produced_by", "modules"],
    },
    Table {
        name: "scenarios",
        words: "Scenarios with their flake figures",
        from: &["bdv.scenarios.*"],
        columns: &[
            "id", "name", "feature", "status", "reason", "planned", "standing", "quarantined", "verifies",
            "flake.known", "flake.probability", "flake.low", "flake.high", "flake.broken", "flake.codes",
            "flake.reasons", "flake.flips", "flake.failure.failed", "flake.failure.tried", "flake.failure.low",
            "flake.failure.high", "flake.transition", "flake.versions.flip_rate",
            "flake.versions.flip_rate_weighted", "flake.versions.entropy", "flake.versions.entropy_weighted",
        ],
    },
    Table {
        name: "flake-runs",
        words: "Runs behind the flake figures",
        from: &["bdv.scenarios.*.flake.runs.*"],
        columns: &["scenario=^id", "run", "commit", "failed", "passed", "counted"],
    },
    Table {
        name: "specs",
        words: "Specs",
        from: &["bdv.specs.*"],
        columns: &["id", "name", "specifies", "scenarios"],
    },
    Table {
        name: "requirements",
        words: "Requirements with what proves them",
        from: &["bdv.requirements.*"],
        columns: &["id", "name", "coverage", "specs", "scenarios"],
    },
    Table {
        name: "quarantine",
        words: "Records of the quarantine ledger",
        from: &["bdv.quarantine.*"],
        columns: &[
            "id", "scenario", "reason", "owner", "ticket", "since", "expires_at", "standing", "in_force", "note",
            "fix.commit", "fix.since", "fix.needed", "fix.passed", "fix.refuted", "fix.proven_at", "fix.grace_until",
        ],
    },
    Table {
        name: "totals",
        words: "Head counts of scenarios, in one row",
        from: &["bdv.totals"],
        columns: &["scenarios", "passed", "failed", "flaky", "skipped", "undecided", "quarantined"],
    },
    Table {
        name: "modules",
        words: "Modules with Martin's metrics, in DSM order",
        from: &["acc.modules.*"],
        columns: &[
            "id", "name", "group", "path", "external", "abstractness", "distance", "ca", "ce", "instability",
            "own_instability", "vfi", "vfo", "component",
        ],
    },
    Table {
        name: "imports",
        words: "Imports",
        from: &["acc.dependencies.*"],
        columns: &["from", "to", "kind", "weight"],
    },
    Table {
        name: "components",
        words: "Cycles of modules",
        from: &["acc.components.*"],
        columns: &["component=#", "size", "kinds", "members", "density", "shortest_cycle", "cut_is_minimal"],
    },
    Table {
        name: "cuts",
        words: "Imports to remove, by cycle",
        from: &["acc.components.*.cut.*"],
        columns: &["component=^#", "from", "to", "weight"],
    },
    Table {
        name: "groups",
        words: "Folders or crates",
        from: &["acc.groups.*"],
        columns: &["id", "modules", "ca", "ce", "instability", "abstractness", "distance", "cohesion"],
    },
    Table {
        name: "levels",
        words: "Levels of the tree of folders on which children use each other",
        from: &["acc.levels.*"],
        columns: &["id", "children", "dependencies", "lakos.ccd", "lakos.acd", "lakos.racd", "lakos.nccd"],
    },
    Table {
        name: "level-components",
        words: "Cycles of what lies in one folder",
        from: &["acc.levels.*.components.*"],
        columns: &[
            "level=^id", "component=#", "size", "kinds", "members", "density", "shortest_cycle", "cut_is_minimal",
        ],
    },
    Table {
        name: "level-cuts",
        words: "Links to remove, by level and cycle",
        from: &["acc.levels.*.components.*.cut.*"],
        columns: &["level=^^id", "component=^#", "from", "to", "weight"],
    },
    Table {
        name: "level-imports",
        words: "Imports behind the links to remove",
        from: &["acc.levels.*.components.*.cut.*.imports.*"],
        columns: &["level=^^^id", "component=^^#", "link_from=^from", "link_to=^to", "from", "to", "weight"],
    },
    Table {
        name: "lakos",
        words: "Propagation cost and Lakos' figures of all modules, in one row",
        from: &["acc"],
        columns: &["propagation_cost", "ccd=lakos.ccd", "acd=lakos.acd", "racd=lakos.racd", "nccd=lakos.nccd"],
    },
    Table {
        name: "rules",
        words: "Rules",
        from: &["acc.rules.*"],
        columns: &["id", "severity", "kind", "text", "violations", "modules"],
    },
    Table {
        name: "violations",
        words: "Violations",
        from: &["acc.violations.*"],
        columns: &[
            "id", "rule", "kind", "severity", "from", "to", "reason", "state", "suppressed", "suppressed_by",
            "waiver", "justification", "baseline", "position",
        ],
    },
    Table {
        name: "violation-imports",
        words: "Imports that violations rest on",
        from: &["acc.violations.*.imports.*"],
        columns: &["violation=^id", "from", "to", "weight"],
    },
    Table {
        name: "suppressions",
        words: "Records of the suppression ledger",
        from: &["acc.suppressions.*"],
        columns: &[
            "id", "violation", "rule", "modules", "reason", "owner", "since", "expires_at", "in_force", "covers",
        ],
    },
    Table {
        name: "baseline",
        words: "The baseline in force, in one row",
        from: &["acc.baseline"],
        columns: &["violations", "reason", "actor"],
    },
    Table {
        name: "absent",
        words: "Violations that the baseline accepts and that are gone",
        from: &["acc.baseline.absent.*"],
        columns: &["violation", "resolved"],
    },
    Table {
        name: "verdict",
        words: "The verdict, in one row",
        from: &["convergence"],
        columns: &["verdict", "sentence"],
    },
    Table {
        name: "streams",
        words: "The three streams",
        from: &["convergence.streams.*"],
        columns: &["stream=#", "state", "not_applicable", "missing"],
    },
    Table {
        name: "reasons",
        words: "Why streams fail, and warnings",
        from: &["convergence.streams.*.reasons.*"],
        columns: &["stream=^#", "criterion", "headline", "text", "blocking", "entities", "evidence"],
    },
    Table {
        name: "override",
        words: "The override in force, in one row",
        from: &["convergence.override"],
        columns: &["id", "actor", "reason", "scope", "since", "expires_at"],
    },
    Table {
        name: "counterfactual",
        words: "What would make it deployable",
        from: &["convergence.counterfactual.*"],
        columns: &["change", "entity", "criterion", "action"],
    },
    Table {
        name: "kpis",
        words: "Key figures of all lenses",
        from: &["convergence.kpis.*"],
        columns: &[
            "name", "label", "actual", "numerator", "denominator", "target", "exit", "direction", "unit", "met",
            "target_met", "evidence",
        ],
    },
    Table {
        name: "spine-nodes",
        words: "Nodes of the spine",
        from: &["convergence.spine.nodes.*"],
        columns: &["id", "name", "state"],
    },
    Table {
        name: "spine-links",
        words: "Links of the spine",
        from: &["convergence.spine.links.*"],
        columns: &["from", "to", "kind", "confidence", "suspect", "state", "suspect_of", "suggested", "explanation"],
    },
    Table {
        name: "orphans",
        words: "Declared links that wait for an end",
        from: &["convergence.spine.orphans.*"],
        columns: &["from", "to", "kind", "confidence", "suspect", "state", "suspect_of", "suggested", "explanation"],
    },
    Table {
        name: "evidence",
        words: "Evidence of links and orphans",
        from: &["convergence.spine.links.*.evidence.*", "convergence.spine.orphans.*.evidence.*"],
        columns: &["from=^from", "to=^to", "kind=^kind", "rule", "confidence", "text", "events"],
    },
    Table {
        name: "gaps",
        words: "Nodes at which the thread breaks",
        from: &["convergence.spine.gaps.*"],
        columns: &["id=."],
    },
];
