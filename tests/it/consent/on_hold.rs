//! A connection that waits for the vendor's activation is not changed by its customer, and changes nothing.

use crate::mend::{ADA, LEFT_OUT, with_a_gap};
use crate::support::{Settings, TestApp};

#[tokio::test]
async fn nothing_is_changed_in_okta_or_here_while_a_connection_is_on_hold() {
    let app = TestApp::start_with(Settings {
        hold_new_connections: true,
        ..Settings::default()
    })
    .await;
    let invited = with_a_gap(&app).await;
    let browser = app.browser();
    let page = browser.connect(&app, &invited, ADA).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);
    for act in ["/authorize\"", "/grants\"", "/hand-off\""] {
        assert!(!page.body.contains(act), "{act} is offered");
    }
    let before = app.database.snapshot(None).await;
    let asked = app.org("acme").requests().len();

    let listed = LEFT_OUT.join(" ");
    let form = [("scopes", listed.as_str()), ("reason", "Ticket 17")];
    for act in ["grants", "hand-off"] {
        let answer = browser.post(&format!("{tenant_page}/{act}"), &form).await;
        answer
            .assert_status(409)
            .assert_says("This connection is waiting for activation");
    }
    let authorize = browser.get(&format!("{tenant_page}/authorize")).await;
    authorize.assert_status(409);
    browser
        .get(&format!("{tenant_page}/grants"))
        .await
        .assert_goes_to(&tenant_page);

    assert_eq!(app.database.snapshot(None).await, before);
    assert_eq!(
        app.org("acme").requests().len(),
        asked,
        "Okta was not asked"
    );
    // Taking the access away is always possible.
    browser
        .post(&format!("{tenant_page}/disconnect"), &[])
        .await
        .assert_goes_to(&tenant_page);
}

#[tokio::test]
async fn a_second_link_of_a_held_connection_changes_nothing() {
    let app = TestApp::start_with(Settings {
        hold_new_connections: true,
        ..Settings::default()
    })
    .await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    let second = crate::support::Invited {
        link: app.another_link(&invited).await,
        ..invited.clone()
    };
    let browser = app.browser();
    browser.walk_to_app(&app, &second).await;
    browser.submit_app(&second).await;

    let refused = browser.get("/onboarding/sign-in").await;

    refused
        .assert_status(409)
        .assert_says("This connection is waiting for activation");
    assert_eq!(app.code_exchanges("acme"), 1);
}
