//! A customer whose server lies: it calls itself another customer's organization, vouches for another
//! customer's people, and waits for another customer's tokens.

mod addresses;
mod identity;

use fake_okta::AuthMethod;

use crate::support::hostile::HostileOrg;
use crate::support::{Invited, Settings, TestApp};

const ADA: &str = "ada@acme.example";

/// A service whose operator listed the attacker's origin, as the README's example does.
async fn started() -> (TestApp, HostileOrg) {
    let hostile = HostileOrg::start().await;
    let settings = Settings {
        listed_origins: hostile.listed(),
        ..Settings::default()
    };
    (TestApp::start_with(settings).await, hostile)
}

/// `acme`, connected by Ada; whoever else gets a link of it is not told an organization.
async fn connected_acme(app: &TestApp) -> Invited {
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    app.browser()
        .connect(app, &invited, ADA)
        .await
        .assert_status(200);
    app.database
        .change("UPDATE tenants SET expected_origin = NULL")
        .await;
    invited
}

fn page_of(invited: &Invited) -> String {
    format!("/tenants/{}", invited.tenant)
}
