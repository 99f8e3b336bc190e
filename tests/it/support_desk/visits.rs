//! Nobody looks without having said why, and the administrator is told.

use time::Duration;

use super::{ADA, REASON, path_of, visit, visitor};
use crate::support::TestApp;
use crate::support::staff::{OLGA, SAM, SUE};

#[tokio::test]
async fn a_look_begins_with_its_reason_which_the_administrator_sees() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let ada = app.browser();
    ada.connect(&app, &invited, ADA).await.assert_status(200);
    let sam = app.staff_browser(SAM).await;
    let path = path_of(&invited);

    let asked = sam.get(&path).await;
    asked
        .assert_status(200)
        .assert_says("Why are you looking at acme Ltd");
    assert!(
        !asked.body.contains(&invited.client_id),
        "nothing is shown before"
    );
    for unseen in [" \u{7} ", "\u{202e}\u{200b}", "\u{3164}\u{2800}"] {
        let empty = sam
            .post(&format!("{path}/visit"), &[("reason", unseen)])
            .await;
        empty
            .assert_status(422)
            .assert_says("Say why, in a few words");
    }
    let before = ada.get(&format!("/tenants/{}", invited.tenant)).await;
    assert!(!before.words().contains("support looked"));
    visit(&sam, &invited).await;

    let page = sam.get(&path).await;
    page.assert_status(200).assert_says(REASON);
    let told = ada.get(&format!("/tenants/{}", invited.tenant)).await;
    told.assert_says("Northvault's support looked at this page")
        .assert_says(REASON)
        .assert_says("Sam Example");
    assert!(!told.body.contains(SAM), "the staff's address is theirs");
    let noted = "audit_events WHERE action = 'support.looked' AND actor_kind = 'staff' AND detail->>'reason' LIKE 'Ticket%'";
    assert_eq!(app.database.count(noted).await, 1);
}

#[tokio::test]
async fn a_reason_counts_for_its_browser_its_tenant_and_an_hour() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let other = app
        .invite_named("Other", "globex", fake_okta::AuthMethod::PrivateKeyJwt, &[])
        .await;
    let sam = visitor(&app, &invited).await;
    let sue = app.staff_browser(SUE).await;

    sue.get(&path_of(&invited))
        .await
        .assert_says("Why are you looking");
    sam.get(&path_of(&other))
        .await
        .assert_says("Why are you looking");
    for minutes in [20, 20, 15] {
        app.advance(Duration::minutes(minutes));
        sam.get(&path_of(&invited)).await.assert_says("Your visit");
    }
    app.advance(Duration::minutes(6));
    sam.get(&path_of(&invited))
        .await
        .assert_says("Why are you looking");
}

#[tokio::test]
async fn a_reason_is_of_the_person_who_gave_it_whoever_uses_the_browser_next() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let departures = browser.staff_departures(3).await;
    let sign_in = async |departure: usize, login: &str| {
        let back = browser.depart_as(&departures[departure], login).await;
        browser.follow(back.as_str()).await.assert_status(200);
        browser.get(&path_of(&invited)).await
    };
    sign_in(0, SAM).await.assert_says("Why are you looking");
    visit(&browser, &invited).await;
    // Whoever signs in again goes on.
    sign_in(1, SAM).await.assert_says("Your visit");

    // A stronger person, in a tab that was opened before.
    let asked = sign_in(2, OLGA).await;

    asked.assert_says("Why are you looking");
    assert!(!asked.body.contains(&invited.client_id));
    let bundle = browser
        .get(&format!("{}/bundle.json", path_of(&invited)))
        .await;
    bundle.assert_says("Why are you looking");
    visit(&browser, &invited).await;
    browser
        .get(&path_of(&invited))
        .await
        .assert_says("Your visit");
    let families = app
        .database
        .column("SELECT DISTINCT session_family::text FROM support_visits")
        .await;
    assert_eq!(families.len(), 2, "another person, another family");
}

#[tokio::test]
async fn every_page_of_a_tenants_asks_first_and_an_unknown_tenant_is_not_there() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let sam = app.staff_browser(SAM).await;
    for page in ["", "/customer-view", "/bundle.json"] {
        let answer = sam.get(&format!("{}{page}", path_of(&invited))).await;
        answer.assert_says("Why are you looking");
        assert!(answer.headers.get("content-disposition").is_none());
    }
    let asked = sam
        .post(&format!("{}/checks", path_of(&invited)), &[])
        .await;
    asked.assert_says("Why are you looking");
    assert_eq!(app.database.count("checks").await, 0);
    for id in ["018f0000-0000-7000-8000-000000000000", "nonsense", "..%2f"] {
        sam.get(&format!("/support/tenants/{id}"))
            .await
            .assert_status(404);
        let visit = sam
            .post(&format!("/support/tenants/{id}/visit"), &[("reason", "x")])
            .await;
        visit.assert_status(404);
    }
}

#[tokio::test]
async fn what_the_customer_sees_is_their_page_with_nothing_to_press() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let ada = app.browser();
    let theirs = ada.connect(&app, &invited, ADA).await;
    let sam = visitor(&app, &invited).await;

    let seen = sam
        .get(&format!("{}/customer-view", path_of(&invited)))
        .await;

    seen.assert_status(200)
        .assert_says("This is what the administrators of acme Ltd see")
        .assert_says("All 25 permissions");
    theirs.assert_says("All 25 permissions");
    let form = seen.body.find("<form").unwrap_or(usize::MAX);
    let switched_off = seen
        .body
        .find("<fieldset class=\"bare\" disabled>")
        .unwrap();
    let main = seen.body.find("<main").unwrap();
    assert!(main < switched_off && (form < main || form > switched_off));
    let tried = sam
        .post(&format!("/tenants/{}/checks", invited.tenant), &[])
        .await;
    tried.assert_status(401);
}

#[tokio::test]
async fn a_check_that_support_asks_for_is_theirs_in_the_trail() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let sam = visitor(&app, &invited).await;

    let asked = sam
        .post(&format!("{}/checks", path_of(&invited)), &[])
        .await;

    asked.assert_goes_to(&path_of(&invited));
    sam.get(&format!("{}?done=check", path_of(&invited)))
        .await
        .assert_says("Check asked for, by Sam Example, staff.");
    let noted = "audit_events WHERE action = 'check.requested' AND actor_kind = 'staff'";
    assert_eq!(app.database.count(noted).await, 1);
}

#[tokio::test]
async fn a_new_link_is_shown_once_leads_the_customer_on_and_is_the_staffs_in_the_trail() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let sam = visitor(&app, &invited).await;

    let page = sam.post(&format!("{}/links", path_of(&invited)), &[]).await;

    page.assert_status(200).assert_says("It is shown this once");
    let link = page
        .body
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert!(link.starts_with(&format!("{}/onboard/", app.url)));
    app.browser().follow(link).await.assert_says("acme Ltd");
    let noted = "audit_events WHERE action = 'link.created' AND actor_kind = 'staff'";
    assert_eq!(app.database.count(noted).await, 1);
    let again = sam.get(&path_of(&invited)).await;
    assert!(!again.body.contains(link));
}
