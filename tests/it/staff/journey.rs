//! The whole way in and out again, at an Okta organization of the vendor's.

use reqwest::Method;

use crate::support::staff::{OLGA, ORGANIZATION, SAM, StaffAt};
use crate::support::way_back::parameter;
use crate::support::{Settings, TestApp};

#[tokio::test]
async fn a_page_for_staff_leads_through_the_sign_in_and_back_to_itself() {
    let app = TestApp::start().await;
    let browser = app.browser();

    let to_sign_in = browser.get("/support?q=acme%20ltd").await;
    to_sign_in.assert_goes_to("/staff/sign-in");
    let page = browser.get(to_sign_in.location().unwrap().as_str()).await;
    page.assert_status(200).assert_says("Staff sign-in");
    let departure = page.link("response_type=code").unwrap();
    let okta = app.org(ORGANIZATION);
    assert!(departure.starts_with(okta.origin()));
    for (name, value) in [
        ("response_type", "code"),
        ("scope", "email groups openid profile"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", &format!("{}/staff/callback", app.url)),
    ] {
        assert_eq!(parameter(&departure, name).as_deref(), Some(value));
    }
    let before = browser.staff_cookie().unwrap();
    let back = browser.sign_in_at_okta(&departure, SAM).await;
    let landed = browser.get(back.as_str()).await;

    landed.assert_goes_to("/support");
    assert_eq!(landed.location().unwrap().query(), Some("q=acme%20ltd"));
    let page = browser.get("/support").await;
    page.assert_status(200);
    assert!(page.body.contains("Sam Example") && page.body.contains(SAM));
    assert_ne!(browser.staff_cookie().unwrap(), before, "rotated");
    assert_eq!(
        app.database
            .count("staff WHERE first_signed_in_at = last_signed_in_at")
            .await,
        1
    );
    assert_eq!(app.database.count("sessions").await, 0);
    let trail = app
        .database
        .column("SELECT action || ' ' || actor_kind FROM audit_events")
        .await;
    assert_eq!(trail, ["staff.signed_in staff"]);
}

#[tokio::test]
async fn the_cookie_from_before_the_sign_in_opens_nothing_after_it() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.staff_departure(None).await;
    let fixed = browser.staff_cookie().unwrap();
    browser.sign_in_as_staff(OLGA).await.assert_status(200);

    let attacker = app.browser();
    attacker.set_own_cookie("grantway-staff", &fixed);

    attacker
        .get("/support")
        .await
        .assert_goes_to("/staff/sign-in");
    let second = browser.staff_cookie().unwrap();
    // Signing in once more, after signing out, gives yet another.
    browser.post("/staff/sign-out", &[]).await;
    browser.sign_in_as_staff(OLGA).await.assert_status(200);
    assert_ne!(browser.staff_cookie().unwrap(), second);
}

#[tokio::test]
async fn signing_out_here_ends_the_session_and_offers_the_providers_own_sign_out() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;
    let cookie = browser.staff_cookie().unwrap();
    let early = browser.get("/staff/sign-out/provider").await;
    early.assert_goes_to("/support");

    browser
        .post("/staff/sign-out", &[])
        .await
        .assert_goes_to("/staff/signed-out");

    let page = browser.get("/staff/signed-out").await;
    page.assert_status(200).assert_says("You are signed out");
    browser
        .get("/support")
        .await
        .assert_goes_to("/staff/sign-in");
    let thief = app.browser();
    thief.set_own_cookie("grantway-staff", &cookie);
    thief.get("/support").await.assert_goes_to("/staff/sign-in");

    let leaving = browser.get("/staff/sign-out/provider").await;
    let address = leaving.assert_status(303).location().unwrap();
    assert_eq!(address.path(), "/oauth2/v1/logout");
    assert!(parameter(address.as_str(), "id_token_hint").is_some());
    let back = browser.follow(address.as_str()).await;
    back.assert_status(200).assert_says("You are signed out");
    assert!(browser.staff_cookie().is_none(), "the cookie is gone");
    let kept = "staff_sessions WHERE id_token IS NOT NULL";
    assert_eq!(app.database.count(kept).await, 0, "the ID token is gone");
    let again = browser.get("/staff/sign-out/provider").await;
    again.assert_explains(410, "This way to the provider's sign-out has closed");
    // The provider really asks again.
    let departure = browser.staff_departure(None).await;
    let page = browser.follow(&departure).await;
    assert!(page.body.contains("name=\"password\""), "{}", page.words());
    let trail = app
        .database
        .column("SELECT action FROM audit_events ORDER BY id")
        .await;
    assert_eq!(trail, ["staff.signed_in", "staff.signed_out"]);
}

#[tokio::test]
async fn the_way_to_the_providers_sign_out_closes_by_itself() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;
    browser.post("/staff/sign-out", &[]).await;
    app.advance(time::Duration::minutes(10));

    let late = browser.get("/staff/sign-out/provider").await;

    late.assert_explains(410, "This way to the provider's sign-out has closed");
    let nobody = app.browser().get("/staff/sign-out/provider").await;
    nobody.assert_explains(410, "This way to the provider's sign-out has closed");
}

#[tokio::test]
async fn who_is_signed_in_needs_no_sign_in_page() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;

    let page = browser.get("/staff/sign-in?return_to=/support?x=1").await;

    page.assert_goes_to("/support");
    assert_eq!(page.location().unwrap().query(), Some("x=1"));
}

#[tokio::test]
async fn without_configuration_every_staff_page_says_so() {
    let app = TestApp::start_with(Settings {
        staff: StaffAt::NotSetUp,
        ..Settings::default()
    })
    .await;
    let browser = app.browser();
    for path in [
        "/staff/sign-in",
        "/staff/callback?code=x&state=y",
        "/staff/sessions",
        "/staff/signed-out",
        "/staff/sign-out/provider",
        "/support",
        "/support/overview",
    ] {
        let page = browser.get(path).await;
        page.assert_explains(404, "Staff sign-in is not set up here");
    }
    for path in ["/staff/sign-out", "/staff/sessions/x/revoke"] {
        let page = browser.send(Method::POST, path, None, &[]).await;
        page.assert_explains(404, "Staff sign-in is not set up here");
    }
    assert_eq!(app.database.staff_snapshot().await, "");
}
