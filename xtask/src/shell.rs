//! Runs other programs: says what, passes their output on, and fails with what was run.

pub mod install;

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// One program to run.
pub struct Shell {
    command: Command,
}

impl Shell {
    /// The program called `name`: a path, or found on the path.
    pub fn of(name: impl AsRef<OsStr>) -> Self {
        Self { command: Command::new(name) }
    }

    /// The cargo that runs us, in the workspace.
    pub fn cargo(root: &Path) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(root);
        Self { command }
    }

    /// Adds an argument.
    pub fn arg(&mut self, arg: impl AsRef<OsStr>) -> &mut Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&mut self, args: I) -> &mut Self {
        self.command.args(args);
        self
    }

    /// Sets a variable.
    pub fn env(&mut self, name: &str, value: impl AsRef<OsStr>) -> &mut Self {
        self.command.env(name, value);
        self
    }

    /// Runs in `folder`.
    pub fn folder(&mut self, folder: &Path) -> &mut Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end, its output passed on.
    pub fn run(&mut self, what: &str) -> Result<()> {
        eprintln!("{what} …");
        let status = self.command.stdin(Stdio::null()).status();
        let status = status.with_context(|| format!("{what}: cannot run {:?}", self.command))?;
        if !status.success() {
            bail!("{what}: {status} from {:?}", self.command);
        }
        Ok(())
    }

    /// Runs it to its end; its standard output as text.
    pub fn read(&mut self, what: &str) -> Result<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let output = output.with_context(|| format!("{what}: cannot run {:?}", self.command))?;
        if !output.status.success() {
            bail!("{what}: {} from {:?}", output.status, self.command);
        }
        String::from_utf8(output.stdout).with_context(|| format!("{what}: not UTF-8"))
    }

    /// Runs it to its end, its output passed on; its exit code, any but a crash being well.
    pub fn code(&mut self, what: &str) -> Result<i32> {
        let status = self.command.stdin(Stdio::null()).status();
        let status = status.with_context(|| format!("{what}: cannot run {:?}", self.command))?;
        status.code().with_context(|| format!("{what}: {status} from {:?}", self.command))
    }

    /// Runs it to its end; its standard output as text, whatever its exit code.
    pub fn text(&mut self, what: &str) -> Result<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let output = output.with_context(|| format!("{what}: cannot run {:?}", self.command))?;
        String::from_utf8(output.stdout).with_context(|| format!("{what}: not UTF-8"))
    }

    /// Whether it runs and succeeds; says nothing.
    pub fn succeeds(&mut self) -> bool {
        let quiet = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }
}
