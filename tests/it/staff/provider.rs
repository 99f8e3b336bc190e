//! Another provider than Okta, with a wholly different layout: nothing but its issuer is known of it
//! beforehand.

use serde_json::{Value, json};

use crate::support::provider::{CLIENT_ID, CLIENT_SECRET, OtherProvider};
use crate::support::staff::{OPERATOR_GROUP, SUPPORT_GROUP, StaffAt};
use crate::support::{Settings, TestApp};

async fn start() -> (TestApp, OtherProvider) {
    let provider = OtherProvider::start().await;
    let issuer: &'static str = provider.issuer().to_owned().leak();
    let app = TestApp::start_with(Settings {
        staff: StaffAt::Issuer(issuer, CLIENT_ID, CLIENT_SECRET),
        ..Settings::default()
    })
    .await;
    provider.register(&format!("{}/staff/callback", app.url));
    (app, provider)
}

#[tokio::test]
async fn every_address_comes_from_discovery_and_all_of_it_works() {
    let (app, provider) = start().await;
    let browser = app.browser();

    let departure = browser.staff_departure(None).await;
    let page = browser.follow(&departure).await;

    page.assert_status(200)
        .assert_has("<span class=\"badge\">operator</span>");
    assert!(page.body.contains("Ines Okafor"));
    assert_eq!(
        provider.take_paths(),
        [
            "/realms/staff/.well-known/openid-configuration",
            "/realms/staff/go/in",
            "/realms/staff/.well-known/openid-configuration",
            "/exchange",
            "/keyring",
            "/who",
        ]
    );
    browser.get("/support/overview").await.assert_status(200);
    browser
        .post("/staff/sign-out", &[])
        .await
        .assert_status(303);
    let page = browser.follow("/staff/sign-out/provider").await;
    page.assert_status(200).assert_says("You are signed out");
    assert_eq!(page.url.path(), "/staff/signed-out");
    let asked = provider.take_paths();
    assert_eq!(asked.last().unwrap(), "/realms/staff/go/out");
}

#[tokio::test]
async fn a_userinfo_about_somebody_else_is_no_proof() {
    let (app, provider) = start().await;
    let browser = app.browser();
    provider.bend_userinfo("sub", json!("person-18"));
    let departure = browser.staff_departure(None).await;

    let page = browser.follow(&departure).await;

    page.assert_explains(400, "The answer could not be trusted");
    browser
        .get("/support")
        .await
        .assert_goes_to("/staff/sign-in");
}

#[tokio::test]
async fn groups_are_a_list_or_one_name_and_missing_ones_open_nothing() {
    let (app, provider) = start().await;
    for (groups, status) in [
        (json!([SUPPORT_GROUP, "Everyone"]), 200),
        (json!(SUPPORT_GROUP), 200),
        (json!("Customer Support, Everyone"), 403),
        (json!([]), 403),
        (Value::Null, 403),
        (json!({ "Customer Support": true }), 403),
    ] {
        provider.straighten();
        provider.bend_userinfo("groups", groups.clone());
        let browser = app.browser();
        let departure = browser.staff_departure(None).await;
        let page = browser.follow(&departure).await;
        assert_eq!(page.status, status, "{groups}");
    }
}

#[tokio::test]
async fn a_provider_that_lacks_what_is_needed_is_refused_before_anybody_leaves() {
    let (app, provider) = start().await;
    let browser = app.browser();
    let title = "The identity provider does not fit";
    for (field, value) in [
        ("token_endpoint", json!("http://id.example/exchange")),
        ("jwks_uri", json!("http://10.0.0.7/keyring")),
        ("jwks_uri", json!("https://169.254.169.254/keyring")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("userinfo_endpoint", json!("https://ada@id.example/who")),
        ("end_session_endpoint", json!("data:text/html,x")),
        (
            "id_token_signing_alg_values_supported",
            json!(["HS256", "none"]),
        ),
        (
            "token_endpoint_auth_methods_supported",
            json!(["private_key_jwt"]),
        ),
    ] {
        provider.straighten();
        provider.bend_discovery(field, value.clone());
        let page = browser.get("/staff/sign-in").await;
        page.assert_explains(503, title);
    }
    provider.straighten();
    browser.get("/staff/sign-in").await.assert_status(200);
}

#[tokio::test]
async fn a_token_that_is_signed_otherwise_than_discovery_says_is_refused() {
    let (app, provider) = start().await;
    let browser = app.browser();
    provider.bend_discovery("id_token_signing_alg_values_supported", json!(["RS256"]));
    let departure = browser.staff_departure(None).await;

    let page = browser.follow(&departure).await;

    page.assert_explains(400, "The answer could not be trusted");
}

#[tokio::test]
async fn a_provider_without_a_sign_out_is_told_so() {
    let (app, provider) = start().await;
    let browser = app.browser();
    let departure = browser.staff_departure(None).await;
    browser.follow(&departure).await.assert_status(200);
    browser.post("/staff/sign-out", &[]).await;
    provider.bend_discovery("end_session_endpoint", Value::Null);

    let page = browser.get("/staff/sign-out/provider").await;

    page.assert_explains(404, "Your identity provider has no sign-out of this kind");
}

/// So many groups with the longest names that Okta allows, and ours among them.
fn groups(count: usize) -> Value {
    let others = (0..count).map(|number| format!("{number:0>255}"));
    others.chain([OPERATOR_GROUP.to_owned()]).collect()
}

#[tokio::test]
async fn two_hundred_groups_in_an_id_token_are_read_and_the_way_out_stays_short() {
    let (app, provider) = start().await;
    provider.bend_id_token("groups", groups(200));
    let browser = app.browser();
    let departure = browser.staff_departure(None).await;

    let page = browser.follow(&departure).await;

    page.assert_status(200)
        .assert_has("<span class=\"badge\">operator</span>");
    browser
        .post("/staff/sign-out", &[])
        .await
        .assert_status(303);
    let way_out = browser.get("/staff/sign-out/provider").await;
    let address = way_out.headers["location"].to_str().unwrap();
    assert!(address.contains("/go/out?client_id="), "{address}");
    assert!(!address.contains("id_token_hint") && address.len() < 2_000);
}

#[tokio::test]
async fn an_id_token_that_is_too_long_is_told_so_and_groups_come_by_userinfo_too() {
    let (app, provider) = start().await;
    let browser = app.browser();
    provider.bend_id_token("groups", groups(1_000));
    let departure = browser.staff_departure(None).await;

    let page = browser.follow(&departure).await;

    page.assert_explains(400, "Your identity provider sent too much")
        .assert_says("userinfo");
    provider.straighten();
    provider.bend_userinfo("groups", groups(1_000));
    let departure = browser.staff_departure(None).await;
    let page = browser.follow(&departure).await;
    page.assert_status(200)
        .assert_has("<span class=\"badge\">operator</span>");
}
