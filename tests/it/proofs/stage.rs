//! What a proof plays on: a database, an Okta that rotates, and tenants that are connected to it.

use std::collections::BTreeMap;
use std::time::Duration;

use fake_okta::{Effect, Fault, Options, OrgHandle, RequestRecord, Rotation, Seed};
use futures_util::future::join_all;
use grantway::domain::id::TenantId;
use grantway::domain::org_url::OrgOrigin;
use grantway::vault::{self, Field, SealContext, Sealed};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

use super::service::Service;
use crate::checks::world::{Connected, World};
use crate::support::database::{OwnCluster, TestDatabase};

/// Okta's default.
pub(super) const LEEWAY: i64 = 30;
/// Tenants that are connected at the same time.
const HANDS: usize = 8;

pub(super) struct Stage {
    pub world: World,
    pub pool: PgPool,
    pub database_url: String,
    pub http: reqwest::Client,
}

/// What is stored of a tenant's tokens and of its connection.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Stored {
    tenant_id: Uuid,
    pub generation: i64,
    pub state: String,
    pub attention_reason: Option<String>,
    access_token: Vec<u8>,
    refresh_token: Vec<u8>,
}

pub(super) type AllStored = BTreeMap<Uuid, Stored>;

impl Stage {
    /// On a fresh database of the cluster that all tests share.
    pub(super) async fn new() -> Self {
        let database = TestDatabase::new().await;
        let (pool, url) = (database.pool.clone(), database.url.clone());
        Self::build(database, pool, url).await
    }

    /// On a cluster of its own, which can be crashed.
    pub(super) async fn on(cluster: &OwnCluster) -> Self {
        let unused = TestDatabase::new().await;
        Self::build(unused, cluster.pool.clone(), cluster.url.clone()).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a test's client is not the service's client"
    )]
    async fn build(database: TestDatabase, pool: PgPool, database_url: String) -> Self {
        let options = Options::new(Seed::sample(&["acme"]));
        Self {
            world: World::on(database, &database_url, options).await,
            pool,
            database_url,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    pub(super) fn org(&self) -> OrgHandle {
        self.world.org()
    }

    /// Connects so many tenants, each to an app of its own that rotates refresh tokens.
    pub(super) async fn connect(&self, count: usize) -> Vec<Connected> {
        let mut tenants = Vec::with_capacity(count);
        while tenants.len() < count {
            let some = HANDS.min(count - tenants.len());
            tenants.extend(join_all((0..some).map(|_| self.connect_one())).await);
        }
        // Their first checks would only make noise.
        self.change(
            "UPDATE checks SET due_at = due_at + interval '1 day' WHERE started_at IS NULL",
        )
        .await;
        tenants
    }

    async fn connect_one(&self) -> Connected {
        let connected = self.world.connect_acme().await;
        self.org().update_app(&connected.client_id, |app| {
            app.rotation = Rotation::Rotate { leeway: LEEWAY };
        });
        connected
    }

    /// A replica, which works.
    pub(super) async fn serve(&self) -> Service {
        let mut service = Service::start(&self.database_url, self.org().origin());
        service.ready(&self.http).await;
        service
    }

    pub(super) async fn change(&self, statement: &str) {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&self.pool)
            .await
            .unwrap();
    }

    /// What is stored of everybody.
    pub(super) async fn stored(&self) -> AllStored {
        let rows: Vec<Stored> = sqlx::query_as(
            "SELECT t.tenant_id, t.generation, c.state, c.attention_reason, t.access_token, t.refresh_token
             FROM token_sets t JOIN connections c ON c.id = t.connection_id",
        )
        .fetch_all(&self.pool)
        .await
        .unwrap();
        rows.into_iter().map(|row| (row.tenant_id, row)).collect()
    }

    /// Okta's token calls since the log was cleared, by app.
    pub(super) fn token_calls(&self) -> BTreeMap<String, Vec<RequestRecord>> {
        let mut calls: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for call in self.org().requests_to("/oauth2/v1/token") {
            let app = call.client_id.clone().unwrap_or_default();
            calls.entry(app).or_default().push(call);
        }
        calls
    }

    /// Waits until Okta was asked for tokens so often since the log was cleared.
    pub(super) async fn asked(&self, times: usize) {
        for _ in 0..6_000 {
            if self.org().requests_to("/oauth2/v1/token").len() >= times {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("Okta was not asked {times} times within half a minute");
    }

    /// Whether Okta accepts the access token that is stored.
    pub(super) async fn works(&self, tenant: &Connected, stored: &Stored) -> bool {
        self.accepts(&self.opened(tenant, stored)).await
    }

    /// Whether Okta accepts this access token.
    pub(super) async fn accepts(&self, token: &str) -> bool {
        let address = format!("{}/api/v1/users?limit=1", self.org().origin());
        let answer = self.http.get(address).bearer_auth(token).send().await;
        answer.unwrap().status() == 200
    }

    fn opened(&self, tenant: &Connected, stored: &Stored) -> String {
        let context = SealContext {
            tenant: tenant.tenant,
            record: tenant.connection.as_uuid(),
            field: Field::AccessToken,
            generation: stored.generation,
            origin: OrgOrigin::from_stored(self.org().origin()),
        };
        let sealed = Sealed::from_bytes(stored.access_token.clone());
        let opened = self.world.shared.vault.open(&context, &sealed).unwrap();
        vault::disclose(&opened).to_owned()
    }

    /// Makes Okta slow to begin and slow to answer, each of the next `calls` token calls for a time
    /// of its own: `pauses` gives both in milliseconds.
    pub(super) fn script(&self, calls: u32, mut pauses: impl FnMut() -> (u64, u64)) {
        let org = self.org();
        org.faults().clear();
        for number in 0..calls {
            let (before, after) = pauses();
            for effect in [
                Effect::Queued { ms: before },
                Effect::LateAnswer { ms: after },
            ] {
                org.faults()
                    .add(Fault::on_token(effect).after(number).once());
            }
        }
    }

    /// Makes the access tokens of these tenants end soon, so that they are refreshed now.
    pub(super) async fn make_due(&self, tenants: &[Connected]) {
        let ids: Vec<String> = tenants.iter().map(|t| format!("'{}'", t.tenant)).collect();
        let ids = ids.join(",");
        let statement = format!(
            "UPDATE token_sets SET access_expires_at = now() + interval '30 seconds' WHERE tenant_id IN ({ids});
             UPDATE refreshes SET due_at = now() WHERE tenant_id IN ({ids})"
        );
        self.change(&statement).await;
    }
}

/// The stored tokens of a tenant.
pub(super) fn of(all: &AllStored, tenant: TenantId) -> &Stored {
    &all[&tenant.as_uuid()]
}
