//! What comes along when something is copied is left out, and what is pasted into the wrong field is
//! neither kept nor shown nor sent.

use fake_okta::AuthMethod;

use crate::support::TestApp;

/// As long as Okta's client secrets.
const SECRET: &str = "Qm3-kd_9sLx0PZt7vWcYbE2uHnR5aJ8fGiKo1MqTlSyXzD4rUwVeCpBhNjA6I3Og";

#[tokio::test]
async fn a_pasted_secret_and_id_work_with_what_came_along() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    let (id, secret) = (&invited.client_id, invited.client_secret.as_ref().unwrap());
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    let console = format!("https://acme-admin.okta.com/admin/app/oidc_client/instance/{id}/");
    for (pasted_id, pasted_secret) in [
        (format!(" {id}\n"), format!("{secret} ")),
        (format!("\u{feff}{id}"), format!("\u{feff}{secret}\r\n")),
        (
            format!("Client ID: {id}"),
            format!("Client secret: {secret}"),
        ),
        (console, format!("\u{200b}\"{secret}\"")),
    ] {
        let form = [
            ("client_auth", "client_secret_basic"),
            ("client_id", pasted_id.as_str()),
            ("client_secret", pasted_secret.as_str()),
        ];
        let answer = browser.post("/onboarding/app", &form).await;
        answer.assert_goes_to("/onboarding/sign-in");
    }
    browser.assert_trying_again_works("ada@acme.example").await;
}

#[tokio::test]
async fn a_secret_in_the_field_for_the_client_id_goes_nowhere() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    app.org("acme").clear_requests();
    for pasted in [SECRET.to_owned(), format!("Client secret: {SECRET}")] {
        let form = [("client_auth", "private_key_jwt"), ("client_id", &pasted)];

        let page = browser.post("/onboarding/app", &form).await;

        page.assert_status(422)
            .assert_says("This looks like a secret, not a client ID.")
            .assert_never_says("What you entered is still here")
            .assert_never_says(SECRET);
    }
    assert!(app.org("acme").requests().is_empty(), "Okta was asked");
    assert!(!app.database.dump().await.contains(SECRET), "it was kept");
    assert!(!app.log.text().contains(SECRET), "it was logged");
}

#[tokio::test]
async fn the_trail_names_only_an_app_that_okta_accepted() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    let named = async |client_id: &str| {
        let lines = format!("audit_events WHERE detail::text LIKE '%{client_id}%'");
        app.database.count(&lines).await
    };
    let unknown = "0oaNobodysClient000";
    let form = [("client_auth", "private_key_jwt"), ("client_id", unknown)];

    browser
        .post("/onboarding/app", &form)
        .await
        .assert_status(422);
    assert_eq!(named(unknown).await, 0);

    browser
        .submit_app(&invited)
        .await
        .assert_goes_to("/onboarding/sign-in");
    assert_eq!(named(&invited.client_id).await, 1);
}
