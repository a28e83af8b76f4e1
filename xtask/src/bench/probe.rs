//! The probe of `shared`, built to wasm and asked in Node: what every bench in wasm shares.
//!
//! What is measured stands in `shared/examples/probe`: Rust that builds and asks, a script that times.

use crate::shell::{Shell, install};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A built probe.
pub struct Probe<'a> {
    root: &'a Path,
    wasm: PathBuf,
}

impl<'a> Probe<'a> {
    /// Compiles it, in the client's target folder.
    ///
    /// # Errors
    /// It does not compile.
    pub fn build(root: &'a Path) -> Result<Self> {
        install::wasm_target(root)?;
        let target = root.join("target/client");
        let mut cargo = Shell::cargo(root);
        cargo.args(["build", "--package", "shared", "--example", "probe", "--release", "--locked"]);
        cargo.args(["--target", "wasm32-unknown-unknown"]).arg("--target-dir").arg(&target);
        cargo.run("compiling the probe to wasm")?;
        let wasm = target.join("wasm32-unknown-unknown/release/examples/probe.wasm");
        Ok(Self { root, wasm })
    }

    /// Runs one of the scripts beside the probe with `before`, the probe, then `after`; what it prints, as JSON.
    ///
    /// # Errors
    /// Node fails, or it prints no JSON.
    pub fn ask(&self, script: &str, before: &[&str], after: &[String]) -> Result<Value> {
        let mut node = Shell::of("node");
        node.folder(self.root).arg(format!("shared/examples/probe/{script}"));
        node.args(before).arg(&self.wasm).args(after);
        let text = node.read("asking the probe in Node")?;
        serde_json::from_str(&text).context("the probe prints JSON")
    }
}

/// The number at `pointer` of what a probe measured.
///
/// # Errors
/// There is none.
pub fn figure(measured: &Value, pointer: &str) -> Result<f64> {
    let value = measured.pointer(pointer).and_then(Value::as_f64);
    value.with_context(|| format!("the probe does not say {pointer}"))
}
