//! What can go wrong with the database, told apart by what a person can do.

use uuid::Uuid;

use crate::domain::overtaken::Overtaken;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or is shutting down: it passes by itself.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused a statement.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    #[error("a migration failed")]
    Migration(#[source] sqlx::migrate::MigrateError),
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
        matches!(self, Self::Unavailable(_))
    }
}

/// Whether a refusal of PostgreSQL's passes by itself, so that the same transaction may succeed later. Who
/// waits with a token that Okta gives only once must not give up before.
fn passes(code: &str) -> bool {
    // The connection is lost; the server stops or starts.
    let passing_class = ["08", "57P"].iter().any(|class| code.starts_with(class));
    // It could not be put in order with others, a deadlock, a lock that was not had in time; a primary that
    // serves as a standby, a transaction that stood still; no disk, memory or connection left.
    let passing = [
        "40001", "40P01", "55P03", "25006", "25P03", "53100", "53200", "53300",
    ];
    passing_class || passing.contains(&code)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let passing = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(database) => {
                database.code().is_some_and(|code| passes(code.as_ref()))
            }
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

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn what_passes_by_itself_is_tried_again_and_a_mistake_is_not() {
        for code in [
            "08006", "57P01", "57P03", "40001", "40P01", "55P03", "25006", "25P03", "53100",
            "53200", "53300",
        ] {
            assert!(passes(code), "{code}");
        }
        for code in [
            "23505", "23503", "42501", "42P01", "22001", "XX000", "57014",
        ] {
            assert!(!passes(code), "{code}");
        }
    }
}
