//! *Grant them for me* writes with the token of the person who presses, and with no other.

use fake_okta::{Effect, Fault};
use grantway::domain::api_key::ApiRole;
use time::Duration;

use super::{
    ADA, CONFIRMED, OLGA, another_super_administrator, by_another_link, page_of, with_a_gap,
};
use crate::support::outcome::eventually;
use crate::support::{Browser, Invited, Settings, TestApp};

/// From the confirmation's sign-in back to the confirmation.
async fn sign_in_to_grant(browser: &Browser, invited: &Invited, login: &str) {
    let grants = format!("{}/grants", page_of(invited));
    let page = browser.follow(&grants).await;
    assert_eq!(page.url.path(), format!("{grants}/authorize"));
    let authorize = page.link("/oauth2/v1/authorize").unwrap();
    let back = browser.sign_in_at_okta(&authorize, login).await;
    let landed = browser.follow(back.as_str()).await;
    assert_eq!(landed.url.path(), grants);
    landed.assert_status(200);
}

#[tokio::test]
async fn nobody_writes_with_a_colleagues_token() {
    let app = TestApp::start().await;
    let (invited, ada) = with_a_gap(&app).await;
    another_super_administrator(&app);
    let (olga, landed) = by_another_link(&app, &invited, OLGA).await;
    assert_eq!(landed.url.path(), page_of(&invited));
    let grants = format!("{}/grants", page_of(&invited));

    // Both are Super Administrators of a moment ago, but the live token is Olga's.
    ada.post(&grants, &CONFIRMED)
        .await
        .assert_goes_to(&format!("{grants}/authorize"));
    assert_eq!(app.grants_written(&invited), 0);

    olga.post(&grants, &CONFIRMED).await.assert_status(200);
    assert_eq!(app.grants_written(&invited), 3);
}

#[tokio::test]
async fn an_old_sign_in_signs_in_again_and_comes_back_to_the_question() {
    let app = TestApp::start().await;
    let (invited, ada) = with_a_gap(&app).await;
    app.advance(Duration::minutes(16));
    let grants = format!("{}/grants", page_of(&invited));
    ada.post(&grants, &CONFIRMED)
        .await
        .assert_goes_to(&format!("{grants}/authorize"));
    assert_eq!(app.grants_written(&invited), 0);

    sign_in_to_grant(&ada, &invited, ADA).await;
    ada.post(&grants, &CONFIRMED).await.assert_status(200);

    assert_eq!(app.grants_written(&invited), 3);
}

#[tokio::test]
async fn nothing_is_written_while_the_vendor_holds_the_connection() {
    let app = TestApp::start_with(Settings {
        hold_new_connections: true,
        ..Settings::default()
    })
    .await;
    let (invited, ada) = with_a_gap(&app).await;

    let answer = ada
        .post(&format!("{}/grants", page_of(&invited)), &[])
        .await;

    assert_ne!(answer.status, 200, "{}", answer.words());
    assert_eq!(app.grants_written(&invited), 0);
}

/// What ends while the first of three is written.
async fn written_when(end: impl AsyncFnOnce(&TestApp, &Invited)) -> (usize, u16) {
    let app = TestApp::start().await;
    let (invited, ada) = with_a_gap(&app).await;
    let grants = format!("{}/grants", page_of(&invited));
    let path = format!("/api/v1/apps/{}/grants", invited.client_id);
    let late = Fault::on(&path, Effect::LateAnswer { ms: 1_500 });
    app.org("acme").faults().add(late.method("POST").once());

    let (answer, ()) = tokio::join!(ada.post(&grants, &CONFIRMED), async {
        eventually("the first is written", async || {
            app.grants_written(&invited) == 1
        })
        .await;
        end(&app, &invited).await;
    });

    assert_eq!(app.noted("grants.added").await, 1, "the first is told");
    (app.grants_written(&invited), answer.status)
}

#[tokio::test]
async fn what_ends_amid_the_writing_ends_the_writing() {
    let removed = written_when(async |app, invited| {
        let person = app.person(ADA).await;
        let path = format!("/tenants/{}/people/{person}", invited.tenant);
        let vendor = app.caller(ApiRole::Onboarding).await;
        assert!(vendor.delete(&path).await.status < 300);
    })
    .await;
    let disconnected = written_when(async |app, invited| {
        let path = format!("/tenants/{}/connection", invited.tenant);
        let vendor = app.caller(ApiRole::Onboarding).await;
        assert!(vendor.delete(&path).await.status < 300);
    })
    .await;

    for (written, status) in [removed, disconnected] {
        assert_eq!(written, 1);
        assert_ne!(status, 200);
    }
}
