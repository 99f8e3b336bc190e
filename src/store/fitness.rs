//! Whether the service can live at this address of this database: looked at before the first change, because
//! afterwards tables would lie in two schemas, or statements fail at random.

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgSeverity};
use sqlx::{Connection, PgConnection, Row};

use super::StoreError;

/// How long a connection, and a statement on it, is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
const POOLERS: &str = "docs/operating.md, “Connection poolers”, says what works";

/// Why it cannot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error(
        "DATABASE_URL leads to a connection pooler in transaction or statement mode that loses prepared statements: \
         statements would fail at random, or run with another's values. Use PostgreSQL's own address, session mode, \
         or PgBouncer 1.21 or later with max_prepared_statements above 0; {POOLERS}"
    )]
    LosesStatements,
    #[error(
        "migrations need a session of their own, and DATABASE_URL leads to a connection pooler that gives none. Run \
         `grantway migrate` at PostgreSQL's own address, and the service with GRANTWAY_MIGRATE=false; {POOLERS}"
    )]
    SharedSession,
    #[error(
        "the connection pooler at DATABASE_URL refuses a setting that connections begin with ({0}). With PgBouncer, \
         set ignore_startup_parameters = extra_float_digits; {POOLERS}"
    )]
    StartupParameter(String),
    #[error(
        "there is no schema to make tables in: the search path is {0}, and none of these exists. Make the schema, or \
         name another one (ALTER ROLE … SET search_path)"
    )]
    NoSchema(String),
    #[error(
        "grantway's tables are in the schema {tables}, and new ones would be made in {first}, which the search path \
         names before it. Let the search path name {tables} alone (ALTER ROLE … SET search_path), or, for another \
         installation, {first} alone"
    )]
    TwoSchemas { tables: String, first: String },
}

/// Whose sessions the address gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sessions {
    Own,
    /// Another one for each transaction, in which prepared statements are found all the same.
    Shared,
}

/// Tells poolers apart. One that gives each transaction another session gives itself away when a second
/// connection holds the session that the first one just had.
pub(super) async fn sessions(options: &PgConnectOptions) -> Result<Sessions, StoreError> {
    let mut first = connect(options).await?;
    let begun = session(&mut first, 1).await?;
    // A pooler that goes round shows another session at once.
    let again = session(&mut first, 2).await?;
    let mut second = connect(options).await?;
    let held = hold(&mut second).await?;
    let beside = match session(&mut first, 3).await {
        // The only session is held, so both connections have the same.
        Err(StoreError::Unavailable {
            source: sqlx::Error::PoolTimedOut,
            ..
        }) if held == begun => {
            return Err(Unfit::LosesStatements.into());
        }
        beside => beside?,
    };
    // What a pooler says to that is nobody's trouble any more.
    let _ = tokio::join!(first.close(), second.close());
    let is_own = [again, beside].iter().all(|pid| *pid == begun) && held != begun;
    Ok(if is_own {
        Sessions::Own
    } else {
        Sessions::Shared
    })
}

/// Refuses where the schema that tables would be made in is missing, or not the one that they are in.
pub(super) async fn look_at_schema(connection: &mut PgConnection) -> Result<String, StoreError> {
    let (path, first, tables): (String, Option<String>, Option<String>) = sqlx::query_as(
        "SELECT current_setting('search_path'), current_schema()::text,
                (SELECT nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid = to_regclass('_sqlx_migrations'))",
    )
    .fetch_one(connection)
    .await?;
    let Some(first) = first else {
        return Err(Unfit::NoSchema(path).into());
    };
    match tables {
        Some(tables) if tables != first => Err(Unfit::TwoSchemas { tables, first }.into()),
        _ => Ok(first),
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let connection = patiently(PgConnection::connect_with(options)).await;
    connection.map_err(|error| match error {
        sqlx::Error::Database(error)
            if error.message().starts_with("unsupported startup parameter") =>
        {
            Unfit::StartupParameter(error.message().to_owned()).into()
        }
        other => other.into(),
    })
}

/// Which session answers a prepared statement, that was given a value of its own.
async fn session(connection: &mut PgConnection, value: i32) -> Result<i32, StoreError> {
    let asked = sqlx::query_as("SELECT pg_backend_pid(), $1::int4").bind(value);
    let answer: Result<(i32, i32), _> = patiently(asked.fetch_one(connection)).await;
    match answer {
        Ok((pid, echo)) if echo == value => Ok(pid),
        Err(sqlx::Error::Database(error)) if !is_lost(&*error) => {
            Err(sqlx::Error::Database(error).into())
        }
        Err(error @ (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut)) => Err(error.into()),
        // No such statement, or the answer to another one.
        _ => Err(Unfit::LosesStatements.into()),
    }
}

/// A prepared statement that is gone, that is there already, or that takes other values. Poolers say what
/// is fatal with the last code too.
fn is_lost(error: &dyn DatabaseError) -> bool {
    let severity = error
        .try_downcast_ref::<PgDatabaseError>()
        .map(PgDatabaseError::severity);
    match error.code().as_deref() {
        Some("26000" | "42P05") => true,
        Some("08P01") => severity == Some(PgSeverity::Error),
        _ => false,
    }
}

/// Begins a transaction; which session it has. Nothing is prepared, so nothing is in its way.
async fn hold(connection: &mut PgConnection) -> Result<i32, StoreError> {
    let begun = patiently(sqlx::raw_sql("BEGIN").execute(&mut *connection)).await;
    match begun {
        Err(sqlx::Error::Database(error)) if error.message().contains("statement pooling") => {
            return Err(Unfit::LosesStatements.into());
        }
        begun => begun?,
    };
    let asked = sqlx::raw_sql("SELECT pg_backend_pid() AS pid").fetch_one(connection);
    Ok(patiently(asked).await?.try_get("pid")?)
}

async fn patiently<T>(
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let done = tokio::time::timeout(PATIENCE, work).await;
    done.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
