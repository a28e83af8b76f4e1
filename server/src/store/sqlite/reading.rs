//! Reading from SQLite, on the pool of readers.

crate::store::sql::reading!(sqlx::sqlite::SqlitePool, sqlx::sqlite::SqliteRow);
