//! The published documents, userinfo, signing out, and what survives a restart.

use fake_okta::{FakeOkta, Options, Seed};
use serde_json::json;

use crate::support::browser::http;
use crate::support::client::send;
use crate::support::{ADA, Browser, Client, Setup, backup_app, query_of, text, value};

#[tokio::test]
async fn metadata_names_the_endpoints_and_leaves_five_scopes_out() {
    let setup = Setup::start().await;
    let origin = setup.org.origin();
    for path in ["openid-configuration", "oauth-authorization-server"] {
        let (_, body) = send(http().get(format!("{origin}/.well-known/{path}"))).await;
        assert_eq!(body["issuer"], origin);
        assert_eq!(body["token_endpoint"], format!("{origin}/oauth2/v1/token"));
        assert_eq!(body["code_challenge_methods_supported"], json!(["S256"]));
        assert!(
            body.get("authorization_response_iss_parameter_supported")
                .is_none()
        );
        let scopes = body["scopes_supported"].as_array().unwrap();
        assert!(scopes.contains(&json!("okta.users.manage")));
        assert!(!scopes.contains(&json!("okta.devices.read")));
    }
}

#[tokio::test]
async fn a_client_id_can_be_checked_before_the_browser_leaves() {
    let setup = Setup::start().await;
    let url = format!(
        "{}/.well-known/openid-configuration?client_id=",
        setup.org.origin()
    );
    assert_eq!(
        send(http().get(format!("{url}{}", setup.app.client_id)))
            .await
            .0,
        200
    );
    let (status, body) = send(http().get(format!("{url}0oaUnknown"))).await;
    assert_eq!((status, text(&body, "errorCode")), (400, "invalid_client"));
    assert_eq!(
        text(&body, "errorSummary"),
        "Invalid value for `client_id` parameter"
    );
}

#[tokio::test]
async fn userinfo_tells_its_errors_in_a_header_only() {
    let setup = Setup::start().await;
    let url = format!("{}/oauth2/v1/userinfo", setup.org.origin());
    let body = setup.tokens("openid email okta.users.manage").await;
    let (status, info) = send(http().get(&url).bearer_auth(text(&body, "access_token"))).await;
    assert_eq!((status, text(&info, "email")), (200, ADA));
    let without = setup.tokens("okta.users.manage").await;
    for (token, status, error) in [
        (text(&without, "access_token"), 403, "insufficient_scope"),
        ("fakeokta_at_unknown", 401, "invalid_token"),
    ] {
        let response = http().get(&url).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), status);
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains(&format!("error=\"{error}\"")));
        assert_eq!(response.text().await.unwrap(), "");
    }
}

#[tokio::test]
async fn signing_out_returns_to_registered_addresses_only() {
    let back = "http://127.0.0.1:9/goodbye";
    let setup = Setup::with(|app| app.post_logout_redirect_uris = vec![back.to_owned()]).await;
    let browser = Browser::new();
    let url = setup.client().authorize_url("openid");
    browser.get(&url).await.sign_in(ADA).await;
    let hint = setup.tokens("openid").await;
    let hint = text(&hint, "id_token");
    let bare = format!("{}/oauth2/v1/logout", setup.org.origin());
    let unnamed = format!("{bare}?post_logout_redirect_uri={back}");
    assert_eq!(browser.get(&unnamed).await.status, 400, "whose is it");
    let logout = format!("{bare}?id_token_hint={hint}&post_logout_redirect_uri=");
    assert_eq!(
        browser
            .get(&format!("{logout}http://127.0.0.1:9/other"))
            .await
            .status,
        400
    );
    let page = browser.get(&format!("{logout}{back}&state=s1")).await;
    assert_eq!(page.location(), format!("{back}?state=s1"));
    assert_eq!(browser.get(&url).await.status, 200);
}

#[tokio::test]
async fn apps_and_tokens_survive_a_restart() {
    let file = std::env::temp_dir().join(format!("fake-okta-state-{}.json", std::process::id()));
    let options = || Options {
        state_file: Some(file.clone()),
        ..Options::new(Seed::sample(&["acme"]))
    };
    let fake = FakeOkta::start(options()).await.unwrap();
    let org = fake.org("acme");
    let app = org.add_app(backup_app());
    let client = Client::new(&org, &app);
    let url = client.authorize_url("openid offline_access okta.users.manage");
    let page = Browser::new().get(&url).await.sign_in(ADA).await;
    let callback = query_of(&page.location());
    let (_, body) = client.exchange(&value(&callback, "code")).await;
    let origin = org.origin().to_owned();
    let ada = org.person(ADA).unwrap();
    fake.shutdown().await;

    let fake = FakeOkta::start(options()).await.unwrap();
    let org = fake.org("acme");
    assert_eq!(org.person(ADA).unwrap(), ada);
    assert_eq!(org.app(&app.client_id).unwrap(), app);
    let client = Client::new(&org, &app);
    assert_eq!(client.refresh(text(&body, "refresh_token")).await.0, 200);
    assert_eq!(
        org.origin(),
        origin,
        "the port is taken again when it is free"
    );
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn every_secret_that_is_made_says_that_it_is_fake() {
    let setup = Setup::start().await;
    let body = setup
        .tokens("openid offline_access okta.users.manage")
        .await;
    let secrets = [
        text(&body, "access_token").to_owned(),
        text(&body, "refresh_token").to_owned(),
        setup.app.client_secret.clone().unwrap(),
        setup.org.person(ADA).unwrap().password,
    ];
    assert!(secrets.iter().all(|secret| secret.starts_with("fakeokta_")));
    let (_, claims) = crate::support::claims(text(&body, "id_token"));
    assert_eq!(claims["fake"], "fakeokta_id");
}

#[tokio::test]
async fn a_stopped_fake_refuses_even_on_connections_that_were_kept_alive() {
    let setup = Setup::start().await;
    let url = format!("{}/oauth2/v1/keys", setup.org.origin());
    let client = http();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    setup.fake.shutdown().await;
    assert!(client.get(&url).send().await.unwrap_err().is_connect());
}
