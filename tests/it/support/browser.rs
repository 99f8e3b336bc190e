//! A browser without a screen: cookies per origin, no redirect followed unless asked, and a look at
//! every page of ours for what must never stand on one.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::Method;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use url::Url;

/// What every secret of the fake Okta begins with.
pub const TRIPWIRE: &str = "fakeokta_";

/// One person's browser.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    base: Url,
    jar: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    /// The onboarding that was in view last: what its forms name.
    pub(super) link: Mutex<Option<String>>,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test's browser is not the service's client"
    )]
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            http,
            base: base.parse().unwrap(),
            jar: Mutex::default(),
            link: Mutex::default(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// A GET with every redirect after it, across origins, as a browser goes.
    pub async fn follow(&self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..10 {
            let Some(next) = answer.location() else {
                return answer;
            };
            answer = self.get(next.as_str()).await;
        }
        panic!("redirected without an end, at last to {}", answer.url);
    }

    /// Any request; `path` may be a whole address.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        form: Option<&[(&str, &str)]>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let url = self.base.join(path).unwrap();
        let mut request = self.http.request(method, url.clone());
        let cookies = self.cookies(&url);
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(form) = form {
            request = request.form(form);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        self.keep(&url, &headers);
        let body = response.text().await.unwrap();
        let answer = Answer {
            url,
            status,
            headers,
            body,
        };
        if answer.url.origin() == self.base.origin() {
            self.look_at(&answer);
            assert!(
                !answer.body.contains(TRIPWIRE),
                "a secret of Okta's stands on {}",
                answer.url.path()
            );
        }
        answer
    }

    /// The cookies for an address, as sent.
    pub fn cookies(&self, url: &Url) -> String {
        let jar = self.jar.lock().unwrap();
        let Some(cookies) = jar.get(&key(url)) else {
            return String::new();
        };
        cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Our own session cookie's value.
    pub fn session_cookie(&self) -> Option<String> {
        self.own_cookie("grantway")
    }

    pub fn set_session_cookie(&self, value: &str) {
        self.set_own_cookie("grantway", value);
    }

    /// A cookie of ours.
    pub fn own_cookie(&self, name: &str) -> Option<String> {
        let jar = self.jar.lock().unwrap();
        jar.get(&key(&self.base))?.get(name).cloned()
    }

    pub fn set_own_cookie(&self, name: &str, value: &str) {
        let mut jar = self.jar.lock().unwrap();
        jar.entry(key(&self.base))
            .or_default()
            .insert(name.to_owned(), value.to_owned());
    }

    /// Forgets what other sites gave, such as a session at the provider.
    pub fn forget_elsewhere(&self) {
        let own = key(&self.base);
        self.jar.lock().unwrap().retain(|of, _| *of == own);
    }

    pub fn forget_cookies(&self) {
        self.jar.lock().unwrap().clear();
    }

    fn keep(&self, url: &Url, headers: &HeaderMap) {
        let mut jar = self.jar.lock().unwrap();
        let cookies = jar.entry(key(url)).or_default();
        for header in headers.get_all(SET_COOKIE) {
            let text = header.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.to_ascii_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// Ports count here, unlike in real browsers: the fake's cookies are of no interest to us.
fn key(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl Answer {
    pub fn location(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().unwrap();
        Some(self.url.join(location).unwrap())
    }

    /// The words of the page, without its tags and with single spaces.
    pub fn words(&self) -> String {
        let main = self
            .body
            .split_once("<main")
            .map_or(self.body.as_str(), |(_, main)| main);
        let mut words = String::new();
        let mut in_tag = false;
        for c in main.chars() {
            match c {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    words.push(' ');
                }
                c if !in_tag => words.push(c),
                _ => {}
            }
        }
        let words = words
            .replace("&#39;", "'")
            .replace("&amp;", "&")
            .replace("&quot;", "\"");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The first link on the page whose address contains `part`.
    pub fn link(&self, part: &str) -> Option<String> {
        let links = self
            .body
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        links
            .map(|link| link.replace("&amp;", "&").replace("&#38;", "&"))
            .find(|link| link.contains(part))
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}: {}", self.url.path(), self.words());
        self
    }

    #[track_caller]
    pub fn assert_says(&self, words: &str) -> &Self {
        let said = self.words();
        assert!(said.contains(words), "“{words}” is not in: {said}");
        self
    }

    /// What the first field of this name sends that the page's forms do not show.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let field = format!("type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&field)?;
        Some(rest.split('"').next()?.to_owned())
    }

    /// The page's own text, tags and all, holds this.
    #[track_caller]
    pub fn assert_has(&self, markup: &str) -> &Self {
        assert!(
            self.body.contains(markup),
            "{markup} is not in: {}",
            self.body
        );
        self
    }

    #[track_caller]
    pub fn assert_goes_to(&self, path: &str) -> &Self {
        self.assert_status(303);
        assert_eq!(self.location().unwrap().path(), path);
        self
    }
}
