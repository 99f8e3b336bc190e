//! Typing an address moves nothing that is live, and no secret goes to another origin than its own.

use grantway::domain::api_key::ApiRole;
use grantway::flows::{Checks, Tempo};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{ADA, connected_acme, page_of, started};
use crate::support::{Invited, TestApp};

/// What a worker gets, and where it is sent.
async fn organization_for_workers(app: &TestApp, invited: &Invited) -> String {
    let worker = app.caller(ApiRole::Worker).await;
    let path = format!("/tenants/{}/access-token", invited.tenant);
    let reply = worker.post(&path, &json!({})).await;
    reply.json()["organization"].as_str().unwrap().to_owned()
}

async fn check(app: &TestApp) {
    let tempo = Tempo {
        first_pause: std::time::Duration::from_millis(1),
        ..Tempo::default()
    };
    let checks = Checks::with_tempo(app.shared.clone(), tempo);
    checks.look(&CancellationToken::new()).await.unwrap();
}

#[tokio::test]
async fn another_address_on_a_second_link_moves_nothing_of_a_live_connection() {
    let (app, hostile) = started().await;
    let acme = connected_acme(&app).await;
    let live =
        "SELECT organization_origin || organization_id || client_id || state FROM connections";
    let before = app.database.column(live).await;
    let thief = app.browser();
    thief.begin(&app.another_link(&acme).await).await;

    for id in ["00ohostile".to_owned(), app.org("acme").id()] {
        hostile.claims_id(&id);
        thief
            .type_address(hostile.origin())
            .await
            .assert_status(422);
    }

    assert_eq!(app.database.column(live).await, before);
    assert_eq!(organization_for_workers(&app, &acme).await, acme.origin);
    hostile.forget();
    check(&app).await;
    let asked = app.org("acme").requests();
    assert!(asked.iter().any(|call| call.path.starts_with("/api/v1/")));
    assert!(hostile.heard().is_empty(), "{:?}", hostile.heard());
}

/// What it may hear at most: the questions that anybody may ask.
#[tokio::test]
async fn a_server_that_is_only_looked_up_hears_no_secret() {
    let (app, hostile) = started().await;
    connected_acme(&app).await;
    let own = app.invite_hostile(&hostile).await;
    let mallory = app.browser();
    mallory.begin(&own.link).await;

    mallory
        .type_address(hostile.origin())
        .await
        .assert_status(303);

    let heard = hostile.heard();
    assert!(!heard.is_empty());
    assert!(heard.iter().all(|heard| heard.method == "GET"), "{heard:?}");
    assert!(hostile.credentials().is_empty(), "{heard:?}");
    assert!(!hostile.heard_of("fakeokta_"));
}

/// The columns of an earlier version, or of whoever can write to the database.
#[tokio::test]
async fn tokens_do_not_open_for_an_address_that_was_put_in_place_of_theirs() {
    let (app, hostile) = started().await;
    let acme = connected_acme(&app).await;
    app.database
        .change(&format!(
            "UPDATE connections SET organization_origin = '{}'",
            hostile.origin()
        ))
        .await;

    check(&app).await;
    let worker = app.caller(ApiRole::Worker).await;
    let path = format!("/tenants/{}/access-token", acme.tenant);
    let reply = worker.post(&path, &json!({})).await;

    assert_eq!(reply.status, 500, "{}", reply.body);
    assert!(
        hostile.credentials().is_empty(),
        "{:?}",
        hostile.credentials()
    );
    app.database
        .change(&format!(
            "UPDATE connections SET organization_origin = '{}'",
            acme.origin
        ))
        .await;
    assert_eq!(organization_for_workers(&app, &acme).await, acme.origin);
}

#[tokio::test]
async fn an_older_client_secret_that_was_put_back_does_not_open() {
    let (app, _) = started().await;
    let acme = connected_acme(&app).await;
    let put_aside = "ALTER TABLE connections ADD COLUMN put_aside bytea";
    app.database.change(put_aside).await;
    app.database
        .change("UPDATE connections SET put_aside = client_secret")
        .await;
    let again = Invited {
        link: app.another_link(&acme).await,
        ..acme.clone()
    };
    let browser = app.browser();
    browser.connect(&app, &again, ADA).await.assert_status(200);
    let opens = || async {
        let page = app.browser().sign_in(&app, "acme", ADA, None).await;
        page.status
    };
    assert_eq!(opens().await, 200);

    app.database
        .change("UPDATE connections SET client_secret = put_aside")
        .await;

    assert_eq!(opens().await, 500);
}

/// The right address un-confirms nothing: the connection, and a hand-off that is open, go on.
#[tokio::test]
async fn the_right_address_on_a_second_link_changes_nothing_of_a_live_connection() {
    let (app, _) = started().await;
    let acme = connected_acme(&app).await;
    let ada = app.browser();
    ada.sign_in(&app, "acme", ADA, None).await;
    let path = format!("{}/hand-off", page_of(&acme));
    let page = ada.post(&path, &[("reason", "Please grant these")]).await;
    let token = page.assert_status(200).body.split("/onboard/").nth(1);
    let token: String = token.unwrap().chars().take(43).collect();
    let colleague = app.browser();
    colleague.follow(&format!("/onboard/{token}")).await;
    let other = app.browser();
    other.begin(&app.another_link(&acme).await).await;

    other.type_address(&acme.origin).await.assert_status(303);

    assert_eq!(organization_for_workers(&app, &acme).await, acme.origin);
    colleague
        .post("/repair/begin", &[])
        .await
        .assert_goes_to("/onboarding/sign-in");
    let done = colleague.authorize(ADA).await;
    assert_eq!(done.url.path(), "/repair/done");
    done.assert_status(200);
}
