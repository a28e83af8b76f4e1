//! Importers: what each format's file says in facts, what is refused, and that bytes decide ids.

#[path = "import/converge.rs"]
mod converge;
#[path = "import/encodings.rs"]
mod encodings;
#[path = "import/executions.rs"]
mod executions;
#[path = "import/features.rs"]
mod features;
#[path = "import/findings.rs"]
mod findings;
#[path = "import/graphs.rs"]
mod graphs;
#[path = "import/hostile.rs"]
mod hostile;
#[path = "import/junit.rs"]
mod junit;
#[path = "import/lenses.rs"]
mod lenses;
#[path = "import/local.rs"]
mod local;
#[path = "import/modules.rs"]
mod modules;
#[path = "import/pytest.rs"]
mod pytest;
#[path = "import/real.rs"]
mod real;
#[path = "import/requirements.rs"]
mod requirements;
#[path = "import/schedulers.rs"]
mod schedulers;
#[path = "import/seen.rs"]
mod seen;
#[path = "import/shape.rs"]
mod shape;
#[path = "import/tries.rs"]
mod tries;
