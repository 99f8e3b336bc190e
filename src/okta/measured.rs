//! What is counted of requests to Okta: which endpoint, how it went, how long it took. An address
//! never becomes a label; its path is told apart into a closed list.

use std::time::Instant;

use metrics::Unit;
use url::Url;

use super::answer::Answer;
use crate::domain::failure::{FailureKind, OktaFailure};

/// The endpoints that are told apart.
pub(super) const ENDPOINTS: [&str; 12] = [
    "token",
    "introspect",
    "revoke",
    "authorize",
    "keys",
    "metadata",
    "organization",
    "roles",
    "grants",
    "probe",
    "provider",
    "other",
];

/// One request. However it ends, also when nobody waits for it any more, it is counted.
#[derive(Debug)]
pub(super) struct Measured {
    endpoint: &'static str,
    outcome: &'static str,
    began: Instant,
}

impl Measured {
    pub(super) fn of_organization(url: &Url) -> Self {
        Self::new(endpoint(url.path()))
    }

    /// The vendor's identity provider has addresses of its own.
    pub(super) fn of_provider() -> Self {
        Self::new("provider")
    }

    fn new(endpoint: &'static str) -> Self {
        Self {
            endpoint,
            outcome: "unanswered",
            began: Instant::now(),
        }
    }

    pub(super) fn ended(mut self, answer: &Result<Answer, OktaFailure>) {
        self.outcome = match answer {
            Ok(answer) => answered(answer.status()),
            Err(failure) => failed(failure.kind),
        };
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let (endpoint, outcome) = (self.endpoint, self.outcome);
        metrics::counter!("grantway_okta_requests_total", "endpoint" => endpoint, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("grantway_okta_request_duration_seconds", "endpoint" => endpoint)
            .record(self.began.elapsed());
    }
}

/// Says what is counted here, and begins at nought.
pub fn describe_metrics() {
    metrics::describe_counter!(
        "grantway_okta_requests_total",
        Unit::Count,
        "Requests to Okta, repeated ones too, by endpoint and by how they ended"
    );
    metrics::describe_histogram!(
        "grantway_okta_request_duration_seconds",
        Unit::Seconds,
        "Time until the whole answer was read, by endpoint"
    );
    for endpoint in ENDPOINTS {
        metrics::counter!("grantway_okta_requests_total", "endpoint" => endpoint, "outcome" => "ok")
            .increment(0);
        let _ =
            metrics::histogram!("grantway_okta_request_duration_seconds", "endpoint" => endpoint);
    }
}

fn endpoint(path: &str) -> &'static str {
    match path {
        "/oauth2/v1/token" => "token",
        "/oauth2/v1/introspect" => "introspect",
        "/oauth2/v1/revoke" => "revoke",
        "/oauth2/v1/authorize" => "authorize",
        "/oauth2/v1/keys" => "keys",
        "/.well-known/openid-configuration" => "metadata",
        "/.well-known/okta-organization" => "organization",
        _ => match path.strip_prefix("/api/v1/") {
            Some(rest) if rest.starts_with("users/") && rest.ends_with("/roles") => "roles",
            Some(rest) if rest.starts_with("apps/") && rest.ends_with("/grants") => "grants",
            Some(_) => "probe",
            None => "other",
        },
    }
}

fn answered(status: u16) -> &'static str {
    match status {
        429 => "rate_limited",
        200..300 => "ok",
        300..400 => "redirected",
        400..500 => "refused",
        _ => "broken",
    }
}

fn failed(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::TimedOut => "unanswered",
        FailureKind::Unreachable => "unreachable",
        FailureKind::NotAnOrganization => "not_allowed",
        _ => "nonsense",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_one_of_the_listed_endpoints() {
        for (path, expected) in [
            ("/oauth2/v1/token", "token"),
            ("/oauth2/v1/revoke", "revoke"),
            ("/.well-known/openid-configuration", "metadata"),
            ("/api/v1/users/00u1/roles", "roles"),
            ("/api/v1/apps/0oa1/grants", "grants"),
            ("/api/v1/users", "probe"),
            ("/api/v1/groups/00g1", "probe"),
            ("/oauth2/default/v1/token", "other"),
            ("/", "other"),
        ] {
            assert_eq!(endpoint(path), expected, "{path}");
            assert!(ENDPOINTS.contains(&endpoint(path)));
        }
    }

    #[test]
    fn statuses_and_failures_have_few_names() {
        for (status, expected) in [
            (200, "ok"),
            (302, "redirected"),
            (404, "refused"),
            (429, "rate_limited"),
            (503, "broken"),
        ] {
            assert_eq!(answered(status), expected);
        }
        assert_eq!(failed(FailureKind::TimedOut), "unanswered");
        assert_eq!(failed(FailureKind::Nonsense), "nonsense");
    }
}
