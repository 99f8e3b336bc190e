//! The composition root: the only place that sees a whole configuration, and puts the house together.

mod background;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::background::Background;
use crate::config::Config;
use crate::domain::clock::SharedClock;
use crate::domain::org_url::HostPolicy;
use crate::domain::staff::StaffSettings;
use crate::domain::webhook::WebhookPolicy;
use crate::flows::{
    self, AuditTrail, Damage, Flights, FlowError, Measures, Needs, Sealing, Shared, StaffDoor,
};
use crate::okta::{self, Okta, Provider};
use crate::outbound::BuildError;
use crate::store::{Store, StoreError};
use crate::telemetry::metrics::Metrics;
use crate::vault::{self, Vault};
use crate::web::{self, AppState, Bounds, MetricsText, Rates, Site, admin_router, public_router};
use crate::webhook::Sender;

/// What is counted on where nobody looked at how many descriptors there are: in tests and in the demo.
const ENOUGH_DESCRIPTORS: u64 = 65_536;

/// How long work that must end may take after the last answer was sent.
const LAST_WORK: Duration = Duration::from_mins(1);

/// The two doors, opened before anything else, so that the port is known.
#[derive(Debug)]
pub struct Listeners {
    pub public: TcpListener,
    pub admin: TcpListener,
}

/// A service that is ready to run.
#[derive(Debug)]
pub struct App {
    listeners: Listeners,
    shared: Shared,
    state: AppState,
    migrate: bool,
    background: Background,
    metrics: Option<Metrics>,
    bounds: Bounds,
}

/// Why the service does not come up.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("cannot listen on {address}: {source}")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Http(#[from] BuildError),
    #[error(transparent)]
    Keys(#[from] FlowError),
    /// Wrong configuration: without these keys, tenants would be found broken one by one.
    #[error("{0}")]
    KeysMissing(Needs),
}

impl Listeners {
    pub async fn bind(public: SocketAddr, admin: SocketAddr) -> Result<Self, AppError> {
        Ok(Self {
            public: bind(public).await?,
            admin: bind(admin).await?,
        })
    }
}

impl App {
    /// Puts the service together. Nothing is connected yet.
    pub fn build(
        config: Config,
        listeners: Listeners,
        clock: SharedClock,
        rates: Rates,
    ) -> Result<Self, AppError> {
        let policy = HostPolicy::new(config.extra_origins);
        let vault = Arc::new(Vault::new(config.key_ring));
        let database_url = vault::disclose(&config.database_url);
        let staff = config.staff.map(|settings| staff_door(settings, &clock));
        let shared = Shared {
            store: Store::connect_lazily(database_url, config.database_tls, vault.audit_signer())?,
            okta: Okta::new(policy.clone(), Arc::clone(&clock), okta::Limits::default())?,
            vault,
            clock,
            catalog: Arc::new(config.catalog),
            policy,
            public_url: Arc::new(config.public_url.clone()),
            hold_new_connections: config.hold_new_connections,
            staff: staff.transpose()?,
            token_margin: config.token_margin,
            checks_wanted: Arc::new(Notify::new()),
            webhooks: Sender::new()?,
            webhook_policy: WebhookPolicy::new(config.extra_webhook_origins),
            deliveries_wanted: Arc::new(Notify::new()),
            flights: Flights::default(),
            revocations_wanted: Arc::new(Notify::new()),
            tasks: TaskTracker::new(),
        };
        let site = Site {
            vendor_name: config.vendor_name,
            support_email: config.support_email,
            public_url: config.public_url,
            trusted_proxies: config.trusted_proxies,
        };
        let state = AppState::new(&shared, site, rates);
        Ok(Self {
            listeners,
            shared,
            state,
            migrate: config.migrate,
            background: Background::ALL,
            metrics: None,
            bounds: Bounds::of_descriptors(ENOUGH_DESCRIPTORS),
        })
    }

    /// What the use cases share, for commands that run beside the service.
    #[must_use]
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Tells operators what `metrics` has collected.
    #[must_use]
    pub fn with_metrics(self, metrics: Metrics) -> Self {
        Self {
            metrics: Some(metrics),
            ..self
        }
    }

    /// Holds the public listener to these bounds.
    #[must_use]
    pub fn with_bounds(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// Leaves checks and revocations to other replicas, or to a test that runs them one by one.
    #[must_use]
    pub fn without_checks(mut self) -> Self {
        self.background.checks = false;
        self
    }

    /// Leaves webhooks to other replicas, or to a test that sends them one by one.
    #[must_use]
    pub fn without_webhooks(mut self) -> Self {
        self.background.webhooks = false;
        self
    }

    /// Leaves refreshes, and the telling of sign-ins' ends, to other replicas or to a test.
    #[must_use]
    pub fn without_refreshes(mut self) -> Self {
        self.background.refreshes = false;
        self
    }

    /// Applies the migrations, if the configuration says so.
    pub async fn migrate(&self) -> Result<(), AppError> {
        if self.migrate {
            self.shared.store.migrate().await?;
        }
        Ok(())
    }

    /// Makes sure that the service can live at the database's address. Where that cannot be seen yet,
    /// readiness looks until it can.
    pub async fn check_database(&self) -> Result<(), AppError> {
        match self.shared.store.check_fitness().await {
            Err(error @ StoreError::Unfit(_)) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Makes sure that the key ring opens what is in the database. Where that cannot be seen yet (the
    /// database is away, or not migrated by us), readiness looks until it can.
    pub async fn check_keys(&self) -> Result<(), AppError> {
        match Sealing::new(self.shared.clone()).needs().await {
            Ok(needs) if needs.are_met() => {
                for Damage { column, example } in needs.damaged() {
                    tracing::error!(%column, row = %example, "a secret does not open and is set aside: `grantway keyring rotate` names all of them");
                }
                Ok(())
            }
            Ok(needs) => Err(AppError::KeysMissing(needs)),
            Err(error) if self.migrate => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "whether the key ring is complete cannot be seen yet");
                Ok(())
            }
        }
    }

    /// Signs the ends of the audit trail's chains that an older version left unsigned, before requests do.
    /// Where the database is away, whoever adds the next line does it.
    async fn settle_trail(&self) {
        if let Err(error) = AuditTrail::new(self.shared.clone()).settle().await {
            tracing::warn!(%error, "the ends of the audit trail's chains are not signed yet");
        }
    }

    /// Serves until told to stop; then finishes the answers and the work under way.
    pub async fn run(self, stop: CancellationToken) -> Result<(), AppError> {
        self.settle_trail().await;
        let Self {
            listeners,
            shared,
            state,
            background,
            metrics,
            bounds,
            ..
        } = self;
        let metrics = metrics.map(|metrics| told(metrics, &shared, &stop));
        let working = background.begin(&shared, &state, &stop);
        let operators = web::serve(
            listeners.admin,
            admin_router(state.clone(), metrics),
            Bounds::of_operators(),
            Vec::new(),
            stop.clone(),
        );
        let public = web::serve(
            listeners.public,
            public_router(state.clone()),
            bounds,
            state.site.trusted_proxies.clone(),
            stop.clone(),
        );
        let streams = async {
            stop.cancelled().await;
            state.watchers.end();
        };
        tokio::join!(public, operators, streams);
        shared.tasks.close();
        if tokio::time::timeout(LAST_WORK, shared.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some work did not end in time and is given up");
        }
        let _ = working.await;
        shared.store.close().await;
        Ok(())
    }
}

/// Says what will be counted, keeps it small, and gives what answers a scrape.
fn told(metrics: Metrics, shared: &Shared, stop: &CancellationToken) -> (MetricsText, Measures) {
    web::describe_metrics();
    okta::describe_metrics();
    flows::describe_metrics(env!("CARGO_PKG_VERSION"), shared.clock.now());
    tokio::spawn(metrics.clone().keep_up(stop.clone()));
    let text = MetricsText::new(move || metrics.render());
    (text, Measures::new(shared.clone()))
}

fn staff_door(settings: StaffSettings, clock: &SharedClock) -> Result<StaffDoor, AppError> {
    let limits = okta::Limits::default();
    Ok(StaffDoor {
        provider: Provider::new(&settings, Arc::clone(clock), limits)?,
        settings: Arc::new(settings),
    })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, AppError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| AppError::Listen { address, source })
}
