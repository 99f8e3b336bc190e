//! Several links in one browser: none ends another, and no form is taken for another's.

use fake_okta::AuthMethod;
use reqwest::Method;

use crate::support::app::Invited;
use crate::support::sessions::token_of;
use crate::support::{Answer, Browser, TestApp};

const FROM_ELSEWHERE: [(&str, &str); 2] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-mode", "navigate"),
];

async fn invite(app: &TestApp, name: &str, org: &str) -> Invited {
    let (method, scopes) = (AuthMethod::ClientSecretBasic, app.catalog());
    app.invite_named(name, org, method, &scopes).await
}

/// A page at another site that leads the browser to a link.
async fn led_to(browser: &Browser, link: &str) -> Answer {
    browser.send(Method::GET, link, None, &FROM_ELSEWHERE).await
}

/// Opens a link beside what is open, as the page that asks does.
async fn open_beside(browser: &Browser, link: &str) -> String {
    let asked = browser.get(link).await;
    asked.assert_status(200).assert_says("Open this link?");
    browser.post(link, &[]).await.assert_goes_to("/onboarding");
    browser.link_in_view().await.unwrap()
}

async fn live_sessions(app: &TestApp) -> i64 {
    app.database
        .count("sessions WHERE revoked_at IS NULL AND kind <> 'visitor'")
        .await
}

#[tokio::test]
async fn a_link_that_another_site_opens_ends_no_onboarding() {
    let app = TestApp::start().await;
    let (own, attackers) = (app.invite().await, invite(&app, "Mallory", "globex").await);
    let victim = app.browser();
    victim.walk_to_app(&app, &own).await;
    let (cookie, sessions) = (victim.cookie(), live_sessions(&app).await);

    let asked = led_to(&victim, &attackers.link).await;

    asked
        .assert_status(200)
        .assert_says("Open this link?")
        .assert_says("This link is for Northvault account Mallory")
        .assert_says("acme Ltd Onboarding in progress");
    assert!(asked.headers.get("set-cookie").is_none());
    assert!(!asked.body.contains(token_of(&attackers.link)));
    assert_eq!(
        (victim.cookie(), live_sessions(&app).await),
        (cookie, sessions)
    );
    victim.get(&own.link).await.assert_goes_to("/onboarding");
    victim.get("/onboarding/app").await.assert_status(200);
    victim
        .submit_app(&own)
        .await
        .assert_goes_to("/onboarding/sign-in");
}

#[tokio::test]
async fn a_link_that_another_site_opens_ends_no_administrators_session() {
    let app = TestApp::start().await;
    let (own, attackers) = (app.invite().await, invite(&app, "Mallory", "globex").await);
    let ada = app.browser();
    ada.connect(&app, &own, "ada@acme.example").await;
    let (page, cookie) = (format!("/tenants/{}", own.tenant), ada.cookie());

    let asked = led_to(&ada, &attackers.link).await;

    asked.assert_says("acme Ltd Connected, signed in as Ada Example");
    assert_eq!(ada.cookie(), cookie);
    ada.get(&page).await.assert_status(200);
    let forced = ada
        .send(Method::POST, &attackers.link, Some(&[]), &FROM_ELSEWHERE)
        .await;
    forced.assert_status(403);
    // Also when the person opens it: both stay.
    open_beside(&ada, &attackers.link).await;
    ada.get(&page).await.assert_status(200);
    ada.get("/onboarding").await.assert_says("Mallory");
}

#[tokio::test]
async fn two_onboardings_in_one_browser_are_both_finished() {
    let app = TestApp::start().await;
    let acme = invite(&app, "Acme", "acme").await;
    let globex = invite(&app, "Globex", "globex").await;
    let browser = app.browser();
    browser.walk_to_app(&app, &acme).await;
    let first = browser.link_in_view().await.unwrap();
    let second = open_beside(&browser, &globex.link).await;
    // Which one is meant is asked where the address does not say.
    let which = browser.get("/onboarding/app").await;
    which
        .assert_says("Which account?")
        .assert_says("Acme Onboarding in progress")
        .assert_says("Globex Onboarding in progress");
    for link in [&first, &second] {
        let page = browser.get(&format!("/onboarding?link={link}")).await;
        page.assert_status(200);
    }
    browser.walk_on_to_app(&app, &globex).await;
    browser
        .submit_app(&globex)
        .await
        .assert_goes_to("/onboarding/sign-in");

    // Back in the first one's tab, which was open all the time.
    let form = [
        ("link", first.as_str()),
        ("client_auth", "client_secret_basic"),
        ("client_id", acme.client_id.as_str()),
        ("client_secret", acme.client_secret.as_deref().unwrap()),
    ];
    browser
        .post("/onboarding/app", &form)
        .await
        .assert_goes_to("/onboarding/sign-in");
    for (invited, link, who) in [
        (&acme, &first, "ada@acme.example"),
        (&globex, &second, "ada@globex.example"),
    ] {
        let page = browser
            .get(&format!("/onboarding/sign-in?link={link}"))
            .await;
        let okta = page
            .assert_status(200)
            .link("/oauth2/v1/authorize")
            .unwrap();
        let back = browser.sign_in_at_okta(&okta, who).await;
        let landed = browser.follow(back.as_str()).await;
        landed.assert_says("All 25 permissions are granted.");
        assert_eq!(landed.url.path(), format!("/tenants/{}", invited.tenant));
        browser.forget_elsewhere();
    }
    for invited in [&acme, &globex] {
        let page = browser.get(&format!("/tenants/{}", invited.tenant)).await;
        page.assert_status(200);
    }
}

#[tokio::test]
async fn a_form_of_a_tab_that_was_left_open_is_stored_with_no_other_account() {
    let app = TestApp::start().await;
    let acme = invite(&app, "Acme", "acme").await;
    let globex = invite(&app, "Globex", "globex").await;
    let browser = app.browser();
    browser.walk_to_app(&app, &acme).await;
    let stale = browser.link_in_view().await.unwrap();
    app.revoke_link(&acme, &acme.link).await;
    browser.walk_to_app(&app, &globex).await;
    let before = app.database.snapshot(None).await;
    let secret = "a-secret-of-acmes-that-was-typed-into-the-old-tab";
    let origin = app.org("globex").origin().to_owned();
    let fields = [
        ("client_auth", "client_secret_basic"),
        ("client_id", acme.client_id.as_str()),
        ("client_secret", secret),
        ("organization", origin.as_str()),
    ];
    let forms = [
        "/onboarding/begin",
        "/onboarding/organization",
        "/onboarding/organization/confirm",
        "/onboarding/permissions",
        "/onboarding/app",
        "/repair/begin",
    ];
    for path in forms {
        for link in [stale.as_str(), "", "not-a-link"] {
            let mut form = vec![("link", link), ("account", "Acme")];
            form.extend(fields);
            let answer = browser.post(path, &form).await;

            answer
                .assert_status(409)
                .assert_says("Nothing was stored")
                .assert_says("This form was for the account Acme")
                .assert_says("Globex Onboarding in progress");
            assert!(!answer.body.contains(secret));
        }
        let unnamed = browser.send(Method::POST, path, Some(&fields), &[]).await;
        unnamed
            .assert_status(409)
            .assert_says("for another account");
    }
    assert_eq!(app.database.snapshot(None).await, before);
    let page = browser.get("/onboarding/app").await;
    page.assert_status(200)
        .assert_has("name=\"account\" value=\"Globex\"");
}

#[tokio::test]
async fn what_has_to_go_for_one_link_more_is_said_first() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for number in 1..=6 {
        let invited = invite(&app, &format!("Customer {number}"), "acme").await;
        if number == 1 {
            browser.get(&invited.link).await.assert_status(303);
        } else {
            open_beside(&browser, &invited.link).await;
        }
        app.advance(time::Duration::minutes(1));
    }
    let seventh = invite(&app, "Customer 7", "acme").await;
    assert_eq!(live_sessions(&app).await, 6);

    let asked = browser.get(&seventh.link).await;
    asked.assert_says("If you open the link, Customer 1 is closed here");
    assert_eq!(live_sessions(&app).await, 6);
    browser.post(&seventh.link, &[]).await.assert_status(303);

    assert_eq!(live_sessions(&app).await, 6);
    let open = browser.get("/onboarding").await;
    open.assert_says("Customer 7");
    assert!(!open.words().contains("Customer 1 "));
}

#[tokio::test]
async fn a_link_of_a_connected_account_says_so_before_anything_else() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;
    let link = app.another_link(&invited).await;
    let second = app.browser();

    let page = second.follow(&link).await;

    let host = app.org("acme").origin().replace("http://", "");
    let title = page.words().find("This account is already connected");
    let begin = page.words().find("Begin");
    assert!(title.is_some() && title < begin, "{}", page.words());
    page.assert_says(&format!(
        "{host} has been connected to Northvault account acme Ltd"
    ))
    .assert_says("Nothing changes until you sign in with Okta");
}
