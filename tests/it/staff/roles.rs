//! What the groups of a person open.

use fake_okta::{GroupsClaim, Person};

use crate::support::TestApp;
use crate::support::staff::{self, NICK, OLGA, OPERATOR_GROUP, ORGANIZATION, SAM, SUPPORT_GROUP};

const OPERATORS_PAGES: [&str; 1] = ["/support/overview"];

#[tokio::test]
async fn support_sees_the_look_up_and_is_told_who_may_see_the_rest() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;

    let page = browser.get("/support").await;
    page.assert_status(200).assert_says("Find a customer");
    assert!(!page.body.contains("href=\"/support/overview\""));
    for path in OPERATORS_PAGES {
        let page = browser.get(path).await;
        page.assert_explains(403, "This page is for operators")
            .assert_says(OPERATOR_GROUP)
            .assert_leads_on_to("/support");
    }
}

#[tokio::test]
async fn an_operator_sees_all_of_it() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(OLGA).await;

    browser.get("/support").await.assert_says("Find a customer");
    for path in OPERATORS_PAGES {
        browser.get(path).await.assert_status(200);
    }
}

#[tokio::test]
async fn somebody_in_neither_group_learns_which_groups_open_these_pages_and_gets_no_session() {
    let app = TestApp::start().await;
    let browser = app.browser();

    let page = browser.sign_in_as_staff(NICK).await;

    page.assert_explains(403, "You are signed in, but not as staff of this service")
        .assert_says(NICK)
        .assert_says(SUPPORT_GROUP)
        .assert_says(OPERATOR_GROUP)
        .assert_leads_on_to("/staff/sign-in?anew=yes");
    // There the provider asks, although it knows this browser.
    let again = browser.get("/staff/sign-in?anew=yes").await;
    let departure = again.link("prompt=login").unwrap();
    let asked = browser.follow(&departure).await;
    assert!(asked.body.contains("name=\"password\""));
    browser
        .get("/support")
        .await
        .assert_goes_to("/staff/sign-in");
    assert_eq!(app.database.count("staff").await, 0);
    let refused = "audit_events WHERE action = 'staff.refused' AND actor_kind = 'stranger'";
    assert_eq!(app.database.count(refused).await, 1);
    // Put into the group, the same person comes in.
    let org = app.org(ORGANIZATION);
    let nick = org.person(NICK).unwrap();
    org.set_person(Person {
        groups: vec![SUPPORT_GROUP.to_owned()],
        ..nick
    });
    browser
        .sign_in_as_staff(NICK)
        .await
        .assert_has("<span class=\"badge\">support</span>");
}

#[tokio::test]
async fn a_provider_that_does_not_tell_the_groups_lets_nobody_in() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    let client_id = staff::app(&app.fake).client_id;
    for filter in [None, Some(GroupsClaim::Equals("Everyone".to_owned()))] {
        org.update_app(&client_id, |app| app.groups_claim = filter);
        let page = app.browser().sign_in_as_staff(OLGA).await;
        page.assert_explains(403, "You are signed in, but not as staff of this service")
            .assert_says("claim named groups");
    }
}

#[tokio::test]
async fn a_role_is_that_of_the_sign_in_and_a_new_sign_in_brings_a_new_one() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(OLGA).await;
    let org = app.org(ORGANIZATION);
    let olga = org.person(OLGA).unwrap();
    org.set_person(Person {
        groups: vec![SUPPORT_GROUP.to_owned()],
        ..olga
    });
    browser.get("/support/overview").await.assert_status(200);
    browser.post("/staff/sign-out", &[]).await;

    browser
        .sign_in_as_staff(OLGA)
        .await
        .assert_has("<span class=\"badge\">support</span>");

    browser.get("/support/overview").await.assert_status(403);
    assert_eq!(app.database.count("staff").await, 1, "the same person");
}
