//! Connected tenants without a browser.

use fake_okta::{App as OktaApp, Edition as OktaEdition, IssuedTokens, OrgHandle};
use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::connection::{
    App as OurApp, ClientAuthMethod, ConnectionState, Edition, Organization,
};
use grantway::domain::id::{AuthorizationId, ConnectionId, PersonId, TenantId};
use grantway::domain::identity::{Identity, RoleFinding};
use grantway::domain::org_url::OrgOrigin;
use grantway::domain::scope::ScopeSet;
use grantway::domain::token_set::ScopesSource;
use grantway::flows::{Invite, InviteRequest};
use grantway::store::{Authorized, EnteredApp, SealedBytes, SealedTokens};
use grantway::vault::{Field, SealContext};
use secrecy::SecretString;
use time::Duration;

use super::World;

/// A tenant whose authorization was written down as if a person had made it.
#[derive(Debug, Clone)]
pub(crate) struct Connected {
    pub tenant: TenantId,
    pub connection: ConnectionId,
    pub client_id: String,
    pub access_token: String,
}

impl World {
    /// Connects a new tenant to an app of its own, with tokens that have these scopes; a check is due.
    pub(crate) async fn connect(&self, org: &OrgHandle, granted: &[String]) -> Connected {
        let app = org.add_app(OktaApp {
            granted_scopes: granted.to_vec(),
            everyone: true,
            ..OktaApp::default()
        });
        self.connect_to(org, &app).await
    }

    /// Connects a new tenant to an app that is there, with tokens of its own.
    pub(crate) async fn connect_to(&self, org: &OrgHandle, app: &OktaApp) -> Connected {
        let invite = Invite::new(self.shared.clone());
        let request = InviteRequest {
            name: app.client_id.clone(),
            ..InviteRequest::default()
        };
        let invited = invite.invite(&request).await.unwrap();
        let (tenant, connection) = (invited.tenant, invited.connection);
        let organization = self.write_app(tenant, connection, org, app).await;
        let access_token = self
            .authorize(tenant, connection, &organization, (org, app))
            .await;
        Connected {
            tenant,
            connection,
            client_id: app.client_id.clone(),
            access_token,
        }
    }

    async fn write_app(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        org: &OrgHandle,
        app: &OktaApp,
    ) -> Organization {
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
        let secret = self.sealed(
            (tenant, connection),
            &organization.origin,
            (Field::ClientSecret, 2),
            &secret,
        );
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let event = AuditEvent::new(tenant, Actor::CommandLine, Action::AppSaved);
        store
            .set_next_organization(tenant, &organization, Some(now), &event, now)
            .await
            .unwrap();
        let entered = EnteredApp {
            app: &our_app,
            client_secret: Some(&secret),
            generation: 2,
            organization: Some(&organization.origin),
        };
        store
            .set_next_app(tenant, &entered, &event, now)
            .await
            .unwrap();
        store
            .mark_next_app(tenant, 2, Some(now), &event, now)
            .await
            .unwrap();
        organization
    }

    async fn authorize(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        organization: &Organization,
        (org, app): (&OrgHandle, &OktaApp),
    ) -> String {
        let login = format!("ada@{}.example", org.name());
        let issued = org.issue_tokens(&app.client_id, &login, &app.granted_scopes);
        let now = self.shared.clock.now();
        let identity = Identity {
            issuer: OrgOrigin::from_stored(org.origin()).unwrap(),
            subject: issued.subject.clone(),
            name: "Ada Example".to_owned(),
            email: login,
        };
        let outcome = Authorized {
            id: AuthorizationId::new(),
            tenant,
            connection,
            organization,
            state: ConnectionState::Connected,
            ground: None,
            replaced: None,
            person: PersonId::new(),
            identity: &identity,
            link: None,
            lets_in: false,
            uses_next_app: true,
            next_generation: 2,
            catalog_version: self.shared.catalog.version(),
            catalog_content: &self.shared.catalog.to_json_snapshot(),
            requested: &self.shared.catalog.scopes().cloned().collect(),
            granted: &ScopeSet::parse(&app.granted_scopes.join(" ")),
            scopes_source: ScopesSource::TokenResponse,
            role: &RoleFinding::SuperAdministrator,
            tokens: self.sealed_tokens((tenant, connection), &organization.origin, &issued),
            session: None,
            event: AuditEvent::new(tenant, Actor::CommandLine, Action::Connected),
        };
        self.shared.store.authorize(&outcome, now).await.unwrap();
        issued.access_token
    }

    fn sealed_tokens(
        &self,
        owner: (TenantId, ConnectionId),
        origin: &OrgOrigin,
        issued: &IssuedTokens,
    ) -> SealedTokens {
        let seal = |field, secret: &str| self.sealed(owner, origin, (field, 1), secret);
        let now = self.shared.clock.now();
        SealedTokens {
            generation: 1,
            access_token: seal(Field::AccessToken, &issued.access_token),
            access_expires_at: now + Duration::hours(1),
            refresh_token: Some(seal(Field::RefreshToken, &issued.refresh_token)),
            refresh_expires_at: Some(now + Duration::days(90)),
        }
    }

    fn sealed(
        &self,
        (tenant, connection): (TenantId, ConnectionId),
        origin: &OrgOrigin,
        (field, generation): (Field, i64),
        secret: &str,
    ) -> SealedBytes {
        let context = SealContext {
            tenant,
            record: connection.as_uuid(),
            field,
            generation,
            origin: Some(origin.clone()),
        };
        let sealed = self
            .shared
            .vault
            .seal(&context, &SecretString::from(secret));
        SealedBytes(sealed.unwrap().into_bytes())
    }
}
