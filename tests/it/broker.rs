//! A worker asks for a token: what it gets, why it is refused, what that costs, and that the token
//! shows up nowhere else.

mod asked;
mod cost;
mod door;
mod renewal;
mod states;

use grantway::domain::api_key::ApiRole;
use grantway::flows::{Checks, Looked, Tempo};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use time::Duration;
use tokio_util::sync::CancellationToken;

use crate::api::caller::{Caller, Reply};
use crate::support::{Invited, Settings, TestApp};

const ADA: &str = "ada@acme.example";

/// A connected tenant, and a worker who wants its tokens.
struct Desk {
    app: TestApp,
    invited: Invited,
    worker: Caller,
}

impl Desk {
    /// With the whole catalog granted.
    async fn open() -> Self {
        Self::open_with(Settings::default(), &[]).await
    }

    /// With the catalog granted, but for these scopes.
    async fn open_with(settings: Settings, not_granted: &[&str]) -> Self {
        let app = TestApp::start_with(settings).await;
        let mut scopes = app.catalog();
        scopes.retain(|scope| !not_granted.contains(&scope.as_str()));
        let invited = app
            .invite_with("acme", fake_okta::AuthMethod::PrivateKeyJwt, &scopes)
            .await;
        app.browser().connect(&app, &invited, ADA).await;
        app.org("acme").clear_requests();
        let worker = app.caller(ApiRole::Worker).await;
        Self {
            app,
            invited,
            worker,
        }
    }

    fn path(&self) -> String {
        format!("/tenants/{}/access-token", self.invited.tenant)
    }

    async fn ask(&self, body: Value) -> Reply {
        self.worker.post(&self.path(), &body).await
    }

    async fn ask_for_anything(&self) -> Reply {
        self.ask(json!({})).await
    }

    /// Runs the check that is due.
    async fn check(&self) {
        let tempo = Tempo {
            first_pause: std::time::Duration::from_millis(1),
            ..Tempo::default()
        };
        let checks = Checks::with_tempo(self.app.shared.clone(), tempo);
        let looked = checks.look(&CancellationToken::new()).await;
        assert_eq!(looked.unwrap(), Looked::Ran(self.invited.tenant));
    }

    /// Puts the connection into a state that takes long to get into.
    async fn set_state(&self, state: &str, reason: Option<&str>) {
        let reason = reason.map_or("NULL".to_owned(), |reason| format!("'{reason}'"));
        let statement =
            format!("UPDATE connections SET state = '{state}', attention_reason = {reason}");
        let changed = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&self.app.database.pool);
        assert_eq!(changed.await.unwrap().rows_affected(), 1);
    }

    /// Moves time on until the access token has this much left.
    async fn leave(&self, left: Duration) {
        let ends: time::OffsetDateTime =
            sqlx::query_scalar("SELECT access_expires_at FROM token_sets")
                .fetch_one(&self.app.database.pool)
                .await
                .unwrap();
        self.app.advance(ends - self.app.shared.clock.now() - left);
    }

    fn refreshes(&self) -> usize {
        let calls = self.app.org("acme").requests_to("/oauth2/v1/token");
        let is_refresh =
            |call: &&fake_okta::RequestRecord| call.field("grant_type") == Some("refresh_token");
        calls.iter().filter(is_refresh).count()
    }
}

/// The token of a good answer.
#[track_caller]
fn token(reply: &Reply) -> String {
    let body = reply.assert_status(200).json();
    let token = body["access_token"].as_str().unwrap().to_owned();
    assert!(!token.is_empty());
    token
}
