//! The short way back: same tenant, same connection, same redirect address.

use fake_okta::{AuthMethod, Effect, Fault};
use time::Duration;

use super::{ADA, METHODS, connected, page_of};
use crate::support::{Answer, Browser, Invited, Settings, TestApp};

impl Browser {
    /// From *Connect again* to the page before Okta; gives that page.
    async fn connect_again(&self, invited: &Invited) -> Answer {
        let path = format!("{}/connect", page_of(invited));
        let page = self.get(&path).await;
        page.assert_status(200)
            .assert_says("Connect again")
            .assert_says("What was known before is filled in.");
        assert!(
            page.body
                .contains(&format!("value=\"{}\"", invited.client_id))
        );
        self.press(&path, &form(invited)).await
    }
}

fn form(invited: &Invited) -> [(&str, &str); 3] {
    let secret = invited.client_secret.as_deref();
    let method = secret.map_or("private_key_jwt", |_| "client_secret_basic");
    [
        ("client_auth", method),
        ("client_id", invited.client_id.as_str()),
        ("client_secret", secret.unwrap_or_default()),
    ]
}

async fn finish(browser: &Browser, page: &Answer) -> Answer {
    let okta = page
        .assert_status(200)
        .link("/oauth2/v1/authorize")
        .unwrap();
    let back = browser.sign_in_at_okta(&okta, ADA).await;
    browser.follow(back.as_str()).await
}

#[tokio::test]
async fn an_administrator_connects_again_in_place_with_one_form_and_one_sign_in() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (invited, browser) = connected(&app, method).await;
        browser.disconnect(&invited).await;

        let leaving = browser.connect_again(&invited).await;
        let page = finish(&browser, &leaving).await;

        page.assert_status(200)
            .assert_says("All 25 permissions are granted.");
        assert_eq!(page.url.path(), page_of(&invited));
        assert_eq!(app.state().await, "connected");
        assert_eq!(app.database.count("connections").await, 1);
        let id = format!("connections WHERE id = '{}'", invited.connection);
        assert_eq!(
            app.database.count(&id).await,
            1,
            "it is the same connection"
        );
        let told = "outbox_events WHERE type = 'connection.connected'";
        assert_eq!(app.database.count(told).await, 2);
        // Its new tokens come after the old ones, so that those do not open if they are put back.
        let generations = app
            .database
            .column("SELECT generation::text FROM token_sets")
            .await;
        assert_eq!(generations, ["2"]);
        assert!(!app.revoke_once().await, "nothing that lives is revoked");
    }
}

#[tokio::test]
async fn a_key_is_made_anew_and_the_old_one_is_served_only_while_it_signs() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    let jwks = format!("/oauth/jwks/{}", invited.connection);
    let keys = async |count: usize| -> Vec<String> {
        let answer = app.browser().get(&jwks).await;
        let set: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let keys = set["keys"].as_array().unwrap();
        assert_eq!(keys.len(), count, "{set}");
        keys.iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    };
    let old = keys(1).await;
    app.org("acme")
        .faults()
        .add(Fault::on("/oauth2/v1/revoke", Effect::ServerError).times(2));
    browser.disconnect(&invited).await;
    assert_eq!(keys(1).await, old, "Okta needs it for the revocation");

    let leaving = browser.connect_again(&invited).await;

    leaving.assert_status(200);
    let both = keys(2).await;
    assert!(both[0] != old[0] && both[1] == old[0]);
    finish(&browser, &leaving).await.assert_status(200);
    for _ in 0..3 {
        app.advance(Duration::minutes(5));
        app.revoke_once().await;
    }
    assert_eq!(app.outcomes().await, ["disconnected revoked"]);
    assert_eq!(keys(1).await, both[..1]);
    let live = app.live_refresh_token(&invited).await;
    assert!(app.org("acme").live_tokens().0.contains(&live));
}

#[tokio::test]
async fn a_secret_is_asked_for_again_and_a_wrong_one_is_told_beside_its_field() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::ClientSecretBasic).await;
    browser.disconnect(&invited).await;
    let path = format!("{}/connect", page_of(&invited));
    let mut typed = form(&invited);

    typed[2].1 = "";
    let missing = browser.post(&path, &typed).await;
    typed[2].1 = "CANARY-not-the-secret";
    let wrong = browser.post(&path, &typed).await;

    missing
        .assert_status(422)
        .assert_says("Enter the app's client secret");
    wrong
        .assert_status(422)
        .assert_says("One thing is not right yet")
        .assert_never_says("CANARY");
    let before_okta = browser
        .get(&format!("{}/authorize", page_of(&invited)))
        .await;
    before_okta.assert_goes_to(&path);
    let leaving = browser.connect_again(&invited).await;
    finish(&browser, &leaving).await.assert_status(200);
    assert_eq!(app.state().await, "connected");
}

#[tokio::test]
async fn a_new_link_leads_the_short_way_too() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (invited, _) = connected(&app, method).await;
        app.disconnect(&invited).await;
        let browser = app.browser();
        let link = app.another_link(&invited).await;
        browser.get(&link).await.assert_goes_to("/onboarding");
        let cover = browser.get("/onboarding").await;
        cover.assert_says("What was entered then is known");

        let begun = browser.post("/onboarding/begin", &[]).await;

        begun.assert_goes_to("/onboarding/app");
        let page = browser.get("/onboarding/app").await;
        assert!(
            page.body
                .contains(&format!("value=\"{}\"", invited.client_id))
        );
        let submitted = browser.submit_app(&invited).await;
        submitted.assert_goes_to("/onboarding/sign-in");
        let page = browser.authorize(ADA).await;
        page.assert_says("All 25 permissions are granted.");
        assert_eq!(app.state().await, "connected");
    }
}

#[tokio::test]
async fn where_the_catalog_has_changed_a_link_asks_for_consent_and_the_page_names_what_is_new() {
    let before = Settings {
        not_asked_yet: &["okta.appGrants.manage"],
        ..Settings::default()
    };
    let mut app = TestApp::start_with(before).await;
    let (invited, browser) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    app.disconnect(&invited).await;
    app.release(Settings::default()).await;

    let page = browser.get(&format!("{}/connect", page_of(&invited))).await;
    page.assert_says("Northvault asks for one more permission")
        .assert_says("okta.appGrants.manage");
    let holder = app.browser();
    let link = app.another_link(&invited).await;
    holder.get(&link).await.assert_status(303);
    let begun = holder.post("/onboarding/begin", &[]).await;
    begun.assert_goes_to("/onboarding/permissions");
}

#[tokio::test]
async fn a_connection_that_begins_anew_is_held_like_a_new_one() {
    let mut app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    browser.disconnect(&invited).await;
    let held = Settings {
        hold_new_connections: true,
        ..Settings::default()
    };
    app.release(held).await;

    let leaving = browser.connect_again(&invited).await;
    let page = finish(&browser, &leaving).await;

    page.assert_says("Everything is done on your side.")
        .assert_says("none of Northvault's programs gets a token");
    assert_eq!(app.state().await, "on_hold");
}

#[tokio::test]
async fn a_returning_administrator_signs_in_where_the_app_proves_itself_with_a_key() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    app.disconnect(&invited).await;
    let browser = app.browser();

    let page = browser
        .sign_in(&app, "acme", ADA, Some(invited.tenant))
        .await;

    page.assert_status(200)
        .assert_says("Connect again")
        .assert_says("Okta has confirmed that the tokens are revoked");
    assert_eq!(
        app.state().await,
        "disconnected",
        "to sign in is not to connect"
    );
    assert_eq!(app.database.count("token_sets").await, 0);
    let leaving = browser.connect_again(&invited).await;
    finish(&browser, &leaving).await.assert_status(200);
}

#[tokio::test]
async fn where_nobody_can_be_recognised_any_more_the_front_page_says_whom_to_ask() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (invited, _) = connected(&app, method).await;
        app.disconnect(&invited).await;
        // As the page told them to.
        app.org("acme").remove_app(&invited.client_id);

        let page = app.browser().begin_sign_in(&app, "acme", None).await;

        page.assert_status(422)
            .assert_says("This connection was ended")
            .assert_says("ask support@northvault.example for an onboarding link");
    }
}

#[tokio::test]
async fn a_colleague_who_was_asked_to_mend_something_finds_the_link_ended() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    let path = format!("{}/hand-off", page_of(&invited));
    let page = browser.post(&path, &[("reason", "")]).await;
    let link = page.between("<code>", "</code>").unwrap().to_owned();
    app.disconnect(&invited).await;

    let opened = app.browser().get(&link).await;
    let another = browser.post(&path, &[("reason", "")]).await;

    opened.assert_status(410);
    another.assert_status(404);
}
