//! A service in which every column that can hold a secret holds one, by ordinary use.

use fake_okta::{AuthMethod, Effect, Fault};
use grantway::domain::api_key::ApiRole;
use serde_json::json;

use crate::api::caller::Caller;
use crate::leaks::canaries::parameter;
use crate::support::sessions::token_of;
use crate::support::staff::{OLGA, SAM};
use crate::support::{Browser, Invited, Settings, TestApp};

const ADA: &str = "ada@acme.example";
const REASON: &str = "Ticket 4711: backups stopped";

pub struct World {
    pub app: TestApp,
    /// One with a key that works; one with a secret, about to be replaced; two that were ended while
    /// Okta was silent; one that was refused.
    pub tenants: Vec<Invited>,
    /// Their administrators, in that order.
    pub administrators: Vec<Browser>,
    pub staff: Vec<(&'static str, Browser)>,
    pub programs: Vec<(ApiRole, Caller)>,
    pub webhook: String,
    /// Secrets that somebody was given, with what each is.
    pub given: Vec<(String, String)>,
}

impl World {
    pub async fn settle() -> Self {
        let settings = Settings {
            webhook_origins: Some("http://127.0.0.1:9"),
            ..Settings::default()
        };
        let mut world = Self {
            app: TestApp::start_with(settings).await,
            tenants: Vec::new(),
            administrators: Vec::new(),
            staff: Vec::new(),
            programs: Vec::new(),
            webhook: String::new(),
            given: Vec::new(),
        };
        world.employ_programs().await;
        world.connect(AuthMethod::PrivateKeyJwt).await;
        world.connect(AuthMethod::ClientSecretBasic).await;
        world.enter_another_app().await;
        for method in [AuthMethod::ClientSecretBasic, AuthMethod::PrivateKeyJwt] {
            world.connect(method).await;
            world.disconnect_in_vain().await;
        }
        world.be_refused().await;
        world.invite_staff().await;
        world
    }

    fn give(&mut self, what: &str, secret: &str) {
        self.given.push((what.to_owned(), secret.to_owned()));
    }

    /// Programs with keys, an endpoint for webhooks whose secret was replaced twice, an answer that can be
    /// repeated.
    async fn employ_programs(&mut self) {
        for role in [ApiRole::Onboarding, ApiRole::Worker, ApiRole::Support] {
            let caller = self.app.caller(role).await;
            self.give("an API key", &caller.key.clone().unwrap());
            self.programs.push((role, caller));
        }
        let onboarding = self.programs[0].1.clone();
        let body = json!({ "url": "http://127.0.0.1:9/hooks" });
        let once = onboarding.clone().with("idempotency-key", "once");
        let made = once.post("/webhooks", &body).await;
        let made = made.assert_status(201).json();
        made["id"].as_str().unwrap().clone_into(&mut self.webhook);
        self.give("a webhook's secret", made["secret"].as_str().unwrap());
        let path = format!("/webhooks/{}/secret", self.webhook);
        for _ in 0..2 {
            let renewed = onboarding.post(&path, &json!({})).await;
            let renewed = renewed.assert_status(201).json();
            self.give(
                "a webhook's next secret",
                renewed["secret"].as_str().unwrap(),
            );
        }
    }

    async fn connect(&mut self, method: AuthMethod) {
        let invited = self
            .app
            .invite_with("acme", method, &self.app.catalog())
            .await;
        let browser = self.app.browser();
        let page = browser.connect(&self.app, &invited, ADA).await;
        page.assert_status(200);
        self.keep(invited, browser);
    }

    fn keep(&mut self, invited: Invited, browser: Browser) {
        self.give("a link", token_of(&invited.link));
        self.give("a cookie", &browser.cookie());
        if let Some(secret) = &invited.client_secret {
            self.give("a client secret", secret);
        }
        self.tenants.push(invited);
        self.administrators.push(browser);
    }

    /// The latest tenant's next app waits beside the live one, and a sign-in with it for Okta.
    async fn enter_another_app(&mut self) {
        let latest = self.tenants.last().unwrap().clone();
        let again = Invited {
            link: self.app.another_link(&latest).await,
            ..latest
        };
        let browser = self.app.browser();
        let okta = browser.walk_to_okta(&self.app, &again).await;
        for what in ["state", "nonce"] {
            self.give(what, &parameter(&okta, what));
        }
        self.give("a second link", token_of(&again.link));
        self.give("a second cookie", &browser.cookie());
    }

    /// The latest tenant's connection ends, and Okta cannot be told.
    async fn disconnect_in_vain(&mut self) {
        let broken = Fault::on("/oauth2/v1/revoke", Effect::ServerError);
        self.app.org("acme").faults().add(broken.times(1));
        let (invited, browser) = (self.tenants.last(), self.administrators.last());
        let path = format!("/tenants/{}/disconnect", invited.unwrap().tenant);
        let page = browser.unwrap().press(&path, &[]).await;
        page.assert_status(200)
            .assert_says("Okta has not answered yet");
    }

    /// Somebody whom Okta refuses: the failure is kept with the connection and in the trail.
    async fn be_refused(&mut self) {
        let scopes = self.app.catalog();
        let invited = self
            .app
            .invite_with("globex", AuthMethod::ClientSecretBasic, &scopes)
            .await;
        self.app
            .org("globex")
            .update_app(&invited.client_id, |app| app.everyone = false);
        let browser = self.app.browser();
        let okta = browser.walk_to_okta(&self.app, &invited).await;
        let back = browser.sign_in_at_okta(&okta, "ada@globex.example").await;
        browser.get(back.as_str()).await.assert_status(400);
        self.give("a spent state", &parameter(&okta, "state"));
        self.keep(invited, browser);
    }

    /// Support and an operator, each on a visit to every tenant, and somebody at the provider.
    async fn invite_staff(&mut self) {
        for login in [SAM, OLGA] {
            let browser = self.app.staff_browser(login).await;
            for invited in &self.tenants {
                let visit = format!("/support/tenants/{}/visit", invited.tenant);
                let begun = browser.post(&visit, &[("reason", REASON)]).await;
                begun.assert_status(303);
            }
            self.give("a staff cookie", &browser.staff_cookie().unwrap());
            self.staff.push((login, browser));
        }
        let departure = self.app.browser().staff_departure(None).await;
        for what in ["state", "nonce"] {
            self.give(what, &parameter(&departure, what));
        }
    }
}
