//! Ending a connection, and beginning it anew.

mod ending;
mod okta;
mod races;
mod reconnect;
mod replaced;

use fake_okta::{AuthMethod, RequestRecord};
use grantway::domain::audit::Actor;

use grantway::domain::org_url::OrgOrigin;
use grantway::flows::{Disconnect, Disconnected};
use grantway::vault::{self, Field, SealContext, Sealed};

use crate::support::{Answer, Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";
const METHODS: [AuthMethod; 2] = [AuthMethod::ClientSecretBasic, AuthMethod::PrivateKeyJwt];

/// A connected tenant, and its administrator's browser.
async fn connected(app: &TestApp, method: AuthMethod) -> (Invited, Browser) {
    let invited = app.invite_with("acme", method, &app.catalog()).await;
    let browser = app.browser();
    let page = browser.connect(app, &invited, ADA).await;
    page.assert_status(200);
    (invited, browser)
}

fn page_of(invited: &Invited) -> String {
    format!("/tenants/{}", invited.tenant)
}

impl Browser {
    /// Confirms, and comes to the page.
    async fn disconnect(&self, invited: &Invited) -> Answer {
        let path = page_of(invited);
        let confirm = self.get(&format!("{path}/disconnect")).await;
        confirm.assert_status(200);
        self.press(&format!("{path}/disconnect"), &[]).await
    }
}

impl TestApp {
    /// As a program of the vendor's does it.
    async fn disconnect(&self, invited: &Invited) -> Disconnected {
        let flow = Disconnect::new(self.shared.clone());
        let ended = flow.disconnect(invited.tenant, Actor::CommandLine).await;
        ended.unwrap()
    }

    fn revocations(&self) -> Vec<RequestRecord> {
        self.org("acme").requests_to("/oauth2/v1/revoke")
    }

    /// The refresh token that the tenant lives by.
    async fn live_refresh_token(&self, invited: &Invited) -> String {
        let (generation, sealed): (i64, Vec<u8>) =
            sqlx::query_as("SELECT generation, refresh_token FROM token_sets WHERE tenant_id = $1")
                .bind(invited.tenant.as_uuid())
                .fetch_one(&self.database.pool)
                .await
                .unwrap();
        let place = SealContext {
            tenant: invited.tenant,
            record: invited.connection.as_uuid(),
            field: Field::RefreshToken,
            generation,
            origin: OrgOrigin::from_stored(&invited.origin),
        };
        let opened = self.shared.vault.open(&place, &Sealed::from_bytes(sealed));
        vault::disclose(&opened.unwrap()).to_owned()
    }

    async fn state(&self) -> String {
        let states = self.database.column("SELECT state FROM connections").await;
        states.into_iter().next().unwrap()
    }

    /// How the revocations stand, the oldest first.
    async fn outcomes(&self) -> Vec<String> {
        self.database
            .column("SELECT reason || ' ' || coalesce(outcome, 'open') FROM revocations ORDER BY created_at, id")
            .await
    }

    /// Every sealed value that is left, by its column; of attempts, which end by themselves, none.
    async fn sealed_columns(&self) -> Vec<String> {
        self.database
            .column(
                "SELECT column_name FROM (
                    SELECT 'access_token' AS column_name, access_token AS sealed FROM token_sets
                    UNION ALL SELECT 'refresh_token', refresh_token FROM token_sets
                    UNION ALL SELECT 'client_secret', client_secret FROM connections
                    UNION ALL SELECT 'next_client_secret', next_client_secret FROM connections
                    UNION ALL SELECT 'client_key', client_key FROM connections
                    UNION ALL SELECT 'revoked token', token FROM revocations
                    UNION ALL SELECT 'revoking secret', client_secret FROM revocations
                    UNION ALL SELECT 'revoking key', client_key FROM revocations
                 ) all_columns WHERE sealed IS NOT NULL ORDER BY 1",
            )
            .await
    }
}
