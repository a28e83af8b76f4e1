//! What lies beside the log in PostgreSQL.

crate::store::sql::beside!(sqlx::postgres::PgConnection);
