//! What a tenant's authorizations left in the database.

use std::time::Duration;

use grantway::domain::id::TenantId;
use sqlx::PgPool;

use super::app::{Invited, TestApp};

/// The rows that an authorization writes, counted.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Outcome {
    pub state: String,
    /// People, whether let in or not.
    pub people: i64,
    pub let_in: i64,
    pub authorizations: i64,
    pub token_sets: i64,
    /// Of the audit trail.
    pub connected_events: i64,
    pub completed_links: i64,
    /// The code of the latest failure that is still remembered.
    pub last_failure: Option<String>,
}

impl Outcome {
    pub async fn read(pool: &PgPool, tenant: TenantId) -> Self {
        sqlx::query_as(
            "SELECT c.state, c.last_failure->>'kind' AS last_failure,
                    (SELECT count(*) FROM people WHERE tenant_id = $1) AS people,
                    (SELECT count(*) FROM people WHERE tenant_id = $1 AND let_in_at IS NOT NULL) AS let_in,
                    (SELECT count(*) FROM authorizations WHERE tenant_id = $1) AS authorizations,
                    (SELECT count(*) FROM token_sets WHERE tenant_id = $1) AS token_sets,
                    (SELECT count(*) FROM audit_events WHERE tenant_id = $1 AND action = 'connection.connected') AS connected_events,
                    (SELECT count(*) FROM onboarding_links WHERE tenant_id = $1 AND completed_at IS NOT NULL) AS completed_links
             FROM connections c WHERE c.tenant_id = $1",
        )
        .bind(tenant.as_uuid())
        .fetch_one(pool)
        .await
        .unwrap()
    }

    /// Not a single row of an authorization, whole or half.
    #[track_caller]
    pub fn assert_nothing_stored(&self) {
        let expected = Self {
            state: "pending".to_owned(),
            people: 0,
            let_in: 0,
            authorizations: 0,
            token_sets: 0,
            connected_events: 0,
            completed_links: 0,
            last_failure: self.last_failure.clone(),
        };
        assert_eq!(*self, expected);
    }

    /// Every row of one authorization, by a link's holder who was let in.
    #[track_caller]
    pub fn assert_connected_once(&self) {
        let expected = Self {
            state: "connected".to_owned(),
            people: 1,
            let_in: 1,
            authorizations: 1,
            token_sets: 1,
            connected_events: 1,
            completed_links: 1,
            last_failure: None,
        };
        assert_eq!(*self, expected);
    }
}

impl TestApp {
    /// How often Okta's token endpoint was asked for tokens by a code.
    pub fn code_exchanges(&self, org: &str) -> usize {
        let calls = self.fake.org(org).requests_to("/oauth2/v1/token");
        calls
            .iter()
            .filter(|call| call.field("grant_type") == Some("authorization_code"))
            .count()
    }

    pub async fn outcome(&self, invited: &Invited) -> Outcome {
        Outcome::read(&self.database.pool, invited.tenant).await
    }

    #[track_caller]
    pub fn assert_no_token_call(&self, org: &str) {
        assert_eq!(self.code_exchanges(org), 0, "a code was sent to {org}");
    }
}

/// Waits for something that happens by itself, for at most 20 seconds.
pub async fn eventually(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if happened().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never happened: {what}");
}
