//! The people of the table, each with a real session, and the tenant that none of them may reach.

use grantway::domain::id::TenantId;

use crate::support::app::Invited;
use crate::support::sessions::token_of;
use crate::support::{Answer, Browser, TestApp};

/// Nobody else is called so.
const TENANT_NAME: &str = "Zyzzyva Holdings";
const ADMINISTRATOR: &str = "ada@acme.example";

/// Who asks, in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Nobody,
    /// Began to sign in at the tenant's organization.
    Visitor,
    /// Walked another tenant's onboarding to its last step.
    OtherHolder,
    /// Opened a link of the tenant and did not begin.
    Unclaimed,
    /// Administers another tenant.
    OtherAdministrator,
    /// Walked the tenant's onboarding with a link that was then revoked.
    Revoked,
    /// The tenant's own administrator, after the session's end.
    Expired,
    /// The tenant's own administrator, after signing out.
    SignedOut,
}

impl Actor {
    pub const ALL: [Self; 8] = [
        Self::Nobody,
        Self::Visitor,
        Self::OtherHolder,
        Self::Unclaimed,
        Self::OtherAdministrator,
        Self::Revoked,
        Self::Expired,
        Self::SignedOut,
    ];
}

pub struct Cast {
    pub app: TestApp,
    tenant: Invited,
    other: TenantId,
    administrator: String,
    cookies: [Option<String>; 8],
    /// The state of a sign-in that the administrator began.
    state: String,
    /// A link of the tenant with which another browser began.
    claimed_link: String,
    canaries: Vec<String>,
    /// Sessions that nobody has ended: signing out in a copy of one ends the browser's others too.
    live: Vec<String>,
    /// The administrator, as a person with access.
    person: String,
}

impl Cast {
    pub async fn gather() -> Self {
        let app = TestApp::start().await;
        let tenant = app.invite().await;
        app.database
            .change(&format!("UPDATE tenants SET name = '{TENANT_NAME}'"))
            .await;
        let ada = app.browser();
        ada.connect(&app, &tenant, ADMINISTRATOR)
            .await
            .assert_status(200);
        let other = connected_elsewhere(&app).await;
        let cookies = [
            None,
            Some(visitor(&app, &tenant).await),
            Some(other_holder(&app).await),
            Some(unclaimed(&app, &tenant).await),
            Some(other.1),
            Some(revoked(&app, &tenant).await),
            Some(expired(&app, &ada).await),
            Some(signed_out(&app, &ada).await),
        ];
        let state = begun(&ada, tenant.tenant).await;
        let claimed_link = claimed_link(&app, &tenant).await;
        let canaries = vec![
            TENANT_NAME.to_owned(),
            ADMINISTRATOR.to_owned(),
            tenant.client_id.clone(),
            app.org("acme").id(),
        ];
        let live = "SELECT id::text FROM sessions WHERE revoked_at IS NULL";
        Self {
            live: app.database.column(live).await,
            administrator: ada.cookie(),
            other: other.0,
            person: person(&app, &tenant).await,
            app,
            tenant,
            cookies,
            state,
            claimed_link,
            canaries,
        }
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant.tenant
    }

    pub fn canaries(&self) -> &[String] {
        &self.canaries
    }

    /// A browser with a session of this actor's that no other test cell has used.
    pub async fn browser(&self, actor: Actor) -> Browser {
        match &self.cookies[actor as usize] {
            Some(cookie) => self.app.browser_like(cookie).await,
            None => self.app.browser(),
        }
    }

    pub async fn administrator(&self) -> Browser {
        self.app.browser_like(&self.administrator).await
    }

    /// Fills in what the table leaves open.
    pub fn address(&self, path: &str) -> String {
        path.replace("{tenant}", &self.tenant.tenant.to_string())
            .replace("{other}", &self.other.to_string())
            .replace("{connection}", &self.tenant.connection.to_string())
            .replace("{link}", token_of(&self.claimed_link))
            .replace("{state}", &self.state)
            .replace("{client_id}", &self.tenant.client_id)
            .replace("{organization}", self.app.org("acme").origin())
            .replace("{*name}", "app.css")
            .replace("{session}", &self.other.to_string())
            .replace("{person}", &self.person)
    }

    /// All that is kept of the tenant.
    pub async fn rows(&self) -> String {
        self.app.database.snapshot(Some(self.tenant.tenant)).await
    }

    /// Puts the unclaimed link back into its place.
    pub async fn reset(&self) {
        let claimed = token_of(&self.claimed_link);
        let live = self.live.join(",");
        self.app
            .database
            .change(&format!(
                "UPDATE sessions SET revoked_at = NULL WHERE id = ANY ('{{{live}}}')"
            ))
            .await;
        self.app
            .database
            .change(&format!(
                "UPDATE onboarding_links SET claimed_by = NULL, claimed_at = NULL WHERE completed_at IS NULL
                 AND revoked_at IS NULL AND tenant_id = '{}' AND token_hash <> sha256('{claimed}')",
                self.tenant.tenant
            ))
            .await;
    }

    #[track_caller]
    pub fn assert_tells_nothing(&self, actor: Actor, answer: &Answer, at: &str) {
        for canary in &self.canaries {
            // The link's page names the account that the link is for, as it must.
            let knows = actor == Actor::Unclaimed && canary == TENANT_NAME;
            assert!(
                knows || !answer.body.contains(canary),
                "{at} shows {canary}"
            );
        }
    }
}

async fn person(app: &TestApp, tenant: &Invited) -> String {
    let query = format!(
        "SELECT id::text FROM people WHERE tenant_id = '{}'",
        tenant.tenant
    );
    app.database.column(&query).await.remove(0)
}

async fn visitor(app: &TestApp, tenant: &Invited) -> String {
    let browser = app.browser();
    browser
        .begin_sign_in(app, &tenant.org, None)
        .await
        .assert_status(200);
    browser.cookie()
}

async fn other_holder(app: &TestApp) -> String {
    let browser = app.browser();
    let invited = globex(app).await;
    browser.walk_to_okta(app, &invited).await;
    browser.cookie()
}

async fn unclaimed(app: &TestApp, tenant: &Invited) -> String {
    let browser = app.browser();
    let link = app.another_link(tenant).await;
    browser.get(&link).await.assert_goes_to("/onboarding");
    browser.cookie()
}

/// A link of the tenant with which a colleague began.
async fn claimed_link(app: &TestApp, tenant: &Invited) -> String {
    let link = app.another_link(tenant).await;
    let colleague = app.browser();
    colleague.get(&link).await.assert_status(303);
    let begun = colleague.post("/onboarding/begin", &[]).await;
    begun.assert_status(303);
    link
}

async fn connected_elsewhere(app: &TestApp) -> (TenantId, String) {
    let browser = app.browser();
    let invited = globex(app).await;
    browser
        .connect(app, &invited, "ada@globex.example")
        .await
        .assert_status(200);
    (invited.tenant, browser.cookie())
}

async fn revoked(app: &TestApp, tenant: &Invited) -> String {
    let browser = app.browser();
    let again = Invited {
        link: app.another_link(tenant).await,
        ..tenant.clone()
    };
    browser.walk_to_okta(app, &again).await;
    app.revoke_link(tenant, &again.link).await;
    browser.cookie()
}

async fn expired(app: &TestApp, administrator: &Browser) -> String {
    let browser = app.browser_like(&administrator.cookie()).await;
    let cookie = browser.cookie();
    app.database
        .change(&format!(
            "UPDATE sessions SET expires_at = now() - interval '1 second' WHERE token_hash = sha256('{cookie}')"
        ))
        .await;
    cookie
}

async fn signed_out(app: &TestApp, administrator: &Browser) -> String {
    let browser = app.browser_like(&administrator.cookie()).await;
    let cookie = browser.cookie();
    // In another browser: signing out ends all that one has of the tenant.
    app.database
        .change(&format!(
            "UPDATE sessions SET family = gen_random_uuid() WHERE token_hash = sha256('{cookie}')"
        ))
        .await;
    browser
        .post("/sign-out", &[])
        .await
        .assert_goes_to("/signed-out");
    cookie
}

async fn begun(administrator: &Browser, tenant: TenantId) -> String {
    let page = administrator
        .press(&format!("/tenants/{tenant}/authorize"), &[])
        .await;
    let okta: url::Url = page.link("/oauth2/v1/authorize").unwrap().parse().unwrap();
    let state = okta.query_pairs().find(|(name, _)| name == "state");
    state.unwrap().1.into_owned()
}

async fn globex(app: &TestApp) -> Invited {
    app.invite_with(
        "globex",
        fake_okta::AuthMethod::PrivateKeyJwt,
        &app.catalog(),
    )
    .await
}
