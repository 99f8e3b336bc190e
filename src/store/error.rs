//! What can go wrong with the database, told apart by what a person can do.

use sqlx::migrate::MigrateError;
use uuid::Uuid;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or is shutting down: it passes by itself.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// Whoever answers there has no TLS, or not that of the server's name: it may be somebody in between.
    #[error(
        "there is no trusted TLS connection to the database (GRANTWAY_DATABASE_TLS says what is demanded)"
    )]
    Tls(#[source] sqlx::Error),
    /// The address itself asks for less than has to hold.
    #[error(
        "DATABASE_URL says sslmode={named}, and {least} is demanded: with less, somebody in between could read along and write. Take sslmode out of DATABASE_URL, or name what you accept, for example GRANTWAY_DATABASE_TLS=require"
    )]
    WeakTls {
        named: &'static str,
        least: &'static str,
    },
    /// The database refused a statement.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    #[error("a migration failed")]
    Migration(#[source] MigrateError),
    /// A row holds what nothing here writes.
    #[error("an impossible row in {table}: {column} of {row}")]
    Inconsistent {
        table: &'static str,
        column: &'static str,
        row: Uuid,
    },
    /// A row that had to be there is not.
    #[error("a row of {table} that had to be there is missing")]
    Missing { table: &'static str },
    /// Somebody else wrote the same thing in between: prepare again, and write again.
    #[error("somebody else was first")]
    Raced,
    /// The connection was ended, or begun anew, while this was under way: it no longer holds.
    #[error("the connection is no longer in the state that this began with")]
    Overtaken,
}

impl StoreError {
    /// Whether the statement was given up because it took longer than it was allowed to (57014).
    #[must_use]
    pub fn is_too_slow(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else {
            return false;
        };
        error.code().is_some_and(|code| code == "57014")
    }

    /// Whether the same call may succeed in a moment.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Tls(_))
    }
}

/// Without TLS, or with a certificate that proves nothing; sqlx says the latter as any broken connection.
fn is_of_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error
            .get_ref()
            .is_some_and(|cause| cause.is::<rustls::Error>()),
        _ => false,
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) if is_of_tls(&error) => error.into(),
            other => Self::Migration(other),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_of_tls(&error) {
            metrics::counter!("grantway_database_failures_total").increment(1);
            return Self::Tls(error);
        }
        let passing = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            // Class 57P: the server stops or starts; 53300: too many connections; class 08: connection lost.
            sqlx::Error::Database(database) => database.code().is_some_and(|code| {
                code.starts_with("57P") || code.starts_with("08") || code == "53300"
            }),
            _ => false,
        };
        if passing {
            metrics::counter!("grantway_database_failures_total").increment(1);
            Self::Unavailable(error)
        } else {
            Self::Database(error)
        }
    }
}
