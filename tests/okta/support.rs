//! A fake Okta with one application, our client for it, and a person who signs in.

use std::time::Duration;

use fake_okta::{App, FakeOkta, Options, OrgHandle, Seed};
use grantway::domain::clock::{Clock, SharedClock};
use grantway::domain::connection::ClientId;
use grantway::domain::failure::OktaFailure;
use grantway::domain::org_url::{HostPolicy, OrgOrigin, parse_extra_origins};
use grantway::domain::scope::ScopeSet;
use grantway::okta::{
    AuthorizationRequest, Client, ClientAuth, Expected, ExpectedNonce, Identity, Limits, Metadata,
    Okta, OrgToken, Prompt, TokenResponse, pkce_challenge,
};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;
use url::Url;

pub(crate) const CALLBACK: &str = "http://127.0.0.1:9/oauth/callback/c1";
pub(crate) const SCOPES: &str =
    "openid profile email offline_access okta.users.manage okta.groups.read";
pub(crate) const ADA: &str = "ada@acme.example";

pub(crate) struct World {
    pub fake: FakeOkta,
    pub org: OrgHandle,
    pub okta: Okta,
    pub app: App,
    pub client_id: ClientId,
    pub client_secret: SecretString,
    pub verifier: SecretString,
    pub nonce: SecretString,
}

/// The service's clock, which goes by the fake's, so that a test moves both.
#[derive(Debug)]
struct FakesClock(fake_okta::Clock);

impl Clock for FakesClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.now()).expect("a time of this age")
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let seed = Seed::sample(&["acme", "other"]);
        let fake = FakeOkta::start(Options::new(seed))
            .await
            .expect("the fake starts");
        let clock: SharedClock = std::sync::Arc::new(FakesClock(fake.clock().clone()));
        let okta = Okta::new(policy_for(&fake), clock, limits).expect("a client");
        let org = fake.org("acme");
        let app = org.add_app(App {
            redirect_uris: vec![CALLBACK.to_owned()],
            granted_scopes: vec![
                "okta.users.manage".to_owned(),
                "okta.groups.read".to_owned(),
            ],
            assigned: vec![ADA.to_owned(), "rita@acme.example".to_owned()],
            ..App::default()
        });
        Self {
            client_id: app.client_id.parse().expect("a client id"),
            client_secret: app.client_secret.clone().expect("a secret").into(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
            nonce: "nonce-canary-1".into(),
            fake,
            org,
            okta,
            app,
        }
    }

    pub(crate) fn origin(&self) -> OrgOrigin {
        stored(self.org.origin())
    }

    /// An access token that this organization issued.
    pub(crate) fn token(&self, token: &SecretString) -> OrgToken {
        OrgToken::new(self.origin(), token.clone())
    }

    pub(crate) fn client(&self) -> Client<'_> {
        Client {
            organization: None,
            client_id: &self.client_id,
            auth: ClientAuth::Secret(&self.client_secret),
        }
    }

    pub(crate) async fn metadata(&self) -> Metadata {
        self.okta
            .metadata(&self.origin())
            .await
            .expect("good metadata")
    }

    /// Where the browser of this attempt is sent.
    pub(crate) fn authorization_url(&self, metadata: &Metadata) -> Url {
        let state = SecretString::from("state-1");
        self.okta.authorization_url(
            metadata,
            &AuthorizationRequest {
                client_id: &self.client_id,
                redirect_uri: &callback(),
                scopes: &ScopeSet::parse(SCOPES),
                state: &state,
                nonce: &self.nonce,
                pkce_challenge: &pkce_challenge(&self.verifier),
                prompt: Prompt::Login,
                login_hint: None,
            },
        )
    }

    /// Ada signs in, and Okta sends her back with a code.
    pub(crate) async fn code(&self) -> SecretString {
        self.code_for(ADA).await
    }

    pub(crate) async fn code_for(&self, login: &str) -> SecretString {
        let url = self.authorization_url(&self.metadata().await);
        let back = sign_in(&url, login).await;
        let code = back.query_pairs().find(|(name, _)| name == "code");
        code.unwrap_or_else(|| panic!("no code in {back}"))
            .1
            .into_owned()
            .into()
    }

    pub(crate) async fn exchange(&self) -> Result<TokenResponse, OktaFailure> {
        let (metadata, code) = (self.metadata().await, self.code().await);
        self.okta
            .exchange_code(
                &metadata,
                &self.client(),
                &code,
                &self.verifier,
                &callback(),
            )
            .await
    }

    pub(crate) async fn sign_in(&self) -> Result<Identity, OktaFailure> {
        let tokens = self.exchange().await.expect("a token response");
        self.verify(&tokens).await
    }

    pub(crate) async fn verify(&self, tokens: &TokenResponse) -> Result<Identity, OktaFailure> {
        let expected = Expected {
            nonce: ExpectedNonce::Plain(&self.nonce),
            access_token: &tokens.access_token,
        };
        let id_token = tokens.id_token.as_ref().expect("an ID token");
        let metadata = self.metadata().await;
        self.okta
            .verify_id_token(&metadata, &self.client_id, id_token, &expected)
            .await
    }
}

pub(crate) fn callback() -> Url {
    CALLBACK.parse().expect("a URL")
}

pub(crate) fn stored(origin: &str) -> OrgOrigin {
    OrgOrigin::from_stored(origin).expect("an origin")
}

/// Allows exactly the fake's organizations, as an operator would list them.
pub(crate) fn policy_for(fake: &FakeOkta) -> HostPolicy {
    let origins: Vec<&str> = fake.organizations().iter().map(OrgHandle::origin).collect();
    HostPolicy::new(parse_extra_origins(&origins.join(",")).expect("origins"))
}

pub(crate) fn short_limits() -> Limits {
    Limits {
        total: Duration::from_millis(600),
        ..Limits::default()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test looks at what only Okta should see"
)]
pub(crate) fn exposed(secret: &SecretString) -> &str {
    secret.expose_secret()
}

#[expect(clippy::disallowed_methods, reason = "the browser of the test")]
async fn sign_in(authorization: &Url, login: &str) -> Url {
    let browser = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a browser");
    let next = format!(
        "{}?{}",
        authorization.path(),
        authorization.query().expect("a query")
    );
    let password = format!("fakeokta_pw_{}", login.split('@').next().expect("a name"));
    let form = [
        ("next", next.as_str()),
        ("username", login),
        ("password", &password),
    ];
    let target = authorization.join("/login").expect("a URL");
    let answer = browser
        .post(target)
        .form(&form)
        .send()
        .await
        .expect("an answer");
    let location = answer.headers().get("location").expect("a redirect");
    location.to_str().expect("text").parse().expect("a URL")
}
