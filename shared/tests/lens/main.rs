//! Lenses, correlation and verdict over small iterations told event by event.

mod behaviour;
mod compare;
mod correlation;
mod execution;
mod export;
mod flakes;
mod laws;
mod real;
mod rules;
mod structure;
mod tables;
mod tracing;
mod verdicts;
mod world;
