//! A place for a store: an address that several handles can open, and what keeps it alive.

use crate::postgres_server::Postgres;
use server::store::{Store, open};
use std::sync::{Arc, Mutex, Weak};
use tempfile::TempDir;

/// The cluster that tests running at the same time share; the last one stops it.
static CLUSTER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

enum Kind {
    Sqlite(#[expect(dead_code, reason = "held, so that the folder stays")] TempDir),
    Postgres(Arc<Postgres>),
}

/// Where a new store can be opened.
pub struct Place {
    kind: Kind,
    address: String,
}

impl Place {
    /// A new SQLite file.
    pub fn sqlite() -> Self {
        let folder = TempDir::with_prefix("mission-test-").expect("a temporary folder");
        Self {
            address: format!("sqlite:{}", folder.path().join("store.db").display()),
            kind: Kind::Sqlite(folder),
        }
    }

    /// A new database in a running PostgreSQL.
    pub fn postgres() -> Self {
        let mut cluster = CLUSTER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let running = cluster.upgrade().unwrap_or_else(|| Arc::new(Postgres::start()));
        *cluster = Arc::downgrade(&running);
        drop(cluster);
        Self { address: running.database(), kind: Kind::Postgres(running) }
    }

    /// Another place of the same kind.
    pub fn another(&self) -> Self {
        match &self.kind {
            Kind::Sqlite(_) => Self::sqlite(),
            Kind::Postgres(running) => {
                Self { address: running.database(), kind: Kind::Postgres(Arc::clone(running)) }
            }
        }
    }

    /// A handle on the store here, as another process would have it.
    pub async fn open(&self) -> Arc<dyn Store> {
        open(&self.address).await.expect("the store opens")
    }
}
