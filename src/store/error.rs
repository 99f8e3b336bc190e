//! What can go wrong with the database, told apart by what a person can do.

mod sqlstate;

use std::borrow::Cow;

use sqlx::migrate::MigrateError;
use uuid::Uuid;

pub use sqlstate::Trouble;

use super::fitness::Unfit;
use super::renewal;
use crate::domain::overtaken::Overtaken;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or cannot do its work right now: that passes by itself, by the
    /// next try, or by an operator's hand.
    #[error("{}", reason(.source))]
    Unavailable { source: sqlx::Error },
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
    /// The database, or the way to it, is none to live with: an operator chooses another.
    #[error(transparent)]
    Unfit(#[from] Unfit),
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
    /// What this rests on was ended while it was under way.
    #[error("overtaken: {0}")]
    Overtaken(Overtaken),
    /// One organization has one address, and what this would keep is another one's.
    #[error("an organization that is known speaks against it")]
    Contradicted,
}

impl StoreError {
    /// Whether the statement was given up because it took longer than it was allowed to (57014).
    #[must_use]
    pub fn is_too_slow(&self) -> bool {
        self.code().is_some_and(|code| code == "57014")
    }

    /// Whether the same call may succeed in a moment.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Tls(_))
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Unavailable {
                source: sqlx::Error::Database(error),
                ..
            }
            | Self::Database(sqlx::Error::Database(error)) => error.code(),
            _ => None,
        }
    }
}

/// Without TLS, or with a certificate that proves nothing; sqlx says the latter as any broken connection.
fn is_of_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error
            .get_ref()
            .and_then(|cause| cause.downcast_ref::<rustls::Error>())
            .is_some(),
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
        let trouble = trouble(&error);
        if trouble == Trouble::Ours {
            return Self::Database(error);
        }
        if trouble != Trouble::Race {
            metrics::counter!("grantway_database_failures_total").increment(1);
            // A pool that is merely busy would be busier with new connections.
            if !matches!(error, sqlx::Error::PoolTimedOut) {
                renewal::ask();
            }
        }
        Self::Unavailable { source: error }
    }
}

fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::BeginFailed
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Trouble::Passing,
        sqlx::Error::Database(database) => {
            let code = database.code();
            code.map_or(Trouble::Ours, |code| Trouble::of(&code))
        }
        _ => Trouble::Ours,
    }
}

/// In words that tell nothing of the inside: they stand at a public door.
fn reason(error: &sqlx::Error) -> &'static str {
    let code = match error {
        sqlx::Error::Database(database) => database.code().unwrap_or_default(),
        _ => return "the database cannot be reached",
    };
    match &*code {
        "25006" => "the database is read-only",
        "53100" => "the database's disk is full",
        "57014" => "the database took too long",
        "42501" => "the service's role lacks rights in the database",
        code if code.starts_with("08") || code.starts_with("57P") || code == "53300" => {
            "the database cannot be reached"
        }
        code if Trouble::of(code) == Trouble::Race => "others were at the same rows",
        _ => "the database cannot do its work",
    }
}
