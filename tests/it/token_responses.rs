//! What a token response says and leaves out, and what the status page makes of it.

use fake_okta::{AuthMethod, Effect, Fault, Role};
use serde_json::json;

use crate::support::{Answer, Browser, Invited, Settings, TestApp};

const ADA: &str = "ada@acme.example";
const RITA: &str = "rita@acme.example";

/// The whole way with these faults set between the check and the sign-in.
async fn connected_with(app: &TestApp, faults: Vec<Fault>) -> (Invited, Browser, Answer) {
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(app, &invited).await;
    for fault in faults {
        app.org("acme").faults().add(fault);
    }
    let page = browser.authorize(ADA).await;
    (invited, browser, page)
}

/// A token response that names these scopes, whatever the token has.
fn naming(scopes: &[String]) -> Fault {
    let named = format!("openid profile email offline_access {}", scopes.join(" "));
    Fault::token_field("scope", json!(named)).once()
}

async fn stored_source(app: &TestApp) -> String {
    sqlx::query_scalar("SELECT scopes_source FROM authorizations")
        .fetch_one(&app.database.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn scopes_that_the_response_leaves_out_are_asked_for() {
    let app = TestApp::start().await;
    let granted: Vec<String> = app.catalog().into_iter().skip(3).collect();
    let invited = app
        .invite_with("acme", AuthMethod::PrivateKeyJwt, &granted)
        .await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    let silent = Fault::without_token_field("scope").once();
    app.org("acme").faults().add(silent);

    let page = browser.authorize(ADA).await;

    page.assert_says("22 of 25 permissions are granted.")
        .assert_says("From Okta's answer about the token");
    assert_eq!(stored_source(&app).await, "introspection");
}

#[tokio::test]
async fn scopes_that_nobody_tells_are_shown_as_unverified() {
    let app = TestApp::start().await;
    let faults = vec![
        Fault::without_token_field("scope").once(),
        Fault::on("/oauth2/v1/introspect", Effect::ServerError),
    ];

    let (invited, browser, page) = connected_with(&app, faults).await;

    page.assert_status(200)
        .assert_says("Connected, but Okta did not say what it granted.")
        .assert_says("What is shown below is what was asked for.")
        .assert_says("Okta did not say; this is what was asked for");
    assert!(!page.words().contains("All 25 permissions are granted."));
    assert_eq!(stored_source(&app).await, "assumed");
    app.org("acme").faults().clear();
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let page = browser.follow(back.as_str()).await;
    page.assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn scopes_beyond_what_was_asked_are_listed_as_not_needed() {
    let app = TestApp::start().await;
    let mut scopes = app.catalog();
    scopes.push("okta.domains.manage".to_owned());
    scopes.push("okta.sessions.manage".to_owned());

    let (_, _, page) = connected_with(&app, vec![naming(&scopes)]).await;

    page.assert_says("All 25 permissions are granted.");
    let unneeded = page
        .between(
            "<h2 id=\"unneeded\">Granted, but not needed</h2>",
            "</section>",
        )
        .unwrap();
    for scope in ["okta.domains.manage", "okta.sessions.manage"] {
        assert!(unneeded.contains(scope), "{unneeded}");
    }
    assert_eq!(unneeded.matches("<li>").count(), 2, "{unneeded}");
}

#[tokio::test]
async fn a_manage_scope_grants_what_its_read_scope_does() {
    let app = TestApp::start().await;
    let read = ["okta.devices.read", "okta.clients.read"];
    let scopes: Vec<String> = app
        .catalog()
        .into_iter()
        .map(|scope| {
            if read.contains(&scope.as_str()) {
                scope.replace(".read", ".manage")
            } else {
                scope
            }
        })
        .collect();
    assert!(!scopes.iter().any(|scope| read.contains(&scope.as_str())));

    let (_, _, page) = connected_with(&app, vec![naming(&scopes)]).await;

    page.assert_says("All 25 permissions are granted.")
        .assert_never_says("Granted, but not needed");
}

#[tokio::test]
async fn a_read_scope_does_not_grant_what_a_manage_scope_does() {
    let app = TestApp::start().await;
    let scopes: Vec<String> = app
        .catalog()
        .into_iter()
        .map(|scope| scope.replace("okta.groups.manage", "okta.groups.read"))
        .collect();

    let (_, _, page) = connected_with(&app, vec![naming(&scopes)]).await;

    page.assert_says("24 of 25 permissions are granted.")
        .assert_says("Press Grant on this one");
    let finish = page
        .between("<section class=\"finish\"", "</section>")
        .unwrap();
    assert!(
        finish.contains("<code>okta.groups.manage</code>"),
        "{finish}"
    );
}

#[tokio::test]
async fn a_token_that_only_tells_who_signed_in_grants_nothing() {
    let app = TestApp::start().await;

    let (invited, _, page) = connected_with(&app, vec![naming(&[])]).await;

    page.assert_status(200)
        .assert_says("None of the 25 permissions is granted, so nothing is backed up yet.")
        .assert_says("Press Grant on each of these 25");
    assert_eq!(app.outcome(&invited).await.state, "needs_attention");
}

#[tokio::test]
async fn a_response_without_refresh_token_connects_for_an_hour_and_says_so() {
    let app = TestApp::start().await;
    let faults = vec![Fault::without_token_field("refresh_token").once()];

    let (invited, _, page) = connected_with(&app, faults).await;

    page.assert_says("Connected, but only for an hour.")
        .assert_says("The app may not stay connected");
    let outcome = app.outcome(&invited).await;
    assert_eq!(outcome.state, "needs_attention");
    assert_eq!(outcome.token_sets, 1);
}

#[tokio::test]
async fn a_response_that_is_not_the_protocol_s_has_a_page_and_stores_nothing() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    let dpop = "The app demands a proof that this connection does not send";
    let nonsense = "Okta's answer made no sense";
    for (fault, status, title) in [
        (Fault::token_field("token_type", json!("DPoP")), 400, dpop),
        (
            Fault::token_field("token_type", json!("mac")),
            503,
            nonsense,
        ),
        (Fault::without_token_field("token_type"), 503, nonsense),
        (Fault::without_token_field("access_token"), 503, nonsense),
        (Fault::token_field("expires_in", json!(-1)), 503, nonsense),
        (
            Fault::token_field("expires_in", json!(1u64 << 40)),
            503,
            nonsense,
        ),
        (
            Fault::token_field("error", json!("server_error")),
            503,
            "Okta has a problem of its own",
        ),
    ] {
        app.org("acme").faults().add(fault.clone().once());

        let page = browser.authorize(ADA).await;

        page.assert_explains(status, title);
        app.outcome(&invited).await.assert_nothing_stored();
    }
    let small = Fault::token_field("token_type", json!("bearer")).once();
    app.org("acme").faults().add(small);
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_colleague_who_authorizes_again_is_not_let_in() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    app.org("acme").set_role(RITA, Role::SuperAdmin);
    let cookie = browser.session_cookie();
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, RITA).await;

    let page = browser.follow(back.as_str()).await;

    page.assert_says("All 25 permissions are granted.")
        .assert_says("with Rita Example's sign-in");
    let header = page.body.split("<main").next().unwrap();
    assert!(
        header.contains("Ada") && !header.contains("Rita"),
        "{header}"
    );
    assert_eq!(browser.session_cookie(), cookie, "the session stays Ada's");
    let outcome = app.outcome(&invited).await;
    assert_eq!(
        (outcome.people, outcome.let_in, outcome.authorizations),
        (2, 1, 2)
    );
    let rita = app.browser();
    let page = rita.sign_in_from_home(&app, "acme", RITA).await;
    page.assert_status(403)
        .assert_says("You are signed in, but this page is not yours to see")
        .assert_referenced();
    let tenant_page = format!("/tenants/{}", invited.tenant);
    rita.get(&tenant_page).await.assert_status(404);
    let path = format!("{tenant_page}/authorize");
    rita.post(&path, &[]).await.assert_status(404);
}

#[tokio::test]
async fn a_new_connection_waits_where_the_vendor_holds_new_ones() {
    let app = TestApp::start_with(Settings {
        hold_new_connections: true,
        ..Settings::default()
    })
    .await;
    let invited = app.invite().await;
    let browser = app.browser();

    let page = browser.connect(&app, &invited, ADA).await;

    page.assert_status(200)
        .assert_says("All 25 permissions are granted. Northvault now activates the connection.")
        .assert_says("Waiting for activation")
        .assert_says("There is nothing for you to do.");
    assert_eq!(app.outcome(&invited).await.state, "on_hold");
    let again = browser
        .get(&format!("/tenants/{}/authorize", invited.tenant))
        .await;
    again
        .assert_status(409)
        .assert_says("This connection is waiting for activation");
    assert_eq!(
        app.outcome(&invited).await.state,
        "on_hold",
        "only the vendor lifts a hold"
    );
}
