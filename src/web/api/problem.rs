//! What went wrong, as data: problem details (RFC 9457) with a type that programs may rely on, and a
//! detail that says what to do.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::super::error::Cause;
use super::super::layers::Reference;
use crate::flows::FlowError;

/// Declares the kinds of problems: each with its stable name, its status and its title.
macro_rules! kinds {
    ($($name:ident: $slug:literal, $status:ident, $title:literal;)*) => {
        /// A kind of problem. Its name is part of the API: never change one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::web) enum Kind { $($name,)* }

        impl Kind {
            pub(in crate::web) const ALL: &[Self] = &[$(Self::$name,)*];

            pub(in crate::web) const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            pub(in crate::web) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            pub(in crate::web) const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

kinds! {
    Malformed: "malformed-request", BAD_REQUEST, "The request could not be read";
    KeyMissing: "key-missing", UNAUTHORIZED, "An API key is needed";
    KeyInvalid: "key-invalid", UNAUTHORIZED, "This API key does not work";
    WrongRole: "wrong-role", FORBIDDEN, "This API key may not make this call";
    Limited: "key-limited", FORBIDDEN, "This API key is limited";
    NotFound: "not-found", NOT_FOUND, "There is no such thing here";
    MethodNotAllowed: "method-not-allowed", METHOD_NOT_ALLOWED, "This address does not take that method";
    NotConnected: "not-connected", CONFLICT, "The tenant is not connected";
    Disconnected: "disconnected", CONFLICT, "The connection was ended";
    NeedsAttention: "needs-attention", CONFLICT, "The connection needs attention";
    ScopesMissing: "scopes-missing", CONFLICT, "Some of what is asked for cannot be used";
    OtherOrganization: "other-organization", CONFLICT, "The tenant belongs to another organization";
    StillRunning: "request-in-progress", CONFLICT, "The first request with this key is still running";
    TooLarge: "too-large", PAYLOAD_TOO_LARGE, "The request is too large";
    WrongMediaType: "wrong-media-type", UNSUPPORTED_MEDIA_TYPE, "The body is not JSON";
    Invalid: "invalid-input", UNPROCESSABLE_ENTITY, "A value is not acceptable";
    NotInCatalog: "not-in-catalog", UNPROCESSABLE_ENTITY, "Not in the catalog";
    KeyReused: "idempotency-key-reused", UNPROCESSABLE_ENTITY, "The idempotency key belongs to another request";
    OnHold: "on-hold", LOCKED, "The connection is on hold";
    TooOften: "too-many-requests", TOO_MANY_REQUESTS, "Too many calls";
    Internal: "internal-error", INTERNAL_SERVER_ERROR, "Something broke on our side";
    OktaUnreachable: "okta-unreachable", SERVICE_UNAVAILABLE, "Okta cannot be reached right now";
    Unavailable: "unavailable", SERVICE_UNAVAILABLE, "The service cannot answer right now";
}

/// A problem on its way to the caller. The layer around all routes adds the request's id.
#[derive(Debug, Clone)]
pub(in crate::web) struct ApiProblem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: Kind,
    detail: String,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
    /// Members of this kind's own (RFC 9457 §3.2).
    members: Map<String, Value>,
    cause: Option<Cause>,
}

/// How a problem is written (RFC 9457). Some kinds have members of their own besides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemJson {
    /// Says which kind of problem it is; compare it as a whole. Leads to its description.
    #[schema(format = "uri-reference", example = "/api/docs#problem-not-found")]
    r#type: String,
    /// The kind in words.
    #[schema(example = "There is no such thing here")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    status: u16,
    /// What happened this time, and what to do.
    #[schema(example = "No tenant has this id. GET /api/v1/tenants lists those that exist.")]
    detail: String,
    /// Name it when you write to support: it leads to the lines of the log.
    #[schema(value_type = uuid::Uuid)]
    request_id: String,
    #[serde(flatten)]
    #[schema(ignore)]
    members: Map<String, Value>,
}

impl ApiProblem {
    pub(in crate::web) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: detail.into(),
            retry_after: None,
            members: Map::new(),
            cause: None,
        }))
    }

    pub(super) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// A tenant that does not exist, and an id that cannot be one.
    pub(super) fn no_tenant() -> Self {
        Self::new(
            Kind::NotFound,
            "No tenant has this id. GET /api/v1/tenants lists those that exist.",
        )
    }

    /// A tenant that no administrator has connected, or that was disconnected.
    pub(super) fn not_connected() -> Self {
        Self::new(
            Kind::NotConnected,
            "No administrator has connected the tenant's organization yet, or it was disconnected. Make a link (POST /api/v1/tenants/{tenant}/links) and send it to one.",
        )
    }

    /// One field of the body that is not acceptable.
    pub(super) fn invalid(field: &str, why: &(impl ToString + ?Sized)) -> Self {
        let why = why.to_string();
        Self::new(Kind::Invalid, format!("{field}: {why}."))
            .with("errors", json!([{ "field": field, "detail": why }]))
    }

    #[must_use]
    pub(in crate::web) fn with(mut self, member: &str, value: Value) -> Self {
        self.0.members.insert(member.to_owned(), value);
        self
    }

    #[must_use]
    pub(in crate::web) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Keeps why, for the log alone.
    #[must_use]
    pub(super) fn because(mut self, cause: FlowError) -> Self {
        self.0.cause = Some(Cause(Arc::new(cause)));
        self
    }

    /// What a status means when nobody said more.
    pub(in crate::web) fn of_status(status: StatusCode) -> Self {
        let (kind, detail) = match status {
            // Forbidden is what a form from another site is, sent to an address that is no call.
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => (
                Kind::NotFound,
                "No call has this address. /api/docs lists all of them.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                Kind::MethodNotAllowed,
                "The address exists, but not with this method. /api/docs lists all calls.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (Kind::TooLarge, "A body may have 64 KiB; send less."),
            StatusCode::SERVICE_UNAVAILABLE => {
                let detail = "The work was not finished in time. Send the request again, with the same Idempotency-Key if it had one.";
                return Self::new(Kind::Unavailable, detail).retry_after(5);
            }
            status if status.is_client_error() => (
                Kind::Malformed,
                "Compare what was sent with /api/docs, and send it again.",
            ),
            _ => (
                Kind::Internal,
                "This is our mistake. Send it again; if that does not help, name the request_id to support.",
            ),
        };
        Self::new(kind, detail)
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // RFC 6750 §3.1.
        let challenge = match self.0.kind {
            Kind::KeyMissing => Some("Bearer realm=\"grantway\""),
            Kind::KeyInvalid => Some("Bearer realm=\"grantway\", error=\"invalid_token\""),
            Kind::WrongRole | Kind::Limited => {
                Some("Bearer realm=\"grantway\", error=\"insufficient_scope\"")
            }
            _ => None,
        };
        if let Some(challenge) = challenge {
            let challenge = HeaderValue::from_static(challenge);
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        headers
    }
}

/// The address of a kind's description, which is its stable name.
pub(super) fn type_of(kind: Kind) -> String {
    format!("/api/docs#problem-{}", kind.slug())
}

/// What the caller sees of `problem`.
pub(in crate::web) fn render(problem: &ApiProblem, reference: Reference) -> Response {
    let ApiProblem(inner) = problem;
    let body = ProblemJson {
        r#type: type_of(inner.kind),
        title: inner.kind.title(),
        status: inner.kind.status().as_u16(),
        detail: inner.detail.clone(),
        request_id: reference.0.to_string(),
        members: inner.members.clone(),
    };
    let body = serde_json::to_string(&body).unwrap_or_default();
    (inner.kind.status(), problem.headers(), body).into_response()
}

impl From<FlowError> for ApiProblem {
    fn from(error: FlowError) -> Self {
        let mut problem = match error.root() {
            FlowError::NotFound => return Self::no_tenant(),
            FlowError::Store(store) if store.is_unavailable() => Self::new(
                Kind::Unavailable,
                "Our database cannot be reached. Send the request again in a moment.",
            )
            .retry_after(5),
            FlowError::TooSoon { seconds } => {
                let detail = format!(
                    "The last check of this tenant was asked for less than half a minute ago. Ask again in {seconds} seconds; the status shows what it found."
                );
                return Self::new(Kind::TooOften, detail).retry_after(*seconds);
            }
            FlowError::CutShort => Self::of_status(StatusCode::SERVICE_UNAVAILABLE),
            _ => Self::of_status(StatusCode::INTERNAL_SERVER_ERROR),
        };
        problem.0.cause = Some(Cause(Arc::new(error)));
        problem
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(mut self) -> Response {
        let mut response = self.0.kind.status().into_response();
        if let Some(cause) = self.0.cause.take() {
            response.extensions_mut().insert(cause);
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let mut slugs: Vec<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Kind::ALL.len());
    }
}
