//! Sessions: whose they are, when a cookie changes, and when it counts no more.

mod endings;
mod redirects;

use crate::support::{Answer, Browser, TestApp};

/// A cookie that an attacker planted, of the right length.
const PLANTED: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const EVIL: &str = "https://evil.example";

/// A session that the attacker opened and knows the cookie of.
async fn attackers_cookie(app: &TestApp) -> String {
    let attacker = app.browser();
    attacker.post("/sign-in", &[("organization", "x")]).await;
    attacker.cookie()
}

/// What a stolen or planted cookie opens.
async fn with_cookie(app: &TestApp, cookie: &str, path: &str) -> Answer {
    let thief = app.browser();
    thief.set_session_cookie(cookie);
    thief.get(path).await
}

#[tokio::test]
async fn opening_a_link_replaces_a_cookie_that_was_set_beforehand() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    for planted in [PLANTED.to_owned(), attackers_cookie(&app).await] {
        let victim = app.browser();
        victim.set_session_cookie(&planted);

        victim
            .get(&invited.link)
            .await
            .assert_goes_to("/onboarding");

        assert_ne!(victim.cookie(), planted);
        victim.get("/onboarding").await.assert_status(200);
        with_cookie(&app, &planted, "/onboarding")
            .await
            .assert_status(401);
    }
    let live = app
        .database
        .count("sessions WHERE kind = 'visitor' AND revoked_at IS NULL")
        .await;
    assert_eq!(live, 0, "the planted session was ended");
}

#[tokio::test]
async fn the_callback_replaces_the_cookie_and_ends_the_old_one() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let before = browser.cookie();
    let back = browser
        .sign_in_at_okta(&authorize, "ada@acme.example")
        .await;

    browser.follow(back.as_str()).await.assert_status(200);

    assert_ne!(browser.cookie(), before);
    with_cookie(&app, &before, "/onboarding")
        .await
        .assert_status(401);
    let page = format!("/tenants/{}", invited.tenant);
    with_cookie(&app, &before, &page).await.assert_goes_to("/");
    with_cookie(&app, &browser.cookie(), &page)
        .await
        .assert_status(200);
}

#[tokio::test]
async fn signing_in_gives_nothing_to_whoever_planted_the_cookie() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;
    let page = format!("/tenants/{}", invited.tenant);
    let planted = attackers_cookie(&app).await;
    let victim = app.browser();
    victim.set_session_cookie(&planted);

    let landed = victim.sign_in(&app, "acme", "ada@acme.example", None).await;

    assert_eq!(landed.url.path(), page);
    assert_ne!(victim.cookie(), planted);
    with_cookie(&app, &planted, &page).await.assert_goes_to("/");
    victim.get(&page).await.assert_status(200);
}

#[tokio::test]
async fn authorizing_again_replaces_the_cookie_too() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, "ada@acme.example").await;
    let (page, before) = (format!("/tenants/{}", invited.tenant), browser.cookie());
    let leaving = browser.press(&format!("{page}/authorize"), &[]).await;
    let okta = leaving.link("/oauth2/v1/authorize").unwrap();
    let back = browser.sign_in_at_okta(&okta, "ada@acme.example").await;

    browser.follow(back.as_str()).await.assert_status(200);

    assert_ne!(browser.cookie(), before);
    with_cookie(&app, &before, &page).await.assert_goes_to("/");
}

#[tokio::test]
async fn a_sign_in_that_another_site_begins_is_refused_and_leaves_no_session() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;
    let before = app.database.snapshot(None).await;
    let organization = app.org("acme").origin().to_owned();
    let crossings = [
        vec![("sec-fetch-site", "cross-site"), ("origin", EVIL)],
        vec![("sec-fetch-site", "same-site"), ("origin", EVIL)],
        vec![("origin", EVIL)],
        vec![("origin", "null")],
    ];
    for headers in crossings {
        let victim: Browser = app.browser();
        let form = [("organization", organization.as_str())];
        let answer = victim
            .send(reqwest::Method::POST, "/sign-in", Some(&form), &headers)
            .await;

        answer
            .assert_status(403)
            .assert_says("That came from another site");
        assert_eq!(victim.session_cookie(), None, "{headers:?}");
    }
    assert_eq!(app.database.snapshot(None).await, before);
}

/// Someone else's link leads into a session that names whose account it is, so that nobody connects
/// their organization to a stranger's account unawares.
#[tokio::test]
async fn a_strangers_link_names_whose_account_it_opens() {
    let app = TestApp::start().await;
    let attackers = app.invite().await;
    let victim = app.browser();

    victim.get(&attackers.link).await.assert_status(303);

    let page = victim.get("/onboarding").await;
    page.assert_says("acme Ltd")
        .assert_says("Not your account or not your organization? Stop here");
}
