//! What an administrator has to do something about: each cause with its state, its event, and its
//! next try; and the way back.

use fake_okta::{AuthMethod, PersonStatus};
use grantway::domain::audit::Actor;
use grantway::flows::{Checks, FlowError};
use serde_json::json;
use time::Duration;

use super::rows::{Expired, token_calls};

/// Something goes wrong at Okta, and how it is undone.
struct Trouble {
    code: &'static str,
    begins: fn(&Expired),
    ends: fn(&Expired),
}

fn app(expired: &Expired, change: impl FnOnce(&mut fake_okta::App)) {
    let org = expired.world.org();
    org.update_app(&expired.connected.client_id, change);
}

const MENDABLE: [Trouble; 5] = [
    Trouble {
        code: "wrong_secret",
        begins: |expired| {
            app(expired, |app| {
                app.client_secret = app.client_secret.take().map(|s| s + "x");
            });
        },
        ends: |expired| {
            app(expired, |app| {
                app.client_secret = app
                    .client_secret
                    .take()
                    .map(|s| s.trim_end_matches('x').to_owned());
            });
        },
    },
    Trouble {
        code: "wrong_auth_method",
        begins: |expired| {
            app(expired, |app| {
                app.auth_method = AuthMethod::ClientSecretPost;
            });
        },
        ends: |expired| {
            app(expired, |app| {
                app.auth_method = AuthMethod::ClientSecretBasic;
            });
        },
    },
    Trouble {
        code: "refresh_token_grant_disabled",
        begins: |expired| {
            app(expired, |app| {
                app.grant_types.retain(|grant| grant != "refresh_token");
            });
        },
        ends: |expired| {
            app(expired, |app| {
                app.grant_types.push("refresh_token".to_owned());
            });
        },
    },
    Trouble {
        code: "network_zone",
        begins: |expired| app(expired, |app| app.network_zone_restricted = true),
        ends: |expired| app(expired, |app| app.network_zone_restricted = false),
    },
    Trouble {
        code: "nothing_granted",
        begins: |expired| app(expired, |app| app.granted_scopes.clear()),
        ends: |expired| {
            let scopes = expired.world.catalog();
            app(expired, |app| app.granted_scopes = scopes);
        },
    },
];

#[tokio::test]
async fn what_is_mended_in_okta_is_told_once_tried_slowly_and_recovers_by_itself() {
    for Trouble { code, begins, ends } in MENDABLE {
        let expired = Expired::new().await;
        begins(&expired);

        assert_eq!(expired.look().await, 1);

        assert_eq!(
            expired.state().await,
            ("needs_attention".to_owned(), Some(code.to_owned()))
        );
        let attention = (
            "connection.needs_attention".to_owned(),
            json!({ "reason": code }),
        );
        assert_eq!(
            expired.told().await,
            std::slice::from_ref(&attention),
            "{code}"
        );
        let row = expired.row().await;
        assert_eq!((row.failure.as_deref(), row.attempts), (Some(code), 1));
        assert_eq!(expired.look().await, 0, "{code} is not hammered");
        expired.wait_until_due().await;
        assert_eq!(expired.look().await, 1);
        assert_eq!(expired.told().await.len(), 1, "{code} is told once");

        ends(&expired);
        expired.wait_until_due().await;
        assert_eq!(expired.look().await, 1);

        assert_eq!(
            expired.state().await,
            ("connected".to_owned(), None),
            "{code}"
        );
        let recovered = ("connection.recovered".to_owned(), json!({ "from": code }));
        assert_eq!(expired.told().await, [attention, recovered], "{code}");
        assert_eq!(expired.row().await.failure, None);
        assert_eq!(token_calls(&expired.world.org()), 3);
    }
}

#[tokio::test]
async fn an_app_that_is_gone_is_told_apart_from_a_sign_in_that_ended() {
    let expired = Expired::new().await;
    expired
        .world
        .org()
        .deactivate_app(&expired.connected.client_id);
    expired.look().await;
    assert_eq!(expired.state().await.1.as_deref(), Some("unknown_client"));

    // Okta ended the app's tokens with it.
    expired
        .world
        .org()
        .activate_app(&expired.connected.client_id);
    expired.wait_until_due().await;
    expired.look().await;

    assert_eq!(
        expired.state().await.1.as_deref(),
        Some("refresh_token_dead")
    );
}

#[tokio::test]
async fn a_dead_refresh_token_is_told_once_and_never_tried_again() {
    let expired = Expired::new().await;
    expired
        .world
        .org()
        .set_status("ada@acme.example", PersonStatus::Deactivated);

    expired.look().await;

    let dead = "refresh_token_dead";
    assert_eq!(
        expired.state().await,
        ("needs_attention".to_owned(), Some(dead.to_owned()))
    );
    assert_eq!(
        expired.told().await,
        [(
            "connection.needs_attention".to_owned(),
            json!({ "reason": dead })
        )]
    );
    let row = expired.row().await;
    assert_eq!((row.due_at, row.failure.as_deref()), (None, Some(dead)));
    for _ in 0..5 {
        expired.world.advance(Duration::hours(7));
        assert_eq!(expired.look().await, 0);
        let answer = expired.token().await;
        let Err(FlowError::Okta(failure)) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(failure.kind.code(), dead);
    }
    assert_eq!(token_calls(&expired.world.org()), 1);
}

#[tokio::test]
async fn asking_for_a_check_tries_at_once_what_somebody_may_have_mended() {
    let expired = Expired::new().await;
    app(&expired, |app| app.network_zone_restricted = true);
    expired.look().await;
    app(&expired, |app| app.network_zone_restricted = false);
    assert_eq!(expired.look().await, 0, "the next try is a while away");

    let checks = Checks::new(expired.shared.clone());
    checks
        .request(expired.connected.tenant, Actor::CommandLine)
        .await
        .unwrap();

    assert_eq!(expired.look().await, 1);
    assert_eq!(expired.state().await, ("connected".to_owned(), None));
}

#[tokio::test]
async fn a_held_connection_is_kept_alive_and_stays_held_when_it_cannot_be() {
    let expired = Expired::new().await;
    let hold = "UPDATE connections SET state = 'on_hold'";
    expired.world.database.change(hold).await;

    expired.look().await;
    assert_eq!(expired.row().await.generation, 2);

    app(&expired, |app| app.network_zone_restricted = true);
    expired.world.advance(Duration::hours(2));
    expired.look().await;
    assert_eq!(expired.state().await, ("on_hold".to_owned(), None));
    assert_eq!(expired.row().await.failure.as_deref(), Some("network_zone"));
    assert!(expired.told().await.is_empty());
}

#[tokio::test]
async fn a_check_does_not_call_well_what_cannot_be_renewed() {
    let expired = Expired::new().await;
    expired.look().await;
    app(&expired, |app| app.network_zone_restricted = true);
    // Due for renewal, and alive for some minutes yet.
    expired.world.advance(Duration::minutes(52));
    expired.look().await;
    let ill = (
        "needs_attention".to_owned(),
        Some("network_zone".to_owned()),
    );
    assert_eq!(expired.state().await, ill);

    expired.world.check(expired.connected.tenant).await;

    assert_eq!(expired.state().await, ill);
    let told = expired.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
}
