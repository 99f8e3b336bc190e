//! A hand-off: a colleague with the right role does one repair, and gets nowhere else.

use super::{ADA, LEFT_OUT, with_a_gap};
use crate::support::{Browser, Invited, TestApp};

const OLGA: &str = "olga@acme.example";

/// Makes the link as the administrator does, and gives it.
async fn hand_off(browser: &Browser, invited: &Invited, reason: &str) -> String {
    let path = format!("/tenants/{}/hand-off", invited.tenant);
    let page = browser.post(&path, &[("reason", reason)]).await;
    page.assert_status(200);
    let link = page.body.split("/onboard/").nth(1).unwrap();
    let token: String = link
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    assert_eq!(token.len(), 43);
    format!("/onboard/{token}")
}

fn another_super_administrator(app: &TestApp) {
    app.org("acme")
        .set_person(fake_okta::Person::super_admin(OLGA));
}

#[tokio::test]
async fn a_colleague_finishes_the_repair_in_another_browser() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let ada = app.browser();
    ada.connect(&app, &invited, ADA).await;
    another_super_administrator(&app);
    let link = hand_off(&ada, &invited, "I may not grant <b>these</b>, could you?").await;
    let olga = app.browser();

    let page = olga.follow(&link).await;
    page.assert_status(200)
        .assert_says("Ada Example")
        .assert_says("I may not grant &#60;b&#62;these&#60;/b&#62;, could you?");
    for scope in LEFT_OUT {
        page.assert_says(scope);
    }
    app.org("acme").grant(&invited.client_id, &LEFT_OUT);
    olga.post("/repair/begin", &[])
        .await
        .assert_goes_to("/onboarding/sign-in");
    let authorize = olga.okta_address().await;
    let back = olga.sign_in_at_okta(&authorize, OLGA).await;
    let done = olga.follow(back.as_str()).await;

    assert_eq!(done.url.path(), "/repair/done");
    done.assert_status(200).assert_says("25 permissions");
    let tenant_page = format!("/tenants/{}", invited.tenant);
    ada.get(&tenant_page).await.assert_says("Olga Example");
    // The link let nobody in, and has done its work.
    olga.get(&tenant_page).await.assert_status(410);
    olga.get(&link).await.assert_status(410);
    let back_in = app.browser().sign_in_from_home(&app, "acme", OLGA).await;
    back_in.assert_status(403);
}

#[tokio::test]
async fn a_repair_link_leads_nowhere_else() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let ada = app.browser();
    ada.connect(&app, &invited, ADA).await;
    let link = hand_off(&ada, &invited, "").await;
    let colleague = app.browser();
    colleague.follow(&link).await.assert_status(200);
    colleague
        .post("/repair/begin", &[])
        .await
        .assert_status(303);

    for step in ["organization", "permissions", "app"] {
        colleague
            .get(&format!("/onboarding/{step}"))
            .await
            .assert_status(404);
    }
    let form = [
        ("client_auth", "private_key_jwt"),
        ("client_id", "0oaAnother"),
        ("client_secret", ""),
    ];
    colleague
        .post("/onboarding/app", &form)
        .await
        .assert_status(404);
    colleague
        .get(&format!("/tenants/{}", invited.tenant))
        .await
        .assert_status(404);
    colleague.get("/repair/done").await.assert_status(404);
}

#[tokio::test]
async fn a_repair_link_belongs_to_one_browser_and_to_its_days() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let ada = app.browser();
    ada.connect(&app, &invited, ADA).await;
    let link = hand_off(&ada, &invited, "").await;
    let first = app.browser();
    first.follow(&link).await.assert_status(200);
    first.post("/repair/begin", &[]).await.assert_status(303);

    app.browser().get(&link).await.assert_status(409);
    app.advance(time::Duration::hours(73));
    app.browser().get(&link).await.assert_status(410);
}

#[tokio::test]
async fn a_reason_cannot_turn_the_words_around_it() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let ada = app.browser();
    ada.connect(&app, &invited, ADA).await;
    let reason = "Ticket \u{202e}17\u{2066}\u{200b} of today";
    let link = hand_off(&ada, &invited, reason).await;

    let page = app.browser().follow(&link).await;

    page.assert_says("Ticket 17 of today");
    for hidden in ['\u{202e}', '\u{2066}', '\u{200b}'] {
        assert!(!page.body.contains(hidden), "{hidden:?}");
    }
    let invisible = hand_off(&ada, &invited, "\u{202e}\u{200b}\u{3164}").await;
    app.browser().follow(&invisible).await.assert_status(200);
    let kept = "onboarding_links WHERE purpose = 'repair' AND reason = ''";
    assert_eq!(app.database.count(kept).await, 1);
}
