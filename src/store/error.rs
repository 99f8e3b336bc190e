//! What can go wrong with the database, told apart by what a person can do.

mod sqlstate;

use std::borrow::Cow;

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
    /// The database refused a statement.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    #[error("a migration failed")]
    Migration(#[source] sqlx::migrate::MigrateError),
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
        matches!(self, Self::Unavailable { .. })
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

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
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
