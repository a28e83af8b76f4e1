//! Words, letters and slugs of verdicts and streams: never colour alone.

use shared::rules::RuleKind;
use shared::verdict::{StreamState, VerdictName};

/// What a rule demands, in a few words.
#[must_use]
pub const fn rule_words(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Forbidden => "forbidden import",
        RuleKind::Allowed => "import not allowed",
        RuleKind::Required => "import missing",
        RuleKind::Layers => "layers",
        RuleKind::Independence => "independence",
        RuleKind::StableDependencies => "stable dependencies",
    }
}

/// As in JSON and in the style sheet's `data-verdict`.
#[must_use]
pub const fn verdict_slug(verdict: VerdictName) -> &'static str {
    match verdict {
        VerdictName::Deployable => "deployable",
        VerdictName::DesignGap => "design_gap",
        VerdictName::TechDebt => "tech_debt",
        VerdictName::PipelineIssue => "pipeline_issue",
        VerdictName::MixedFailure => "mixed_failure",
        VerdictName::SystemicFailure => "systemic_failure",
        VerdictName::Pending => "pending",
    }
}

/// One letter or sign, where there is room for no more.
#[must_use]
pub const fn verdict_sign(verdict: VerdictName) -> &'static str {
    match verdict {
        VerdictName::Deployable => "✓",
        VerdictName::DesignGap => "D",
        VerdictName::TechDebt => "T",
        VerdictName::PipelineIssue => "P",
        VerdictName::MixedFailure => "M",
        VerdictName::SystemicFailure => "H",
        VerdictName::Pending => "?",
    }
}

/// The sign in a chip.
#[must_use]
pub const fn verdict_icon(verdict: VerdictName) -> &'static str {
    match verdict {
        VerdictName::Deployable => "✓",
        VerdictName::Pending => "?",
        _ => "✕",
    }
}

/// A stream's state as a slug for the style sheet.
#[must_use]
pub const fn stream_slug(state: StreamState) -> &'static str {
    match state {
        StreamState::Pass => "pass",
        StreamState::Fail => "fail",
        StreamState::Undecided => "undecided",
    }
}

/// A stream's state as a sign.
#[must_use]
pub const fn stream_icon(state: StreamState) -> &'static str {
    match state {
        StreamState::Pass => "●",
        StreamState::Fail => "✕",
        StreamState::Undecided => "?",
    }
}
