//! One HTTP answer: what it says in each of the shapes that Okta uses, and whether it is an answer
//! of Okta's at all.

use std::fmt;
use std::time::Duration;

use http::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::http::nonsense;
use super::wire;
use crate::domain::catalog::Proof;
use crate::domain::check::ProbeAnswer;
use crate::domain::failure::{FailureKind, OktaFailure, OktaSaid, clean};
use crate::domain::retry_after;

/// The furthest reset of a limit that is believed; Okta's own windows are about a minute.
const LONGEST_WINDOW: Duration = Duration::from_hours(1);

/// What the rate-limit headers say of the bucket that was just used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    pub remaining: Option<u64>,
    /// Until the window ends, by Okta's own clock.
    pub reset_in: Option<std::time::Duration>,
}

/// A complete answer. `Debug` shows neither headers nor body: both may hold secrets.
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn is_ok(&self) -> bool {
        self.status == StatusCode::OK
    }

    pub(super) fn is_server_error(&self) -> bool {
        self.status.is_server_error()
    }

    pub(super) fn location(&self) -> Option<&str> {
        self.text(LOCATION.as_str())
    }

    /// The failures that have nothing to do with what was asked: too many requests, an outage, a
    /// redirect, a page for people instead of an answer.
    pub(super) fn passing_failure(&self, now: OffsetDateTime) -> Option<OktaFailure> {
        let failure = |kind| OktaFailure::new(kind).with_said(self.said());
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            return Some(self.with_wait(failure(FailureKind::RateLimited), now));
        }
        if self.status.is_server_error() {
            // The reset of a limit that is not used up, which each answer names, says nothing of this.
            let mut broken = failure(FailureKind::OktaBroken);
            broken.retry_after = self.retry_after(now);
            return Some(broken);
        }
        let detail = if self.status.is_redirection() {
            "the answer is a redirect"
        } else if !self.body.is_empty() && !self.is_json() {
            "the answer is not JSON"
        } else if self.is_ok() && self.body.is_empty() {
            "the answer is empty"
        } else {
            return None;
        };
        Some(failure(FailureKind::Nonsense).with_detail(detail))
    }

    /// Reads the body. What does not fit is dropped unseen: it may hold tokens.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, OktaFailure> {
        serde_json::from_slice(&self.body).map_err(|_| {
            nonsense("the answer has another shape than the protocol's")
                .with_said(self.status_only())
        })
    }

    /// What the answer says of an error, from the body in either of Okta's shapes, or else from the
    /// `WWW-Authenticate` header (RFC 6750 §3).
    pub(super) fn said(&self) -> OktaSaid {
        let mut said = self.status_only();
        if let Ok(error) = serde_json::from_slice::<wire::Error>(&self.body) {
            said.error = error.code().map(clean);
            said.description = error.text().map(clean);
        }
        if said.error.is_none()
            && let Some(challenge) = self.text(WWW_AUTHENTICATE.as_str())
        {
            said.error = wire::challenge_parameter(challenge, "error").map(|text| clean(&text));
            said.description =
                wire::challenge_parameter(challenge, "error_description").map(|text| clean(&text));
        }
        said
    }

    /// For handing a good answer to the `oauth2` crate.
    pub(super) fn into_http(self) -> http::Response<Vec<u8>> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    fn status_only(&self) -> OktaSaid {
        OktaSaid {
            status: Some(self.status()),
            request_id: self.text("x-okta-request-id").map(clean),
            ..OktaSaid::default()
        }
    }

    fn is_json(&self) -> bool {
        let media_type = self.text(CONTENT_TYPE.as_str()).unwrap_or_default();
        let essence = media_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    }

    fn with_wait(&self, mut failure: OktaFailure, now: OffsetDateTime) -> OktaFailure {
        failure.retry_after = self.wait(now);
        failure
    }

    /// `Retry-After`, or Okta's reset time measured by Okta's own clock.
    fn wait(&self, now: OffsetDateTime) -> Option<Duration> {
        if let Some(wait) = self.retry_after(now) {
            return Some(wait);
        }
        let reset: i64 = self.text("x-rate-limit-reset")?.parse().ok()?;
        let theirs = self.text(DATE.as_str()).and_then(retry_after::unix);
        let seconds = reset.saturating_sub(theirs.unwrap_or(now.unix_timestamp()));
        let wait = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        Some(wait.min(LONGEST_WINDOW))
    }

    fn retry_after(&self, now: OffsetDateTime) -> Option<Duration> {
        let text = self.text(RETRY_AFTER.as_str())?;
        retry_after::read(text, self.text(DATE.as_str()), now.unix_timestamp())
    }

    /// Every value of a header that is text.
    pub(super) fn all(&self, header: http::HeaderName) -> impl Iterator<Item = &str> {
        self.headers
            .get_all(header)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
    }

    /// What the answer says to a read-only question. Of a body only whether it is empty.
    pub(super) fn as_probe(&self) -> ProbeAnswer {
        let said = self.said();
        let challenge = self.text(WWW_AUTHENTICATE.as_str()).unwrap_or_default();
        let parameter = |name| wire::challenge_parameter(challenge, name).map(|text| clean(&text));
        let bearer_error = parameter("error");
        ProbeAnswer {
            status: self.status(),
            code: said
                .error
                .filter(|code| Some(code) != bearer_error.as_ref()),
            bearer_error,
            bearer_scope: parameter("scope"),
            is_empty: serde_json::from_slice::<Vec<serde::de::IgnoredAny>>(&self.body)
                .is_ok_and(|list| list.is_empty()),
            request_id: said.request_id,
        }
    }

    /// Whether the body is what the endpoint answers with. Read to its end, and dropped.
    pub(super) fn is_shaped_like(&self, proof: Proof) -> bool {
        match proof {
            Proof::List { .. } => {
                serde_json::from_slice::<Vec<serde::de::IgnoredAny>>(&self.body).is_ok()
            }
            Proof::Object => {
                serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&self.body)
                    .is_ok()
            }
        }
    }

    /// The state of the bucket that this request was counted in.
    pub(super) fn pace(&self, now: OffsetDateTime) -> Pace {
        let remaining = self
            .text("x-rate-limit-remaining")
            .and_then(|text| text.parse().ok());
        Pace {
            remaining,
            reset_in: self.wait(now).map(|wait| wait.min(LONGEST_WINDOW)),
        }
    }

    fn text(&self, header: &str) -> Option<&str> {
        self.headers.get(header)?.to_str().ok()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
