//! Which store or server a command is about: the flags, and opening what they name.

use super::Context;
use super::failure::{Code, Failure};
use crate::config::{Origin, Place, server_url, store_address};
use crate::service::Service;
use crate::store;
use clap::Args;
use std::path::PathBuf;

/// `--store` or `--to`.
#[derive(Debug, Clone, Args)]
pub(super) struct PlaceFlags {
    /// Store: sqlite:PATH or postgres://… [default: a SQLite file in your data folder]
    #[arg(long, value_name = "S", value_parser = store_address, conflicts_with = "to")]
    pub(super) store: Option<String>,
    /// Ask a running server instead
    #[arg(long, value_name = "URL", value_parser = server_url)]
    pub(super) to: Option<String>,
    /// File with the token for that server (else MISSION_TOKEN)
    #[arg(long, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
}

/// `--store` alone.
#[derive(Debug, Clone, Args)]
pub(super) struct StoreFlag {
    /// Store: sqlite:PATH or postgres://… [default: a SQLite file in your data folder]
    #[arg(long, value_name = "S", value_parser = store_address)]
    pub(super) store: Option<String>,
}

impl StoreFlag {
    /// Opens the store, which must be there.
    pub(super) async fn open_existing(&self, context: &Context) -> Result<Service, Failure> {
        let place = context.config.store(self.store.as_deref())?;
        match presence(&place)? {
            true => open(&place).await,
            false => Err(no_store(&place)),
        }
    }

    /// Opens the store; one that is not there is made.
    pub(super) async fn open(&self, context: &Context) -> Result<Service, Failure> {
        open(&context.config.store(self.store.as_deref())?).await
    }
}

/// Whether there is a store at `place` to read from. What is only read is never made.
///
/// # Errors
/// There is none, and there cannot be one: its folder is missing, though somebody named it.
pub(super) fn presence(place: &Place) -> Result<bool, Failure> {
    let (Some(file), Place::Store { origin, .. }) = (place.file(), place) else { return Ok(true) };
    if file.exists() {
        return Ok(true);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if *origin != Origin::BuiltIn && folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(no_store(place));
    }
    Ok(false)
}

fn no_store(place: &Place) -> Failure {
    let file = place.file().map(|file| file.display().to_string()).unwrap_or_default();
    Failure::new(Code::Store, format!("there is no store at {file}"))
}

/// Opens the store at `place` with everything that works on it.
pub(super) async fn open(place: &Place) -> Result<Service, Failure> {
    let Place::Store { address, .. } = place else {
        return Err(Failure::new(Code::Usage, "this works on a store, not on a server; give --store"));
    };
    Ok(Service::open(store::open(address).await?).await?)
}
