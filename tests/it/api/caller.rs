//! A program with an API key.

use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use grantway::domain::id::ApiKeyId;
use grantway::flows::{ApiKeyRequest, ApiKeys};
use grantway::vault;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::TestApp;

/// What a program sends along.
#[derive(Debug, Clone)]
pub struct Caller {
    http: reqwest::Client,
    base: String,
    pub id: Option<ApiKeyId>,
    pub key: Option<String>,
    headers: Vec<(String, String)>,
}

/// One answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestApp {
    pub fn api_keys(&self) -> ApiKeys {
        ApiKeys::new(self.shared.clone())
    }

    /// A program with a new key of this role.
    pub async fn caller(&self, role: ApiRole) -> Caller {
        let keys = self.api_keys();
        let created = keys.create("a test", role, Actor::CommandLine).await;
        let created = created.unwrap();
        Caller {
            id: Some(created.id),
            ..self.caller_with(vault::disclose(&created.key))
        }
    }

    /// A program whose new key does no more than the request says.
    pub async fn limited_caller(&self, request: ApiKeyRequest) -> Caller {
        let keys = self.api_keys();
        let created = keys.create_limited(&request, Actor::CommandLine).await;
        let created = created.unwrap();
        Caller {
            id: Some(created.id),
            ..self.caller_with(vault::disclose(&created.key))
        }
    }

    pub fn caller_with(&self, key: &str) -> Caller {
        Caller {
            key: Some(key.to_owned()),
            ..self.caller_without_key()
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a test's program is not the service's client"
    )]
    pub fn caller_without_key(&self) -> Caller {
        Caller {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base: self.url.clone(),
            id: None,
            key: None,
            headers: Vec::new(),
        }
    }

    /// The body that makes a tenant for `acme`.
    pub fn new_tenant(&self, name: &str) -> Value {
        json!({ "name": name, "organization": self.org("acme").origin() })
    }
}

/// A key of this role without limits, to add some.
pub fn key_of(role: ApiRole) -> ApiKeyRequest {
    ApiKeyRequest {
        name: "a limited test".to_owned(),
        role,
        tenants: Vec::new(),
        categories: Vec::new(),
        lifetime: None,
    }
}

impl Caller {
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// `path` below `/api/v1`, or a whole one that begins with `/api/`.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Reply {
        let path = if path.starts_with("/api") {
            path.to_owned()
        } else {
            format!("/api/v1{path}")
        };
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }

    /// Makes a tenant and gives its id.
    pub async fn make_tenant(&self, app: &TestApp, name: &str) -> String {
        let made = self.post("/tenants", &app.new_tenant(name)).await;
        let made = made.assert_status(201).json();
        made["id"].as_str().unwrap().to_owned()
    }
}

impl Reply {
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// A problem of this kind, complete; gives its members.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, slug: &str) -> Value {
        self.assert_status(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let problem = self.json();
        assert_eq!(
            problem["type"],
            format!("/api/docs#problem-{slug}"),
            "{problem}"
        );
        assert_eq!(problem["status"], status);
        for member in ["title", "detail"] {
            assert!(
                problem[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{problem}"
            );
        }
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"));
        problem
    }
}
