//! From the front page to Okta.

use std::collections::BTreeMap;

use url::Url;

use super::{connected, page_of};
use crate::support::TestApp;

fn parameters(address: &str) -> BTreeMap<String, String> {
    let url: Url = address.parse().unwrap();
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_sign_in_asks_who_somebody_is_and_for_no_permission() {
    let app = TestApp::start().await;
    connected(&app, "acme", "ada@acme.example").await;
    let org = app.org("acme");
    org.clear_requests();
    let browser = app.browser();

    let page = browser.begin_sign_in(&app, "acme", None).await;

    let okta = page
        .assert_status(200)
        .link("/oauth2/v1/authorize")
        .unwrap();
    let asked = parameters(&okta);
    assert_eq!(asked["scope"], "email openid profile");
    assert_eq!(asked["prompt"], "login");
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(asked["state"].len() == 43 && asked["nonce"].len() == 43);
    let back = browser.sign_in_at_okta(&okta, "ada@acme.example").await;
    browser.follow(back.as_str()).await.assert_status(200);
    // What arrived at Okta is what the page showed.
    let arrived = org.requests_to("/oauth2/v1/authorize");
    assert!(!arrived.is_empty());
    for request in arrived {
        let query = request.query.unwrap_or_default();
        let there = parameters(&format!("http://okta.example/?{query}"));
        assert_eq!(there["scope"], "email openid profile");
        assert_eq!(there["prompt"], "login");
    }
}

#[tokio::test]
async fn the_page_before_okta_tells_nothing_of_the_tenant() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme", "ada@acme.example").await;
    app.database
        .change("UPDATE tenants SET name = 'Zyzzyva Holdings'")
        .await;

    let page = app
        .browser()
        .begin_sign_in(&app, "acme", Some(invited.tenant))
        .await;

    page.assert_status(200);
    let known = [
        "Zyzzyva".to_owned(),
        "ada@acme.example".to_owned(),
        invited.tenant.to_string(),
        app.org("acme").id(),
    ];
    for secret in known {
        assert!(!page.body.contains(&secret), "{secret}");
    }
}

#[tokio::test]
async fn a_tenants_page_leads_a_stranger_through_the_sign_in_back_to_it() {
    let app = TestApp::start().await;
    let wanted = connected(&app, "acme", "ada@acme.example").await;
    connected(&app, "acme", "ada@acme.example").await;
    let browser = app.browser();

    let home = browser.follow(&page_of(&wanted)).await;

    let tenant = wanted.tenant.to_string();
    assert_eq!(home.url.path(), "/");
    assert_eq!(home.url.query(), Some(format!("tenant={tenant}").as_str()));
    let hidden = format!("<input type=\"hidden\" name=\"tenant\" value=\"{tenant}\">");
    assert!(home.body.contains(&hidden));
    // A mistyped address must not lose where the person wanted to go.
    let form = [("organization", "nonsense"), ("tenant", tenant.as_str())];
    let again = browser.post("/sign-in", &form).await;
    assert!(again.assert_status(422).body.contains(&hidden));
    let page = browser
        .sign_in(&app, "acme", "ada@acme.example", Some(wanted.tenant))
        .await;
    assert_eq!(page.url.path(), page_of(&wanted));
}

#[tokio::test]
async fn an_organization_that_was_never_connected_is_told_so() {
    let app = TestApp::start().await;
    connected(&app, "acme", "ada@acme.example").await;
    // Invited and found, but not connected: nobody can have been let in.
    let halfway = app
        .invite_with(
            "globex",
            fake_okta::AuthMethod::PrivateKeyJwt,
            &app.catalog(),
        )
        .await;
    app.browser().walk_to_okta(&app, &halfway).await;

    for organization in [app.org("globex").origin(), "never.okta.com"] {
        let form = [("organization", organization)];
        let page = app.browser().press("/sign-in", &form).await;

        page.assert_status(422)
            .assert_says("Nobody can sign in with this organization here.")
            .assert_says("If you have an onboarding link, open that instead.");
        let kept = format!("value=\"{organization}\"");
        assert!(page.body.contains(&kept), "what was typed is kept");
        assert!(page.link("/oauth2/").is_none());
    }
}

#[tokio::test]
async fn a_malformed_address_is_explained_beside_the_field_and_kept() {
    let app = TestApp::start().await;
    for (typed, says) in [
        ("", "Enter your Okta organization's address"),
        ("acme@okta.com", "The address has an @ in it"),
        ("http://169.254.169.254/", "Only secure addresses"),
        ("https://169.254.169.254/", "number of a computer"),
        ("acme.okta.com.evil.example", "is not an Okta domain"),
        ("acme.okta.com:444", "Leave out the port"),
    ] {
        let page = app
            .browser()
            .post("/sign-in", &[("organization", typed)])
            .await;

        page.assert_status(422).assert_says(says);
        assert!(page.body.contains(&format!("value=\"{typed}\"")), "{typed}");
        assert!(page.body.contains("aria-invalid=\"true\""));
    }
}

#[tokio::test]
async fn what_is_given_back_is_text_and_never_markup() {
    let app = TestApp::start().await;
    let typed = "\"><script>alert(1)</script>";

    let page = app
        .browser()
        .post("/sign-in", &[("organization", typed)])
        .await;

    page.assert_status(422);
    assert!(!page.body.contains("<script>alert"));
    assert!(page.body.contains("&#60;script&#62;alert(1)"));
    let long = "x".repeat(5000);
    let page = app
        .browser()
        .post("/sign-in", &[("organization", &long)])
        .await;
    let given_back = page.assert_status(422).body.matches('x').count();
    assert!((300..400).contains(&given_back), "cut, not refused");
}
