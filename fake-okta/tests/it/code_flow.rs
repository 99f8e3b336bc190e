//! Authorization code with PKCE, from the sign-in page to the tokens.

use fake_okta::AuthMethod;
use serde_json::{Value, json};

use crate::support::browser::http;
use crate::support::client::{code_form, send};
use crate::support::{ADA, Browser, CALLBACK, Setup, claims, query_of, text, value};

const SCOPE: &str = "openid profile email offline_access okta.users.manage okta.logs.read";

#[tokio::test]
async fn a_sign_in_leads_to_tokens_that_introspection_knows() {
    let setup = Setup::start().await;
    let callback = setup.authorize(SCOPE).await;
    assert_eq!(value(&callback, "state"), "state-1");
    assert!(value(&callback, "code").starts_with("fakeokta_code_"));

    let (status, body) = setup.client().exchange(&value(&callback, "code")).await;
    assert_eq!(status, 200);
    assert_eq!(text(&body, "token_type"), "Bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(text(&body, "scope"), SCOPE);
    assert!(text(&body, "access_token").starts_with("fakeokta_at_"));
    assert!(text(&body, "refresh_token").starts_with("fakeokta_rt_"));

    let known = setup.client().introspect(text(&body, "access_token")).await;
    assert_eq!(known["active"], true);
    assert_eq!(known["sub"], ADA);
    assert_eq!(known["uid"], json!(setup.org.person(ADA).unwrap().id));
    let known = setup
        .client()
        .introspect(text(&body, "refresh_token"))
        .await;
    let ninety_days = 90 * 24 * 3600;
    assert_eq!(
        known["exp"].as_i64().unwrap() - known["iat"].as_i64().unwrap(),
        ninety_days
    );
}

#[tokio::test]
async fn the_id_token_verifies_with_the_published_keys_and_carries_the_nonce() {
    let setup = Setup::start().await;
    let body = setup.tokens(SCOPE).await;
    let token = text(&body, "id_token");
    let (header, claims) = claims(token);
    let (_, keys) = send(http().get(format!("{}/oauth2/v1/keys", setup.org.origin()))).await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys).unwrap();
    let key = keys.find(header["kid"].as_str().unwrap()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.set_audience(&[&setup.app.client_id]);
    rules.set_issuer(&[setup.org.origin()]);
    let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &rules).unwrap();
    assert_eq!(claims["nonce"], "nonce-1");
    assert_eq!(claims["sub"], json!(setup.org.person(ADA).unwrap().id));
    assert_eq!(claims["preferred_username"], ADA);
    assert_eq!(claims["email"], ADA);
    assert_eq!(claims["name"], "Ada Example");
}

#[tokio::test]
async fn scopes_that_were_not_granted_are_dropped_without_a_word() {
    let setup = Setup::start().await;
    let body = setup
        .tokens("openid okta.users.manage okta.groups.manage")
        .await;
    assert_eq!(text(&body, "scope"), "openid okta.users.manage");
}

#[tokio::test]
async fn offline_access_gives_a_refresh_token_only_where_the_app_has_that_grant_type() {
    let only_code = |app: &mut fake_okta::App| {
        app.grant_types = vec!["authorization_code".to_owned()];
    };
    let setup = Setup::with(only_code).await;
    let body = setup
        .tokens("openid offline_access okta.users.manage")
        .await;
    assert!(body.get("refresh_token").is_none());
    assert_eq!(text(&body, "scope"), "openid okta.users.manage");
}

#[tokio::test]
async fn a_code_works_once_and_its_second_use_revokes_the_tokens() {
    let setup = Setup::start().await;
    let callback = setup.authorize(SCOPE).await;
    let code = value(&callback, "code");
    let (_, body) = setup.client().exchange(&code).await;
    let (status, again) = setup.client().exchange(&code).await;
    assert_eq!(status, 400);
    assert_eq!(text(&again, "error"), "invalid_grant");
    let wanted = "The authorization code is invalid or has expired.";
    assert_eq!(text(&again, "error_description"), wanted);
    let known = setup.client().introspect(text(&body, "access_token")).await;
    assert_eq!(known, json!({"active": false}));
}

#[tokio::test]
async fn a_code_expires_after_five_minutes() {
    let setup = Setup::start().await;
    let callback = setup.authorize(SCOPE).await;
    setup.fake.clock().advance(301);
    let (status, body) = setup.client().exchange(&value(&callback, "code")).await;
    assert_eq!((status, text(&body, "error")), (400, "invalid_grant"));
}

#[tokio::test]
async fn a_wrong_verifier_or_redirect_address_is_told_apart() {
    let setup = Setup::start().await;
    let callback = setup.authorize(SCOPE).await;
    let code = value(&callback, "code");
    let mut form = code_form(&code);
    form[3].1 = "another-verifier-another-verifier-another-verifier";
    let (status, body) = setup.client().token(&form).await;
    assert_eq!((status, text(&body, "error")), (400, "invalid_grant"));
    assert_eq!(
        text(&body, "error_description"),
        "PKCE verification failed."
    );
    let mut form = code_form(&code);
    form[2].1 = "http://127.0.0.1:9/elsewhere";
    let (_, body) = setup.client().token(&form).await;
    assert_eq!(
        text(&body, "error_description"),
        "The 'redirect_uri' does not match the redirection URI used in the authorization request."
    );
    let (_, body) = setup.client().token(&code_form(&code)[..3]).await;
    assert_eq!(
        text(&body, "error_description"),
        "PKCE code verifier is required by the application."
    );
}

#[tokio::test]
async fn a_client_must_use_its_own_authentication_method_and_no_other() {
    let setup = Setup::start().await;
    let secret = setup.app.client_secret.clone().unwrap();
    let id = setup.app.client_id.as_str();
    let client = setup.client();
    let path = "/oauth2/v1/introspect";
    let wrong_method = "Client authentication failed. Either the client or the client credentials \
                        are invalid.";
    let unknown = "Invalid value for 'client_id' parameter.";
    let cases = [
        (
            vec![("client_id", id), ("client_secret", &secret)],
            wrong_method,
        ),
        (vec![("client_id", id)], "No client credentials found."),
        (
            vec![("client_id", "0oaUnknown"), ("client_secret", "x")],
            unknown,
        ),
    ];
    for (form, description) in cases {
        let (status, body) = client.post_bare(path, &form).await;
        assert_eq!((status, text(&body, "error")), (401, "invalid_client"));
        assert_eq!(text(&body, "error_description"), description);
    }
    let both = [
        ("client_id", id),
        ("client_secret", &secret),
        ("token", "x"),
    ];
    let (status, body) = client.post(path, &both).await;
    assert_eq!((status, text(&body, "error")), (401, "invalid_request"));
    assert!(text(&body, "error_description").starts_with("Cannot supply multiple client"));
}

#[tokio::test]
async fn a_wrong_secret_is_401_with_oktas_words() {
    let setup = Setup::start().await;
    let before = setup.client();
    setup.org.rotate_client_secret(&setup.app.client_id);
    let (status, body) = before
        .post("/oauth2/v1/introspect", &[("token", "x")])
        .await;
    assert_eq!((status, text(&body, "error")), (401, "invalid_client"));
    assert_eq!(
        text(&body, "error_description"),
        "The client secret supplied for a confidential client is invalid."
    );
}

#[tokio::test]
async fn a_secret_in_the_body_is_right_for_an_app_that_posts_it() {
    let setup = Setup::with(|app| app.auth_method = AuthMethod::ClientSecretPost).await;
    let secret = setup.app.client_secret.clone().unwrap();
    let form = [
        ("client_id", setup.app.client_id.as_str()),
        ("client_secret", &secret),
        ("token", "x"),
    ];
    let (status, body) = setup
        .client()
        .post_bare("/oauth2/v1/introspect", &form)
        .await;
    assert_eq!((status, body), (200, json!({"active": false})));
}

#[tokio::test]
async fn an_existing_session_is_used_silently_unless_a_login_is_asked_for() {
    let setup = Setup::start().await;
    let browser = Browser::new();
    let url = setup.client().authorize_url("openid");
    browser.get(&url).await.sign_in(ADA).await;
    let again = browser.get(&url).await;
    assert!(again.location().starts_with(CALLBACK));
    for change in [("prompt", "login"), ("max_age", "0")] {
        let page = browser
            .get(&setup.client().authorize_url_with("openid", &[change]))
            .await;
        assert_eq!(page.status, 200, "{change:?}");
        assert!(
            page.sign_in("oscar@acme.example")
                .await
                .location()
                .starts_with(CALLBACK)
        );
    }
    let none = setup
        .client()
        .authorize_url_with("openid", &[("prompt", "none")]);
    assert!(
        query_of(&browser.get(&none).await.location())
            .iter()
            .any(|(name, _)| name == "code")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_exchanges_at_once_only_one_succeeds() {
    let setup = Setup::start().await;
    let code = value(&setup.authorize(SCOPE).await, "code");
    let client = setup.client();
    let ((one, _), (two, _)) = tokio::join!(client.exchange(&code), client.exchange(&code));
    assert_eq!((one.min(two), one.max(two)), (200, 400));
}

#[tokio::test]
async fn a_person_suspended_on_the_way_back_gets_no_tokens() {
    let setup = Setup::start().await;
    let code = value(&setup.authorize(SCOPE).await, "code");
    setup
        .org
        .set_status(ADA, fake_okta::PersonStatus::Suspended);
    assert_eq!(setup.client().exchange(&code).await.0, 400);
}
