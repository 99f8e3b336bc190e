//! A browser with a small cookie jar, a client of an app, and a fake with both.

pub(crate) mod browser;
pub(crate) mod client;

pub(crate) use browser::Browser;
pub(crate) use client::{Client, claims, query_of};

use fake_okta::{App, FakeOkta, Options, OrgHandle, Seed};

pub(crate) const CALLBACK: &str = "http://127.0.0.1:9/callback";
pub(crate) const ADA: &str = "ada@acme.example";

/// One organization with an app that everyone is assigned to and that has two granted scopes.
pub(crate) struct Setup {
    pub fake: FakeOkta,
    pub org: OrgHandle,
    pub app: App,
}

impl Setup {
    pub(crate) async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// With changes to the app.
    pub(crate) async fn with(change: impl FnOnce(&mut App)) -> Self {
        let fake = FakeOkta::start(Options::new(Seed::sample(&["acme", "other"])))
            .await
            .unwrap();
        let org = fake.org("acme");
        let mut app = backup_app();
        change(&mut app);
        let app = org.add_app(app);
        Self { fake, org, app }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.org, &self.app)
    }

    /// Signs Ada in by the app and gives the callback's query.
    pub(crate) async fn authorize(&self, scope: &str) -> Vec<(String, String)> {
        self.authorize_as(ADA, scope).await
    }

    pub(crate) async fn authorize_as(&self, login: &str, scope: &str) -> Vec<(String, String)> {
        let page = Browser::new()
            .get(&self.client().authorize_url(scope))
            .await;
        let page = page.sign_in(login).await;
        query_of(&page.location())
    }

    /// The whole way to a token response.
    pub(crate) async fn tokens(&self, scope: &str) -> serde_json::Value {
        let callback = self.authorize(scope).await;
        let (status, body) = self.client().exchange(&value(&callback, "code")).await;
        assert_eq!(status, 200, "{body}");
        body
    }
}

pub(crate) fn backup_app() -> App {
    App {
        label: "Backup".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned()],
        everyone: true,
        granted_scopes: vec!["okta.users.manage".to_owned(), "okta.logs.read".to_owned()],
        ..App::default()
    }
}

/// A parameter of a query.
pub(crate) fn value(query: &[(String, String)], name: &str) -> String {
    let found = query.iter().find(|(of, _)| of == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {query:?}"))
        .1
        .clone()
}

pub(crate) fn text<'a>(body: &'a serde_json::Value, name: &str) -> &'a str {
    body[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {body}"))
}

/// A bare GET.
pub(crate) async fn raw(setup: &Setup, path: &str) -> reqwest::Response {
    let url = format!("{}{path}", setup.org.origin());
    browser::http().get(url).send().await.unwrap()
}

/// A response's header.
pub(crate) fn header(response: &reqwest::Response, name: &str) -> String {
    let value = response.headers().get(name);
    let value = value.unwrap_or_else(|| panic!("no {name}"));
    value.to_str().unwrap().to_owned()
}

/// Until so many requests to a path have arrived, whether or not they are answered.
pub(crate) async fn arrived(org: &OrgHandle, path: &str, count: usize) {
    while org.requests_to(path).len() < count {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
