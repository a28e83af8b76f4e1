//! A store that is out of reach for appends as often as it is told to be, and everything else is that of another.

use async_trait::async_trait;
use server::store::{Appended, Category, DeadLetter, Hit, IterationRow, Pending, Store, StoreError};
use shared::event::{Detail, Logged};
use shared::id::Name;
use shared::time::{Position, Time};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The store behind, and how many more appends fail.
pub struct Balky {
    pub behind: Arc<dyn Store>,
    pub failures: Arc<AtomicUsize>,
}

#[async_trait]
impl Store for Balky {
    async fn append(&self, pending: Vec<Pending>) -> Result<Vec<Appended>, StoreError> {
        let less = |n: usize| n.checked_sub(1);
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok() {
            return Err(StoreError::Transient(anyhow::anyhow!("pulled plug")));
        }
        self.behind.append(pending).await
    }
    async fn read(&self, iteration: &Name, after: Position, limit: u32) -> Result<Vec<Logged>, StoreError> {
        self.behind.read(iteration, after, limit).await
    }
    async fn iteration(&self, iteration: &Name) -> Result<Option<IterationRow>, StoreError> {
        self.behind.iteration(iteration).await
    }
    async fn iterations(&self) -> Result<Vec<IterationRow>, StoreError> {
        self.behind.iterations().await
    }
    async fn restore(&self, logged: Vec<Logged>) -> Result<BTreeMap<Name, Position>, StoreError> {
        self.behind.restore(logged).await
    }
    async fn heads(&self) -> Result<BTreeMap<Name, Position>, StoreError> {
        self.behind.heads().await
    }
    async fn details(&self, iteration: &Name, position: Position) -> Result<Vec<Detail>, StoreError> {
        self.behind.details(iteration, position).await
    }
    async fn erase_person(&self, token: &str) -> Result<u64, StoreError> {
        self.behind.erase_person(token).await
    }
    fn token_key(&self) -> [u8; 32] {
        self.behind.token_key()
    }
    async fn now(&self) -> Result<Time, StoreError> {
        self.behind.now().await
    }
    async fn bury(&self, letters: Vec<DeadLetter>) -> Result<Vec<i64>, StoreError> {
        self.behind.bury(letters).await
    }
    async fn dead_letters(&self, after: i64, limit: u32) -> Result<Vec<DeadLetter>, StoreError> {
        self.behind.dead_letters(after, limit).await
    }
    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, StoreError> {
        self.behind.dead_letter(id).await
    }
    async fn touch_dead_letter(&self, id: i64, category: Category, reason: &str) -> Result<(), StoreError> {
        self.behind.touch_dead_letter(id, category, reason).await
    }
    async fn discard(&self, id: i64) -> Result<bool, StoreError> {
        self.behind.discard(id).await
    }
    async fn search(&self, words: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        self.behind.search(words, limit).await
    }
    async fn index_more(&self) -> Result<bool, StoreError> {
        self.behind.index_more().await
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.behind.ping().await
    }
}
