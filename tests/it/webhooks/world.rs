//! A database and replicas that a test drives by itself.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use grantway::app::{App, Listeners};
use grantway::config::{Config, Environment};
use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::id::{EndpointId, TenantId};
use grantway::flows::{
    Deliveries, DeliveryTempo, EndpointRequest, Invite, InviteRequest, Sent, Shared, Webhooks,
};
use grantway::vault;
use grantway::web::Rates;
use serde_json::json;
use time::Duration;

use super::receiver::Receiver;
use crate::support::clock::TestClock;
use crate::support::database::TestDatabase;
use crate::support::log::Log;
use crate::support::settings::KEY_RING;

/// A tempo at which nobody waits.
pub(super) const FAST: DeliveryTempo = DeliveryTempo {
    lease: Duration::seconds(20),
    look_every: StdDuration::from_millis(20),
    count_every: StdDuration::from_millis(100),
};

pub(super) struct World {
    pub database: TestDatabase,
    pub clock: Arc<TestClock>,
    pub log: Log,
    pub shared: Shared,
    pub receiver: Receiver,
    _guard: tracing::subscriber::DefaultGuard,
}

impl World {
    pub(super) async fn new() -> Self {
        let (log, guard) = Log::capture();
        let (database, receiver) = (TestDatabase::new().await, Receiver::start().await);
        let clock = Arc::new(TestClock::default());
        let shared = replica(&database.url, &receiver.origin, &clock).await;
        Self {
            database,
            clock,
            log,
            shared,
            receiver,
            _guard: guard,
        }
    }

    pub(super) fn webhooks(&self) -> Webhooks {
        Webhooks::new(self.shared.clone())
    }

    /// An endpoint at the receiver, for these types; its id and secret.
    pub(super) async fn endpoint(&self, events: &[&str]) -> (EndpointId, String) {
        let request = EndpointRequest {
            url: self.receiver.url(),
            events: events.iter().map(|&event| event.to_owned()).collect(),
            description: String::new(),
        };
        let made = self.webhooks().create(&request, Actor::CommandLine).await;
        let made = made.unwrap();
        (made.endpoint, vault::disclose(&made.secret).to_owned())
    }

    pub(super) async fn tenant(&self, name: &str) -> TenantId {
        let request = InviteRequest {
            name: name.to_owned(),
            external_id: Some(format!("crm-{name}")),
            ..InviteRequest::default()
        };
        let invited = Invite::new(self.shared.clone()).invite(&request).await;
        invited.unwrap().tenant
    }

    /// Something happens to the tenant; `word` tells one from another.
    pub(super) async fn happens(&self, tenant: TenantId, word: &str) {
        let event = event(tenant, Action::NeedsAttention, word);
        let now = self.shared.clock.now();
        self.shared.store.record(&event, now).await.unwrap();
    }

    pub(super) fn worker(&self) -> Deliveries {
        Deliveries::with_tempo(self.shared.clone(), FAST)
    }

    /// Sends all that is due; how many were done with.
    pub(super) async fn deliver(&self) -> usize {
        let (worker, mut done) = (self.worker(), 0);
        while let Sent::Some(count) = worker.look().await.unwrap() {
            done += count;
        }
        done
    }

    /// Goes on in time, sending what becomes due, until nothing waits; how long it took.
    pub(super) async fn until_nothing_waits(&self) -> Duration {
        let mut passed = Duration::ZERO;
        loop {
            self.deliver().await;
            let waiting = "webhook_deliveries WHERE state = 'waiting'";
            if self.database.count(waiting).await == 0 {
                return passed;
            }
            let step = Duration::minutes(30);
            self.clock.advance(step);
            passed += step;
            assert!(passed < Duration::days(30), "it waits for ever");
        }
    }

    /// As if every worker that holds a lane had been away for longer than its lease.
    pub(super) async fn claims_run_out(&self) {
        self.database
            .change("UPDATE webhook_lanes SET claim_ends_at = clock_timestamp() WHERE claimed_by IS NOT NULL")
            .await;
    }

    pub(super) async fn states(&self) -> Vec<String> {
        let query = "SELECT state FROM webhook_deliveries ORDER BY event";
        self.database.column(query).await
    }
}

pub(super) fn event(tenant: TenantId, action: Action, word: &str) -> AuditEvent {
    AuditEvent::new(tenant, Actor::Service, action).with(json!({
        "reason": word, "okta_user": "00u-CANARY", "email": "ada@acme.example",
    }))
}

/// What the use cases of a replica share; nothing of it is shared with another replica.
pub(super) async fn replica(database_url: &str, origin: &str, clock: &Arc<TestClock>) -> Shared {
    let any = ([127, 0, 0, 1], 0).into();
    let listeners = Listeners::bind(any, any).await.unwrap();
    let url = format!("http://{}", listeners.public.local_addr().unwrap());
    let config = Config::read(&Environment::of(&[
        ("DATABASE_URL", database_url),
        ("GRANTWAY_PUBLIC_URL", &url),
        ("GRANTWAY_KEYRING", KEY_RING),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
        ("GRANTWAY_EXTRA_WEBHOOK_ORIGINS", origin),
    ]));
    let rates = Rates {
        link_openings: NonZeroU32::MIN,
        sign_ins: NonZeroU32::MIN,
        api_calls: NonZeroU32::MIN,
        ..Rates::default()
    };
    let app = App::build(config.unwrap(), listeners, Arc::clone(clock) as _, rates);
    app.unwrap().shared().clone()
}
