//! Reading from PostgreSQL.

crate::store::sql::reading!(sqlx::postgres::PgPool, sqlx::postgres::PgRow);
