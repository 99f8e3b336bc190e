//! A service in the middle of everything while its database fails: somebody signs in, a token is renewed,
//! and others go on with what they do.

use std::time::Duration as StdDuration;

use fake_okta::{AuthMethod, Effect, Fault, Rotation};
use grantway::domain::api_key::ApiRole;
use grantway::flows::Refresh;
use serde_json::Value;
use sqlx::PgPool;
use time::Duration;
use url::Url;

use crate::api::caller::Caller;
use crate::support::outcome::eventually;
use crate::support::{Answer, Browser, Invited, Outcome, TestApp};

const ADA: &str = "ada@acme.example";
const TITLE: &str = "We cannot reach our records right now";

/// What happens to a database, and how it is mended.
pub(super) trait Trouble {
    /// What `/readyz` says of it.
    const DETAIL: &'static str;
    async fn begin(&mut self);
    async fn end(&mut self);
}

/// Everything that is under way when the trouble begins.
pub(super) struct Stage {
    pub app: TestApp,
    /// Of the database that fails, as an operator who is not kept out.
    pool: PgPool,
    /// Somebody who comes back from Okta.
    signing_in: Invited,
    browser: Browser,
    back: Url,
    /// Somebody whose tokens have run out.
    connected: Invited,
    visitor: Browser,
    program: Caller,
    /// A link that nobody opened.
    link: String,
}

impl Stage {
    pub(super) async fn set(app: TestApp, pool: PgPool) -> Self {
        let all = app.catalog();
        let connected = app.invite_with("globex", AuthMethod::PrivateKeyJwt, &all);
        let connected = connected.await;
        let org = app.org("globex");
        let rotates = |app: &mut fake_okta::App| app.rotation = Rotation::Rotate { leeway: 30 };
        org.update_app(&connected.client_id, rotates);
        let visitor = app.browser();
        let page = visitor.connect(&app, &connected, "ada@globex.example");
        page.await.assert_status(200);
        for _ in 0..2 {
            app.advance(Duration::minutes(40));
            let page = format!("/tenants/{}", connected.tenant);
            visitor.get(&page).await.assert_status(200);
        }
        let signing_in = app.invite().await;
        let browser = app.browser();
        let authorize = browser.walk_to_okta(&app, &signing_in).await;
        let back = browser.sign_in_at_okta(&authorize, ADA).await;
        let program = app.caller(ApiRole::Onboarding).await;
        let link = app.invite().await.link;
        Self {
            app,
            pool,
            signing_in,
            browser,
            back,
            connected,
            visitor,
            program,
            link,
        }
    }

    /// The trouble comes when Okta has answered and nothing is written down yet, and goes.
    pub(super) async fn survive<T: Trouble>(&self, trouble: &mut T) {
        let (acme, globex) = (self.app.org("acme"), self.app.org("globex"));
        let late = Effect::LateAnswer { ms: 1_500 };
        let slow = Fault::on("/api/v1/users/*", late.clone());
        acme.faults().add(slow.once());
        globex.faults().add(Fault::on_token(late).once());
        let refresh = Refresh::new(self.app.shared.clone());

        let (landed, token, ()) = tokio::join!(
            self.browser.get(self.back.as_str()),
            refresh.token(self.connected.tenant),
            async {
                eventually("Okta was asked", async || {
                    let requests = acme.requests();
                    let roles = requests.iter().any(|call| call.path.ends_with("/roles"));
                    roles && globex.rotations() == 1
                })
                .await;
                trouble.begin().await;
                self.suffer(T::DETAIL).await;
                trouble.end().await;
                self.recover().await;
            }
        );

        landed.assert_goes_to(&format!("/tenants/{}", self.signing_in.tenant));
        let outcome = Outcome::read(&self.pool, self.signing_in.tenant).await;
        outcome.assert_connected_once();
        // Who waited may be told to come back, and finds what was stored.
        let token = match token {
            Ok(token) => token,
            Err(_) => refresh.token(self.connected.tenant).await.unwrap(),
        };
        assert_eq!(token.generation, 2);
        assert!(acme.requests_to("/oauth2/v1/revoke").is_empty());
        assert_eq!(globex.rotations(), 1, "renewed once");
        // What was stored is the newest of its family.
        self.app.advance(Duration::minutes(61));
        let next = refresh.token(self.connected.tenant).await.unwrap();
        assert_eq!(next.generation, 3);
    }

    /// Until it is noticed by everybody, and longer than one try takes.
    async fn suffer(&self, detail: &str) {
        let mut refused = 0;
        let mut is_red = false;
        for round in 0.. {
            assert!(round < 300, "refused {refused}, red: {is_red}");
            refused += self.load().await;
            let ready = self.app.browser().get("/readyz").await;
            let body: Value = serde_json::from_str(&ready.body).unwrap();
            if ready.status == 503 {
                is_red |= body["dependencies"]["database"]["detail"] == detail;
            }
            if is_red && refused > 10 && round > 5 {
                break;
            }
        }
        tokio::time::sleep(StdDuration::from_secs(2)).await;
    }

    /// Reads and writes of people and programs at once; how many were refused.
    async fn load(&self) -> usize {
        let page = format!("/tenants/{}", self.connected.tenant);
        let (new, other) = (self.app.browser(), self.app.browser());
        let (page, link, again, list) = tokio::join!(
            self.visitor.get(&page),
            new.get(&self.link),
            other.get(&self.link),
            self.program.get("/api/v1/tenants"),
        );
        let mut refused = 0;
        for answer in [page, link, again] {
            refused += usize::from(is_refused(&answer));
        }
        if list.status != 200 {
            list.assert_problem(503, "unavailable");
            assert_eq!(list.header("retry-after"), Some("5"));
            refused += 1;
        }
        refused
    }

    /// Nothing is restarted, and whoever comes is served.
    async fn recover(&self) {
        let browser = self.app.browser();
        eventually("it is ready again", async || {
            browser.get("/readyz").await.status == 200
        })
        .await;
        eventually("everybody is served", async || self.load().await == 0).await;
    }
}

fn is_refused(answer: &Answer) -> bool {
    if answer.status == 503 {
        answer.assert_explains(503, TITLE);
        assert_eq!(answer.headers["retry-after"], "30");
        return true;
    }
    assert!([200, 303].contains(&answer.status), "{}", answer.words());
    false
}
