//! Who somebody is: the issuer that vouches for them, and their subject there.

use super::{ADA, connected_acme, page_of, started};

#[tokio::test]
async fn a_server_that_vouches_for_another_organizations_administrator_gets_no_session_of_theirs() {
    let (app, hostile) = started().await;
    let acme = connected_acme(&app).await;
    let own = app.invite_hostile(&hostile).await;
    let mallory = app.browser();
    let page = mallory.connect_hostile(&own, &hostile).await;
    assert_eq!(page.url.path(), page_of(&own), "honest so far");

    hostile.vouches_for(&app.org("acme").person(ADA).unwrap().id);
    hostile.claims_id(&app.org("acme").id());
    let thief = app.browser();
    let page = thief.sign_in_hostile(&hostile).await;

    assert_ne!(page.url.path(), page_of(&acme));
    for path in [page_of(&acme), format!("{}/report.json", page_of(&acme))] {
        thief.get(&path).await.assert_status(404);
        mallory.get(&path).await.assert_status(404);
    }
    let at_acme = format!("sessions WHERE tenant_id = '{}'", acme.tenant);
    let before = app.database.count(&at_acme).await;
    hostile.claims_id("00ohostile");
    let page = app.browser().sign_in_hostile(&hostile).await;
    page.assert_status(403);
    assert_eq!(app.database.count(&at_acme).await, before);

    // The real Ada comes in as ever.
    let page = app.browser().sign_in(&app, "acme", ADA, None).await;
    assert_eq!(page.url.path(), page_of(&acme));
}

#[tokio::test]
async fn the_same_subject_of_two_issuers_is_two_people() {
    let (app, hostile) = started().await;
    let acme = connected_acme(&app).await;
    let own = app.invite_hostile(&hostile).await;
    hostile.vouches_for(&app.org("acme").person(ADA).unwrap().id);

    let page = app.browser().connect_hostile(&own, &hostile).await;

    assert_eq!(page.url.path(), page_of(&own));
    assert_eq!(app.database.count("people").await, 2);
    let page = app.browser().sign_in_hostile(&hostile).await;
    assert_eq!(page.url.path(), page_of(&own));
    let page = app.browser().sign_in(&app, "acme", ADA, None).await;
    assert_eq!(page.url.path(), page_of(&acme));
}

#[tokio::test]
async fn an_id_that_belongs_to_another_address_is_refused_shown_and_audited() {
    let (app, hostile) = started().await;
    let acme = connected_acme(&app).await;
    let own = app.invite_hostile(&hostile).await;
    hostile.claims_id(&app.org("acme").id());
    let mallory = app.browser();
    mallory.begin(&own.link).await;

    let answer = mallory.type_address(hostile.origin()).await;

    answer
        .assert_status(422)
        .assert_says("This organization is known at another address");
    assert!(
        !answer.body.contains(&acme.origin),
        "whose it is, is not told"
    );
    let entered = "connections WHERE next_organization_origin IS NOT NULL AND connected_at IS NULL";
    assert_eq!(app.database.count(entered).await, 0);
    let audited = "audit_events WHERE action = 'organization.refused'
                   AND detail ->> 'cause' = 'organization_conflict'";
    assert_eq!(app.database.count(audited).await, 1);
    let shown = "connections WHERE last_failure ->> 'kind' = 'organization_conflict'";
    assert_eq!(app.database.count(shown).await, 1);
}

/// Typed honestly, the id is another one at the callback, or belongs to somebody else by then.
#[tokio::test]
async fn an_organization_that_was_connected_meanwhile_keeps_its_id() {
    let (app, hostile) = started().await;
    let own = app.invite_hostile(&hostile).await;
    hostile.claims_id(&app.org("acme").id());
    let mallory = app.browser();
    mallory.begin(&own.link).await;
    // Nobody has that id yet: typing takes nothing.
    mallory
        .type_address(hostile.origin())
        .await
        .assert_status(303);
    assert_eq!(app.database.count("organizations").await, 0);
    let acme = connected_acme(&app).await;

    let page = mallory.finish_hostile(&own, &hostile).await;

    page.assert_says("This organization is known at another address");
    let connected = "connections WHERE connected_at IS NOT NULL";
    assert_eq!(app.database.count(connected).await, 1);
    let kept = format!("organizations WHERE origin = '{}'", acme.origin);
    assert_eq!(app.database.count(&kept).await, 1);
    assert_eq!(app.database.count("organizations").await, 1);
    let failed = "audit_events WHERE action = 'authorization.failed'
                  AND detail ->> 'cause' = 'organization_conflict'";
    assert_eq!(app.database.count(failed).await, 1);
    let revoked = hostile.heard();
    let revoked = revoked
        .iter()
        .filter(|heard| heard.path == "/oauth2/v1/revoke");
    assert_eq!(revoked.count(), 2, "what it issued is given back");
}

#[tokio::test]
async fn a_server_outside_of_oktas_domains_speaks_for_itself_alone() {
    let (app, hostile) = started().await;
    let own = app.invite_hostile(&hostile).await;
    hostile.names_origin(app.org("acme").origin());
    hostile.claims_id(&app.org("acme").id());
    let mallory = app.browser();
    mallory.begin(&own.link).await;

    let answer = mallory.type_address(hostile.origin()).await;

    answer
        .assert_status(422)
        .assert_says("No Okta organization answers at this address");
}
