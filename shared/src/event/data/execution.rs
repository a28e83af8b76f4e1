//! Data of workflows, tasks and tries, runs, contracts and artifacts.

use super::first_try;
use crate::event::{Outcome, Provenance};
use crate::id::{EntityId, Stream};
use crate::time::Time;
use serde::{Deserialize, Serialize};

optional_data! {
    /// A group of tasks.
    WorkflowDeclared {
        /// Natural key.
        workflow: String,
    ;
        /// Human name.
        name: Option<String>,
    }
}
optional_data! {
    /// A task there is, or will be.
    TaskDeclared {
        /// Natural key.
        task: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Workflow it lies in.
        workflow: Option<String>,
        /// Tasks it waits for.
        depends_on: Vec<String>,
        /// Specs it implements.
        implements: Vec<String>,
        /// Files it works on.
        paths: Vec<String>,
        /// Tags.
        tags: Vec<String>,
        /// Whether the plan demands it: then it must report.
        planned: bool,
    }
}
data! {
    /// A try of a task or scenario waits for a worker, since `time`.
    AttemptQueued {
        /// Natural key of the task or scenario.
        key: String,
        /// Run it belongs to.
        run: String,
        /// Try within the run, from 1.
        r#try: u32 = "first_try",
    }
}
data! {
    /// A try begins, at `time`.
    AttemptStarted {
        /// Natural key of the task or scenario.
        key: String,
        /// Run it belongs to.
        run: String,
        /// Try within the run, from 1.
        r#try: u32 = "first_try",
    }
}
optional_data! {
    /// A try is over, at `time`.
    AttemptFinished {
        /// Natural key of the task or scenario.
        key: String,
        /// Run it belongs to.
        run: String,
        /// How it ended.
        outcome: Outcome,
    ;
        /// Try within the run, from 1 (the default).
        r#try: Option<u32>,
        /// When it was queued.
        queued_at: Option<Time>,
        /// When it started.
        started_at: Option<Time>,
        /// What went wrong; beyond 256 bytes it moves to a detail row.
        error: Option<String>,
        /// What it wrote while it ran; moves to a detail row whole.
        output: Option<String>,
        /// Why the outcome is what it is: `pending`, `undefined`, `ambiguous`, or a sentence.
        reason: Option<String>,
        /// Source revision of the run.
        commit: Option<String>,
        /// How much of it was seen; by default recorded with a time and inferred without.
        provenance: Option<Provenance>,
    }
}
optional_data! {
    /// A run of a stream begins: the stream is undecided until it is closed.
    RunStarted {
        /// Which stream.
        stream: Stream,
        /// Its key.
        run: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Source revision.
        commit: Option<String>,
    }
}
optional_data! {
    /// A run of a stream is over.
    RunFinished {
        /// Which stream.
        stream: Stream,
        /// Its key.
        run: String,
        /// How: a run can fail although all its tries passed (a broken hook, say).
        outcome: Outcome,
    ;
        /// When it started.
        started_at: Option<Time>,
        /// Why.
        reason: Option<String>,
        /// Source revision.
        commit: Option<String>,
    }
}
optional_data! {
    /// An agreement is offered, at `time`.
    ContractProposed {
        /// Natural key.
        contract: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Tasks, scenarios and modules it binds.
        governs: Vec<EntityId>,
    }
}
optional_data! {
    /// An agreement is settled, at `time`.
    ContractLocked {
        /// Natural key.
        contract: String,
    ;
        /// Version agreed on.
        version: Option<String>,
    }
}
optional_data! {
    /// An agreement was found violated, at `time`.
    ContractBroken {
        /// Natural key.
        contract: String,
    ;
        /// How.
        reason: Option<String>,
    }
}
optional_data! {
    /// Something was made.
    ArtifactProduced {
        /// Natural key.
        artifact: String,
    ;
        /// Human name.
        name: Option<String>,
        /// Version.
        version: Option<String>,
        /// Content digest.
        digest: Option<String>,
        /// Task that made it.
        task: Option<String>,
        /// Modules it is built from.
        modules: Vec<String>,
        /// Source revision.
        commit: Option<String>,
    }
}
