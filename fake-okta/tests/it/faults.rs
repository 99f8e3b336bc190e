//! Faults of the transport and of the token response.

use std::time::{Duration, Instant};

use fake_okta::{Effect, Fault};
use serde_json::{Value, json};

use crate::support::browser::http;
use crate::support::{Setup, header, raw, text};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn a_rate_limited_answer_has_oktas_body_and_headers() {
    let setup = Setup::start().await;
    let limited = |concurrency| Effect::RateLimited {
        reset_in: 7,
        concurrency,
    };
    setup
        .org
        .faults()
        .add(Fault::on("/oauth2/v1/*", limited(false)).once());
    let (status, body) = setup.client().refresh("x").await;
    assert_eq!((status, text(&body, "errorCode")), (429, "E0000047"));
    let summary = "API call exceeded rate limit due to too many requests.";
    assert_eq!(text(&body, "errorSummary"), summary);
    setup.org.faults().add(Fault::on(DISCOVERY, limited(true)));
    let response = raw(&setup, DISCOVERY).await;
    assert_eq!(header(&response, "x-rate-limit-limit"), "0");
    let reset: i64 = header(&response, "x-rate-limit-reset").parse().unwrap();
    assert!((0..=7).contains(&(reset - setup.fake.clock().now())));
}

#[tokio::test]
async fn answers_can_be_replaced_redirected_and_blown_up() {
    let setup = Setup::start().await;
    let desk = setup.org.faults();
    desk.add(Fault::on(DISCOVERY, Effect::HtmlPage).once());
    desk.add(Fault::on(DISCOVERY, Effect::ServerError).once().after(1));
    let response = raw(&setup, DISCOVERY).await;
    assert_eq!(
        (
            response.status(),
            header(&response, "content-type").as_str()
        ),
        (reqwest::StatusCode::OK, "text/html;charset=utf-8")
    );
    assert_eq!(raw(&setup, DISCOVERY).await.status(), 500);
    desk.add(
        Fault::on(
            DISCOVERY,
            Effect::Redirect {
                to: "http://127.0.0.1:9/".to_owned(),
            },
        )
        .once(),
    );
    assert_eq!(raw(&setup, DISCOVERY).await.status(), 302);
    desk.add(Fault::on(DISCOVERY, Effect::Oversized { bytes: 3 << 20 }).once());
    assert!(raw(&setup, DISCOVERY).await.bytes().await.unwrap().len() > 3 << 20);
    desk.add(Fault::on(DISCOVERY, Effect::GzipBomb { megabytes: 20 }).once());
    let bomb = raw(&setup, DISCOVERY).await;
    assert_eq!(header(&bomb, "content-encoding"), "gzip");
    assert!(bomb.bytes().await.unwrap().len() < 100_000);
    let answer = Effect::Answer {
        status: 503,
        headers: vec![("retry-after".to_owned(), "5".to_owned())],
        body: "later".to_owned(),
    };
    desk.add(Fault::on(DISCOVERY, answer).once());
    let response = raw(&setup, DISCOVERY).await;
    assert_eq!(header(&response, "retry-after"), "5");
    assert_eq!(response.text().await.unwrap(), "later");
    assert_eq!(raw(&setup, DISCOVERY).await.status(), 200);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_was_handled_all_the_same() {
    let setup = Setup::with(|app| app.rotation = fake_okta::Rotation::Rotate { leeway: 30 }).await;
    let body = setup
        .tokens("openid offline_access okta.users.manage")
        .await;
    setup
        .org
        .faults()
        .add(Fault::on_token(Effect::Cut { after: 10 }).once());
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&body, "refresh_token")),
    ];
    let secret = setup.app.client_secret.clone().unwrap();
    let request = http()
        .post(format!("{}/oauth2/v1/token", setup.org.origin()))
        .form(&form);
    let request = request.basic_auth(&setup.app.client_id, Some(secret));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    setup.fake.clock().advance(31);
    assert_eq!(
        setup.client().refresh(text(&body, "refresh_token")).await.0,
        400
    );
}

#[tokio::test]
async fn answers_can_be_late_and_slow() {
    let setup = Setup::start().await;
    for effect in [
        Effect::Delay { ms: 300 },
        Effect::LateAnswer { ms: 300 },
        Effect::Drip {
            chunk: 1000,
            every_ms: 100,
        },
    ] {
        setup
            .org
            .faults()
            .add(Fault::on(DISCOVERY, effect.clone()).once());
        let before = Instant::now();
        let response = raw(&setup, DISCOVERY).await;
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["issuer"], setup.org.origin());
        assert!(before.elapsed() >= Duration::from_millis(300), "{effect:?}");
    }
}

#[tokio::test]
async fn fields_of_a_token_response_can_be_changed_and_dropped() {
    let setup = Setup::start().await;
    let desk = setup.org.faults();
    desk.add(Fault::token_field("token_type", json!("DPoP")).once());
    desk.add(Fault::token_field("expires_in", json!("3600")).once());
    desk.add(Fault::without_token_field("scope").once());
    desk.add(Fault::without_token_field("refresh_token").once());
    let body = setup
        .tokens("openid offline_access okta.users.manage")
        .await;
    assert_eq!(
        (&body["token_type"], &body["expires_in"]),
        (&json!("DPoP"), &json!("3600"))
    );
    assert!(body.get("scope").is_none() && body.get("refresh_token").is_none());
    assert!(desk.list().is_empty());
    let whole = setup
        .tokens("openid offline_access okta.users.manage")
        .await;
    assert_eq!(whole["token_type"], "Bearer");
}
