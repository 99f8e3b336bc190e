//! Whether the service can do its work right now: each dependency by name, asked live.

use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::Shared;
use crate::domain::id::TenantId;
use crate::vault::{Field, SealContext};

/// Nobody waits longer for one dependency than this.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the dependencies.
#[derive(Debug, Clone)]
pub struct Health(Shared);

/// One dependency's answer.
#[derive(Debug, Clone)]
pub struct DependencyHealth {
    pub name: &'static str,
    /// Nothing when it is well; otherwise a sentence without details of the inside.
    pub trouble: Option<String>,
    pub took: Duration,
}

/// All answers.
#[derive(Debug, Clone)]
pub struct Readiness {
    pub dependencies: Vec<DependencyHealth>,
}

impl Readiness {
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.dependencies
            .iter()
            .all(|dependency| dependency.trouble.is_none())
    }
}

impl Health {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    pub async fn readiness(&self) -> Readiness {
        let began = Instant::now();
        let asked = tokio::time::timeout(PATIENCE, self.0.store.health()).await;
        let took = began.elapsed();
        let (database, migrations) = match asked {
            Ok(Ok(health)) if health.missing_migrations == 0 => (None, None),
            Ok(Ok(health)) => (
                None,
                Some(format!(
                    "{} migrations are not applied",
                    health.missing_migrations
                )),
            ),
            Ok(Err(error)) => (
                Some(error.to_string()),
                Some("unknown while the database is down".to_owned()),
            ),
            Err(_) => {
                let silent = "no answer within 2 seconds".to_owned();
                (
                    Some(silent),
                    Some("unknown while the database is down".to_owned()),
                )
            }
        };
        Readiness {
            dependencies: vec![
                DependencyHealth {
                    name: "database",
                    trouble: database,
                    took,
                },
                DependencyHealth {
                    name: "migrations",
                    trouble: migrations,
                    took,
                },
                self.key_ring(),
            ],
        }
    }

    /// Seals and opens something, so that a key ring that cannot is found before a tenant's token is.
    fn key_ring(&self) -> DependencyHealth {
        let began = Instant::now();
        let tenant = TenantId::new();
        let context = SealContext {
            tenant,
            record: tenant.as_uuid(),
            field: Field::AccessToken,
            generation: 1,
        };
        let probe = SecretString::from("probe");
        let sealed = self.0.vault.seal(&context, &probe);
        let works = sealed.is_ok_and(|sealed| self.0.vault.open(&context, &sealed).is_ok());
        let trouble = (!works).then(|| "the active key does not seal and open".to_owned());
        DependencyHealth {
            name: "key_ring",
            trouble,
            took: began.elapsed(),
        }
    }
}
