//! What everything is measured on: a private PostgreSQL, fake-okta, and services, each with a database
//! of its own.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use fake_okta::{FakeOkta, Options as OktaOptions, OrgHandle, Seed};
use grantway::app::{App, Listeners};
use grantway::config::{Config, Environment};
use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use grantway::domain::clock::SystemClock;
use grantway::flows::{ApiKeys, Shared};
use grantway::private_postgres::{Options, PrivatePostgres};
use grantway::telemetry::metrics::Metrics;
use grantway::telemetry::{Format, subscriber};
use grantway::vault::{self, KeyRing};
use grantway::web::Rates;
use secrecy::SecretString;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::crowd::Crowd;
use crate::effort::Effort;
use crate::plans::Plans;
use crate::scale::Scale;
use crate::seed::{self, Asked, Secrets};

/// As long as an access token of Okta's.
const TOKEN_LENGTH: usize = 1_000;

/// What all services share.
pub struct Lab {
    postgres: PrivatePostgres,
    pub fake: FakeOkta,
    pub plans: Option<Plans>,
    pub scale: Scale,
    metrics: Metrics,
    _folder: TempDir,
}

/// A running service.
pub struct Service {
    pub address: SocketAddr,
    pub pool: PgPool,
    pub shared: Shared,
    pub asked: Vec<Asked>,
    /// A worker's API key.
    pub key: SecretString,
    /// An administrator's session with the first tenant.
    pub cookie: SecretString,
    _stop: DropGuard,
}

/// Everything is logged as in production, and goes nowhere.
pub fn log_into_the_void() -> anyhow::Result<()> {
    let subscriber = subscriber("info", Format::Json, std::io::sink)?;
    Ok(tracing::subscriber::set_global_default(subscriber)?)
}

impl Lab {
    /// A database that keeps its promises: it waits for its disk, as in production.
    pub async fn open(scale: Scale) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("postgres");
        let mut options = Options::ephemeral_in(&data)
            .setting("shared_buffers", "2GB")
            .setting("max_wal_size", "8GB")
            // No vacuum falls into a round: all is vacuumed when it is filled.
            .setting("autovacuum_naptime", "1h")
            // Filling is no business of standbys.
            .setting("wal_level", "minimal")
            .setting("max_wal_senders", "0");
        options.durable = true;
        let postgres = PrivatePostgres::start(options).await?;
        let server = postgres.connect_options("postgres");
        let plans = Plans::prepare(server, data.join("postgresql.log")).await?;
        let fake = FakeOkta::start(OktaOptions::new(Seed::sample(&["acme"]))).await?;
        Ok(Self {
            postgres,
            fake,
            plans,
            scale,
            metrics: Metrics::install()?,
            _folder: folder,
        })
    }

    /// What all of it has cost so far.
    pub fn effort(&self) -> Effort {
        Effort::so_far(self.postgres.server_pid())
    }

    pub async fn close(self) -> anyhow::Result<()> {
        self.fake.shutdown().await;
        Ok(self.postgres.stop().await?)
    }

    /// A service with so many tenants, of whom some are asked for, and with `is_indexed` what support
    /// looks them up by.
    pub async fn service(
        &self,
        name: &str,
        tenants: u32,
        is_indexed: bool,
    ) -> anyhow::Result<Service> {
        let made_up = |_| Secrets {
            access_token: long_token(),
            refresh_token: "a refresh token of Okta's".to_owned(),
            client_secret: "a client secret".to_owned(),
            origin: None,
        };
        let crowd = Crowd::new(tenants, true);
        let empty = self.empty_service(name).await?;
        let filling = empty.fill(crowd, self.scale.asked, is_indexed, made_up);
        Box::pin(filling).await
    }

    /// The same with none, for who fills it otherwise.
    pub async fn empty_service(&self, name: &str) -> anyhow::Result<Service> {
        self.postgres.create_database(name).await?;
        let any = ([127, 0, 0, 1], 0).into();
        let listeners = Listeners::bind(any, any).await?;
        let address = listeners.public.local_addr()?;
        let origins: Vec<&str> = self
            .fake
            .organizations()
            .iter()
            .map(OrgHandle::origin)
            .collect();
        let config = Config::read(&Environment::of(&[
            ("DATABASE_URL", &self.postgres.url(name)),
            ("GRANTWAY_PUBLIC_URL", &format!("http://{address}")),
            ("GRANTWAY_KEYRING", vault::disclose(&KeyRing::generate())),
            ("GRANTWAY_VENDOR_NAME", "Northvault"),
            ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
            ("GRANTWAY_EXTRA_ORG_ORIGINS", &origins.join(",")),
        ]))?;
        // What is measured is not to be held back, and nothing is to begin by itself.
        let rates = Rates {
            api_calls: NonZeroU32::MAX,
            ..Rates::default()
        };
        let app = App::build(config, listeners, Arc::new(SystemClock), rates)?;
        let app = app.without_checks().without_refreshes().without_webhooks();
        let app = app.with_metrics(self.metrics.clone());
        app.migrate().await?;
        let shared = app.shared().clone();
        let key = ApiKeys::new(shared.clone())
            .create("bench", ApiRole::Worker, Actor::CommandLine)
            .await?
            .key;
        let stop = CancellationToken::new();
        tokio::spawn(app.run(stop.clone()));
        Ok(Service {
            address,
            pool: self.pool(name).await?,
            shared,
            asked: Vec::new(),
            key,
            cookie: vault::random_token(),
            _stop: stop.drop_guard(),
        })
    }

    /// Connections of the same number as the service has.
    pub async fn pool(&self, name: &str) -> anyhow::Result<PgPool> {
        let options = PgPoolOptions::new()
            .max_connections(grantway::store::POOL_SIZE)
            .test_before_acquire(false);
        Ok(options
            .connect_with(self.postgres.connect_options(name))
            .await?)
    }
}

impl Service {
    /// Takes a crowd in, of whom some are asked for.
    pub async fn fill(
        mut self,
        crowd: Crowd,
        asked: u32,
        is_indexed: bool,
        secrets: impl FnMut(u32) -> Secrets,
    ) -> anyhow::Result<Self> {
        Box::pin(seed::fill(&self.pool, &self.shared, crowd, is_indexed)).await?;
        let customers = crowd.some_that_are_fine(asked);
        self.asked = seed::complete(&self.pool, &self.shared, customers, secrets).await?;
        seed::administrator(&self.pool, &self.cookie, &self.asked[0]).await?;
        Ok(self)
    }
}

fn long_token() -> String {
    let mut token = String::new();
    while token.len() < TOKEN_LENGTH {
        token.push_str(vault::disclose(&vault::random_token()));
    }
    token.truncate(TOKEN_LENGTH);
    token
}
