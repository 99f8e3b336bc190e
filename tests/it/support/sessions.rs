//! More links and more sessions than one walk gives.

use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::id::{LinkId, SessionId, TenantId};
use grantway::flows::{Invite, InviteRequest, Revocations};
use grantway::vault;
use uuid::Uuid;

use super::app::{Invited, TestApp};
use super::browser::{Answer, Browser};

impl TestApp {
    /// Another link for the same tenant, as a vendor makes one when the first is lost.
    pub async fn another_link(&self, invited: &Invited) -> String {
        let tenant = invited.tenant;
        self.database
            .change(&format!(
                "UPDATE tenants SET external_id = id::text WHERE id = '{tenant}'"
            ))
            .await;
        let request = InviteRequest {
            name: "known by its external id".to_owned(),
            external_id: Some(tenant.to_string()),
            ..InviteRequest::default()
        };
        let invitation = Invite::new(self.shared.clone())
            .invite(&request)
            .await
            .unwrap();
        assert_eq!(invitation.tenant, tenant);
        vault::disclose(&invitation.link).to_owned()
    }

    /// Revokes the link of this address, as the vendor does.
    pub async fn revoke_link(&self, invited: &Invited, link: &str) {
        let id = self.link_id(link).await;
        let now = self.shared.clock.now();
        let event = AuditEvent::new(invited.tenant, Actor::CommandLine, Action::LinkRevoked);
        let store = &self.shared.store;
        let revoked = store.revoke_link(invited.tenant, id, &event, now).await;
        assert!(revoked.unwrap(), "the link was there to be revoked");
    }

    /// Whether something was due, and has been asked of Okta.
    pub async fn revoke_once(&self) -> bool {
        let looked = Revocations::new(self.shared.clone()).look().await;
        looked.unwrap().is_some()
    }

    async fn link_id(&self, link: &str) -> LinkId {
        let token = token_of(link);
        let id: Uuid = sqlx::query_scalar("SELECT id FROM onboarding_links WHERE token_hash = $1")
            .bind(vault::fingerprint_of(token).as_slice())
            .fetch_one(&self.database.pool)
            .await
            .unwrap();
        LinkId::from_uuid(id)
    }

    /// A browser with a session of its own that is otherwise the copy of this cookie's.
    pub async fn browser_like(&self, cookie: &str) -> Browser {
        let copy = vault::random_token();
        let copied = sqlx::query(
            "INSERT INTO sessions (id, token_hash, family, kind, tenant_id, link_id, person_id, created_at, last_seen_at, expires_at, revoked_at, authenticated_at)
             SELECT $1, $2, family, kind, tenant_id, link_id, person_id, created_at, last_seen_at, expires_at, revoked_at, authenticated_at
             FROM sessions WHERE token_hash = $3",
        )
        .bind(SessionId::new().as_uuid())
        .bind(vault::fingerprint(&copy).as_slice())
        .bind(vault::fingerprint_of(cookie).as_slice())
        .execute(&self.database.pool)
        .await
        .unwrap();
        assert_eq!(copied.rows_affected(), 1, "the cookie names a session");
        let browser = self.browser();
        browser.set_session_cookie(vault::disclose(&copy));
        browser
    }
}

/// The secret part of a link.
pub fn token_of(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

impl Browser {
    /// From the front page to Okta: names the organization, and the tenant that is wanted, if any.
    pub async fn begin_sign_in(
        &self,
        app: &TestApp,
        org: &str,
        wanted: Option<TenantId>,
    ) -> Answer {
        let organization = app.org(org).origin().to_owned();
        let wanted = wanted.map(|tenant| tenant.to_string());
        let mut form = vec![("organization", organization.as_str())];
        form.extend(wanted.as_deref().map(|tenant| ("tenant", tenant)));
        self.press("/sign-in", &form).await
    }

    /// Presses a button, and goes where it leads.
    pub async fn press(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, form).await;
        match answer.location() {
            Some(next) => self.get(next.as_str()).await,
            None => answer,
        }
    }

    /// From the front page through Okta to whatever page that ends on.
    pub async fn sign_in(
        &self,
        app: &TestApp,
        org: &str,
        login: &str,
        wanted: Option<TenantId>,
    ) -> Answer {
        let page = self.begin_sign_in(app, org, wanted).await;
        let authorize = page.assert_status(200).link("/oauth2/v1/authorize");
        let back = self.sign_in_at_okta(&authorize.unwrap(), login).await;
        self.follow(back.as_str()).await
    }

    /// The session's cookie, which is there.
    pub fn cookie(&self) -> String {
        self.session_cookie().unwrap()
    }
}
