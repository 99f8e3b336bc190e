//! What a handler receives: the organization and the request in the form that all of them use.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use url::form_urlencoded;

use crate::org::Org;
use crate::state::Person;

/// Decoded parameters, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Params(pub Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(text: &str) -> Self {
        Self(
            form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The value of a parameter; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(of, _)| of == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let wanted = self.0.iter().filter(move |(of, _)| of == name);
        wanted.map(|(_, value)| value.as_str())
    }

    pub(crate) fn repeats(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }

    pub(crate) fn has_duplicates(&self) -> bool {
        self.0.iter().any(|(name, _)| self.repeats(name))
    }

    pub(crate) fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}

/// A request.
#[derive(Debug)]
pub(crate) struct Call {
    pub org: Arc<Org>,
    pub method: Method,
    pub path: String,
    pub query: Params,
    /// The fields of a form body.
    pub form: Params,
    pub is_form: bool,
    pub body: Bytes,
    pub headers: HeaderMap,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of `Authorization` after its scheme.
    pub(crate) fn authorization(&self, scheme: &str) -> Option<&str> {
        let (given, rest) = self.header("authorization")?.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }

    /// Cookies have no ports, and all organizations share a host: the name tells them apart.
    pub(crate) fn cookie_name(&self) -> String {
        format!("fakeokta_sid_{}", self.org.name)
    }

    /// The browser's session here.
    pub(crate) fn session_id(&self) -> Option<String> {
        let wanted = self.cookie_name();
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value.to_owned())
    }

    /// Who is signed in, and since when.
    pub(crate) fn signed_in(&self) -> Option<(Person, i64)> {
        let session = self.session_id()?;
        self.org.state().signed_in(&session, self.org.now())
    }
}

impl FromRequest<Arc<Org>> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, org: &Arc<Org>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default();
        let is_form = is_form(&parts.headers);
        let form = if is_form {
            Params::parse(&String::from_utf8_lossy(&body))
        } else {
            Params::default()
        };
        Ok(Self {
            org: Arc::clone(org),
            path: original_path(&parts),
            method: parts.method,
            query: Params::parse(parts.uri.query().unwrap_or_default()),
            form,
            is_form,
            body,
            headers: parts.headers,
        })
    }
}

/// The path as sent: nested routers strip their prefix.
fn original_path(parts: &Parts) -> String {
    let original = parts.extensions.get::<OriginalUri>();
    let uri = original.map_or(&parts.uri, |OriginalUri(uri)| uri);
    uri.path().to_owned()
}

pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}
