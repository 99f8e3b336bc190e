//! Whatever meets whatever on one tenant: nobody sees a deadlock or a broken rule, and what is stored is whole.

use std::time::Duration as StdDuration;

use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::check_run::{CheckOutcome, Trigger};
use grantway::domain::connection::{AttentionReason, ConnectionState};
use grantway::domain::failure::FailureKind;
use grantway::domain::id::{AuthorizationId, ConnectionId, PersonId, TenantId};
use grantway::domain::identity::{Identity, RoleFinding};
use grantway::domain::org_url::OrgOrigin;
use grantway::domain::scope::ScopeSet;
use grantway::domain::state_change::StateChange;
use grantway::domain::token_set::ScopesSource;
use grantway::store::{
    Authorized, Ended, Finished, Refreshed, SealedBytes, SealedTokens, Store, StoreError,
};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::checks::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    SignIn,
    StoreRefreshed,
    FinishCheck,
    Disconnect,
    EndSessions,
}

use Deed::{Disconnect, EndSessions, FinishCheck, SignIn, StoreRefreshed};

const DEEDS: [Deed; 5] = [SignIn, StoreRefreshed, FinishCheck, Disconnect, EndSessions];

/// One tenant, and what it takes to do something to it.
#[derive(Clone)]
pub(super) struct Ring {
    pub(super) store: Store,
    pub(super) tenant: TenantId,
    pub(super) connection: ConnectionId,
    pub(super) now: OffsetDateTime,
}

fn sealed() -> SealedBytes {
    SealedBytes(Uuid::new_v4().into_bytes().to_vec())
}

fn tokens(generation: i64, now: OffsetDateTime) -> SealedTokens {
    SealedTokens {
        generation,
        access_token: sealed(),
        access_expires_at: now + Duration::hours(1),
        refresh_token: Some(sealed()),
        refresh_expires_at: Some(now + Duration::days(90)),
    }
}

impl Ring {
    pub(super) async fn of(world: &World) -> Self {
        let connected = world.connect_acme().await;
        let store = world.shared.store.clone();
        let found = store.find_connection(connected.tenant).await.unwrap();
        Self {
            store,
            tenant: connected.tenant,
            connection: found.unwrap().connection.id,
            now: world.shared.clock.now(),
        }
    }

    async fn do_it(&self, deed: Deed) -> Result<(), StoreError> {
        match deed {
            SignIn => self.sign_in().await,
            StoreRefreshed => self.store_refreshed().await,
            FinishCheck => self.finish_check().await,
            Disconnect => self.disconnect().await,
            EndSessions => {
                let event =
                    |_| AuditEvent::new(self.tenant, Actor::CommandLine, Action::SessionsRevoked);
                let ended = self
                    .store
                    .close_sessions(self.tenant, None, event, self.now);
                ended.await.map(drop)
            }
        }
    }

    pub(super) async fn sign_in(&self) -> Result<(), StoreError> {
        let identity = Identity {
            issuer: OrgOrigin::from_stored("https://acme.okta.com").unwrap(),
            subject: "00u-races".to_owned(),
            name: "Ada Example".to_owned(),
            email: "ada@acme.example".to_owned(),
        };
        let browser = (Uuid::now_v7(), None);
        let prepared = self
            .store
            .prepare_authorization(self.tenant, &identity, browser, self.now)
            .await?;
        let found = self.store.find_connection(self.tenant).await?.unwrap();
        let scopes = ScopeSet::parse("okta.users.read");
        let person = prepared.person.unwrap_or_else(PersonId::new);
        let outcome = Authorized {
            id: AuthorizationId::new(),
            tenant: self.tenant,
            connection: self.connection,
            organization: &found.connection.organization.unwrap(),
            state: ConnectionState::Connected,
            ground: None,
            replaced: None,
            uses_next_app: false,
            next_generation: found.next_generation,
            person,
            identity: &identity,
            link: None,
            lets_in: false,
            catalog_version: "races",
            catalog_content: "{}",
            requested: &scopes,
            granted: &scopes,
            scopes_source: ScopesSource::TokenResponse,
            role: &RoleFinding::SuperAdministrator,
            tokens: tokens(prepared.generation, self.now),
            session: None,
            event: AuditEvent::new(self.tenant, Actor::Administrator(person), Action::Connected),
        };
        self.store.authorize(&outcome, self.now).await
    }

    async fn change(&self) -> Result<Option<StateChange>, StoreError> {
        let found = self.store.find_connection(self.tenant).await?.unwrap();
        let reason = AttentionReason::Failed(FailureKind::AccessTokenDead);
        Ok(StateChange::attention(&found.connection, reason))
    }

    async fn store_refreshed(&self) -> Result<(), StoreError> {
        let (owner, lasts) = (Uuid::now_v7(), Duration::seconds(5));
        let claimed = self
            .store
            .claim_refresh(self.tenant, owner, lasts, self.now);
        let (Some(lease), Some(found)) =
            (claimed.await?, self.store.find_tokens(self.tenant).await?)
        else {
            return Ok(());
        };
        let refreshed = Refreshed {
            tokens: tokens(found.tokens.generation + 1, self.now),
            scopes: None,
            due_at: self.now,
            change: self.change().await?,
            event: None,
        };
        let stored = self.store.store_refreshed(&lease, &refreshed, self.now);
        if !stored.await? {
            self.store.release_lease(&lease).await?;
        }
        Ok(())
    }

    async fn finish_check(&self) -> Result<(), StoreError> {
        let event = AuditEvent::new(self.tenant, Actor::Service, Action::CheckRequested);
        self.store
            .request_check(self.tenant, Trigger::Again, &event, self.now)
            .await?;
        let lasts = Duration::seconds(5);
        let claimed = self.store.claim_due_check(Uuid::now_v7(), lasts, self.now);
        let Some(claim) = claimed.await? else {
            return Ok(());
        };
        let finished = Finished {
            outcome: CheckOutcome::Complete,
            changes: json!([]),
            next_due: Some(self.now),
            change: self.change().await?,
            event: None,
        };
        let finished = self.store.finish_check(&claim, &finished, self.now);
        finished.await.map(drop)
    }

    pub(super) async fn disconnect(&self) -> Result<(), StoreError> {
        let found = self.store.find_tokens(self.tenant).await?;
        let event = AuditEvent::new(self.tenant, Actor::CommandLine, Action::Disconnected);
        let ended = Ended {
            tenant: self.tenant,
            connection: self.connection,
            generation: found.map(|found| found.tokens.generation),
            revoked: None,
            event: &event,
        };
        self.store.disconnect(&ended, self.now).await.map(drop)
    }
}

/// A few milliseconds at most, at random.
async fn a_moment() {
    let [first, second, ..] = Uuid::new_v4().into_bytes();
    let micros = ((u64::from(first) << 8) | u64::from(second)) % 3_000;
    tokio::time::sleep(StdDuration::from_micros(micros)).await;
}

async fn meet(rounds: usize) {
    let world = World::new(&["acme"]).await;
    let ring = Ring::of(&world).await;
    for round in 0..rounds {
        for one in DEEDS {
            for other in DEEDS {
                ring.sign_in().await.unwrap();
                let both = [one, other].map(|deed| {
                    let ring = ring.clone();
                    tokio::spawn(async move {
                        a_moment().await;
                        (deed, ring.do_it(deed).await)
                    })
                });
                for done in both {
                    let (deed, done) = done.await.unwrap();
                    let is_fine = matches!(
                        done,
                        Ok(()) | Err(StoreError::Raced | StoreError::Overtaken(_))
                    );
                    assert!(
                        is_fine,
                        "{round}: {deed:?} of {one:?} and {other:?}: {done:?}"
                    );
                }
            }
        }
    }
    let broken = world.database.column(
        "SELECT 'two open checks' FROM checks WHERE finished_at IS NULL GROUP BY tenant_id HAVING count(*) > 1
         UNION ALL SELECT 'tokens of an ended connection' FROM connections c JOIN token_sets s ON s.connection_id = c.id
            WHERE c.state = 'disconnected'",
    );
    assert_eq!(broken.await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_meets_on_one_tenant_nobody_sees_a_deadlock() {
    meet(4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: run by `make soak`"]
async fn soak_thousands_of_meetings_on_one_tenant() {
    meet(200).await;
}
