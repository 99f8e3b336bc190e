//! The provider is down, slow, or answers nonsense: a page says so, and who is in stays in.

use fake_okta::{Effect, Fault};

use crate::support::TestApp;
use crate::support::staff::{self, ORGANIZATION, SAM};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn a_provider_that_is_down_keeps_nobody_out_who_is_in() {
    let mut app = TestApp::start().await;
    let inside = app.staff_browser(SAM).await;
    let on_the_way = app.browser();
    let back = on_the_way.staff_way_back(SAM).await;
    let outage = app.stop_okta().await;

    let page = app.browser().get("/staff/sign-in").await;
    page.assert_explains(503, "The identity provider cannot be reached")
        .assert_leads_on_to("/staff/sign-in");
    let page = on_the_way.get(back.as_str()).await;
    page.assert_explains(503, "The identity provider cannot be reached");
    inside.get("/support").await.assert_status(200);
    let out = inside.post("/staff/sign-out", &[]).await;
    out.assert_goes_to("/staff/signed-out");

    app.start_okta(outage).await;
    on_the_way.sign_in_as_staff(SAM).await.assert_status(200);
}

#[tokio::test]
async fn each_way_to_answer_wrongly_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    let browser = app.browser();
    let nonsense = "The identity provider's answer made no sense";
    for (path, effect, status, title) in [
        (DISCOVERY, Effect::HtmlPage, 503, nonsense),
        (
            DISCOVERY,
            Effect::Redirect {
                to: "https://evil.example".to_owned(),
            },
            503,
            nonsense,
        ),
        (
            DISCOVERY,
            Effect::Oversized { bytes: 2_000_000 },
            503,
            nonsense,
        ),
        (DISCOVERY, Effect::GzipBomb { megabytes: 50 }, 503, nonsense),
        (
            DISCOVERY,
            Effect::Answer {
                status: 404,
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: "{}".to_owned(),
            },
            503,
            "The identity provider does not fit",
        ),
        (
            DISCOVERY,
            Effect::RateLimited {
                reset_in: 30,
                concurrency: false,
            },
            503,
            "The identity provider asks us to slow down",
        ),
    ] {
        org.faults().add(Fault::on(path, effect.clone()).times(2));
        let page = browser.get("/staff/sign-in").await;
        org.faults().clear();
        page.assert_explains(status, title);
        assert_eq!(app.database.count("staff_sign_ins").await, 0, "{effect:?}");
    }
}

#[tokio::test]
async fn a_broken_token_endpoint_costs_the_attempt_and_nothing_else() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    let browser = app.browser();
    for (effect, title) in [
        (
            Effect::HtmlPage,
            "The identity provider's answer made no sense",
        ),
        (
            Effect::ServerError,
            "The identity provider has a problem of its own",
        ),
        (
            Effect::Cut { after: 20 },
            "The identity provider cannot be reached",
        ),
    ] {
        org.clear_requests();
        org.faults().add(Fault::on_token(effect).once());
        let page = browser.sign_in_as_staff(SAM).await;
        page.assert_explains(503, title);
        assert_eq!(app.code_exchanges(ORGANIZATION), 1, "a code is sent once");
    }
    browser.sign_in_as_staff(SAM).await.assert_status(200);
}

#[tokio::test]
async fn a_changed_secret_is_told_as_what_it_is() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    org.rotate_client_secret(&staff::app(&app.fake).client_id);

    let page = app.browser().sign_in_as_staff(SAM).await;

    page.assert_explains(400, "The identity provider refuses this service")
        .assert_says("The identity provider said");
}

#[tokio::test]
async fn somebody_whom_the_app_is_not_assigned_to_reads_the_providers_reason() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    let client_id = staff::app(&app.fake).client_id;
    org.update_app(&client_id, |app| app.everyone = false);

    let page = app.browser().sign_in_as_staff(SAM).await;

    page.assert_explains(400, "The identity provider did not sign you in")
        .assert_says("User is not assigned to the client application.");
}
