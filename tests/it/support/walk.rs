//! The administrator's way, step by step, as verbs of the browser.

use url::Url;

use super::app::{Invited, TestApp};
use super::browser::{Answer, Browser};

impl Browser {
    /// From the link to the step *The app in Okta*.
    pub async fn walk_to_app(&self, app: &TestApp, invited: &Invited) {
        self.get(&invited.link).await.assert_goes_to("/onboarding");
        self.walk_on_to_app(app, invited).await;
    }

    /// The same, with the link open.
    pub async fn walk_on_to_app(&self, app: &TestApp, invited: &Invited) {
        self.post("/onboarding/begin", &[])
            .await
            .assert_goes_to("/onboarding/organization");
        let origin = app.org(&invited.org).origin().to_owned();
        self.post("/onboarding/organization", &[("organization", &origin)])
            .await
            .assert_status(303);
        let host = origin.trim_start_matches("http://");
        let confirmed = self
            .post(
                "/onboarding/organization/confirm",
                &[("organization", host)],
            )
            .await;
        confirmed.assert_goes_to("/onboarding/permissions");
        self.post("/onboarding/permissions", &[])
            .await
            .assert_goes_to("/onboarding/app");
    }

    /// Sends the form of the step *The app in Okta*, as the app of `invited` needs it.
    pub async fn submit_app(&self, invited: &Invited) -> Answer {
        let method = if invited.client_secret.is_some() {
            "client_secret_basic"
        } else {
            "private_key_jwt"
        };
        let form = [
            ("client_auth", method),
            ("client_id", invited.client_id.as_str()),
            (
                "client_secret",
                invited.client_secret.as_deref().unwrap_or_default(),
            ),
        ];
        self.post("/onboarding/app", &form).await
    }

    /// From the link to the page before Okta; gives Okta's address.
    pub async fn walk_to_okta(&self, app: &TestApp, invited: &Invited) -> String {
        self.walk_to_app(app, invited).await;
        self.submit_app(invited)
            .await
            .assert_goes_to("/onboarding/sign-in");
        self.okta_address().await
    }

    /// The address at Okta that the page before it leads to.
    pub async fn okta_address(&self) -> String {
        let page = self.get("/onboarding/sign-in").await;
        page.assert_status(200)
            .link("/oauth2/v1/authorize")
            .unwrap()
    }

    /// Signs in at Okta; gives the address that Okta sends the browser back to, not yet opened.
    pub async fn sign_in_at_okta(&self, authorize: &str, login: &str) -> Url {
        self.answer_okta(authorize, login, "sign-in").await
    }

    /// Presses Cancel on Okta's page.
    pub async fn cancel_at_okta(&self, authorize: &str) -> Url {
        self.answer_okta(authorize, "", "cancel").await
    }

    async fn answer_okta(&self, authorize: &str, login: &str, action: &str) -> Url {
        let page = self.follow(authorize).await;
        page.assert_status(200);
        let next = page
            .body
            .split("name=\"next\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap();
        let next = next
            .replace("&amp;", "&")
            .replace("&#38;", "&")
            .replace("&#x3D;", "=");
        let who = login.split('@').next().unwrap_or_default();
        let password = format!("fakeokta_pw_{who}");
        let form = [
            ("next", next.as_str()),
            ("username", login),
            ("password", &password),
            ("action", action),
        ];
        let login_page = page.url.join("/login").unwrap();
        let answer = self.post(login_page.as_str(), &form).await;
        answer
            .location()
            .unwrap_or_else(|| panic!("Okta kept the browser: {}", answer.words()))
    }

    /// The whole way: from the link to the status page, signed in at Okta as `login`.
    pub async fn connect(&self, app: &TestApp, invited: &Invited, login: &str) -> Answer {
        let authorize = self.walk_to_okta(app, invited).await;
        let back = self.sign_in_at_okta(&authorize, login).await;
        self.follow(back.as_str()).await
    }
}
