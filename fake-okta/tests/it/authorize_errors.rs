//! What the authorization endpoint refuses, where it says so, and in which words.

use fake_okta::{ApplicationType, PersonStatus};

use crate::support::{ADA, Browser, CALLBACK, Setup, query_of, value};

const SCOPE: &str = "openid okta.users.manage";

/// Error and description at the callback after changes to the parameters.
async fn refused(setup: &Setup, changes: &[(&str, &str)]) -> (String, String) {
    let url = setup.client().authorize_url_with(SCOPE, changes);
    let location = Browser::new().get(&url).await.location();
    assert!(location.starts_with(CALLBACK), "{location}");
    let query = query_of(&location);
    assert!(query.iter().all(|(name, _)| name != "code"));
    (value(&query, "error"), value(&query, "error_description"))
}

#[tokio::test]
async fn a_client_or_redirect_address_that_is_not_known_is_refused_on_oktas_own_page() {
    let setup = Setup::start().await;
    let unknown = "Invalid value for &#39;client_id&#39; parameter.";
    let unregistered = "The &#39;redirect_uri&#39; parameter must be a Login redirect URI in the \
                        client app settings.";
    let longer = format!("{CALLBACK}/");
    let cases = [
        ([("client_id", "0oaUnknown")], unknown),
        ([("client_id", "")], unknown),
        ([("redirect_uri", longer.as_str())], unregistered),
        (
            [("redirect_uri", "http://127.0.0.1:9/CALLBACK")],
            unregistered,
        ),
        ([("redirect_uri", "")], unregistered),
    ];
    for (changes, words) in cases {
        let url = setup.client().authorize_url_with(SCOPE, &changes);
        let page = Browser::new().get(&url).await;
        assert_eq!(
            (page.status, page.location.as_ref()),
            (400, None),
            "{changes:?}"
        );
        assert!(page.body.contains(words), "{}", page.body);
        assert!(
            page.body
                .contains("Fake Okta — for tests and demonstrations")
        );
    }
}

#[tokio::test]
async fn a_deactivated_or_a_service_app_is_refused_on_oktas_own_page() {
    let setup = Setup::start().await;
    let url = setup.client().authorize_url(SCOPE);
    setup.org.deactivate_app(&setup.app.client_id);
    assert_eq!(Browser::new().get(&url).await.status, 400);
    setup.org.activate_app(&setup.app.client_id);
    assert_eq!(Browser::new().get(&url).await.status, 200);
    let service = |app: &mut fake_okta::App| app.application_type = ApplicationType::Service;
    setup.org.update_app(&setup.app.client_id, service);
    assert_eq!(Browser::new().get(&url).await.status, 400);
}

#[tokio::test]
async fn faulty_parameters_go_back_to_the_client_in_oktas_words() {
    let setup = Setup::start().await;
    let state = "The authentication request has an invalid 'state' parameter.";
    let unknown = "One or more scopes are not configured for the authorization server resource.";
    let openid = "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' \
                  scope.";
    let cases = [
        (("state", ""), "invalid_request", state),
        (("state", "a+b/c="), "invalid_request", state),
        (("scope", ""), "invalid_scope", "No scopes were requested."),
        (
            ("scope", "openid okta.cats.manage"),
            "invalid_scope",
            unknown,
        ),
        (
            ("scope", "profile okta.users.manage"),
            "invalid_scope",
            openid,
        ),
        (
            ("response_type", "token"),
            "unsupported_response_type",
            "The response type is not supported by the authorization server. Configured response \
             types: [code].",
        ),
        (
            ("code_challenge", "no+good"),
            "invalid_request",
            "PKCE code challenge contains illegal characters.",
        ),
        (
            ("code_challenge_method", "plain"),
            "invalid_request",
            "PKCE code challenge method is not supported. Valid values: [S256]",
        ),
        (
            ("max_age", "-1"),
            "invalid_request",
            "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.",
        ),
        (
            ("prompt", "none"),
            "login_required",
            "The client specified not to prompt, but the user is not logged in.",
        ),
        (
            ("request_uri", "https://example.com/request"),
            "request_uri_not_supported",
            "The authorize request uri is not supported by this client.",
        ),
    ];
    for (change, error, description) in cases {
        let got = refused(&setup, &[change]).await;
        assert_eq!(
            got,
            (error.to_owned(), description.to_owned()),
            "{change:?}"
        );
    }
}

#[tokio::test]
async fn a_parameter_that_is_sent_twice_is_refused() {
    let setup = Setup::start().await;
    let url = setup.client().authorize_url(SCOPE);
    let query = query_of(
        &Browser::new()
            .get(&format!("{url}&nonce=again"))
            .await
            .location(),
    );
    let wanted = "The request contained multiple parameters with the same name.";
    assert_eq!(value(&query, "error_description"), wanted);
    assert_eq!(
        Browser::new()
            .get(&format!("{url}&client_id=again"))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn an_app_that_requires_pkce_refuses_a_request_without_it() {
    let setup = Setup::with(|app| app.pkce_required = true).await;
    let got = refused(
        &setup,
        &[("code_challenge", ""), ("code_challenge_method", "")],
    )
    .await;
    assert_eq!(got.1, "PKCE code challenge is required by the application.");
}

#[tokio::test]
async fn a_person_who_is_not_assigned_is_sent_back_and_so_is_one_who_cancels() {
    let setup = Setup::with(|app| {
        app.everyone = false;
        app.assigned = vec!["oscar@acme.example".to_owned()];
    })
    .await;
    let query = setup.authorize(SCOPE).await;
    assert_eq!(value(&query, "error"), "access_denied");
    let wanted = "User is not assigned to the client application.";
    assert_eq!(value(&query, "error_description"), wanted);
    assert_eq!(value(&query, "state"), "state-1");

    let page = Browser::new()
        .get(&setup.client().authorize_url(SCOPE))
        .await;
    let query = query_of(&page.cancel().await.location());
    assert_eq!(value(&query, "error"), "access_denied");
    let wanted = "The resource owner or authorization server denied the request.";
    assert_eq!(value(&query, "error_description"), wanted);
}

#[tokio::test]
async fn consent_is_required_when_no_api_scope_is_left() {
    let setup = Setup::start().await;
    let query = setup
        .authorize("openid okta.groups.manage okta.apps.read")
        .await;
    assert_eq!(value(&query, "error"), "consent_required");
    let wanted = "You are not allowed any of the requested scopes.";
    assert_eq!(value(&query, "error_description"), wanted);
    let plain = setup.authorize("openid profile email").await;
    assert!(value(&plain, "code").starts_with("fakeokta_code_"));
}

#[tokio::test]
async fn a_wrong_password_and_a_suspended_person_see_the_form_again() {
    let setup = Setup::start().await;
    let url = setup
        .client()
        .authorize_url_with(SCOPE, &[("login_hint", ADA)]);
    let page = Browser::new().get(&url).await;
    assert!(page.body.contains(&format!("value=\"{ADA}\"")));
    let again = page.sign_in_with(ADA, "wrong").await;
    assert_eq!(again.status, 401);
    assert!(again.body.contains("Unable to sign in"));
    assert!(again.sign_in(ADA).await.location().starts_with(CALLBACK));
    setup.org.set_status(ADA, PersonStatus::Suspended);
    assert_eq!(page.sign_in(ADA).await.status, 401);
}

#[tokio::test]
async fn a_session_ends_with_the_persons_suspension_and_at_sign_out() {
    let setup = Setup::start().await;
    let browser = Browser::new();
    let url = setup.client().authorize_url(SCOPE);
    browser.get(&url).await.sign_in(ADA).await;
    setup.org.set_status(ADA, PersonStatus::Suspended);
    assert_eq!(browser.get(&url).await.status, 200);
    setup.org.set_status(ADA, PersonStatus::Active);
    assert_eq!(browser.get(&url).await.status, 302);
    let home = browser
        .post(&format!("{}/login/signout", setup.org.origin()), &[])
        .await;
    assert!(home.follow().await.body.contains("sign-in-link"));
    assert_eq!(browser.get(&url).await.status, 200);
}

#[tokio::test]
async fn a_form_that_another_site_sends_is_refused() {
    let setup = Setup::start().await;
    let request = crate::support::browser::http()
        .post(format!("{}/login", setup.org.origin()))
        .header("origin", "https://attacker.example")
        .form(&[("username", ADA), ("password", "fakeokta_pw_ada")]);
    assert_eq!(Browser::new().send(request).await.status, 403);
}

#[tokio::test]
async fn answers_come_by_fragment_or_form_where_the_request_says_so() {
    let setup = Setup::start().await;
    let url = setup
        .client()
        .authorize_url_with(SCOPE, &[("response_mode", "fragment")]);
    let page = Browser::new().get(&url).await.sign_in(ADA).await;
    assert!(page.location().starts_with(&format!("{CALLBACK}#code=")));
    let url = setup
        .client()
        .authorize_url_with(SCOPE, &[("response_mode", "form_post")]);
    let page = Browser::new().get(&url).await.sign_in(ADA).await;
    assert!(page.input("code").starts_with("fakeokta_code_"));
    let got = refused(&setup, &[("response_mode", "okta_post_message")]).await;
    assert_eq!(got.0, "unsupported_response_mode");
}
