//! The token of a check: renewed when it is dead, never for a missing feature, and what follows when
//! it cannot be renewed.

use fake_okta::{Effect, Fault};
use time::Duration;

use super::rows::{api_calls, checks_of, connection_of, ended, refreshes};
use super::world::{Connected, World};

async fn connected() -> (World, Connected) {
    let world = World::new(&["acme"]).await;
    let connected = world.connect_acme().await;
    (world, connected)
}

fn token_is_dead() -> Effect {
    let challenge = "Bearer error=\"invalid_token\", error_description=\"The token has expired.\"";
    Effect::Answer {
        status: 401,
        headers: vec![("www-authenticate".to_owned(), challenge.to_owned())],
        body: String::new(),
    }
}

#[tokio::test]
async fn a_dead_access_token_is_renewed_once_and_the_check_goes_on() {
    let (world, connected) = connected().await;
    world.org().end_access_tokens();

    world.check(connected.tenant).await;

    assert_eq!(refreshes(&world.org()), 1);
    assert_eq!(
        world
            .status(connected.tenant)
            .await
            .grants
            .effective_count(),
        24
    );
}

#[tokio::test]
async fn a_token_that_dies_in_the_middle_is_renewed_and_nothing_is_asked_for_nothing() {
    let (world, connected) = connected().await;
    let dead = Fault::on("/api/v1/idps", token_is_dead());
    world.org().faults().add(dead.once());

    world.check(connected.tenant).await;

    assert_eq!(refreshes(&world.org()), 1);
    let view = world.status(connected.tenant).await;
    assert_eq!(view.grants.effective_count(), 24);
    let requests = world.org().requests();
    let twice: Vec<String> = api_calls(&requests)
        .into_iter()
        .filter(|(_, calls)| calls.len() > 1)
        .map(|(address, _)| address)
        .collect();
    // The one that met it, and at most those that were under way with it.
    assert!(twice.len() <= 4, "{twice:?}");
    assert!(
        twice
            .iter()
            .any(|address| address.starts_with("/api/v1/idps"))
    );
}

#[tokio::test]
async fn an_endpoint_that_calls_every_token_dead_fails_alone() {
    let (world, connected) = connected().await;
    let dead = Fault::on("/api/v1/idps", token_is_dead());
    world.org().faults().add(dead);

    world.check(connected.tenant).await;

    assert_eq!(refreshes(&world.org()), 1);
    let view = world.status(connected.tenant).await;
    assert_eq!(view.grants.effective_count(), 23);
    let idps = view
        .grants
        .scopes()
        .find(|s| s.scope().as_str() == "okta.idps.manage");
    assert_eq!(idps.unwrap().state().code(), "check_failed");
    let state = connection_of(&world.database.pool, connected.tenant).await;
    assert_eq!(state, ("connected".to_owned(), None));
}

#[tokio::test]
async fn a_missing_feature_never_renews_the_token() {
    let (world, connected) = connected().await;
    world.org().unlicense("/api/v1/");

    world.check(connected.tenant).await;

    assert_eq!(refreshes(&world.org()), 0);
    let view = world.status(connected.tenant).await;
    assert_eq!(
        view.grants.effective_count(),
        1,
        "only the clients are elsewhere"
    );
}

#[tokio::test]
async fn a_dead_refresh_token_needs_a_person_and_takes_nothing_from_what_was_seen() {
    let (world, connected) = connected().await;
    world.check(connected.tenant).await;
    world.org().end_refresh_tokens();
    world.advance(Duration::hours(27));

    world.check(connected.tenant).await;

    let checks = checks_of(&world.database.pool, connected.tenant).await;
    let failed = (checks[1].outcome.as_deref(), checks[1].failure.as_deref());
    assert_eq!(failed, (Some("failed"), Some("refresh_token_dead")));
    let (state, reason) = connection_of(&world.database.pool, connected.tenant).await;
    assert_eq!(state, "needs_attention");
    assert_eq!(reason.as_deref(), Some("refresh_token_dead"));
    let grants = world.status(connected.tenant).await.grants;
    assert_eq!(
        (grants.effective_count(), grants.missing().count()),
        (24, 0)
    );
}

#[tokio::test]
async fn what_is_mended_at_okta_needs_nobody_after_the_next_check() {
    let (world, connected) = connected().await;
    let org = world.org();
    let secret = org.app(&connected.client_id).unwrap().client_secret;
    org.rotate_client_secret(&connected.client_id);
    world.advance(Duration::hours(2));
    world.check(connected.tenant).await;
    let pool = &world.database.pool;
    let (state, reason) = connection_of(pool, connected.tenant).await;
    assert_eq!(
        (state.as_str(), reason.as_deref()),
        ("needs_attention", Some("wrong_secret"))
    );
    org.update_app(&connected.client_id, |app| app.client_secret = secret);
    world.advance(Duration::hours(27));

    world.check(connected.tenant).await;

    let checks = ended(pool, connected.tenant, 2).await;
    assert_eq!(checks[1].outcome.as_deref(), Some("complete"));
    let state = connection_of(pool, connected.tenant).await;
    assert_eq!(state, ("connected".to_owned(), None));
}

#[tokio::test]
async fn a_connection_that_the_vendor_holds_stays_held_whatever_a_check_finds() {
    let (world, connected) = connected().await;
    world
        .database
        .change("UPDATE connections SET state = 'on_hold'")
        .await;
    world.org().end_access_tokens();
    world.org().end_refresh_tokens();

    world.check(connected.tenant).await;

    let state = connection_of(&world.database.pool, connected.tenant).await;
    assert_eq!(state, ("on_hold".to_owned(), None));
}
