//! The choice of a weaker sign-in: a Super Administrator's alone, who has seen both numbers.

use fake_okta::AuthMethod;

use super::{ADA, LEFT_OUT, OSCAR, by_another_link, connected, page_of};
use crate::support::{Browser, Invited, TestApp};

/// Ada authorizes again after three grants were taken away: held, because she never said that she
/// wanted less.
async fn held(app: &TestApp) -> (Invited, Browser) {
    let (invited, ada) = connected(app).await;
    for scope in LEFT_OUT {
        app.org("acme").revoke_grant(&invited.client_id, scope);
    }
    let authorize = ada.press_authorize_again(&invited).await;
    let back = ada.sign_in_at_okta(&authorize, ADA).await;
    let page = ada.follow(back.as_str()).await;
    page.assert_status(200)
        .assert_says("Your earlier sign-in works for 24 permissions , the new one for 21 .");
    (invited, ada)
}

async fn choose(browser: &Browser, invited: &Invited) -> String {
    let held = browser.get(&format!("{}/held", page_of(invited))).await;
    let href = held.link("/held/sign-in").unwrap();
    let page = browser.get(&href).await;
    page.assert_status(200)
        .link("/oauth2/v1/authorize")
        .unwrap()
}

#[tokio::test]
async fn a_super_administrator_chooses_having_seen_both_numbers() {
    let app = TestApp::start().await;
    let (invited, ada) = held(&app).await;

    let authorize = choose(&ada, &invited).await;
    let back = ada.sign_in_at_okta(&authorize, ADA).await;
    let page = ada.follow(back.as_str()).await;

    assert_eq!(page.url.path(), page_of(&invited));
    page.assert_says("22 of 25");
    assert_eq!(app.noted("connection.connected").await, 2);
    ada.get(&format!("{}/held", page_of(&invited)))
        .await
        .assert_goes_to(&page_of(&invited));
}

#[tokio::test]
async fn fewer_than_were_seen_are_held_once_more() {
    let app = TestApp::start().await;
    let (invited, ada) = held(&app).await;
    let authorize = choose(&ada, &invited).await;
    app.org("acme")
        .revoke_grant(&invited.client_id, "okta.groups.manage");

    let back = ada.sign_in_at_okta(&authorize, ADA).await;
    let page = ada.follow(back.as_str()).await;

    assert_eq!(page.url.path(), format!("{}/held", page_of(&invited)));
    page.assert_says("the new one for 20 .");
    assert_eq!(app.noted("connection.connected").await, 1);
}

#[tokio::test]
async fn a_lesser_role_is_not_offered_the_choice_and_cannot_force_it() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    let (oscar, landed) = by_another_link(&app, &invited, OSCAR).await;
    assert!(landed.link("/held/sign-in").is_none());
    let forced = format!("{}/held/sign-in", page_of(&invited));

    let page = oscar.get(&forced).await;
    let authorize = page.link("/oauth2/v1/authorize").unwrap();
    let back = oscar.sign_in_at_okta(&authorize, OSCAR).await;
    let landed = oscar.follow(back.as_str()).await;

    assert_eq!(landed.url.path(), format!("{}/held", page_of(&invited)));
    assert_eq!(app.noted("connection.connected").await, 1);
}

#[tokio::test]
async fn nothing_was_held_in_another_browser() {
    let app = TestApp::start().await;
    let (invited, _) = held(&app).await;
    let elsewhere = app.browser();
    elsewhere
        .sign_in(&app, "acme", ADA, Some(invited.tenant))
        .await
        .assert_status(200);

    for path in ["held", "held/sign-in"] {
        let answer = elsewhere
            .get(&format!("{}/{path}", page_of(&invited)))
            .await;
        assert!(
            matches!(answer.status, 303 | 404),
            "{path}: {}",
            answer.words()
        );
    }
    let other = app
        .invite_with("globex", AuthMethod::PrivateKeyJwt, &app.catalog())
        .await;
    let stranger = app.browser();
    stranger
        .connect(&app, &other, "ada@globex.example")
        .await
        .assert_status(200);
    stranger
        .get(&format!("{}/held", page_of(&invited)))
        .await
        .assert_status(404);
}
