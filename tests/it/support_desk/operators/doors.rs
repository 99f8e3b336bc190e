//! Links and sessions, closed at once.

use grantway::domain::api_key::ApiRole;
use serde_json::json;

use super::{act, connected, noted, operator};
use crate::support::TestApp;
use crate::support::staff::SAM;
use crate::support_desk::{ADA, path_of};

#[tokio::test]
async fn all_open_links_end_with_who_opened_them_and_nobody_else() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let links = [
        app.another_link(&invited).await,
        app.another_link(&invited).await,
        app.another_link(&invited).await,
    ];
    let holder = app.browser();
    holder.get(&links[0]).await.assert_goes_to("/onboarding");
    let other = app
        .invite_named("Other", "globex", fake_okta::AuthMethod::PrivateKeyJwt, &[])
        .await;
    let olga = operator(&app, &invited).await;
    let path = act(&invited, "links/revoke");

    let asked = olga.get(&path).await;
    asked
        .assert_says("3 links and 1 session end.")
        .assert_says("3 onboarding links no longer open.")
        .assert_says("1 session of an administrator who signed in before");
    let told = olga.press(&path, &[]).await;
    olga.post(&path, &[])
        .await
        .assert_goes_to(&path_of(&invited));

    told.assert_says("All open links revoked: 3 links and 1 session, by Olga Example, staff.");
    for link in &links {
        app.browser().get(link).await.assert_status(410);
    }
    holder.get("/onboarding").await.assert_status(401);
    ada.get(&format!("/tenants/{}", invited.tenant))
        .await
        .assert_status(200);
    app.browser()
        .get(&other.link)
        .await
        .assert_goes_to("/onboarding");
    let listed = app
        .caller(ApiRole::Onboarding)
        .await
        .get(&format!("/tenants/{}/links", invited.tenant))
        .await
        .json();
    let states = listed["links"].as_array().unwrap().iter();
    let revoked = states.filter(|link| link["state"] == "revoked").count();
    assert_eq!(revoked, 3, "{listed}");
    let by_olga = (
        "staff Olga Example".to_owned(),
        json!({ "links": 3, "sessions": 1 }),
    );
    assert_eq!(noted(&app, "links.revoked").await, [by_olga]);
}

#[tokio::test]
async fn sessions_end_by_the_link_that_led_to_them_or_all_at_once() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let elsewhere = app.browser();
    elsewhere
        .sign_in(&app, "acme", ADA, Some(invited.tenant))
        .await
        .assert_status(200);
    let holder = app.browser();
    let link = app.another_link(&invited).await;
    holder.get(&link).await.assert_goes_to("/onboarding");
    let foreign = app
        .invite_named("Other", "globex", fake_okta::AuthMethod::PrivateKeyJwt, &[])
        .await;
    let stranger = app.browser();
    stranger
        .get(&foreign.link)
        .await
        .assert_goes_to("/onboarding");
    let olga = operator(&app, &invited).await;
    let path = act(&invited, "sessions/revoke");
    let page = format!("/tenants/{}", invited.tenant);

    let asked = olga.get(&path).await;
    asked
        .assert_says("2 of administrators and 1 of somebody who opened a link.")
        .assert_says("All 3 sessions")
        .assert_says("Only 1 session that came by the link of");
    let came_by = app
        .database
        .column("SELECT id::text FROM onboarding_links WHERE completed_at IS NOT NULL")
        .await;
    asked.assert_has(&came_by[0]);
    for nothing in [&[][..], &[("link", "")], &[("link", "everybody")]] {
        olga.post(&path, nothing).await.assert_status(422);
    }
    olga.post(&path, &[("link", &came_by[0])])
        .await
        .assert_goes_to(&path_of(&invited));
    // Whom the link let in loses access, and so every session of theirs.
    ada.get(&page).await.assert_goes_to("/");
    elsewhere.get(&page).await.assert_goes_to("/");
    holder.get("/onboarding").await.assert_status(200);
    let told = olga.press(&path, &[("link", "all")]).await;
    olga.post(&path, &[("link", "all")])
        .await
        .assert_goes_to(&path_of(&invited));

    told.assert_says("Sessions ended: 1 session, by Olga Example, staff.");
    holder.get("/onboarding").await.assert_status(401);
    stranger.get("/onboarding").await.assert_status(200);
    let lines = noted(&app, "sessions.revoked").await;
    let facts: Vec<_> = lines.iter().map(|(_, facts)| facts.clone()).collect();
    assert_eq!(
        facts,
        [
            json!({ "sessions": 1, "link": came_by[0] }),
            json!({ "sessions": 1, "link": null })
        ]
    );
    ada.sign_in(&app, "acme", ADA, Some(invited.tenant))
        .await
        .assert_status(403);
}

#[tokio::test]
async fn where_there_is_one_session_there_is_nothing_to_choose() {
    let app = TestApp::start().await;
    let (invited, _ada) = connected(&app).await;
    let olga = operator(&app, &invited).await;

    let asked = olga.get(&act(&invited, "sessions/revoke")).await;

    asked.assert_says("End the session of");
    asked.assert_has("name=\"link\" value=\"all\"");
    assert!(!asked.body.contains("Which sessions"), "{}", asked.body);
    assert!(!asked.body.contains("by the link of"), "{}", asked.body);
}

#[tokio::test]
async fn a_link_of_another_tenants_ends_nobodys_session() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let other = app
        .invite_named("Other", "globex", fake_okta::AuthMethod::PrivateKeyJwt, &[])
        .await;
    let stranger = app.browser();
    stranger
        .get(&other.link)
        .await
        .assert_goes_to("/onboarding");
    let theirs = app
        .database
        .column(&format!(
            "SELECT id::text FROM onboarding_links WHERE tenant_id = '{}'",
            other.tenant
        ))
        .await;
    let olga = operator(&app, &invited).await;

    olga.post(&act(&invited, "sessions/revoke"), &[("link", &theirs[0])])
        .await
        .assert_goes_to(&path_of(&invited));

    stranger.get("/onboarding").await.assert_status(200);
    ada.get(&format!("/tenants/{}", invited.tenant))
        .await
        .assert_status(200);
    assert_eq!(noted(&app, "sessions.revoked").await, []);
    let sam = app.staff_browser(SAM).await;
    sam.get(&path_of(&other))
        .await
        .assert_says("Why are you looking");
}
