//! What the vendor's support sees of a tenant, what it leaves behind by looking, and what it never sees.

mod causes;
mod hand_offs;
mod operators;
mod secrets;
mod timeline;
mod visits;

use grantway::domain::connection::ConnectionState;

use crate::support::staff::SAM;
use crate::support::{Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";
const REASON: &str = "Ticket 4711: backups stopped";

/// Support, on a visit at the tenant's.
async fn visitor(app: &TestApp, invited: &Invited) -> Browser {
    let sam = app.staff_browser(SAM).await;
    visit(&sam, invited).await;
    sam
}

async fn visit(browser: &Browser, invited: &Invited) {
    let path = path_of(invited);
    browser
        .post(&format!("{path}/visit"), &[("reason", REASON)])
        .await
        .assert_goes_to(&path);
}

fn path_of(invited: &Invited) -> String {
    format!("/support/tenants/{}", invited.tenant)
}

impl TestApp {
    /// Puts the only connection into a state, as what happens at Okta would.
    async fn fall_into(&self, state: ConnectionState) {
        let (state, reason) = state.to_columns();
        let reason = reason.map_or("NULL".to_owned(), |reason| format!("'{reason}'"));
        self.database
            .change(&format!(
                "UPDATE connections SET state = '{state}', attention_reason = {reason}"
            ))
            .await;
    }
}
