//! What refreshes left in the database, and what the fake's log tells of them.

use std::time::Duration as StdDuration;

use fake_okta::{App as OktaApp, OrgHandle, Rotation};
use grantway::domain::id::TenantId;
use grantway::flows::{Flights, FlowError, LiveToken, Patience, Refresh, Shared};
use serde_json::Value;
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

pub(super) use crate::checks::rows::connection_of;
pub(super) use crate::checks::world::{Connected, World};

/// Nobody waits long, and a busy machine loses no lease.
pub(super) const QUICK: Patience = Patience {
    lease: Duration::seconds(3),
    heartbeat: StdDuration::from_millis(300),
    grace: StdDuration::from_millis(200),
    look_every: StdDuration::from_millis(50),
    first_pause: Duration::milliseconds(20),
    waiting: StdDuration::from_secs(30),
};

/// How the refreshing of a tenant's tokens stands.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct RefreshRow {
    pub due_at: Option<OffsetDateTime>,
    pub attempts: i32,
    pub failure: Option<String>,
    pub failing_since: Option<OffsetDateTime>,
    pub spending: Option<i64>,
    pub leased: bool,
    pub generation: i64,
}

pub(super) async fn refresh_of(pool: &PgPool, tenant: TenantId) -> RefreshRow {
    sqlx::query_as(
        "SELECT r.due_at, r.attempts, r.failure, r.failing_since, r.spending, r.lease_owner IS NOT NULL AS leased,
                t.generation
         FROM refreshes r JOIN token_sets t USING (connection_id) WHERE r.tenant_id = $1",
    )
    .bind(tenant.as_uuid())
    .fetch_one(pool)
    .await
    .unwrap()
}

/// What the vendor's programs are told of since the connection was made, oldest first.
pub(super) async fn told(pool: &PgPool, tenant: TenantId) -> Vec<(String, Value)> {
    sqlx::query_as(
        "SELECT o.type, o.data FROM outbox_events o JOIN audit_events a ON a.id = o.id
         WHERE o.tenant_id = $1 AND o.type <> 'connection.connected' ORDER BY o.sequence",
    )
    .bind(tenant.as_uuid())
    .fetch_all(pool)
    .await
    .unwrap()
}

/// How often Okta was asked to refresh, whatever it answered.
pub(super) fn token_calls(org: &OrgHandle) -> usize {
    let calls = org.requests_to("/oauth2/v1/token");
    calls
        .iter()
        .filter(|call| call.field("grant_type") == Some("refresh_token"))
        .count()
}

/// An app that rotates its refresh tokens, forgiving for 30 seconds, with the whole catalog.
pub(super) fn rotating(world: &World) -> OktaApp {
    world.org().add_app(OktaApp {
        granted_scopes: world.catalog(),
        everyone: true,
        rotation: Rotation::Rotate { leeway: 30 },
        ..OktaApp::default()
    })
}

/// A process of its own, which waits as patiently.
pub(super) fn process(shared: &Shared, patience: Patience) -> Shared {
    Shared {
        flights: Flights::new(patience),
        ..shared.clone()
    }
}

/// One tenant with tokens that have run out.
pub(super) struct Expired {
    pub world: World,
    pub connected: Connected,
    pub shared: Shared,
}

impl Expired {
    pub(super) async fn new() -> Self {
        let world = World::new(&["acme"]).await;
        let connected = world.connect_acme().await;
        Self::of(world, connected)
    }

    pub(super) async fn rotating() -> Self {
        let world = World::new(&["acme"]).await;
        let app = rotating(&world);
        let connected = world.connect_to(&world.org(), &app).await;
        Self::of(world, connected)
    }

    fn of(world: World, connected: Connected) -> Self {
        world.advance(Duration::hours(2));
        let shared = process(&world.shared, QUICK);
        Self {
            world,
            connected,
            shared,
        }
    }

    pub(super) async fn token(&self) -> Result<LiveToken, FlowError> {
        Refresh::new(self.shared.clone())
            .token(self.connected.tenant)
            .await
    }

    /// Refreshes what is due; how many were.
    pub(super) async fn look(&self) -> usize {
        Refresh::new(self.shared.clone()).look().await.unwrap()
    }

    pub(super) async fn row(&self) -> RefreshRow {
        refresh_of(&self.world.database.pool, self.connected.tenant).await
    }

    pub(super) async fn state(&self) -> (String, Option<String>) {
        connection_of(&self.world.database.pool, self.connected.tenant).await
    }

    pub(super) async fn told(&self) -> Vec<(String, Value)> {
        told(&self.world.database.pool, self.connected.tenant).await
    }

    /// Moves everybody's time to a moment after the next try is due.
    pub(super) async fn wait_until_due(&self) {
        let due = self.row().await.due_at.unwrap();
        let wait = due - self.shared.clock.now();
        self.world
            .advance(Duration::seconds(wait.whole_seconds().max(0) + 1));
    }
}
