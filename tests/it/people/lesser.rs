//! Somebody without any role walks a second link of a connected tenant, and stays harmless for good.

use grantway::domain::api_key::ApiRole;

use super::{ADA, CONFIRMED, NORA, by_another_link, connected, page_of, with_a_gap};
use crate::support::staff::OLGA as OPERATOR;
use crate::support::{Browser, Invited, TestApp};

/// Nothing that writes answers this person.
async fn assert_harmless(app: &TestApp, invited: &Invited, nora: &Browser) {
    let page = page_of(invited);
    let ada = app.person(ADA).await;
    for path in [
        "/disconnect".to_owned(),
        "/people".to_owned(),
        format!("/people/{ada}/remove"),
        "/grants".to_owned(),
    ] {
        let answer = nora.get(&format!("{page}{path}")).await;
        answer
            .assert_status(403)
            .assert_says("Only a Super Administrator can do this")
            .assert_says("Ada Example (ada@acme.example)");
    }
    for path in [
        "/disconnect".to_owned(),
        format!("/people/{ada}/remove"),
        "/grants".to_owned(),
    ] {
        let answer = nora.post(&format!("{page}{path}"), &[]).await;
        answer.assert_status(403);
    }
}

#[tokio::test]
async fn who_has_no_role_sees_the_status_and_writes_nothing() {
    let app = TestApp::start().await;
    let (invited, ada) = with_a_gap(&app).await;
    let (nora, landed) = by_another_link(&app, &invited, NORA).await;
    assert_eq!(landed.url.path(), format!("{}/held", page_of(&invited)));
    // The administrator authorizes again, so that there is a token to write with.
    let authorize = ada.press_authorize_again(&invited).await;
    let back = ada.sign_in_at_okta(&authorize, ADA).await;
    ada.follow(back.as_str()).await.assert_status(200);
    let before = app.live().await;

    assert_harmless(&app, &invited, &nora).await;

    nora.get(&page_of(&invited)).await.assert_status(200);
    let checks = format!("{}/checks", page_of(&invited));
    nora.post(&checks, &[])
        .await
        .assert_goes_to(&page_of(&invited));
    assert_eq!(app.live().await, before);
    assert_eq!(app.grants_written(&invited), 0);
    // Who may, can.
    let grants = format!("{}/grants", page_of(&invited));
    ada.get(&grants).await.assert_status(200);
    ada.post(&grants, &CONFIRMED).await.assert_status(200);
    assert_eq!(app.grants_written(&invited), 3);
    let people = ada.get(&format!("{}/people", page_of(&invited))).await;
    people
        .assert_status(200)
        .assert_says("2 people were let in")
        .assert_says("Nora Example")
        .assert_says("Not a Super Administrator");
}

#[tokio::test]
async fn a_role_that_was_lost_counts_at_the_next_press() {
    let app = TestApp::start().await;
    let (invited, ada) = with_a_gap(&app).await;
    app.org("acme").set_role(ADA, fake_okta::Role::OrgAdmin);
    let grants = format!("{}/grants", page_of(&invited));

    ada.get(&grants).await.assert_status(200);
    ada.post(&grants, &CONFIRMED).await.assert_status(403);

    assert_eq!(app.grants_written(&invited), 0);
}

#[tokio::test]
async fn a_revoked_link_takes_back_the_access_that_it_gave() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let (nora, _) = by_another_link(&app, &invited, NORA).await;
    nora.get(&page_of(&invited)).await.assert_status(200);
    let link = app.link_of(NORA).await;

    let revoke = format!("/tenants/{}/links/{link}", invited.tenant);
    let program = app.caller(ApiRole::Onboarding).await;
    program.delete(&revoke).await.assert_status(204);

    assert_gone(&app, &invited, &nora).await;
    ada.get(&page_of(&invited)).await.assert_status(200);
    app.browser()
        .sign_in(&app, "acme", ADA, Some(invited.tenant))
        .await
        .assert_status(200);
}

#[tokio::test]
async fn ending_a_links_sessions_takes_back_the_access_that_it_gave() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let (nora, _) = by_another_link(&app, &invited, NORA).await;
    let link = app.link_of(NORA).await;
    let operator = app.staff_browser(OPERATOR).await;
    let desk = format!("/support/tenants/{}", invited.tenant);
    let reason = [("reason", "A link went to the wrong person")];
    operator
        .post(&format!("{desk}/visit"), &reason)
        .await
        .assert_goes_to(&desk);

    operator
        .post(&format!("{desk}/sessions/revoke"), &[("link", &link)])
        .await
        .assert_goes_to(&desk);

    assert_gone(&app, &invited, &nora).await;
    ada.get(&page_of(&invited)).await.assert_status(200);
}

/// Signed out, a stranger at the front door, and noted.
async fn assert_gone(app: &TestApp, invited: &Invited, nora: &Browser) {
    nora.get(&page_of(invited)).await.assert_goes_to("/");
    let back = nora.sign_in(app, "acme", NORA, Some(invited.tenant)).await;
    back.assert_status(403)
        .assert_says("this page is not yours to see");
    assert_eq!(app.noted("person.removed").await, 1);
    let with_access = "people WHERE let_in_at IS NOT NULL";
    assert_eq!(app.database.count(with_access).await, 1);
}
