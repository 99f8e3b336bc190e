//! Connected tenants without a browser, and workers that a test starts and stops by itself.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use fake_okta::{App as OktaApp, Edition as OktaEdition, FakeOkta, Options, OrgHandle, Seed};
use grantway::app::{App, Listeners};
use grantway::config::{Config, Environment};
use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::connection::{
    App as OurApp, ClientAuthMethod, ConnectionState, Edition, OrgId, Organization,
};
use grantway::domain::id::{AuthorizationId, ConnectionId, PersonId, TenantId};
use grantway::domain::identity::{Identity, RoleFinding};
use grantway::domain::org_url::OrgOrigin;
use grantway::domain::scope::ScopeSet;
use grantway::domain::token_set::ScopesSource;
use grantway::flows::{Checks, Invite, InviteRequest, Looked, Shared, Tempo};
use grantway::okta::{Limits, Okta};
use grantway::store::{Authorized, SealedBytes, SealedTokens};
use grantway::vault::{Field, SealContext};
use grantway::web::Rates;
use secrecy::SecretString;
use time::Duration;
use tokio_util::sync::CancellationToken;

use crate::support::clock::TestClock;
use crate::support::database::TestDatabase;
use crate::support::settings::KEY_RING;

/// A tempo at which nobody waits.
pub(super) const FAST: Tempo = Tempo {
    lease: Duration::seconds(5),
    heartbeat: StdDuration::from_secs(1),
    look_every: StdDuration::from_millis(50),
    first_pause: StdDuration::from_millis(1),
};

/// A database and a fake Okta, and nothing that runs.
pub(super) struct World {
    pub database: TestDatabase,
    pub fake: FakeOkta,
    pub clock: Arc<TestClock>,
    pub shared: Shared,
}

/// A tenant whose authorization was written down as if a person had made it.
#[derive(Debug, Clone)]
pub(super) struct Connected {
    pub tenant: TenantId,
    pub client_id: String,
    pub access_token: String,
}

impl World {
    pub(super) async fn with(seed: Seed) -> Self {
        let database = TestDatabase::new().await;
        let fake = FakeOkta::start(Options::new(seed)).await.unwrap();
        let clock = Arc::new(TestClock::default());
        let shared = shared(&database.url, &fake, &clock).await;
        Self {
            database,
            fake,
            clock,
            shared,
        }
    }

    /// The same for a worker of its own: no pool and no client in common.
    pub(super) async fn another(&self) -> Shared {
        shared(&self.database.url, &self.fake, &self.clock).await
    }

    /// The same with an Okta room that waits so long for an answer.
    pub(super) fn waiting(&self, total: StdDuration) -> Shared {
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

    /// Connects a new tenant to an app of its own, with tokens that have these scopes; a check is due.
    pub(super) async fn connect(&self, org: &OrgHandle, granted: &[String]) -> Connected {
        let app = org.add_app(OktaApp {
            granted_scopes: granted.to_vec(),
            everyone: true,
            ..OktaApp::default()
        });
        let invite = Invite::new(self.shared.clone());
        let request = InviteRequest {
            name: app.client_id.clone(),
            ..InviteRequest::default()
        };
        let invited = invite.invite(&request).await.unwrap();
        let (tenant, connection) = (invited.tenant, invited.connection);
        let organization = self.write_app(tenant, connection, org, &app).await;
        let access_token = self
            .authorize(tenant, connection, &organization, (org, &app))
            .await;
        Connected {
            tenant,
            client_id: app.client_id,
            access_token,
        }
    }

    async fn write_app(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        org: &OrgHandle,
        app: &OktaApp,
    ) -> OrgId {
        let organization = Organization {
            origin: OrgOrigin::from_stored(org.origin()).unwrap(),
            id: org.id().parse().unwrap(),
            edition: match org.state().edition {
                OktaEdition::Idx => Edition::IdentityEngine,
                OktaEdition::V1 => Edition::Classic,
            },
        };
        let our_app = OurApp {
            client_id: app.client_id.parse().unwrap(),
            auth_method: ClientAuthMethod::ClientSecretBasic,
        };
        let secret = app.client_secret.clone().unwrap();
        let secret = self.sealed(tenant, connection, Field::ClientSecret, &secret);
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let event = AuditEvent::new(tenant, Actor::CommandLine, Action::AppSaved);
        store
            .set_organization(tenant, &organization, Some(now), &event, now)
            .await
            .unwrap();
        store
            .set_next_app(tenant, &our_app, Some(&secret), Some(now), &event, now)
            .await
            .unwrap();
        organization.id
    }

    async fn authorize(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        organization: &OrgId,
        (org, app): (&OrgHandle, &OktaApp),
    ) -> String {
        let login = format!("ada@{}.example", org.name());
        let issued = org.issue_tokens(&app.client_id, &login, &app.granted_scopes);
        let now = self.shared.clock.now();
        let seal = |field, secret: &str| self.sealed(tenant, connection, field, secret);
        let outcome = Authorized {
            id: AuthorizationId::new(),
            tenant,
            connection,
            organization,
            state: ConnectionState::Connected,
            person: PersonId::new(),
            identity: &Identity {
                subject: issued.subject,
                name: "Ada Example".to_owned(),
                email: login,
            },
            link: None,
            lets_in: false,
            uses_next_app: true,
            catalog_version: self.shared.catalog.version(),
            catalog_content: &self.shared.catalog.to_json_snapshot(),
            requested: &self.shared.catalog.scopes().cloned().collect(),
            granted: &ScopeSet::parse(&app.granted_scopes.join(" ")),
            scopes_source: ScopesSource::TokenResponse,
            role: &RoleFinding::SuperAdministrator,
            tokens: SealedTokens {
                generation: 1,
                access_token: seal(Field::AccessToken, &issued.access_token),
                access_expires_at: now + Duration::hours(1),
                refresh_token: Some(seal(Field::RefreshToken, &issued.refresh_token)),
                refresh_expires_at: Some(now + Duration::days(90)),
            },
            session: None,
            event: AuditEvent::new(tenant, Actor::CommandLine, Action::Connected),
        };
        self.shared.store.authorize(&outcome, now).await.unwrap();
        issued.access_token
    }

    fn sealed(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        field: Field,
        secret: &str,
    ) -> SealedBytes {
        let context = SealContext {
            tenant,
            record: connection.as_uuid(),
            field,
            generation: 1,
        };
        let sealed = self
            .shared
            .vault
            .seal(&context, &SecretString::from(secret));
        SealedBytes(sealed.unwrap().into_bytes())
    }

    /// All names of the catalog.
    pub(super) fn catalog(&self) -> Vec<String> {
        let scopes = self.shared.catalog.scopes();
        scopes.map(ToString::to_string).collect()
    }

    /// Runs the check of this tenant, which must be the only one that is due.
    pub(super) async fn check(&self, tenant: TenantId) {
        check_with(&self.shared, tenant).await;
    }
}

/// Runs the one check that is due.
pub(super) async fn check_with(shared: &Shared, tenant: TenantId) {
    let checks = Checks::with_tempo(shared.clone(), FAST);
    let looked = checks.look(&CancellationToken::new()).await;
    assert_eq!(looked.unwrap(), Looked::Ran(tenant));
}

async fn shared(database_url: &str, fake: &FakeOkta, clock: &Arc<TestClock>) -> Shared {
    let any = ([127, 0, 0, 1], 0).into();
    let listeners = Listeners::bind(any, any).await.unwrap();
    let url = format!("http://{}", listeners.public.local_addr().unwrap());
    let origins: Vec<&str> = fake.organizations().iter().map(OrgHandle::origin).collect();
    let config = Config::read(&Environment::of(&[
        ("DATABASE_URL", database_url),
        ("GRANTWAY_PUBLIC_URL", &url),
        ("GRANTWAY_KEYRING", KEY_RING),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
        ("GRANTWAY_EXTRA_ORG_ORIGINS", &origins.join(",")),
    ]));
    let rates = Rates {
        link_openings: NonZeroU32::MIN,
        sign_ins: NonZeroU32::MIN,
    };
    let app = App::build(config.unwrap(), listeners, Arc::clone(clock) as _, rates).unwrap();
    app.shared().clone()
}
