//! An answer counts once, in the browser that began, for ten minutes.

use fake_okta::{CallbackFault, DiscoveryFault, Fault};
use time::Duration;

use crate::support::TestApp;
use crate::support::staff::{ORGANIZATION, SAM};
use crate::support::way_back::with_parameter;

fn exchanges(app: &TestApp) -> usize {
    app.code_exchanges(ORGANIZATION)
}

#[tokio::test]
async fn an_answer_without_its_state_or_with_another_costs_no_token_call() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let back = browser.staff_way_back(SAM).await;
    let unknown = "A".repeat(43);
    for (address, title) in [
        (
            with_parameter(&back, "state", None),
            "This answer is incomplete",
        ),
        (
            with_parameter(&back, "code", None),
            "This answer is incomplete",
        ),
        (
            with_parameter(&back, "error", Some("x")),
            "This answer is incomplete",
        ),
        (
            format!("{back}&state=again").parse().unwrap(),
            "This answer is incomplete",
        ),
        (
            with_parameter(&back, "state", Some(&unknown)),
            "This sign-in was not begun here",
        ),
    ] {
        let page = browser.get(address.as_str()).await;
        page.assert_explains(400, title)
            .assert_leads_on_to("/staff/sign-in");
    }
    assert_eq!(exchanges(&app), 0);
    // None of that cost the attempt.
    browser
        .follow(back.as_str())
        .await
        .assert_says("Find a customer");
}

#[tokio::test]
async fn another_browser_cannot_finish_a_sign_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let back = browser.staff_way_back(SAM).await;
    let begun_too = app.browser();
    begun_too.staff_departure(None).await;
    for stranger in [app.browser(), begun_too, app.staff_browser(SAM).await] {
        let page = stranger.get(back.as_str()).await;
        page.assert_explains(400, "This sign-in was begun in another browser");
    }
    assert_eq!(exchanges(&app), 1, "the third browser's own sign-in");
    browser.follow(back.as_str()).await.assert_status(200);
}

#[tokio::test]
async fn a_replay_finds_the_attempt_spent_after_success_and_after_failure() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let back = browser.staff_way_back(SAM).await;
    browser.get(back.as_str()).await.assert_goes_to("/support");
    let page = browser.get(back.as_str()).await;
    page.assert_explains(400, "This sign-in was finished before");
    // Whoever was signed in by it still is.
    browser.get("/support").await.assert_status(200);

    let other = app.browser();
    let departure = other.staff_departure(None).await;
    let cancelled = other.cancel_at_okta(&departure).await;
    let page = other.get(cancelled.as_str()).await;
    page.assert_explains(400, "The identity provider did not sign you in")
        .assert_says("The identity provider said");
    let page = other.get(cancelled.as_str()).await;
    page.assert_explains(400, "This sign-in was finished before");
    assert_eq!(exchanges(&app), 1);
}

#[tokio::test]
async fn of_two_answers_at_once_one_signs_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let back = browser.staff_way_back(SAM).await;

    let (one, other) = tokio::join!(browser.get(back.as_str()), browser.get(back.as_str()));

    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [303, 400]);
    assert_eq!(exchanges(&app), 1);
    let live = "staff_sessions WHERE staff_id IS NOT NULL AND revoked_at IS NULL";
    assert_eq!(app.database.count(live).await, 1);
}

#[tokio::test]
async fn after_ten_minutes_the_answer_comes_too_late() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let back = browser.staff_way_back(SAM).await;
    app.advance(Duration::minutes(10));

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "This sign-in took too long");
    assert_eq!(exchanges(&app), 0);
}

#[tokio::test]
async fn the_issuer_of_an_answer_is_checked_where_it_comes_or_was_promised() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    let promised = || org.faults().add(DiscoveryFault::IssParameterAdvertised);
    let browser = app.browser();
    org.faults()
        .add(Fault::from(CallbackFault::IssuerWrong).once());
    let page = browser.sign_in_as_staff(SAM).await;
    page.assert_explains(400, "Another provider answered");
    promised();
    let page = browser.sign_in_as_staff(SAM).await;
    page.assert_explains(400, "Another provider answered");
    assert_eq!(exchanges(&app), 0);

    org.faults().clear();
    promised();
    org.faults()
        .add(Fault::from(CallbackFault::IssuerRight).once());
    browser.sign_in_as_staff(SAM).await.assert_status(200);
}

#[tokio::test]
async fn hostile_words_of_a_provider_stay_words() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let departure = browser.staff_departure(None).await;
    let cancelled = browser.cancel_at_okta(&departure).await;
    let hostile = "<script>alert(1)</script>\r\njavascript:x \u{202e}txt";
    let bent = with_parameter(&cancelled, "error_description", Some(hostile));

    let page = browser.get(bent.as_str()).await;

    page.assert_status(400);
    assert!(!page.body.contains("<script>alert"));
    assert!(!page.body.contains('\u{202e}'));
}

#[tokio::test]
async fn a_form_that_another_site_sends_signs_nobody_out() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;
    let cross = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];

    let answer = browser
        .send(reqwest::Method::POST, "/staff/sign-out", Some(&[]), &cross)
        .await;

    answer.assert_status(403);
    browser.get("/support").await.assert_status(200);
}
