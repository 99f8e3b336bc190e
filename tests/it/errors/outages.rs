//! Okta itself in trouble while the code is on its way: gone, slow, busy, broken or babbling.

use fake_okta::{Effect, Fault};

use crate::support::{Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";

async fn came_back(app: &TestApp) -> (Invited, Browser, url::Url) {
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    (invited, browser, back)
}

#[tokio::test]
async fn okta_that_is_gone_is_not_blamed_on_the_app() {
    let mut app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    let outage = app.stop_okta().await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(503, "Okta cannot be reached right now")
        .assert_says("What you entered is kept")
        .assert_leads_on_to("/onboarding/sign-in");
    app.outcome(&invited).await.assert_nothing_stored();
    app.start_okta(outage).await;
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn okta_that_breaks_off_its_token_response_loses_nothing_but_the_sign_in() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    app.org("acme")
        .faults()
        .add(Fault::on_token(Effect::Cut { after: 20 }).once());

    let page = browser.get(back.as_str()).await;

    page.assert_explains(503, "Okta cannot be reached right now");
    assert_eq!(app.code_exchanges("acme"), 1, "a code is never sent twice");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn okta_that_is_slow_is_waited_for_fifteen_seconds() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    app.org("acme")
        .faults()
        .add(Fault::on_token(Effect::Delay { ms: 60_000 }).once());

    let page = browser.get(back.as_str()).await;

    page.assert_explains(503, "Okta did not answer in time");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn okta_s_rate_limit_is_passed_on_with_its_own_end() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    let busy = Effect::RateLimited {
        reset_in: 42,
        concurrency: false,
    };
    app.org("acme").faults().add(Fault::on_token(busy).once());

    let page = browser.get(back.as_str()).await;

    page.assert_explains(503, "Okta asks us to slow down");
    let wait: u64 = page.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((40..=42).contains(&wait), "{wait}");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn okta_that_answers_nonsense_is_not_believed() {
    let app = TestApp::start().await;
    let cases = [
        (Effect::HtmlPage, "Okta's answer made no sense"),
        (Effect::ServerError, "Okta has a problem of its own"),
        (
            Effect::Redirect {
                to: "https://attacker.example/".to_owned(),
            },
            "Okta's answer made no sense",
        ),
        (
            Effect::Oversized { bytes: 2 << 20 },
            "Okta's answer made no sense",
        ),
        (
            Effect::GzipBomb { megabytes: 10 },
            "Okta's answer made no sense",
        ),
    ];
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    for (effect, title) in cases {
        app.org("acme").faults().add(Fault::on_token(effect).once());

        let page = browser.authorize(ADA).await;

        page.assert_explains(503, title)
            .assert_never_says("attacker.example");
        app.outcome(&invited).await.assert_nothing_stored();
    }
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn an_outage_at_the_check_keeps_what_was_typed() {
    let mut app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    let outage = app.stop_okta().await;

    let page = browser
        .post(
            "/onboarding/app",
            &[
                ("client_auth", "private_key_jwt"),
                ("client_id", &invited.client_id),
            ],
        )
        .await;

    page.assert_explains(503, "Okta cannot be reached right now")
        .assert_leads_on_to("/onboarding/app");
    let kept = browser.get("/onboarding/app").await;
    assert!(
        kept.body
            .contains(&format!("value=\"{}\"", invited.client_id))
    );
    app.start_okta(outage).await;
    browser
        .submit_app(&invited)
        .await
        .assert_goes_to("/onboarding/sign-in");
    browser.assert_trying_again_works(ADA).await;
}
