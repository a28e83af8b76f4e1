//! Importers: what each format's file says in facts, what is refused, and that bytes decide ids.

#[path = "import/real.rs"]
mod real;
#[path = "import/seen.rs"]
mod seen;
