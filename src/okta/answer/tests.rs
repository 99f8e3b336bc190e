//! Both shapes of errors, waits by Okta's own clock, and what is no answer of Okta's.

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
    let wait = |status, headers| {
        answer(status, headers, "{}")
            .passing_failure(NOW)
            .and_then(|f| f.retry_after)
    };

    assert_eq!(wait(429, &headers), Some(Duration::from_secs(7)));
    assert_eq!(wait(429, &headers[2..]), Some(LONGEST_WINDOW));
    let much = ["86401", "99999999999999999999999"].map(|much| [JSON, ("retry-after", much)]);
    for headers in &much {
        assert_eq!(wait(429, headers), Some(Duration::from_hours(24)));
    }
    assert_eq!(
        wait(429, &[JSON, ("x-rate-limit-reset", "5")]),
        Some(Duration::ZERO)
    );
    assert_eq!(wait(503, &headers), Some(Duration::from_secs(7)));
    // Each answer names when its limit renews: that is no reason to wait where it is not used up.
    assert_eq!(wait(503, &headers[2..]), None);
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

fn feed_answers(count: usize) {
    let valid = [
        serde_json::json!({ "error": "invalid_grant", "error_description": "PKCE verification failed." }),
        serde_json::json!({ "errorCode": "E0000006", "errorSummary": "No permission", "errorCauses": [] }),
        serde_json::json!({ "active": true, "scope": "okta.users.read", "exp": 1_795_593_600, "uid": "00u1" }),
        serde_json::json!({ "id": "00o1", "pipeline": "idx", "_links": { "organization": { "href": "https://a.okta.com" } } }),
        serde_json::json!({
            "issuer": "https://a.okta.com", "authorization_endpoint": "https://a.okta.com/oauth2/v1/authorize",
            "token_endpoint": "https://a.okta.com/oauth2/v1/token", "jwks_uri": "https://a.okta.com/oauth2/v1/keys",
            "introspection_endpoint": "https://a.okta.com/oauth2/v1/introspect",
            "revocation_endpoint": "https://a.okta.com/oauth2/v1/revoke",
        }),
        serde_json::json!([{ "type": "SUPER_ADMIN", "status": "ACTIVE" }, { "scopeId": "okta.users.read" }]),
    ];
    crate::fuzz::documents(count, &valid, |body| {
        let text = String::from_utf8_lossy(body);
        let value = http::HeaderValue::from_bytes(&body[..body.len().min(200)]).ok();
        for status in [200, 302, 403, 429, 503] {
            let mut read = answer(status, &[JSON], &text);
            for name in [
                "retry-after",
                "x-rate-limit-reset",
                "date",
                "www-authenticate",
                "x-okta-request-id",
            ] {
                if let Some(value) = &value {
                    read.headers.insert(name, value.clone());
                }
            }
            let failure = read.passing_failure(NOW);
            let wait = failure.and_then(|failure| failure.retry_after);
            assert!(
                wait.is_none_or(|wait| wait <= retry_after::LONGEST),
                "{text}"
            );
            let said = read.said();
            assert!(
                said.description
                    .is_none_or(|text| text.chars().count() <= 301)
            );
            drop(read.as_probe());
        }
        let good = answer(200, &[JSON], &text);
        drop(good.json::<wire::Introspection>());
        drop(good.json::<wire::Organization>());
        drop(good.json::<wire::Discovery>());
        drop(good.json::<Vec<wire::Role>>());
        drop(good.json::<Vec<wire::Grant>>());
    });
}

crate::fuzz::both!(
    feed_answers,
    no_hostile_answer_panics_or_makes_wait_for_ever,
    soak_of_hostile_answers
);
