//! Whatever ends something stays the last word: what is at Okta meanwhile stores, shows, sends and renews
//! nothing that rests on it, and what Okta issued for it is revoked there.
//!
//! One test per pair of what is in flight and what ends it. Okta has issued the tokens already when the end
//! comes, and tells of them late.

mod first_callbacks;
mod hand_offs;
mod pairs;
mod plans;
mod races;
mod unknown_commits;
mod unreadable;
mod workers;

use fake_okta::{AuthMethod, Effect, Fault, OrgHandle};
use grantway::domain::audit::Actor;
use grantway::flows::{Disconnect, Disconnected, Doors};

use crate::support::outcome::eventually;
use crate::support::{Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";
const OLGA: &str = "olga@acme.example";

/// A tenant of `acme` whose app proves itself by a secret, so that Okta reads no keys of ours meanwhile.
async fn invited(app: &TestApp) -> Invited {
    app.invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await
}

/// The same, connected by Ada, and her browser.
async fn connected(app: &TestApp) -> (Invited, Browser) {
    let invited = invited(app).await;
    let ada = app.browser();
    ada.connect(app, &invited, ADA).await.assert_status(200);
    (invited, ada)
}

fn page_of(invited: &Invited) -> String {
    format!("/tenants/{}", invited.tenant)
}

/// From now on Okta issues the next tokens at once and answers late.
fn answer_late(okta: &OrgHandle) {
    okta.clear_requests();
    okta.faults()
        .add(Fault::on_token(Effect::LateAnswer { ms: 1_500 }).once());
}

/// Waits until Okta has issued tokens of which nobody has heard yet.
async fn issued(okta: &OrgHandle) {
    eventually("Okta has issued tokens", async || {
        !okta.requests_to("/oauth2/v1/token").is_empty()
    })
    .await;
}

impl TestApp {
    async fn end_connection(&self, invited: &Invited) -> Disconnected {
        let flow = Disconnect::new(self.shared.clone());
        let ended = flow.disconnect(invited.tenant, Actor::CommandLine).await;
        ended.unwrap()
    }

    async fn end_sessions(&self, invited: &Invited) {
        let doors = Doors::new(self.shared.clone());
        let closed = doors.close_sessions(invited.tenant, None, Actor::CommandLine);
        closed.await.unwrap();
    }

    async fn end_links(&self, invited: &Invited) {
        let doors = Doors::new(self.shared.clone());
        let closed = doors.close_links(invited.tenant, Actor::CommandLine).await;
        assert!(closed.unwrap().links > 0, "a link was open");
    }

    /// So many sign-ins live at Okta, with one access token each, once all is revoked that is to be.
    async fn assert_living(&self, sign_ins: usize, what: &str) {
        eventually(what, async || {
            while self.revoke_once().await {}
            let (refresh, access) = self.org("acme").live_tokens();
            (refresh.len(), access.len()) == (sign_ins, sign_ins)
        })
        .await;
        let open = "revocations WHERE ended_at IS NULL";
        assert_eq!(self.database.count(open).await, 0, "{what}");
    }

    /// All that an authorization, a sign-in or a refresh would change.
    async fn stored(&self, invited: &Invited) -> Vec<String> {
        let query = format!(
            "SELECT 'authorizations ' || count(*) FROM authorizations WHERE tenant_id = '{0}'
             UNION ALL SELECT 'token set ' || generation FROM token_sets WHERE tenant_id = '{0}'
             UNION ALL SELECT 'person ' || okta_user_id FROM people WHERE tenant_id = '{0}' AND let_in_at IS NOT NULL
             UNION ALL SELECT 'done ' || id FROM onboarding_links WHERE tenant_id = '{0}' AND completed_at IS NOT NULL
             UNION ALL SELECT 'session ' || id FROM sessions
                WHERE tenant_id = '{0}' AND kind = 'administrator' AND revoked_at IS NULL
             UNION ALL SELECT 'event ' || action FROM audit_events
                WHERE tenant_id = '{0}' AND action IN ('connection.connected', 'administrator.signed_in')
             ORDER BY 1",
            invited.tenant
        );
        self.database.column(&query).await
    }
}

/// The link for a colleague that this administrator makes.
async fn hand_off(ada: &Browser, invited: &Invited) -> String {
    let path = format!("{}/hand-off", page_of(invited));
    let page = ada.post(&path, &[("reason", "")]).await;
    let link = page.assert_status(200).body.split("/onboard/").nth(1);
    let is_token = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
    let token: String = link.unwrap().chars().take_while(is_token).collect();
    format!("/onboard/{token}")
}

/// A colleague's browser that has begun with this link.
async fn colleague(app: &TestApp, link: &str) -> Browser {
    app.org("acme")
        .set_person(fake_okta::Person::super_admin(OLGA));
    let olga = app.browser();
    olga.follow(link).await.assert_status(200);
    olga.post("/repair/begin", &[]).await.assert_status(303);
    olga
}
