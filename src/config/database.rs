//! The database: where it is, and what has to hold on the way there.

use secrecy::SecretString;

use super::{Config, ConfigError, Environment, Reader};
use crate::domain::database_tls::DatabaseTls;

impl Config {
    /// The database alone, for the commands that need no more.
    pub fn read_database(
        environment: &Environment,
    ) -> Result<(SecretString, Option<DatabaseTls>), ConfigError> {
        let mut problems = Vec::new();
        let mut reader = Reader {
            environment,
            problems: &mut problems,
        };
        let (url, tls) = (reader.database(), reader.database_tls());
        match url {
            Some(url) if problems.is_empty() => Ok((url, tls)),
            _ => Err(ConfigError { problems }),
        }
    }
}

impl Reader<'_> {
    pub(super) fn database(&mut self) -> Option<SecretString> {
        let url = self.secret("DATABASE_URL")?;
        let scheme = crate::vault::disclose(&url)
            .split(':')
            .next()
            .unwrap_or_default();
        if !matches!(scheme, "postgres" | "postgresql") {
            self.problem(
                "DATABASE_URL",
                "does not begin with postgres:// or postgresql://",
            );
            return None;
        }
        Some(url)
    }

    pub(super) fn database_tls(&mut self) -> Option<DatabaseTls> {
        const NAME: &str = "GRANTWAY_DATABASE_TLS";
        let parsed = DatabaseTls::parse(&self.environment.text(NAME)?);
        parsed.map_err(|what| self.problem(NAME, what)).ok()
    }
}
