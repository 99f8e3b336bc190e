//! A browser: cookies by hand, no redirects followed, forms filled in by field name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
pub(crate) struct Browser {
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// An answer as a browser sees it.
pub(crate) struct Page {
    browser: Browser,
    pub url: url::Url,
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' only client, for loopback"
)]
pub(crate) fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    builder
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) async fn get(&self, url: &str) -> Page {
        self.send(http().get(url)).await
    }

    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Page {
        self.send(http().post(url).form(form)).await
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let cookies = self.cookies.lock().unwrap().clone();
        let cookies = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let response = request.header("cookie", cookies).send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies
                .lock()
                .unwrap()
                .insert(name.to_owned(), value.to_owned());
        }
        let location = response.headers().get("location");
        Page {
            browser: self.clone(),
            url: response.url().clone(),
            status: response.status().as_u16(),
            location: location.map(|value| value.to_str().unwrap().to_owned()),
            body: response.text().await.unwrap(),
        }
    }
}

impl Page {
    pub(crate) fn location(&self) -> String {
        let location = self.location.clone();
        location.unwrap_or_else(|| panic!("{} and no redirect: {}", self.status, self.body))
    }

    /// Follows a redirect to this organization.
    pub(crate) async fn follow(&self) -> Page {
        let target = self.url.join(&self.location()).unwrap();
        self.browser.get(target.as_str()).await
    }

    /// The value of a hidden or visible input.
    pub(crate) fn input(&self, name: &str) -> String {
        let marker = format!("name=\"{name}\" value=\"");
        let start = self
            .body
            .find(&marker)
            .unwrap_or_else(|| panic!("no {name}: {}", self.body));
        let rest = &self.body[start + marker.len()..];
        let value = &rest[..rest.find('"').unwrap()];
        value.replace("&#38;", "&").replace("&amp;", "&")
    }

    pub(crate) async fn sign_in(&self, login: &str) -> Page {
        let name = login.split('@').next().unwrap();
        self.sign_in_with(login, &format!("fakeokta_pw_{name}"))
            .await
    }

    pub(crate) async fn sign_in_with(&self, login: &str, password: &str) -> Page {
        let next = self.input("next");
        let form = [
            ("next", next.as_str()),
            ("username", login),
            ("password", password),
            ("action", "sign-in"),
        ];
        self.submit("/login", &form).await
    }

    pub(crate) async fn cancel(&self) -> Page {
        let next = self.input("next");
        self.submit("/login", &[("next", &next), ("action", "cancel")])
            .await
    }

    pub(crate) async fn submit(&self, action: &str, form: &[(&str, &str)]) -> Page {
        let target = self.url.join(action).unwrap();
        self.browser.post(target.as_str(), form).await
    }
}
