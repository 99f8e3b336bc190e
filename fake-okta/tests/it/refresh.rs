//! Refreshing, rotation, reuse and the ways a refresh token dies.

use std::time::Duration;

use fake_okta::{Effect, Fault, Person, PersonStatus, Rotation};
use serde_json::json;

use crate::support::{ADA, Setup, arrived, text};

const SCOPE: &str = "openid offline_access okta.users.manage okta.logs.read";
const DEAD: &str = "The refresh token is invalid or expired.";

async fn rotating(leeway: i64) -> Setup {
    Setup::with(|app| app.rotation = Rotation::Rotate { leeway }).await
}

#[tokio::test]
async fn a_persistent_refresh_token_stays_the_same() {
    let setup = Setup::start().await;
    let body = setup.tokens(SCOPE).await;
    let (status, next) = setup.client().refresh(text(&body, "refresh_token")).await;
    assert_eq!(status, 200);
    assert_eq!(next["refresh_token"], body["refresh_token"]);
    assert_ne!(next["access_token"], body["access_token"]);
    assert_eq!(text(&next, "scope"), SCOPE);
}

#[tokio::test]
async fn a_rotated_token_works_again_inside_its_leeway_and_leads_to_the_same_successor() {
    let setup = rotating(30).await;
    let body = setup.tokens(SCOPE).await;
    let first = text(&body, "refresh_token");
    let (_, second) = setup.client().refresh(first).await;
    assert_ne!(second["refresh_token"], body["refresh_token"]);
    setup.fake.clock().advance(15);
    let (status, again) = setup.client().refresh(first).await;
    assert_eq!(status, 200);
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    assert_eq!(setup.org.rotations(), 1, "forgiving is no rotation");
}

#[tokio::test]
async fn a_reuse_after_the_leeway_kills_the_newest_token_and_all_access_tokens() {
    let setup = rotating(30).await;
    let body = setup.tokens(SCOPE).await;
    let (_, second) = setup.client().refresh(text(&body, "refresh_token")).await;
    setup.fake.clock().advance(31);
    let (status, refused) = setup.client().refresh(text(&body, "refresh_token")).await;
    assert_eq!((status, text(&refused, "error")), (400, "invalid_grant"));
    assert_eq!(text(&refused, "error_description"), DEAD);
    assert_eq!(
        setup
            .client()
            .refresh(text(&second, "refresh_token"))
            .await
            .0,
        400
    );
    let known = setup
        .client()
        .introspect(text(&second, "access_token"))
        .await;
    assert_eq!(known, json!({"active": false}));
    // Once: the second refusal found a token that was revoked already.
    assert_eq!(setup.org.state().reuse_detections, [setup.app.client_id]);
}

#[tokio::test]
async fn when_a_token_was_replaced_is_told() {
    let setup = rotating(30).await;
    let body = setup.tokens(SCOPE).await;
    let first = text(&body, "refresh_token");
    assert_eq!(setup.org.replaced_at(first), None);
    let now = setup.fake.clock().now();
    setup.client().refresh(first).await;
    assert!(setup.org.replaced_at(first).is_some_and(|at| at >= now));
}

#[tokio::test]
async fn a_request_in_the_queue_spends_its_token_although_its_client_has_gone() {
    let setup = rotating(30).await;
    let body = setup.tokens(SCOPE).await;
    let first = text(&body, "refresh_token").to_owned();
    let queued = Fault::on_token(Effect::Queued { ms: 500 });
    setup.org.faults().add(queued.once());
    let client = setup.client();
    setup.org.clear_requests();
    tokio::select! {
        _ = client.refresh(&first) => panic!("the request is queued"),
        () = arrived(&setup.org, "/oauth2/v1/token", 1) => {}
    }
    assert_eq!(setup.org.replaced_at(&first), None);
    let spent = async {
        while setup.org.replaced_at(&first).is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), spent)
        .await
        .unwrap();
}

#[tokio::test]
async fn ninety_days_count_from_the_first_issue_whatever_rotates() {
    let setup = rotating(0).await;
    let body = setup.tokens(SCOPE).await;
    setup.fake.clock().advance(89 * 24 * 3600);
    let (status, second) = setup.client().refresh(text(&body, "refresh_token")).await;
    assert_eq!(status, 200);
    setup.fake.clock().advance(24 * 3600);
    assert_eq!(
        setup
            .client()
            .refresh(text(&second, "refresh_token"))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn a_refresh_can_ask_for_less_but_not_for_more() {
    let setup = Setup::start().await;
    setup.org.grant(&setup.app.client_id, &["okta.groups.read"]);
    let body = setup.tokens(SCOPE).await;
    let token = text(&body, "refresh_token");
    let mut form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", "okta.logs.read"),
    ];
    let (status, less) = setup.client().token(&form).await;
    assert_eq!((status, text(&less, "scope")), (200, "okta.logs.read"));
    form[2].1 = "okta.logs.read okta.groups.read";
    let (status, more) = setup.client().token(&form).await;
    assert_eq!((status, text(&more, "error")), (400, "access_denied"));
    assert_eq!(
        text(&more, "error_description"),
        "Some of the scopes requested for the refresh request were not granted in the original \
         authorize request. Denied scopes: okta.groups.read."
    );
}

#[tokio::test]
async fn a_revoked_grant_is_gone_after_the_next_refresh() {
    let setup = Setup::start().await;
    let body = setup.tokens(SCOPE).await;
    setup
        .org
        .revoke_grant(&setup.app.client_id, "okta.logs.read");
    let (_, next) = setup.client().refresh(text(&body, "refresh_token")).await;
    assert_eq!(
        text(&next, "scope"),
        "openid offline_access okta.users.manage"
    );
    setup
        .org
        .revoke_grant(&setup.app.client_id, "okta.users.manage");
    let (status, none) = setup.client().refresh(text(&body, "refresh_token")).await;
    assert_eq!((status, text(&none, "error")), (400, "consent_required"));
}

#[tokio::test]
async fn a_refresh_token_dies_with_assignment_person_or_app() {
    let ends: [fn(&Setup); 4] = [
        |setup| {
            setup
                .org
                .update_app(&setup.app.client_id, |app| app.everyone = false);
        },
        |setup| setup.org.set_status(ADA, PersonStatus::Suspended),
        |setup| setup.org.set_status(ADA, PersonStatus::Deactivated),
        |setup| {
            setup.org.deactivate_app(&setup.app.client_id);
            setup.org.activate_app(&setup.app.client_id);
        },
    ];
    for end in ends {
        let setup = Setup::start().await;
        let body = setup.tokens(SCOPE).await;
        end(&setup);
        let (status, refused) = setup.client().refresh(text(&body, "refresh_token")).await;
        assert_eq!((status, text(&refused, "error_description")), (400, DEAD));
    }
}

#[tokio::test]
async fn an_unassigned_persons_tokens_stay_dead_when_they_are_assigned_again() {
    let setup = Setup::with(|app| {
        app.everyone = false;
        app.assigned = vec![ADA.to_owned()];
    })
    .await;
    let body = setup.tokens(SCOPE).await;
    setup.org.unassign(&setup.app.client_id, ADA);
    setup.org.assign(&setup.app.client_id, ADA);
    assert_eq!(
        setup.client().refresh(text(&body, "refresh_token")).await.0,
        400
    );
}

#[tokio::test]
async fn a_lost_role_leaves_the_tokens_alone() {
    let setup = Setup::start().await;
    let body = setup.tokens(SCOPE).await;
    let ada = setup.org.person(ADA).unwrap();
    setup.org.set_person(Person {
        role: fake_okta::Role::None,
        ..ada
    });
    assert_eq!(
        setup.client().refresh(text(&body, "refresh_token")).await.0,
        200
    );
}

#[tokio::test]
async fn revoking_a_refresh_token_takes_its_access_tokens_along_but_not_the_other_way() {
    let setup = Setup::start().await;
    let client = setup.client();
    let body = setup.tokens(SCOPE).await;
    assert_eq!(client.revoke(text(&body, "access_token")).await, 200);
    let (status, next) = client.refresh(text(&body, "refresh_token")).await;
    assert_eq!(status, 200);
    assert_eq!(client.revoke(text(&body, "refresh_token")).await, 200);
    assert_eq!(
        client.introspect(text(&next, "access_token")).await["active"],
        false
    );
    assert_eq!(client.refresh(text(&body, "refresh_token")).await.0, 400);
    assert_eq!(client.revoke("fakeokta_rt_never_issued").await, 200);
}

#[tokio::test]
async fn a_token_of_another_app_is_neither_shown_nor_revoked_nor_refreshed() {
    let setup = Setup::start().await;
    let body = setup.tokens(SCOPE).await;
    let other = setup.org.add_app(crate::support::backup_app());
    let other = crate::support::Client::new(&setup.org, &other);
    assert_eq!(
        other.introspect(text(&body, "access_token")).await["active"],
        false
    );
    other.revoke(text(&body, "refresh_token")).await;
    assert_eq!(other.refresh(text(&body, "refresh_token")).await.0, 400);
    assert_eq!(
        setup.client().refresh(text(&body, "refresh_token")).await.0,
        200
    );
}

#[tokio::test]
async fn grant_types_zones_and_bound_tokens_refuse_in_oktas_words() {
    let setup = Setup::start().await;
    let id = &setup.app.client_id;
    let body = setup.tokens(SCOPE).await;
    let token = text(&body, "refresh_token");
    setup.org.update_app(id, |app| {
        app.grant_types = vec!["authorization_code".to_owned()];
    });
    let (status, refused) = setup.client().refresh(token).await;
    assert_eq!(
        (status, text(&refused, "error")),
        (400, "unauthorized_client")
    );
    assert_eq!(
        text(&refused, "error_description"),
        "The client is not authorized to use the provided grant type. Configured grant types: \
         [authorization_code]."
    );
    setup.org.update_app(id, |app| {
        app.grant_types.push("refresh_token".to_owned());
        app.network_zone_restricted = true;
    });
    let (status, refused) = setup.client().refresh(token).await;
    assert_eq!((status, text(&refused, "error")), (403, "access_denied"));
    assert_eq!(
        text(&refused, "error_description"),
        "The request is made from outside the client's permitted network zones."
    );
    setup.org.update_app(id, |app| {
        app.network_zone_restricted = false;
        app.dpop_bound = true;
    });
    let (status, refused) = setup.client().refresh(token).await;
    assert_eq!(
        (status, text(&refused, "error")),
        (400, "invalid_dpop_proof")
    );
    let (status, refused) = setup.client().token(&[("grant_type", "password")]).await;
    assert_eq!(
        (status, text(&refused, "error")),
        (400, "unsupported_grant_type")
    );
}
