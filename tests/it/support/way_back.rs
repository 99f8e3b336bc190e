//! The way back from Okta in pieces, for those who bend it, and the ways in after a first connection.

use url::Url;

use super::app::{Invited, TestApp};
use super::browser::{Answer, Browser};

/// A parameter of an address.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(of, _)| of == name);
    found.map(|(_, value)| value.into_owned())
}

/// The same address with one parameter changed, added or (with `None`) left out.
pub fn with_parameter(url: &Url, name: &str, value: Option<&str>) -> Url {
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    pairs.retain(|(of, _)| of != name);
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(pairs);
    changed
}

impl TestApp {
    /// An address that nobody but an attacker would make.
    pub fn callback(&self, invited: &Invited, parameters: &[(&str, &str)]) -> Url {
        let path = format!("{}/oauth/callback/{}", self.url, invited.connection);
        Url::parse_with_params(&path, parameters).unwrap()
    }
}

impl Browser {
    /// From the page before Okta to where the service sends or keeps the browser.
    pub async fn authorize(&self, login: &str) -> Answer {
        let authorize = self.okta_address().await;
        let back = self.sign_in_at_okta(&authorize, login).await;
        self.follow(back.as_str()).await
    }

    /// Tries again after a failure: it works now, and nothing that was entered before is asked again.
    pub async fn assert_trying_again_works(&self, login: &str) {
        let page = self.authorize(login).await;
        page.assert_status(200)
            .assert_says("All 25 permissions are granted.");
    }

    /// Presses *Authorize again*; gives Okta's address.
    pub async fn press_authorize_again(&self, invited: &Invited) -> String {
        let tenant_page = format!("/tenants/{}", invited.tenant);
        let shown = self.get(&tenant_page).await.hidden("catalog");
        let form = [("catalog", shown.as_deref().unwrap_or_default())];
        let page = self.press(&format!("{tenant_page}/authorize"), &form).await;
        page.assert_status(200)
            .link("/oauth2/v1/authorize")
            .unwrap()
    }

    /// A returning person's way, from the front page.
    pub async fn sign_in_from_home(&self, app: &TestApp, org: &str, login: &str) -> Answer {
        let origin = app.org(org).origin().to_owned();
        let page = self.press("/sign-in", &[("organization", &origin)]).await;
        let authorize = page
            .assert_status(200)
            .link("/oauth2/v1/authorize")
            .unwrap();
        let back = self.sign_in_at_okta(&authorize, login).await;
        self.follow(back.as_str()).await
    }
}
