//! A database and a fake Okta, whose checks a test runs by itself.

mod tenants;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use fake_okta::{FakeOkta, Options, OrgHandle, Seed};
use grantway::app::{App, Listeners};
use grantway::config::{Config, Environment};
use grantway::domain::id::TenantId;
use grantway::flows::{Checks, Looked, Shared, Status, StatusView, Tempo};
use grantway::okta::{Limits, Okta};
use grantway::web::Rates;
use time::Duration;
use tokio_util::sync::CancellationToken;

use crate::support::clock::TestClock;
use crate::support::database::TestDatabase;
use crate::support::settings::KEY_RING;

pub(crate) use tenants::Connected;

/// A tempo at which nobody waits.
pub(crate) const FAST: Tempo = Tempo {
    lease: Duration::seconds(5),
    heartbeat: StdDuration::from_secs(1),
    look_every: StdDuration::from_millis(50),
    first_pause: StdDuration::from_millis(1),
};

/// A database and a fake Okta, and nothing that runs.
pub(crate) struct World {
    pub database: TestDatabase,
    pub fake: FakeOkta,
    pub clock: Arc<TestClock>,
    pub shared: Shared,
}

impl World {
    /// With the organizations of these names.
    pub(crate) async fn new(names: &[&str]) -> Self {
        Self::with(Options::new(Seed::sample(names))).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let database = TestDatabase::new().await;
        let url = database.url.clone();
        Self::on(database, &url, options).await
    }

    /// On a database of the test's choice, for tests that take it down.
    pub(crate) async fn on(database: TestDatabase, url: &str, options: Options) -> Self {
        let fake = FakeOkta::start(options).await.unwrap();
        let clock = Arc::new(TestClock::default());
        let place = Place::of(url, &fake);
        let shared = place.shared(&clock).await;
        Self {
            database,
            fake,
            clock,
            shared,
        }
    }

    /// Where a replica of its own finds the same database and the same Okta.
    pub(crate) fn place(&self) -> Place {
        Place::of(&self.database.url, &self.fake)
    }

    pub(crate) fn org(&self) -> OrgHandle {
        self.fake.org("acme")
    }

    /// Connects a tenant to `acme` with the whole catalog.
    pub(crate) async fn connect_acme(&self) -> Connected {
        self.connect(&self.org(), &self.catalog()).await
    }

    /// Moves everybody's time: ours and Okta's.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.fake.clock().advance(by.whole_seconds());
    }

    pub(crate) async fn status(&self, tenant: TenantId) -> StatusView {
        let status = Status::new(self.shared.clone());
        status.read(tenant).await.unwrap()
    }

    /// The same with an Okta room that waits so long for an answer.
    pub(crate) fn waiting(&self, total: StdDuration) -> Shared {
        let limits = Limits {
            total,
            ..Limits::default()
        };
        let (policy, clock) = (self.shared.policy.clone(), self.shared.clock.clone());
        Shared {
            okta: Okta::new(policy, clock, limits).unwrap(),
            ..self.shared.clone()
        }
    }

    /// All names of the catalog.
    pub(crate) fn catalog(&self) -> Vec<String> {
        let scopes = self.shared.catalog.scopes();
        scopes.map(ToString::to_string).collect()
    }

    /// Runs the check of this tenant, which must be the only one that is due.
    pub(crate) async fn check(&self, tenant: TenantId) {
        check_with(&self.shared, tenant).await;
    }
}

/// Runs the one check that is due.
pub(crate) async fn check_with(shared: &Shared, tenant: TenantId) {
    let checks = Checks::with_tempo(shared.clone(), FAST);
    let looked = checks.look(&CancellationToken::new()).await;
    assert_eq!(looked.unwrap(), Looked::Ran(tenant));
}

/// What a replica has to be told.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    database_url: String,
    origins: String,
}

impl Place {
    fn of(database_url: &str, fake: &FakeOkta) -> Self {
        let origins: Vec<&str> = fake.organizations().iter().map(OrgHandle::origin).collect();
        Self {
            database_url: database_url.to_owned(),
            origins: origins.join(","),
        }
    }

    /// What the use cases of a replica share; nothing of it is shared with another replica.
    pub(crate) async fn shared(&self, clock: &Arc<TestClock>) -> Shared {
        shared(self, clock).await
    }
}

async fn shared(place: &Place, clock: &Arc<TestClock>) -> Shared {
    let any = ([127, 0, 0, 1], 0).into();
    let listeners = Listeners::bind(any, any).await.unwrap();
    let url = format!("http://{}", listeners.public.local_addr().unwrap());
    let config = Config::read(&Environment::of(&[
        ("DATABASE_URL", &place.database_url),
        ("GRANTWAY_PUBLIC_URL", &url),
        ("GRANTWAY_KEYRING", KEY_RING),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
        ("GRANTWAY_EXTRA_ORG_ORIGINS", &place.origins),
    ]));
    let rates = Rates {
        link_openings: NonZeroU32::MIN,
        sign_ins: NonZeroU32::MIN,
        api_calls: NonZeroU32::MIN,
        ..Rates::default()
    };
    let app = App::build(config.unwrap(), listeners, Arc::clone(clock) as _, rates).unwrap();
    app.shared().clone()
}
