//! What a refresh brings besides the token: another refresh token or none, and the scopes that are left.

use fake_okta::{Fault, RequestRecord};
use grantway::domain::scope::Scope;
use serde_json::json;
use time::Duration;

use super::rows::{Expired, token_calls};

/// The refresh tokens that Okta was asked with, in order.
fn spent(expired: &Expired) -> Vec<String> {
    let calls = expired.world.org().requests_to("/oauth2/v1/token");
    let token = |call: &RequestRecord| call.field("refresh_token").map(str::to_owned);
    calls.iter().filter_map(token).collect()
}

#[tokio::test]
async fn a_rotated_refresh_token_takes_the_place_of_the_old_one() {
    let expired = Expired::rotating().await;
    for _ in 0..3 {
        expired.token().await.unwrap();
        expired.world.advance(Duration::hours(2));
    }

    let spent = spent(&expired);

    assert!(
        spent[0] != spent[1] && spent[1] != spent[2],
        "each was spent once"
    );
    assert_eq!(token_calls(&expired.world.org()), 3);
}

#[tokio::test]
async fn a_response_without_a_refresh_token_keeps_the_old_one() {
    let expired = Expired::new().await;
    let without = Fault::without_token_field("refresh_token");
    expired.world.org().faults().add(without.once());
    expired.token().await.unwrap();
    expired.world.advance(Duration::hours(2));

    assert_eq!(expired.token().await.unwrap().generation, 3);

    let spent = spent(&expired);
    assert_eq!(spent[0], spent[1]);
}

#[tokio::test]
async fn scopes_that_a_refresh_drops_are_missing_from_then_on_and_told() {
    let expired = Expired::new().await;
    let (org, tenant) = (expired.world.org(), expired.connected.tenant);
    let before = expired.world.status(tenant).await;
    assert_eq!(before.grants.missing().count(), 0);
    org.revoke_grant(&expired.connected.client_id, "okta.devices.read");

    let token = expired.token().await.unwrap();

    assert!(
        !token
            .scopes
            .iter()
            .any(|scope| scope.as_str() == "okta.devices.read")
    );
    let view = expired.world.status(tenant).await;
    let missing: Vec<&str> = view.grants.missing().map(Scope::as_str).collect();
    assert_eq!(missing, ["okta.devices.read"]);
    let lost = json!({ "found_by": "refresh", "added": [], "removed": ["okta.devices.read"] });
    assert_eq!(expired.told().await, [("grants.changed".to_owned(), lost)]);
    // The next one that names the same scopes is no news.
    expired.world.advance(Duration::hours(2));
    expired.token().await.unwrap();
    assert_eq!(expired.told().await.len(), 1);
}

#[tokio::test]
async fn a_response_that_names_no_scopes_changes_none() {
    let expired = Expired::new().await;
    let without = Fault::without_token_field("scope");
    expired.world.org().faults().add(without.once());

    let token = expired.token().await.unwrap();

    assert_eq!(token.scopes.len(), expired.world.catalog().len());
    assert!(expired.told().await.is_empty());
}

#[tokio::test]
async fn what_a_check_finds_otherwise_than_the_one_before_is_told() {
    let expired = Expired::new().await;
    let tenant = expired.connected.tenant;
    expired.world.check(tenant).await;
    assert!(
        expired.told().await.is_empty(),
        "a first check changes nothing"
    );
    expired.world.org().refuse_role("/api/v1/devices");
    expired.world.advance(Duration::hours(27));

    expired.world.check(tenant).await;

    let change =
        json!({ "scope": "okta.devices.read", "from": "effective", "to": "blocked_by_role" });
    let detail = json!({ "found_by": "check", "changes": [change] });
    assert_eq!(
        expired.told().await,
        [("grants.changed".to_owned(), detail)]
    );
}
