//! A hand-off that support makes: in whose name it asks, what becomes of the earlier one, when there
//! is nothing to hand off.

use grantway::domain::api_key::ApiRole;
use grantway::domain::connection::{AttentionReason, ConnectionState};
use grantway::domain::failure::FailureKind;
use reqwest::Method;

use super::{ADA, path_of, visit, visitor};
use crate::mend::{LEFT_OUT, with_a_gap};
use crate::support::staff::SAM;
use crate::support::{Answer, Browser, Invited, TestApp};

const OLGA: &str = "olga@acme.example";

/// A tenant that lacks three permissions, and its administrator's browser.
async fn connected(app: &TestApp) -> (Invited, Browser) {
    let invited = with_a_gap(app).await;
    let ada = app.browser();
    ada.connect(app, &invited, ADA).await.assert_status(200);
    app.org("acme")
        .set_person(fake_okta::Person::super_admin(OLGA));
    (invited, ada)
}

fn path(invited: &Invited) -> String {
    format!("{}/hand-off", path_of(invited))
}

/// The link that a page shows.
fn shown(page: &Answer) -> String {
    let code = page.assert_status(200).body.split("<code>").nth(1).unwrap();
    let link = code.split('<').next().unwrap();
    assert!(link.contains("/onboard/"), "{link}");
    link.to_owned()
}

/// From the link to the page that thanks.
async fn repair(app: &TestApp, invited: &Invited, link: &str) -> Answer {
    let colleague = app.browser();
    colleague.follow(link).await.assert_status(200);
    app.org("acme").grant(&invited.client_id, &LEFT_OUT);
    colleague
        .post("/repair/begin", &[])
        .await
        .assert_status(303);
    let authorize = colleague.okta_address().await;
    let back = colleague.sign_in_at_okta(&authorize, OLGA).await;
    colleague.follow(back.as_str()).await
}

#[tokio::test]
async fn an_administrators_hand_off_goes_out_anew_in_their_name_and_the_earlier_one_ends() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let theirs = ada
        .post(
            &format!("/tenants/{}/hand-off", invited.tenant),
            &[("reason", "I may not grant these, could you?")],
        )
        .await;
    let earlier = shown(&theirs);
    let began = app.browser();
    began.follow(&earlier).await.assert_status(200);
    let sam = visitor(&app, &invited).await;
    sam.get(&path_of(&invited))
        .await
        .assert_says("Resend the hand-off");

    let page = sam.post(&path(&invited), &[]).await;

    let link = shown(&page);
    page.assert_says("in the name of Ada Example")
        .assert_says("The earlier link for this repair no longer opens.")
        .assert_says("Ada Example asks for your help with")
        .assert_says(&format!("{} It works until", &link));
    for scope in LEFT_OUT {
        page.assert_says(scope);
    }
    app.browser().get(&earlier).await.assert_status(410);
    began.get("/repair").await.assert_status(401);
    let asked = app.browser().follow(&link).await;
    asked
        .assert_says("Ada Example asks for your help with Okta")
        .assert_says("I may not grant these, could you?");
    let done = repair(&app, &invited, &link).await;
    assert_eq!(done.url.path(), "/repair/done");
    ada.get(&format!("/tenants/{}", invited.tenant))
        .await
        .assert_says("Olga Example");
    let noted = app
        .database
        .column("SELECT actor_kind || ' ' || (detail->>'ended') FROM audit_events WHERE action = 'hand_off.created' AND detail ? 'ended'")
        .await;
    assert_eq!(noted, ["staff 1"]);
    let again = sam.get(&path_of(&invited)).await;
    assert!(!again.body.contains(&link), "it is shown once");
    assert!(
        !again.words().contains("hand-off"),
        "nothing is left to mend"
    );
}

#[tokio::test]
async fn where_nobody_asked_support_asks_and_says_about_whose_connection() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let sam = visitor(&app, &invited).await;
    sam.get(&path_of(&invited))
        .await
        .assert_says("Make a hand-off");

    let page = sam.post(&path(&invited), &[]).await;

    let link = shown(&page);
    page.assert_says("in the name of Northvault's support")
        .assert_says("There was no earlier one")
        .assert_says("We ask for your help with");
    app.browser()
        .follow(&link)
        .await
        .assert_says("Northvault's support asks for your help with Okta")
        .assert_says("About the connection of Ada Example");
    let done = repair(&app, &invited, &link).await;
    done.assert_says("Ada Example sees it on the status page");
    // It let nobody in, and took nobody's place among the administrators.
    ada.get(&format!("/tenants/{}", invited.tenant))
        .await
        .assert_says("Olga Example");
    app.browser()
        .sign_in_from_home(&app, "acme", OLGA)
        .await
        .assert_status(403);
}

#[tokio::test]
async fn of_two_made_at_once_one_opens() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    let sam = visitor(&app, &invited).await;
    let path = path(&invited);

    let (first, second) = tokio::join!(sam.post(&path, &[]), sam.post(&path, &[]));

    let mut answers = Vec::new();
    for page in [&first, &second] {
        answers.push(app.browser().get(&shown(page)).await.status);
    }
    answers.sort_unstable();
    assert_eq!(answers, [303, 410]);
    let caller = app.caller(ApiRole::Onboarding).await;
    let listed = caller
        .get(&format!("/tenants/{}/links", invited.tenant))
        .await
        .json();
    let all = listed["links"].as_array().unwrap().iter();
    let open = all.filter(|link| link["purpose"] == "repair" && link["state"] == "open");
    assert_eq!(open.count(), 1, "{listed}");
}

#[tokio::test]
async fn there_is_a_hand_off_only_where_a_colleague_could_mend_something() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let sam = visitor(&app, &invited).await;
    let nothing = async |when: &str| {
        let page = sam.get(&path_of(&invited)).await;
        assert!(!page.body.contains("hand-off\""), "offered {when}");
        let before = app.database.snapshot(None).await;
        sam.post(&path(&invited), &[])
            .await
            .assert_goes_to(&path_of(&invited));
        assert_eq!(app.database.snapshot(None).await, before, "made {when}");
    };
    nothing("before anybody signed in").await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    nothing("while everything works").await;
    let dead = AttentionReason::Failed(FailureKind::RefreshTokenDead);
    app.fall_into(ConnectionState::NeedsAttention(dead)).await;

    let link = shown(&sam.post(&path(&invited), &[]).await);

    app.browser()
        .follow(&link)
        .await
        .assert_says("The connection needs the sign-in of a Super Administrator.");
    app.fall_into(ConnectionState::Disconnected).await;
    nothing("after the end").await;
}

#[tokio::test]
async fn nobody_hands_off_without_a_visit_from_another_site_or_at_no_tenant() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    let sam = app.staff_browser(SAM).await;
    let before = app.database.snapshot(None).await;
    let path = path(&invited);
    sam.post(&path, &[])
        .await
        .assert_says("Why are you looking");
    let absent = format!("/support/tenants/{}/hand-off", uuid::Uuid::now_v7());
    sam.post(&absent, &[]).await.assert_status(404);
    assert_eq!(app.database.snapshot(None).await, before);
    visit(&sam, &invited).await;
    let before = app.database.snapshot(None).await;
    let crossing = [("sec-fetch-site", "cross-site")];
    sam.send(Method::POST, &path, Some(&[]), &crossing)
        .await
        .assert_status(403);
    assert_eq!(app.database.snapshot(None).await, before);
}

#[tokio::test]
async fn a_new_link_comes_with_a_text_to_send() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let sam = visitor(&app, &invited).await;

    let page = sam.post(&format!("{}/links", path_of(&invited)), &[]).await;

    let link = shown(&page);
    page.assert_says("A text to send")
        .assert_says(&format!("{link} It works until"))
        .assert_says("acme Ltd");
    page.assert_has("data-copy=\"Hello,");
}
