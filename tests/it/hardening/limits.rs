//! How much and how often.

use reqwest::Method;

use crate::support::{Answer, Settings, TestApp, raw};

const KIB: usize = 1024;

async fn limited(trusted_proxies: &'static str) -> TestApp {
    TestApp::start_with(Settings {
        link_openings: 3,
        sign_ins: 3,
        trusted_proxies,
        ..Settings::default()
    })
    .await
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused_with_a_page() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    let before = app.database.snapshot(None).await;
    let secret = "s".repeat(65 * KIB);
    let form = [
        ("client_auth", "client_secret_basic"),
        ("client_id", invited.client_id.as_str()),
        ("client_secret", secret.as_str()),
    ];
    for path in ["/onboarding/app", "/onboarding/organization", "/sign-in"] {
        browser
            .post(path, &form)
            .await
            .assert_status(413)
            .assert_says("That was too much")
            .assert_says("Nothing was changed");
    }
    assert_eq!(app.database.snapshot(None).await, before);
    let fitting = "s".repeat(60 * KIB);
    let answer = browser
        .post("/sign-in", &[("organization", fitting.as_str())])
        .await;
    answer.assert_status(422);
}

#[tokio::test]
async fn a_large_form_of_unnamed_length_is_refused_too() {
    let app = TestApp::start().await;
    let chunk = format!("10000\r\norganization={}\r\n", "x".repeat(0x10000 - 13));
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n\
         {chunk}10\r\nyyyyyyyyyyyyyyyy\r\n0\r\n\r\n"
    );

    let answer = raw::send(&app.url, request.as_bytes()).await;

    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.text.contains("That was too much"));
    assert_eq!(app.database.count("sessions").await, 0);
}

#[track_caller]
fn assert_too_often(answer: &Answer) {
    answer
        .assert_status(429)
        .assert_says("That was too often")
        .assert_says("nothing is lost");
    let seconds: u64 = answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    answer.assert_says(&format!("Try again in {seconds} seconds"));
}

#[tokio::test]
async fn links_cannot_be_tried_without_end() {
    let app = limited("").await;
    let invited = app.invite().await;
    for guess in ["a", "b", "c"] {
        let answer = app.browser().get(&format!("/onboard/{guess}")).await;
        answer.assert_status(404);
    }
    app.log.take_statements_of_requests();

    assert_too_often(&app.browser().get(&invited.link).await);

    assert_eq!(app.log.take_statements_of_requests(), Vec::<String>::new());
    // Everything else goes on.
    for path in ["/", "/signed-out", "/readyz"] {
        app.browser().get(path).await.assert_status(200);
    }
    let form = [("organization", "x")];
    app.browser()
        .post("/sign-in", &form)
        .await
        .assert_status(422);
}

#[tokio::test]
async fn sign_ins_cannot_be_begun_without_end() {
    let app = limited("").await;
    let form = [("organization", "x")];
    for _ in 0..3 {
        app.browser()
            .post("/sign-in", &form)
            .await
            .assert_status(422);
    }
    let before = app.database.snapshot(None).await;

    let answer = app.browser().post("/sign-in", &form).await;

    assert_too_often(&answer);
    assert_eq!(app.database.snapshot(None).await, before);
    app.browser().get("/").await.assert_status(200);
}

async fn open_from(app: &TestApp, forwarded: &str) -> u16 {
    let headers = [("x-forwarded-for", forwarded)];
    let answer = app
        .browser()
        .send(Method::GET, "/onboard/guess", None, &headers)
        .await;
    answer.status
}

#[tokio::test]
async fn behind_a_named_proxy_each_address_has_a_count_of_its_own() {
    let app = limited("127.0.0.0/8").await;
    for _ in 0..3 {
        assert_eq!(open_from(&app, "203.0.113.1").await, 404);
    }
    assert_eq!(open_from(&app, "203.0.113.1").await, 429);
    assert_eq!(open_from(&app, "203.0.113.2").await, 404);
    // What stands further left was written by the stranger.
    assert_eq!(open_from(&app, "198.51.100.7, 203.0.113.1").await, 429);
    assert_eq!(open_from(&app, "203.0.113.1, 127.0.0.9").await, 429);
}

#[tokio::test]
async fn a_strangers_forwarded_address_is_not_believed() {
    for trusted in ["", "10.0.0.0/8"] {
        let app = limited(trusted).await;
        for number in 0..3 {
            let forwarded = format!("203.0.113.{number}");
            assert_eq!(open_from(&app, &forwarded).await, 404);
        }
        assert_eq!(open_from(&app, "203.0.113.99").await, 429);
    }
}

#[tokio::test]
async fn a_whole_ipv6_network_counts_as_one_address() {
    let app = limited("127.0.0.0/8").await;
    for number in 0..3 {
        let forwarded = format!("2001:db8:1:2:{number:x}::{number:x}");
        assert_eq!(open_from(&app, &forwarded).await, 404);
    }
    assert_eq!(open_from(&app, "2001:db8:1:2:ffff::1").await, 429);
    assert_eq!(open_from(&app, "2001:db8:1:3::1").await, 404);
}

#[tokio::test]
async fn a_forwarded_address_with_its_port_is_read_as_the_address() {
    let app = limited("127.0.0.0/8").await;
    for port in 0..3 {
        let forwarded = format!("203.0.113.1:{}", 40_000 + port);
        assert_eq!(open_from(&app, &forwarded).await, 404);
    }
    assert_eq!(open_from(&app, "203.0.113.1:50000").await, 429);
    assert_eq!(open_from(&app, "203.0.113.2:50000").await, 404);
    for port in 0..3 {
        let forwarded = format!("[2001:db8::1]:{}", 40_000 + port);
        assert_eq!(open_from(&app, &forwarded).await, 404);
    }
    assert_eq!(open_from(&app, "[2001:db8::1]").await, 429);
    assert_eq!(open_from(&app, "[2001:db8:0:1::1]:1").await, 404);
}

#[tokio::test]
async fn answers_and_key_sets_cannot_be_asked_for_without_end() {
    let app = TestApp::start_with(Settings {
        callbacks: 3,
        key_sets: 4,
        ..Settings::default()
    })
    .await;
    let invited = app.invite().await;
    let browser = app.browser();
    let keys = format!("/oauth/jwks/{}", invited.connection);
    let answer = format!(
        "/oauth/callback/{}?state=guess&code=guess",
        invited.connection
    );
    for _ in 0..3 {
        browser.get(&answer).await.assert_status(400);
    }
    for _ in 0..4 {
        browser.get(&keys).await.assert_status(200);
    }
    app.log.take_statements_of_requests();

    assert_too_often(&browser.get(&answer).await);
    assert_too_often(&browser.get(&keys).await);

    assert_eq!(app.log.take_statements_of_requests(), Vec::<String>::new());
    browser.get("/").await.assert_status(200);
}
