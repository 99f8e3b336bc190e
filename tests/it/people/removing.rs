//! Taking access back: by a Super Administrator of the organization, by the vendor's operator, by a
//! program; never by a lesser role.

use grantway::domain::api_key::ApiRole;
use reqwest::Method;

use super::{ADA, NORA, OSCAR, by_another_link, connected, page_of};
use crate::support::staff::{OLGA as OPERATOR, SAM};
use crate::support::{Browser, Invited, TestApp};

fn remove(invited: &Invited, person: &str) -> String {
    format!("{}/people/{person}/remove", page_of(invited))
}

async fn on_a_visit(app: &TestApp, invited: &Invited, login: &str) -> Browser {
    let staff = app.staff_browser(login).await;
    let desk = format!("/support/tenants/{}", invited.tenant);
    staff
        .post(&format!("{desk}/visit"), &[("reason", "Asked by phone")])
        .await
        .assert_goes_to(&desk);
    staff
}

async fn assert_stranger(app: &TestApp, invited: &Invited, login: &str) {
    let browser = app.browser();
    let back = browser
        .sign_in(app, "acme", login, Some(invited.tenant))
        .await;
    back.assert_status(403);
    browser.get(&page_of(invited)).await.assert_status(404);
}

#[tokio::test]
async fn with_the_access_end_sessions_hand_offs_sign_ins_and_the_way_back() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let (oscar, _) = by_another_link(&app, &invited, OSCAR).await;
    let elsewhere = app.browser();
    elsewhere
        .sign_in(&app, "acme", OSCAR, Some(invited.tenant))
        .await
        .assert_status(200);
    let page = oscar
        .post(
            &format!("{}/hand-off", page_of(&invited)),
            &[("reason", "")],
        )
        .await;
    let hand_off = format!("/onboard/{}", page.between("/onboard/", "<").unwrap());
    let colleague = app.browser();
    colleague.follow(&hand_off).await.assert_status(200);
    let at_okta = oscar.press_authorize_again(&invited).await;
    let back = oscar.sign_in_at_okta(&at_okta, OSCAR).await;
    let path = remove(&invited, &app.person(OSCAR).await);

    ada.get(&path)
        .await
        .assert_status(200)
        .assert_says("Remove the access of Oscar Example ?")
        .assert_says("Nothing has happened yet.");
    ada.post(&path, &[])
        .await
        .assert_goes_to(&format!("{}/people", page_of(&invited)));

    for browser in [&oscar, &elsewhere] {
        browser.get(&page_of(&invited)).await.assert_goes_to("/");
    }
    assert_ne!(oscar.follow(back.as_str()).await.status, 200);
    app.browser().get(&hand_off).await.assert_status(410);
    colleague.get("/repair").await.assert_status(401);
    assert_stranger(&app, &invited, OSCAR).await;
    let list = ada.get(&format!("{}/people", page_of(&invited))).await;
    assert!(!list.body.contains(OSCAR), "{}", list.body);
    assert_eq!(app.noted("person.removed").await, 1);
    // A second press finds it done; another link lets them in once more.
    ada.post(&path, &[]).await.assert_status(303);
    assert_eq!(app.noted("person.removed").await, 1);
    let (again, _) = by_another_link(&app, &invited, OSCAR).await;
    again.get(&page_of(&invited)).await.assert_status(200);
}

#[tokio::test]
async fn whoever_is_at_okta_to_come_back_finds_the_door_closed() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    by_another_link(&app, &invited, OSCAR).await;
    let browser = app.browser();
    let page = browser
        .begin_sign_in(&app, "acme", Some(invited.tenant))
        .await;
    let authorize = page.link("/oauth2/v1/authorize").unwrap();
    let back = browser.sign_in_at_okta(&authorize, OSCAR).await;

    ada.post(&remove(&invited, &app.person(OSCAR).await), &[])
        .await
        .assert_status(303);

    browser.follow(back.as_str()).await.assert_status(403);
    assert_eq!(app.noted("administrator.signed_in").await, 0);
}

#[tokio::test]
async fn the_last_one_is_told_so_and_leaves_by_the_door() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let path = remove(&invited, &app.person(ADA).await);

    ada.get(&path)
        .await
        .assert_status(200)
        .assert_says("Remove your own access?")
        .assert_says("Nobody else has access.");
    ada.post(&path, &[]).await.assert_goes_to("/signed-out");

    assert_stranger(&app, &invited, ADA).await;
    assert_eq!(
        app.database.count("token_sets").await,
        1,
        "the connection goes on"
    );
}

#[tokio::test]
async fn an_operator_on_a_visit_removes_and_support_only_looks() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    let (nora, _) = by_another_link(&app, &invited, NORA).await;
    let sam = on_a_visit(&app, &invited, SAM).await;
    let olga = on_a_visit(&app, &invited, OPERATOR).await;
    let list = format!("/support/tenants/{}/people", invited.tenant);
    let path = format!("{list}/{}/remove", app.person(NORA).await);

    sam.get(&list)
        .await
        .assert_status(200)
        .assert_says("Nora Example")
        .assert_says("An operator can remove access");
    for method in [Method::GET, Method::POST] {
        let refused = sam.send(method, &path, Some(&[]), &[]).await;
        refused.assert_status(403);
    }
    nora.get(&page_of(&invited)).await.assert_status(200);
    olga.get(&list).await.assert_says("Remove");
    olga.get(&path)
        .await
        .assert_status(200)
        .assert_says("Remove the access of Nora Example?");
    let told = olga.press(&path, &[]).await;

    told.assert_says("Access removed");
    assert_stranger(&app, &invited, NORA).await;
    let by = "SELECT removed_by FROM people WHERE removed_at IS NOT NULL";
    assert!(app.database.column(by).await[0].starts_with("staff "));
}

#[tokio::test]
async fn a_program_lists_and_removes() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    by_another_link(&app, &invited, NORA).await;
    let program = app.caller(ApiRole::Onboarding).await;
    let path = format!("/tenants/{}/people", invited.tenant);

    let listed = program.get(&path).await.json();
    let people = listed["people"].as_array().unwrap();
    assert_eq!(people.len(), 2);
    assert_eq!(people[0]["email"], ADA);
    assert_eq!(people[0]["super_administrator"], true);
    assert_eq!(people[1]["super_administrator"], false);
    assert_eq!(people[1]["link"], app.link_of(NORA).await.as_str());
    let nora = people[1]["id"].as_str().unwrap();
    let one = format!("{path}/{nora}");
    program.delete(&one).await.assert_status(204);
    program.delete(&one).await.assert_problem(404, "not-found");

    assert_stranger(&app, &invited, NORA).await;
    let support = app.caller(ApiRole::Support).await;
    assert_eq!(
        support.get(&path).await.json()["people"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_person_of_another_tenant_is_nobody_here() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let other = app
        .invite_with(
            "globex",
            fake_okta::AuthMethod::PrivateKeyJwt,
            &app.catalog(),
        )
        .await;
    let theirs = app.browser();
    theirs
        .connect(&app, &other, "ada@globex.example")
        .await
        .assert_status(200);
    let person = app.person("ada@globex.example").await;

    ada.post(&remove(&invited, &person), &[])
        .await
        .assert_status(303);
    let program = app.caller(ApiRole::Onboarding).await;
    let path = format!("/tenants/{}/people/{person}", invited.tenant);
    program.delete(&path).await.assert_status(404);

    theirs.get(&page_of(&other)).await.assert_status(200);
}
