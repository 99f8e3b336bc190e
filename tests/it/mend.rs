//! Mending a gap: granted with one button, or by a colleague through a link.

mod colleague;

use fake_okta::AuthMethod;

use crate::support::{Invited, TestApp};

pub const ADA: &str = "ada@acme.example";
pub const LEFT_OUT: [&str; 3] = [
    "okta.devices.read",
    "okta.eventHooks.manage",
    "okta.logs.read",
];

/// A tenant of `acme` whose app lacks three permissions.
pub async fn with_a_gap(app: &TestApp) -> Invited {
    let mut granted = app.catalog();
    granted.retain(|scope| !LEFT_OUT.contains(&scope.as_str()));
    app.invite_with("acme", AuthMethod::PrivateKeyJwt, &granted)
        .await
}

fn granted_at_okta(app: &TestApp, invited: &Invited) -> usize {
    app.org("acme")
        .app(&invited.client_id)
        .unwrap()
        .granted_scopes
        .len()
}

#[tokio::test]
async fn one_button_grants_what_is_missing_and_nothing_else() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);
    let grants = format!("{tenant_page}/grants");
    assert_eq!(granted_at_okta(&app, &invited), 22);

    let page = browser.get(&grants).await;
    page.assert_status(200);
    for scope in LEFT_OUT {
        page.assert_says(scope);
    }
    assert_eq!(
        granted_at_okta(&app, &invited),
        22,
        "looking grants nothing"
    );
    let listed = page.hidden("scopes").unwrap();
    browser
        .post(&grants, &[("scopes", &listed)])
        .await
        .assert_status(200);

    assert_eq!(granted_at_okta(&app, &invited), 25);
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    browser
        .follow(back.as_str())
        .await
        .assert_says("25 permissions");
    browser.get(&grants).await.assert_goes_to(&tenant_page);
}

#[tokio::test]
async fn pressing_twice_grants_once() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let grants = format!("/tenants/{}/grants", invited.tenant);

    let listed = browser.get(&grants).await.hidden("scopes").unwrap();
    let form = [("scopes", listed.as_str())];

    let (one, other) = tokio::join!(browser.post(&grants, &form), browser.post(&grants, &form));

    one.assert_status(200);
    other.assert_status(200);
    assert_eq!(granted_at_okta(&app, &invited), 25);
}

#[tokio::test]
async fn who_is_no_super_administrator_is_not_offered_it_and_cannot_force_it() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let browser = app.browser();
    browser.connect(&app, &invited, "oscar@acme.example").await;
    let grants = format!("/tenants/{}/grants", invited.tenant);

    browser.get(&grants).await.assert_status(303);
    let form = [("scopes", LEFT_OUT.join(" "))];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.post(&grants, &form).await.assert_status(403);

    assert_eq!(granted_at_okta(&app, &invited), 22);
}
