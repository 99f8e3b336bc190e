//! People with access: what a lesser role can do, how access ends, and that nothing of a connection is
//! changed by anybody but a Super Administrator of a moment ago.

mod choosing;
mod granting;
mod holding;
mod lesser;
mod proving;
mod removing;

use fake_okta::{AuthMethod, Person};

use crate::support::{Answer, Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";
const OLGA: &str = "olga@acme.example";
/// No administrator role at all.
const NORA: &str = "nora@acme.example";
/// An Organization Administrator.
const OSCAR: &str = "oscar@acme.example";
const LEFT_OUT: [&str; 3] = [
    "okta.devices.read",
    "okta.eventHooks.manage",
    "okta.logs.read",
];
/// What the page of *Grant them for me* lists then.
const CONFIRMED: [(&str, &str); 1] = [(
    "scopes",
    "okta.devices.read okta.eventHooks.manage okta.logs.read",
)];

/// A tenant that Ada connected, and her browser.
async fn connected(app: &TestApp) -> (Invited, Browser) {
    connected_with(app, &app.catalog()).await
}

/// The same, with an app that lacks three permissions.
async fn with_a_gap(app: &TestApp) -> (Invited, Browser) {
    let mut granted = app.catalog();
    granted.retain(|scope| !LEFT_OUT.contains(&scope.as_str()));
    connected_with(app, &granted).await
}

async fn connected_with(app: &TestApp, scopes: &[String]) -> (Invited, Browser) {
    let invited = app
        .invite_with("acme", AuthMethod::PrivateKeyJwt, scopes)
        .await;
    let ada = app.browser();
    ada.connect(app, &invited, ADA).await.assert_status(200);
    (invited, ada)
}

/// Walks a second link of the tenant, signed in at Okta as `login`.
async fn by_another_link(app: &TestApp, invited: &Invited, login: &str) -> (Browser, Answer) {
    let again = Invited {
        link: app.another_link(invited).await,
        ..invited.clone()
    };
    let browser = app.browser();
    let landed = browser.connect(app, &again, login).await;
    (browser, landed)
}

fn page_of(invited: &Invited) -> String {
    format!("/tenants/{}", invited.tenant)
}

fn another_super_administrator(app: &TestApp) {
    app.org("acme").set_person(Person::super_admin(OLGA));
}

impl TestApp {
    /// All that the connection lives by.
    async fn live(&self) -> Vec<String> {
        self.database
            .column(
                "SELECT t::text FROM token_sets t UNION ALL SELECT a::text FROM authorizations a
                 UNION ALL SELECT (to_jsonb(c) - 'check_asked_at')::text FROM connections c ORDER BY 1",
            )
            .await
    }

    /// A person's id.
    async fn person(&self, login: &str) -> String {
        let query = format!("SELECT id::text FROM people WHERE email = '{login}'");
        self.database.column(&query).await.remove(0)
    }

    /// The link that let a person in.
    async fn link_of(&self, login: &str) -> String {
        let query = format!("SELECT let_in_by::text FROM people WHERE email = '{login}'");
        self.database.column(&query).await.remove(0)
    }

    /// How often the app's grants were written.
    fn grants_written(&self, invited: &Invited) -> usize {
        let path = format!("/api/v1/apps/{}/grants", invited.client_id);
        let calls = self.org("acme").requests_to(&path);
        calls.iter().filter(|call| call.method == "POST").count()
    }

    /// How often an action stands in the trail.
    async fn noted(&self, action: &str) -> i64 {
        let found = format!("audit_events WHERE action = '{action}'");
        self.database.count(&found).await
    }
}
