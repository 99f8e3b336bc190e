//! What the check before leaving finds stands beside its field; what was typed is kept, and a secret
//! is never sent back.

use fake_okta::AuthMethod;

use crate::support::{Answer, Invited, TestApp};

/// A typed secret that must never come back to the page.
const CANARY: &str = "canary-secret-31415926535";

/// One problem, beside this field and in the summary, with the typed client id kept.
#[track_caller]
fn assert_beside(page: &Answer, field: &str, title: &str, client_id: &str) {
    page.assert_status(422)
        .assert_says("One thing is not right yet")
        .assert_says("What you entered is still here")
        .assert_never_says(CANARY);
    let summary = page.between("<div class=\"summary\"", "</div>").unwrap();
    assert!(summary.contains(&format!("href=\"#{field}\"")), "{summary}");
    let beside = page
        .between(&format!("id=\"{field}-problem\">"), "</div>")
        .unwrap_or_else(|| panic!("nothing beside {field}: {}", page.words()));
    assert!(beside.contains(title), "{beside}");
    assert!(beside.contains("What to do:"), "{beside}");
    assert!(
        page.body.contains(&format!("id=\"{field}\"")),
        "the summary leads nowhere"
    );
    assert!(
        page.body.contains(&format!("value=\"{client_id}\"")),
        "the client id is lost"
    );
    let reference = page.headers["x-request-id"].to_str().unwrap();
    assert!(summary.contains(reference), "{summary}");
}

async fn submitted(app: &TestApp, invited: &Invited, form: [(&str, &str); 3]) -> Answer {
    let browser = app.browser();
    browser.walk_to_app(app, invited).await;
    let page = browser.post("/onboarding/app", &form).await;
    app.outcome(invited).await.assert_nothing_stored();
    // Going on without mending leads back; mending leads on.
    browser
        .get("/onboarding/sign-in")
        .await
        .assert_goes_to("/onboarding");
    let kept = browser.get("/onboarding/app").await;
    kept.assert_status(200).assert_never_says(CANARY);
    page
}

fn by_key(client_id: &str) -> [(&str, &str); 3] {
    [
        ("client_auth", "private_key_jwt"),
        ("client_id", client_id),
        ("client_secret", ""),
    ]
}

fn by_secret(client_id: &str) -> [(&str, &str); 3] {
    [
        ("client_auth", "client_secret_basic"),
        ("client_id", client_id),
        ("client_secret", CANARY),
    ]
}

#[tokio::test]
async fn an_unknown_client_id_stands_beside_its_field() {
    let app = TestApp::start().await;
    let invited = app.invite().await;

    let page = submitted(&app, &invited, by_key("0oaNobodysClient000")).await;

    assert_beside(
        &page,
        "client_id",
        "Okta does not know this client ID",
        "0oaNobodysClient000",
    );
}

#[tokio::test]
async fn a_client_id_that_can_be_none_is_told_without_asking_okta() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    app.org("acme").clear_requests();

    let page = browser
        .post(
            "/onboarding/app",
            &by_key("https://acme.okta.com/\"><script>"),
        )
        .await;

    page.assert_status(422)
        .assert_says("Enter the app's client ID, such as 0oa")
        .assert_never_says("\"><script>");
    assert!(app.org("acme").requests().is_empty());
}

#[tokio::test]
async fn a_wrong_secret_stands_beside_its_field_and_never_comes_back() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;

    let page = submitted(&app, &invited, by_secret(&invited.client_id)).await;

    assert_beside(
        &page,
        "client_secret",
        "Okta refused the client secret",
        &invited.client_id,
    );
    assert!(!app.log.text().contains(CANARY), "the secret was logged");
    assert!(
        !app.database.dump().await.contains(CANARY),
        "the secret lies open"
    );
}

#[tokio::test]
async fn a_secret_for_an_app_with_a_key_is_called_the_wrong_choice() {
    let app = TestApp::start().await;
    let invited = app.invite().await;

    let page = submitted(&app, &invited, by_secret(&invited.client_id)).await;

    let title = "The app proves itself in another way than was chosen here";
    assert_beside(&page, "client_secret", title, &invited.client_id);
}

#[tokio::test]
async fn a_forgotten_secret_is_asked_for() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    let mut form = by_secret(&invited.client_id);
    form[2].1 = " ";

    let page = submitted(&app, &invited, form).await;

    page.assert_status(422)
        .assert_says("Enter the app's client secret, or choose the public key.");
    assert!(
        page.body
            .contains(&format!("value=\"{}\"", invited.client_id))
    );
}

#[tokio::test]
async fn keys_that_were_not_set_stand_beside_their_address() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let org = app.org("acme");
    org.update_app(&invited.client_id, |app| app.jwks_uri = None);

    let page = submitted(&app, &invited, by_key(&invited.client_id)).await;

    // Okta calls an app without keys one of another method.
    let title = "The app proves itself in another way than was chosen here";
    assert_beside(&page, "keys", title, &invited.client_id);
}

#[tokio::test]
async fn keys_of_another_connection_stand_beside_their_address() {
    let app = TestApp::start().await;
    let (invited, other) = (app.invite().await, app.invite().await);
    let others = app.org("acme").app(&other.client_id).unwrap().jwks_uri;
    app.org("acme")
        .update_app(&invited.client_id, |app| app.jwks_uri = others);

    let page = submitted(&app, &invited, by_key(&invited.client_id)).await;

    assert_beside(
        &page,
        "keys",
        "Okta could not verify our key",
        &invited.client_id,
    );
}

#[tokio::test]
async fn a_redirect_address_that_is_not_registered_stands_beside_it() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.org("acme").update_app(&invited.client_id, |app| {
        for uri in &mut app.redirect_uris {
            uri.push('/');
        }
    });

    let page = submitted(&app, &invited, by_key(&invited.client_id)).await;

    let title = "The app does not know our sign-in redirect address";
    assert_beside(&page, "redirect-uri", title, &invited.client_id);
}

#[tokio::test]
async fn a_refresh_token_grant_that_is_off_stands_beside_the_grant_types() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.org("acme").update_app(&invited.client_id, |app| {
        app.grant_types = vec!["authorization_code".to_owned()];
    });

    let page = submitted(&app, &invited, by_key(&invited.client_id)).await;

    assert_beside(
        &page,
        "grant-types",
        "The app may not stay connected",
        &invited.client_id,
    );
}

#[tokio::test]
async fn several_mistakes_are_told_at_once_and_mending_them_leads_on() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let right = app.org("acme").app(&invited.client_id).unwrap();
    app.org("acme").update_app(&invited.client_id, |app| {
        app.redirect_uris.clear();
        app.grant_types = vec!["authorization_code".to_owned()];
    });
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;

    let page = browser.submit_app(&invited).await;

    page.assert_status(422)
        .assert_says("2 things are not right yet")
        .assert_says("The app does not know our sign-in redirect address")
        .assert_says("The app may not stay connected");
    app.org("acme")
        .update_app(&invited.client_id, |app| *app = right);
    browser
        .submit_app(&invited)
        .await
        .assert_goes_to("/onboarding/sign-in");
    browser.assert_trying_again_works("ada@acme.example").await;
}
