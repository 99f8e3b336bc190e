//! Every secret of one whole onboarding, taken from both of its ends.

use fake_okta::{AuthMethod, OrgHandle};
use grantway::vault::{self, Field, Sealed};

use super::moved::place;
use crate::support::app::Invited;
use crate::support::sessions::token_of;
use crate::support::{Answer, TestApp};

/// What it is, and how it reads.
pub struct Canaries(Vec<(&'static str, String)>);

impl Canaries {
    /// Walks from the link to the status page, which comes back with them.
    pub async fn of_a_walk(app: &TestApp, method: AuthMethod) -> (Self, Answer) {
        let invited = app.invite_with("acme", method, &app.catalog()).await;
        let browser = app.browser();
        let okta = browser.walk_to_okta(app, &invited).await;
        let mut all = vec![
            ("link", token_of(&invited.link).to_owned()),
            ("cookie before", browser.cookie()),
            ("state", parameter(&okta, "state")),
            ("nonce", parameter(&okta, "nonce")),
        ];
        let back = browser.sign_in_at_okta(&okta, "ada@acme.example").await;
        all.push(("code", parameter(back.as_str(), "code")));
        let page = browser.follow(back.as_str()).await;
        all.push(("cookie after", browser.cookie()));
        all.extend(of_okta(&app.org("acme")));
        all.extend(
            invited
                .client_secret
                .clone()
                .map(|secret| ("secret", secret)),
        );
        all.extend(private_key(app, &invited).await);
        let canaries = Self(all);
        canaries.assert_whole(method);
        (canaries, page)
    }

    /// None is missing, or its absence elsewhere would mean nothing.
    #[track_caller]
    fn assert_whole(&self, method: AuthMethod) {
        let proof = match method {
            AuthMethod::PrivateKeyJwt => "assertion",
            _ => "basic credentials",
        };
        for kind in [
            "link",
            "cookie before",
            "state",
            "nonce",
            "code",
            "cookie after",
            "access token",
            "refresh token",
            "verifier",
            "private key",
            proof,
        ] {
            let found = self.0.iter().find(|(what, _)| *what == kind);
            let value = &found.unwrap_or_else(|| panic!("no {kind}")).1;
            assert!(value.len() >= 16, "{kind} is too short to be looked for");
        }
    }

    #[track_caller]
    pub fn assert_absent(&self, text: &str, place: &str) {
        for (what, value) in &self.0 {
            assert!(!text.contains(value), "the {what} stands in {place}");
        }
    }
}

pub fn parameter(address: &str, name: &str) -> String {
    let url: url::Url = address.parse().unwrap();
    let found = url.query_pairs().find(|(of, _)| of == name);
    found.unwrap().1.into_owned()
}

/// What Okta issued, and what it was sent.
fn of_okta(org: &OrgHandle) -> Vec<(&'static str, String)> {
    let state = serde_json::to_value(org.state()).unwrap();
    let mut found = Vec::new();
    for (what, table) in [
        ("access token", "access_tokens"),
        ("refresh token", "refresh_tokens"),
    ] {
        let issued = state[table].as_object().unwrap().keys();
        found.extend(issued.map(|token| (what, token.clone())));
    }
    for request in org.requests_to("/oauth2/v1/token") {
        for (what, field) in [
            ("verifier", "code_verifier"),
            ("assertion", "client_assertion"),
        ] {
            found.extend(request.field(field).map(|value| (what, value.to_owned())));
        }
        let basic = request.header("authorization").unwrap_or_default();
        let credentials = basic.strip_prefix("Basic ");
        found.extend(credentials.map(|value| ("basic credentials", value.to_owned())));
    }
    // The preflight sends words of its own in the place of a verifier.
    found.retain(|(_, value)| value.len() >= 16);
    found
}

/// The lines between the PEM's first and last.
async fn private_key(app: &TestApp, invited: &Invited) -> Vec<(&'static str, String)> {
    let found = app.shared.store.find_connection(invited.tenant).await;
    let sealed = Sealed::from_bytes(found.unwrap().unwrap().key.unwrap().private.0);
    let place = place(invited, Field::ClientKey, 1);
    let pem = app.shared.vault.open(&place, &sealed).unwrap();
    let lines = vault::disclose(&pem).lines();
    lines
        .filter(|line| !line.starts_with("-----") && line.len() >= 16)
        .map(|line| ("private key", line.to_owned()))
        .collect()
}
