//! The vendor asks for more than before: what works goes on, and agreeing is a short path.

use crate::support::{Settings, TestApp};

const ADA: &str = "ada@acme.example";
const NEW: [&str; 2] = ["okta.inlineHooks.manage", "okta.captchas.manage"];

#[tokio::test]
async fn a_new_catalog_changes_only_what_it_adds_and_keeps_what_was_agreed_to() {
    let before = Settings {
        not_asked_yet: &NEW,
        ..Settings::default()
    };
    let mut app = TestApp::start_with(before).await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_says("All 23 permissions");
    let agreed = app.shared.catalog.version().to_owned();

    app.release(Settings::default()).await;

    let tenant_page = format!("/tenants/{}", invited.tenant);
    let page = browser.get(&tenant_page).await;
    page.assert_says("asks for 2 more");
    for scope in NEW {
        page.assert_says(scope);
    }
    let report = browser.get(&format!("{tenant_page}/report.json")).await;
    let report: serde_json::Value = serde_json::from_str(&report.body).unwrap();
    assert_eq!(report["catalog"]["accepted_version"], agreed);
    let states = report["categories"].as_array().unwrap().iter();
    let changed = states
        .filter(|category| category["state"] != "granted")
        .count();
    assert_eq!(
        changed, 2,
        "Organization Settings and Workflows, and no other"
    );

    app.org("acme").grant(&invited.client_id, &NEW);
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let page = browser.follow(back.as_str()).await;
    page.assert_says("All 25 permissions");
    assert!(!page.words().contains("asks for 2 more"));
    let versions = app.database.count("authorizations").await;
    assert_eq!(versions, 2, "both agreements are kept");
}
