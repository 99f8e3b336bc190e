//! Okta's ways to refuse: the OAuth error, the management error, and the empty body with only a
//! `WWW-Authenticate` header.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::ids;
use crate::words::Words;

/// A refusal in one of the three forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    OAuth {
        status: u16,
        error: String,
        description: String,
    },
    Api {
        status: u16,
        code: String,
        summary: String,
        causes: Vec<String>,
    },
    /// Empty body; the header says it all.
    Challenge { status: u16, challenge: String },
}

impl Problem {
    pub(crate) fn api(status: u16, code: &str, summary: &str) -> Self {
        Self::Api {
            status,
            code: code.to_owned(),
            summary: summary.to_owned(),
            causes: Vec::new(),
        }
    }

    pub(crate) fn invalid(what: &str, cause: &str) -> Self {
        Self::Api {
            status: 400,
            code: "E0000001".to_owned(),
            summary: format!("Api validation failed: {what}"),
            causes: vec![cause.to_owned()],
        }
    }

    pub(crate) fn not_found(what: &str, kind: &str) -> Self {
        let summary = format!("Not found: Resource not found: {what} ({kind})");
        Self::api(404, "E0000007", &summary)
    }

    pub(crate) fn forbidden() -> Self {
        let summary = "You do not have permission to perform the requested action";
        Self::api(403, "E0000006", summary)
    }

    pub(crate) fn oauth(status: u16, error: &str, description: impl Into<String>) -> Self {
        Self::OAuth {
            status,
            error: error.to_owned(),
            description: description.into(),
        }
    }
}

impl From<Words> for Problem {
    fn from((status, error, description): Words) -> Self {
        Self::oauth(status, error, description)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::OAuth {
                status,
                error,
                description,
            } => (
                status,
                json!({"error": error, "error_description": description}),
            ),
            Self::Api {
                status,
                code,
                summary,
                causes,
            } => {
                let causes = causes.iter().map(|cause| json!({"errorSummary": cause}));
                let causes: Vec<_> = causes.collect();
                let body = json!({
                    "errorCode": code,
                    "errorSummary": summary,
                    "errorLink": code,
                    "errorId": ids::okta_id("oae"),
                    "errorCauses": causes,
                });
                (status, body)
            }
            Self::Challenge { status, challenge } => {
                let mut response = status_code(status).into_response();
                if let Ok(value) = HeaderValue::from_str(&challenge) {
                    response
                        .headers_mut()
                        .insert(header::WWW_AUTHENTICATE, value);
                }
                return response;
            }
        };
        (status_code(status), axum::Json(body)).into_response()
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("the fake only uses real statuses")
}
