//! A whole service for one test: its own database, its own fake Okta, real ports.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration as StdDuration;

use fake_okta::{App as OktaApp, AuthMethod, FakeOkta, OrgHandle, Seed};
use grantway::app::{App, Listeners};
use grantway::config::Config;
use grantway::domain::id::{ConnectionId, TenantId};
use grantway::flows::{AppSetup, Invite, InviteRequest, Shared};
use grantway::telemetry::metrics::Metrics;
use grantway::vault;
use grantway::web::Rates;
use time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::subscriber::DefaultGuard;

use super::browser::{Browser, TRIPWIRE};
use super::clock::TestClock;
use super::database::TestDatabase;
use super::log::Log;
use super::settings::{Settings, configuration};
use super::staff;

/// A running service.
pub struct TestApp {
    pub url: String,
    pub admin_url: String,
    pub database: TestDatabase,
    pub fake: FakeOkta,
    pub clock: Arc<TestClock>,
    pub log: Log,
    pub shared: Shared,
    stop: CancellationToken,
    replicas: Mutex<Vec<DropGuard>>,
    running: Option<JoinHandle<()>>,
    _guard: DefaultGuard,
    /// What is collected; on the test's own thread, on which its service runs too.
    metrics: Metrics,
    _metrics_guard: metrics::LocalRecorderGuard<'static>,
}

/// An invited tenant, with the app that its organization has for it.
#[derive(Debug, Clone)]
pub struct Invited {
    pub tenant: TenantId,
    pub connection: ConnectionId,
    pub link: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// The organization's name in the fake.
    pub org: String,
    pub origin: String,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// A service that checks by itself what is granted, as it does outside of tests.
    pub async fn start_checking() -> Self {
        let settings = Settings {
            checks: true,
            ..Settings::default()
        };
        Self::start_with(settings).await
    }

    pub async fn start_with(settings: Settings) -> Self {
        let database = TestDatabase::new().await;
        let url = database.service_url.clone();
        Self::start_on(database, &url, settings).await
    }

    /// On a database of the test's choice, for tests that take it down.
    pub async fn start_on(database: TestDatabase, database_url: &str, settings: Settings) -> Self {
        let (log, guard) = Log::capture();
        let (recorder, metrics) = Metrics::recorder().unwrap();
        // For as long as the process lives: a few kilobytes for each test.
        let recorder = Box::leak(Box::new(recorder));
        let metrics_guard = metrics::set_default_local_recorder(recorder);
        let mut seed = Seed::sample(&["acme", "globex"]);
        seed.organizations.push(staff::seed());
        let fake = FakeOkta::start(fake_okta::Options::new(seed))
            .await
            .unwrap();
        let any = ([127, 0, 0, 1], 0).into();
        let listeners = Listeners::bind(any, any).await.unwrap();
        let url = format!("http://{}", listeners.public.local_addr().unwrap());
        let admin_url = format!("http://{}", listeners.admin.local_addr().unwrap());
        let clock = Arc::new(TestClock::default());
        staff::register(&fake, settings.public_url.unwrap_or(&url));
        let config = configuration(&url, database_url, &fake, settings);
        let (shared, stop, running) = run(config, listeners, &clock, settings, &metrics);
        Self {
            url,
            admin_url,
            database,
            fake,
            clock,
            log,
            shared,
            stop,
            replicas: Mutex::default(),
            running: Some(running),
            _guard: guard,
            metrics,
            _metrics_guard: metrics_guard,
        }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    pub fn org(&self, name: &str) -> OrgHandle {
        self.fake.org(name)
    }

    /// Moves everybody's time: ours and Okta's.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.fake.clock().advance(by.whole_seconds());
    }

    /// Invites `acme` with an app that was granted the whole catalog.
    pub async fn invite(&self) -> Invited {
        self.invite_with("acme", AuthMethod::PrivateKeyJwt, &self.catalog())
            .await
    }

    /// Invites an organization with an app that was granted `scopes`; assigned to everybody.
    pub async fn invite_with(
        &self,
        org: &str,
        auth_method: AuthMethod,
        scopes: &[String],
    ) -> Invited {
        self.invite_named(&format!("{org} Ltd"), org, auth_method, scopes)
            .await
    }

    /// The same, for an account of that name.
    pub async fn invite_named(
        &self,
        name: &str,
        org: &str,
        auth_method: AuthMethod,
        scopes: &[String],
    ) -> Invited {
        let handle = self.fake.org(org);
        let request = InviteRequest {
            name: name.to_owned(),
            organization: Some(handle.origin().to_owned()),
            ..InviteRequest::default()
        };
        let invitation = Invite::new(self.shared.clone())
            .invite(&request)
            .await
            .unwrap();
        let setup = AppSetup::new(self.shared.clone());
        let app = handle.add_app(OktaApp {
            label: "Northvault".to_owned(),
            auth_method,
            redirect_uris: vec![setup.redirect_uri(invitation.connection).to_string()],
            jwks_uri: (auth_method == AuthMethod::PrivateKeyJwt)
                .then(|| setup.jwks_url(invitation.connection).to_string()),
            granted_scopes: scopes.to_vec(),
            everyone: true,
            ..OktaApp::default()
        });
        Invited {
            tenant: invitation.tenant,
            connection: invitation.connection,
            link: vault::disclose(&invitation.link).to_owned(),
            client_id: app.client_id,
            client_secret: app.client_secret,
            org: org.to_owned(),
            origin: handle.origin().to_owned(),
        }
    }

    /// The names of all the catalog's scopes.
    pub fn catalog(&self) -> Vec<String> {
        self.shared
            .catalog
            .scopes()
            .map(ToString::to_string)
            .collect()
    }

    /// Another replica on the same data, as in a rollout: its address, and what is inside.
    pub async fn replica(&self, settings: Settings) -> (String, Shared) {
        let any = ([127, 0, 0, 1], 0).into();
        let listeners = Listeners::bind(any, any).await.unwrap();
        let url = format!("http://{}", listeners.public.local_addr().unwrap());
        let database = &self.database.service_url;
        let config = configuration(&self.url, database, &self.fake, settings);
        let (shared, stop, _) = run(config, listeners, &self.clock, settings, &self.metrics);
        self.replicas.lock().unwrap().push(stop.drop_guard());
        (url, shared)
    }

    /// Stops the service and waits for it.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            tokio::time::timeout(StdDuration::from_secs(10), running)
                .await
                .unwrap()
                .unwrap();
        }
    }

    /// Puts another release of the vendor's in the place of this one: same addresses, same data.
    pub async fn release(&mut self, settings: Settings) {
        self.stop().await;
        let at = |url: &str| url.trim_start_matches("http://").parse().unwrap();
        let listeners = Listeners::bind(at(&self.url), at(&self.admin_url));
        let config = configuration(&self.url, &self.database.service_url, &self.fake, settings);
        let (shared, stop, running) = run(
            config,
            listeners.await.unwrap(),
            &self.clock,
            settings,
            &self.metrics,
        );
        (self.shared, self.stop, self.running) = (shared, stop, Some(running));
    }

    #[track_caller]
    pub fn assert_no_leak(&self) {
        let log = self.log.text();
        if let Some(line) = log.lines().find(|line| line.contains(TRIPWIRE)) {
            panic!("a secret of Okta's was logged: {line}");
        }
    }
}

/// Every test ends with a look for secrets in the log.
impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        if !std::thread::panicking() {
            self.assert_no_leak();
        }
    }
}

fn run(
    config: Config,
    listeners: Listeners,
    clock: &Arc<TestClock>,
    settings: Settings,
    metrics: &Metrics,
) -> (Shared, CancellationToken, JoinHandle<()>) {
    let per_minute = |number: u32| NonZeroU32::new(number).unwrap();
    let rates = Rates {
        link_openings: per_minute(settings.link_openings),
        sign_ins: per_minute(settings.sign_ins),
        api_calls: per_minute(settings.api_calls),
        wrong_keys: per_minute(settings.wrong_keys),
        callbacks: per_minute(settings.callbacks),
        key_sets: per_minute(settings.key_sets),
        organization_sign_ins: per_minute(settings.organization_sign_ins),
    };
    let app = App::build(config, listeners, Arc::clone(clock) as _, rates)
        .unwrap()
        .with_metrics(metrics.clone());
    let app = match settings.bounds {
        Some(bounds) => app.with_bounds(bounds),
        None => app,
    };
    let keep = |app: App, wanted: bool, without: fn(App) -> App| {
        if wanted { app } else { without(app) }
    };
    let app = keep(app, settings.checks, App::without_checks);
    let app = keep(
        app,
        settings.webhook_origins.is_some(),
        App::without_webhooks,
    );
    let app = keep(app, settings.refreshes, App::without_refreshes);
    let shared = app.shared().clone();
    let stop = CancellationToken::new();
    let running = app.run(stop.clone());
    (
        shared,
        stop,
        tokio::spawn(async move { running.await.unwrap() }),
    )
}
