//! What lies beside the log in SQLite.

crate::store::sql::beside!(sqlx::sqlite::SqliteConnection);
