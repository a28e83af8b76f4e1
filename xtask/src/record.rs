//! Mission Control about itself: a CI run as an iteration, by the same ways that any project has.
//!
//! Steps become DDE events; JUnit XML of all tests goes in as BDV; `cargo metadata` and the modules' `use` graph
//! go in as ACC. Then the program built here is asked for the verdict. Nothing here knows how verdicts are made.

mod modules;
mod steps;

pub use steps::{Recording, Step};

use crate::shell::Shell;
use crate::suite::Ring;
use anyhow::{Context, Result};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a run's evidence lies until the next run.
struct Evidence {
    folder: PathBuf,
    store: String,
    iteration: String,
}

/// Imports the evidence of `recording` into a fresh store, prints the verdict, and keeps it in `keep`.
pub fn tell(root: &Path, recording: Recording, keep: Option<&Path>) -> Result<()> {
    let folder = root.join("target/ci");
    let _gone = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let evidence = Evidence {
        store: format!("sqlite:{}", folder.join("mission.db").display()),
        iteration: recording.iteration().to_owned(),
        folder,
    };
    evidence.gather(root, recording)?;
    evidence.import(root)?;
    evidence.verdict(root)?;
    if let Some(keep) = keep {
        evidence.keep(root, keep)?;
    }
    Ok(())
}

impl Evidence {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn gather(&self, root: &Path, recording: Recording) -> Result<()> {
        fs::write(self.file("modules.dot"), modules::dot(root)?)?;
        let mut cargo = Shell::cargo(root);
        let metadata =
            cargo.args(["metadata", "--format-version", "1", "--locked"]).read("cargo metadata")?;
        // The record says the same wherever it was made.
        let here = root.display().to_string();
        fs::write(self.file("metadata.json"), metadata.replace(&here, "/workspace"))?;
        fs::write(self.file("steps.ndjson"), recording.finish())?;
        Ok(())
    }

    fn mission(root: &Path) -> Shell {
        Shell::of(root.join("target/debug/mission"))
    }

    fn import(&self, root: &Path) -> Result<()> {
        let mut files = vec![("events", self.file("steps.ndjson"))];
        for ring in Ring::ALL {
            let junit = ring.junit(root);
            if junit.exists() {
                files.push(("junit", junit));
            }
        }
        files.push(("cargo-metadata", self.file("metadata.json")));
        files.push(("dot", self.file("modules.dot")));
        for (format, file) in files {
            let mut mission = Self::mission(root);
            mission.args(["import", "--project", "mission-control", "--iteration", &self.iteration]);
            mission.args(["--format", format, "--store", &self.store]).arg(&file);
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            mission.run(&format!("recording {}", name.unwrap_or_default()))?;
        }
        Ok(())
    }

    /// Prints the verdict. Its exit code names the verdict, so any is well here; what is not: no verdict.
    fn verdict(&self, root: &Path) -> Result<()> {
        let mut mission = Self::mission(root);
        mission.args(["verdict", "--iteration", &self.iteration, "--store", &self.store]);
        let code = mission.code("asking for the verdict")?;
        anyhow::ensure!([0, 10, 11, 12, 13, 20, 30].contains(&code), "mission verdict ended with {code}");
        Ok(())
    }

    fn keep(&self, root: &Path, folder: &Path) -> Result<()> {
        let mut mission = Self::mission(root);
        mission.args(["events", "--iteration", &self.iteration, "--store", &self.store]);
        let events = mission.read("reading the recorded iteration back")?;
        let head = events.lines().count();
        let mut mission = Self::mission(root);
        mission.args(["verdict", "--json", "--iteration", &self.iteration, "--store", &self.store]);
        let verdict: serde_json::Value =
            serde_json::from_str(&mission.text("asking for the verdict")?).context("the verdict's JSON")?;
        let expect = json!({
            "about": "A recorded run of this project's own CI.",
            "project": "mission-control",
            "iteration": self.iteration,
            "head": head,
            "expect": [{
                "about": "What the run showed.", "valid": "now", "known": "now",
                "verdict": { "verdict": verdict["verdict"] },
            }],
        });
        let folder = &folder.join(&self.iteration);
        fs::create_dir_all(folder)?;
        fs::write(folder.join("events.ndjson"), events)?;
        fs::write(folder.join("expect.json"), format!("{expect:#}\n"))?;
        eprintln!("kept in {}", folder.display());
        Ok(())
    }
}
