//! Another organization than the one that the link is for.

use fake_okta::DiscoveryFault;

use crate::support::TestApp;

const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn a_link_for_one_organization_connects_no_other() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.get(&invited.link).await;
    browser.post("/onboarding/begin", &[]).await;
    let other = app.org("globex").origin().to_owned();

    let page = browser
        .post("/onboarding/organization", &[("organization", &other)])
        .await;

    let host = app.org("acme").origin().replace("http://", "");
    page.assert_status(422)
        .assert_says(&format!(
            "This link was made for {host} and connects no other organization."
        ))
        .assert_says("ask for a new link")
        .assert_referenced();
    browser
        .get("/onboarding/permissions")
        .await
        .assert_goes_to("/onboarding");
    // The page has the right one in it: pressing its button is enough.
    let right = page
        .between("name=\"organization\" value=\"", "\"")
        .unwrap();
    assert_eq!(right, host);
    browser
        .post("/onboarding/organization", &[("organization", right)])
        .await
        .assert_goes_to("/onboarding/organization");
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn an_account_that_was_connected_keeps_its_organization_by_id() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    app.org("acme")
        .faults()
        .add(DiscoveryFault::OrganizationIdOther);
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Another organization answered")
        .assert_says("a new link is needed")
        .assert_leads_on_to(&format!("/tenants/{}", invited.tenant));
    assert_eq!(app.code_exchanges("acme"), 1);
    assert_eq!(app.outcome(&invited).await.authorizations, 1);
}

#[tokio::test]
async fn nobody_signs_in_through_an_organization_that_became_another_one() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    app.org("acme")
        .faults()
        .add(DiscoveryFault::OrganizationIdOther);
    let browser = app.browser();

    let page = browser.sign_in_from_home(&app, "acme", ADA).await;

    page.assert_explains(400, "Another organization answered");
    let tenant_page = format!("/tenants/{}", invited.tenant);
    browser.get(&tenant_page).await.assert_status(404);
}

#[tokio::test]
async fn a_website_that_is_no_organization_is_refused_beside_the_field() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.get(&invited.link).await;
    browser.post("/onboarding/begin", &[]).await;
    let acme = app.org("acme");
    let page_of_people = fake_okta::Effect::HtmlPage;
    acme.faults()
        .add(fake_okta::Fault::on("/.well-known/okta-organization", page_of_people).once());

    let page = browser
        .post(
            "/onboarding/organization",
            &[("organization", acme.origin())],
        )
        .await;

    page.assert_status(422)
        .assert_says("No Okta organization answers at this address")
        .assert_says("What to do:")
        .assert_referenced();
    let log = app.log.text();
    assert!(log.contains("not_an_organization"), "the log says why");
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_says("All 25 permissions are granted.");
}
