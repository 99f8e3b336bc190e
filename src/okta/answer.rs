//! One HTTP answer: what it says in each of the shapes that Okta uses, and whether it is an answer
//! of Okta's at all.

use std::fmt;
use std::time::Duration;

use http::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::http::nonsense;
use super::probe::Pace;
use super::wire;
use crate::domain::catalog::Proof;
use crate::domain::check::ProbeAnswer;
use crate::domain::failure::{FailureKind, OktaFailure, OktaSaid, clean};

/// The longest wait that is believed; Okta's own windows are about a minute.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

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
            return Some(self.with_wait(failure(FailureKind::OktaBroken), now));
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
        failure.retry_after = self.wait(now).map(|wait| wait.min(LONGEST_WAIT));
        failure
    }

    /// `Retry-After` in seconds, or Okta's reset time measured by Okta's own clock.
    fn wait(&self, now: OffsetDateTime) -> Option<Duration> {
        if let Some(seconds) = self
            .text(RETRY_AFTER.as_str())
            .and_then(|text| text.parse().ok())
        {
            return Some(Duration::from_secs(seconds));
        }
        let reset: i64 = self.text("x-rate-limit-reset")?.parse().ok()?;
        let theirs = self
            .text(DATE.as_str())
            .and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok())
            .unwrap_or(now);
        let seconds = reset.saturating_sub(theirs.unix_timestamp());
        Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
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
            reset_in: self.wait(now).map(|wait| wait.min(LONGEST_WAIT)),
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
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-11-23 17:00 UTC);

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    value.parse().expect("a header value"),
                )
            })
            .collect();
        let status = StatusCode::from_u16(status).expect("a status");
        Answer::new(status, headers, body.as_bytes().to_vec())
    }

    const JSON: (&str, &str) = ("content-type", "application/json;charset=UTF-8");

    #[test]
    fn both_shapes_of_okta_s_errors_are_read_with_the_request_id() {
        let oauth = answer(
            400,
            &[JSON, ("x-okta-request-id", "reqid1")],
            r#"{"error":"invalid_grant","error_description":"PKCE\u202e verification failed."}"#,
        )
        .said();
        assert_eq!(oauth.error.as_deref(), Some("invalid_grant"));
        assert_eq!(
            oauth.description.as_deref(),
            Some("PKCE verification failed.")
        );
        assert_eq!(oauth.request_id.as_deref(), Some("reqid1"));

        let management = answer(
            403,
            &[JSON],
            r#"{"errorCode":"E0000006","errorSummary":"No permission","errorLink":"E0000006","errorId":"oae","errorCauses":[]}"#,
        )
        .said();
        assert_eq!(management.error.as_deref(), Some("E0000006"));
        assert_eq!(management.description.as_deref(), Some("No permission"));
        assert_eq!(management.status, Some(403));
    }

    #[test]
    fn an_empty_body_leaves_the_word_to_www_authenticate() {
        let challenge = r#"Bearer authorization_uri="http://a.okta.com/oauth2/v1/authorize", realm="http://a.okta.com", scope="okta.groups.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/groups""#;
        let said = answer(403, &[("www-authenticate", challenge)], "").said();

        assert_eq!(said.error.as_deref(), Some("insufficient_scope"));
        assert_eq!(
            said.description.as_deref(),
            Some("The access token provided does not contain the required scopes.")
        );
    }

    #[test]
    fn a_rate_limit_is_measured_by_okta_s_clock() {
        let reset = (NOW.unix_timestamp() + 100).to_string();
        let limited = answer(
            429,
            &[
                JSON,
                ("date", "Mon, 23 Nov 2026 17:01:00 GMT"),
                ("x-rate-limit-reset", &reset),
            ],
            r#"{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit due to too many requests."}"#,
        );

        let failure = limited.passing_failure(NOW).expect("a failure");

        assert_eq!(failure.kind, FailureKind::RateLimited);
        assert_eq!(failure.retry_after, Some(Duration::from_secs(40)));
        assert_eq!(failure.said.error.as_deref(), Some("E0000047"));
    }

    #[test]
    fn retry_after_wins_and_is_bounded() {
        let headers = [
            JSON,
            ("retry-after", "7"),
            ("x-rate-limit-reset", "99999999999"),
        ];
        let wait = |headers| {
            answer(503, headers, "{}")
                .passing_failure(NOW)
                .and_then(|f| f.retry_after)
        };

        assert_eq!(wait(&headers), Some(Duration::from_secs(7)));
        assert_eq!(wait(&headers[2..]), Some(LONGEST_WAIT));
        assert_eq!(
            wait(&[JSON, ("x-rate-limit-reset", "5")]),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn pages_redirects_and_outages_are_no_answers() {
        let html = ("content-type", "text/html");
        let cases = [
            (answer(200, &[html], "<html>"), Some(FailureKind::Nonsense)),
            (answer(400, &[html], "<html>"), Some(FailureKind::Nonsense)),
            (
                answer(302, &[("location", "http://127.0.0.1/")], ""),
                Some(FailureKind::Nonsense),
            ),
            (
                answer(502, &[html], "<html>"),
                Some(FailureKind::OktaBroken),
            ),
            (answer(503, &[], ""), Some(FailureKind::OktaBroken)),
            (answer(200, &[], ""), Some(FailureKind::Nonsense)),
            (answer(401, &[], ""), None),
            (answer(400, &[JSON], "{}"), None),
            (answer(200, &[JSON], "{}"), None),
        ];
        for (answer, expected) in cases {
            let kind = answer.passing_failure(NOW).map(|failure| failure.kind);
            assert_eq!(kind, expected, "{answer:?}");
        }
    }

    #[test]
    fn debug_shows_no_content() {
        let answer = answer(
            200,
            &[JSON, ("location", "https://canary")],
            r#"{"access_token":"canary"}"#,
        );

        assert!(!format!("{answer:?}").contains("canary"));
    }
}
