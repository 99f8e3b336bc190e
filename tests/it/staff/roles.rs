//! What the groups of a person open.

use fake_okta::{Effect, Fault, GroupsClaim, Person};

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

/// Puts the person into these groups and no others.
fn regroup(app: &TestApp, login: &str, groups: &[&str]) {
    let org = app.org(ORGANIZATION);
    let person = org.person(login).unwrap();
    org.set_person(Person {
        groups: groups.iter().map(ToString::to_string).collect(),
        ..person
    });
}

#[tokio::test]
async fn a_lost_group_ends_every_session_of_that_person_and_of_nobody_else() {
    let app = TestApp::start().await;
    let (first, second) = (app.staff_browser(OLGA).await, app.staff_browser(OLGA).await);
    let sam = app.browser();
    let departures = sam.staff_departures(2).await;
    let back = sam.depart_as(&departures[0], SAM).await;
    sam.follow(back.as_str()).await.assert_status(200);
    regroup(&app, OLGA, &["Everyone"]);
    first.get("/support/overview").await.assert_status(200);

    // The news comes through the browser in which Sam is signed in.
    let back = sam.depart_as(&departures[1], OLGA).await;
    let page = sam.follow(back.as_str()).await;

    page.assert_explains(403, "You are signed in, but not as staff of this service");
    for browser in [&first, &second] {
        let answer = browser.get("/support/overview").await;
        assert_eq!(answer.status, 303, "the session has ended");
    }
    assert!(sam.get("/support").await.body.contains("Sam Example"));
    let kept = "staff_sessions WHERE revoked_at IS NOT NULL AND id_token IS NOT NULL";
    assert_eq!(app.database.count(kept).await, 0);
    let noted = "audit_events WHERE action = 'staff.refused' AND actor_kind = 'staff' AND detail->>'sessions_ended' = '2'";
    assert_eq!(app.database.count(noted).await, 1);
    regroup(&app, OLGA, &[OPERATOR_GROUP]);
    first.sign_in_as_staff(OLGA).await.assert_status(200);
}

#[tokio::test]
async fn a_lesser_group_lowers_every_session_and_a_greater_one_raises_none() {
    let app = TestApp::start().await;
    let (olga, sam) = (app.staff_browser(OLGA).await, app.staff_browser(SAM).await);
    regroup(&app, OLGA, &[SUPPORT_GROUP]);
    regroup(&app, SAM, &[OPERATOR_GROUP]);

    app.staff_browser(OLGA).await;
    app.staff_browser(SAM).await;

    olga.get("/support/overview")
        .await
        .assert_explains(403, "This page is for operators");
    olga.get("/support").await.assert_status(200);
    sam.get("/support/overview").await.assert_status(403);
}

#[tokio::test]
async fn an_older_answer_of_the_provider_gives_back_nothing_that_was_lost() {
    let app = TestApp::start().await;
    app.staff_browser(OLGA).await;
    let slow = app.browser();
    let back = slow.staff_way_back(OLGA).await;
    let late = Fault::on_token(Effect::LateAnswer { ms: 2_500 }).once();
    app.org(ORGANIZATION).faults().add(late);
    let waiting = tokio::spawn(async move {
        let answer = slow.get(back.as_str()).await;
        (slow, answer)
    });
    while !app.org(ORGANIZATION).faults().list().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    regroup(&app, OLGA, &["Everyone"]);
    let refused = app.browser().sign_in_as_staff(OLGA).await;
    refused.assert_status(403);

    let (slow, answer) = waiting.await.unwrap();

    answer.assert_explains(400, "This sign-in took too long");
    slow.get("/support").await.assert_goes_to("/staff/sign-in");
    let live = "staff_sessions WHERE staff_id IS NOT NULL AND revoked_at IS NULL";
    assert_eq!(app.database.count(live).await, 0);
}

#[tokio::test]
async fn a_sign_in_whose_session_ended_on_the_way_opens_none() {
    let app = TestApp::start().await;
    let olga = app.staff_browser(OLGA).await;
    let sam = app.browser();
    let departures = sam.staff_departures(2).await;
    let back = sam.depart_as(&departures[0], SAM).await;
    sam.follow(back.as_str()).await.assert_status(200);
    let back = sam.depart_as(&departures[1], SAM).await;
    let late = Fault::on_token(Effect::LateAnswer { ms: 1_500 }).once();
    app.org(ORGANIZATION).faults().add(late);
    let waiting = tokio::spawn(async move {
        let answer = sam.get(back.as_str()).await;
        (sam, answer)
    });
    while !app.org(ORGANIZATION).faults().list().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let of_sam = app
        .database
        .column("SELECT s.id::text FROM staff_sessions s JOIN staff p ON p.id = s.staff_id WHERE p.email LIKE 'sam%' AND s.revoked_at IS NULL")
        .await;
    let path = format!("/staff/sessions/{}/revoke", of_sam[0]);
    olga.post(&path, &[]).await.assert_status(303);

    let (sam, answer) = waiting.await.unwrap();

    answer.assert_status(400);
    sam.get("/support").await.assert_goes_to("/staff/sign-in");
}
