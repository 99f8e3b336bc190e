//! Whether the service can do its work right now: each dependency by name, asked live.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::sync::Mutex;

use super::{Sealing, Shared};
use crate::domain::id::TenantId;
use crate::store::{DatabaseHealth, StoreError};
use crate::vault::{Field, SealContext};

/// Nobody waits longer for one dependency than this.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often the dependencies are asked at most: whoever asks sooner waits for the next answer, and gets the
/// same as all who wait. So a flood of probes costs the database little, and no answer is an old one.
const EVERY: Duration = Duration::from_millis(250);

/// Asks the dependencies.
#[derive(Debug, Clone)]
pub struct Health {
    shared: Shared,
    /// That the key ring opens what is in the database is looked at until it was once seen.
    keys_seen: Arc<AtomicBool>,
    last: Arc<Mutex<Option<(Instant, Readiness)>>>,
}

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
    pub fn new(shared: Shared) -> Self {
        Self {
            shared,
            keys_seen: Arc::default(),
            last: Arc::default(),
        }
    }

    pub async fn readiness(&self) -> Readiness {
        let asked = Instant::now();
        let mut last = self.last.lock().await;
        if let Some((began, readiness)) = &*last {
            if *began >= asked {
                return readiness.clone();
            }
            tokio::time::sleep_until((*began + EVERY).into()).await;
        }
        let began = Instant::now();
        let readiness = self.look().await;
        *last = Some((began, readiness.clone()));
        readiness
    }

    async fn look(&self) -> Readiness {
        let began = Instant::now();
        let asked = tokio::time::timeout(PATIENCE, self.database()).await;
        let took = began.elapsed();
        let unknown = || Some("unknown while the database is down".to_owned());
        let (database, migrations) = match asked {
            Ok(Ok(health)) if health.missing_migrations > 0 => {
                let missing = health.missing_migrations;
                (None, Some(format!("{missing} migrations are not applied")))
            }
            Ok(Ok(health)) if health.closed_tables > 0 => {
                let closed = health.closed_tables;
                let lacks = format!("the service's role lacks rights on {closed} tables");
                (Some(lacks), None)
            }
            Ok(Ok(_)) => (None, None),
            Ok(Err(StoreError::Unfit(why))) => {
                tracing::error!(%why, "the service cannot live at the database's address");
                let pooler = "its address leads to a connection pooler that it cannot live behind";
                (Some(pooler.to_owned()), unknown())
            }
            Ok(Err(error)) => (Some(error.to_string()), unknown()),
            Err(_) => (Some("no answer within 2 seconds".to_owned()), unknown()),
        };
        let migrated = database.is_none() && migrations.is_none();
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
                self.key_ring(migrated).await,
            ],
        }
    }

    async fn database(&self) -> Result<DatabaseHealth, StoreError> {
        let store = &self.shared.store;
        store.check_fitness().await?;
        store.health().await
    }

    /// Seals and opens something, so that a key ring that cannot is found before a tenant's token is;
    /// and, until that was once seen, whether it opens what is in the database.
    async fn key_ring(&self, migrated: bool) -> DependencyHealth {
        let began = Instant::now();
        let tenant = TenantId::new();
        let context = SealContext {
            tenant,
            record: tenant.as_uuid(),
            field: Field::AccessToken,
            generation: 1,
            origin: None,
        };
        let probe = SecretString::from("probe");
        let sealed = self.shared.vault.seal(&context, &probe);
        let works = sealed.is_ok_and(|sealed| self.shared.vault.open(&context, &sealed).is_ok());
        let trouble = if !works {
            Some("the active key does not seal and open".to_owned())
        } else if migrated && !self.keys_seen.load(Ordering::Relaxed) {
            self.look_at_keys().await
        } else {
            None
        };
        DependencyHealth {
            name: "key_ring",
            trouble,
            took: began.elapsed(),
        }
    }

    /// Which keys and rows it is about stands in the log: this answer is for everybody.
    async fn look_at_keys(&self) -> Option<String> {
        let sealing = Sealing::new(self.shared.clone());
        match tokio::time::timeout(PATIENCE, sealing.needs()).await {
            Ok(Ok(needs)) if needs.are_met() => {
                self.keys_seen.store(true, Ordering::Relaxed);
                None
            }
            Ok(Ok(needs)) => {
                tracing::error!(%needs, "rows need keys that are missing");
                Some("the key ring lacks keys that rows need".to_owned())
            }
            // The database's own line tells it.
            Ok(Err(_)) | Err(_) => Some("could not be compared with the database".to_owned()),
        }
    }
}
