//! Whether the database does its work right now: it has every migration of this binary, it takes a write and
//! keeps it, its disk has room, and the service's role may do what it needs.

use sqlx::{AssertSqlSafe, PgConnection};

use super::migrations::{MIGRATOR, created};
use super::{Store, StoreError};

/// What the database says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseHealth {
    /// Migrations of this binary that are not applied.
    pub missing_migrations: usize,
    /// Tables that the service's role may not work with.
    pub closed_tables: i64,
}

/// Whoever waits for longer than this inside the database gets no answer: a connection is not to be kept
/// from others. An operator's shorter limit stays, since what it stops is stopped for all.
const WITHIN: &str = "SELECT set_config('statement_timeout', '1000', true) FROM pg_settings
     WHERE name = 'statement_timeout' AND setting::int NOT BETWEEN 1 AND 1000;";
/// A row that is kept: it needs a server that is writable, a number for the transaction, a flushed log.
const WRITE: &str = "UPDATE write_proofs SET written_at = clock_timestamp();";
/// A few pages in a temporary file beside the tables: a full disk is noticed before a table has to grow.
const SPILL: &str = "SET LOCAL work_mem = '64kB'; SET LOCAL temp_tablespaces = '';
     SELECT count(*) FROM generate_series(1, 10000);";
/// Written by nobody but triggers and migrations, or only added to; an end is replaced and never removed.
const APPENDED: [&str; 3] = ["audit_events", "audit_signatures", "audit_ends"];
const READ: [&str; 2] = ["audit_chains", "audit_origin"];

impl Store {
    /// Four round trips, one of which writes.
    pub async fn health(&self) -> Result<DatabaseHealth, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let missing_migrations = missing_migrations(&mut connection).await?;
        let mut health = DatabaseHealth {
            missing_migrations,
            closed_tables: 0,
        };
        if missing_migrations == 0 {
            prove(&mut connection, WRITE).await?;
            match prove(&mut connection, SPILL).await {
                // An operator may forbid temporary files; we need none.
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("53400") => {}
                proved => proved?,
            }
            health.closed_tables = closed_tables(&mut connection).await?;
        }
        Ok(health)
    }
}

/// In one transaction, which ends with the last statement.
async fn prove(connection: &mut PgConnection, proof: &'static str) -> Result<(), sqlx::Error> {
    let statements = AssertSqlSafe(format!("{WITHIN}{proof}"));
    sqlx::raw_sql(statements).execute(connection).await?;
    Ok(())
}

async fn missing_migrations(connection: &mut PgConnection) -> Result<usize, StoreError> {
    let applied: Result<Vec<i64>, sqlx::Error> =
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
            .fetch_all(connection)
            .await;
    let applied = match applied {
        Ok(versions) => versions,
        // 42P01: the table is not there, so nothing was ever migrated.
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let is_missing = |version| !applied.contains(&version);
    Ok(MIGRATOR
        .iter()
        .filter(|migration| is_missing(migration.version))
        .count())
}

/// The rights that `grant_service_rights` gives.
async fn closed_tables(connection: &mut PgConnection) -> Result<i64, StoreError> {
    let closed = sqlx::query_scalar(
        "SELECT count(*) FROM unnest($1) AS name, to_regclass(quote_ident(name)) AS found WHERE NOT coalesce(
            has_table_privilege(found, 'SELECT') AND (name = ANY ($3) OR (
                has_any_column_privilege(found, 'INSERT') AND (name = ANY ($2) OR (
                    has_table_privilege(found, 'UPDATE') AND has_table_privilege(found, 'DELETE'))))), false)",
    );
    Ok(closed
        .bind(created("TABLE"))
        .bind(APPENDED.as_slice())
        .bind(READ.as_slice())
        .fetch_one(connection)
        .await?)
}
