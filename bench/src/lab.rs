//! What everything is measured on: a private PostgreSQL, fake-okta, and services, each with a database
//! of its own.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use anyhow::Context;
use fake_okta::{FakeOkta, Options as OktaOptions, OrgHandle, Seed};
use grantway::app::{App, Listeners};
use grantway::config::{Config, Environment};
use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use grantway::domain::clock::SystemClock;
use grantway::flows::{ApiKeys, Shared};
use grantway::private_postgres::{Options, PrivatePostgres};
use grantway::telemetry::{Format, subscriber};
use grantway::vault::{self, KeyRing};
use grantway::web::Rates;
use secrecy::SecretString;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::reads;
use crate::seed::{self, ASKED, Asked, Secrets};

/// How many tenants a small database has.
pub const FEW: u32 = 1_000;
/// As long as an access token of Okta's.
const TOKEN_LENGTH: usize = 1_000;

/// What all services share.
pub struct Lab {
    postgres: PrivatePostgres,
    pub fake: FakeOkta,
    folder: TempDir,
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
    pub async fn open(tells_plans: bool) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut options = Options::ephemeral_in(folder.path().join("postgres"))
            .setting("shared_buffers", "1GB")
            .setting("max_wal_size", "4GB");
        if tells_plans {
            options = options
                .setting("session_preload_libraries", "auto_explain")
                .setting("auto_explain.log_min_duration", "0")
                .setting("auto_explain.log_analyze", "on")
                .setting("auto_explain.log_buffers", "on");
        }
        let postgres = PrivatePostgres::start(options).await?;
        let fake = FakeOkta::start(OktaOptions::new(Seed::sample(&["acme"]))).await?;
        Ok(Self {
            postgres,
            fake,
            folder,
        })
    }

    pub async fn close(self) -> anyhow::Result<()> {
        self.fake.shutdown().await;
        Ok(self.postgres.stop().await?)
    }

    /// A service with so many tenants.
    pub async fn service(&self, name: &str, tenants: u32) -> anyhow::Result<Service> {
        let made_up = |_| Secrets {
            access_token: long_token(),
            refresh_token: "a refresh token of Okta's".to_owned(),
            client_secret: "a client secret".to_owned(),
        };
        let empty = self.empty_service(name).await?;
        empty.fill(tenants, ASKED, made_up).await
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
        let app = app.without_checks().without_refreshes();
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

    /// Asks once for everything, and prints what PostgreSQL says of it.
    #[expect(clippy::print_stdout, reason = "it was asked for")]
    pub fn print_plans(
        &self,
        runtime: &tokio::runtime::Runtime,
        service: &Service,
    ) -> anyhow::Result<()> {
        let log = self.folder.path().join("postgres/postgresql.log");
        let before = std::fs::read_to_string(&log)?.len();
        for page in [reads::broker(), reads::status()] {
            page.load(service).once()?;
        }
        let claim = crate::growth::claim(service);
        runtime.block_on(claim)?;
        let said = std::fs::read_to_string(&log)?;
        println!("{}", said.get(before..).context("the log only grows")?);
        Ok(())
    }
}

impl Service {
    /// Makes so many tenants, of whom the first are asked for.
    pub async fn fill(
        mut self,
        tenants: u32,
        asked: i32,
        secrets: impl FnMut(i32) -> Secrets,
    ) -> anyhow::Result<Self> {
        seed::crowd(&self.pool, tenants, self.shared.catalog.version()).await?;
        self.asked = seed::complete(&self.pool, &self.shared, asked, secrets).await?;
        seed::administrator(&self.pool, &self.cookie).await?;
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
